/*
 * fakes/kubernetes/surface/columns.c - the columns of every kind.
 */
#include "fakes/kubernetes/surface/columns.h"

#include <string.h>

#include "fakes/kubernetes/surface/cells.h"
#include "fakes/kubernetes/status.h"

#define ABOUT_NAME "The object's name."
#define ABOUT_AGE  "When the object was made, or how long ago that was."

/* name, type, format, priority, cell, path, otherwise, description */
/* clang-format off */
#define NAME {"Name", "string", "name", 0, cell_text, "metadata/name", "", ABOUT_NAME}
#define AGE  {"Age", "string", "", 0, cell_age, "metadata/creationTimestamp", "<unknown>", ABOUT_AGE}
#define END  {NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL}

static const Column PODS[] = {
    NAME,
    {"Ready", "string", "", 0, cell_pod_ready, NULL, "", ""},
    {"Status", "string", "", 0, cell_pod_status, NULL, "", ""},
    {"Restarts", "string", "", 0, cell_pod_restarts, NULL, "", ""},
    AGE,
    {"IP", "string", "", 1, cell_pod_ip, NULL, "<none>", ""},
    {"Node", "string", "", 1, cell_text, "spec/nodeName", "<none>", ""},
    {"Nominated Node", "string", "", 1, cell_text, "status/nominatedNodeName", "<none>", ""},
    {"Readiness Gates", "string", "", 1, cell_pod_gates, NULL, "<none>", ""},
    END,
};
static const Column PODTEMPLATES[] = {
    NAME,
    {"Containers", "string", "", 0, cell_containers, NULL, "", ""},
    {"Images", "string", "", 0, cell_images, NULL, "", ""},
    {"Pod Labels", "string", "", 0, cell_labels, "template/metadata/labels", "", ""},
    END,
};
static const Column PODDISRUPTIONBUDGETS[] = {
    NAME,
    {"Min Available", "string", "", 0, cell_text, "spec/minAvailable", "N/A", ""},
    {"Max Unavailable", "string", "", 0, cell_text, "spec/maxUnavailable", "N/A", ""},
    {"Allowed Disruptions", "integer", "", 0, cell_number, "status/disruptionsAllowed", "", ""},
    AGE,
    END,
};
static const Column REPLICATIONCONTROLLERS[] = {
    NAME,
    {"Desired", "integer", "", 0, cell_number, "spec/replicas", "", ""},
    {"Current", "integer", "", 0, cell_number, "status/replicas", "", ""},
    {"Ready", "integer", "", 0, cell_number, "status/readyReplicas", "", ""},
    AGE,
    {"Containers", "string", "", 1, cell_containers, NULL, "", ""},
    {"Images", "string", "", 1, cell_images, NULL, "", ""},
    {"Selector", "string", "", 1, cell_labels, "spec/selector", "", ""},
    END,
};
static const Column REPLICASETS[] = {
    NAME,
    {"Desired", "integer", "", 0, cell_number, "spec/replicas", "", ""},
    {"Current", "integer", "", 0, cell_number, "status/replicas", "", ""},
    {"Ready", "integer", "", 0, cell_number, "status/readyReplicas", "", ""},
    AGE,
    {"Containers", "string", "", 1, cell_containers, NULL, "", ""},
    {"Images", "string", "", 1, cell_images, NULL, "", ""},
    {"Selector", "string", "", 1, cell_selector, "spec/selector", "", ""},
    END,
};
static const Column DAEMONSETS[] = {
    NAME,
    {"Desired", "integer", "", 0, cell_number, "status/desiredNumberScheduled", "", ""},
    {"Current", "integer", "", 0, cell_number, "status/currentNumberScheduled", "", ""},
    {"Ready", "integer", "", 0, cell_number, "status/numberReady", "", ""},
    {"Up-to-date", "integer", "", 0, cell_number, "status/updatedNumberScheduled", "", ""},
    {"Available", "integer", "", 0, cell_number, "status/numberAvailable", "", ""},
    {"Node Selector", "string", "", 0, cell_labels, "spec/template/spec/nodeSelector", "", ""},
    AGE,
    {"Containers", "string", "", 1, cell_containers, NULL, "", ""},
    {"Images", "string", "", 1, cell_images, NULL, "", ""},
    {"Selector", "string", "", 1, cell_selector, "spec/selector", "", ""},
    END,
};
static const Column DEPLOYMENTS[] = {
    NAME,
    {"Ready", "string", "", 0, cell_ready_replicas, NULL, "", ""},
    {"Up-to-date", "string", "", 0, cell_number, "status/updatedReplicas", "", ""},
    {"Available", "string", "", 0, cell_number, "status/availableReplicas", "", ""},
    AGE,
    {"Containers", "string", "", 1, cell_containers, NULL, "", ""},
    {"Images", "string", "", 1, cell_images, NULL, "", ""},
    {"Selector", "string", "", 1, cell_selector, "spec/selector", "", ""},
    END,
};
static const Column STATEFULSETS[] = {
    NAME,
    {"Ready", "string", "", 0, cell_ready_replicas, NULL, "", ""},
    AGE,
    {"Containers", "string", "", 1, cell_containers, NULL, "", ""},
    {"Images", "string", "", 1, cell_images, NULL, "", ""},
    END,
};
static const Column JOBS[] = {
    NAME,
    {"Status", "string", "", 0, cell_job_status, NULL, "", ""},
    {"Completions", "string", "", 0, cell_job_completions, NULL, "", ""},
    {"Duration", "string", "", 0, cell_job_duration, NULL, "", ""},
    AGE,
    {"Containers", "string", "", 1, cell_containers, NULL, "", ""},
    {"Images", "string", "", 1, cell_images, NULL, "", ""},
    {"Selector", "string", "", 1, cell_selector, "spec/selector", "", ""},
    END,
};
static const Column CRONJOBS[] = {
    NAME,
    {"Schedule", "string", "", 0, cell_text, "spec/schedule", "", ""},
    {"Timezone", "string", "", 0, cell_text, "spec/timeZone", "<none>", ""},
    {"Suspend", "boolean", "", 0, cell_flag_text, "spec/suspend", "", ""},
    {"Active", "integer", "", 0, cell_count, "status/active", "", ""},
    {"Last Schedule", "string", "", 0, cell_age, "status/lastScheduleTime", "<none>", ""},
    AGE,
    {"Containers", "string", "", 1, cell_containers, NULL, "", ""},
    {"Images", "string", "", 1, cell_images, NULL, "", ""},
    {"Selector", "string", "", 1, cell_selector, "spec/jobTemplate/spec/selector", "", ""},
    END,
};
static const Column SERVICES[] = {
    NAME,
    {"Type", "string", "", 0, cell_text, "spec/type", "ClusterIP", ""},
    {"Cluster-IP", "string", "", 0, cell_text, "spec/clusterIP", "<none>", ""},
    {"External-IP", "string", "", 0, cell_service_external, NULL, "", ""},
    {"Port(s)", "string", "", 0, cell_service_ports, NULL, "", ""},
    AGE,
    {"Selector", "string", "", 1, cell_labels, "spec/selector", "", ""},
    END,
};
static const Column INGRESSES[] = {
    NAME,
    {"Class", "string", "", 0, cell_text, "spec/ingressClassName", "<none>", ""},
    {"Hosts", "string", "", 0, cell_ingress_hosts, NULL, "", ""},
    {"Address", "string", "", 0, cell_ingress_address, NULL, "", ""},
    {"Ports", "string", "", 0, cell_ingress_ports, NULL, "", ""},
    AGE,
    END,
};
static const Column INGRESSCLASSES[] = {
    NAME,
    {"Controller", "string", "", 0, cell_text, "spec/controller", "", ""},
    {"Parameters", "string", "", 0, cell_text, "spec/parameters/name", "<none>", ""},
    AGE,
    END,
};
static const Column ENDPOINTS[] = {
    NAME,
    {"Endpoints", "string", "", 0, cell_endpoints, NULL, "", ""},
    AGE,
    END,
};
static const Column ENDPOINTSLICES[] = {
    NAME,
    {"AddressType", "string", "", 0, cell_text, "addressType", "", ""},
    {"Ports", "string", "", 0, cell_slice_ports, NULL, "<unset>", ""},
    {"Endpoints", "string", "", 0, cell_slice_endpoints, NULL, "<unset>", ""},
    AGE,
    END,
};
static const Column NETWORKPOLICIES[] = {
    NAME,
    {"Pod-Selector", "string", "", 0, cell_selector, "spec/podSelector", "", ""},
    AGE,
    END,
};
static const Column NODES[] = {
    NAME,
    {"Status", "string", "", 0, cell_node_status, NULL, "", ""},
    {"Roles", "string", "", 0, cell_node_roles, NULL, "", ""},
    AGE,
    {"Version", "string", "", 0, cell_text, "status/nodeInfo/kubeletVersion", "", ""},
    {"Internal-IP", "string", "", 1, cell_node_address, "InternalIP", "<none>", ""},
    {"External-IP", "string", "", 1, cell_node_address, "ExternalIP", "<none>", ""},
    {"OS-Image", "string", "", 1, cell_text, "status/nodeInfo/osImage", "<unknown>", ""},
    {"Kernel-Version", "string", "", 1, cell_text, "status/nodeInfo/kernelVersion", "<unknown>", ""},
    {"Container-Runtime", "string", "", 1, cell_text, "status/nodeInfo/containerRuntimeVersion", "<unknown>", ""},
    END,
};
static const Column EVENTS[] = {
    {"Last Seen", "string", "", 0, cell_event_seen, "lastTimestamp", "", ""},
    {"Type", "string", "", 0, cell_text, "type", "", ""},
    {"Reason", "string", "", 0, cell_text, "reason", "", ""},
    {"Object", "string", "", 0, cell_event_object, NULL, "", ""},
    {"Subobject", "string", "", 1, cell_text, "involvedObject/fieldPath", "", ""},
    {"Source", "string", "", 1, cell_event_source, NULL, "", ""},
    {"Message", "string", "", 0, cell_text, "message", "", ""},
    {"First Seen", "string", "", 1, cell_event_seen, "firstTimestamp", "", ""},
    {"Count", "string", "", 1, cell_text, "count", "1", ""},
    {"Name", "string", "name", 1, cell_text, "metadata/name", "", ABOUT_NAME},
    END,
};
static const Column NAMESPACES[] = {
    NAME,
    {"Status", "string", "", 0, cell_text, "status/phase", "", ""},
    AGE,
    END,
};
static const Column SECRETS[] = {
    NAME,
    {"Type", "string", "", 0, cell_text, "type", "", ""},
    {"Data", "string", "", 0, cell_count, "data", "", ""},
    AGE,
    END,
};
static const Column CONFIGMAPS[] = {
    NAME,
    {"Data", "string", "", 0, cell_data_count, NULL, "", ""},
    AGE,
    END,
};
static const Column SERVICEACCOUNTS[] = {
    NAME,
    {"Secrets", "string", "", 0, cell_count, "secrets", "", ""},
    AGE,
    END,
};
static const Column PERSISTENTVOLUMES[] = {
    NAME,
    {"Capacity", "string", "", 0, cell_text, "spec/capacity/storage", "", ""},
    {"Access Modes", "string", "", 0, cell_access_modes, "spec/accessModes", "", ""},
    {"Reclaim Policy", "string", "", 0, cell_text, "spec/persistentVolumeReclaimPolicy", "", ""},
    {"Status", "string", "", 0, cell_claim_status, "status/phase", "", ""},
    {"Claim", "string", "", 0, cell_volume_claim, NULL, "", ""},
    {"StorageClass", "string", "", 0, cell_text, "spec/storageClassName", "", ""},
    {"VolumeAttributesClass", "string", "", 0, cell_text, "spec/volumeAttributesClassName", "<unset>", ""},
    {"Reason", "string", "", 0, cell_text, "status/reason", "", ""},
    AGE,
    {"VolumeMode", "string", "", 1, cell_text, "spec/volumeMode", "<unset>", ""},
    END,
};
static const Column PERSISTENTVOLUMECLAIMS[] = {
    NAME,
    {"Status", "string", "", 0, cell_claim_status, "status/phase", "", ""},
    {"Volume", "string", "", 0, cell_text, "spec/volumeName", "", ""},
    {"Capacity", "string", "", 0, cell_text, "status/capacity/storage", "", ""},
    {"Access Modes", "string", "", 0, cell_access_modes, "status/accessModes", "", ""},
    {"StorageClass", "string", "", 0, cell_text, "spec/storageClassName", "", ""},
    {"VolumeAttributesClass", "string", "", 0, cell_text, "spec/volumeAttributesClassName", "<unset>", ""},
    AGE,
    {"VolumeMode", "string", "", 1, cell_text, "spec/volumeMode", "<unset>", ""},
    END,
};
static const Column HORIZONTALPODAUTOSCALERS[] = {
    NAME,
    {"Reference", "string", "", 0, cell_hpa_reference, NULL, "", ""},
    {"Targets", "string", "", 0, cell_hpa_targets, NULL, "", ""},
    {"MinPods", "string", "", 0, cell_text, "spec/minReplicas", "<unset>", ""},
    {"MaxPods", "string", "", 0, cell_number, "spec/maxReplicas", "", ""},
    {"Replicas", "string", "", 0, cell_number, "status/currentReplicas", "", ""},
    AGE,
    END,
};
static const Column ROLEBINDINGS[] = {
    NAME,
    {"Role", "string", "", 0, cell_role_reference, NULL, "", ""},
    AGE,
    {"Users", "string", "", 1, cell_subjects, "User", "", ""},
    {"Groups", "string", "", 1, cell_subjects, "Group", "", ""},
    {"ServiceAccounts", "string", "", 1, cell_subjects, "ServiceAccount", "", ""},
    END,
};
static const Column CERTIFICATESIGNINGREQUESTS[] = {
    NAME,
    AGE,
    {"SignerName", "string", "", 0, cell_text, "spec/signerName", "", ""},
    {"Requestor", "string", "", 0, cell_text, "spec/username", "", ""},
    {"RequestedDuration", "string", "", 0, cell_seconds, "spec/expirationSeconds", "<none>", ""},
    {"Condition", "string", "", 0, cell_request_condition, NULL, "", ""},
    END,
};
static const Column LEASES[] = {
    NAME,
    {"Holder", "string", "", 0, cell_text, "spec/holderIdentity", "", ""},
    AGE,
    END,
};
static const Column STORAGECLASSES[] = {
    NAME,
    {"Provisioner", "string", "", 0, cell_text, "provisioner", "", ""},
    {"ReclaimPolicy", "string", "", 0, cell_text, "reclaimPolicy", "Delete", ""},
    {"VolumeBindingMode", "string", "", 0, cell_text, "volumeBindingMode", "<unset>", ""},
    {"AllowVolumeExpansion", "string", "", 0, cell_flag, "allowVolumeExpansion", "", ""},
    AGE,
    END,
};
static const Column CONTROLLERREVISIONS[] = {
    NAME,
    {"Controller", "string", "", 0, cell_owner, NULL, "<none>", ""},
    {"Revision", "string", "", 0, cell_number, "revision", "", ""},
    AGE,
    END,
};
static const Column RESOURCEQUOTAS[] = {
    NAME,
    {"Request", "string", "", 0, cell_quota, "", "", ""},
    {"Limit", "string", "", 0, cell_quota, "limits.", "", ""},
    AGE,
    END,
};
static const Column PRIORITYCLASSES[] = {
    NAME,
    {"Value", "integer", "", 0, cell_number, "value", "", ""},
    {"Global-Default", "boolean", "", 0, cell_flag, "globalDefault", "", ""},
    AGE,
    {"PreemptionPolicy", "string", "", 0, cell_text, "preemptionPolicy", "PreemptLowerPriority", ""},
    END,
};
static const Column RUNTIMECLASSES[] = {
    NAME,
    {"Handler", "string", "", 0, cell_text, "handler", "", ""},
    AGE,
    END,
};
static const Column VOLUMEATTACHMENTS[] = {
    NAME,
    {"Attacher", "string", "name", 0, cell_text, "spec/attacher", "", ""},
    {"PV", "string", "", 0, cell_text, "spec/source/persistentVolumeName", "", ""},
    {"Node", "string", "", 0, cell_text, "spec/nodeName", "", ""},
    {"Attached", "boolean", "", 0, cell_flag, "status/attached", "", ""},
    AGE,
    END,
};
static const Column CSINODES[] = {
    NAME,
    {"Drivers", "integer", "", 0, cell_count, "spec/drivers", "", ""},
    AGE,
    END,
};
static const Column CSIDRIVERS[] = {
    NAME,
    {"AttachRequired", "boolean", "", 0, cell_flag, "spec/attachRequired", "", ""},
    {"PodInfoOnMount", "boolean", "", 0, cell_flag, "spec/podInfoOnMount", "", ""},
    {"StorageCapacity", "boolean", "", 0, cell_flag, "spec/storageCapacity", "", ""},
    {"TokenRequests", "string", "", 0, cell_text, "spec/tokenRequests/0/audience", "<unset>", ""},
    {"RequiresRepublish", "boolean", "", 0, cell_flag, "spec/requiresRepublish", "", ""},
    {"Modes", "string", "", 0, cell_names, "spec/volumeLifecycleModes", "", ""},
    AGE,
    END,
};
static const Column CSISTORAGECAPACITIES[] = {
    NAME,
    {"StorageClassName", "string", "", 0, cell_text, "storageClassName", "", ""},
    {"Capacity", "string", "", 0, cell_text, "capacity", "<unset>", ""},
    END,
};
static const Column MUTATINGWEBHOOKCONFIGURATIONS[] = {
    NAME,
    {"Webhooks", "integer", "", 0, cell_count, "webhooks", "", ""},
    AGE,
    END,
};
static const Column VALIDATINGADMISSIONPOLICIES[] = {
    NAME,
    {"Validations", "integer", "", 0, cell_count, "spec/validations", "", ""},
    {"ParamKind", "string", "", 0, cell_text, "spec/paramKind/kind", "<unset>", ""},
    AGE,
    END,
};
static const Column VALIDATINGADMISSIONPOLICYBINDINGS[] = {
    NAME,
    {"PolicyName", "string", "", 0, cell_text, "spec/policyName", "", ""},
    {"ParamRef", "string", "", 0, cell_text, "spec/paramRef/name", "<unset>", ""},
    AGE,
    END,
};
static const Column FLOWSCHEMAS[] = {
    NAME,
    {"PriorityLevel", "string", "", 0, cell_text, "spec/priorityLevelConfiguration/name", "", ""},
    {"MatchingPrecedence", "string", "", 0, cell_text, "spec/matchingPrecedence", "", ""},
    {"DistinguisherMethod", "string", "", 0, cell_text, "spec/distinguisherMethod/type", "<none>", ""},
    AGE,
    END,
};
static const Column PRIORITYLEVELCONFIGURATIONS[] = {
    NAME,
    {"Type", "string", "", 0, cell_text, "spec/type", "", ""},
    {"NominalConcurrencyShares", "string", "", 0, cell_text, "spec/limited/nominalConcurrencyShares", "<none>", ""},
    {"Queues", "string", "", 0, cell_text, "spec/limited/limitResponse/queuing/queues", "<none>", ""},
    {"HandSize", "string", "", 0, cell_text, "spec/limited/limitResponse/queuing/handSize", "<none>", ""},
    {"QueueLengthLimit", "string", "", 0, cell_text, "spec/limited/limitResponse/queuing/queueLengthLimit", "<none>", ""},
    AGE,
    END,
};
static const Column APISERVICES[] = {
    NAME,
    {"Service", "string", "", 0, cell_service_reference, "spec/service", "Local", ""},
    {"Available", "string", "", 0, cell_condition, "Available", "<unknown>", ""},
    AGE,
    END,
};
static const Column COMPONENTSTATUSES[] = {
    NAME,
    {"Status", "string", "", 0, cell_condition, "Healthy", "Unknown", ""},
    {"Message", "string", "", 0, cell_text, "conditions/0/message", "", ""},
    {"Error", "string", "", 0, cell_text, "conditions/0/error", "", ""},
    END,
};
/* A kind that is not below. */
static const Column OTHERS[] = {
    NAME,
    {"Created At", "date", "", 0, cell_text, "metadata/creationTimestamp", "", ABOUT_AGE},
    END,
};
/* A custom resource without columns of its own. */
static const Column CUSTOM[] = {
    NAME,
    {"Age", "date", "", 0, cell_age, "metadata/creationTimestamp", "<unknown>", ABOUT_AGE},
    END,
};
/* clang-format on */

static const struct {
    const char *plural;
    const Column *columns;
} TABLES[] = {
    {"pods",                              PODS                             },
    {"podtemplates",                      PODTEMPLATES                     },
    {"poddisruptionbudgets",              PODDISRUPTIONBUDGETS             },
    {"replicationcontrollers",            REPLICATIONCONTROLLERS           },
    {"replicasets",                       REPLICASETS                      },
    {"daemonsets",                        DAEMONSETS                       },
    {"deployments",                       DEPLOYMENTS                      },
    {"statefulsets",                      STATEFULSETS                     },
    {"jobs",                              JOBS                             },
    {"cronjobs",                          CRONJOBS                         },
    {"services",                          SERVICES                         },
    {"ingresses",                         INGRESSES                        },
    {"ingressclasses",                    INGRESSCLASSES                   },
    {"endpoints",                         ENDPOINTS                        },
    {"endpointslices",                    ENDPOINTSLICES                   },
    {"networkpolicies",                   NETWORKPOLICIES                  },
    {"nodes",                             NODES                            },
    {"events",                            EVENTS                           },
    {"namespaces",                        NAMESPACES                       },
    {"secrets",                           SECRETS                          },
    {"configmaps",                        CONFIGMAPS                       },
    {"serviceaccounts",                   SERVICEACCOUNTS                  },
    {"persistentvolumes",                 PERSISTENTVOLUMES                },
    {"persistentvolumeclaims",            PERSISTENTVOLUMECLAIMS           },
    {"horizontalpodautoscalers",          HORIZONTALPODAUTOSCALERS         },
    {"rolebindings",                      ROLEBINDINGS                     },
    {"clusterrolebindings",               ROLEBINDINGS                     },
    {"certificatesigningrequests",        CERTIFICATESIGNINGREQUESTS       },
    {"leases",                            LEASES                           },
    {"storageclasses",                    STORAGECLASSES                   },
    {"controllerrevisions",               CONTROLLERREVISIONS              },
    {"resourcequotas",                    RESOURCEQUOTAS                   },
    {"priorityclasses",                   PRIORITYCLASSES                  },
    {"runtimeclasses",                    RUNTIMECLASSES                   },
    {"volumeattachments",                 VOLUMEATTACHMENTS                },
    {"csinodes",                          CSINODES                         },
    {"csidrivers",                        CSIDRIVERS                       },
    {"csistoragecapacities",              CSISTORAGECAPACITIES             },
    {"mutatingwebhookconfigurations",     MUTATINGWEBHOOKCONFIGURATIONS    },
    {"validatingwebhookconfigurations",   MUTATINGWEBHOOKCONFIGURATIONS    },
    {"validatingadmissionpolicies",       VALIDATINGADMISSIONPOLICIES      },
    {"validatingadmissionpolicybindings", VALIDATINGADMISSIONPOLICYBINDINGS},
    {"flowschemas",                       FLOWSCHEMAS                      },
    {"prioritylevelconfigurations",       PRIORITYLEVELCONFIGURATIONS      },
    {"apiservices",                       APISERVICES                      },
    {"componentstatuses",                 COMPONENTSTATUSES                },
};

static const cJSON *printer_columns(const KubeCluster *cluster, const KubeKind *kind)
{
    char name[128];
    const cJSON *version;

    cJSON_ArrayForEach(version, json_find(kube_find(cluster, "customresourcedefinitions", NULL,
                                                    status_resource_name(kind, name)),
                                          "spec/versions"))
    {
        if (strcmp(json_string_or(version, "name", ""), kind->version) == 0)
            return json_find(version, "additionalPrinterColumns");
    }
    return NULL;
}

static Column custom_column(Arena *arena, const cJSON *json)
{
    const char *path = arena_text(arena, json_string_or(json, "jsonPath", ""));

    return (
        Column){.name = arena_text(arena, json_string_or(json, "name", "")),
                .type = arena_text(arena, json_string_or(json, "type", "string")),
                .format = arena_text(arena, json_string_or(json, "format", "")),
                .priority = (int)json_integer_or(json, "priority", 0),
                .cell = cell_custom,
                .path = path,
                .about =
                    json_has(json, "description")
                        ? arena_text(arena, json_string_or(json, "description", ""))
                        : arena_format(arena,
                                       "Custom resource definition column (in JSONPath format): %s",
                                       path)};
}

static const Column *custom_columns(Arena *arena, const KubeCluster *cluster, const KubeKind *kind)
{
    const cJSON *list = printer_columns(cluster, kind), *json;
    Column *columns;
    int count = 0;

    if (cJSON_GetArraySize(list) == 0)
        return CUSTOM;
    columns = arena_new(arena, ((size_t)cJSON_GetArraySize(list) + 2) * sizeof *columns);
    columns[count++] = CUSTOM[0];
    cJSON_ArrayForEach(json, list)
    {
        columns[count++] = custom_column(arena, json);
    }
    return columns;
}

const Column *columns_of(Arena *arena, const KubeCluster *cluster, const KubeKind *kind)
{
    if (kube_kind_has(kind, KUBE_CUSTOM))
        return custom_columns(arena, cluster, kind);
    for (size_t i = 0; i < sizeof TABLES / sizeof *TABLES; i++)
        if (strcmp(TABLES[i].plural, kind->plural) == 0)
            return TABLES[i].columns;
    return OTHERS;
}
