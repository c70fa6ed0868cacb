/*
 * engine/steps/raise.c - tsb and iam of a standby that was fed by restoring are scaled up, and its API has endpoints.
 *
 * Source: domain.md 8.8 (4), V11. The database was a primary all the time, and nobody is led here before the names are: so until they are, all
 * of this can be put back, and what was written here meanwhile by somebody who came by the plane's own name goes with the next restore.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "engine/steps/feed.h"
#include "engine/steps/steps.h"

static const char *const RAISED[] = {"tsb", "iam", "envoy"};
enum { RAISED_COUNT = sizeof RAISED / sizeof *RAISED };

/* As many as on the active, where that is known. */
static int64_t replicas_of(const Operation *operation, const char *name)
{
    char path[64];
    int64_t recorded;

    snprintf(path, sizeof path, "recorded/replicas/%s", name);
    recorded = json_integer_or(operation->record, path, 1);
    return recorded > 0 ? recorded : 1;
}

/* What it will have synced is newer than this; so it is noted as late as it can be, before anything serves. */
static void note_time(Operation *operation)
{
    if (!json_has(operation->record, "raise/begun"))
        json_put_integer(operation->record, "promotedAt",
                         clock_wall_ms() + kube_client_skew_ms(operation->standby->kube));
}

static bool is_up(Operation *operation, const char *name, Observation *out)
{
    DeploymentView view;
    int64_t endpoints;
    char text[160];
    Error why = {0};

    if (!see_deployment(operation->standby, name, &view, &why) ||
        !see_endpoints(operation->standby, name, &endpoints, &why)) {
        observe_error(out, &why);
        return false;
    }
    deployment_text(name, &view, text, sizeof text);
    if (view.exists && view.wanted == 0) {
        note_time(operation);
        observe_pending(out, "%s", text);
        out->act_again = true;
    } else if (!deployment_serves(&view) || endpoints == 0) {
        observe_waiting(out, "%s, %lld endpoints", text, (long long)endpoints);
        observe_if_late(out, "F-310", "ready pods of tsb and iam, and endpoints",
                        "kubectl describe pods -n NAMESPACE -l app=tsb",
                        "see why its pods do not become ready (image, capacity, its database), "
                        "repair that, then run again");
    } else {
        return true;
    }
    return false;
}

static bool has_address(Operation *operation, Observation *out)
{
    char address[256], ip[64];
    Error why = {0};

    if (!see_load_balancer(operation->standby, address, &why) ||
        !see_ip(operation, address, ip, &why)) {
        observe_error(out, &why);
        return false;
    }
    return true;
}

static void observe_raise(Operation *operation, Observation *out)
{
    if (!is_restore_suspended(operation, REACT_ROLLBACK, out))
        return;
    for (int i = 0; i < RAISED_COUNT; i++) {
        if (!is_up(operation, RAISED[i], out))
            return;
    }
    if (has_address(operation, out))
        observe_holds(out, "tsb and iam of %s are up", operation->standby->spec->name);
}

static bool scale_up(Operation *operation, Error *err)
{
    json_put_bool(operation->record, "raise/begun", true);
    for (int i = 0; i < RAISED_COUNT; i++) {
        DeploymentView view;

        if (!see_deployment(operation->standby, RAISED[i], &view, err))
            return false;
        if (view.exists && view.wanted == 0 &&
            !scale_deployment(operation, operation->standby, RAISED[i],
                              replicas_of(operation, RAISED[i]), err))
            return false;
    }
    return true;
}

/* One thing at a time: a restore that somebody let loose again is suspended before anything is scaled up. */
static bool raise_standby(Operation *operation, Error *err)
{
    CronJobView view;

    if (!see_cronjob(operation->standby, operation->environment->standby.restore_cronjob, &view,
                     err))
        return false;
    if (view.exists && !view.is_suspended)
        return suspend_restore(operation, err);
    if (*view.running)
        return error_set(err, ERR_UNAVAILABLE, "job/%s still runs", view.running);
    return scale_up(operation, err);
}

/* To what was recorded of the standby, and gone: only then may anything be restored there again. */
static bool lower(Operation *operation, Error *err)
{
    int64_t left = 0;

    for (int i = 0; i < RAISED_COUNT; i++) {
        char path[64];
        DeploymentView view;
        int64_t pods, recorded;

        snprintf(path, sizeof path, "recorded/standbyReplicas/%s", RAISED[i]);
        recorded = json_integer_or(operation->record, path, 0);
        if (!see_deployment(operation->standby, RAISED[i], &view, err) ||
            (view.exists && view.wanted != recorded &&
             !scale_deployment(operation, operation->standby, RAISED[i], recorded, err)) ||
            !see_pods(operation->standby, &view, &pods, err))
            return false;
        left += recorded == 0 ? pods : 0;
    }
    if (left > 0)
        return error_set(err, ERR_UNAVAILABLE, "%lld pods of tsb and iam of %s are left",
                         (long long)left, operation->standby->spec->name);
    json_remove(operation->record, "raise");
    return true;
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.services_ms;
}

const Step STEP_RAISE = {
    .id = "MF5",
    .name = "raise",
    .phase = "promote",
    .why = "the standby has everything but somebody at work on its database",
    .never = "bring tsb up where a restore may overwrite its database",
    .observe = observe_raise,
    .act = raise_standby,
    .undo = lower,
    .deadline_ms = deadline,
    .on_deadline = REACT_ROLLBACK,
    .remedy = "see the pods of tsb and iam on the standby, then run again",
};
