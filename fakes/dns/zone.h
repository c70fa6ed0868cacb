/*
 * fakes/dns/zone.h - the records that an authoritative server of a world answers from.
 *
 * Source:    RFC 1035 3.2 (records), RFC 1982 (serials wrap), RFC 2308 (negative answers), RFC 2136 (update rules),
 *            RFC 1034 3.6.2 (a CNAME stands alone).
 * Units:     TTLs in seconds, as on the wire.
 * Ownership: a zone copies what it is given; what it hands out is borrowed until it changes.
 */
#ifndef FAKES_DNS_ZONE_H
#define FAKES_DNS_ZONE_H

#include "fakes/dns/message.h"

typedef struct DnsZone DnsZone;

typedef struct {
    const char *apex;    /* "example.com." */
    const char *primary; /* MNAME: "ns1.example.com." */
    uint32_t serial;
    uint32_t negative_ttl_s; /* SOA minimum */
    uint32_t ttl_s;          /* of SOA and NS */
} DnsZoneOptions;

DnsZone *dns_zone_new(const DnsZoneOptions *options);
void dns_zone_free(DnsZone *zone);
const char *dns_zone_apex(const DnsZone *zone);
uint32_t dns_zone_serial(const DnsZone *zone);

/* Puts one record set in place of what name has of that type (and, for a CNAME, of every type); serial + 1. */
bool dns_zone_point(DnsZone *zone, const char *name, uint16_t type, const char *text,
                    uint32_t ttl_s, Error *err);
bool dns_zone_add(DnsZone *zone, const char *name, uint16_t type, const char *text, uint32_t ttl_s,
                  Error *err);                                        /* one more record of a set */
void dns_zone_remove(DnsZone *zone, const char *name, uint16_t type); /* DNS_ANY: all types */

/* The first record of a set, or NULL. text of it by dns_data_text. */
const DnsRecord *dns_zone_find(const DnsZone *zone, const char *name, uint16_t type);

/* Copies every record and the serial of from: what a secondary does when it refreshes. */
void dns_zone_copy(DnsZone *zone, const DnsZone *from);

/* Fills answer/authority/rcode of reply for one question: CNAME chains inside the zone, NODATA, NXDOMAIN with SOA. */
void dns_zone_answer(const DnsZone *zone, Arena *arena, const char *name, uint16_t type,
                     DnsMessage *reply);

/* RFC 2136 section 3: all prerequisites, then all updates, or nothing. Returns the rcode. */
int dns_zone_update(DnsZone *zone, const DnsMessage *update);

/* Told after each change of the serial. */
void dns_zone_on_change(DnsZone *zone, void (*on_change)(void *owner), void *owner);

#endif
