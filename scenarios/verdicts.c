/*
 * scenarios/verdicts.c - a growing list of verdicts, and what they come to.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "scenarios/invariants.h"

Verdict *verdict_add(Verdicts *verdicts, const char *id, const char *what)
{
    Verdict *verdict;

    MEMORY_GROW(verdicts->verdicts, verdicts->count, verdicts->capacity);
    verdict = &verdicts->verdicts[verdicts->count++];
    *verdict = (Verdict){.result = VERDICT_HELD, .at_ms = -1};
    snprintf(verdict->id, sizeof verdict->id, "%s", id);
    snprintf(verdict->what, sizeof verdict->what, "%s", what);
    return verdict;
}

void verdict_set(Verdict *verdict, VerdictResult result, int64_t at_ms, const char *format, ...)
{
    va_list arguments;

    if (verdict->result != VERDICT_HELD)
        return; /* the first violation is the one to look at */
    verdict->result = result;
    verdict->at_ms = at_ms;
    va_start(arguments, format);
    vsnprintf(verdict->text, sizeof verdict->text, format, arguments);
    va_end(arguments);
}

void verdicts_release(Verdicts *verdicts)
{
    free(verdicts->verdicts);
    *verdicts = (Verdicts){0};
}

RunResult verdicts_result(const Verdicts *verdicts, char out_why[400])
{
    static const struct {
        VerdictResult verdict;
        RunResult result;
    } BY_WEIGHT[] = {
        {VERDICT_VIOLATED,     RUN_FAILED      },
        {VERDICT_INCONCLUSIVE, RUN_INCONCLUSIVE},
        {VERDICT_MISSED,       RUN_BUDGET      },
    };

    out_why[0] = '\0';
    for (size_t weight = 0; weight < sizeof BY_WEIGHT / sizeof *BY_WEIGHT; weight++) {
        for (size_t i = 0; i < verdicts->count; i++) {
            const Verdict *verdict = &verdicts->verdicts[i];

            if (verdict->result != BY_WEIGHT[weight].verdict)
                continue;
            snprintf(out_why, 400, "%.60s: %.330s", verdict->id, verdict->text);
            return BY_WEIGHT[weight].result;
        }
    }
    return RUN_PASSED;
}
