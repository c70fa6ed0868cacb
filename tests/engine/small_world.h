/*
 * tests/engine/small_world.h - two planes and two control planes in simulated time, and the files that lead an engine to them.
 *
 * The seam keeps the network of a suite's first world, so a suite opens one world only.
 */
#ifndef TESTS_ENGINE_SMALL_WORLD_H
#define TESTS_ENGINE_SMALL_WORLD_H

#include "engine/environment.h"
#include "sim/world.h"

typedef struct {
    Loop *loop;
    Trace *trace;
    Topology *topology;
    World *world;
    char folder[64];
} SmallWorld;

void small_world_open(SmallWorld *small);
void small_world_close(SmallWorld *small);

/* As the world wrote it; release it. */
void small_world_environment(const SmallWorld *small, Environment *out_environment);

#endif
