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
    const char *name = operation->active->spec->name;

    if (json_has(operation->record, "fenceDebt"))
        observe_holds(out, "%s cannot be reached: the fence is owed", name);
    else if (operation->active->is_out_of_reach)
        observe_pending(out, "%s cannot be reached: the fence will be owed", name);
    else
        STEP_FENCE.observe(operation, out);
}

/* That it is owed is an effect, too: whenever it is paid, an undo has to put that back. */
static bool fence_lost(Operation *operation, Error *err)
{
    if (!operation->active->is_out_of_reach)
        return STEP_FENCE.act(operation, err);
    debt_open(operation);
    return true;
}

/* A debt that was paid meanwhile took the front envoy, too. */
static bool unfence_lost(Operation *operation, Error *err)
{
    int64_t envoys = json_integer_or(operation->record, "recorded/replicas/envoy", 0);

    if (operation->active->is_out_of_reach)
        return true;
    if (json_has(operation->record, "fenceDebt/paidMs") && envoys > 0 &&
        !scale_deployment(operation, operation->active, "envoy", envoys, err))
        return false;
    return STEP_FENCE.undo(operation, err);
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
