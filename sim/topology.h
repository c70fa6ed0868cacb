/*
 * sim/topology.h - the network between the sites of a world: who reaches whom, how fast, and what is cut.
 *
 * Rules are looked at newest first; "*" stands for every site, "cp-*" for each whose name begins so. Without a rule everything is
 * delivered after a latency (1 to 5 ms) that is drawn once for each pair of sites, so that one more exchange between two sites
 * shifts nothing between others. Inside one site there is no network.
 */
#ifndef SIM_TOPOLOGY_H
#define SIM_TOPOLOGY_H

#include "base/network.h"
#include "base/random.h"
#include "sim/parameters.h"

typedef struct Topology Topology;

Topology *topology_new(uint64_t seed);
void topology_free(Topology *topology);
const Network *topology_network(Topology *topology); /* for seam_simulate and for models */
void topology_set_latency(Topology *topology, const Span *latency);

/* From now on messages from -> to (port 0: any) meet fate. Returns a handle for topology_remove. */
int topology_add(Topology *topology, const char *from, const char *to, uint16_t port,
                 NetworkFate fate, int64_t extra_delay_ms);
/* The rule is for that transport alone. */
void topology_limit(Topology *topology, int handle, NetworkTransport transport);
void topology_remove(Topology *topology, int handle);
/* How often the rule decided something: the witness of a network fault. */
int64_t topology_hits(const Topology *topology, int handle);

/* Told after each rule that comes or goes. Listeners note and start a timer. */
typedef void TopologyListener(void *owner);
void topology_listen(Topology *topology, TopologyListener *listener, void *owner);
void topology_unlisten(Topology *topology, TopologyListener *listener, void *owner);

NetworkVerdict topology_ask(Topology *topology, const char *from, const char *to,
                            uint16_t port); /* by a stream */
NetworkVerdict topology_ask_by(Topology *topology, NetworkTransport transport, const char *from,
                               const char *to, uint16_t port);

#endif
