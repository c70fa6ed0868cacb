/*
 * engine/checks/resources.c - what both planes' resources and operators say.
 *
 * Source: domain.md 7.1 (F-010 to F-015), F-105, F-305.
 */
#include "engine/checks/checks.h"

#include <stdio.h>

#include "engine/observations.h"
#include "engine/steps/names.h"

bool check_resources_exist(Examination *e, Finding *finding, Error *err)
{
    const Plane *planes[] = {e->operation->active, e->operation->standby};
    cJSON *objects[] = {e->active, e->standby};
    char observed[280];

    (void)err;
    for (int i = 0; i < 2; i++) {
        if (objects[i])
            continue;
        snprintf(observed, sizeof observed, "%s has no ManagementPlane \"%s\" in namespace %s",
                 planes[i]->spec->name, planes[i]->spec->resource_name, planes[i]->spec->ns);
        finding_refuse(finding, "F-011", "a ManagementPlane resource on both planes", observed,
                       "kubectl get managementplanes -A",
                       "correct namespace or managementPlane in the environment file");
        return true;
    }
    return true;
}

static const char *role_text(PlaneRole role)
{
    static const char *const TEXTS[] = {
        [ROLE_NONE] = "neither active nor standby",
        [ROLE_ACTIVE] = "active",
        [ROLE_STANDBY] = "standby",
        [ROLE_BOTH] = "active and standby at once",
    };

    return TEXTS[role];
}

bool check_roles(Examination *e, Finding *finding, Error *err)
{
    PlaneRole active = management_plane_role(e->active),
              standby = management_plane_role(e->standby);
    bool is_swapped = active == ROLE_STANDBY && standby == ROLE_ACTIVE;
    char observed[280];

    (void)err;
    if (!e->active || !e->standby || (active == ROLE_ACTIVE && standby == ROLE_STANDBY))
        return true;
    snprintf(observed, sizeof observed, "%s says %s, %s says %s", e->operation->active->spec->name,
             role_text(active), e->operation->standby->spec->name, role_text(standby));
    finding_refuse(
        finding,
        is_swapped                                        ? "F-010"
        : active == ROLE_BOTH || standby == ROLE_BOTH     ? "F-015"
        : active == ROLE_ACTIVE && standby == ROLE_ACTIVE ? "F-014"
                                                          : "MP-01",
        "spec.highAvailability.active on the active, .standby on the standby", observed,
        "kubectl get managementplanes -n NAMESPACE -o yaml",
        is_swapped ? "the contexts are swapped, or a failover has happened since: correct `active:`"
                   : "bring both resources into one of the two shapes first");
    return true;
}

/* A standby that follows the floating name would follow itself after the failover (F-105, MP-04). */
bool check_standby_host(Examination *e, Finding *finding, Error *err)
{
    const char *host =
        json_string_or(e->standby,
                       "spec/highAvailability/standby/activeMpSynchronizationEndpoint/host", "");

    (void)err;
    if (*host && (same_name(host, e->operation->environment->floating_name) ||
                  same_name(host, e->operation->standby->spec->permanent_name)))
        finding_refuse(
            finding, "F-105", "the active's permanent name as synchronisation host", host,
            "spec.highAvailability.standby.activeMpSynchronizationEndpoint.host",
            "patch the standby with the active's permanent name and wait until it streams again");
    return true;
}

/* A CRD without the field would prune the patch and answer 200 (F-012, MP-17). */
bool check_schema(Examination *e, Finding *finding, Error *err)
{
    KubePath path = {.resource = "apiextensions.k8s.io/v1/customresourcedefinitions",
                     .name = "managementplanes.install.tetrate.io"};
    cJSON *crd = NULL;
    const cJSON *version, *spec;
    Error why = {0};

    if (!kube_client_get(e->operation->standby->kube, &path, &crd, &why))
        return why.code == ERR_NOT_FOUND || why.code == ERR_DENIED ||
               error_set(err, why.code, "%s", why.message);
    cJSON_ArrayForEach(version, json_find(crd, "spec/versions"))
    {
        spec = json_find(version, "schema/openAPIV3Schema/properties/spec");
        if (spec && json_has(spec, "properties") &&
            !json_has(spec, "properties/highAvailability") &&
            !json_bool_or(spec, "x-kubernetes-preserve-unknown-fields", false))
            finding_refuse(
                finding, "F-012", "highAvailability in the schema of ManagementPlane",
                "the installed CRD would drop the field from the patch",
                "kubectl get crd managementplanes.install.tetrate.io -o yaml",
                "upgrade the standby's operator to a release with active/standby (1.12)");
    }
    cJSON_Delete(crd);
    return true;
}

bool check_operator(Examination *e, Finding *finding, Error *err)
{
    DeploymentView view;
    char observed[280];

    if (!see_deployment(e->operation->standby, "tsb-operator-management-plane", &view, err))
        return false;
    if (deployment_serves(&view))
        return true;
    deployment_text("tsb-operator-management-plane", &view, observed, sizeof observed);
    finding_refuse(finding, "F-305", "a running operator on the standby", observed,
                   "kubectl get deployment -n NAMESPACE tsb-operator-management-plane",
                   "without it the patch changes nothing: bring the operator up first");
    return true;
}

bool check_exposed(Examination *e, Finding *finding, Error *err)
{
    (void)err;
    if (!json_bool_or(e->active, "spec/highAvailability/active/exposeEmbeddedPostgresInFrontEnvoy",
                      false))
        finding_refuse(
            finding, "MP-03", "the active's Postgres exposed in its front envoy",
            "spec.highAvailability.active.exposeEmbeddedPostgresInFrontEnvoy is not true",
            "kubectl get managementplanes -n NAMESPACE -o yaml",
            "set it on the active: without it the standby cannot replicate");
    return true;
}
