/*
 * scenarios/judge.h - what must hold in every run (V1 to V10), and what this scenario expects, held against a run's events.
 *
 * A judge is a function of events and expectations only (sim/events.h, engine/engine.h), so that an old run can be judged again.
 *
 * Source: domain.md 7.0 (invariants). A fault without a witness makes a run inconclusive, never passed.
 */
#ifndef SCENARIOS_JUDGE_H
#define SCENARIOS_JUDGE_H

#include "base/yaml.h"
#include "scenarios/run_file.h"

typedef struct {
    char id[64];    /* "V1", "expect.outcome", "expect.never[0]", "fault[1]", "budget.rto" */
    char what[200]; /* the rule, as a sentence */
    VerdictResult result;
    int64_t at_ms;  /* when it was violated; -1 */
    char text[400]; /* what was seen */
} Verdict;

typedef struct {
    Verdict *verdicts;
    size_t count, capacity;
} Verdicts;
void verdicts_release(Verdicts *verdicts);

/*
 * events: array of event lines. expect: the scenario's `expect:`, may be NULL. faults: the scenario's `faults:`, may be NULL.
 * secrets: what may appear nowhere (V9), NULL-ended; NULL: not looked for.
 */
void judge(const cJSON *events, const cJSON *expect, const cJSON *faults,
           const char *const *secrets, Verdicts *out_verdicts);

/* The worst: violated > inconclusive > missed budget > passed; and the first sentence of why. */
RunResult verdicts_result(const Verdicts *verdicts, char out_why[400]);

/* What JSON Schema says of an `expect:`; given away. */
cJSON *judge_schema(void);

/* Checks an `expect:` while a scenario is read. ERR_INPUT with the place. */
bool judge_check(const YamlDocument *document, const cJSON *expect, Error *err);

#endif
