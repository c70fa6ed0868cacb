/*
 * conformance/rules.h - something held to rules: each a row in a table, each held, broken, or not to be told.
 *
 * A rule is judged by a Check (engine/checks/checks.h), which only looks. One Check may serve several rules, since it stops at the first
 * thing it finds: then each rule says by which findings it is broken, and another finding leaves it unknown, never held.
 *
 * Source: domain.md section 6.
 */
#ifndef CONFORMANCE_RULES_H
#define CONFORMANCE_RULES_H

#include "engine/checks/checks.h"

typedef enum { SEVERITY_BLOCKER, SEVERITY_MAJOR, SEVERITY_WARNING, SEVERITY_INFO } Severity;
enum { SEVERITY_COUNT = SEVERITY_INFO + 1 };
const char *severity_name(Severity severity); /* "blocker" */

typedef struct {
    const char *id; /* "SEC-03" */
    Severity severity;
    const char *what;   /* a sentence that is true where the rule holds */
    const char *source; /* where it comes from */
    Check *check;
    const char *breaks; /* ids of the findings that break it, with blanks between; NULL: any */
    bool is_ground;     /* where it does not hold, no later rule can be told */
} Rule;

typedef enum { RULE_HELD, RULE_BROKEN, RULE_UNKNOWN } RuleResult;
const char *rule_result_name(RuleResult result); /* "held" */

typedef struct {
    const Rule *rule;
    RuleResult result;
    Finding finding;          /* of a broken one */
    char why[ERROR_TEXT_MAX]; /* of an unknown one: why it could not be looked at */
} RuleOutcome;

typedef void RuleListener(void *owner, const RuleOutcome *outcome);

/* Judges each rule in turn and tells the listener as it goes. A Check is run once, however many rules it serves. */
void rules_run(const Rule *rules, size_t count, Examination *examination, RuleOutcome *out_outcomes,
               RuleListener *listener, void *owner);

#endif
