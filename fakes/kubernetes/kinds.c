/*
 * fakes/kubernetes/kinds.c - the table of built-in resources, a cluster's own, and how one is found.
 */
#include "fakes/kubernetes/kinds.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum {
    NAMESPACED = KUBE_NAMESPACED,
    CUSTOM = KUBE_CUSTOM,
    STATUS = KUBE_WITH_STATUS,
    SCALE = KUBE_WITH_SCALE,
    GENERATION = KUBE_WITH_GENERATION,
    REVIEW = KUBE_REVIEW,
    READ_ONLY = KUBE_READ_ONLY,
    CONVERTED = KUBE_CONVERTED,
};

/* In discovery's order. */
static const KubeKind KINDS[] = {
    {"",                             "v1",       "bindings",                          "binding",                   "Binding",                          "",         "",               NAMESPACED | REVIEW,                       NULL, 0},
    {"",                             "v1",       "componentstatuses",                 "componentstatus",           "ComponentStatus",                  "cs",       "",               READ_ONLY,                                 NULL,
     0                                                                                                                                                                                                                                 },
    {"",                             "v1",       "configmaps",                        "configmap",                 "ConfigMap",                        "cm",       "",               NAMESPACED,                                NULL, 0},
    {"",                             "v1",       "endpoints",                         "endpoints",                 "Endpoints",                        "ep",       "",               NAMESPACED,                                NULL, 0},
    {"",                             "v1",       "events",                            "event",                     "Event",                            "ev",       "",               NAMESPACED,                                NULL, 0},
    {"",                             "v1",       "limitranges",                       "limitrange",                "LimitRange",                       "limits",   "",               NAMESPACED,                                NULL, 0},
    {"",                             "v1",       "namespaces",                        "namespace",                 "Namespace",                        "ns",       "",               STATUS,                                    NULL, 0},
    {"",                             "v1",       "nodes",                             "node",                      "Node",                             "no",       "",               STATUS,                                    NULL, 0},
    {"",                             "v1",       "persistentvolumeclaims",            "persistentvolumeclaim",     "PersistentVolumeClaim",            "pvc",
     "",                                                                                                                                                                             NAMESPACED | STATUS,                       NULL, 0},
    {"",                             "v1",       "persistentvolumes",                 "persistentvolume",          "PersistentVolume",                 "pv",       "",               STATUS,                                    NULL,
     0                                                                                                                                                                                                                                 },
    {"",                             "v1",       "pods",                              "pod",                       "Pod",                              "po",       "all",            NAMESPACED | STATUS,                       NULL, 0},
    {"",                             "v1",       "podtemplates",                      "podtemplate",               "PodTemplate",                      "",         "",               NAMESPACED,                                NULL, 0},
    {"",                             "v1",       "replicationcontrollers",            "replicationcontroller",     "ReplicationController",            "rc",
     "all",                                                                                                                                                                          NAMESPACED | STATUS | SCALE | GENERATION,  NULL, 0},
    {"",                             "v1",       "resourcequotas",                    "resourcequota",             "ResourceQuota",                    "quota",    "",               NAMESPACED | STATUS,
     NULL,                                                                                                                                                                                                                            0},
    {"",                             "v1",       "secrets",                           "secret",                    "Secret",                           "",         "",               NAMESPACED,                                NULL, 0},
    {"",                             "v1",       "serviceaccounts",                   "serviceaccount",            "ServiceAccount",                   "sa",       "",               NAMESPACED,                                NULL,
     0                                                                                                                                                                                                                                 },
    {"",                             "v1",       "services",                          "service",                   "Service",                          "svc",      "all",            NAMESPACED | STATUS,                       NULL, 0},
    {"apiregistration.k8s.io",       "v1",       "apiservices",                       "apiservice",                "APIService",                       "",
     "api-extensions",                                                                                                                                                               STATUS,                                    NULL, 0},
    {"apps",                         "v1",       "controllerrevisions",               "controllerrevision",        "ControllerRevision",               "",         "",
     NAMESPACED,                                                                                                                                                                                                                NULL, 0},
    {"apps",                         "v1",       "daemonsets",                        "daemonset",                 "DaemonSet",                        "ds",       "all",
     NAMESPACED | STATUS | GENERATION,                                                                                                                                                                                          NULL, 0},
    {"apps",                         "v1",       "deployments",                       "deployment",                "Deployment",                       "deploy",   "all",
     NAMESPACED | STATUS | SCALE | GENERATION,                                                                                                                                                                                  NULL, 0},
    {"apps",                         "v1",       "replicasets",                       "replicaset",                "ReplicaSet",                       "rs",       "all",
     NAMESPACED | STATUS | SCALE | GENERATION,                                                                                                                                                                                  NULL, 0},
    {"apps",                         "v1",       "statefulsets",                      "statefulset",               "StatefulSet",                      "sts",      "all",
     NAMESPACED | STATUS | SCALE | GENERATION,                                                                                                                                                                                  NULL, 0},
    {"events.k8s.io",                "v1",       "events",                            "event",                     "Event",                            "ev",       "",               NAMESPACED | CONVERTED,                    NULL, 0},
    {"authentication.k8s.io",        "v1",       "selfsubjectreviews",                "selfsubjectreview",         "SelfSubjectReview",
     "",                                                                                                                                                           "",               REVIEW,                                    NULL, 0},
    {"authentication.k8s.io",        "v1",       "tokenreviews",                      "tokenreview",               "TokenReview",                      "",         "",               REVIEW,
     NULL,                                                                                                                                                                                                                            0},
    {"authorization.k8s.io",         "v1",       "localsubjectaccessreviews",         "localsubjectaccessreview",
     "LocalSubjectAccessReview",                                                                                                                       "",         "",               NAMESPACED | REVIEW,                       NULL, 0},
    {"authorization.k8s.io",         "v1",       "selfsubjectaccessreviews",          "selfsubjectaccessreview",
     "SelfSubjectAccessReview",                                                                                                                        "",         "",               REVIEW,                                    NULL, 0},
    {"authorization.k8s.io",         "v1",       "selfsubjectrulesreviews",           "selfsubjectrulesreview",
     "SelfSubjectRulesReview",                                                                                                                         "",         "",               REVIEW,                                    NULL, 0},
    {"authorization.k8s.io",         "v1",       "subjectaccessreviews",              "subjectaccessreview",
     "SubjectAccessReview",                                                                                                                            "",         "",               REVIEW,                                    NULL, 0},
    {"autoscaling",                  "v2",       "horizontalpodautoscalers",          "horizontalpodautoscaler",
     "HorizontalPodAutoscaler",                                                                                                                        "hpa",      "all",            NAMESPACED | STATUS,                       NULL, 0},
    {"autoscaling",                  "v1",       "horizontalpodautoscalers",          "horizontalpodautoscaler",
     "HorizontalPodAutoscaler",                                                                                                                        "hpa",      "all",            NAMESPACED | STATUS | CONVERTED,           NULL, 0},
    {"batch",                        "v1",       "cronjobs",                          "cronjob",                   "CronJob",                          "cj",       "all",            NAMESPACED | STATUS | GENERATION,
     NULL,                                                                                                                                                                                                                            0},
    {"batch",                        "v1",       "jobs",                              "job",                       "Job",                              "",         "all",            NAMESPACED | STATUS | GENERATION,          NULL, 0},
    {"certificates.k8s.io",          "v1",       "certificatesigningrequests",        "certificatesigningrequest",
     "CertificateSigningRequest",                                                                                                                      "csr",      "",               STATUS,                                    NULL, 0},
    {"networking.k8s.io",            "v1",       "ingressclasses",                    "ingressclass",              "IngressClass",                     "",         "",
     GENERATION,                                                                                                                                                                                                                NULL, 0},
    {"networking.k8s.io",            "v1",       "ingresses",                         "ingress",                   "Ingress",                          "ing",      "",
     NAMESPACED | STATUS | GENERATION,                                                                                                                                                                                          NULL, 0},
    {"networking.k8s.io",            "v1",       "networkpolicies",                   "networkpolicy",             "NetworkPolicy",                    "netpol",   "",
     NAMESPACED | GENERATION,                                                                                                                                                                                                   NULL, 0},
    {"policy",                       "v1",       "poddisruptionbudgets",              "poddisruptionbudget",       "PodDisruptionBudget",              "pdb",
     "",                                                                                                                                                                             NAMESPACED | STATUS | GENERATION,          NULL, 0},
    {"rbac.authorization.k8s.io",    "v1",       "clusterrolebindings",               "clusterrolebinding",
     "ClusterRoleBinding",                                                                                                                             "",         "",               0,                                         NULL, 0},
    {"rbac.authorization.k8s.io",    "v1",       "clusterroles",                      "clusterrole",               "ClusterRole",                      "",         "",               0,
     NULL,                                                                                                                                                                                                                            0},
    {"rbac.authorization.k8s.io",    "v1",       "rolebindings",                      "rolebinding",               "RoleBinding",                      "",         "",
     NAMESPACED,                                                                                                                                                                                                                NULL, 0},
    {"rbac.authorization.k8s.io",    "v1",       "roles",                             "role",                      "Role",                             "",         "",               NAMESPACED,                                NULL, 0},
    {"storage.k8s.io",               "v1",       "csidrivers",                        "csidriver",                 "CSIDriver",                        "",         "",               0,                                         NULL, 0},
    {"storage.k8s.io",               "v1",       "csinodes",                          "csinode",                   "CSINode",                          "",         "",               0,                                         NULL, 0},
    {"storage.k8s.io",               "v1",       "csistoragecapacities",              "csistoragecapacity",        "CSIStorageCapacity",               "",
     "",                                                                                                                                                                             NAMESPACED,                                NULL, 0},
    {"storage.k8s.io",               "v1",       "storageclasses",                    "storageclass",              "StorageClass",                     "sc",       "",               0,                                         NULL,
     0                                                                                                                                                                                                                                 },
    {"storage.k8s.io",               "v1",       "volumeattachments",                 "volumeattachment",          "VolumeAttachment",                 "",         "",
     STATUS,                                                                                                                                                                                                                    NULL, 0},
    {"admissionregistration.k8s.io", "v1",       "mutatingwebhookconfigurations",
     "mutatingwebhookconfiguration",                                                                               "MutatingWebhookConfiguration",     "",         "api-extensions",
     GENERATION,                                                                                                                                                                                                                NULL, 0},
    {"admissionregistration.k8s.io", "v1",       "validatingadmissionpolicies",
     "validatingadmissionpolicy",                                                                                  "ValidatingAdmissionPolicy",        "",         "api-extensions",
     STATUS | GENERATION,                                                                                                                                                                                                       NULL, 0},
    {"admissionregistration.k8s.io", "v1",       "validatingadmissionpolicybindings",
     "validatingadmissionpolicybinding",                                                                           "ValidatingAdmissionPolicyBinding", "",         "api-extensions",
     GENERATION,                                                                                                                                                                                                                NULL, 0},
    {"admissionregistration.k8s.io", "v1",       "validatingwebhookconfigurations",
     "validatingwebhookconfiguration",                                                                             "ValidatingWebhookConfiguration",   "",         "api-extensions",
     GENERATION,                                                                                                                                                                                                                NULL, 0},
    {"apiextensions.k8s.io",         "v1",       "customresourcedefinitions",         "customresourcedefinition",
     "CustomResourceDefinition",                                                                                                                       "crd,crds", "api-extensions", STATUS | GENERATION,                       NULL, 0},
    {"scheduling.k8s.io",            "v1",       "priorityclasses",                   "priorityclass",             "PriorityClass",                    "pc",       "",
     GENERATION,                                                                                                                                                                                                                NULL, 0},
    {"coordination.k8s.io",          "v1",       "leases",                            "lease",                     "Lease",                            "",         "",               NAMESPACED,                                NULL, 0},
    {"node.k8s.io",                  "v1",       "runtimeclasses",                    "runtimeclass",              "RuntimeClass",                     "",         "",               0,                                         NULL, 0},
    {"discovery.k8s.io",             "v1",       "endpointslices",                    "endpointslice",             "EndpointSlice",                    "",         "",
     NAMESPACED | GENERATION,                                                                                                                                                                                                   NULL, 0},
    {"flowcontrol.apiserver.k8s.io", "v1",       "flowschemas",                       "flowschema",                "FlowSchema",                       "",         "",
     STATUS | GENERATION,                                                                                                                                                                                                       NULL, 0},
    {"flowcontrol.apiserver.k8s.io", "v1",       "prioritylevelconfigurations",
     "prioritylevelconfiguration",                                                                                 "PriorityLevelConfiguration",       "",         "",               STATUS | GENERATION,                       NULL,
     0                                                                                                                                                                                                                                 },
    {"install.tetrate.io",           "v1alpha1", "controlplanes",                     "controlplane",              "ControlPlane",                     "",         "",
     NAMESPACED | CUSTOM | STATUS | GENERATION,                                                                                                                                                                                 NULL, 0},
    {"install.tetrate.io",           "v1alpha1", "managementplanes",                  "managementplane",           "ManagementPlane",                  "",
     "",                                                                                                                                                                             NAMESPACED | CUSTOM | STATUS | GENERATION, NULL, 0},
    {"kubegres.reactive-tech.io",    "v1",       "kubegres",                          "kubegres",                  "Kubegres",                         "",         "",
     NAMESPACED | CUSTOM | STATUS | GENERATION,                                                                                                                                                                                 NULL, 0},
};

enum { KIND_COUNT = sizeof KINDS / sizeof *KINDS };

bool kube_kind_has(const KubeKind *kind, KubeTrait trait)
{
    return (kind->traits & trait) != 0;
}

static bool is_built_in(const KubeKind *kind)
{
    return kind >= KINDS && kind < KINDS + KIND_COUNT;
}

/* The first row of that name is the one that objects are kept as. */
const KubeKind *kube_kind_kept(const KubeKind *kind)
{
    const KubeKind *kept = KINDS;

    if (!kube_kind_has(kind, KUBE_CONVERTED))
        return kind;
    while (strcmp(kept->plural, kind->plural) != 0)
        kept++;
    return kept;
}

int kube_kind_shelf(const KubeKind *kind)
{
    return is_built_in(kind) ? (int)(kube_kind_kept(kind) - KINDS) : kind->shelf;
}

const KubeType *kube_kind_type(const KubeKind *kind)
{
    char api_version[64];

    if (kind->type != NULL || kube_kind_has(kind, KUBE_CUSTOM))
        return kind->type;
    return kube_type_of(kube_api_version(kind, api_version), kind->kind);
}

const char *kube_api_version(const KubeKind *kind, char out_text[64])
{
    snprintf(out_text, 64, "%s%s%s", kind->group, *kind->group ? "/" : "", kind->version);
    return out_text;
}

/* ---- a cluster's own -------------------------------------------------------------------------- */

void kube_kinds_release(KubeKinds *kinds)
{
    for (int i = 0; i < kinds->own_count; i++)
        free(kinds->own[i]);
    free(kinds->own);
    free(kinds->is_served);
    *kinds = (KubeKinds){0};
}

int kube_kinds_shelves(const KubeKinds *kinds)
{
    return kinds->shelf_count > 0 ? kinds->shelf_count : KIND_COUNT;
}

static bool is_resource(const KubeKind *kind, const char *group, const char *plural)
{
    return strcmp(kind->plural, plural) == 0 && strcmp(kind->group, group) == 0;
}

/* A CRD has come for this built-in row, and has perhaps gone again. */
static bool is_replaced(const KubeKinds *kinds, const KubeKind *row)
{
    for (int i = 0; i < kinds->own_count; i++)
        if (is_resource(kinds->own[i], row->group, row->plural))
            return true;
    return false;
}

static int find_shelf(const KubeKinds *kinds, const char *group, const char *plural)
{
    for (int i = 0; i < kinds->own_count; i++)
        if (is_resource(kinds->own[i], group, plural))
            return kinds->own[i]->shelf;
    for (int i = 0; i < KIND_COUNT; i++)
        if (is_resource(&KINDS[i], group, plural))
            return i;
    return kube_kinds_shelves(kinds);
}

static void add_own(KubeKinds *kinds, KubeKind *kind)
{
    int capacity = kinds->own_capacity;

    MEMORY_GROW(kinds->own, kinds->own_count, kinds->own_capacity);
    if (capacity != kinds->own_capacity)
        kinds->is_served =
            memory_resize(kinds->is_served, kinds->own_capacity, sizeof *kinds->is_served);
    kinds->is_served[kinds->own_count] = true;
    kinds->own[kinds->own_count++] = kind;
}

static void withdraw(KubeKinds *kinds, const char *group, const char *version, const char *plural)
{
    for (int i = 0; i < kinds->own_count; i++)
        if (is_resource(kinds->own[i], group, plural) &&
            (version == NULL || strcmp(kinds->own[i]->version, version) == 0))
            kinds->is_served[i] = false;
}

const KubeKind *kube_kinds_serve(KubeKinds *kinds, const KubeKind *kind)
{
    KubeKind *own = MEMORY_NEW(KubeKind);

    *own = *kind;
    own->shelf = find_shelf(kinds, kind->group, kind->plural);
    if (own->shelf == kube_kinds_shelves(kinds))
        kinds->shelf_count = own->shelf + 1;
    withdraw(kinds, kind->group, kind->version, kind->plural);
    add_own(kinds, own);
    kinds->version++;
    return own;
}

void kube_kinds_withdraw(KubeKinds *kinds, const char *group, const char *plural)
{
    const KubeKind *kind = kube_kind_find(kinds, group, NULL, plural);

    if (kind != NULL && is_built_in(kind))
        kube_kinds_serve(kinds, kind); /* a row of its own, which can be marked */
    withdraw(kinds, group, NULL, plural);
    kinds->version++;
}

/* ---- finding one ------------------------------------------------------------------------------ */

/* The built-in row at or after this place that is served; NULL if there is none. */
static const KubeKind *built_in_from(const KubeKinds *kinds, int i)
{
    for (; i < KIND_COUNT; i++)
        if (!kube_kind_has(&KINDS[i], KUBE_CUSTOM) || !is_replaced(kinds, &KINDS[i]))
            return &KINDS[i];
    return NULL;
}

static const KubeKind *own_from(const KubeKinds *kinds, int i)
{
    for (; i < kinds->own_count; i++)
        if (kinds->is_served[i])
            return kinds->own[i];
    return NULL;
}

const KubeKind *kube_kind_next(const KubeKinds *kinds, const KubeKind *kind)
{
    const KubeKind *next = NULL;
    int i = 0;

    if (kind == NULL || is_built_in(kind)) {
        next = built_in_from(kinds, kind == NULL ? 0 : (int)(kind - KINDS) + 1);
        return next != NULL ? next : own_from(kinds, 0);
    }
    while (kinds->own[i] != kind)
        i++;
    return own_from(kinds, i + 1);
}

static bool matches(const char *wanted, const char *actual)
{
    return wanted == NULL || strcmp(wanted, actual) == 0;
}

const KubeKind *kube_kind_find(const KubeKinds *kinds, const char *group, const char *version,
                               const char *plural)
{
    const KubeKind *kind = NULL;

    while ((kind = kube_kind_next(kinds, kind)) != NULL)
        if (*kind->plural == *plural && strcmp(kind->plural, plural) == 0 &&
            matches(group, kind->group) && matches(version, kind->version))
            return kind;
    return NULL;
}

/* "apps/v1" names group and version, "v1" a version of the core group. */
static bool is_api_version(const KubeKind *kind, const char *api_version)
{
    size_t group = strlen(kind->group);

    if (group == 0)
        return strcmp(kind->version, api_version) == 0;
    return strncmp(api_version, kind->group, group) == 0 && api_version[group] == '/' &&
           strcmp(api_version + group + 1, kind->version) == 0;
}

const KubeKind *kube_kind_of(const KubeKinds *kinds, const char *api_version, const char *name)
{
    const KubeKind *kind = NULL;

    while ((kind = kube_kind_next(kinds, kind)) != NULL)
        if (strcmp(kind->kind, name) == 0 && is_api_version(kind, api_version))
            return kind;
    return NULL;
}

const KubeKind *kube_kind_named(const KubeKinds *kinds, const char *resource)
{
    const char *dot = strchr(resource, '.');
    const KubeKind *kind = NULL;

    if (dot == NULL)
        return kube_kind_find(kinds, NULL, NULL, resource);
    while ((kind = kube_kind_next(kinds, kind)) != NULL)
        if (strlen(kind->plural) == (size_t)(dot - resource) &&
            strncmp(kind->plural, resource, dot - resource) == 0 &&
            strcmp(kind->group, dot + 1) == 0)
            return kind;
    return NULL;
}
