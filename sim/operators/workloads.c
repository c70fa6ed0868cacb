/*
 * sim/operators/workloads.c - what a management plane's operator makes in the active shape.
 */
#include "sim/operators/workloads.h"

#include <stdio.h>
#include <string.h>

#include "sim/objects.h"

const char PLANE_OPERATOR[] = "tsb-operator";

static const PlaneWorkload WORKLOADS[] = {
    {"tsb",                  "apiServer",    1, true },
    {"iam",                  "iamServer",    1, true },
    {"envoy",                "frontEnvoy",   2, true },
    {"web",                  "webUi",        1, true },
    {"mpc",                  "mpc",          1, true },
    {"xcp-operator-central", "xcp/operator", 1, false},
    {"central",              "xcp/central",  1, true },
    {"oap",                  "oap",          1, true },
    {"otel-collector",       "collector",    1, true },
};
enum { WORKLOAD_COUNT = sizeof WORKLOADS / sizeof WORKLOADS[0] };

const PlaneWorkload *plane_workloads(int *out_count)
{
    *out_count = WORKLOAD_COUNT;
    return WORKLOADS;
}

const PlaneWorkload *plane_workload_find(const char *deployment)
{
    for (int i = 0; i < WORKLOAD_COUNT; i++)
        if (strcmp(WORKLOADS[i].deployment, deployment) == 0)
            return &WORKLOADS[i];
    return NULL;
}

void plane_workload_make(Plane *plane, const PlaneWorkload *workload)
{
    char image[96];

    if (kube_find(plane->cluster, "deployments", plane->ns, workload->deployment))
        return;
    snprintf(image, sizeof image, "containers.dl.tetrate.io/%s:1.12.0", workload->deployment);
    object_deployment(plane->cluster, plane->ns, workload->deployment, PLANE_OPERATOR,
                      workload->replicas, image, "platform.tsb.tetrate.io/application", "tsb");
}

void plane_service_make(Plane *plane, const PlaneWorkload *workload)
{
    if (!workload->has_service || strcmp(workload->deployment, "envoy") == 0 ||
        kube_find(plane->cluster, "services", plane->ns, workload->deployment))
        return;
    object_create(plane->cluster, "services", plane->ns, PLANE_OPERATOR,
                  object_format("{'metadata':{'name':'%s','labels':{'app':'%s'}},"
                                "'spec':{'type':'ClusterIP','selector':{'app':'%s'},"
                                "'ports':[{'name':'https','port':443,'targetPort':8443}]}}",
                                workload->deployment, workload->deployment, workload->deployment));
}

static cJSON *envoy_ports(const Plane *plane)
{
    cJSON *ports =
        object_format("[{'name':'https-ingress','port':%lld,'targetPort':8443,'nodePort':30483,"
                      "'protocol':'TCP'}]",
                      (long long)plane->world->parameters.front_port);

    if (json_bool_or(plane_resource(plane),
                     "spec/highAvailability/active/exposeEmbeddedPostgresInFrontEnvoy", false))
        cJSON_AddItemToArray(ports, object_format("{'name':'tcp-postgres','port':5432,"
                                                  "'targetPort':5432,'nodePort':32641,"
                                                  "'protocol':'TCP'}"));
    return ports;
}

void plane_envoy_make(Plane *plane)
{
    cJSON *service = NULL;

    if (kube_find(plane->cluster, "services", plane->ns, "envoy")) {
        service = cJSON_CreateObject();
        json_put(service, "spec/ports", envoy_ports(plane));
        object_merge(plane->cluster, "services", plane->ns, "envoy", PLANE_OPERATOR, service);
        return;
    }
    service = object_format("{'metadata':{'name':'envoy','labels':{'app':'envoy'}},"
                            "'spec':{'type':'LoadBalancer','clusterIP':'10.96.%d.80',"
                            "'selector':{'app':'envoy'}}}",
                            plane->index + 1);
    json_put(service, "spec/ports", envoy_ports(plane));
    object_create(plane->cluster, "services", plane->ns, PLANE_OPERATOR, service);
}

void plane_autoscaler_make(Plane *plane)
{
    if (kube_find(plane->cluster, "horizontalpodautoscalers", plane->ns, "envoy"))
        return;
    object_create(plane->cluster, "horizontalpodautoscalers", plane->ns, PLANE_OPERATOR,
                  object_format("{'metadata':{'name':'envoy'},'spec':{'scaleTargetRef':"
                                "{'apiVersion':'apps/v1','kind':'Deployment','name':'envoy'},"
                                "'minReplicas':2,'maxReplicas':10,'metrics':[{'type':'Resource',"
                                "'resource':{'name':'cpu','target':{'type':'Utilization',"
                                "'averageUtilization':75}}}]},'status':{'currentReplicas':2,"
                                "'desiredReplicas':2}}"));
}

/* apiServer.teamSyncSchedule, as an expanded ManagementPlane has it. */
void plane_teamsync_make(Plane *plane)
{
    if (kube_find(plane->cluster, "cronjobs", plane->ns, "teamsync"))
        return;
    object_create(
        plane->cluster, "cronjobs", plane->ns, PLANE_OPERATOR,
        object_format(
            "{'metadata':{'name':'teamsync','labels':{'app':'teamsync',"
            "'platform.tsb.tetrate.io/application':'teamsync'}},'spec':{'schedule':'0 * * * *',"
            "'concurrencyPolicy':'Forbid','jobTemplate':{'spec':{'template':{'metadata':{'labels':"
            "{'app':'teamsync'}},'spec':{'restartPolicy':'OnFailure','containers':[{'name':"
            "'teamsync','image':'containers.dl.tetrate.io/teamsync:1.12.0'}]}}}}}}"));
}
