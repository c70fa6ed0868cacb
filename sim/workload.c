/*
 * sim/workload.c - a client at the desk that creates a tenant now and then, through the floating name, and remembers what it was promised.
 *
 * It resolves the name as any client does (the answer is kept for its TTL), and what the plane that it reaches answers is told.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "sim/inside.h"

typedef struct Workload {
    World *world;
    Timer *timer;
    struct Resolver *resolver;
    int written;
    char **keys; /* acknowledged */
    size_t count, capacity;
} Workload;

static void refuse(Workload *workload, const char *name, const char *why)
{
    cJSON *data = cJSON_CreateObject();
    char key[64];

    snprintf(key, sizeof key, "tenants/%s", name);
    cJSON_AddStringToObject(data, "key", key);
    cJSON_AddStringToObject(data, "why", why);
    trace_add(workload->world->trace, "desk", EVENT_WRITE_REFUSED, data, "%s was not written: %s",
              key, why);
}

static void write_tenant(Workload *workload)
{
    World *world = workload->world;
    NetworkVerdict verdict;
    Plane *plane;
    char name[40], ip[16];

    snprintf(name, sizeof name, "workload-%06d", ++workload->written);
    resolver_lookup(workload->resolver, world->floating_name, ip, NULL);
    plane = *ip ? world_plane_at(world, ip) : NULL;
    if (!plane) {
        refuse(workload, name, *ip ? "nobody answers at that address" : "no such host");
        return;
    }
    verdict =
        topology_ask(world->topology, "desk", plane->name, (uint16_t)world->parameters.front_port);
    if (verdict.fate != NETWORK_DELIVER)
        refuse(workload, name, "the network does not lead there");
    else if (!plane_is_open(plane))
        refuse(workload, name, "connection refused");
    else
        plane_front_write_tenant(plane, name);
}

static void on_timer(void *owner)
{
    Workload *workload = owner;

    write_tenant(workload);
    timer_start(workload->timer, workload->world->parameters.workload.tenant_every_ms);
}

void workload_acknowledge(Workload *workload, const char *key)
{
    MEMORY_GROW(workload->keys, workload->count, workload->capacity);
    workload->keys[workload->count++] = memory_text(key);
}

cJSON *workload_report(Workload *workload, Plane *active)
{
    const PgMember *database = active ? plane_primary(active) : NULL;
    cJSON *report = cJSON_CreateObject(), *missing = cJSON_CreateArray();

    for (size_t i = 0; i < workload->count; i++)
        if (!database || !pg_member_row(database, workload->keys[i]))
            cJSON_AddItemToArray(missing, cJSON_CreateString(workload->keys[i]));
    cJSON_AddNumberToObject(report, "acknowledged", (double)workload->count);
    cJSON_AddNumberToObject(report, "readable",
                            (double)workload->count - cJSON_GetArraySize(missing));
    cJSON_AddItemToObject(report, "missing", missing);
    return report;
}

Workload *workload_new(World *world)
{
    Workload *workload = MEMORY_NEW(Workload);

    workload->world = world;
    workload->timer = timer_new(world->loop, on_timer, workload);
    workload->resolver = resolver_new_at(world, "desk");
    return workload;
}

void workload_start(Workload *workload)
{
    Random random = world_random(workload->world, "workload");
    int64_t every_ms = workload->world->parameters.workload.tenant_every_ms;

    if (every_ms > 0)
        timer_start(workload->timer, random_between(&random, 0, every_ms));
}

void workload_free(Workload *workload)
{
    if (!workload)
        return;
    timer_free(workload->timer);
    resolver_free(workload->resolver);
    for (size_t i = 0; i < workload->count; i++)
        free(workload->keys[i]);
    free(workload->keys);
    free(workload);
}
