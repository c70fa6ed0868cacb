/*
 * scenarios/engine_process.h - an engine in a process of its own, beside the world that it works on: it can be killed, frozen, or have a rival.
 *
 * It has its own loop, journal and name; of the world it sees what comes over the wire. In simulated time only (sim/seam/strand.h).
 */
#ifndef SCENARIOS_ENGINE_PROCESS_H
#define SCENARIOS_ENGINE_PROCESS_H

#include "engine/engine.h"
#include "sim/seam/strand.h"

typedef struct EngineProcess EngineProcess;

/* Whoever looks over its shoulder; members may be NULL. It may be killed in each of these calls. */
typedef struct {
    /* The line that it is about to write into its journal stands there. */
    void (*on_line)(void *owner, EngineProcess *process);
    /* It is about to start a program; and again, when that has begun. */
    void (*on_program)(void *owner, const char *const *words, bool has_begun);
    void *owner;
} EngineWatch;

/* options but for the loop, which is its own; journal and holder are copied, the rest is borrowed. */
EngineProcess *engine_process_start(const EngineOptions *options, const EngineWatch *watch);
/* Accepts NULL. */
void engine_process_free(EngineProcess *process);

SeamStrand *engine_process_seam(EngineProcess *process);
bool engine_process_is_over(const EngineProcess *process);
bool engine_process_was_killed(const EngineProcess *process); /* it never came to its end */
const EngineResult *engine_process_result(const EngineProcess *process);
const char *engine_process_journal(const EngineProcess *process);

#endif
