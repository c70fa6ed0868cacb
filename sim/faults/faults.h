/*
 * sim/faults/faults.h - what can break in a world: a table of faults, a file each, and when they strike.
 *
 * A scenario's fault is data: {at: 2m | after: {event, where, by} | on: {step, moment} | on: {call, cluster, occurrence, times} | nothing: from
 * the start; inject: {name: {arguments}}; for: 90s}. Each fault leaves a witness: what showed that it really happened, told by the part that it
 * hit and not by the fault itself. Format and every fault: docs/faults.md.
 */
#ifndef SIM_FAULTS_FAULTS_H
#define SIM_FAULTS_FAULTS_H

#include "base/fields.h"
#include "sim/world.h"

/* One armed fault of a run. */
typedef struct ArmedFault ArmedFault;

typedef struct FaultType {
    const char *name;    /* "pauseReplay" */
    const char *summary; /* one sentence, for docs/faults.md */
    const char *dossier; /* "F-122" */
    const char *witness; /* what shows that it happened, for docs/faults.md */
    const Field *fields; /* its arguments; `struct` of size argument_size */
    size_t field_count, argument_size;
    bool is_call; /* decided at a fault point (needs `on: call`) */
    void (*inject)(World *world, ArmedFault *fault, const void *arguments);
    void (*clear)(World *world, ArmedFault *fault,
                  const void *arguments); /* undoes it; NULL: cannot be undone */
} FaultType;

const FaultType *const *fault_types(size_t *out_count);

/* Checks one entry of `faults:` without a world. ERR_INPUT with place and what was expected. */
bool fault_check(const YamlDocument *document, const cJSON *fault, Error *err);

#endif
