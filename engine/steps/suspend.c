/*
 * engine/steps/suspend.c - the standby's restore is suspended, and no Job of it runs any more.
 *
 * Source: domain.md 8.8 (3), F-810, F-811 [DOC P5]. The published order suspends after the fence. Here it comes before, since the active goes on
 * serving while a Job that has begun is waited for, and while somebody who puts the CronJob back shows himself; what the standby misses
 * meanwhile the last dump brings. A Job that runs is not deleted: half a restore is an empty database.
 */
#include "base/clock.h"
#include "engine/steps/feed.h"
#include "engine/steps/steps.h"

static void observe_suspend(Operation *operation, Observation *out)
{
    const char *name = operation->environment->standby.restore_cronjob;
    int64_t stays_ms = operation->environment->policies.fence_stays_ms, since_ms;

    if (!is_restore_suspended(operation, REACT_ROLLBACK, out)) {
        json_remove(operation->record, "suspend/sinceMs");
        return;
    }
    if (!json_has(operation->record, "suspend/sinceMs"))
        json_put_integer(operation->record, "suspend/sinceMs", clock_wall_ms());
    since_ms = clock_wall_ms() - json_integer_or(operation->record, "suspend/sinceMs", 0);
    if (since_ms < stays_ms)
        observe_waiting(out, "cronjob/%s is suspended; watching that it stays so", name);
    else
        observe_holds(out, "cronjob/%s of %s stays suspended, and nothing of it runs", name,
                      operation->standby->spec->name);
}

/* As it was, unless somebody wants tsb there: then a restore would overwrite what he works on. */
static bool unsuspend(Operation *operation, Error *err)
{
    const char *name = operation->environment->standby.restore_cronjob;
    DeploymentView tsb;

    if (json_bool_or(operation->record, "recorded/restoreSuspended", true))
        return true;
    if (!see_deployment(operation->standby, "tsb", &tsb, err))
        return false;
    if (tsb.exists && tsb.wanted > 0) {
        operation_debt(operation, "cronjob/%s of %s is left suspended: somebody wants tsb there",
                       name, operation->standby->spec->name);
        return true;
    }
    json_remove(operation->record, "suspend");
    return set_suspended(operation->standby, name, false, err);
}

const Step STEP_SUSPEND = {
    .id = "MF3",
    .name = "suspend",
    .why = "what overwrites the standby's database must not do so once it serves",
    .never = "take a suspended CronJob for one of which no Job runs",
    .observe = observe_suspend,
    .act = suspend_restore,
    .undo = unsuspend,
    .deadline_ms = feed_deadline,
    .on_deadline = REACT_ROLLBACK,
    .remedy = "see the Job of tsb-restore on the standby, then run again",
};
