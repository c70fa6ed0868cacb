/*
 * sim/population.c - the objects that a management plane's cluster holds when a world begins.
 */
#include "sim/population.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "sim/definitions.h"
#include "sim/objects.h"
#include "sim/operators/workloads.h"

static const char HELM[] = "helm";

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

static void make_secrets(Plane *plane)
{
    const World *world = plane->world;
    KubeCluster *cluster = plane->cluster;
    const char *ca = pki_ca_pem(world->pki);
    char *database =
        memory_format("data:\n  username: tsb\n  password: %s\n", world->postgres_password);

    make_key_secrets(plane);
    object_secret(cluster, plane->ns, "tsb-certs", "kubernetes.io/tls", "tls.crt",
                  certificate_pem(plane->certificate), "tls.key",
                  certificate_key_pem(plane->certificate), "ca.crt", ca, NULL);
    object_secret(cluster, plane->ns, "xcp-central-cert", "kubernetes.io/tls", "tls.crt",
                  certificate_pem(plane->central_certificate), "tls.key",
                  certificate_key_pem(plane->central_certificate), "ca.crt", ca, NULL);
    object_secret(cluster, plane->ns, "admin-credentials", NULL, "admin", world->admin_password,
                  NULL);
    object_secret(cluster, plane->ns, "postgres-credentials", NULL, "config.yaml", database, NULL);
    object_secret(cluster, plane->ns, "elastic-credentials", NULL, "username", "elastic",
                  "password", world->postgres_password, NULL);
    object_secret(cluster, plane->ns, "es-certs", NULL, "ca.crt", ca, NULL);
    free(database);
}

/* ---- the ManagementPlane and Kubegres ------------------------------------------------------------------------------------------------ */

static void make_management_plane(Plane *plane)
{
    const World *world = plane->world;
    cJSON *object = object_format(
        "{'apiVersion':'install.tetrate.io/v1alpha1','kind':'ManagementPlane',"
        "'metadata':{'name':'managementplane'},"
        "'spec':{'hub':'containers.dl.tetrate.io','organization':'%s',"
        "'components':{'frontEnvoy':{'port':%lld},'internalCertProvider':{'certManager':"
        "{'managed':'EXTERNAL'}}},'dataStore':{'embeddedPostgres':{'name':'tsb',"
        "'storageSize':'50Gi','backupStorageSize':'10Gi','backupCronSchedule':'0 2 * * */1'}},"
        "'tokenIssuer':{'jwt':{'expiration':'3600s','signingKeysSecret':'iam-signing-key'}}}}",
        world->parameters.organization, (long long)world->parameters.front_port);

    if (plane->index == 0)
        json_put_bool(object, "spec/highAvailability/active/exposeEmbeddedPostgresInFrontEnvoy",
                      true);
    else
        json_put(object, "spec/highAvailability/standby/activeMpSynchronizationEndpoint",
                 object_format("{'host':'%s','port':%lld,'selfSigned':true}",
                               world->planes[0]->permanent_name,
                               (long long)world->parameters.front_port));
    object_create(plane->cluster, "managementplanes", plane->ns, HELM, object);
}

static void make_kubegres(Plane *plane)
{
    const World *world = plane->world;
    cJSON *object =
        object_format("{'apiVersion':'kubegres.reactive-tech.io/v1','kind':'Kubegres',"
                      "'metadata':{'name':'tsb-postgres'},'spec':{'replicas':%d,'port':5432,"
                      "'image':'containers.dl.tetrate.io/postgres:%lld','database':{'size':'50Gi',"
                      "'volumeMount':'/var/lib/postgresql/data','storageClassName':'standard'},"
                      "'failover':{'isDisabled':false},'standby':{'enabled':%s}}}",
                      plane->member_count,
                      (long long)world->parameters.replication.server_version_num / 10000,
                      plane->index == 0 ? "false" : "true");
    char endpoint[96];

    snprintf(endpoint, sizeof endpoint, "%s:5432", world->planes[0]->permanent_name);
    if (plane->index > 0)
        json_put_string(object, "spec/standby/primaryEndpoint", endpoint);
    object_create(plane->cluster, "kubegres", plane->ns, PLANE_OPERATOR, object);
    object_set_status(plane->cluster, "kubegres", plane->ns, "tsb-postgres", "kubegres",
                      object_format("{'lastCreatedInstanceIndex':%d,'enforcedReplicas':%d}",
                                    plane->member_count, plane->member_count));
}

static void make_database(Plane *plane)
{
    static const char *const SERVICES[][2] = {
        {"tsb-postgres",         "primary"},
        {"tsb-postgres-replica", "replica"}
    };

    make_kubegres(plane);
    for (int i = 0; i < 2; i++)
        object_create(plane->cluster, "services", plane->ns, "kubegres",
                      object_format("{'metadata':{'name':'%s'},'spec':{'clusterIP':'None',"
                                    "'selector':{'app':'tsb-postgres','replicationRole':'%s'},"
                                    "'ports':[{'name':'postgres','port':5432}]}}",
                                    SERVICES[i][0], SERVICES[i][1]));
    plane->members[0]->is_primary_by_label = plane->index == 0;
    for (int i = 0; i < plane->member_count; i++)
        pg_pod_make(plane->members[i], true);
}

/* ---- what runs ------------------------------------------------------------------------------------------------------------------------ */

static void make_operators(Plane *plane)
{
    object_deployment(plane->cluster, plane->ns, "tsb-operator-management-plane", HELM, 1,
                      "containers.dl.tetrate.io/tsboperator-server:1.12.0", "name", "tsb-operator");
    object_deployment(plane->cluster, plane->ns, "kubegres-controller-manager", PLANE_OPERATOR, 1,
                      "containers.dl.tetrate.io/kubegres:v1.16.0-tetrate-v14",
                      "platform.tsb.tetrate.io/application", "kubegres");
    object_deployment(plane->cluster, "cert-manager", "cert-manager", HELM, 1,
                      "quay.io/jetstack/cert-manager-controller:v1.14.4", NULL, NULL);
}

static void make_workloads(Plane *plane)
{
    int count = 0;
    const PlaneWorkload *workloads = plane_workloads(&count);

    if (plane->index == 0) {
        plane_envoy_make(plane);
        plane_autoscaler_make(plane);
        plane_teamsync_make(plane);
    } else if (!plane->world->parameters.mp_operator.leaves_old_deployments) {
        return;
    }
    for (int i = 0; i < count; i++) {
        PlaneWorkload workload = workloads[i];

        if (plane->index == 0)
            plane_service_make(plane, &workload);
        else
            workload.replicas = 0;
        plane_workload_make(plane, &workload);
    }
}

void population_plane(Plane *plane)
{
    KubeCluster *cluster = plane->cluster;

    object_namespace(cluster, plane->ns);
    object_namespace(cluster, "cert-manager");
    definitions_plane(cluster);
    make_secrets(plane);
    make_management_plane(plane);
    make_operators(plane);
    plane_webhooks_make(plane);
    make_database(plane);
    make_workloads(plane);
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

void population_site(ControlPlaneSite *site)
{
    static const char NS[] = "istio-system";
    KubeCluster *cluster = site->cluster;
    const char *ca = pki_ca_pem(site->world->pki);

    object_secret(cluster, NS, "mp-certs", NULL, "ca.crt", ca, NULL);
    object_secret(cluster, NS, "xcp-central-ca-bundle", NULL, "ca.crt", ca, NULL);
    object_deployment(cluster, NS, "edge", "xcp-operator-edge", 1,
                      "containers.dl.tetrate.io/xcpd:v1.12.0", NULL, NULL);
    object_deployment(cluster, NS, "tsb-operator-control-plane", HELM, 1,
                      "containers.dl.tetrate.io/tsboperator-server:1.12.0", "name", "tsb-operator");
    object_deployment(cluster, NS, "istiod", "istio-operator", 1,
                      "containers.dl.tetrate.io/pilot:1.12.0", NULL, NULL);
}
