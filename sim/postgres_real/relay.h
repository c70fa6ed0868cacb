/*
 * sim/postgres_real/relay.h - the bytes of one connection, carried between a client and a real server, so that the world's network can get at them.
 *
 * All goes well: it connects to the server, carries both directions with one read under way in each, and ends when either side does.
 * Goes wrong: stalled, it reads nothing from either side, which is what a firewall that swallows packets looks like; broken, both
 * sides are reset.
 * Ownership: a relay frees itself when it has ended, after on_ended; the client's descriptor is its.
 */
#ifndef SIM_POSTGRES_REAL_RELAY_H
#define SIM_POSTGRES_REAL_RELAY_H

#include <stdint.h>

#include "base/loop.h"

typedef struct Relay Relay;

typedef void RelayEnded(void *owner, Relay *relay);
/* The client has said something. It may stall or break the relay. */
typedef void RelayHeard(void *owner, Relay *relay);

typedef struct {
    Loop *loop;
    const char *ip; /* of the server */
    uint16_t port;
    RelayHeard *on_heard; /* may be NULL */
    RelayEnded *on_ended;
    void *owner;
} RelayOptions;

Relay *relay_new(const RelayOptions *options, int fd);
void relay_stall(Relay *relay, bool is_stalled);
bool relay_is_stalled(const Relay *relay);
/* Resets both sides; on_ended is not called any more. */
void relay_break(Relay *relay);

#endif
