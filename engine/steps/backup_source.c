/*
 * engine/steps/backup_source.c - which plane is backed up: the active, found by looking; the other one need not answer.
 *
 * Source: domain.md 8.7, F-010, V7. After a failover there may be no other plane, and that is when a backup is needed most. A file that
 * still says `active:` of the old one is not asked.
 */
#include <stdio.h>
#include <string.h>

#include "engine/backup/backup.h"
#include "engine/backup/order.h"
#include "engine/observations.h"
#include "engine/steps/steps.h"

/* Its resource does not say standby, and its tsb is wanted. */
static bool see_serves(const Plane *plane, bool *out_serves, Error *err)
{
    cJSON *resource = NULL;
    DeploymentView tsb;
    PlaneRole role;

    if (!see_management_plane(plane, &resource, err))
        return false;
    role = management_plane_role(resource);
    cJSON_Delete(resource);
    if (!see_deployment(plane, "tsb", &tsb, err))
        return false;
    *out_serves = role != ROLE_STANDBY && tsb.exists && tsb.wanted > 0;
    return true;
}

/* One of the two answers, and it serves; why is that of the other one. */
static bool find_alone(Operation *operation, Plane **out_plane, const Error *why)
{
    for (int i = 0; i < 2; i++) {
        Plane *plane = &operation->planes[i];
        bool serves = false;

        if (!see_serves(plane, &serves, NULL) || !serves)
            continue;
        operation_warn(
            operation, "F-201",
            "%s is taken for the active: it serves, and the other plane cannot be asked: %s",
            plane->spec->name, why->message);
        *out_plane = plane;
        return true;
    }
    return false;
}

/* The uid of its kube-system is the one that was pinned, or that this run met first. */
static bool is_itself(Operation *operation, Plane *plane, Observation *out)
{
    KubePath path = {.resource = "v1/namespaces", .name = "kube-system"};
    const char *before = json_string(operation->record, "backup/clusterUID");
    const char *expected = plane->spec->cluster_uid ? plane->spec->cluster_uid : before;
    cJSON *space = NULL;
    char observed[280];
    Error why = {0};

    if (!kube_client_get(plane->kube, &path, &space, &why)) {
        observe_error(out, &why);
        return false;
    }
    snprintf(plane->uid, sizeof plane->uid, "%s", json_string_or(space, "metadata/uid", ""));
    cJSON_Delete(space);
    if (!expected || strcmp(expected, plane->uid) == 0)
        return true;
    snprintf(observed, sizeof observed, "context %.80s reaches cluster %s, expected %s",
             plane->spec->context, plane->uid, expected);
    observe_failed(out, REACT_REFUSE, "MP-25", "the cluster that the plane's context means",
                   observed, "kubectl --context NAME get namespace kube-system -o yaml",
                   "correct the context, or find out who replaced the cluster");
    return false;
}

static void observe_found(Operation *operation, Plane *plane, Observation *out)
{
    if (!is_itself(operation, plane, out))
        return;
    if (!operation->active)
        operation_set_roles(operation, plane);
    backup_order_of(operation, plane, BACKUP_WHOLE);
    json_put_string(operation->record, "backup/clusterUID", plane->uid);
    observe_holds(out, "%s is the active", plane->spec->name);
}

static void observe_source(Operation *operation, Observation *out)
{
    Plane *plane = backup_plane(operation);
    Error why = {0};

    if (!backup_order(operation).folder)
        observe_failed(out, REACT_REFUSE, "BK-04", "a folder for the backup", "none was named", "",
                       "name one: `-o FOLDER`, or `backup.folder` in the environment file");
    else if (plane || see_active(operation, &plane, &why) ||
             (why.code != ERR_CONFLICT && find_alone(operation, &plane, &why)))
        observe_found(operation, plane, out);
    else if (why.code == ERR_CONFLICT)
        observe_failed(out, REACT_REFUSE, "F-014", "exactly one plane that is the active",
                       why.message,
                       "kubectl get managementplanes -n NAMESPACE -o yaml; kubectl get deployment "
                       "-n NAMESPACE tsb",
                       "fence the plane that is not to serve, and run again");
    else
        observe_error(out, &why);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.preflight_ms;
}

const Step STEP_BACKUP_SOURCE = {
    .id = "BK0",
    .name = "source",
    .why = "a backup of the plane that nobody writes to any more is one in name only",
    .never = "believe a file about which plane serves",
    .observe = observe_source,
    .deadline_ms = deadline,
    .on_deadline = REACT_REFUSE,
    .remedy = "the active's API server has to answer",
};
