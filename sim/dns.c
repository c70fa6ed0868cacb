/*
 * sim/dns.c - the authoritative servers of a world: the zone with the floating and permanent names, and the load balancers' zone.
 *
 * All goes well: an update reaches the first server; the zone's serial moves; what changed is told; each secondary shows it a drawn time
 * later. Names of load balancers appear a while after their address does.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "sim/inside.h"

enum {
    SERVERS_MAX = 4,
    FIRST_HOST = 53,
    PORT = 5353,
    FLOATING = 2,
    NAMES,
    BALANCERS_MAX = 64,
    CHAIN_MAX = 8
};
static const char BALANCER_ZONE[] = "elb.example.net.";

typedef struct DnsSide DnsSide;

typedef struct {
    DnsSide *side;
    int index;
    DnsServer *server;
    DnsZone *zone;
    Door *door;
    Timer *refresh; /* of a secondary */
    Random random;
} NameServer;

typedef struct {
    DnsSide *side;
    char name[96], ip[16];
    Timer *timer;
} BalancerName;

struct DnsSide {
    World *world;
    NameServer servers[SERVERS_MAX];
    int count;
    DnsZone *balancers; /* one copy serves all servers: the cloud's */
    Random random;
    BalancerName *names[BALANCERS_MAX];
    int name_count;
    char watched[NAMES]
                [96]; /* permanent names, then the floating name that leads to one; with the dot */
    char seen[NAMES][200]; /* what each was when last told */
    const char *writer;    /* of a change that is not told yet, if it was no update */
    Timer *tell;
};

/* ---- telling what changed ------------------------------------------------------------------------------------------------------------ */

static const DnsRecord *find_any(const DnsZone *zone, const char *name)
{
    const DnsRecord *record = dns_zone_find(zone, name, DNS_CNAME);

    if (!record)
        record = dns_zone_find(zone, name, DNS_A);
    return record ? record : dns_zone_find(zone, name, DNS_AAAA);
}

static void tell_name(DnsSide *side, int index, bool is_silent)
{
    const DnsZone *zone = side->servers[0].zone;
    const DnsRecord *record = find_any(zone, side->watched[index]);
    Arena arena = {0};
    char now[200] = "nothing";
    cJSON *data = NULL;

    if (record)
        snprintf(now, sizeof now, "%s %s %u", dns_type_name(record->type),
                 dns_data_text(&arena, record), record->ttl_s);
    if (strcmp(now, side->seen[index]) != 0 && !is_silent) {
        data = cJSON_CreateObject();
        cJSON_AddStringToObject(data, "zone", dns_zone_apex(zone));
        cJSON_AddNumberToObject(data, "serial", dns_zone_serial(zone));
        cJSON_AddStringToObject(data, "name", side->watched[index]);
        cJSON_AddStringToObject(data, "type", record ? dns_type_name(record->type) : "");
        cJSON_AddItemToObject(data, "value",
                              record ? cJSON_CreateString(dns_data_text(&arena, record))
                                     : cJSON_CreateNull());
        cJSON_AddNumberToObject(data, "ttl", record ? record->ttl_s : 0);
        if (side->writer)
            cJSON_AddStringToObject(data, "by", side->writer);
        trace_add(side->world->trace, "dns", EVENT_DNS_CHANGED, data, "%s is now %s",
                  side->watched[index], now);
    }
    memcpy(side->seen[index], now, sizeof now);
    arena_release(&arena);
}

static void on_tell(void *owner)
{
    DnsSide *side = owner;

    for (int i = 0; i < NAMES; i++)
        tell_name(side, i, false);
    side->writer = NULL;
    replication_settle(side->world);
}

void dns_side_rewrite(DnsSide *side, const char *name, const char *target, const char *writer)
{
    side->writer = writer;
    dns_zone_point(side->servers[0].zone, name, DNS_CNAME, target,
                   (uint32_t)side->world->parameters.dns.floating_ttl_s, NULL);
}

void dns_side_write(struct DnsSide *side, const char *name, uint16_t type, const char *text,
                    uint32_t ttl_s, const char *writer)
{
    side->writer = writer;
    if (text)
        dns_zone_point(side->servers[0].zone, name, type, text, ttl_s, NULL);
    else
        dns_zone_remove(side->servers[0].zone, name, type);
}

static void on_refresh(void *owner)
{
    NameServer *secondary = owner;

    dns_zone_copy(secondary->zone, secondary->side->servers[0].zone);
}

static void on_zone(void *owner)
{
    DnsSide *side = owner;

    if (!side->world->is_started)
        return;
    timer_start(side->tell, 0);
    for (int i = 1; i < side->count; i++)
        timer_start(side->servers[i].refresh, span_draw(&side->world->parameters.dns.secondary_lag,
                                                        &side->servers[i].random));
}

/* ---- load balancers' names ------------------------------------------------------------------------------------------------------------ */

static void show_balancer(void *owner)
{
    BalancerName *name = owner;

    dns_zone_point(name->side->balancers, name->name, DNS_A, name->ip, 60, NULL);
    replication_settle(name->side->world);
}

static BalancerName *balancer_of(DnsSide *side, const char *dotted)
{
    BalancerName *name = NULL;

    for (int i = 0; i < side->name_count; i++)
        if (strcmp(side->names[i]->name, dotted) == 0)
            return side->names[i];
    assert(side->name_count < BALANCERS_MAX);
    name = MEMORY_NEW(BalancerName);
    name->side = side;
    snprintf(name->name, sizeof name->name, "%s", dotted);
    name->timer = timer_new(side->world->loop, show_balancer, name);
    side->names[side->name_count++] = name;
    return name;
}

void dns_side_name_balancer(DnsSide *side, const char *hostname, const char *ip_or_null)
{
    char dotted[96];
    BalancerName *name = NULL;

    snprintf(dotted, sizeof dotted, "%s.", hostname);
    name = balancer_of(side, dotted);
    timer_stop(name->timer);
    if (!ip_or_null) {
        dns_zone_remove(side->balancers, dotted, DNS_ANY);
        return;
    }
    snprintf(name->ip, sizeof name->ip, "%s", ip_or_null);
    if (side->world->is_started)
        timer_start(name->timer, span_draw(&side->world->parameters.dns.load_balancer_name_delay,
                                           &side->random));
    else
        show_balancer(name);
}

/* ---- asking --------------------------------------------------------------------------------------------------------------------------- */

static const DnsZone *zone_of(const DnsSide *side, const char *name)
{
    if (dns_name_is_under(name, BALANCER_ZONE))
        return side->balancers;
    return dns_name_is_under(name, side->world->zone_name) ? side->servers[0].zone : NULL;
}

static bool resolve(const DnsSide *side, Arena *arena, const char *name, char out_ip[16])
{
    for (int i = 0; i < CHAIN_MAX; i++) {
        const DnsZone *zone = zone_of(side, name);
        const DnsRecord *record = zone ? dns_zone_find(zone, name, DNS_A) : NULL;

        if (record)
            return snprintf(out_ip, 16, "%s", dns_data_text(arena, record)) < 16;
        record = zone ? dns_zone_find(zone, name, DNS_CNAME) : NULL;
        if (!record)
            return false;
        name = dns_data_text(arena, record);
    }
    return false;
}

bool dns_side_resolve(const DnsSide *side, const char *name, char out_ip[16])
{
    Arena arena = {0};
    bool ok = resolve(side, &arena, arena_format(&arena, "%s.", name), out_ip);

    arena_release(&arena);
    return ok;
}

int dns_side_count(const DnsSide *side)
{
    return side->count;
}

DnsServer *dns_side_server(const DnsSide *side, int index)
{
    assert(index >= 0 && index < side->count);
    return side->servers[index].server;
}

DnsZone *dns_side_zone(const DnsSide *side, int index)
{
    assert(index >= 0 && index < side->count);
    return side->servers[index].zone;
}

/* ---- the whole ------------------------------------------------------------------------------------------------------------------------- */

static DnsZone *make_zone(const World *world, const char *apex)
{
    char primary[96];

    snprintf(primary, sizeof primary, "ns1.%s", apex);
    return dns_zone_new(
        &(DnsZoneOptions){.apex = apex,
                          .primary = primary,
                          .serial = 2026030101,
                          .negative_ttl_s = (uint32_t)world->parameters.dns.negative_ttl_s,
                          .ttl_s = 3600});
}

static void make_server(DnsSide *side, int index)
{
    NameServer *entry = &side->servers[index];
    World *world = side->world;
    char stream[32];

    snprintf(stream, sizeof stream, "dns/%d", index);
    entry->side = side;
    entry->index = index;
    entry->random = world_random(world, stream);
    entry->zone = make_zone(world, world->zone_name);
    entry->refresh = timer_new(world->loop, on_refresh, entry);
    entry->server = dns_server_new(&(DnsServerOptions){.loop = world->loop,
                                                       .trace = world->trace,
                                                       .site = "dns",
                                                       .faults = world_points(world)});
    dns_server_add_key(entry->server,
                       &(DnsKey){.name = "understudy.", .secret = world->tsig_secret});
}

DnsSide *dns_side_new(World *world)
{
    DnsSide *side = MEMORY_NEW(DnsSide);

    side->world = world;
    side->count = 1 + (int)world->parameters.dns.secondaries;
    side->random = world_random(world, "dns/balancers");
    side->balancers = make_zone(world, BALANCER_ZONE);
    side->tell = timer_new(world->loop, on_tell, side);
    for (int i = 0; i < side->count; i++)
        make_server(side, i);
    dns_zone_on_change(side->servers[0].zone, on_zone, side);
    return side;
}

static void point(DnsSide *side, const char *name, uint16_t type, const char *text, int64_t ttl_s)
{
    bool ok = dns_zone_point(side->servers[0].zone, name, type, text, (uint32_t)ttl_s, NULL);

    assert(ok);
    (void)ok;
}

/* The steady state: the permanent name of mp1 leads to its load balancer, the floating name to mp1. mp2's is unknown (X14). */
static void fill_zone(DnsSide *side)
{
    const World *world = side->world;
    const Plane *active = world->planes[0];
    const WorldParameters *parameters = &world->parameters;
    char dotted[96], ip[16];

    for (int i = 0; i < side->count; i++) {
        char name[96];

        snprintf(name, sizeof name, "ns%d.%s", i + 1, world->zone_name);
        dns_zone_add(side->servers[0].zone, world->zone_name, DNS_NS, name, 3600, NULL);
        point(side, name, DNS_A, world_address(world, 0, 0, FIRST_HOST + i, ip), 3600);
    }
    if (parameters->address_style == WORLD_LB_HOSTNAME &&
        parameters->record_style == WORLD_DNS_CNAME) {
        snprintf(dotted, sizeof dotted, "%s-1.%s", active->name, BALANCER_ZONE);
        point(side, side->watched[0], DNS_CNAME, dotted, parameters->dns.permanent_ttl_s);
    } else {
        point(side, side->watched[0], DNS_A, plane_address(active),
              parameters->dns.permanent_ttl_s);
    }
    if (parameters->record_style == WORLD_DNS_CNAME)
        point(side, side->watched[FLOATING], DNS_CNAME, side->watched[0],
              parameters->dns.floating_ttl_s);
    else
        point(side, side->watched[FLOATING], DNS_A, plane_address(active),
              parameters->dns.floating_ttl_s);
}

bool dns_side_start(DnsSide *side, Error *err)
{
    World *world = side->world;
    char ip[16];

    for (int i = 0; i < WORLD_PLANES; i++)
        snprintf(side->watched[i], sizeof side->watched[i], "%s.",
                 world->planes[i]->permanent_name);
    snprintf(side->watched[FLOATING], sizeof side->watched[FLOATING], "%s.", world->floating_name);
    fill_zone(side);
    for (int i = 0; i < NAMES; i++)
        tell_name(side, i, true);
    for (int i = 0; i < side->count; i++) {
        if (i > 0)
            dns_zone_copy(side->servers[i].zone, side->servers[0].zone);
        dns_server_add_zone(side->servers[i].server, side->servers[i].zone);
        dns_server_add_zone(side->servers[i].server, side->balancers);
        world_address(world, 0, 0, FIRST_HOST + i, ip);
        if (!door_open_dns(world, ip, PORT, "dns", side->servers[i].server, &side->servers[i].door,
                           err))
            return false;
    }
    return true;
}

void dns_side_free(DnsSide *side)
{
    if (!side)
        return;
    for (int i = 0; i < side->count; i++) {
        door_close(side->servers[i].door);
        dns_server_free(side->servers[i].server);
        timer_free(side->servers[i].refresh);
        dns_zone_free(side->servers[i].zone);
    }
    for (int i = 0; i < side->name_count; i++) {
        timer_free(side->names[i]->timer);
        free(side->names[i]);
    }
    dns_zone_free(side->balancers);
    timer_free(side->tell);
    free(side);
}
