/*
 * sim/dns/secondary.c - a server that follows the primary: it shows the old zone until it has looked, and fetched what is new.
 *
 * It is told of each change (NOTIFY) and looks a drawn time after the last notice; without notices it looks as often as the SOA's refresh time
 * says. It compares serials by RFC 1982, as every secondary does: a change that left the serial alone, or turned it back, is none to it. What it
 * fetches is the whole zone at once, which is what AXFR, and IXFR over the steps between, come to (fakes/dns/take_over.c). It does not go
 * over a wire, as fakes/dns/secondary.c does: whatever this process dials stands at the desk, and what cuts the desk off from the name
 * servers does not cut them off from each other.
 */
#include "fakes/dns/serial.h"
#include "sim/dns/side.h"
#include "sim/faults/faults.h"

static void look_in(NameServer *server, int64_t ms)
{
    if (server->side->world->parameters.dns.refresh_s > 0)
        timer_start(server->refresh, ms);
}

static void on_refresh(void *owner)
{
    NameServer *server = owner;
    const DnsZone *primary = server->side->servers[0].zone;

    look_in(server, server->side->world->parameters.dns.refresh_s * 1000);
    if (!dns_serial_is_newer(dns_zone_serial(primary), dns_zone_serial(server->zone)))
        return;
    if (server->slow_ms != 0)
        faults_on_part(server->side->world->faults, "dns", server->name,
                       server->slow_ms < 0 ? "did not fetch a change" : "fetched a change late");
    if (server->slow_ms >= 0)
        dns_zone_copy(server->zone, primary);
}

void dns_follower_init(NameServer *server)
{
    server->refresh = timer_new(server->side->world->loop, on_refresh, server);
}

void dns_follower_start(NameServer *server)
{
    const WorldParameters *parameters = &server->side->world->parameters;
    int64_t refresh_ms = parameters->dns.refresh_s * 1000;

    look_in(server,
            parameters->dns.notifies ? refresh_ms : random_between(&server->random, 0, refresh_ms));
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
