/*
 * sim/central.c - mpc and XCP central of one management plane: whether it can feed edges, and with what it was fed itself.
 *
 * All goes well: central and mpc have pods and the database takes writes; mpc pushes what TSB has, central accepts it (a
 * drawn time later it is warm); edges that are connected get their configuration. Goes wrong: central's pods go, or the plane is to be a
 * standby: every edge's stream breaks, and all that central knew is gone.
 * It also looks after its edges together: what the network did to them, and the lastSyncTime that TSB stores now and then.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "sim/inside.h"

typedef struct Central {
    Plane *plane;
    Random random;
    Timer *look, *rebuild, *store, *network;
    bool is_up; /* it has pods that take connections */
    bool is_warm, is_started;
    bool was_left; /* it is warm, and TSB was away: mpc has to ask it for everything once more */
    int pushes;
    int handle; /* of the listener for Deployments */
} Central;

static bool has_pods(const Plane *plane)
{
    return plane_ready_pods(plane, "central") > 0;
}

static bool can_be_fed(const Plane *plane)
{
    return has_pods(plane) && plane_ready_pods(plane, "mpc") > 0 && plane_is_writable(plane) &&
           !plane_wants_standby(plane);
}

/* ---- its edges ------------------------------------------------------------------------------------------------------------------------ */

typedef struct Edge Edge;
typedef void EdgeVisit(Edge *edge, const Central *central);

/* Each edge that is connected here. */
static void visit_edges(Central *central, EdgeVisit *visit)
{
    World *world = central->plane->world;

    for (int64_t i = 0; i < world->parameters.control_planes; i++)
        if (edge_is_connected(world->sites[i]->edge, central->plane))
            visit(world->sites[i]->edge, central);
}

static void kick(Edge *edge, const Central *central)
{
    edge_kick(edge, central->plane, "central has no pods");
}

static void feed(Edge *edge, const Central *central)
{
    (void)central;
    edge_check_central(edge);
}

static void check_network(Edge *edge, const Central *central)
{
    (void)central;
    edge_check_network(edge);
}

static void on_network(void *owner)
{
    visit_edges(owner, check_network);
}

static void on_rule(void *owner)
{
    Central *central = owner;

    timer_start(central->network, 0);
}

/* What edges report goes into the database together; the API shows the exact times before that. */
static void on_store(void *owner)
{
    Central *central = owner;
    World *world = central->plane->world;

    for (int64_t i = 0; i < world->parameters.control_planes; i++) {
        const ControlPlaneSite *site = world->sites[i];

        if (edge_is_synced(site->edge, central->plane))
            plane_front_write_sync(central->plane, site->name,
                                   edge_synced_wall_ms(site->edge, central->plane));
    }
    if (central->is_warm)
        timer_start(central->store, world->parameters.edges.resync_ms);
}

/* ---- cold and warm ---------------------------------------------------------------------------------------------------------------------- */

static void note(const Central *central, const char *what)
{
    world_note(central->plane->world, central->plane->name, "mpc", "deployments", "central", what);
}

static void on_rebuilt(void *owner)
{
    Central *central = owner;
    const WorldParameters *parameters = &central->plane->world->parameters;
    int64_t xcp_ms = clock_wall_ms();
    int64_t mpc_ms = xcp_ms - span_draw(&parameters->central.mpc_to_xcp, &central->random);
    int64_t tsb_ms = mpc_ms - span_draw(&parameters->central.tsb_to_mpc, &central->random);

    if (!can_be_fed(central->plane))
        return;
    central->is_warm = true;
    central->was_left = false;
    central->pushes++;
    plane_front_write_accepted(central->plane, tsb_ms, mpc_ms, xcp_ms);
    note(central, "central knows all that TSB has");
    visit_edges(central, feed);
    timer_start(central->store, parameters->edges.resync_ms);
}

static void go_cold(Central *central)
{
    timer_stop(central->rebuild);
    timer_stop(central->store);
    if (central->is_warm)
        note(central, "central forgot all it knew");
    central->is_warm = false;
    visit_edges(central, kick);
}

/* One that knows nothing takes long; one that TSB left and came back to is told what is there. */
static int64_t feeding_takes(Central *central)
{
    const WorldParameters *parameters = &central->plane->world->parameters;

    return span_draw(central->is_warm ? &parameters->central.tsb_to_mpc
                                      : &parameters->central.cache_rebuild,
                     &central->random);
}

static void on_look(void *owner)
{
    Central *central = owner;
    const Plane *plane = central->plane;
    bool is_up = has_pods(plane) && !plane_wants_standby(plane);

    if (!is_up && central->is_up)
        go_cold(central);
    central->is_up = is_up;
    central->was_left = central->is_warm && (central->was_left || !can_be_fed(plane));
    if (!can_be_fed(plane))
        timer_stop(central->rebuild);
    else if ((!central->is_warm || central->was_left) && !timer_is_running(central->rebuild))
        timer_start(central->rebuild, feeding_takes(central));
}

static void on_deployment(void *owner, const KubeChange *change)
{
    Central *central = owner;
    const char *name = json_string_or(change->object, "metadata/name", "");

    if (strcmp(name, "central") == 0 || strcmp(name, "mpc") == 0)
        timer_start(central->look, 0);
}

static void on_plane(void *owner, Plane *plane, PlaneChange change)
{
    Central *central = owner;

    (void)plane;
    (void)change;
    timer_start(central->look, 0);
}

/* ---- the whole --------------------------------------------------------------------------------------------------------------------------- */

bool central_is_warm(const Central *central)
{
    return central->is_warm;
}

int central_pushes(const Central *central)
{
    return central->pushes;
}

Central *central_new(Plane *plane)
{
    Central *central = MEMORY_NEW(Central);
    Loop *loop = plane->world->loop;
    char stream[32];

    snprintf(stream, sizeof stream, "central/%s", plane->name);
    central->plane = plane;
    central->random = world_random(plane->world, stream);
    central->look = timer_new(loop, on_look, central);
    central->rebuild = timer_new(loop, on_rebuilt, central);
    central->store = timer_new(loop, on_store, central);
    central->network = timer_new(loop, on_network, central);
    return central;
}

void central_start(Central *central)
{
    Plane *plane = central->plane;

    central->is_started = true;
    central->is_up = has_pods(plane) && !plane_wants_standby(plane);
    central->is_warm = can_be_fed(plane);
    central->pushes = central->is_warm;
    central->handle = kube_listen(plane->cluster, "deployments", on_deployment, central);
    plane_listen(plane, on_plane, central);
    topology_listen(plane->world->topology, on_rule, central);
    if (central->is_warm)
        timer_start(central->store, plane->world->parameters.edges.resync_ms);
}

void central_free(Central *central)
{
    if (!central)
        return;
    if (central->is_started) {
        topology_unlisten(central->plane->world->topology, on_rule, central);
        kube_unlisten(central->plane->cluster, central->handle);
    }
    timer_free(central->look);
    timer_free(central->rebuild);
    timer_free(central->store);
    timer_free(central->network);
    free(central);
}
