/*
 * fakes/dns/answer.c - what a zone says to a question: the set, a chain of CNAMEs, who else to ask, or that there is nothing
 * (RFC 1034 4.3.2, RFC 2308, RFC 4592).
 */
#include "fakes/dns/zone.h"

#include <string.h>

#include "fakes/dns/data.h"
#include "fakes/dns/edit.h"
#include "fakes/dns/name.h"

/* RFC 2308, section 3: how long "there is nothing" may be remembered is the lesser of two numbers. */
static void add_soa(const DnsZone *zone, Arena *arena, bool is_hidden, DnsMessage *reply)
{
    DnsRecord soa = *dns_node_set(dns_node_find(zone, zone->apex), DNS_SOA, NULL);
    uint32_t minimum = dns_soa_minimum(&soa);

    if (minimum < soa.ttl_s)
        soa.ttl_s = minimum;
    if (is_hidden)
        soa.ttl_s = 0;
    dns_add(arena, reply, DNS_AUTHORITY, &soa);
}

/* ---- which node a name is answered from ------------------------------------------------------- */

/* RFC 1034, section 4.3.2, step 3b: the highest name on the way down whose servers are somebody else's; NULL: ours to answer. */
static const DnsNode *find_cut(const DnsZone *zone, const char *name, uint16_t type)
{
    const DnsNode *cut = NULL;
    const char *at = name;

    /* What a parent knows about a child is asked at the child's own name (RFC 4035, section 3.1.4.1). */
    if (type == DNS_DS && !dns_zone_is_apex(zone, name))
        at = dns_name_parent(name);
    for (; !dns_zone_is_apex(zone, at); at = dns_name_parent(at)) {
        const DnsNode *node = dns_node_find(zone, at);

        if (dns_node_set(node, DNS_NS, NULL) != NULL)
            cut = node;
    }
    return cut;
}

/* RFC 4592, section 3.3.1: the asterisk below the closest name that exists, or NULL. */
static const DnsNode *find_wildcard(const DnsZone *zone, const char *name)
{
    char wildcard[DNS_NAME_TEXT_MAX + 2] = "*.";
    const char *encloser = dns_name_parent(name);

    while (dns_node_find(zone, encloser) == NULL && !dns_node_is_above(zone, encloser))
        encloser = dns_name_parent(encloser);
    if (strcmp(encloser, ".") != 0)
        memcpy(wildcard + 2, encloser, strlen(encloser) + 1);
    return dns_node_find(zone, wildcard);
}

/* ---- what is answered ------------------------------------------------------------------------- */

typedef struct {
    const DnsZone *zone;
    Arena *arena;
    uint16_t type;
    const DnsManners *manners;
    DnsMessage *reply;
    const char *name; /* what is looked for now */
    bool is_made_up;  /* from a wildcard */
} Search;

static bool has_answer(const DnsMessage *reply, const DnsRecord *record)
{
    for (size_t i = 0; i < reply->sections[DNS_ANSWER].count; i++) {
        const DnsRecord *other = &reply->sections[DNS_ANSWER].records[i];

        if (other->data == record->data && strcmp(other->name, record->name) == 0)
            return true;
    }
    return false;
}

static void add_record(Search *search, const DnsRecord *found)
{
    DnsRecord record = *found;

    if (search->is_made_up) {
        record.name = search->name;
        record.shown = NULL;
    }
    if (!has_answer(search->reply, &record))
        dns_add(search->arena, search->reply, DNS_ANSWER, &record);
}

static bool add_set(Search *search, const DnsNode *node, uint16_t type)
{
    size_t count;
    const DnsRecord *set = dns_node_set(node, type, &count);

    for (size_t i = 0; i < count; i++)
        add_record(search, &set[i]);
    return count > 0;
}

static void add_all(Search *search, const DnsNode *node)
{
    for (size_t i = 0; i < node->count; i++)
        add_record(search, &node->records[i]);
}

static void refer(Search *search, const DnsNode *cut)
{
    size_t count;
    const DnsRecord *servers = dns_node_set(cut, DNS_NS, &count);

    /* What was said before, on the way here, was ours to say. */
    search->reply->is_authoritative = search->reply->sections[DNS_ANSWER].count > 0;
    for (size_t i = 0; i < count; i++)
        dns_add(search->arena, search->reply, DNS_AUTHORITY, &servers[i]);
}

static void deny(Search *search, int rcode)
{
    search->reply->rcode = (uint8_t)rcode;
    add_soa(search->zone, search->arena,
            search->manners->hides_soa && search->type == DNS_SOA && rcode == DNS_NXDOMAIN,
            search->reply);
}

/* Answers from the node of a name; true if a CNAME leads on. */
static bool answer_node(Search *search, const DnsNode *node)
{
    const DnsRecord *cname = dns_node_set(node, DNS_CNAME, NULL);

    if (search->type == DNS_ANY) {
        add_all(search, node);
    } else if (!add_set(search, node, search->type)) {
        if (cname != NULL) {
            add_set(search, node, DNS_CNAME);
            search->name = dns_data_target(search->arena, cname);
            return true;
        }
        deny(search, DNS_NOERROR);
    }
    return false;
}

/* Answers from one name; true if a CNAME leads on. */
static bool answer_name(Search *search)
{
    const DnsZone *zone = search->zone;
    const DnsNode *cut = find_cut(zone, search->name, search->type);
    const DnsNode *node = dns_node_find(zone, search->name);
    bool is_gap = node == NULL && dns_node_is_above(zone, search->name);

    if (cut != NULL) {
        refer(search, cut);
        return false;
    }
    search->is_made_up = node == NULL && !is_gap;
    if (search->is_made_up)
        node = find_wildcard(zone, search->name);
    if (node == NULL) {
        deny(search, is_gap ? DNS_NOERROR : DNS_NXDOMAIN);
        return false;
    }
    return answer_node(search, node);
}

bool dns_zone_answer(const DnsZone *zone, Arena *arena, const char *name, uint16_t type,
                     const DnsManners *manners, DnsMessage *reply)
{
    Search search = {.zone = zone,
                     .arena = arena,
                     .type = type,
                     .manners = manners,
                     .reply = reply,
                     .name = name};

    reply->is_authoritative = true;
    reply->rcode = DNS_NOERROR;
    for (int links = 0; links < manners->links_most; links++) {
        /* A target outside the zone is the asker's to follow. */
        if (!answer_name(&search) || !dns_name_is_under(search.name, zone->apex))
            return true;
    }
    reply->rcode = DNS_SERVFAIL;
    return false;
}
