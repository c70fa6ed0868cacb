/*
 * fakes/kubernetes/kinds.c - the table of resources, and how a row is found.
 */
#include "fakes/kubernetes/kinds.h"

#include <stddef.h>
#include <string.h>

#define NAMESPACED true
#define CLUSTER    false
#define TYPED      false
#define CUSTOM     true

/* group, version, plural, singular, kind, short name, namespaced, custom, status, scale, generation */
static const KubeKind KINDS[] = {
    {"",                          "v1",       "namespaces",                "namespace",                "Namespace",             "ns",     CLUSTER,    TYPED,  true,  false, false},
    {"",                          "v1",       "secrets",                   "secret",                   "Secret",                NULL,     NAMESPACED, TYPED,  false, false, false},
    {"",                          "v1",       "configmaps",                "configmap",                "ConfigMap",             "cm",     NAMESPACED, TYPED,  false, false,
     false                                                                                                                                                                       },
    {"",                          "v1",       "services",                  "service",                  "Service",               "svc",    NAMESPACED, TYPED,  true,  false, false},
    {"",                          "v1",       "endpoints",                 "endpoints",                "Endpoints",             "ep",     NAMESPACED, TYPED,  false, false, false},
    {"",                          "v1",       "pods",                      "pod",                      "Pod",                   "po",     NAMESPACED, TYPED,  true,  false, false},
    {"",                          "v1",       "events",                    "event",                    "Event",                 "ev",     NAMESPACED, TYPED,  false, false, false},
    {"",                          "v1",       "serviceaccounts",           "serviceaccount",           "ServiceAccount",        "sa",     NAMESPACED, TYPED,
     false,                                                                                                                                                          false, false},
    {"",                          "v1",       "persistentvolumeclaims",    "persistentvolumeclaim",    "PersistentVolumeClaim", "pvc",
     NAMESPACED,                                                                                                                                      TYPED,  true,  false, false},
    {"",                          "v1",       "nodes",                     "node",                     "Node",                  "no",     CLUSTER,    TYPED,  true,  false, false},
    {"apps",                      "v1",       "deployments",               "deployment",               "Deployment",            "deploy", NAMESPACED, TYPED,  true,
     true,                                                                                                                                                                  true },
    {"apps",                      "v1",       "statefulsets",              "statefulset",              "StatefulSet",           "sts",    NAMESPACED, TYPED,  true,
     true,                                                                                                                                                                  true },
    {"apps",                      "v1",       "replicasets",               "replicaset",               "ReplicaSet",            "rs",     NAMESPACED, TYPED,  true,  true,
     true                                                                                                                                                                        },
    {"batch",                     "v1",       "jobs",                      "job",                      "Job",                   NULL,     NAMESPACED, TYPED,  true,  false, true },
    {"batch",                     "v1",       "cronjobs",                  "cronjob",                  "CronJob",               "cj",     NAMESPACED, TYPED,  true,  false, true },
    {"autoscaling",               "v2",       "horizontalpodautoscalers",  "horizontalpodautoscaler",
     "HorizontalPodAutoscaler",                                                                                                 "hpa",    NAMESPACED, TYPED,  true,  false, false},
    {"coordination.k8s.io",       "v1",       "leases",                    "lease",                    "Lease",                 NULL,     NAMESPACED, TYPED,  false, false,
     false                                                                                                                                                                       },
    {"apiextensions.k8s.io",      "v1",       "customresourcedefinitions", "customresourcedefinition",
     "CustomResourceDefinition",                                                                                                "crd",    CLUSTER,    TYPED,  true,  false, true },
    {"authorization.k8s.io",      "v1",       "selfsubjectaccessreviews",  "selfsubjectaccessreview",
     "SelfSubjectAccessReview",                                                                                                 NULL,     CLUSTER,    TYPED,  false, false, false},
    {"install.tetrate.io",        "v1alpha1", "managementplanes",          "managementplane",          "ManagementPlane",
     NULL,                                                                                                                                NAMESPACED, CUSTOM, true,  false, true },
    {"install.tetrate.io",        "v1alpha1", "controlplanes",             "controlplane",             "ControlPlane",          NULL,
     NAMESPACED,                                                                                                                                      CUSTOM, true,  false, true },
    {"kubegres.reactive-tech.io", "v1",       "kubegres",                  "kubegres",                 "Kubegres",              NULL,     NAMESPACED,
     CUSTOM,                                                                                                                                                  true,  false, true },
};

enum { KIND_COUNT = sizeof KINDS / sizeof *KINDS };
_Static_assert((int)KIND_COUNT <= (int)KUBE_KINDS_MAX, "a cluster has no shelf for the last kinds");

static bool matches(const char *wanted, const char *actual)
{
    return wanted == NULL || strcmp(wanted, actual) == 0;
}

const KubeKind *kube_kind_find(const char *group, const char *version, const char *plural)
{
    for (int i = 0; i < KIND_COUNT; i++)
        if (strcmp(KINDS[i].plural, plural) == 0 && matches(group, KINDS[i].group) &&
            matches(version, KINDS[i].version))
            return &KINDS[i];
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

const KubeKind *kube_kind_of(const char *api_version, const char *kind)
{
    for (int i = 0; i < KIND_COUNT; i++)
        if (strcmp(KINDS[i].kind, kind) == 0 && is_api_version(&KINDS[i], api_version))
            return &KINDS[i];
    return NULL;
}

const KubeKind *kube_kind_named(const char *resource)
{
    const char *dot = strchr(resource, '.');

    if (dot == NULL)
        return kube_kind_find(NULL, NULL, resource);
    for (int i = 0; i < KIND_COUNT; i++)
        if (strlen(KINDS[i].plural) == (size_t)(dot - resource) &&
            strncmp(KINDS[i].plural, resource, dot - resource) == 0 &&
            strcmp(KINDS[i].group, dot + 1) == 0)
            return &KINDS[i];
    return NULL;
}

const KubeKind *kube_kinds(int *out_count)
{
    *out_count = KIND_COUNT;
    return KINDS;
}

int kube_kind_row(const KubeKind *kind)
{
    return (int)(kind - KINDS);
}

bool kube_kind_is_stored(const KubeKind *kind)
{
    return strcmp(kind->plural, "selfsubjectaccessreviews") != 0;
}
