/*
 * scenarios/effects.h - which calls to the world's servers change something: the side effects that a crash may fall between.
 *
 * Writes to Kubernetes (the lease's too, not questions about one's rights), DNS updates, writes to TSB's API, and SQL that changes something.
 */
#ifndef SCENARIOS_EFFECTS_H
#define SCENARIOS_EFFECTS_H

#include "base/json.h"
#include "base/network.h"

enum { EFFECT_TEXT_MAX = 240 };

/* False: it only looks. out_text: "mp1 PATCH deployments/scale tsb/tsb". */
bool effect_of_call(const FaultCall *call, char out_text[EFFECT_TEXT_MAX]);

/* Starting a program counts as one, whatever it does: "desk starts pg_dump". */
void effect_of_program(const char *const *words, char out_text[EFFECT_TEXT_MAX]);

/* May it arrive twice on its way? What is asked by one session of a database may not. */
bool effect_may_be_repeated(const FaultCall *call);

/* What was changed in a run, by its events, and how often, leases left out: {"mp2 PATCH managementplanes tsb/managementplane": 1}. */
cJSON *effects_counted(const cJSON *events);

#endif
