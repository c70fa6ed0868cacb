/*
 * sim/dns/watch.c - the names that matter: what they say at the primary, told once for each change.
 */
#include <stdio.h>
#include <string.h>

#include "fakes/dns/data.h"
#include "sim/dns/side.h"

static const DnsRecord *find_any(const DnsZone *zone, const char *name)
{
    const DnsRecord *record = dns_zone_find(zone, name, DNS_CNAME);

    if (!record)
        record = dns_zone_find(zone, name, DNS_A);
    return record ? record : dns_zone_find(zone, name, DNS_AAAA);
}

static void tell_change(const DnsSide *side, const char *name, const DnsRecord *record,
                        const char *text, const char *now)
{
    const DnsZone *zone = side->servers[0].zone;
    cJSON *data = cJSON_CreateObject();

    cJSON_AddStringToObject(data, "zone", dns_zone_apex(zone));
    cJSON_AddNumberToObject(data, "serial", dns_zone_serial(zone));
    cJSON_AddStringToObject(data, "name", name);
    cJSON_AddStringToObject(data, "type", record ? dns_type_name(record->type) : "");
    cJSON_AddItemToObject(data, "value", record ? cJSON_CreateString(text) : cJSON_CreateNull());
    cJSON_AddNumberToObject(data, "ttl", record ? record->ttl_s : 0);
    if (side->writer)
        cJSON_AddStringToObject(data, "by", side->writer);
    trace_add(side->world->trace, "dns", EVENT_DNS_CHANGED, data, "%s is now %s", name, now);
}

static void tell_name(DnsSide *side, int index, bool is_silent)
{
    const char *name = side->watched[index], *text = "";
    const DnsRecord *record = find_any(side->servers[0].zone, name);
    Arena arena = {0};
    char now[200] = "nothing";

    if (record) {
        text = dns_data_text(&arena, record);
        snprintf(now, sizeof now, "%s %s %u", dns_type_name(record->type), text, record->ttl_s);
    }
    if (strcmp(now, side->seen[index]) != 0 && !is_silent)
        tell_change(side, name, record, text, now);
    memcpy(side->seen[index], now, sizeof now);
    arena_release(&arena);
}

static void on_tell(void *owner)
{
    DnsSide *side = owner;

    for (int i = 0; i < DNS_WATCHED; i++)
        tell_name(side, i, false);
    side->writer = NULL;
    replication_settle(side->world);
}

void dns_watch_init(DnsSide *side)
{
    side->tell = timer_new(side->world->loop, on_tell, side);
}

void dns_watch_start(DnsSide *side)
{
    for (int i = 0; i < DNS_WATCHED; i++)
        tell_name(side, i, true);
}

void dns_watch_notice(DnsSide *side)
{
    timer_start(side->tell, 0);
}

void dns_watch_release(DnsSide *side)
{
    timer_free(side->tell);
}
