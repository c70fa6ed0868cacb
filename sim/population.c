/*
 * sim/population.c - the objects that a management plane's cluster holds when a world begins.
 */
#include "sim/population.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "sim/definitions.h"
#include "sim/objects.h"
#include "sim/operators/chart.h"
#include "sim/operators/foundation.h"
#include "sim/operators/feed.h"
#include "sim/operators/workloads.h"

static const char HELM[] = "helm";

/* Of the pair, the one that the active's log or dumps go to. */
static bool is_replica(const Plane *plane)
{
    return plane->index > 0 && plane->world->parameters.standby.fed_by == WORLD_FED_BY_REPLICATION;
}

static const char *followed_host(const Plane *plane)
{
    return is_replica(plane) ? plane->world->planes[0]->permanent_name : NULL;
}

/* ---- secrets ------------------------------------------------------------------------------------------------------------------------ */

static char *tree_text(cJSON *tree)
{
    char *text = json_text(tree);

    cJSON_Delete(tree);
    return text;
}

static void make_key_secrets(Plane *plane)
{
    const World *world = plane->world;
    KubeCluster *cluster = plane->cluster;
    cJSON *set = object_format("{'keys':[]}");
    char *jwks = NULL, *jwk = tree_text(signing_key_private_jwk(world->standby_sa_key));

    cJSON_AddItemToArray(cJSON_GetObjectItem(set, "keys"), signing_key_jwk(plane->iam_key));
    jwks = tree_text(set);
    object_secret(cluster, plane->ns, "iam-signing-key", NULL, "kid",
                  signing_key_kid(plane->iam_key), "private.key", signing_key_pem(plane->iam_key),
                  NULL);
    object_secret(cluster, plane->ns, "tsb-iam-jwks", NULL, "kid", signing_key_kid(plane->iam_key),
                  "jwks.json", jwks, NULL);
    object_secret(cluster, plane->ns, "tsb-standby-sa", NULL, "jwk", jwk, NULL);
    free(jwks);
    free(jwk);
}

/* As helm does it, long ago. */
static void install(Plane *plane)
{
    cJSON *values = chart_values(plane, followed_host(plane));
    bool is_installed;

    if (plane->world->parameters.standby.fed_by == WORLD_FED_BY_RESTORE)
        json_remove(values, "spec/highAvailability"); /* no plane knows of the other */
    is_installed = chart_install(plane, values, NULL);
    assert(is_installed);
    (void)is_installed;
    cJSON_Delete(values);
}

/* ---- the database -------------------------------------------------------------------------------------------------------------------- */

/* Kubegres, as it is once it has made its instances. */
static void make_database(Plane *plane)
{
    plane_kubegres_make(plane, followed_host(plane));
    object_set_status(plane->cluster, "kubegres", plane->ns, "tsb-postgres", "kubegres",
                      object_format("{'lastCreatedInstanceIndex':%d,'enforcedReplicas':%d}",
                                    plane->member_count, plane->member_count));
    plane_database_services_make(plane);
    plane->members[0]->is_primary_by_label = !is_replica(plane);
    for (int i = 0; i < plane->member_count; i++)
        pg_pod_make(plane->members[i], true);
}

/* ---- what runs ------------------------------------------------------------------------------------------------------------------------ */

static void make_cert_manager(Plane *plane)
{
    object_namespace(plane->cluster, "cert-manager");
    object_deployment(plane->cluster, "cert-manager", "cert-manager", HELM, 1,
                      "quay.io/jetstack/cert-manager-controller:v1.14.4", NULL, NULL);
}

/* A standby that is fed by restoring has everything, and nobody at work on its database. */
static bool is_left_at_zero(const Plane *plane, const char *deployment)
{
    return plane->index > 0 && (strcmp(deployment, "tsb") == 0 || strcmp(deployment, "iam") == 0);
}

static void make_workloads(Plane *plane)
{
    int count = 0;
    const PlaneWorkload *workloads = plane_workloads(&count);

    if (!is_replica(plane)) {
        plane_envoy_make(plane);
        plane_autoscaler_make(plane);
        plane_teamsync_make(plane);
    } else if (!plane->world->parameters.mp_operator.leaves_old_deployments) {
        return;
    }
    for (int i = 0; i < count; i++) {
        PlaneWorkload workload = workloads[i];

        if (is_replica(plane) || is_left_at_zero(plane, workload.deployment))
            workload.replicas = 0;
        if (!is_replica(plane))
            plane_service_make(plane, &workload);
        plane_workload_make(plane, &workload);
    }
}

/* What a cluster's owner put there: storage, perhaps cert-manager. */
static void make_surroundings(Plane *plane)
{
    object_create(plane->cluster, "storageclasses", NULL, "somebody",
                  object_format("{'metadata':{'name':'standard','annotations':{"
                                "'storageclass.kubernetes.io/is-default-class':'true'}},"
                                "'provisioner':'csi.example.com'}"));
    if (plane_begins_installed(plane) || plane->world->parameters.planes.has_cert_manager) {
        definitions_surroundings(plane->cluster);
        make_cert_manager(plane);
    }
}

void population_plane(Plane *plane)
{
    make_surroundings(plane);
    if (!plane_begins_installed(plane))
        return;
    install(plane);
    make_key_secrets(plane);
    plane_foundation_make(plane);
    make_database(plane);
    make_workloads(plane);
    if (plane->world->parameters.standby.fed_by == WORLD_FED_BY_RESTORE)
        feed_populate(plane);
}

/* ---- a control plane's cluster -------------------------------------------------------------------------------------------------------- */

void population_resource(ControlPlaneSite *site)
{
    static const char NS[] = "istio-system";
    const World *world = site->world;

    object_namespace(site->cluster, NS);
    object_create(
        site->cluster, "controlplanes", NS, HELM,
        object_format("{'apiVersion':'install.tetrate.io/v1alpha1','kind':'ControlPlane',"
                      "'metadata':{'name':'controlplane'},'spec':{'hub':'containers.dl.tetrate.io',"
                      "'managementPlane':{'host':'%s','port':%lld,'clusterName':'%s',"
                      "'selfSigned':true},'components':{'xcp':{'centralAuthMode':'JWT'}}}}",
                      world->floating_name, (long long)world->parameters.front_port, site->name));
}

/* domain.md 2.3: what its pods mount, and cannot start without. */
static void make_edge(KubeCluster *cluster, const char *ns)
{
    static const char OPERATOR[] = "xcp-operator-edge";

    object_deployment(cluster, ns, "edge", OPERATOR, 1, "containers.dl.tetrate.io/xcpd:v1.12.0",
                      NULL, NULL);
    object_merge(cluster, "deployments", ns, "edge", OPERATOR,
                 object_format("{'spec':{'template':{'spec':{'volumes':["
                               "{'name':'xcp-central-auth-jwt',"
                               "'secret':{'secretName':'xcp-edge-central-auth-token'}},"
                               "{'name':'xcp-central-auth-ca',"
                               "'secret':{'secretName':'xcp-central-ca-bundle'}}]}}}}"));
}

void population_site(ControlPlaneSite *site)
{
    static const char NS[] = "istio-system";
    KubeCluster *cluster = site->cluster;
    const char *ca = pki_ca_pem(site->world->pki);

    object_secret(cluster, NS, "mp-certs", NULL, "ca.crt", ca, NULL);
    object_secret(cluster, NS, "xcp-central-ca-bundle", NULL, "ca.crt", ca, NULL);
    make_edge(cluster, NS);
    object_deployment(cluster, NS, "tsb-operator-control-plane", HELM, 1,
                      "containers.dl.tetrate.io/tsboperator-server:1.12.0", "name", "tsb-operator");
    object_deployment(cluster, NS, "istiod", "istio-operator", 1,
                      "containers.dl.tetrate.io/pilot:1.12.0", NULL, NULL);
}
