/*
 * fakes/kubernetes/form/defaults.c - what a 1.32 server fills in where a client said nothing: rows by type and field.
 *
 * Source: the defaults that upstream documents field by field, checked against recorded objects.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/kubernetes/form/form.h"

/* ---- defaults that depend on something -------------------------------------------------------- */

/* Most defaults are one number or one word, which need no parser. */
static cJSON *make(const char *value)
{
    size_t digits = strspn(value, "0123456789");
    cJSON *json;
    char *text;

    if (value[digits] == '\0')
        return cJSON_CreateNumber(atoi(value));
    if (*value != '"')
        return cJSON_Parse(value);
    text = memory_text_of(value + 1, strlen(value) - 2);
    json = cJSON_CreateString(text);
    free(text);
    return json;
}

static void set(cJSON *json, const char *name, const char *value)
{
    const cJSON *there = cJSON_GetObjectItemCaseSensitive(json, name);

    if (there != NULL && !cJSON_IsNull(there) &&
        !(cJSON_IsString(there) && *there->valuestring == '\0'))
        return;
    cJSON_DeleteItemFromObjectCaseSensitive(json, name);
    cJSON_AddItemToObject(json, name, make(value));
}

static bool is_text(const cJSON *json, const char *name, const char *wanted)
{
    return strcmp(json_string_or(json, name, ""), wanted) == 0;
}

static void set_text(cJSON *json, const char *name, const char *text)
{
    if (*json_string_or(json, name, "") == '\0') {
        cJSON_DeleteItemFromObjectCaseSensitive(json, name);
        cJSON_AddStringToObject(json, name, text);
    }
}

/* An image without a tag, or with "latest", is always fetched. */
static void set_pull_policy(cJSON *container)
{
    const char *image = json_string_or(container, "image", "");
    const char *slash = strrchr(image, '/'), *tag = strrchr(slash ? slash : image, ':');
    bool is_latest = strchr(image, '@') == NULL && (tag == NULL || strcmp(tag, ":latest") == 0);

    set_text(container, "imagePullPolicy", is_latest ? "Always" : "IfNotPresent");
}

static void set_rolling_update(cJSON *strategy)
{
    set_text(strategy, "type", "RollingUpdate");
    if (is_text(strategy, "type", "RollingUpdate"))
        set(strategy, "rollingUpdate", "{}");
}

/* Without completions a Job with parallelism is a work queue; with neither it is one pod. */
static void set_job(cJSON *job)
{
    cJSON *spec = cJSON_GetObjectItemCaseSensitive(job, "spec");

    if (!cJSON_IsObject(spec))
        return;
    if (!json_has(spec, "completions") && !json_has(spec, "parallelism"))
        set(spec, "completions", "1");
    set(spec, "parallelism", "1");
    set(spec, "backoffLimit", "6");
    set(spec, "completionMode", "\"NonIndexed\"");
    set(spec, "suspend", "false");
    if (!json_has(spec, "podFailurePolicy"))
        set(spec, "podReplacementPolicy", "\"TerminatingOrFailed\"");
}

static void set_service_account(cJSON *pod_spec)
{
    const char *name = json_string_or(pod_spec, "serviceAccountName", "");
    const char *old = json_string_or(pod_spec, "serviceAccount", "");

    if (*name)
        set_text(pod_spec, "serviceAccount", name);
    else if (*old)
        set_text(pod_spec, "serviceAccountName", old);
}

/* Requests are limits where only limits are given. */
static void set_requests(cJSON *container)
{
    const cJSON *limits = json_find(container, "resources/limits"), *limit;
    cJSON *resources = json_find(container, "resources"), *requests;

    if (!cJSON_IsObject(limits) || limits->child == NULL)
        return;
    set(resources, "requests", "{}");
    requests = cJSON_GetObjectItemCaseSensitive(resources, "requests");
    cJSON_ArrayForEach(limit, limits)
    {
        if (cJSON_GetObjectItemCaseSensitive(requests, limit->string) == NULL)
            cJSON_AddItemToObject(requests, limit->string, cJSON_Duplicate(limit, true));
    }
}

static const char *quality_of(const cJSON *spec)
{
    const cJSON *container;
    bool has_any = false, is_guaranteed = true;

    cJSON_ArrayForEach(container, json_find(spec, "containers"))
    {
        const cJSON *limits = json_find(container, "resources/limits");
        const cJSON *requests = json_find(container, "resources/requests");

        has_any = has_any || (limits && limits->child) || (requests && requests->child);
        is_guaranteed = is_guaranteed && json_has(limits, "cpu") && json_has(limits, "memory") &&
                        json_equal(limits, requests);
    }
    return !has_any ? "BestEffort" : is_guaranteed ? "Guaranteed" : "Burstable";
}

static void set_pod(cJSON *pod)
{
    cJSON *spec = cJSON_GetObjectItemCaseSensitive(pod, "spec"), *container, *status;

    if (!cJSON_IsObject(spec))
        return;
    cJSON_ArrayForEach(container, json_find(spec, "containers")) set_requests(container);
    set(spec, "enableServiceLinks", "true");
    set(pod, "status", "{}");
    status = cJSON_GetObjectItemCaseSensitive(pod, "status");
    set_text(status, "phase", "Pending");
    set_text(status, "qosClass", quality_of(spec));
}

static void set_service_port(cJSON *port)
{
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(port, "port");
    const cJSON *target = cJSON_GetObjectItemCaseSensitive(port, "targetPort");

    set(port, "protocol", "\"TCP\"");
    if (target == NULL || cJSON_IsNull(target) ||
        (cJSON_IsNumber(target) && target->valuedouble == 0) ||
        (cJSON_IsString(target) && *target->valuestring == '\0')) {
        cJSON_DeleteItemFromObjectCaseSensitive(port, "targetPort");
        cJSON_AddItemToObject(port, "targetPort",
                              number ? cJSON_Duplicate(number, true) : cJSON_CreateNumber(0));
    }
}

/* Addresses and node ports are the cluster's to give: service.c. */
static void set_service(cJSON *spec)
{
    bool is_external, is_alias;

    set(spec, "sessionAffinity", "\"None\"");
    set(spec, "type", "\"ClusterIP\"");
    is_alias = is_text(spec, "type", "ExternalName");
    is_external = is_text(spec, "type", "NodePort") || is_text(spec, "type", "LoadBalancer");
    if (is_text(spec, "sessionAffinity", "ClientIP"))
        set(spec, "sessionAffinityConfig", "{\"clientIP\":{\"timeoutSeconds\":10800}}");
    if (is_external)
        set(spec, "externalTrafficPolicy", "\"Cluster\"");
    if (is_text(spec, "type", "LoadBalancer"))
        set(spec, "allocateLoadBalancerNodePorts", "true");
    if (!is_alias)
        set(spec, "internalTrafficPolicy", "\"Cluster\"");
}

static void set_ingress_address(cJSON *ingress)
{
    if (*json_string_or(ingress, "ip", ""))
        set(ingress, "ipMode", "\"VIP\"");
}

static void set_policy_types(cJSON *spec)
{
    set(spec, "policyTypes",
        json_has(spec, "egress") && json_find(spec, "egress")->child ? "[\"Ingress\",\"Egress\"]"
                                                                     : "[\"Ingress\"]");
}

static void set_subject_group(cJSON *subject)
{
    if (is_text(subject, "kind", "User") || is_text(subject, "kind", "Group"))
        set(subject, "apiGroup", "\"rbac.authorization.k8s.io\"");
}

static void set_volume(cJSON *volume)
{
    const cJSON *member;
    bool has_source = false;

    cJSON_ArrayForEach(member, volume) has_source =
        has_source || (strcmp(member->string, "name") != 0 && !cJSON_IsNull(member));
    if (!has_source)
        set(volume, "emptyDir", "{}");
}

static void set_claim_template(cJSON *stateful_set_spec)
{
    cJSON *claim;

    cJSON_ArrayForEach(claim, json_find(stateful_set_spec, "volumeClaimTemplates"))
    {
        set(claim, "kind", "\"PersistentVolumeClaim\"");
        set(claim, "apiVersion", "\"v1\"");
    }
}

static void set_crd_names(cJSON *names)
{
    char *text = memory_text(json_string_or(names, "kind", ""));
    char *list = memory_format("%sList", text);

    if (*text) {
        set_text(names, "listKind", list);
        for (char *at = text; *at; at++)
            *at = (char)tolower((unsigned char)*at);
        set_text(names, "singular", text);
    }
    free(list);
    free(text);
}

/* ---- the table -------------------------------------------------------------------------------- */

typedef void SetDefaults(cJSON *json);

#define CPU_AT_80                                                                                  \
    "[{\"type\":\"Resource\",\"resource\":{\"name\":\"cpu\",\"target\":{\"type\":\"Utilization\"," \
    "\"averageUtilization\":80}}}]"

/* Sorted by type. A row is one field's value as JSON, or a function of the whole object. */
static const struct {
    const char *type, *field, *value;
    SetDefaults *set;
} DEFAULTS[] = {
    {"ConfigMapVolumeSource",                           "defaultMode",                          "420",                           NULL               },
    {"Container",                                       "terminationMessagePath",               "\"/dev/termination-log\"",      NULL               },
    {"Container",                                       "terminationMessagePolicy",             "\"File\"",                      NULL               },
    {"Container",                                       NULL,                                   NULL,                            set_pull_policy    },
    {"CronJobSpec",                                     "concurrencyPolicy",                    "\"Allow\"",                     NULL               },
    {"CronJobSpec",                                     "suspend",                              "false",                         NULL               },
    {"CronJobSpec",                                     "successfulJobsHistoryLimit",           "3",                             NULL               },
    {"CronJobSpec",                                     "failedJobsHistoryLimit",               "1",                             NULL               },
    {"CustomResourceDefinitionNames",                   NULL,                                   NULL,                            set_crd_names      },
    {"CustomResourceDefinitionSpec",                    "conversion",                           "{\"strategy\":\"None\"}",       NULL               },
    {"DaemonSetSpec",                                   "revisionHistoryLimit",                 "10",                            NULL               },
    {"DaemonSetUpdateStrategy",                         NULL,                                   NULL,                            set_rolling_update },
    {"DeploymentSpec",                                  "replicas",                             "1",                             NULL               },
    {"DeploymentSpec",                                  "revisionHistoryLimit",                 "10",                            NULL               },
    {"DeploymentSpec",                                  "progressDeadlineSeconds",              "600",                           NULL               },
    {"DeploymentStrategy",                              NULL,                                   NULL,                            set_rolling_update },
    {"DownwardAPIVolumeSource",                         "defaultMode",                          "420",                           NULL               },
    {"EndpointPort",                                    "name",                                 "\"\"",                          NULL               },
    {"EndpointPort",                                    "protocol",                             "\"TCP\"",                       NULL               },
    {"EphemeralContainer",                              "terminationMessagePath",               "\"/dev/termination-log\"",      NULL               },
    {"EphemeralContainer",                              "terminationMessagePolicy",             "\"File\"",                      NULL               },
    {"EphemeralContainer",                              NULL,                                   NULL,                            set_pull_policy    },
    {"HTTPGetAction",                                   "path",                                 "\"/\"",                         NULL               },
    {"HTTPGetAction",                                   "scheme",                               "\"HTTP\"",                      NULL               },
    {"HorizontalPodAutoscalerSpec",                     "minReplicas",                          "1",                             NULL               },
    {"HorizontalPodAutoscalerSpec",                     "metrics",                              CPU_AT_80,                       NULL               },
    {"HostPathVolumeSource",                            "type",                                 "\"\"",                          NULL               },
    {"Job",                                             NULL,                                   NULL,                            set_job            },
    {"LoadBalancerIngress",                             NULL,                                   NULL,                            set_ingress_address},
    {"MutatingWebhook",                                 "failurePolicy",                        "\"Fail\"",                      NULL               },
    {"MutatingWebhook",                                 "matchPolicy",                          "\"Equivalent\"",                NULL               },
    {"MutatingWebhook",                                 "namespaceSelector",                    "{}",                            NULL               },
    {"MutatingWebhook",                                 "objectSelector",                       "{}",                            NULL               },
    {"MutatingWebhook",                                 "reinvocationPolicy",                   "\"Never\"",                     NULL               },
    {"MutatingWebhook",                                 "timeoutSeconds",                       "10",                            NULL               },
    {"NetworkPolicyPort",                               "protocol",                             "\"TCP\"",                       NULL               },
    {"NetworkPolicySpec",                               NULL,                                   NULL,                            set_policy_types   },
    {"ObjectFieldSelector",                             "apiVersion",                           "\"v1\"",                        NULL               },
    {"PersistentVolumeClaimSpec",                       "volumeMode",                           "\"Filesystem\"",                NULL               },
    {"PersistentVolumeClaimStatus",                     "phase",                                "\"Pending\"",                   NULL               },
    {"PersistentVolumeSpec",                            "persistentVolumeReclaimPolicy",        "\"Retain\"",                    NULL               },
    {"PersistentVolumeSpec",                            "volumeMode",                           "\"Filesystem\"",                NULL               },
    {"PersistentVolumeStatus",                          "phase",                                "\"Pending\"",                   NULL               },
    {"Pod",                                             NULL,                                   NULL,                            set_pod            },
    {"PodSpec",                                         "restartPolicy",                        "\"Always\"",                    NULL               },
    {"PodSpec",                                         "terminationGracePeriodSeconds",        "30",                            NULL               },
    {"PodSpec",                                         "dnsPolicy",                            "\"ClusterFirst\"",              NULL               },
    {"PodSpec",                                         "securityContext",                      "{}",                            NULL               },
    {"PodSpec",                                         "schedulerName",                        "\"default-scheduler\"",         NULL               },
    {"PodSpec",                                         NULL,                                   NULL,                            set_service_account},
    {"Probe",                                           "timeoutSeconds",                       "1",                             NULL               },
    {"Probe",                                           "periodSeconds",                        "10",                            NULL               },
    {"Probe",                                           "successThreshold",                     "1",                             NULL               },
    {"Probe",                                           "failureThreshold",                     "3",                             NULL               },
    {"ProjectedVolumeSource",                           "defaultMode",                          "420",                           NULL               },
    {"ReplicaSetSpec",                                  "replicas",                             "1",                             NULL               },
    {"ReplicationControllerSpec",                       "replicas",                             "1",                             NULL               },
    {"RoleRef",                                         "apiGroup",                             "\"rbac.authorization.k8s.io\"", NULL               },
    {"RollingUpdateDaemonSet",                          "maxUnavailable",                       "1",                             NULL               },
    {"RollingUpdateDaemonSet",                          "maxSurge",                             "0",                             NULL               },
    {"RollingUpdateDeployment",                         "maxUnavailable",                       "\"25%\"",                       NULL               },
    {"RollingUpdateDeployment",                         "maxSurge",                             "\"25%\"",                       NULL               },
    {"RollingUpdateStatefulSetStrategy",                "partition",                            "0",                             NULL               },
    {"RuleWithOperations",                              "scope",                                "\"*\"",                         NULL               },
    {"Secret",                                          "type",                                 "\"Opaque\"",                    NULL               },
    {"SecretVolumeSource",                              "defaultMode",                          "420",                           NULL               },
    {"ServiceAccountTokenProjection",                   "expirationSeconds",                    "3600",                          NULL               },
    {"ServicePort",                                     NULL,                                   NULL,                            set_service_port   },
    {"ServiceReference",                                "port",                                 "443",                           NULL               },
    {"ServiceSpec",                                     NULL,                                   NULL,                            set_service        },
    {"StatefulSetPersistentVolumeClaimRetentionPolicy", "whenDeleted",                          "\"Retain\"",                    NULL               },
    {"StatefulSetPersistentVolumeClaimRetentionPolicy", "whenScaled",                           "\"Retain\"",                    NULL               },
    {"StatefulSetSpec",                                 "replicas",                             "1",                             NULL               },
    {"StatefulSetSpec",                                 "podManagementPolicy",                  "\"OrderedReady\"",              NULL               },
    {"StatefulSetSpec",                                 "revisionHistoryLimit",                 "10",                            NULL               },
    {"StatefulSetSpec",                                 "persistentVolumeClaimRetentionPolicy", "{}",                            NULL               },
    {"StatefulSetSpec",                                 NULL,                                   NULL,                            set_claim_template },
    {"StatefulSetUpdateStrategy",                       NULL,                                   NULL,                            set_rolling_update },
    {"StorageClass",                                    "reclaimPolicy",                        "\"Delete\"",                    NULL               },
    {"StorageClass",                                    "volumeBindingMode",                    "\"Immediate\"",                 NULL               },
    {"Subject",                                         NULL,                                   NULL,                            set_subject_group  },
    {"ValidatingWebhook",                               "failurePolicy",                        "\"Fail\"",                      NULL               },
    {"ValidatingWebhook",                               "matchPolicy",                          "\"Equivalent\"",                NULL               },
    {"ValidatingWebhook",                               "namespaceSelector",                    "{}",                            NULL               },
    {"ValidatingWebhook",                               "objectSelector",                       "{}",                            NULL               },
    {"ValidatingWebhook",                               "timeoutSeconds",                       "10",                            NULL               },
    {"Volume",                                          NULL,                                   NULL,                            set_volume         },
};

enum { DEFAULT_COUNT = sizeof DEFAULTS / sizeof *DEFAULTS };

/* The first row at or after this name. */
static int first_row(const char *type)
{
    int low = 0, high = DEFAULT_COUNT;

    while (low < high) {
        int middle = (low + high) / 2;

        if (strcmp(DEFAULTS[middle].type, type) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void form_set_defaults(const KubeType *type, cJSON *json)
{
    if (type->name == NULL)
        return;
    for (int i = first_row(type->name);
         i < DEFAULT_COUNT && strcmp(DEFAULTS[i].type, type->name) == 0; i++)
        if (DEFAULTS[i].set != NULL)
            DEFAULTS[i].set(json);
        else
            set(json, DEFAULTS[i].field, DEFAULTS[i].value);
}
