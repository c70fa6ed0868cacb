/*
 * engine/steps/fence.c - takes tsb and iam of the active plane down, so that it accepts no more writes.
 *
 * Source: domain.md FO3; the published procedure, step 1; F-202 to F-211.
 * All goes well: both are scaled to 0; their endpoints empty; the API answers no more; it stays so. Goes wrong: somebody
 * (an operator, a GitOps controller) puts the replicas back: then nothing is fenced, and nothing may be promoted.
 * Postgres stays up on purpose: the standby still has to drain it (F-211).
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "engine/observations.h"
#include "engine/steps/steps.h"

static const char *const FENCED[] = {"tsb", "iam"};
enum { FENCED_COUNT = 2 };

bool scale_deployment(Operation *operation, const Plane *plane, const char *name, int64_t replicas,
                      Error *err)
{
    KubePath path = {.resource = "apps/v1/deployments",
                     .ns = plane->spec->ns,
                     .name = name,
                     .subresource = "scale"};
    cJSON *patch = cJSON_CreateObject();
    bool ok;

    (void)operation;
    json_put_integer(patch, "spec/replicas", replicas);
    ok = kube_client_merge(plane->kube, &path, patch, NULL, err);
    cJSON_Delete(patch);
    return ok;
}

/* Somebody else scaled it up again after we had it at 0. */
static void observe_reverted(const Operation *operation, const char *name, int64_t replicas,
                             Observation *out)
{
    char observed[280];

    snprintf(observed, sizeof observed,
             "deployment/%s of %s was scaled back to %lld after it had been fenced", name,
             operation->active->spec->name, (long long)replicas);
    observe_failed(out, REACT_ROLLBACK, "F-202", "tsb and iam at 0, and staying there", observed,
                   "kubectl get deployment -n NAMESPACE tsb iam -o yaml (metadata.managedFields)",
                   "find who reverts it (operator, GitOps, HPA), scale that to 0 or suspend it, "
                   "then run again");
}

/* Scaled to 0 and nothing behind the Service any more. False: out says what is missing. */
static bool is_down(Operation *operation, const char *name, Observation *out)
{
    DeploymentView view;
    int64_t endpoints, pods;
    Error why = {0};

    if (!see_deployment(operation->active, name, &view, &why) ||
        !see_pods(operation->active, &view, &pods, &why) ||
        !see_endpoints(operation->active, name, &endpoints, &why)) {
        observe_error(out, &why);
        return false;
    }
    if (view.wanted > 0 && json_has(operation->record, "fence/sinceMs")) {
        observe_reverted(operation, name, view.wanted, out);
        return false;
    }
    if (view.wanted > 0) {
        observe_pending(out, "deployment/%s: %lld replicas wanted", name, (long long)view.wanted);
        out->act_again = true;
        return false;
    }
    if (pods > 0 || endpoints > 0) {
        observe_waiting(out, "deployment/%s: scaled to 0, %lld pods left, %lld endpoints", name,
                        (long long)pods, (long long)endpoints);
        observe_if_late(out, "F-204", "no pod of tsb and iam left, and no endpoint",
                        "kubectl get pods -n NAMESPACE; kubectl get endpoints -n NAMESPACE tsb iam",
                        "a pod that stays Terminating (a lost node) still serves: make sure that "
                        "its node is off, delete it with --force, then run again");
        out->has_progress = true;
        return false;
    }
    return true;
}

/* The API at the active's own address must not answer 200 any more. */
static bool is_silent(Operation *operation, Observation *out)
{
    const char *ip = json_string(operation->record, "recorded/activeIP");
    char path[160];
    int status = 0;

    if (!ip)
        return true;
    snprintf(path, sizeof path, "/v2/organizations/%s/status",
             operation->environment->organization);
    see_front(operation, operation->active, ip, path, &status, NULL, NULL);
    if (status == 200)
        observe_waiting(out, "the API of %s still answers", operation->active->spec->name);
    return status != 200;
}

static void observe_fence(Operation *operation, Observation *out)
{
    int64_t stays_ms = operation->environment->policies.fence_stays_ms;
    int64_t since_ms;

    for (int i = 0; i < FENCED_COUNT; i++) {
        if (!is_down(operation, FENCED[i], out))
            return;
    }
    if (!is_silent(operation, out))
        return;
    if (!json_has(operation->record, "fence/sinceMs"))
        json_put_integer(operation->record, "fence/sinceMs", clock_wall_ms());
    since_ms = clock_wall_ms() - json_integer_or(operation->record, "fence/sinceMs", 0);
    if (since_ms < stays_ms)
        observe_waiting(
            out, "tsb and iam are down since %lld s; watching that they stay down for %lld s",
            (long long)(since_ms / 1000), (long long)(stays_ms / 1000));
    else
        observe_holds(out, "tsb and iam of %s are down and stay down",
                      operation->active->spec->name);
}

static bool fence(Operation *operation, Error *err)
{
    for (int i = 0; i < FENCED_COUNT; i++) {
        DeploymentView view;

        if (!see_deployment(operation->active, FENCED[i], &view, err))
            return false;
        if (view.wanted > 0 && !scale_deployment(operation, operation->active, FENCED[i], 0, err))
            return false;
    }
    return true;
}

/* The plane serves again. ERR_UNAVAILABLE: not yet. */
static bool serves_again(Operation *operation, Error *err)
{
    const char *ip = json_string_or(operation->record, "recorded/activeIP", "");
    char path[160];
    int status = 0;

    snprintf(path, sizeof path, "/v2/organizations/%s/status",
             operation->environment->organization);
    if (see_front(operation, operation->active, ip, path, &status, NULL, err) && status != 200)
        return error_set(err, ERR_UNAVAILABLE, "the API of %s answers %d",
                         operation->active->spec->name, status);
    return status == 200;
}

static bool unfence(Operation *operation, Error *err)
{
    for (int i = 0; i < FENCED_COUNT; i++) {
        char path[64];
        int64_t recorded;
        DeploymentView view;

        snprintf(path, sizeof path, "recorded/replicas/%s", FENCED[i]);
        recorded = json_integer_or(operation->record, path, -1);
        if (!see_deployment(operation->active, FENCED[i], &view, err))
            return false;
        if (recorded >= 0 && view.exists && view.wanted != recorded &&
            !scale_deployment(operation, operation->active, FENCED[i], recorded, err))
            return false;
    }
    json_remove(operation->record, "fence");
    return operation->is_unplanned || serves_again(operation, err);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.fence_ms;
}

const Step STEP_FENCE = {
    .id = "FO3",
    .name = "fence",
    .phase = "fence",
    .why = "the active must take no more configuration before another plane may",
    .never =
        "count a scale request as a fence: only gone pods, empty endpoints and a silent API do",
    .observe = observe_fence,
    .act = fence,
    .undo = unfence,
    .deadline_ms = deadline,
    .on_deadline = REACT_ROLLBACK,
    .remedy = "look for pods of tsb and iam that do not end (a lost node), then run again",
};
