/*
 * sim/postgres_real/links.c - who is connected to a real server through the world's doors, and to whom its own walreceiver is.
 *
 * A client through a door is carried to the server; the world's fault points are asked as it connects and whenever it says something: it
 * goes on, hangs, or is reset. What dials the uplink is carried to the server that replication_upstream says, or is
 * reset if there is none: it will try again. replication.c then stalls or ends that link as what carries it changes.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "sim/postgres_real/server.h"

static void relays_add(Relays *relays, Relay *relay)
{
    MEMORY_GROW(relays->relays, relays->count, relays->capacity);
    relays->relays[relays->count++] = relay;
}

static void relays_remove(Relays *relays, const Relay *relay)
{
    size_t kept = 0;

    for (size_t i = 0; i < relays->count; i++)
        if (relays->relays[i] != relay)
            relays->relays[kept++] = relays->relays[i];
    relays->count = kept;
}

static void relays_break(Relays *relays)
{
    for (size_t i = 0; i < relays->count; i++)
        relay_break(relays->relays[i]);
    free(relays->relays);
    *relays = (Relays){0};
}

/* ---- clients ----------------------------------------------------------------------------------------------------------------------- */

static Fault ask(const RealServer *server, const char *point)
{
    const Plane *plane = server->member->plane;
    const FaultPoints *points = world_points(plane->world);
    const FaultCall call = {.point = point, .site = plane->name, .name = server->member->name};
    Fault fault = fault_ask(points, &call);

    if (fault.kind == FAULT_RESET)
        fault_witness(points, &fault, &call, "the connection was reset");
    else if (fault.kind == FAULT_HANG)
        fault_witness(points, &fault, &call, "nothing was passed on any more");
    return fault;
}

static void on_client_ended(void *owner, Relay *relay)
{
    RealServer *server = owner;

    relays_remove(&server->clients, relay);
}

static void on_client_heard(void *owner, Relay *relay)
{
    RealServer *server = owner;
    Fault fault = ask(server, "postgres.query");

    if (fault.kind == FAULT_HANG) {
        relay_stall(relay, true);
    } else if (fault.kind == FAULT_RESET) {
        relays_remove(&server->clients, relay);
        relay_break(relay);
    }
}

void real_accept(RealServer *server, int fd)
{
    Fault fault = ask(server, "postgres.connect");
    Relay *relay;

    if (server->phase != REAL_RUNNING || fault.kind == FAULT_RESET) {
        door_refuse(fd);
        return;
    }
    relay = relay_new(&(RelayOptions){.loop = server->member->plane->world->loop,
                                      .ip = server->ip,
                                      .port = REAL_PORT,
                                      .on_heard = on_client_heard,
                                      .on_ended = on_client_ended,
                                      .owner = server},
                      fd);
    relays_add(&server->clients, relay);
    relay_stall(relay, fault.kind == FAULT_HANG);
}

/* ---- its own upstream -------------------------------------------------------------------------------------------------------------- */

static void on_uplink_ended(void *owner, Relay *relay)
{
    RealServer *server = owner;

    relays_remove(&server->uplinks, relay);
    if (server->uplinks.count == 0)
        replication_settle(server->member->plane->world);
}

/* Before the world has begun, there is only one server to copy from. */
static PgMember *upstream_now(const RealServer *server)
{
    World *world = server->member->plane->world;

    return world->is_started ? replication_upstream(server->member) : world->planes[0]->members[0];
}

static void on_uplink(void *owner, int fd)
{
    RealServer *server = owner;
    PgMember *upstream = upstream_now(server);

    if (!upstream || !upstream->real->is_ready) {
        door_refuse(fd);
        return;
    }
    server->upstream = upstream;
    relays_add(&server->uplinks,
               relay_new(&(RelayOptions){.loop = server->member->plane->world->loop,
                                         .ip = upstream->real->ip,
                                         .port = REAL_PORT,
                                         .on_ended = on_uplink_ended,
                                         .owner = server},
                         fd));
    if (server->phase == REAL_RUNNING)
        replication_connected(server->member, upstream);
}

bool real_uplink_open(RealServer *server, Error *err)
{
    return listener_start(server->member->plane->world->loop, server->uplink_ip, REAL_PORT,
                          on_uplink, server, &server->uplink, err);
}

void real_drop_uplinks(RealServer *server)
{
    relays_break(&server->uplinks);
}

void real_stall_uplinks(RealServer *server, bool is_stalled)
{
    for (size_t i = 0; i < server->uplinks.count; i++)
        relay_stall(server->uplinks.relays[i], is_stalled);
}

void real_links_free(RealServer *server)
{
    relays_break(&server->clients);
    relays_break(&server->uplinks);
    listener_stop(server->uplink);
}
