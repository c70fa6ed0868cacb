/*
 * scenarios/invariants.h - V1 to V11, what holds in every run without being asked for.
 */
#ifndef SCENARIOS_INVARIANTS_H
#define SCENARIOS_INVARIANTS_H

#include "scenarios/judge.h"

/* One verdict for each. secrets as in judge(). */
void invariants_judge(const cJSON *events, const char *const *secrets, Verdicts *verdicts);

/* For the judge's files: adds a verdict that holds; the first verdict_set changes it. */
Verdict *verdict_add(Verdicts *verdicts, const char *id, const char *what);
void verdict_set(Verdict *verdict, VerdictResult result, int64_t at_ms, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Reading events. */
bool event_is(const cJSON *event, const char *kind);
int64_t event_at(const cJSON *event);
const char *event_text(const cJSON *event, const char *path); /* of its data; "" if absent */
/* The last event of a kind, or NULL. */
const cJSON *event_last(const cJSON *events, const char *kind);

#endif
