/*
 * sim/dns/secondary.c - a server that follows the primary: it shows the old zone for a drawn time after each change.
 */
#include "sim/dns/side.h"

static void on_refresh(void *owner)
{
    NameServer *server = owner;

    dns_zone_copy(server->zone, server->side->servers[0].zone);
}

void dns_follower_init(NameServer *server)
{
    server->refresh = timer_new(server->side->world->loop, on_refresh, server);
}

void dns_follower_notify(NameServer *server)
{
    timer_start(server->refresh,
                span_draw(&server->side->world->parameters.dns.secondary_lag, &server->random));
}

void dns_follower_release(NameServer *server)
{
    timer_free(server->refresh);
}
