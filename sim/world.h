/*
 * sim/world.h - two management planes, their clusters, DNS, N control planes and an operator's desk, joined by a network.
 *
 * A world is made, started, then lives by itself in the callbacks of its loop. In simulated time its servers listen on the seam; in real
 * time on loopback sockets at the same addresses (127.B.x.y). It starts in the steady state: mp1 active, mp2 its standby
 * and streaming, every edge connected to mp1 and synced.
 *
 * Addresses (B is WorldOptions.block): API servers 127.B.0.1:6443 (/clusters/<name>), and from port 6444 on one each if
 * WorldOptions.listens_per_cluster (mp1, mp2, control planes in their order, /); name servers 127.B.0.53 and up, port 5353; load balancers
 * 127.B.1.1.. and 127.B.2.1.. (front port and 5432); Postgres instance i of plane p 127.B.p.(10+i):5432; the resolver of
 * control plane n 127.(B+1).(n/250).(n%250+1):5353.
 *
 * Ownership: the world owns its fakes; loop, trace and topology are borrowed and must outlive it.
 */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include "base/error.h"
#include "base/loop.h"
#include "base/network.h"
#include "base/trace.h"
#include "base/yaml.h"
#include "sim/events.h"
#include "sim/parameters.h"
#include "sim/topology.h"

typedef struct World World;

typedef struct {
    Loop *loop;
    Trace *trace;
    Topology *topology;
    const WorldParameters *parameters; /* copied */
    uint64_t seed;
    int block;         /* B; 80 */
    bool is_simulated; /* the seam is switched on */
    bool
        listens_per_cluster; /* each API server also has a port of its own, which the kubeconfig names */
    const char *audit_log; /* where API servers write who did what (appended); NULL: nowhere */
    const char *
        folder; /* where its files go: kubeconfig, environment.yaml, certificates; made if absent */
    bool is_private; /* nobody needs the folder any more once this process has ended */
} WorldOptions;

World *world_new(const WorldOptions *options);
void world_free(World *world);

/*
 * Populates clusters, issues certificates, listens. Fails with ERR_CONFLICT if an address is taken (real time only). With real Postgres
 * servers it runs the loop until they are there, and fails as postgres_real/real.h says.
 */
bool world_start(World *world, Error *err);

/*
 * Writes the folder: kubeconfig (contexts mp1, mp2, cp-0001...), environment.yaml, env (shell assignments KUBECONFIG, DNS_SERVER, DNS_PORT,
 * TSIG_KEYFILE, PGHOST_MP1...), tsig.key, ca.pem, admin-password, postgres-password. Secrets with mode 0600.
 */
bool world_write_files(World *world, Error *err);

/* An engine is about to begin: adds world.found, which a rollback is held against (V6). */
void world_tell_found(World *world);
/* Ends the story: adds world.end. The world stays as it is. */
void world_end(World *world);

/*
 * Arms one fault of a scenario's `faults:` list (docs/scenarios.md): {at | after | on | (nothing: from the start), inject: {name: {...}}, for}.
 * index is its place in the list. Fails with ERR_INPUT naming place and what was expected.
 */
bool world_arm(World *world, const YamlDocument *document, const cJSON *fault, int index,
               Error *err);

/* Hears of every call to a server of the world before it is done, and may say what becomes of it, as a fault would. One at most. */
typedef Fault WorldWatcher(void *owner, const FaultCall *call);
void world_watch(World *world, WorldWatcher *watcher, void *owner);

/* Every key, token and password that exists in the world, NULL-ended: none of them may appear in any output (V9). Borrowed. */
const char *const *world_secrets(World *world);

/* How many of the control planes are connected and synced with plane since at_ms (trace time)? For progress lines and tests. */
int64_t world_synced(const World *world, const char *plane, int64_t since_ms);

#endif
