/*
 * sim/resolver/monitor.c - a monitoring in one cluster that looks up the three names that matter.
 *
 * What it sees of the floating name is told by the resolver itself (resolver.view).
 */
#include "sim/resolver/monitor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct Monitor {
    World *world;
    const char *site;
    struct Resolver *resolver;
    Timer *timer;
    bool has_looked;
    char seen[WORLD_PLANES][16];
};

static void tell(const Monitor *monitor, const char *name, const char *ip, int rcode)
{
    const Plane *plane = *ip ? world_plane_at(monitor->world, ip) : NULL;
    cJSON *data = cJSON_CreateObject();

    cJSON_AddStringToObject(data, "name", name);
    cJSON_AddItemToObject(data, "address", *ip ? cJSON_CreateString(ip) : cJSON_CreateNull());
    cJSON_AddItemToObject(data, "plane",
                          plane ? cJSON_CreateString(plane->name) : cJSON_CreateNull());
    trace_add(monitor->world->trace, monitor->site, EVENT_MONITOR_VIEW, data,
              "%s: monitoring finds %s at %s (%s)", monitor->site, name,
              *ip ? ip : dns_rcode_name(rcode), plane ? plane->name : "no plane");
}

static void look_at(Monitor *monitor, int index)
{
    const char *name = monitor->world->planes[index]->permanent_name;
    char ip[16];
    int rcode = resolver_lookup(monitor->resolver, name, ip, NULL);

    if (monitor->has_looked && strcmp(ip, monitor->seen[index]) == 0)
        return;
    memcpy(monitor->seen[index], ip, sizeof ip);
    tell(monitor, name, ip, rcode);
}

static void on_timer(void *owner)
{
    Monitor *monitor = owner;
    char ip[16];

    resolver_lookup(monitor->resolver, monitor->world->floating_name, ip, NULL);
    for (int i = 0; i < WORLD_PLANES; i++)
        look_at(monitor, i);
    monitor->has_looked = true;
    timer_start(monitor->timer, monitor->world->parameters.dns.asked_every_ms);
}

Monitor *monitor_start(World *world, const char *site, struct Resolver *resolver)
{
    int64_t every_ms = world->parameters.dns.asked_every_ms;
    Monitor *monitor;
    Random random;
    char stream[40];

    if (every_ms <= 0)
        return NULL;
    snprintf(stream, sizeof stream, "monitor/%s", site);
    random = world_random(world, stream);
    monitor = MEMORY_NEW(Monitor);
    *monitor = (Monitor){.world = world, .site = site, .resolver = resolver};
    monitor->timer = timer_new(world->loop, on_timer, monitor);
    timer_start(monitor->timer, random_between(&random, 0, every_ms));
    return monitor;
}

void monitor_free(Monitor *monitor)
{
    if (!monitor)
        return;
    timer_free(monitor->timer);
    free(monitor);
}
