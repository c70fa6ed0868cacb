/*
 * engine/steps/follow.c - one merge patch makes the old active's ManagementPlane a standby of the new active.
 *
 * Source: domain.md 8.3 (RS3); the published procedure's "reuse" patch, whose port is a string where an integer belongs (X2); F-904, F-905.
 * There is no way back from here by itself: told to be active again, the operator would bring up what has to stay fenced.
 */
#include <string.h>

#include "engine/observations.h"
#include "engine/steps/steps.h"

enum { PORT = 443 };

static const cJSON *endpoint_of(const cJSON *object)
{
    return json_find(object, "spec/highAvailability/standby/activeMpSynchronizationEndpoint");
}

static void observe_follow(Operation *operation, Observation *out)
{
    const char *wanted = operation->active->spec->permanent_name;
    const char *name = operation->standby->spec->name;
    cJSON *object = NULL;
    Error why = {0};

    if (!see_management_plane(operation->standby, &object, &why)) {
        observe_error(out, &why);
        return;
    }
    if (management_plane_role(object) == ROLE_STANDBY &&
        strcmp(json_string_or(endpoint_of(object), "host", ""), wanted) == 0)
        observe_holds(out, "the ManagementPlane of %s says standby of %s", name, wanted);
    else if (json_bool_or(operation->record, "follow/patched", false))
        observe_failed(out, REACT_STOP, "F-012",
                       "spec.highAvailability.standby in the old active's resource",
                       "the patch was accepted, and the resource does not show it",
                       "kubectl get managementplanes -n NAMESPACE -o yaml --show-managed-fields",
                       "suspend whoever owns the resource (GitOps), then `understudy resume`");
    else
        observe_pending(out, "the ManagementPlane of %s does not say standby of %s", name, wanted);
    cJSON_Delete(object);
}

/* As the new active followed the old one before the failover, but for the name. */
static cJSON *endpoint_for(const Operation *operation)
{
    const cJSON *before =
        json_find(operation->record, "lastFailover/standby/activeMpSynchronizationEndpoint");
    cJSON *endpoint = before ? cJSON_Duplicate(before, true) : cJSON_CreateObject();

    json_put_string(endpoint, "host", operation->active->spec->permanent_name);
    json_put_integer(endpoint, "port", json_integer_or(before, "port", PORT));
    if (!before)
        json_put_bool(endpoint, "selfSigned", operation->environment->front.ca_file != NULL);
    return endpoint;
}

static bool follow(Operation *operation, Error *err)
{
    const Plane *old = operation->standby;
    KubePath path = {.resource = "install.tetrate.io/v1alpha1/managementplanes",
                     .ns = old->spec->ns,
                     .name = old->spec->resource_name};
    cJSON *patch = cJSON_CreateObject();
    bool ok;

    json_put(patch, "spec/highAvailability/standby/activeMpSynchronizationEndpoint",
             endpoint_for(operation));
    json_put(patch, "spec/highAvailability/active", cJSON_CreateNull());
    ok = kube_client_merge(old->kube, &path, patch, NULL, err);
    if (ok)
        json_put_bool(operation->record, "follow/patched", true);
    cJSON_Delete(patch);
    return ok;
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.promote_ms;
}

const Step STEP_FOLLOW = {
    .id = "RS3",
    .name = "follow",
    .why = "the operator turns the old active into a standby when its resource says so",
    .never = "name the floating name, or the plane itself, as the one to follow",
    .observe = observe_follow,
    .act = follow,
    .deadline_ms = deadline,
    .on_deadline = REACT_STOP,
    .remedy = "see the API server's answer: a webhook or the schema refuses the patch",
    .is_point_of_no_return = true,
};
