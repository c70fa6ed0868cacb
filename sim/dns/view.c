/*
 * sim/dns/view.c - the private view of the zone: the same names, for who asks from inside, kept by other hands than the engine's.
 *
 * A server of its own answers from it. It begins as the public view is; a change there comes here a drawn time later, when somebody
 * thinks of it, or never (F-507).
 */
#include <stdlib.h>

#include "base/memory.h"
#include "sim/dns/side.h"

struct DnsView {
    DnsSide *side;
    DnsServer *server;
    DnsZone *zone;
    Timer *follow;
    Random random;
};

static void on_follow(void *owner)
{
    struct DnsView *view = owner;

    dns_zone_copy(view->zone, view->side->servers[0].zone);
}

struct DnsView *dns_view_new(DnsSide *side)
{
    World *world = side->world;
    struct DnsView *view = MEMORY_NEW(struct DnsView);

    view->side = side;
    view->random = world_random(world, "dns/view");
    view->zone = dns_side_make_zone(world, world->zone_name);
    view->follow = timer_new(world->loop, on_follow, view);
    view->server = dns_server_new(&(DnsServerOptions){.loop = world->loop,
                                                      .trace = world->trace,
                                                      .site = "dns",
                                                      .name = "private",
                                                      .client = "desk",
                                                      .faults = world_points(world)});
    return view;
}

void dns_view_start(struct DnsView *view)
{
    dns_zone_copy(view->zone, view->side->servers[0].zone);
    dns_server_add_zone(view->server, view->zone);
    dns_server_add_zone(view->server, dns_balancers_zone(view->side->balancers));
}

void dns_view_notice(struct DnsView *view)
{
    const Span *lag = &view->side->world->parameters.dns.private_view_lag;

    if (lag->highest > 0)
        timer_start(view->follow, span_draw(lag, &view->random));
}

DnsServer *dns_view_server(const struct DnsView *view)
{
    return view->server;
}

void dns_view_free(struct DnsView *view)
{
    if (!view)
        return;
    dns_server_free(view->server);
    dns_zone_free(view->zone);
    timer_free(view->follow);
    free(view);
}
