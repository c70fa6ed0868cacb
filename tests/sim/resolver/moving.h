/*
 * tests/sim/resolver/moving.h - an authority without a world: one name moves at one moment, and one appears.
 *
 * The zone of the reference's measurement: "active" is a CNAME (TTL 20) to "mp1", then to "mp2", which have addresses (TTL 10); "late" is
 * there (A, TTL 10) only once "active" has moved; the SOA's minimum is 60.
 */
#ifndef TESTS_SIM_RESOLVER_MOVING_H
#define TESTS_SIM_RESOLVER_MOVING_H

#include "sim/resolver/layer.h"

#define MOVING_NAME "active.tsb.example.com."
#define MOVING_LATE "late.tsb.example.com."
#define MOVING_APEX "tsb.example.com."
#define MOVING_OLD  "mp1.tsb.example.com."
#define MOVING_NEW  "mp2.tsb.example.com."

typedef struct {
    int64_t moves_ms;
    bool is_silent; /* it answers nobody */
    int asked;      /* how often it was */
} Moving;

LayerAsk moving_ask;

/* Where an answer to MOVING_NAME leads: MOVING_OLD, MOVING_NEW, or "". */
const char *moving_target(Arena *arena, const DnsMessage *answer);

#endif
