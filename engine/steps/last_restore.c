/*
 * engine/steps/last_restore.c - the newest dump of the active goes into the standby once more, before anybody works on it.
 *
 * Source: domain.md 8.8 (3), F-811, F-812. Also after a restore that was cut short, which leaves an empty database. There is nothing to undo: what
 * it overwrites is a copy, and the next restore overwrites it again.
 */
#include "engine/steps/feed.h"
#include "engine/steps/steps.h"

#define KEY "lastRestore/job"

static const char *cronjob_of(const Operation *operation)
{
    return operation->environment->standby.restore_cronjob;
}

static void observe_last_restore(Operation *operation, Observation *out)
{
    observe_job(operation, operation->standby, cronjob_of(operation), KEY, REACT_ROLLBACK, out);
}

static bool restore(Operation *operation, Error *err)
{
    DeploymentView tsb;

    if (!see_deployment(operation->standby, "tsb", &tsb, err))
        return false;
    if (tsb.exists && tsb.wanted > 0)
        return error_set(err, ERR_INVALID, "tsb of %s is wanted: nothing is restored under it",
                         operation->standby->spec->name);
    return make_job(operation, operation->standby, cronjob_of(operation), KEY, err);
}

const Step STEP_LAST_RESTORE = {
    .id = "MF4b",
    .name = "last-restore",
    .phase = "drain",
    .why = "the standby has what was restored last, not what was dumped last",
    .never = "overwrite a database that somebody works on",
    .observe = observe_last_restore,
    .act = restore,
    .deadline_ms = feed_deadline,
    .on_deadline = REACT_ROLLBACK,
    .remedy = "see the restore Job on the standby, then run again",
    .is_once = true,
};
