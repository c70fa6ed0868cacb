/*
 * sim/doors.c - one listening address of a world: on the seam in simulated time, on loopback otherwise.
 *
 * The seam asks the network of the world before it connects anybody. In real time the kernel has connected by then, and whoever comes is from
 * the desk: refused, the connection is reset; in a black hole, nobody ever says a word on it, until the client gives up.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memory.h"
#include "sim/inside.h"
#include "sim/seam/seam.h"

enum { HELD_MAX = 16 };

struct Door {
    World *world;
    char ip[16];
    uint16_t port;
    const char *site;
    DoorConnection *on_connection;
    void *owner;
    bool has_datagrams;
    Listener *listener; /* in real time */
    int held[HELD_MAX]; /* connections in a black hole, or -1; the oldest goes first */
    size_t next_held;
};

static Door *door_new(World *world, const char *ip, uint16_t port, const char *site)
{
    Door *door = MEMORY_NEW(Door);

    door->site = site;
    for (size_t i = 0; i < HELD_MAX; i++)
        door->held[i] = -1;

    door->world = world;
    snprintf(door->ip, sizeof door->ip, "%s", ip);
    door->port = port;
    return door;
}

static void hold(Door *door, int fd)
{
    int *place = &door->held[door->next_held++ % HELD_MAX];

    if (*place >= 0)
        close(*place);
    *place = fd;
}

void door_refuse(int fd)
{
    const struct linger at_once = {.l_onoff = 1};

    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(fd);
}

static void on_knock(void *owner, int fd)
{
    Door *door = owner;

    switch (topology_ask(door->world->topology, "desk", door->site, door->port).fate) {
    case NETWORK_DELIVER:
        door->on_connection(door->owner, fd);
        break;
    case NETWORK_BLACKHOLE:
        hold(door, fd);
        break;
    case NETWORK_REFUSE:
    case NETWORK_RESET:
        door_refuse(fd);
        break;
    }
}

bool door_open(World *world, const char *ip, uint16_t port, const char *site,
               DoorConnection *on_connection, void *owner, Door **out_door, Error *err)
{
    Door *door = door_new(world, ip, port, site);

    door->on_connection = on_connection;
    door->owner = owner;
    if (world->is_simulated) {
        seam_listen(ip, port, false, site, on_connection, owner);
    } else if (!listener_start(world->loop, ip, port, on_knock, door, &door->listener, err)) {
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
    for (size_t i = 0; i < HELD_MAX; i++)
        if (door->held[i] >= 0)
            close(door->held[i]);
    if (door->world->is_simulated) {
        seam_unlisten(door->ip, door->port, false);
        if (door->has_datagrams)
            seam_unlisten(door->ip, door->port, true);
    }
    free(door);
}
