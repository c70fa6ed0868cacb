/*
 * sim/dns/secondary.c - a server that follows the primary: it shows the old zone for a drawn time after each change.
 *
 * It compares serials, as every secondary does: a change that left the serial alone is none to it.
 */
#include "fakes/dns/serial.h"
#include "sim/dns/side.h"
#include "sim/faults/faults.h"

static void on_refresh(void *owner)
{
    NameServer *server = owner;
    const DnsZone *primary = server->side->servers[0].zone;

    if (server->slow_ms != 0)
        faults_on_part(server->side->world->faults, "dns", server->name,
                       server->slow_ms < 0 ? "did not fetch a change" : "fetched a change late");
    if (server->slow_ms >= 0 &&
        dns_serial_is_newer(dns_zone_serial(primary), dns_zone_serial(server->zone)))
        dns_zone_copy(server->zone, primary);
}

void dns_follower_init(NameServer *server)
{
    server->refresh = timer_new(server->side->world->loop, on_refresh, server);
}

void dns_follower_notify(NameServer *server)
{
    int64_t lag_ms = span_draw(&server->side->world->parameters.dns.secondary_lag, &server->random);

    timer_start(server->refresh, lag_ms + (server->slow_ms > 0 ? server->slow_ms : 0));
}

/* Put back, it fetches what it missed. */
void dns_follower_slow(NameServer *server, int64_t slow_ms)
{
    server->slow_ms = slow_ms;
    if (slow_ms == 0 && server->index > 0)
        dns_follower_notify(server);
}

void dns_follower_release(NameServer *server)
{
    timer_free(server->refresh);
}
