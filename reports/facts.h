/*
 * reports/facts.h - what every report says about a run, taken out of its run file once.
 *
 * Ownership: texts and trees are borrowed from the run. A file that lacks something gives "" or NULL or -1, never a crash: a
 * killed run has no end, and an old version may have written less.
 */
#ifndef REPORTS_FACTS_H
#define REPORTS_FACTS_H

#include "scenarios/run_file.h"

typedef struct {
    const RecordedRun *run;
    RunResult result;
    const char *name, *file, *outcome, *replay, *digest, *wire_digest, *started_at;
    const cJSON *story, *labels, *dossier; /* of the scenario; NULL if it has none */
    const cJSON *phases, *debts;           /* of the end */
    const cJSON
        *first; /* the verdict to look at first: the earliest of the worst kind; NULL if all held */
    char why[560]; /* that verdict, or what else went wrong, as a sentence; "" for a passed run */
    char seed[24];
    int64_t rto_ms, rpo_bytes; /* -1: no outage; not known */
    int64_t simulated_ms, real_ms;
} RunFacts;

void run_facts(const RecordedRun *run, RunFacts *out_facts);

typedef struct {
    size_t runs, by_result[RUN_BROKEN + 1];
    int64_t simulated_ms, real_ms;
} RunTotals;

void run_totals(const RunFacts *facts, size_t count, RunTotals *out_totals);

/* A line of run->events; no field is NULL but data. */
TraceEvent run_event(const cJSON *line);
/* "" if it is not there or no text. */
const char *event_fact(const TraceEvent *event, const char *key);

/* Did the verdict line hold? */
bool verdict_is_held(const cJSON *verdict);
/* "violated", "inconclusive", "missed", "held" */
const char *verdict_result(const cJSON *verdict);

#endif
