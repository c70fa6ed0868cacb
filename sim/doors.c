/*
 * sim/doors.c - one listening address of a world: on the seam in simulated time, on loopback otherwise.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "sim/inside.h"
#include "sim/seam/seam.h"

struct Door {
    World *world;
    char ip[16];
    uint16_t port;
    bool has_datagrams;
    Listener *listener; /* in real time */
};

static Door *door_new(World *world, const char *ip, uint16_t port)
{
    Door *door = MEMORY_NEW(Door);

    door->world = world;
    snprintf(door->ip, sizeof door->ip, "%s", ip);
    door->port = port;
    return door;
}

bool door_open(World *world, const char *ip, uint16_t port, const char *site,
               DoorConnection *on_connection, void *owner, Door **out_door, Error *err)
{
    Door *door = door_new(world, ip, port);

    if (world->is_simulated) {
        seam_listen(ip, port, false, site, on_connection, owner);
    } else if (!listener_start(world->loop, ip, port, on_connection, owner, &door->listener, err)) {
        free(door);
        return false;
    }
    *out_door = door;
    return true;
}

bool door_open_dns(World *world, const char *ip, uint16_t port, const char *site, DnsServer *server,
                   Door **out_door, Error *err)
{
    if (!door_open(world, ip, port, site, dns_server_accept_stream, server, out_door, err))
        return false;
    if (world->is_simulated) {
        seam_listen(ip, port, true, site, dns_server_accept_datagrams, server);
        (*out_door)->has_datagrams = true;
    } else if (!dns_server_bind_udp(server, ip, port, err)) {
        door_close(*out_door);
        *out_door = NULL;
        return false;
    }
    return true;
}

void door_close(Door *door)
{
    if (!door)
        return;
    listener_stop(door->listener);
    if (door->world->is_simulated) {
        seam_unlisten(door->ip, door->port, false);
        if (door->has_datagrams)
            seam_unlisten(door->ip, door->port, true);
    }
    free(door);
}
