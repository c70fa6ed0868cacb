/*
 * sim/controllers/node.c - the one node of a cluster, as its kubelet registers it: ready, and large enough for everything.
 *
 * Nobody keeps its lease or looks after its conditions: it is never lost.
 */
#include "base/clock.h"
#include "sim/controllers/controllers.h"
#include "sim/objects.h"

static const char NODE[] =
    "{'metadata':{'name':'node-1','labels':{'kubernetes.io/hostname':'node-1','kubernetes.io/os':'linux',"
    "'kubernetes.io/arch':'amd64','beta.kubernetes.io/os':'linux','beta.kubernetes.io/arch':'amd64'}},"
    "'spec':{'podCIDR':'10.1.0.0/16','podCIDRs':['10.1.0.0/16']},"
    "'status':{'addresses':[{'type':'InternalIP','address':'10.0.0.1'},"
    "{'type':'Hostname','address':'node-1'}],"
    "'capacity':{'cpu':'16','memory':'64Gi','pods':'110'},"
    "'allocatable':{'cpu':'16','memory':'64Gi','pods':'110'},"
    "'daemonEndpoints':{'kubeletEndpoint':{'Port':10250}},"
    "'nodeInfo':{'machineID':'','systemUUID':'','bootID':'','kernelVersion':'6.1.0','osImage':'Linux',"
    "'containerRuntimeVersion':'containerd://1.7.27','kubeletVersion':'v1.32.13',"
    "'kubeProxyVersion':'v1.32.13','operatingSystem':'linux','architecture':'amd64'}}}";

static const struct {
    const char *type, *status, *reason, *message;
} CONDITIONS[] = {
    {"MemoryPressure", "False", "KubeletHasSufficientMemory",
     "kubelet has sufficient memory available"                                                      },
    {"DiskPressure",   "False", "KubeletHasNoDiskPressure",   "kubelet has no disk pressure"        },
    {"PIDPressure",    "False", "KubeletHasSufficientPID",    "kubelet has sufficient PID available"},
    {"Ready",          "True",  "KubeletReady",               "kubelet is posting ready status"     },
};

static cJSON *conditions(void)
{
    cJSON *list = cJSON_CreateArray();
    char now[CLOCK_TEXT_MAX];

    clock_rfc3339(clock_wall_ms(), now);
    for (size_t i = 0; i < sizeof CONDITIONS / sizeof *CONDITIONS; i++)
        cJSON_AddItemToArray(
            list, object_format("{'type':'%s','status':'%s','lastHeartbeatTime':'%s',"
                                "'lastTransitionTime':'%s','reason':'%s','message':'%s'}",
                                CONDITIONS[i].type, CONDITIONS[i].status, now, now,
                                CONDITIONS[i].reason, CONDITIONS[i].message));
    return list;
}

void node_register(KubeCluster *cluster)
{
    cJSON *node = object_format(NODE);

    json_put(node, "status/conditions", conditions());
    object_create(cluster, "nodes", NULL, "kubelet", node);
}
