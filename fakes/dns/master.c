/*
 * fakes/dns/master.c - a zone from its master file: directives, owners, times to live, classes, types, data.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "fakes/dns/data.h"
#include "fakes/dns/edit.h"
#include "fakes/dns/entry.h"
#include "fakes/dns/name.h"

typedef struct {
    Arena arena;
    DnsZone *zone;
    DnsEdit edit;
    const char *origin;
    const char *owner; /* of the last record; NULL: there was none yet */
    uint32_t ttl_s;    /* of records that do not say */
    bool has_ttl, has_default_ttl;
} Master;

static const DnsRecord *soa_of(const DnsZone *zone)
{
    return dns_node_set(dns_node_find(zone, zone->apex), DNS_SOA, NULL);
}

/* ---- directives ------------------------------------------------------------------------------- */

static bool take_origin(Master *master, const DnsEntry *entry, Error *err)
{
    return entry->count == 2 ? dns_name_read(&master->arena, entry->words[1].text, master->origin,
                                             &master->origin, err)
                             : error_set(err, ERR_INPUT, "$ORIGIN is followed by one name");
}

static bool take_ttl(Master *master, const DnsEntry *entry, Error *err)
{
    if (entry->count != 2 || !dns_time_read(entry->words[1].text, &master->ttl_s))
        return error_set(err, ERR_INPUT, "$TTL is followed by a time: seconds, or like 1h30m");
    master->has_ttl = master->has_default_ttl = true;
    return true;
}

static bool take_directive(Master *master, const DnsEntry *entry, Error *err)
{
    const char *word = entry->words[0].text;

    if (strcasecmp(word, "$ORIGIN") == 0)
        return take_origin(master, entry, err);
    if (strcasecmp(word, "$TTL") == 0)
        return take_ttl(master, entry, err);
    return error_set(err, ERR_INPUT, "%s is not read here; $ORIGIN and $TTL are", word);
}

/* ---- records ---------------------------------------------------------------------------------- */

static bool is_class(const char *text)
{
    return strcasecmp(text, "IN") == 0 || strcasecmp(text, "CLASS1") == 0;
}

/* TTL and class, each or none, in either order; at leads to the type then. */
static void take_ttl_and_class(Master *master, const DnsEntry *entry, size_t *at, DnsRecord *record,
                               bool *has_ttl)
{
    bool has_class = false;

    for (*has_ttl = false; *at < entry->count; ++*at) {
        const char *word = entry->words[*at].text;

        if (!*has_ttl && dns_time_read(word, &record->ttl_s))
            *has_ttl = true;
        else if (!has_class && is_class(word))
            has_class = true;
        else
            break;
    }
    if (*has_ttl && !master->has_default_ttl) {
        master->ttl_s = record->ttl_s;
        master->has_ttl = true;
    }
}

static bool read_type(const DnsEntry *entry, size_t at, uint16_t *out_type, Error *err)
{
    const char *word = at < entry->count ? entry->words[at].text : NULL;

    if (word == NULL)
        return error_set(err, ERR_INPUT, "a record is: name [ttl] [IN] type data");
    if (strcasecmp(word, "CH") == 0 || strcasecmp(word, "HS") == 0)
        return error_set(err, ERR_INPUT, "class %s: all zones here are of class IN", word);
    *out_type = dns_type_parse(word);
    return *out_type != 0 ||
           error_set(err, ERR_INPUT, "\"%s\" is no type of records: A, CNAME, TXT, ... or TYPE999",
                     word);
}

static bool read_owner(Master *master, const DnsEntry *entry, DnsRecord *record, Error *err)
{
    char *lower;

    if (!entry->starts_blank &&
        !dns_name_read(&master->arena, entry->words[0].text, master->origin, &master->owner, err))
        return false;
    if (master->owner == NULL)
        return error_set(err, ERR_INPUT, "the first record needs a name");
    record->shown = master->owner;
    lower = arena_text(&master->arena, master->owner);
    dns_name_lower(lower);
    record->name = lower;
    return dns_name_is_under(lower, master->zone->apex) ||
           error_set(err, ERR_INPUT, "%s is not in the zone %s", lower, master->zone->apex);
}

/* What has no TTL of its own and none before it lives as long as a negative answer (as in BIND; RFC 1035 says nothing). */
static bool settle_ttl(const Master *master, DnsRecord *record, bool has_ttl, Error *err)
{
    const DnsRecord *soa = record->type == DNS_SOA ? record : soa_of(master->zone);
    size_t count;
    const DnsRecord *set =
        dns_node_set(dns_node_find(master->zone, record->name), record->type, &count);

    if (count > 0)
        record->ttl_s = set->ttl_s; /* a set has one: the first one's (RFC 2181, section 5.2) */
    else if (!has_ttl && master->has_ttl)
        record->ttl_s = master->ttl_s;
    else if (!has_ttl && soa != NULL)
        record->ttl_s = dns_soa_minimum(soa);
    else if (!has_ttl)
        return error_set(err, ERR_INPUT, "a TTL is needed, here or before in $TTL");
    return true;
}

static bool may_stand(const Master *master, const DnsRecord *record, Error *err)
{
    const DnsNode *node = dns_node_find(master->zone, record->name);
    const DnsRecord *cname = dns_node_set(node, DNS_CNAME, NULL);
    bool is_cname = record->type == DNS_CNAME;

    if (record->type == DNS_SOA && soa_of(master->zone) != NULL)
        return error_set(err, ERR_INPUT, "a zone has one SOA, and this is another");
    if (record->type == DNS_SOA && !dns_zone_is_apex(master->zone, record->name))
        return error_set(err, ERR_INPUT, "the SOA belongs to %s", master->zone->apex);
    if (is_cname && cname != NULL && !dns_data_equal(cname, record))
        return error_set(err, ERR_INPUT, "%s has a CNAME already", record->name);
    if (node == NULL || node->count == 0 || is_cname == (cname != NULL))
        return true;
    return error_set(err, ERR_INPUT, "%s: a CNAME stands alone", record->name);
}

static bool take_record(Master *master, const DnsEntry *entry, Error *err)
{
    DnsRecord record = {0};
    size_t at = entry->starts_blank ? 0 : 1;
    uint16_t type = 0;
    bool has_ttl;

    take_ttl_and_class(master, entry, &at, &record, &has_ttl);
    if (!read_type(entry, at, &type, err) || !read_owner(master, entry, &record, err) ||
        !dns_data_read(&master->arena, type, entry->words + at + 1, entry->count - at - 1,
                       master->origin, &record, err) ||
        !settle_ttl(master, &record, has_ttl, err) || !may_stand(master, &record, err))
        return false;
    dns_edit_add(&master->edit, record.name, &record);
    return true;
}

/* ---- the whole -------------------------------------------------------------------------------- */

static bool read_all(Master *master, DnsEntryReader *reader, const char *file, Error *err)
{
    DnsEntry entry;
    Arena words = {0};
    bool ok;

    do {
        arena_reset(&words);
        ok = dns_entry_next(reader, &words, &entry, err);
        if (ok && entry.count > 0)
            ok = entry.words[0].text[0] == '$' && !entry.starts_blank
                     ? take_directive(master, &entry, err)
                     : take_record(master, &entry, err);
    } while (ok && entry.count > 0);
    arena_release(&words);
    return ok || error_wrap(err, "%s:%u", file, entry.line);
}

static bool has_address(const DnsZone *zone, const char *name)
{
    const DnsNode *node = dns_node_find(zone, name);

    return dns_node_set(node, DNS_A, NULL) != NULL || dns_node_set(node, DNS_AAAA, NULL) != NULL;
}

static bool is_whole(const Master *master, const char *file, Error *err)
{
    const DnsZone *zone = master->zone;
    size_t count;
    const DnsRecord *servers = dns_node_set(dns_node_find(zone, zone->apex), DNS_NS, &count);
    Arena arena = {0};
    bool ok = true;

    if (soa_of(zone) == NULL || count == 0)
        return error_set(err, ERR_INPUT, "%s: %s has no %s, which a zone needs", file, zone->apex,
                         count == 0 ? "NS" : "SOA");
    for (size_t i = 0; i < count && ok; i++) {
        const char *name = dns_data_target(&arena, &servers[i]);

        if (dns_name_is_under(name, zone->apex) && !has_address(zone, name))
            ok = error_set(err, ERR_INPUT, "%s: the name server %s has no address (A or AAAA)",
                           file, name);
    }
    arena_release(&arena);
    return ok;
}

bool dns_zone_load(const char *text, size_t length, const char *file, const char *origin,
                   DnsZone **out_zone, Error *err)
{
    DnsEntryReader reader = {.text = text, .length = length, .line = 1};
    Master master = {0};
    bool ok = dns_name_clean(&master.arena, origin, &master.origin, err);

    if (ok) {
        master.zone = dns_zone_bare(master.origin);
        dns_edit_begin(&master.edit, master.zone);
        ok = read_all(&master, &reader, file, err) && is_whole(&master, file, err);
        master.edit.has_serial = true;
        dns_edit_commit(&master.edit);
    }
    if (ok)
        *out_zone = master.zone;
    else
        dns_zone_free(master.zone);
    arena_release(&master.arena);
    return ok;
}
