/*
 * sim/edge_address.c - what an edge knows its plane's address to be.
 */
#include "sim/edge_address.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

enum { INTERVAL_MS = 30000 };

static const WorldParameters *parameters_of(const EdgeAddress *address)
{
    return &address->site->world->parameters;
}

/* Where it was is tried first, without asking anybody (I2); gRPC asks no sooner than its interval allows. */
static bool is_content(const EdgeAddress *address, bool is_first)
{
    const WorldParameters *parameters = parameters_of(address);

    if (!*address->ip)
        return false;
    if (parameters->edges.lookup != WORLD_LOOKUP_GRPC)
        return true;
    return (is_first && parameters->edges.tries_old_address_first) || !address->is_in_doubt ||
           (address->answered_ms && clock_mono_ms() - address->answered_ms < INTERVAL_MS);
}

static int64_t look_up(EdgeAddress *address)
{
    int64_t delay_ms = 0;

    resolver_lookup(address->site->resolver, address->host, address->ip, &delay_ms);
    if (*address->ip) {
        address->answered_ms = clock_mono_ms();
        address->is_in_doubt = false;
    }
    return delay_ms;
}

int64_t edge_address_find(EdgeAddress *address, bool is_first)
{
    return is_content(address, is_first) ? 0 : look_up(address);
}

/* Envoy keeps the address it has when there is no answer. */
static void on_refresh(void *owner)
{
    EdgeAddress *address = owner;
    char known[16];

    memcpy(known, address->ip, sizeof known);
    look_up(address);
    if (!*address->ip)
        memcpy(address->ip, known, sizeof known);
    timer_start(address->refresh, parameters_of(address)->edges.refresh_ms);
}

void edge_address_doubt(EdgeAddress *address)
{
    address->is_in_doubt = true;
}

void edge_address_start(EdgeAddress *address, const char *ip)
{
    const WorldParameters *parameters = parameters_of(address);

    snprintf(address->host, sizeof address->host, "%s", site_plane_host(address->site));
    snprintf(address->ip, sizeof address->ip, "%s", ip);
    address->answered_ms = 0;
    if (parameters->edges.lookup == WORLD_LOOKUP_ENVOY)
        timer_start(address->refresh,
                    random_between(&address->random, 0, parameters->edges.refresh_ms));
}

void edge_address_init(EdgeAddress *address, ControlPlaneSite *site)
{
    char stream[40];

    snprintf(stream, sizeof stream, "address/%s", site->name);
    *address = (EdgeAddress){.site = site, .random = world_random(site->world, stream)};
    address->refresh = timer_new(site->world->loop, on_refresh, address);
}

void edge_address_release(EdgeAddress *address)
{
    timer_free(address->refresh);
}
