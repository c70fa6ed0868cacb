/*
 * engine/steps/reverse.c - the dumps go the other way from now on: the new active is dumped, and the old one is fed by restoring.
 *
 * Source: domain.md 8.8 (8), V11. A CronJob that is let loose makes good at once what it missed: so the new active is dumped first, or its own old
 * dump would come back over nothing newer; and the old active's tsb is at 0, or its database would be overwritten under it.
 */
#include "engine/backup/job.h"
#include "engine/steps/feed.h"
#include "engine/steps/steps.h"

#define KEY "firstDump/job"

/* What is to be so of one CronJob; in this order. */
typedef struct {
    const Plane *plane;
    const char *cronjob;
    bool is_suspended;
} Wish;

enum { WISHES = 4 };

/* Those that come before the first dump. An active that was lost is left as it is: what only it has would be overwritten. */
static size_t wishes_before(const Operation *operation)
{
    return operation->is_unplanned ? 2 : 3;
}

static void list_wishes(const Operation *operation, Wish out[WISHES])
{
    const char *backup = operation->environment->backup.cron_job;
    const char *restore = operation->environment->standby.restore_cronjob;
    const Plane *now = operation->serving;
    const Plane *before = now == operation->active ? operation->standby : operation->active;

    out[0] = (Wish){now, restore, true};
    out[1] = (Wish){now, backup, false};
    out[2] = (Wish){before, backup, true};
    out[3] = (Wish){before, restore, false};
}

/* NULL: all of them hold. A CronJob that is not there cannot be any other way; that is said in the end. */
static const Wish *find_unmet(const Wish *wishes, size_t count, Error *err)
{
    for (size_t i = 0; i < count; i++) {
        CronJobView view;
        Error why = {0};

        if (!see_cronjob(wishes[i].plane, wishes[i].cronjob, &view, &why)) {
            error_set(err, why.code, "%s", why.message);
            return &wishes[i];
        }
        if (view.exists && view.is_suspended != wishes[i].is_suspended)
            return &wishes[i];
    }
    return NULL;
}

static void observe_wish(const Wish *wish, const Error *why, Observation *out)
{
    if (why->code != ERR_NONE) {
        observe_error(out, why);
        return;
    }
    observe_pending(out, "cronjob/%s of %s is %ssuspended", wish->cronjob, wish->plane->spec->name,
                    wish->is_suspended ? "not " : "");
    out->act_again = true;
}

/* Nobody may be at work on what will be overwritten. */
static bool is_at_rest(const Plane *plane, Observation *out)
{
    DeploymentView tsb;
    int64_t pods;
    Error why = {0};

    if (!see_deployment(plane, "tsb", &tsb, &why) || !see_pods(plane, &tsb, &pods, &why))
        observe_error(out, &why);
    else if (tsb.wanted > 0 || pods > 0)
        observe_waiting(out, "tsb of %s: %lld wanted, %lld pods left", plane->spec->name,
                        (long long)tsb.wanted, (long long)pods);
    else
        return true;
    return false;
}

static void observe_reverse(Operation *operation, Observation *out)
{
    const char *backup = operation->environment->backup.cron_job;
    Wish wishes[WISHES];
    const Wish *unmet;
    Error why = {0};

    list_wishes(operation, wishes);
    if (operation->hands_over && !is_restore_suspended(operation, REACT_FORWARD, out))
        return;
    unmet = find_unmet(wishes, wishes_before(operation), &why);
    if (unmet) {
        observe_wish(unmet, &why, out);
        return;
    }
    observe_job(operation, operation->serving, backup, KEY, REACT_FORWARD, out);
    out->act_again = true; /* there is always a next one */
    if (out->state != STEP_HOLDS)
        return;
    json_put_bool(operation->record, "firstDump/done", true);
    if (operation->is_unplanned || !is_at_rest(wishes[3].plane, out))
        return;
    unmet = find_unmet(wishes, WISHES, &why);
    if (unmet) {
        observe_wish(unmet, &why, out);
        return;
    }
    json_put_bool(operation->record, "reversed", true);
    observe_holds(out, "%s is dumped, and %s is fed with that", operation->serving->spec->name,
                  wishes[3].plane->spec->name);
}

static bool reverse(Operation *operation, Error *err)
{
    Wish wishes[WISHES];
    const Wish *unmet;
    Observation rest = {0};
    JobState first = JOB_ABSENT;
    char text[160];
    Error why = {0};

    list_wishes(operation, wishes);
    unmet = find_unmet(wishes, wishes_before(operation), &why);
    if (!unmet &&
        !see_job(operation->serving, json_string_or(operation->record, KEY, ""), &first, text, err))
        return false;
    if (!unmet && first == JOB_ABSENT)
        return make_job(operation, operation->serving, operation->environment->backup.cron_job, KEY,
                        err);
    if (!unmet && (first != JOB_COMPLETE || !is_at_rest(wishes[3].plane, &rest)))
        return true;
    if (!unmet)
        unmet = &wishes[3];
    if (why.code != ERR_NONE)
        return error_set(err, why.code, "%s", why.message);
    return set_suspended(unmet->plane, unmet->cronjob, unmet->is_suspended, err);
}

const Step STEP_REVERSE = {
    .id = "MF8",
    .name = "reverse",
    .why = "until somebody is fed with the new active's dumps, there is no standby",
    .never = "let a restore loose where tsb is wanted, or before there is a dump to restore",
    .observe = observe_reverse,
    .act = reverse,
    .deadline_ms = feed_deadline,
    .on_deadline = REACT_FORWARD,
    .remedy = "see the CronJobs of both planes: suspend the restore on the active, let it loose on "
              "the old one once its tsb is at 0",
};
