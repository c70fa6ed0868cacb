/*
 * engine/steps/feed.c - what the steps of a pair that is fed by restoring have in common: its CronJobs, and Jobs made from them.
 */
#include "engine/steps/feed.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "engine/backup/job.h"
#include "engine/lease.h"

enum { SUSPENDED_TIMES_MAX = 3 };

static const char *restore_of(const Operation *operation)
{
    return operation->environment->standby.restore_cronjob;
}

int64_t feed_deadline(const Operation *operation)
{
    return operation->environment->policies.feed_ms;
}

/* ---- suspending ------------------------------------------------------------------------------------------------------------------------- */

bool set_suspended(const Plane *plane, const char *cronjob, bool is_suspended, Error *err)
{
    KubePath path = {.resource = "batch/v1/cronjobs", .ns = plane->spec->ns, .name = cronjob};
    cJSON *patch = cJSON_CreateObject();
    bool ok;

    json_put_bool(patch, "spec/suspend", is_suspended);
    ok = kube_client_merge(plane->kube, &path, patch, NULL, err);
    cJSON_Delete(patch);
    return ok;
}

static int64_t times_suspended(const Operation *operation)
{
    return json_integer_or(operation->record, "suspend/times", 0);
}

bool suspend_restore(Operation *operation, Error *err)
{
    if (!set_suspended(operation->standby, restore_of(operation), true, err))
        return false;
    json_put_integer(operation->record, "suspend/times", times_suspended(operation) + 1);
    return true;
}

static void observe_put_back(Operation *operation, const CronJobView *view, Reaction reaction,
                             Observation *out)
{
    char observed[280];

    snprintf(observed, sizeof observed,
             "cronjob/%s of %s was suspended %lld times, and \"%s\" put "
             "it back",
             restore_of(operation), operation->standby->spec->name,
             (long long)times_suspended(operation), view->writer);
    observe_failed(out, reaction, "F-810", "a restore that stays suspended", observed,
                   "kubectl get cronjob -n NAMESPACE tsb-restore -o yaml --show-managed-fields",
                   "suspend it where it is kept (GitOps, Helm values): it would overwrite the "
                   "database that is to serve");
}

bool is_restore_suspended(Operation *operation, Reaction reaction, Observation *out)
{
    const char *name = restore_of(operation);
    CronJobView view;
    Error why = {0};

    if (!see_cronjob(operation->standby, name, &view, &why)) {
        observe_error(out, &why);
    } else if (view.exists && !view.is_suspended &&
               times_suspended(operation) >= SUSPENDED_TIMES_MAX) {
        observe_put_back(operation, &view, reaction, out);
    } else if (view.exists && !view.is_suspended) {
        observe_pending(out, "cronjob/%s of %s is not suspended", name,
                        operation->standby->spec->name);
        out->act_again = true;
    } else if (*view.running) {
        observe_waiting(out, "cronjob/%s is suspended, and job/%s of it still runs", name,
                        view.running);
        observe_if_late(out, "F-811", "no restore that runs",
                        "kubectl get jobs -n NAMESPACE; kubectl logs -n NAMESPACE job/NAME",
                        "suspending does not stop it: see why it hangs; once it is deleted the "
                        "next run restores anew what it left half done");
    } else {
        return true;
    }
    return false;
}

void keep_restore_suspended(Operation *operation)
{
    CronJobView view;
    Error why = {0};

    if (!operation->standby || operation->is_dry_run || !lease_is_safe(operation) ||
        !json_has(operation->record, "raise/begun") ||
        !see_cronjob(operation->standby, restore_of(operation), &view, NULL) || !view.exists ||
        view.is_suspended)
        return;
    operation_debt(operation, "\"%s\" puts cronjob/%s of %s back: suspend it where it is kept",
                   view.writer, restore_of(operation), operation->standby->spec->name);
    operation_warn(operation, "F-810",
                   "\"%s\" put cronjob/%s of %s back, which overwrites the database that serves: "
                   "suspending it again",
                   view.writer, restore_of(operation), operation->standby->spec->name);
    if (!suspend_restore(operation, &why))
        operation_warn(operation, "F-810", "and could not: %s", why.message);
}

/* ---- Jobs ------------------------------------------------------------------------------------------------------------------------------- */

bool make_job(Operation *operation, const Plane *plane, const char *cronjob, const char *key,
              Error *err)
{
    return job_create(plane, cronjob, json_string_or(operation->record, key, ""), err);
}

/* By the run, whose name nobody else has and a resumed one keeps: whoever goes on finds the Job that was begun. */
static const char *job_name(Operation *operation, const char *cronjob, const char *key)
{
    const char *run = strrchr(operation->run, '/');
    char name[96];

    if (!json_has(operation->record, key)) {
        snprintf(name, sizeof name, "%.40s-understudy-%.24s", cronjob, run ? run + 1 : "run");
        json_put_string(operation->record, key, name);
    }
    return json_string_or(operation->record, key, "");
}

void observe_job(Operation *operation, const Plane *plane, const char *cronjob, const char *key,
                 Reaction reaction, Observation *out)
{
    const char *name = job_name(operation, cronjob, key);
    JobState state;
    char text[160], observed[280];
    Error why = {0};

    if (!see_job(plane, name, &state, text, &why)) {
        observe_error(out, &why);
    } else if (state == JOB_ABSENT) {
        observe_pending(out, "job/%s of %s is not there", name, plane->spec->name);
    } else if (state == JOB_RUNNING) {
        observe_waiting(out, "job/%s of %s runs", name, plane->spec->name);
    } else if (state == JOB_COMPLETE) {
        observe_holds(out, "job/%s of %s is complete", name, plane->spec->name);
    } else {
        snprintf(observed, sizeof observed, "job/%s of %s failed: %s", name, plane->spec->name,
                 text);
        observe_failed(out, reaction, "F-806", "a Job that ends well", observed,
                       "kubectl logs -n NAMESPACE job/NAME",
                       "see what its log says (space, credentials), then run again");
    }
}
