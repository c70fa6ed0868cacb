/*
 * sim/resolver/authority.h - the authoritative servers of a world, as one resolver asks them.
 */
#ifndef SIM_RESOLVER_AUTHORITY_H
#define SIM_RESOLVER_AUTHORITY_H

#include "sim/inside.h"
#include "sim/resolver/layer.h"

typedef struct {
    World *world;
    const char *site; /* where the resolver stands */
    Random *random;   /* the resolver's */
    bool is_inside;   /* it is told the private view */
    uint16_t next_id;
} Authority;

/* Of an Authority: a drawn server, and up to two more if that one does not answer (2 s each). */
LayerAsk authority_ask;

#endif
