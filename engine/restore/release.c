/*
 * engine/restore/release.c - the release that helm makes of a plane, as its environment describes it.
 */
#include "engine/restore/release.h"

#include <stdlib.h>

#include "engine/observations.h"

enum { HELM_TIMEOUT_MS = 600000 };

HelmCluster release_cluster(const Operation *operation, const Plane *plane)
{
    return (HelmCluster){.loop = operation->loop,
                         .stop = operation->stop,
                         .kubeconfig = operation->environment->kubeconfig,
                         .context = plane->spec->context,
                         .ns = plane->spec->ns,
                         .timeout_ms = HELM_TIMEOUT_MS};
}

/* Helm refuses every operation of a release while one of it is under way; a killed one is so for ever. Nobody else is at work: we hold the lease. */
static bool clear_the_way(Operation *operation, const Plane *plane, const Error *said, Error *err)
{
    operation_warn(operation, "F-819", "%s: the release is uninstalled and made anew",
                   said->message);
    return release_uninstall(operation, plane, err) &&
           error_set(err, ERR_UNAVAILABLE, "a release that was begun was uninstalled");
}

bool release_install(Operation *operation, const Plane *plane, const char *values, Error *err)
{
    HelmCluster cluster = release_cluster(operation, plane);
    Error why = {0};

    if (helm_install(&cluster,
                     &(HelmRelease){.name = plane->spec->install.release,
                                    .chart = plane->spec->install.chart,
                                    .version = plane->spec->install.version,
                                    .values = values,
                                    .values_file = plane->spec->install.values},
                     &why))
        return true;
    if (why.code == ERR_CONFLICT)
        return clear_the_way(operation, plane, &why, err);
    if (why.code != ERR_TIMEOUT)
        return error_set(err, why.code, "%s", why.message);
    operation_warn(operation, "F-819", "%s: what counts is what comes of it in the cluster",
                   why.message);
    return true;
}

bool release_uninstall(Operation *operation, const Plane *plane, Error *err)
{
    HelmCluster cluster = release_cluster(operation, plane);

    return helm_uninstall(&cluster, plane->spec->install.release, err);
}

bool see_release(const Plane *plane, bool *out_is_there, Error *err)
{
    DeploymentView view;
    cJSON *resource = NULL;
    Error why = {0};

    *out_is_there = false;
    if (!see_deployment(plane, "tsb-operator-management-plane", &view, err))
        return false;
    if (!see_management_plane(plane, &resource, &why))
        return why.code == ERR_NOT_FOUND || error_set(err, why.code, "%s", why.message);
    *out_is_there = view.exists;
    cJSON_Delete(resource);
    return true;
}
