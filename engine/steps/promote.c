/*
 * engine/steps/promote.c - one merge patch makes the standby's ManagementPlane say active.
 *
 * Source: domain.md FO5; the published procedure, step 2; F-012, F-017, F-020, F-301 to F-305.
 * The answer proves nothing (it may be lost, or pruned by the schema): the resource is read back. From an API server that lags what
 * is read may be older than our patch: then that proves nothing either.
 */
#include <stdio.h>
#include <string.h>

#include "engine/observations.h"
#include "engine/steps/steps.h"

enum { RECOVERY_LOOKS = 8, RECOVERY_LOOKS_MAX = 150, RECOVERY_LOOK_MS = 2000 };

static KubePath resource_path(const Plane *plane)
{
    return (KubePath){.resource = "install.tetrate.io/v1alpha1/managementplanes",
                      .ns = plane->spec->ns,
                      .name = plane->spec->resource_name};
}

static const char REQUIRED[] = "spec.highAvailability.active in the standby's resource";
static const char EVIDENCE[] =
    "kubectl get managementplanes -n NAMESPACE -o yaml --show-managed-fields";

/* Generations only grow: a smaller one than our patch's is from before it, unless somebody has made the object anew. */
static bool is_from_before(const Operation *operation, const cJSON *object)
{
    return strcmp(json_string_or(object, "metadata/uid", ""),
                  json_string_or(operation->record, "promote/uid", "")) == 0 &&
           json_integer_or(object, "metadata/generation", 0) <
               json_integer_or(operation->record, "promote/generation", 0);
}

/* Our patch was accepted, and the resource does not show it. */
static void observe_pruned(Operation *operation, Observation *out)
{
    char observed[280];

    snprintf(observed, sizeof observed,
             "the patch on %s was accepted, but spec.highAvailability is not active",
             operation->standby->spec->name);
    observe_failed(out, REACT_ROLLBACK, "F-012", REQUIRED, observed, EVIDENCE,
                   "the installed CRD does not know the field: upgrade the operator");
}

static void observe_reverted(Operation *operation, const char *writer, Reaction reaction,
                             Observation *out)
{
    char observed[280];

    snprintf(observed, sizeof observed,
             "spec.highAvailability of %s was set to active, and \"%.80s\" changed it back",
             operation->standby->spec->name, writer);
    observe_failed(out, reaction, "F-017", REQUIRED, observed, EVIDENCE,
                   "suspend the controller that owns the resource (GitOps), then run again");
}

bool is_taken_back(Operation *operation, Reaction reaction, Observation *out)
{
    cJSON *object = NULL;
    bool was_seen = json_bool_or(operation->record, "promote/seen", false); /* not in a dry run */
    bool is_back = was_seen && see_management_plane(operation->standby, &object, NULL) &&
                   management_plane_role(object) != ROLE_ACTIVE &&
                   !is_from_before(operation, object);

    if (is_back)
        observe_reverted(operation, management_plane_writer(object), reaction, out);
    cJSON_Delete(object);
    return is_back;
}

static void observe_promote(Operation *operation, Observation *out)
{
    bool was_patched = json_bool_or(operation->record, "promote/patched", false);
    bool was_seen = json_bool_or(operation->record, "promote/seen", false);
    cJSON *object = NULL;
    PlaneRole role;
    Error why = {0};

    if (!see_management_plane(operation->standby, &object, &why)) {
        observe_error(out, &why);
        return;
    }
    role = management_plane_role(object);
    if (role == ROLE_ACTIVE) {
        json_put_bool(operation->record, "promote/seen", true);
        observe_holds(out, "the ManagementPlane of %s says active", operation->standby->spec->name);
    } else if (is_from_before(operation, object)) {
        observe_waiting(out,
                        "the API server of %s shows its ManagementPlane as it was before the patch",
                        operation->standby->spec->name);
    } else if (was_seen) {
        observe_reverted(operation, management_plane_writer(object), REACT_ROLLBACK, out);
    } else if (was_patched) {
        observe_pruned(operation, out);
    } else {
        json_put_integer(operation->record, "inRecoveryAt", standby_clock_ms(operation));
        observe_pending(out, "the ManagementPlane of %s says standby",
                        operation->standby->spec->name);
    }
    cJSON_Delete(object);
}

static bool promote(Operation *operation, Error *err)
{
    KubePath path = resource_path(operation->standby);
    cJSON *patch = cJSON_CreateObject(), *patched = NULL;
    bool ok;

    json_put_bool(patch, "spec/highAvailability/active/exposeEmbeddedPostgresInFrontEnvoy", true);
    json_put(patch, "spec/highAvailability/standby", cJSON_CreateNull());
    ok = kube_client_merge(operation->standby->kube, &path, patch, &patched, err);
    if (ok) {
        json_put_bool(operation->record, "promote/patched", true);
        json_put_integer(operation->record, "promote/generation",
                         json_integer_or(patched, "metadata/generation", 0));
        json_put_string(operation->record, "promote/uid",
                        json_string_or(patched, "metadata/uid", ""));
    }
    cJSON_Delete(patched);
    cJSON_Delete(patch);
    return ok;
}

/*
 * kubegres waits only 10 s before it promotes, so recovery is watched for longer than that before the fence may be
 * lifted. Once it has begun nothing stops it, so that it is watched to its end: its time-out, 5 minutes, at the latest.
 */
static bool stays_in_recovery(Operation *operation, Error *err)
{
    for (int i = 0;
         i < RECOVERY_LOOKS || (i < RECOVERY_LOOKS_MAX && is_kubegres_at_work(operation)); i++) {
        bool is_promoted = true;

        if (!see_promoted(operation, operation->standby, &is_promoted, NULL, err))
            return false;
        if (is_promoted)
            return error_set(
                err, ERR_INVALID,
                "Postgres of %s left recovery while the patch was taken back: the point "
                "of no return is passed, go forward",
                operation->standby->spec->name);
        loop_wait(operation->loop, RECOVERY_LOOK_MS, NULL);
    }
    return true;
}

/* Was our patch never applied, or taken back already? Then there is nothing to undo. */
static bool is_standby_still(Operation *operation, bool *out_is_standby, Error *err)
{
    cJSON *object = NULL;

    if (!see_management_plane(operation->standby, &object, err))
        return false;
    *out_is_standby =
        management_plane_role(object) == ROLE_STANDBY && !is_from_before(operation, object);
    cJSON_Delete(object);
    return true;
}

static bool take_back(Operation *operation, Error *err)
{
    const cJSON *recorded = json_find(operation->record, "recorded/standbySpec/standby");
    KubePath path = resource_path(operation->standby);
    cJSON *patch = cJSON_CreateObject();
    bool ok;

    json_put(patch, "spec/highAvailability/active", cJSON_CreateNull());
    json_put(patch, "spec/highAvailability/standby",
             recorded ? cJSON_Duplicate(recorded, true) : cJSON_CreateObject());
    ok = kube_client_merge(operation->standby->kube, &path, patch, NULL, err);
    cJSON_Delete(patch);
    return ok;
}

static bool demote(Operation *operation, Error *err)
{
    bool is_standby;

    if (!is_standby_still(operation, &is_standby, err) ||
        (!is_standby && !take_back(operation, err)))
        return false;
    json_remove(operation->record, "promote");
    return stays_in_recovery(operation, err);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.promote_ms;
}

const Step STEP_PROMOTE = {
    .id = "FO5",
    .name = "promote",
    .phase = "promote",
    .why = "the operator turns the standby into the active when its resource says so",
    .never = "produce active and standby at once, or patch again without looking",
    .observe = observe_promote,
    .act = promote,
    .undo = demote,
    .deadline_ms = deadline,
    .on_deadline = REACT_ROLLBACK,
    .remedy = "see the API server's answer: a webhook or the schema refuses the patch",
};
