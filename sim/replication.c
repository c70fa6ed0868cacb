/*
 * sim/replication.c - who follows whom among the Postgres instances of both planes, and through what.
 *
 * A replica's primary_conninfo says where its log comes from: the local primary, or a host that leads to the other plane's load balancer.
 * All goes well: host resolves, the load balancer is open on 5432, the network delivers, a primary is there: the link is connected.
 * Goes wrong: an open link breaks at once when the load balancer's connections do; a black hole stalls it until wal_receiver_timeout;
 * a broken link is tried again every 5 s (wal_retrieve_retry_interval), which resolves the host anew.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "sim/faults/faults.h"
#include "sim/inside.h"

enum {
    PORT = 5432,
    FIRST_TRY_MS = 500,
    RETRY_MS = 5000,
    RECEIVER_TIMEOUT_MS = 60000,
    LOCAL_DELAY_MS = 1
};

typedef struct Replication Replication;
struct Replication {
    World *world;
    Timer *retry;
    Random random;
    int64_t delay_ms; /* of the way between the planes; drawn once */
    int64_t stalled_since[WORLD_PLANES][PG_MEMBERS_MAX]; /* clock_mono_ms, or -1 */
    Plane
        *through[WORLD_PLANES][PG_MEMBERS_MAX]; /* whose load balancer an open link goes through */
};

static int64_t *stalled_since(Replication *replication, const PgMember *member)
{
    return &replication->stalled_since[member->plane->index][member->index - 1];
}

static Plane **through(Replication *replication, const PgMember *member)
{
    return &replication->through[member->plane->index][member->index - 1];
}

static bool is_connected(const PgMember *member)
{
    return member->database->stream(member).is_connected;
}

static bool is_stalled(const PgMember *member)
{
    return member->database->stream(member).is_stalled;
}

static NetworkFate way(const PgMember *member, const Plane *to)
{
    return topology_ask(member->plane->world->topology, member->plane->name, to->name, PORT).fate;
}

/* The plane that member's upstream_host leads to, if a new connection to its database would be accepted now. */
static Plane *reach(const PgMember *member)
{
    World *world = member->plane->world;
    char ip[16];
    Plane *plane = NULL;

    if (!dns_side_resolve(world->dns, member->upstream_host, ip))
        return NULL;
    plane = world_plane_at(world, ip);
    if (!plane || !load_balancer_is_open(plane->balancer) ||
        !load_balancer_has_postgres(plane->balancer) || way(member, plane) != NETWORK_DELIVER)
        return NULL;
    return plane;
}

/* The one that it would find is not the one that it may speak to. */
static bool is_refused(PgMember *member)
{
    if (!member->refusal)
        return false;
    pg_pod_log(member, "FATAL:  could not connect to the primary server: %s", member->refusal);
    faults_on_held(member->plane->world->faults, member->plane->name, "stream");
    return true;
}

PgMember *replication_upstream(PgMember *member)
{
    Plane *plane = *member->upstream_host ? reach(member) : member->plane;
    PgMember *upstream = plane ? plane_primary(plane) : NULL;

    return !upstream || upstream == member || is_refused(member) ? NULL : upstream;
}

static DatabaseWay way_from(const Replication *replication, const PgMember *upstream,
                            const PgMember *member)
{
    const WorldParameters *parameters = &replication->world->parameters;

    if (upstream->plane == member->plane)
        return (DatabaseWay){.delay_ms = LOCAL_DELAY_MS};
    return (DatabaseWay){.delay_ms = replication->delay_ms,
                         .lag_bytes = (PgLsn)parameters->replication.lag,
                         .drain_bytes_per_s = (double)parameters->replication.drain_rate};
}

static void set_stream(PgMember *member, bool is_connected, bool is_stalled, const char *what)
{
    member->database->set_stream(member, (DatabaseStream){.is_connected = is_connected,
                                                          .is_stalled = is_stalled});
    world_note(member->plane->world, member->plane->name, "postgres", "pods", member->pod, what);
}

/* An open link: does what carries it still do? */
static void look_at_open(Replication *replication, PgMember *member)
{
    Plane *plane = *through(replication, member);
    PgMember *upstream = NULL;
    NetworkFate fate = NETWORK_DELIVER;

    if (plane && !load_balancer_carries(plane->balancer)) {
        set_stream(member, false, false, "lost its connection to the other plane's database");
        return;
    }
    upstream = plane ? plane_primary(plane) : plane_primary(member->plane);
    if (!upstream || upstream != member->database->upstream(member)) {
        set_stream(member, false, false, "lost its connection: there is no such primary any more");
        return;
    }
    fate = plane ? way(member, plane) : NETWORK_DELIVER;
    if (member->is_half_open) {
        fate = NETWORK_BLACKHOLE;
        faults_on_held(member->plane->world->faults, member->plane->name, "stream");
    }
    if (fate == NETWORK_REFUSE || fate == NETWORK_RESET) {
        set_stream(member, false, false, "lost its connection to the other plane's database");
    } else if (fate == NETWORK_BLACKHOLE && !is_stalled(member)) {
        *stalled_since(replication, member) = clock_mono_ms();
        set_stream(member, true, true, "hears nothing from the other plane's database");
    } else if (fate == NETWORK_BLACKHOLE &&
               clock_mono_ms() - *stalled_since(replication, member) >= RECEIVER_TIMEOUT_MS) {
        member->is_half_open = false; /* the next one is another connection */
        set_stream(member, false, false,
                   "gave up a silent connection to the other plane's database");
    } else if (fate == NETWORK_DELIVER && is_stalled(member)) {
        set_stream(member, true, false, "hears the other plane's database again");
    }
}

void replication_connected(PgMember *member, PgMember *upstream)
{
    Replication *replication = member->plane->world->replication;

    *through(replication, member) = upstream->plane == member->plane ? NULL : upstream->plane;
    world_note(replication->world, member->plane->name, "postgres", "pods", member->pod,
               upstream->plane == member->plane ? "follows the local primary"
                                                : "follows the other plane's database");
}

static void connect_to(const Replication *replication, PgMember *member, PgMember *upstream)
{
    DatabaseWay between = way_from(replication, upstream, member);

    member->database->follow(member, upstream, &between);
    replication_connected(member, upstream);
}

/* Its walreceiver ends as often as it begins: every 5 s the log says why. */
static bool is_failing(PgMember *member)
{
    DatabaseStream stream = member->database->stream(member);

    if (*stream.failure)
        pg_pod_log(member, "FATAL:  %s", stream.failure);
    return *stream.failure != '\0';
}

/* Returns true if member should be looked at again in a while. */
static bool settle_member(Replication *replication, PgMember *member, bool may_connect)
{
    PgMember *upstream = NULL;

    if (!pg_member_is_standby(member) || !pg_member_is_ready(member))
        return false;
    if (is_connected(member))
        look_at_open(replication, member);
    if (is_connected(member) || !member->database->follow)
        return is_stalled(member) || is_failing(member);
    upstream = may_connect ? replication_upstream(member) : NULL;
    if (!upstream)
        return true;
    connect_to(replication, member, upstream);
    return true; /* it may be told no at once */
}

static void settle_all(Replication *replication, bool may_connect)
{
    World *world = replication->world;
    bool is_open = false;

    for (int p = 0; p < WORLD_PLANES; p++)
        for (int i = 0; i < world->planes[p]->member_count; i++)
            if (settle_member(replication, world->planes[p]->members[i], may_connect))
                is_open = true;
    if (is_open && !timer_is_running(replication->retry))
        timer_start(replication->retry, may_connect ? RETRY_MS : FIRST_TRY_MS);
    if (!is_open)
        timer_stop(replication->retry);
}

void replication_disconnect(PgMember *member)
{
    member->database->set_stream(member, (DatabaseStream){.is_connected = false});
}

void replication_break(PgMember *member)
{
    if (!is_connected(member))
        return;
    member->is_half_open = false;
    set_stream(member, false, false, "lost its connection: it was reset");
    replication_settle(member->plane->world);
}

void replication_settle(World *world)
{
    if (world->is_started)
        settle_all(world->replication, false);
}

static void on_retry(void *owner)
{
    settle_all(owner, true);
}

static void on_network(void *owner)
{
    Replication *replication = owner;

    if (replication->world->is_started)
        timer_start(replication->retry, 0);
}

Replication *replication_new(World *world)
{
    Replication *replication = MEMORY_NEW(Replication);

    replication->world = world;
    replication->random = world_random(world, "replication");
    replication->delay_ms = span_draw(&world->parameters.replication.delay, &replication->random);
    replication->retry = timer_new(world->loop, on_retry, replication);
    topology_listen(world->topology, on_network, replication);
    return replication;
}

/* The steady state: everybody follows the first instance of mp1, the other plane through its load balancer, if it replicates. */
void replication_start(Replication *replication)
{
    World *world = replication->world;
    bool is_pair = world->parameters.standby.fed_by == WORLD_FED_BY_REPLICATION;

    for (int p = 0; p < WORLD_PLANES; p++)
        for (int i = 0; i < world->planes[p]->member_count; i++) {
            PgMember *member = world->planes[p]->members[i];
            PgMember *primary = world->planes[is_pair ? 0 : p]->members[0];
            DatabaseWay between = way_from(replication, primary, member);

            if (member == primary || !member->is_deployed)
                continue;
            if (primary->plane != member->plane)
                snprintf(member->upstream_host, sizeof member->upstream_host, "%s",
                         world->planes[0]->permanent_name);
            *through(replication, member) = primary->plane == member->plane ? NULL : primary->plane;
            if (member->database->follow)
                member->database->follow(member, primary, &between);
        }
}

void replication_free(Replication *replication)
{
    if (!replication)
        return;
    topology_unlisten(replication->world->topology, on_network, replication);
    timer_free(replication->retry);
    free(replication);
}
