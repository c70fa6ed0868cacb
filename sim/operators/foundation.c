/*
 * sim/operators/foundation.c - what of a management plane is there in both of its shapes, and who makes it: the chart, the operator, kubegres.
 */
#include "sim/operators/foundation.h"

#include <stdio.h>

#include "sim/objects.h"
#include "sim/operators/backups.h"
#include "sim/operators/workloads.h"

static void make_deployment(Plane *plane, const char *name, const char *manager, const char *image,
                            const char *label, const char *value)
{
    if (!kube_find(plane->cluster, "deployments", plane->ns, name))
        object_deployment(plane->cluster, plane->ns, name, manager, 1, image, label, value);
}

void plane_operator_make(Plane *plane)
{
    make_deployment(plane, "tsb-operator-management-plane", "helm",
                    "containers.dl.tetrate.io/tsboperator-server:1.12.0", "name", "tsb-operator");
}

void plane_foundation_make(Plane *plane)
{
    make_deployment(plane, "kubegres-controller-manager", PLANE_OPERATOR,
                    "containers.dl.tetrate.io/kubegres:v1.16.0-tetrate-v14",
                    "platform.tsb.tetrate.io/application", "kubegres");
    plane_webhooks_make(plane);
}

void plane_kubegres_make(Plane *plane, const char *host)
{
    const WorldParameters *parameters = &plane->world->parameters;
    char endpoint[96];
    cJSON *object;

    if (kube_find(plane->cluster, "kubegres", plane->ns, "tsb-postgres"))
        return;
    object = object_format("{'apiVersion':'kubegres.reactive-tech.io/v1','kind':'Kubegres',"
                           "'metadata':{'name':'tsb-postgres'},'spec':{'replicas':%d,'port':5432,"
                           "'image':'containers.dl.tetrate.io/postgres:%lld','database':{"
                           "'size':'50Gi','volumeMount':'/var/lib/postgresql/data',"
                           "'storageClassName':'standard'},'failover':{'isDisabled':false},"
                           "'standby':{'enabled':%s}}}",
                           plane->member_count,
                           (long long)parameters->replication.server_version_num / 10000,
                           host ? "true" : "false");
    if (host) {
        snprintf(endpoint, sizeof endpoint, "%s:5432", host);
        json_put_string(object, "spec/standby/primaryEndpoint", endpoint);
    }
    object_create(plane->cluster, "kubegres", plane->ns, PLANE_OPERATOR, object);
    plane_backups_make(plane);
}

void plane_database_services_make(Plane *plane)
{
    static const char *const SERVICES[][2] = {
        {"tsb-postgres",         "primary"},
        {"tsb-postgres-replica", "replica"}
    };

    for (int i = 0; i < 2; i++)
        if (!kube_find(plane->cluster, "services", plane->ns, SERVICES[i][0]))
            object_create(plane->cluster, "services", plane->ns, "kubegres",
                          object_format("{'metadata':{'name':'%s'},'spec':{'clusterIP':'None',"
                                        "'selector':{'app':'tsb-postgres','replicationRole':'%s'},"
                                        "'ports':[{'name':'postgres','port':5432}]}}",
                                        SERVICES[i][0], SERVICES[i][1]));
}
