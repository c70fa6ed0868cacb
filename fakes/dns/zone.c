/*
 * fakes/dns/zone.c - the records that an authoritative server of a world answers from: kept, found, and changed by hand.
 */
#include "fakes/dns/zone.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/dns/data.h"
#include "fakes/dns/edit.h"
#include "fakes/dns/name.h"

/* Refresh, retry and expire are what secondaries go by; the world models those itself. */
enum { REFRESH_S = 3600, RETRY_S = 600, EXPIRE_S = 86400 };

static bool name_prepare(const DnsZone *zone, Arena *arena, const char *name, const char **out_name,
                         Error *err)
{
    if (!dns_name_clean(arena, name, out_name, err))
        return false;
    return dns_name_is_under(*out_name, zone->apex) ||
           error_set(err, ERR_INPUT, "%s is not in the zone %s", *out_name, zone->apex);
}

static bool prepare(const DnsZone *zone, Arena *arena, const char *name, uint16_t type,
                    const char *text, DnsRecord *out_record, Error *err)
{
    return name_prepare(zone, arena, name, &out_record->name, err) &&
           dns_name_read(arena, name, ".", &out_record->shown, err) &&
           dns_data_parse(arena, type, text, out_record, err);
}

static void plant(DnsZone *zone, Arena *arena, uint16_t type, const char *text, uint32_t ttl_s)
{
    DnsEdit edit;
    DnsRecord record = {.ttl_s = ttl_s};
    bool ok = prepare(zone, arena, zone->apex, type, text, &record, NULL);

    assert(ok && "the options of a zone are names");
    (void)ok;
    dns_edit_begin(&edit, zone);
    edit.has_serial = true;
    dns_edit_add(&edit, record.name, &record);
    dns_edit_commit(&edit);
}

DnsZone *dns_zone_bare(const char *apex)
{
    DnsZone *zone = MEMORY_NEW(DnsZone);

    zone->apex = memory_text(apex);
    return zone;
}

DnsZone *dns_zone_new(const DnsZoneOptions *options)
{
    DnsZone *zone;
    Arena arena = {0};
    const char *apex = NULL;
    const char *soa;
    bool ok = dns_name_clean(&arena, options->apex, &apex, NULL);

    assert(ok && "the apex of a zone is a name");
    (void)ok;
    zone = dns_zone_bare(apex);
    soa = arena_format(&arena, "%s hostmaster.%s %u %d %d %d %u", options->primary,
                       strcmp(apex, ".") == 0 ? "" : apex, options->serial, REFRESH_S, RETRY_S,
                       EXPIRE_S, options->negative_ttl_s);
    plant(zone, &arena, DNS_SOA, soa, options->ttl_s);
    plant(zone, &arena, DNS_NS, options->primary, options->ttl_s);
    arena_release(&arena);
    return zone;
}

void dns_zone_free(DnsZone *zone)
{
    if (zone == NULL)
        return;
    dns_nodes_release(&zone->nodes);
    arena_release(&zone->changes_arena);
    dns_history_release(&zone->history);
    free(zone->apex);
    free(zone);
}

const char *dns_zone_apex(const DnsZone *zone)
{
    return zone->apex;
}

bool dns_zone_is_apex(const DnsZone *zone, const char *name)
{
    return strcmp(name, zone->apex) == 0;
}

uint32_t dns_zone_serial(const DnsZone *zone)
{
    return dns_soa_serial(dns_node_set(dns_node_find(zone, zone->apex), DNS_SOA, NULL));
}

const DnsRecord *dns_zone_find_set(const DnsZone *zone, const char *name, uint16_t type,
                                   size_t *out_count)
{
    char tidy[DNS_NAME_TEXT_MAX];
    const DnsNode *node = dns_name_tidy(name, tidy) ? dns_node_find(zone, tidy) : NULL;

    return dns_node_set(node, type, out_count);
}

const DnsRecord *dns_zone_find(const DnsZone *zone, const char *name, uint16_t type)
{
    return dns_zone_find_set(zone, name, type, NULL);
}

const DnsRecord *const *dns_zone_records(const DnsZone *zone, Arena *arena, size_t *out_count)
{
    const DnsNode *apex = dns_node_find(zone, zone->apex);
    const DnsRecord *soa = dns_node_set(apex, DNS_SOA, NULL);
    const DnsRecord **records;
    size_t total = 0, count = 0;

    for (size_t i = 0; i < zone->nodes.count; i++)
        total += zone->nodes.items[i].count;
    records = arena_new(arena, total * sizeof *records);
    records[count++] = soa;
    for (size_t i = 0; i < zone->nodes.count; i++) {
        const DnsNode *node = &zone->nodes.items[i];

        for (size_t j = 0; j < node->count; j++) {
            if (&node->records[j] != soa)
                records[count++] = &node->records[j];
        }
    }
    *out_count = count;
    return records;
}

/* ---- changed by hand -------------------------------------------------------------------------- */

static bool is_kept(const DnsZone *zone, const char *name, uint16_t type)
{
    return dns_zone_is_apex(zone, name) && (type == DNS_SOA || type == DNS_NS);
}

static void point(DnsZone *zone, const DnsRecord *record)
{
    DnsEdit edit;

    dns_edit_begin(&edit, zone);
    if (record->type == DNS_CNAME)
        dns_edit_remove_name(&edit, record->name);
    dns_edit_remove_set(&edit, record->name, DNS_CNAME);
    dns_edit_remove_set(&edit, record->name, record->type);
    dns_edit_add(&edit, record->name, record);
    edit.has_serial = record->type == DNS_SOA;
    dns_edit_commit(&edit);
}

bool dns_zone_point(DnsZone *zone, const char *name, uint16_t type, const char *text,
                    uint32_t ttl_s, Error *err)
{
    Arena arena = {0};
    DnsRecord record = {.ttl_s = ttl_s};
    bool ok = prepare(zone, &arena, name, type, text, &record, err);

    if (ok && type == DNS_CNAME && dns_zone_is_apex(zone, record.name))
        ok = error_set(err, ERR_CONFLICT, "%s is the apex, which cannot be a CNAME", record.name);
    if (ok && type == DNS_SOA && !dns_zone_is_apex(zone, record.name))
        ok = error_set(err, ERR_CONFLICT, "%s is not the apex: no SOA goes there", record.name);
    if (ok)
        point(zone, &record);
    arena_release(&arena);
    return ok;
}

/* Whether record may stand beside what its name has (RFC 1034, section 3.6.2). */
static bool may_stand(const DnsZone *zone, const DnsRecord *record, Error *err)
{
    const DnsNode *node = dns_node_find(zone, record->name);
    const DnsRecord *cname = dns_node_set(node, DNS_CNAME, NULL);

    if (record->type == DNS_SOA)
        return error_set(err, ERR_CONFLICT, "%s: a zone has one SOA", record->name);
    if (node == NULL || (cname != NULL && dns_data_equal(cname, record)))
        return true;
    return (record->type != DNS_CNAME && cname == NULL) ||
           error_set(err, ERR_CONFLICT, "%s: a CNAME stands alone", record->name);
}

bool dns_zone_add(DnsZone *zone, const char *name, uint16_t type, const char *text, uint32_t ttl_s,
                  Error *err)
{
    Arena arena = {0};
    DnsEdit edit;
    DnsRecord record = {.ttl_s = ttl_s};
    bool ok =
        prepare(zone, &arena, name, type, text, &record, err) && may_stand(zone, &record, err);

    if (ok) {
        dns_edit_begin(&edit, zone);
        dns_edit_add(&edit, record.name, &record);
        dns_edit_commit(&edit);
    }
    arena_release(&arena);
    return ok;
}

void dns_zone_remove(DnsZone *zone, const char *name, uint16_t type)
{
    Arena arena = {0};
    DnsEdit edit;
    const char *clean;

    if (name_prepare(zone, &arena, name, &clean, NULL)) {
        dns_edit_begin(&edit, zone);
        if (type == DNS_ANY)
            dns_edit_remove_name(&edit, clean);
        else if (!is_kept(zone, clean, type))
            dns_edit_remove_set(&edit, clean, type);
        dns_edit_commit(&edit);
    }
    arena_release(&arena);
}

void dns_zone_hold_serial(DnsZone *zone, bool is_held)
{
    zone->holds_serial = is_held;
}

/* ---- who is told ------------------------------------------------------------------------------ */

void dns_zone_on_change(DnsZone *zone, void (*on_change)(void *owner), void *owner)
{
    assert(zone->listeners_count < DNS_LISTENERS_MAX);
    zone->listeners[zone->listeners_count].on_change = on_change;
    zone->listeners[zone->listeners_count].owner = owner;
    zone->listeners_count++;
}

void dns_zone_forget_owner(DnsZone *zone, void *owner)
{
    size_t kept = 0;

    for (size_t i = 0; i < zone->listeners_count; i++) {
        if (zone->listeners[i].owner != owner)
            zone->listeners[kept++] = zone->listeners[i];
    }
    zone->listeners_count = kept;
}

const char *const *dns_zone_changes(const DnsZone *zone, size_t *out_count)
{
    *out_count = zone->changes_count;
    return zone->changes;
}
