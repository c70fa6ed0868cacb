/*
 * engine/steps/ground.c - the namespace of the new plane: empty, so that all that comes into it is this run's.
 *
 * Source: domain.md RR2. It comes before the lease, which lies in it.
 */
#include <stdio.h>
#include <string.h>

#include "engine/observations.h"
#include "engine/restore/ground.h"
#include "engine/steps/steps.h"

static const char NAMESPACES[] = "v1/namespaces";

/* Somebody's plane is there already, or the rest of one: neither may be mixed with what is restored. */
static bool is_taken(Operation *operation, Observation *out, Error *err)
{
    static const char *const DEPLOYMENTS[] = {"tsb-operator-management-plane", "tsb", "iam"};
    const Plane *plane = operation->standby;
    char observed[280];

    for (size_t i = 0; i < sizeof DEPLOYMENTS / sizeof *DEPLOYMENTS; i++) {
        DeploymentView view;

        if (!see_deployment(plane, DEPLOYMENTS[i], &view, err))
            return true;
        if (!view.exists)
            continue;
        snprintf(observed, sizeof observed, "namespace %s of %s has deployment/%s", plane->spec->ns,
                 plane->spec->name, DEPLOYMENTS[i]);
        observe_failed(out, REACT_REFUSE, "F-809", "a cluster without a management plane", observed,
                       "kubectl get deployments -n NAMESPACE",
                       "restore into another cluster, or uninstall what is there first");
        return true;
    }
    return false;
}

/* What is in it may be what this run has installed, though the line that says so was lost in a crash. */
static bool may_have_installed(Operation *operation)
{
    bool is_ours = false;

    return json_has(operation->record, "restore/install") ||
           (ground_is_ours(operation, &is_ours, NULL) && is_ours);
}

static void observe_ground(Operation *operation, Observation *out)
{
    const Plane *plane = operation->standby;
    bool exists;
    cJSON *object = NULL;
    Error why = {0};

    if (!ground_see(plane, NAMESPACES, plane->spec->ns, &exists, &object, &why)) {
        observe_error(out, &why);
    } else if (exists && json_has(object, "metadata/deletionTimestamp")) {
        observe_waiting(out, "namespace %s is being deleted", plane->spec->ns);
    } else if (exists && !may_have_installed(operation) && is_taken(operation, out, &why)) {
        if (why.code)
            observe_error(out, &why);
    } else if (exists) {
        observe_holds(out, "namespace %s of %s is there", plane->spec->ns, plane->spec->name);
    } else {
        observe_pending(out, "%s has no namespace %s", plane->spec->name, plane->spec->ns);
        out->act_again = true;
    }
    cJSON_Delete(object);
}

static bool make_namespace(Operation *operation, Error *err)
{
    const char *name = operation->standby->spec->ns;
    cJSON *object = cJSON_CreateObject();
    bool ok;

    json_put_string(object, "apiVersion", "v1");
    json_put_string(object, "kind", "Namespace");
    json_put_string(object, "metadata/name", name);
    ok = ground_make(operation, NAMESPACES, object, err);
    cJSON_Delete(object);
    return ok;
}

/* With all that is in it: it was not there before. */
static bool remove_namespace(Operation *operation, Error *err)
{
    return ground_take_away(operation, NAMESPACES, operation->standby->spec->ns, err);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.preflight_ms;
}

const Step STEP_GROUND = {
    .id = "RR2",
    .name = "ground",
    .why = "the key and the credentials have to be there before the operator",
    .never = "go on where somebody else's plane is",
    .observe = observe_ground,
    .act = make_namespace,
    .undo = remove_namespace,
    .deadline_ms = deadline,
    .on_deadline = REACT_REFUSE,
    .remedy = "see what keeps the namespace, or the rights to make it",
};
