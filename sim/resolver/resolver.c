/*
 * sim/resolver/resolver.c - the resolver of one cluster, for its edge by a function call and for the desk over UDP and TCP.
 *
 * It is the uppermost of the cluster's layers of caches (layer.h); the lowest one asks the authoritative servers (authority.h). A cap and the
 * pin of a fault are the uppermost one's. Where the floating name leads is told whenever that changes.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fakes/dns/name.h"
#include "sim/faults/faults.h"
#include "sim/resolver/authority.h"
#include "sim/resolver/monitor.h"
#include "sim/resolver/tree.h"

enum { PORT = 5353, PER_SUBNET = 250 };

typedef struct Resolver {
    World *world;
    const char *site;
    int number; /* of the control plane; -1: a client elsewhere, who tells nobody */
    Random random;
    DnsServer *server;
    Door *door;
    Authority authority;
    Tree tree;
    Monitor *monitor;
    char floating[128]; /* with the dot at the end */
    char seen[16];      /* the address that was told last for it */
} Resolver;

/* ---- who asks ---------------------------------------------------------------------------------------------------------------------------- */

static void address_text(const DnsMessage *answer, char out_ip[16])
{
    out_ip[0] = '\0';
    for (size_t i = 0; i < answer->sections[DNS_ANSWER].count; i++) {
        const DnsRecord *record = &answer->sections[DNS_ANSWER].records[i];

        if (record->type != DNS_A || record->length != 4)
            continue;
        snprintf(out_ip, 16, "%u.%u.%u.%u", record->data[0], record->data[1], record->data[2],
                 record->data[3]);
        return;
    }
}

static void tell_address(const Resolver *resolver, int rcode)
{
    const char *ip = resolver->seen;
    const Plane *plane = *ip ? world_plane_at(resolver->world, ip) : NULL;
    cJSON *data = cJSON_CreateObject();

    cJSON_AddStringToObject(data, "name", resolver->world->floating_name);
    cJSON_AddItemToObject(data, "address", *ip ? cJSON_CreateString(ip) : cJSON_CreateNull());
    cJSON_AddItemToObject(data, "plane",
                          plane ? cJSON_CreateString(plane->name) : cJSON_CreateNull());
    trace_add(resolver->world->trace, resolver->site, EVENT_RESOLVER_VIEW, data,
              "%s sees %s at %s (%s)", resolver->site, resolver->world->floating_name,
              *ip ? ip : dns_rcode_name(rcode), plane ? plane->name : "no plane");
}

void resolver_tell(Resolver *resolver)
{
    tell_address(resolver, DNS_NOERROR);
}

static void tell_view(Resolver *resolver, const char *name, uint16_t type, const DnsMessage *answer)
{
    char ip[16];

    if (resolver->number < 0 || type != DNS_A || strcmp(name, resolver->floating) != 0)
        return;
    address_text(answer, ip);
    if (strcmp(ip, resolver->seen) == 0)
        return;
    memcpy(resolver->seen, ip, sizeof ip);
    tell_address(resolver, answer->rcode);
}

static void ask(Resolver *resolver, Arena *arena, const char *name, uint16_t type,
                DnsMessage *out_answer, int64_t *delay_ms)
{
    DnsCacheState state;

    *delay_ms = 0;
    state = layer_answer(tree_top(&resolver->tree), arena, name, type, clock_mono_ms(), out_answer,
                         delay_ms);
    if (state == DNS_CACHE_PINNED)
        faults_on_held(resolver->world->faults, resolver->site, "resolver");
    tell_view(resolver, name, type, out_answer);
}

/* Nobody is asked about an address that is written out (F-618). */
static bool is_address(const char *name)
{
    struct in_addr address;

    return inet_pton(AF_INET, name, &address) == 1;
}

int resolver_lookup(Resolver *resolver, const char *name, char out_ip[16], int64_t *out_delay_ms)
{
    char tidy[DNS_NAME_TEXT_MAX];
    int64_t delay_ms = 0;
    DnsMessage answer;
    Arena arena = {0};

    out_ip[0] = '\0';
    if (out_delay_ms)
        *out_delay_ms = 0;
    if (is_address(name)) {
        snprintf(out_ip, 16, "%s", name);
        return DNS_NOERROR;
    }
    if (!dns_name_tidy(name, tidy))
        return DNS_NXDOMAIN;
    ask(resolver, &arena, tidy, DNS_A, &answer, &delay_ms);
    address_text(&answer, out_ip);
    arena_release(&arena);
    if (out_delay_ms)
        *out_delay_ms = delay_ms;
    return answer.rcode;
}

static int64_t on_question(void *self, Arena *arena, const DnsRecord *question, DnsMessage *reply)
{
    int64_t delay_ms;
    DnsMessage answer;

    ask(self, arena, question->name, question->type, &answer, &delay_ms);
    reply->rcode = answer.rcode;
    for (int section = DNS_ANSWER; section <= DNS_AUTHORITY; section++)
        for (size_t i = 0; i < answer.sections[section].count; i++)
            dns_add(arena, reply, section, &answer.sections[section].records[i]);
    return delay_ms;
}

void resolver_pin(Resolver *resolver, int64_t for_ms)
{
    DnsCache *cache = tree_top(&resolver->tree)->cache;

    dns_cache_pin(cache, for_ms < 0 ? INT64_MAX : clock_mono_ms() + for_ms);
    if (for_ms == 0)
        dns_cache_clear(cache);
}

/* ---- the whole ----------------------------------------------------------------------------------------------------------------------------- */

/* The last clusters are inside. */
static bool is_inside(const World *world, int number)
{
    return number >= 0 &&
           number >= world->parameters.control_planes - world->parameters.dns.private_view;
}

static Resolver *make(World *world, const char *site, int number)
{
    Resolver *resolver = MEMORY_NEW(Resolver);
    char stream[40];

    snprintf(stream, sizeof stream, "resolver/%s", site);
    resolver->world = world;
    resolver->site = site;
    resolver->number = number;
    resolver->random = world_random(world, stream);
    resolver->authority = (Authority){.world = world,
                                      .site = site,
                                      .random = &resolver->random,
                                      .is_inside = is_inside(world, number)};
    tree_init(&resolver->tree, &world->parameters, authority_ask, &resolver->authority);
    snprintf(resolver->floating, sizeof resolver->floating, "%s.", world->floating_name);
    return resolver;
}

Resolver *resolver_new(ControlPlaneSite *site)
{
    World *world = site->world;
    Resolver *resolver = make(world, site->name, site->number);

    resolver->server = dns_server_new(&(DnsServerOptions){.loop = world->loop,
                                                          .trace = world->trace,
                                                          .site = site->name,
                                                          .client = "desk",
                                                          .faults = world_points(world),
                                                          .resolve = on_question,
                                                          .self = resolver});
    return resolver;
}

Resolver *resolver_new_at(World *world, const char *site)
{
    return make(world, site, -1);
}

/* Somebody in the cluster asked for the floating name not long ago, as agents do. */
static void warm_up(Resolver *resolver)
{
    DnsMessage answer;
    Arena arena = {0};

    tree_warm_up(&resolver->tree, &arena, resolver->floating, &resolver->random, clock_mono_ms(),
                 &answer);
    address_text(&answer, resolver->seen);
    arena_release(&arena);
}

bool resolver_start(Resolver *resolver, Error *err)
{
    char ip[16];

    world_address(resolver->world, 1, resolver->number / PER_SUBNET,
                  resolver->number % PER_SUBNET + 1, ip);
    if (!door_open_dns(resolver->world, ip, PORT, resolver->site, resolver->server, &resolver->door,
                       err))
        return error_wrap(err, "resolver of %s", resolver->site);
    warm_up(resolver);
    resolver->monitor = monitor_start(resolver->world, resolver->site, resolver);
    return true;
}

void resolver_free(Resolver *resolver)
{
    if (!resolver)
        return;
    monitor_free(resolver->monitor);
    door_close(resolver->door);
    if (resolver->server)
        dns_server_free(resolver->server);
    tree_release(&resolver->tree);
    free(resolver);
}
