/*
 * conformance/rules.c - judges rules, one after the other.
 */
#include "conformance/rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

const char *severity_name(Severity severity)
{
    static const char *const NAMES[] = {"blocker", "major", "warning", "info"};

    return NAMES[severity];
}

const char *rule_result_name(RuleResult result)
{
    static const char *const NAMES[] = {"held", "broken", "unknown"};

    return NAMES[result];
}

/* What a Check said, kept for the other rules that it serves. */
typedef struct {
    bool could_look;
    Finding finding;
    Error why;
} Look;

static Look look(const Rule *rules, const Look *looks, size_t index, Examination *examination)
{
    Look now = {0};

    for (size_t i = 0; i < index; i++) {
        if (rules[i].check == rules[index].check)
            return looks[i];
    }
    now.could_look = rules[index].check(examination, &now.finding, &now.why);
    return now;
}

/* Is id one of the words? */
static bool is_among(const char *words, const char *id)
{
    size_t length = strlen(id);
    const char *at = words;

    while (length && (at = strstr(at, id))) {
        if ((at == words || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
            return true;
        at += length;
    }
    return false;
}

static void judge(const Look *seen, RuleOutcome *outcome)
{
    const Rule *rule = outcome->rule;

    if (!seen->could_look) {
        outcome->result = RULE_UNKNOWN;
        snprintf(outcome->why, sizeof outcome->why, "%s", seen->why.message);
    } else if (seen->finding.reaction == REACT_NONE) {
        outcome->result = RULE_HELD;
    } else if (!rule->breaks || is_among(rule->breaks, seen->finding.check)) {
        outcome->result = RULE_BROKEN;
        outcome->finding = seen->finding;
    } else {
        outcome->result = RULE_UNKNOWN;
        snprintf(outcome->why, sizeof outcome->why, "something else is in the way: %s",
                 seen->finding.observed);
    }
}

static bool is_stopped(const Examination *examination)
{
    return examination->operation->stop && *examination->operation->stop;
}

void rules_run(const Rule *rules, size_t count, Examination *examination, RuleOutcome *out_outcomes,
               RuleListener *listener, void *owner)
{
    Look *looks = memory_new(count, sizeof *looks);
    const Rule *missing = NULL; /* a ground that does not hold */

    for (size_t i = 0; i < count; i++) {
        RuleOutcome *outcome = &out_outcomes[i];

        *outcome = (RuleOutcome){.rule = &rules[i], .result = RULE_UNKNOWN};
        if (is_stopped(examination)) {
            snprintf(outcome->why, sizeof outcome->why, "stopped before it was looked at");
        } else if (missing) {
            snprintf(outcome->why, sizeof outcome->why,
                     "not looked at: %s comes first, without it nothing else can be told",
                     missing->id);
        } else {
            looks[i] = look(rules, looks, i, examination);
            judge(&looks[i], outcome);
            if (rules[i].is_ground && outcome->result != RULE_HELD)
                missing = &rules[i];
        }
        if (listener)
            listener(owner, outcome);
    }
    free(looks);
}
