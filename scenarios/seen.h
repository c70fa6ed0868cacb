/*
 * scenarios/seen.h - what a rehearsed run came to, for holding it against another one.
 */
#ifndef SCENARIOS_SEEN_H
#define SCENARIOS_SEEN_H

#include "scenarios/judge.h"
#include "sim/world.h"

/*
 * Adds to seen: {"state": world_state, "counts": effects_counted, "outcome": of the engine that ended last,
 * "violated": [{"id", "what", "text", "missed": only a budget}]}.
 */
void seen_end(cJSON *seen, World *world, const cJSON *events, const Verdicts *verdicts);

#endif
