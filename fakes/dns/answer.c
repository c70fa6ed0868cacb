/*
 * fakes/dns/answer.c - what a zone says to a question: the set, a chain of CNAMEs, or that there is nothing (RFC 1034 4.3.2,
 * RFC 2308).
 */
#include "fakes/dns/zone.h"

#include <string.h>

#include "fakes/dns/data.h"
#include "fakes/dns/edit.h"

/* BIND's max-query-restarts: a longer chain, or a loop, is answered with SERVFAIL and the links walked so far. */
enum { CHAIN_MAX = 11 };

/* RFC 2308, section 3: how long "there is nothing" may be remembered is the lesser of two numbers. */
static void add_soa(const DnsZone *zone, Arena *arena, DnsMessage *reply)
{
    DnsRecord soa = *dns_node_set(dns_node_find(zone, zone->apex), DNS_SOA, NULL);
    uint32_t minimum = dns_soa_minimum(&soa);

    if (minimum < soa.ttl_s)
        soa.ttl_s = minimum;
    dns_add(arena, reply, DNS_AUTHORITY, &soa);
}

static bool has_answer(const DnsMessage *reply, const DnsRecord *record)
{
    for (size_t i = 0; i < reply->sections[DNS_ANSWER].count; i++) {
        if (reply->sections[DNS_ANSWER].records[i].data == record->data)
            return true;
    }
    return false;
}

static bool add_set(const DnsNode *node, uint16_t type, Arena *arena, DnsMessage *reply)
{
    size_t count;
    const DnsRecord *set = dns_node_set(node, type, &count);

    for (size_t i = 0; i < count; i++) {
        if (!has_answer(reply, &set[i]))
            dns_add(arena, reply, DNS_ANSWER, &set[i]);
    }
    return count > 0;
}

static void add_all(const DnsNode *node, Arena *arena, DnsMessage *reply)
{
    for (size_t i = 0; i < node->count; i++)
        dns_add(arena, reply, DNS_ANSWER, &node->records[i]);
}

/* Answers from one name; returns where its CNAME leads, or NULL if that was all. */
static const char *answer_name(const DnsZone *zone, Arena *arena, const char *name, uint16_t type,
                               DnsMessage *reply)
{
    const DnsNode *node = dns_node_find(zone, name);
    const DnsRecord *cname = dns_node_set(node, DNS_CNAME, NULL);

    if (node == NULL) {
        reply->rcode = dns_node_is_above(zone, name) ? DNS_NOERROR : DNS_NXDOMAIN;
        add_soa(zone, arena, reply);
    } else if (type == DNS_ANY) {
        add_all(node, arena, reply);
    } else if (add_set(node, type, arena, reply)) {
        return NULL;
    } else if (cname != NULL) {
        add_set(node, DNS_CNAME, arena, reply);
        return dns_data_target(arena, cname);
    } else {
        add_soa(zone, arena, reply);
    }
    return NULL;
}

void dns_zone_answer(const DnsZone *zone, Arena *arena, const char *name, uint16_t type,
                     DnsMessage *reply)
{
    reply->is_authoritative = true;
    reply->rcode = DNS_NOERROR;
    for (int links = 0; links <= CHAIN_MAX; links++) {
        name = answer_name(zone, arena, name, type, reply);
        /* A target outside the zone is the asker's to follow. */
        if (name == NULL || !dns_name_is_under(name, zone->apex))
            return;
    }
    reply->rcode = DNS_SERVFAIL;
}
