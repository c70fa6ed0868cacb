/*
 * engine/steps/fence_lost.c - the active takes no writes any more; if it cannot be reached, that is owed, and paid as soon as it answers.
 *
 * Source: domain.md 8.2 (FO3u), F-201, F-209.
 */
#include "engine/debt.h"
#include "engine/observations.h"
#include "engine/steps/steps.h"

static void observe_fence_lost(Operation *operation, Observation *out)
{
    if (!operation->active->is_out_of_reach) {
        STEP_FENCE.observe(operation, out);
        return;
    }
    debt_open(operation);
    observe_holds(out, "%s cannot be reached: the fence is owed", operation->active->spec->name);
}

static bool fence_lost(Operation *operation, Error *err)
{
    return STEP_FENCE.act(operation, err);
}

static bool unfence_lost(Operation *operation, Error *err)
{
    return operation->active->is_out_of_reach || STEP_FENCE.undo(operation, err);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.fence_ms;
}

const Step STEP_FENCE_LOST = {
    .id = "FO3u",
    .name = "fence",
    .phase = "fence",
    .why = "the old active must take no more configuration before another plane may",
    .never = "forget that it was not fenced",
    .observe = observe_fence_lost,
    .act = fence_lost,
    .undo = unfence_lost,
    .deadline_ms = deadline,
    .on_deadline = REACT_ROLLBACK,
    .remedy = "look for pods of tsb and iam that do not end (a lost node), then run again",
};
