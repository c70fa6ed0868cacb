/*
 * cli/outcome.h - what came of a procedure: one JSON document, which is also printed for a person and drawn as a record.
 *
 * Format: docs/procedures.md.
 */
#ifndef CLI_OUTCOME_H
#define CLI_OUTCOME_H

#include "base/json.h"
#include "engine/engine.h"

typedef struct {
    const char *environment_file, *environment;
    const Procedure *procedure;
    const char *journal; /* NULL: a dry run */
    bool is_undo;
} OutcomeOf;

/* cJSON_Delete() it. */
cJSON *outcome_document(const OutcomeOf *of, const EngineResult *result);

/* Commands that a person may type now, with what they do; for a run that ended like that, or (outcome "") has not. */
cJSON *outcome_next(const OutcomeOf *of, const char *outcome);

/* For a person, on stdout. */
void outcome_print(const cJSON *document);

#endif
