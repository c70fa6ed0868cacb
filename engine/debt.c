/*
 * engine/debt.c - the fence that is owed: an active that could not be fenced when the standby was promoted, and is as soon as it answers.
 */
#include "engine/debt.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "engine/lease.h"
#include "engine/observations.h"
#include "engine/steps/steps.h"

enum { TRY_EVERY_MS = 10000, TRY_TIMEOUT_MS = 2000 };

static const char *const FENCED[] = {"tsb", "iam", "envoy"};

static void tell(Operation *operation, const char *state, const char *what)
{
    const char *plane = operation->active->spec->name;
    cJSON *data = cJSON_CreateObject();

    json_put_string(data, "plane", plane);
    json_put_string(data, "state", state);
    trace_add(operation->trace, "engine", "engine.debt", data, "%s %s", plane, what);
}

void debt_open(Operation *operation)
{
    if (json_has(operation->record, "fenceDebt"))
        return;
    json_put_integer(operation->record, "fenceDebt/sinceMs", clock_wall_ms());
    tell(operation, "open", "cannot be fenced now; it is as soon as it answers");
}

bool debt_is_open(const Operation *operation)
{
    return json_has(operation->record, "fenceDebt") &&
           !json_has(operation->record, "fenceDebt/paidMs");
}

/* Somebody answers: is it the cluster that it was, if that is known, and no other one of ours? */
static bool is_the_active(Operation *operation, Plane *plane)
{
    KubePath path = {.resource = "v1/namespaces", .name = "kube-system"};
    const char *known = plane->spec->cluster_uid;
    cJSON *object = NULL;
    const char *uid;
    bool is_it;

    if (!known)
        known = json_string(json_find(operation->record, "uids"), plane->spec->name);
    if (!kube_client_get(plane->kube, &path, &object, NULL))
        return false;
    uid = json_string_or(object, "metadata/uid", "");
    is_it =
        *uid && strcmp(uid, operation->standby->uid) != 0 && (!known || strcmp(uid, known) == 0);
    if (!is_it)
        operation_warn(operation, "MP-25", "context %s reaches another cluster than %s was",
                       plane->spec->context, plane->spec->name);
    cJSON_Delete(object);
    return is_it;
}

/* What an undo has to put back. False: it is only written down now, and has to be in the journal before anything is changed. */
static bool is_recorded(Operation *operation)
{
    bool was_there = true;

    for (size_t i = 0; i < sizeof FENCED / sizeof *FENCED; i++) {
        DeploymentView view;
        char path[64];

        snprintf(path, sizeof path, "recorded/replicas/%s", FENCED[i]);
        if (json_has(operation->record, path))
            continue;
        was_there = false;
        if (see_deployment(operation->active, FENCED[i], &view, NULL))
            json_put_integer(operation->record, path, view.wanted);
    }
    return was_there;
}

static bool fence_all(Operation *operation)
{
    for (size_t i = 0; i < sizeof FENCED / sizeof *FENCED; i++) {
        DeploymentView view;
        Error why = {0};

        if (!see_deployment(operation->active, FENCED[i], &view, &why) ||
            (view.wanted > 0 &&
             !scale_deployment(operation, operation->active, FENCED[i], 0, &why))) {
            operation_warn(operation, "F-209", "%s answers, and cannot be fenced yet: %s",
                           operation->active->spec->name, why.message);
            return false;
        }
    }
    return true;
}

/* False: there is nobody, or it is tried again at the next look. */
static bool try_now(Operation *operation)
{
    Plane *active = operation->active;

    if (!is_the_active(operation, active))
        return true;
    if (!is_recorded(operation))
        return false;
    if (!fence_all(operation))
        return true;
    active->is_out_of_reach = false;
    json_put_integer(operation->record, "fenceDebt/paidMs", clock_wall_ms());
    tell(operation, "paid", "answers again, and tsb, iam and envoy are scaled to 0");
    operation_warn(operation, "F-209",
                   "%s was not fenced for %lld s: what was written there meanwhile is on no other "
                   "plane",
                   active->spec->name,
                   (long long)(clock_wall_ms() -
                               json_integer_or(operation->record, "fenceDebt/sinceMs", 0)) /
                       1000);
    return true;
}

void debt_try(Operation *operation)
{
    KubeClient *kube;
    int64_t patience_ms, timeout_ms;

    if (!operation->active || operation->is_dry_run || !debt_is_open(operation) ||
        !lease_is_safe(operation) ||
        (operation->debt_tried_ms && clock_mono_ms() - operation->debt_tried_ms < TRY_EVERY_MS))
        return;
    kube = operation->active->kube;
    patience_ms = kube_client_patience(kube, 1);
    timeout_ms = kube_client_timeout(kube, TRY_TIMEOUT_MS);
    operation->debt_tried_ms = try_now(operation) ? clock_mono_ms() : 0;
    kube_client_patience(kube, patience_ms);
    kube_client_timeout(kube, timeout_ms);
}
