/*
 * sim/dns/side.c - the authoritative servers of a world: the zone with the floating and permanent names, and the load balancers' zone.
 *
 * All goes well: an update reaches the first server; the zone's serial moves; what changed is told (watch.c); each secondary comes and
 * fetches it (secondary.c). Names of load balancers appear a while after their address does (balancers.c).
 */
#include "sim/dns/side.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "fakes/dns/data.h"
#include "fakes/dns/name.h"

enum { FIRST_HOST = 53, PORT = 5353, CHAIN_MAX = 8 };

/* ---- writing --------------------------------------------------------------------------------------------------------------------------- */

void dns_side_rewrite(DnsSide *side, const char *name, const char *target, const char *writer)
{
    dns_side_write(side, name, DNS_CNAME, target,
                   (uint32_t)side->world->parameters.dns.floating_ttl_s, writer);
}

void dns_side_write(DnsSide *side, const char *name, uint16_t type, const char *text,
                    uint32_t ttl_s, const char *writer)
{
    side->writer = writer;
    if (text)
        dns_zone_point(side->servers[0].zone, name, type, text, ttl_s, NULL);
    else
        dns_zone_remove(side->servers[0].zone, name, type);
}

void dns_side_name_balancer(DnsSide *side, const char *hostname, const char *ip_or_null)
{
    dns_balancers_name(side->balancers, hostname, ip_or_null);
}

static void on_zone(void *owner)
{
    DnsSide *side = owner;

    if (!side->world->is_started)
        return;
    dns_watch_notice(side);
    for (int i = 1; i < side->count && side->world->parameters.dns.notifies; i++)
        dns_follower_notify(&side->servers[i]);
    if (side->view)
        dns_view_notice(side->view);
}

/* ---- asking --------------------------------------------------------------------------------------------------------------------------- */

static const DnsZone *zone_of(const DnsSide *side, const char *name)
{
    const DnsZone *balancers = dns_balancers_zone(side->balancers);

    if (dns_name_is_under(name, dns_zone_apex(balancers)))
        return balancers;
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

DnsServer *dns_side_private(const DnsSide *side)
{
    assert(side->view);
    return dns_view_server(side->view);
}

DnsZone *dns_side_zone(const DnsSide *side, int index)
{
    assert(index >= 0 && index < side->count);
    return side->servers[index].zone;
}

const struct DnsRoute53 *dns_side_route53(const DnsSide *side)
{
    return side->route53;
}

/* ---- what faults do to them -------------------------------------------------------------------------------------------------------------- */

static NameServer *server_named(DnsSide *side, const char *name)
{
    for (int i = 0; i < side->count; i++)
        if (strcmp(side->servers[i].name, name) == 0)
            return &side->servers[i];
    return NULL;
}

bool dns_side_slow(DnsSide *side, const char *name, int64_t slow_ms)
{
    NameServer *server = server_named(side, name);

    if (server)
        dns_follower_slow(server, slow_ms);
    return server != NULL;
}

bool dns_side_set_clock(DnsSide *side, const char *name, int64_t ahead_ms)
{
    NameServer *server = server_named(side, name);

    if (server)
        dns_server_set_clock(server->server, ahead_ms);
    return server != NULL;
}

/* ---- the whole ------------------------------------------------------------------------------------------------------------------------- */

DnsZone *dns_side_make_zone(const World *world, const char *apex)
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
    snprintf(entry->name, sizeof entry->name, "ns%d", index + 1);
    entry->random = world_random(world, stream);
    entry->zone = dns_side_make_zone(world, world->zone_name);
    dns_follower_init(entry);
    entry->server = dns_server_new(&(DnsServerOptions){.loop = world->loop,
                                                       .trace = world->trace,
                                                       .site = "dns",
                                                       .name = entry->name,
                                                       .client = "desk",
                                                       .faults = world_points(world)});
    dns_server_add_key(entry->server,
                       &(DnsKey){.name = "understudy.", .secret = world->tsig_secret});
}

DnsSide *dns_side_new(World *world)
{
    DnsSide *side = MEMORY_NEW(DnsSide);

    side->world = world;
    side->count = 1 + (int)world->parameters.dns.secondaries;
    side->balancers = dns_balancers_new(world);
    dns_watch_init(side);
    for (int i = 0; i < side->count; i++)
        make_server(side, i);
    if (world->parameters.dns.private_view > 0)
        side->view = dns_view_new(side);
    if (world->parameters.dns_provider == WORLD_DNS_BY_ROUTE53)
        side->route53 = dns_route53_new(world);
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
/* A plane's own name. The standby has none before it has an address; the active's is left, wherever it leads. */
static void name_plane(DnsSide *side, int index)
{
    const Plane *plane = side->world->planes[index];
    const WorldParameters *parameters = &side->world->parameters;
    char dotted[96];

    if (index > 0 && !*plane_address(plane))
        return;
    snprintf(dotted, sizeof dotted, "%s-1.%s", plane->name,
             dns_zone_apex(dns_balancers_zone(side->balancers)));
    if (parameters->address_style == WORLD_LB_HOSTNAME &&
        parameters->record_style == WORLD_DNS_CNAME)
        point(side, side->watched[index], DNS_CNAME, dotted, parameters->dns.permanent_ttl_s);
    else
        point(side, side->watched[index], DNS_A, plane_address(plane),
              parameters->dns.permanent_ttl_s);
}

static void fill_zone(DnsSide *side)
{
    const World *world = side->world;
    const Plane *active = world->planes[0];
    const WorldParameters *parameters = &world->parameters;
    char ip[16];

    for (int i = 0; i < side->count; i++) {
        char name[96];

        snprintf(name, sizeof name, "ns%d.%s", i + 1, world->zone_name);
        dns_zone_add(side->servers[0].zone, world->zone_name, DNS_NS, name, 3600, NULL);
        point(side, name, DNS_A, world_address(world, 0, 0, FIRST_HOST + i, ip), 3600);
    }
    for (int i = 0; i < WORLD_PLANES; i++)
        name_plane(side, i);
    if (parameters->record_style == WORLD_DNS_CNAME)
        point(side, side->watched[DNS_FLOATING], DNS_CNAME, side->watched[0],
              parameters->dns.floating_ttl_s);
    else
        point(side, side->watched[DNS_FLOATING], DNS_A, plane_address(active),
              parameters->dns.floating_ttl_s);
}

static bool start_server(DnsSide *side, int index, Error *err)
{
    NameServer *entry = &side->servers[index];
    char ip[16];

    if (index > 0) {
        dns_zone_copy(entry->zone, side->servers[0].zone);
        dns_follower_start(entry);
    }
    dns_server_add_zone(entry->server, entry->zone);
    dns_server_add_zone(entry->server, dns_balancers_zone(side->balancers));
    world_address(side->world, 0, 0, FIRST_HOST + index, ip);
    return door_open_dns(side->world, ip, PORT, "dns", entry->server, &entry->door, err);
}

bool dns_side_start(DnsSide *side, Error *err)
{
    const World *world = side->world;

    for (int i = 0; i < WORLD_PLANES; i++)
        snprintf(side->watched[i], sizeof side->watched[i], "%s.",
                 world->planes[i]->permanent_name);
    snprintf(side->watched[DNS_FLOATING], sizeof side->watched[DNS_FLOATING], "%s.",
             world->floating_name);
    fill_zone(side);
    dns_watch_start(side);
    for (int i = 0; i < side->count; i++)
        if (!start_server(side, i, err))
            return false;
    if (side->view)
        dns_view_start(side->view);
    return !side->route53 || dns_route53_start(side->route53, side->servers[0].zone, err);
}

void dns_side_free(DnsSide *side)
{
    if (!side)
        return;
    dns_route53_free(side->route53);
    for (int i = 0; i < side->count; i++) {
        door_close(side->servers[i].door);
        dns_server_free(side->servers[i].server);
        dns_follower_release(&side->servers[i]);
        dns_zone_free(side->servers[i].zone);
    }
    dns_view_free(side->view);
    dns_balancers_free(side->balancers);
    dns_watch_release(side);
    free(side);
}
