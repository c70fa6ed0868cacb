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

#include "fakes/dns/manners.h"
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
/*
 * Reads a zone from a master file (RFC 1035, section 5; times may be written "1h30m" as for BIND). origin: the zone's apex. It
 * has one SOA, name servers (those inside it with addresses), and nothing from outside. Fails with ERR_INPUT: "file:line: what
 * is wrong and what is expected". $INCLUDE and $GENERATE are refused.
 */
bool dns_zone_load(const char *text, size_t length, const char *file, const char *origin,
                   DnsZone **out_zone, Error *err);
void dns_zone_free(DnsZone *zone);
const char *dns_zone_apex(const DnsZone *zone);
uint32_t dns_zone_serial(const DnsZone *zone);

/*
 * Names may be in any case, with or without the last dot. What changes nothing leaves the serial alone; anything else makes it
 * one more (RFC 1982; 0 is skipped). Fails, changing nothing, with ERR_INPUT (no name or data, or outside the zone) or with
 * ERR_CONFLICT (a CNAME beside anything else).
 */

/* Makes text all that name has of that type; a CNAME takes the place of every type, and anything takes that of a CNAME. */
bool dns_zone_point(DnsZone *zone, const char *name, uint16_t type, const char *text,
                    uint32_t ttl_s, Error *err);
bool dns_zone_add(DnsZone *zone, const char *name, uint16_t type, const char *text, uint32_t ttl_s,
                  Error *err); /* one more record of a set */
/* DNS_ANY: all types. What the zone cannot be without stays: SOA and NS at its apex. */
void dns_zone_remove(DnsZone *zone, const char *name, uint16_t type);

/* The first record of a set, or NULL. text of it by dns_data_text. */
const DnsRecord *dns_zone_find(const DnsZone *zone, const char *name, uint16_t type);
/* The whole set, out_count records from the one that comes back; NULL and 0 if there is none. */
const DnsRecord *dns_zone_find_set(const DnsZone *zone, const char *name, uint16_t type,
                                   size_t *out_count);

/* Takes over every record and the serial of from, which has the same apex: what a secondary does when it refreshes. */
void dns_zone_copy(DnsZone *zone, const DnsZone *from);

/*
 * Takes over what a transfer brought (RFC 5936, section 2.2; RFC 1995, section 4): all records, from SOA to SOA, or steps from
 * the serial that the zone has, each from SOA to SOA to SOA. False, changing nothing, if it is neither or starts elsewhere.
 */
bool dns_zone_take_over(DnsZone *zone, const DnsRecord *records, size_t count);

/*
 * Fills answer, authority, rcode and AA of reply for one question about a name in the zone, in lower case: CNAME chains inside
 * the zone, wildcards, referrals (NS in authority, AA not set), NODATA, NXDOMAIN with SOA. The records point into the zone.
 * False, with SERVFAIL, if a chain goes on for longer than such a server follows one, or for ever; the links walked so far are in the
 * answer.
 */
bool dns_zone_answer(const DnsZone *zone, Arena *arena, const char *name, uint16_t type,
                     const DnsManners *manners, DnsMessage *reply);

/*
 * RFC 2136 section 3: all prerequisites, then all updates, or nothing. Returns the rcode. Who may is not asked here.
 */
int dns_zone_update(DnsZone *zone, const DnsMessage *update, const DnsManners *manners);

/* While it is held, changes leave the serial alone, so that no secondary hears of them. */
void dns_zone_hold_serial(DnsZone *zone, bool is_held);

/* One step from a serial to the next, without the SOAs among its records (RFC 1995, section 4). */
typedef struct {
    Arena arena;
    DnsRecord before, after; /* the SOA */
    struct {
        DnsRecord *records;
        size_t count;
    } removed, added;
} DnsStep;

/* Keeps the last steps, at most so many; 0: none any more. */
void dns_zone_keep_history(DnsZone *zone, size_t most);
/* The steps that lead from serial to now; NULL if they are not known. */
const DnsStep *dns_zone_steps(const DnsZone *zone, uint32_t serial, size_t *out_count);

/* All records, the SOA first; borrowed. out_count is how many. */
const DnsRecord *const *dns_zone_records(const DnsZone *zone, Arena *arena, size_t *out_count);

/* Told after each change of the serial, in the order they asked; at most 8, and none may change the zone. */
void dns_zone_on_change(DnsZone *zone, void (*on_change)(void *owner), void *owner);
void dns_zone_forget_owner(DnsZone *zone, void *owner); /* it is told no more */

/* In on_change: what was changed, as "- tsb.example.com. 30 CNAME mp1.example.com." and "+ ...". Borrowed. */
const char *const *dns_zone_changes(const DnsZone *zone, size_t *out_count);

#endif
