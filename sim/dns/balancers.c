/*
 * sim/dns/balancers.c - the cloud's zone: a load balancer's name appears in it a while after its address is given.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "sim/dns/side.h"

enum { BALANCERS_MAX = 64, TTL_S = 60 };

typedef struct {
    struct DnsBalancers *balancers;
    char name[96], ip[16];
    Timer *timer;
} BalancerName;

struct DnsBalancers {
    World *world;
    DnsZone *zone;
    Random random;
    BalancerName *names[BALANCERS_MAX];
    int count;
};

static void show(void *owner)
{
    BalancerName *name = owner;

    dns_zone_point(name->balancers->zone, name->name, DNS_A, name->ip, TTL_S, NULL);
    replication_settle(name->balancers->world);
}

static BalancerName *find(struct DnsBalancers *balancers, const char *dotted)
{
    BalancerName *name = NULL;

    for (int i = 0; i < balancers->count; i++)
        if (strcmp(balancers->names[i]->name, dotted) == 0)
            return balancers->names[i];
    assert(balancers->count < BALANCERS_MAX);
    name = MEMORY_NEW(BalancerName);
    name->balancers = balancers;
    snprintf(name->name, sizeof name->name, "%s", dotted);
    name->timer = timer_new(balancers->world->loop, show, name);
    balancers->names[balancers->count++] = name;
    return name;
}

void dns_balancers_name(struct DnsBalancers *balancers, const char *hostname,
                        const char *ip_or_null)
{
    const World *world = balancers->world;
    BalancerName *name = NULL;
    char dotted[96];

    snprintf(dotted, sizeof dotted, "%s.", hostname);
    name = find(balancers, dotted);
    timer_stop(name->timer);
    if (!ip_or_null) {
        dns_zone_remove(balancers->zone, dotted, DNS_ANY);
        return;
    }
    snprintf(name->ip, sizeof name->ip, "%s", ip_or_null);
    if (world->is_started)
        timer_start(name->timer,
                    span_draw(&world->parameters.dns.load_balancer_name_delay, &balancers->random));
    else
        show(name);
}

struct DnsBalancers *dns_balancers_new(World *world)
{
    struct DnsBalancers *balancers = MEMORY_NEW(struct DnsBalancers);

    balancers->world = world;
    balancers->random = world_random(world, "dns/balancers");
    balancers->zone = dns_side_make_zone(world, "elb.example.net.");
    return balancers;
}

void dns_balancers_free(struct DnsBalancers *balancers)
{
    for (int i = 0; i < balancers->count; i++) {
        timer_free(balancers->names[i]->timer);
        free(balancers->names[i]);
    }
    dns_zone_free(balancers->zone);
    free(balancers);
}

DnsZone *dns_balancers_zone(const struct DnsBalancers *balancers)
{
    return balancers->zone;
}
