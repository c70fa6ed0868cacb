/*
 * sim/topology.c - the network between the sites of a world: who reaches whom, how fast, and what is cut.
 */
#include "sim/topology.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

typedef struct {
    char *from, *to;
    uint16_t port;
    NetworkFate fate;
    int64_t extra_delay_ms, hits;
    bool is_removed; /* its hits can still be asked for */
    bool is_limited; /* to transport */
    NetworkTransport transport;
} Rule;

typedef struct {
    TopologyListener *call;
    void *owner;
} Listening;

struct Topology {
    uint64_t seed;
    Span latency;
    Network network;
    Rule *rules; /* a handle is an index */
    size_t rule_count, rule_capacity;
    Listening *listeners;
    size_t listener_count, listener_capacity;
};

static NetworkVerdict ask(void *self, NetworkTransport transport, const char *from, const char *to,
                          uint16_t port)
{
    return topology_ask_by(self, transport, from, to, port);
}

Topology *topology_new(uint64_t seed)
{
    Topology *topology = MEMORY_NEW(Topology);

    topology->seed = seed;
    topology->latency = (Span){1, 5};
    topology->network = (Network){.self = topology, .connect = ask};
    return topology;
}

void topology_free(Topology *topology)
{
    if (!topology)
        return;
    for (size_t i = 0; i < topology->rule_count; i++) {
        free(topology->rules[i].from);
        free(topology->rules[i].to);
    }
    free(topology->rules);
    free(topology->listeners);
    free(topology);
}

const Network *topology_network(Topology *topology)
{
    return &topology->network;
}

void topology_set_latency(Topology *topology, const Span *latency)
{
    topology->latency = *latency;
}

static void tell(Topology *topology)
{
    for (size_t i = 0; i < topology->listener_count; i++)
        topology->listeners[i].call(topology->listeners[i].owner);
}

int topology_add(Topology *topology, const char *from, const char *to, uint16_t port,
                 NetworkFate fate, int64_t extra_delay_ms)
{
    MEMORY_GROW(topology->rules, topology->rule_count, topology->rule_capacity);
    topology->rules[topology->rule_count++] = (Rule){.from = memory_text(from),
                                                     .to = memory_text(to),
                                                     .port = port,
                                                     .fate = fate,
                                                     .extra_delay_ms = extra_delay_ms};
    tell(topology);
    return (int)topology->rule_count - 1;
}

static Rule *rule_of(const Topology *topology, int handle)
{
    assert(handle >= 0 && (size_t)handle < topology->rule_count);
    return &topology->rules[handle];
}

void topology_limit(Topology *topology, int handle, NetworkTransport transport)
{
    rule_of(topology, handle)->is_limited = true;
    rule_of(topology, handle)->transport = transport;
}

void topology_remove(Topology *topology, int handle)
{
    Rule *rule = rule_of(topology, handle);

    if (rule->is_removed)
        return;
    rule->is_removed = true;
    tell(topology);
}

int64_t topology_hits(const Topology *topology, int handle)
{
    return rule_of(topology, handle)->hits;
}

void topology_listen(Topology *topology, TopologyListener *listener, void *owner)
{
    MEMORY_GROW(topology->listeners, topology->listener_count, topology->listener_capacity);
    topology->listeners[topology->listener_count++] = (Listening){listener, owner};
}

void topology_unlisten(Topology *topology, TopologyListener *listener, void *owner)
{
    size_t kept = 0;

    for (size_t i = 0; i < topology->listener_count; i++) {
        const Listening *entry = &topology->listeners[i];

        if (entry->call != listener || entry->owner != owner)
            topology->listeners[kept++] = *entry;
    }
    topology->listener_count = kept;
}

/* "cp-*" stands for every name that begins so, "*" for all. */
static bool matches(const char *pattern, const char *site)
{
    size_t length = strlen(pattern);

    if (length > 0 && pattern[length - 1] == '*')
        return strncmp(pattern, site, length - 1) == 0;
    return strcmp(pattern, site) == 0;
}

static Rule *find(const Topology *topology, NetworkTransport transport, const char *from,
                  const char *to, uint16_t port)
{
    for (size_t i = topology->rule_count; i-- > 0;) {
        Rule *rule = &topology->rules[i];

        if (!rule->is_removed && (rule->port == 0 || rule->port == port) &&
            (!rule->is_limited || rule->transport == transport) && matches(rule->from, from) &&
            matches(rule->to, to))
            return rule;
    }
    return NULL;
}

/* The way between two sites is as long each time: drawn from a stream of its own, anew for each question. */
static int64_t latency(const Topology *topology, const char *from, const char *to)
{
    char stream[96];
    Random random;

    snprintf(stream, sizeof stream, "network/%s/%s", from, to);
    random_init(&random, topology->seed, stream);
    return span_draw(&topology->latency, &random);
}

NetworkVerdict topology_ask(Topology *topology, const char *from, const char *to, uint16_t port)
{
    return topology_ask_by(topology, NETWORK_STREAM, from, to, port);
}

NetworkVerdict topology_ask_by(Topology *topology, NetworkTransport transport, const char *from,
                               const char *to, uint16_t port)
{
    NetworkVerdict verdict = {.fate = NETWORK_DELIVER};
    Rule *rule = NULL;

    if (strcmp(from, to) == 0)
        return verdict;
    verdict.delay_ms = latency(topology, from, to);
    rule = find(topology, transport, from, to, port);
    if (rule) {
        rule->hits++;
        verdict.fate = rule->fate;
        verdict.delay_ms += rule->extra_delay_ms;
    }
    return verdict;
}
