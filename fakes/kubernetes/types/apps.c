/*
 * fakes/kubernetes/types/apps.c - kinds of apps: what keeps pods running.
 *
 * Source: k8s.io/api v0.32, apps/v1. The words in the rows are explained in inside.h.
 */
#include "fakes/kubernetes/types/inside.h"

#define APPS "io.k8s.api.apps.v1"

/* clang-format off */
static const KubeField ROLLING_UPDATE_DEPLOYMENT_FIELDS[] = {
    {"maxUnavailable", 1, &TYPE_INT_OR_STRING, POINTER},
    {"maxSurge",       2, &TYPE_INT_OR_STRING, POINTER},
};
static const KubeType ROLLING_UPDATE_DEPLOYMENT = {
    "RollingUpdateDeployment", APPS, NULL, OBJECT(ROLLING_UPDATE_DEPLOYMENT_FIELDS)};

static const KubeField DEPLOYMENT_STRATEGY_FIELDS[] = {
    {"type",          1, &TYPE_STRING,               OPTIONAL,
     .about = "Recreate: all old pods go first. RollingUpdate: step by step."},
    {"rollingUpdate", 2, &ROLLING_UPDATE_DEPLOYMENT, POINTER,
     .about = "How large the steps of a rolling update are."},
};
static const KubeType DEPLOYMENT_STRATEGY = {
    "DeploymentStrategy", APPS, "How old pods are replaced by new ones.",
    OBJECT(DEPLOYMENT_STRATEGY_FIELDS)};

static const KubeField DEPLOYMENT_SPEC_FIELDS[] = {
    {"replicas",                1, &TYPE_INT32,             POINTER,
     .about = "How many pods are wanted; 1 if nothing is said."},
    {"selector",                2, &TYPE_LABEL_SELECTOR,    REQUIRED, POINTER,
     .about = "Which pods are its own: those of the template, for good."},
    {"template",                3, &TYPE_POD_TEMPLATE_SPEC, REQUIRED,
     .about = "The pods that it makes."},
    {"strategy",                4, &DEPLOYMENT_STRATEGY,    PRINTED, .retains_keys = true,
     .about = "How old pods are replaced by new ones."},
    {"minReadySeconds",         5, &TYPE_INT32,             OPTIONAL,
     .about = "How long a pod must be ready before it counts as available."},
    {"revisionHistoryLimit",    6, &TYPE_INT32,             POINTER,
     .about = "How many old ReplicaSets are kept to go back to; 10 if nothing is said."},
    {"paused",                  7, &TYPE_BOOL,              OPTIONAL,
     .about = "True: changes of the template wait."},
    {"progressDeadlineSeconds", 9, &TYPE_INT32,             POINTER,
     .about = "After how long without progress it is reported as failed; 600 if nothing is said."},
};
static const KubeType DEPLOYMENT_SPEC = {
    "DeploymentSpec", APPS,
    "How many pods a Deployment wants, of what form, and how it replaces them.",
    OBJECT(DEPLOYMENT_SPEC_FIELDS)};

static const KubeField DEPLOYMENT_CONDITION_FIELDS[] = {
    {"type",               1, &TYPE_STRING, REQUIRED},
    {"status",             2, &TYPE_STRING, REQUIRED},
    {"lastUpdateTime",     6, &TYPE_TIME,   PRINTED},
    {"lastTransitionTime", 7, &TYPE_TIME,   PRINTED},
    {"reason",             4, &TYPE_STRING, OPTIONAL},
    {"message",            5, &TYPE_STRING, OPTIONAL},
};
static const KubeType DEPLOYMENT_CONDITION = {
    "DeploymentCondition", APPS, NULL, OBJECT(DEPLOYMENT_CONDITION_FIELDS)};

static const KubeType DEPLOYMENT_CONDITIONS_BY_TYPE = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &DEPLOYMENT_CONDITION,
    .keys = {"type"}, .patch_key = "type"};

static const KubeField DEPLOYMENT_STATUS_FIELDS[] = {
    {"observedGeneration",  1, &TYPE_INT64,                    OPTIONAL},
    {"replicas",            2, &TYPE_INT32,                    OPTIONAL},
    {"updatedReplicas",     3, &TYPE_INT32,                    OPTIONAL},
    {"readyReplicas",       7, &TYPE_INT32,                    OPTIONAL},
    {"availableReplicas",   4, &TYPE_INT32,                    OPTIONAL},
    {"unavailableReplicas", 5, &TYPE_INT32,                    OPTIONAL},
    {"conditions",          6, &DEPLOYMENT_CONDITIONS_BY_TYPE, OPTIONAL},
    {"collisionCount",      8, &TYPE_INT32,                    POINTER},
};
static const KubeType DEPLOYMENT_STATUS = {
    "DeploymentStatus", APPS, "How far a Deployment has come.", OBJECT(DEPLOYMENT_STATUS_FIELDS)};

static const KubeField DEPLOYMENT_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,    INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,  PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &DEPLOYMENT_SPEC,   PRINTED, .about = ABOUT_SPEC},
    {"status",   3, &DEPLOYMENT_STATUS, PRINTED, .about = ABOUT_STATUS},
};
static const KubeType DEPLOYMENT = {
    "Deployment", APPS,
    "Keeps replicas of a pod running, and replaces them step by step when the pod changes.",
    OBJECT(DEPLOYMENT_FIELDS)};

static const KubeType DEPLOYMENT_ITEMS = {.shape = KUBE_LIST, .element = &DEPLOYMENT};

static const KubeField DEPLOYMENT_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,   INLINE},
    {"metadata", 1, &TYPE_LIST_META,   PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &DEPLOYMENT_ITEMS, REQUIRED},
};
static const KubeType DEPLOYMENT_LIST = {
    "DeploymentList", APPS, NULL, OBJECT(DEPLOYMENT_LIST_FIELDS)};

static const KubeType PERSISTENT_VOLUME_CLAIM_ITEMS = {
    .shape = KUBE_LIST, .element = &TYPE_PERSISTENT_VOLUME_CLAIM};

static const KubeField ROLLING_UPDATE_STATEFUL_SET_STRATEGY_FIELDS[] = {
    {"partition",      1, &TYPE_INT32,         POINTER},
    {"maxUnavailable", 2, &TYPE_INT_OR_STRING, POINTER},
};
static const KubeType ROLLING_UPDATE_STATEFUL_SET_STRATEGY = {
    "RollingUpdateStatefulSetStrategy", APPS, NULL,
    OBJECT(ROLLING_UPDATE_STATEFUL_SET_STRATEGY_FIELDS)};

static const KubeField STATEFUL_SET_UPDATE_STRATEGY_FIELDS[] = {
    {"type",          1, &TYPE_STRING,                          OPTIONAL},
    {"rollingUpdate", 2, &ROLLING_UPDATE_STATEFUL_SET_STRATEGY, POINTER},
};
static const KubeType STATEFUL_SET_UPDATE_STRATEGY = {
    "StatefulSetUpdateStrategy", APPS, NULL, OBJECT(STATEFUL_SET_UPDATE_STRATEGY_FIELDS)};

static const KubeField STATEFUL_SET_CLAIM_RETENTION_POLICY_FIELDS[] = {
    {"whenDeleted", 1, &TYPE_STRING, OPTIONAL},
    {"whenScaled",  2, &TYPE_STRING, OPTIONAL},
};
static const KubeType STATEFUL_SET_CLAIM_RETENTION_POLICY = {
    "StatefulSetPersistentVolumeClaimRetentionPolicy", APPS, NULL,
    OBJECT(STATEFUL_SET_CLAIM_RETENTION_POLICY_FIELDS)};

static const KubeField STATEFUL_SET_ORDINALS_FIELDS[] = {
    {"start", 1, &TYPE_INT32, PRINTED},
};
static const KubeType STATEFUL_SET_ORDINALS = {
    "StatefulSetOrdinals", APPS, NULL, OBJECT(STATEFUL_SET_ORDINALS_FIELDS)};

static const KubeField STATEFUL_SET_SPEC_FIELDS[] = {
    {"replicas",                             1,  &TYPE_INT32,                          POINTER,
     .about = "How many pods are wanted; 1 if nothing is said."},
    {"selector", 2, &TYPE_LABEL_SELECTOR, REQUIRED, POINTER,
     .about = "Which pods are its own: those of the template, for good."},
    {"template",                             3,  &TYPE_POD_TEMPLATE_SPEC,              REQUIRED,
     .about = "The pods that it makes."},
    {"volumeClaimTemplates",                 4,  &PERSISTENT_VOLUME_CLAIM_ITEMS,       OPTIONAL,
     .about = "The claims that each pod gets for itself."},
    {"serviceName",                          5,  &TYPE_STRING,                         REQUIRED,
     .about = "The Service that gives the pods their host names."},
    {"podManagementPolicy",                  6,  &TYPE_STRING,                         OPTIONAL},
    {"updateStrategy",                       7,  &STATEFUL_SET_UPDATE_STRATEGY,        PRINTED},
    {"revisionHistoryLimit",                 8,  &TYPE_INT32,                          POINTER},
    {"minReadySeconds",                      9,  &TYPE_INT32,                          OPTIONAL},
    {"persistentVolumeClaimRetentionPolicy", 10, &STATEFUL_SET_CLAIM_RETENTION_POLICY, POINTER},
    {"ordinals",                             11, &STATEFUL_SET_ORDINALS,               POINTER},
};
static const KubeType STATEFUL_SET_SPEC = {
    "StatefulSetSpec", APPS,
    "How many pods a StatefulSet wants, of what form, and with what storage.",
    OBJECT(STATEFUL_SET_SPEC_FIELDS)};

static const KubeField STATEFUL_SET_CONDITION_FIELDS[] = {
    {"type",               1, &TYPE_STRING, REQUIRED},
    {"status",             2, &TYPE_STRING, REQUIRED},
    {"lastTransitionTime", 3, &TYPE_TIME,   PRINTED},
    {"reason",             4, &TYPE_STRING, OPTIONAL},
    {"message",            5, &TYPE_STRING, OPTIONAL},
};
static const KubeType STATEFUL_SET_CONDITION = {
    "StatefulSetCondition", APPS, NULL, OBJECT(STATEFUL_SET_CONDITION_FIELDS)};

static const KubeType STATEFUL_SET_CONDITIONS_BY_TYPE = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &STATEFUL_SET_CONDITION,
    .keys = {"type"}, .patch_key = "type"};

static const KubeField STATEFUL_SET_STATUS_FIELDS[] = {
    {"observedGeneration", 1,  &TYPE_INT64,                      OPTIONAL},
    {"replicas",           2,  &TYPE_INT32,                      REQUIRED},
    {"readyReplicas",      3,  &TYPE_INT32,                      OPTIONAL},
    {"currentReplicas",    4,  &TYPE_INT32,                      OPTIONAL},
    {"updatedReplicas",    5,  &TYPE_INT32,                      OPTIONAL},
    {"currentRevision",    6,  &TYPE_STRING,                     OPTIONAL},
    {"updateRevision",     7,  &TYPE_STRING,                     OPTIONAL},
    {"collisionCount",     9,  &TYPE_INT32,                      POINTER},
    {"conditions",         10, &STATEFUL_SET_CONDITIONS_BY_TYPE, OPTIONAL},
    {"availableReplicas",  11, &TYPE_INT32,                      PRINTED},
};
static const KubeType STATEFUL_SET_STATUS = {
    "StatefulSetStatus", APPS, "How far a StatefulSet has come.",
    OBJECT(STATEFUL_SET_STATUS_FIELDS)};

static const KubeField STATEFUL_SET_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,      INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,    PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &STATEFUL_SET_SPEC,   PRINTED, .about = ABOUT_SPEC},
    {"status",   3, &STATEFUL_SET_STATUS, PRINTED, .about = ABOUT_STATUS},
};
static const KubeType STATEFUL_SET = {
    "StatefulSet", APPS,
    "Keeps pods running that have a number, a stable name and storage of their own.",
    OBJECT(STATEFUL_SET_FIELDS)};

static const KubeType STATEFUL_SET_ITEMS = {.shape = KUBE_LIST, .element = &STATEFUL_SET};

static const KubeField STATEFUL_SET_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,     INLINE},
    {"metadata", 1, &TYPE_LIST_META,     PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &STATEFUL_SET_ITEMS, REQUIRED},
};
static const KubeType STATEFUL_SET_LIST = {
    "StatefulSetList", APPS, NULL, OBJECT(STATEFUL_SET_LIST_FIELDS)};

static const KubeField ROLLING_UPDATE_DAEMON_SET_FIELDS[] = {
    {"maxUnavailable", 1, &TYPE_INT_OR_STRING, POINTER},
    {"maxSurge",       2, &TYPE_INT_OR_STRING, POINTER},
};
static const KubeType ROLLING_UPDATE_DAEMON_SET = {
    "RollingUpdateDaemonSet", APPS, NULL, OBJECT(ROLLING_UPDATE_DAEMON_SET_FIELDS)};

static const KubeField DAEMON_SET_UPDATE_STRATEGY_FIELDS[] = {
    {"type",          1, &TYPE_STRING,               OPTIONAL},
    {"rollingUpdate", 2, &ROLLING_UPDATE_DAEMON_SET, POINTER},
};
static const KubeType DAEMON_SET_UPDATE_STRATEGY = {
    "DaemonSetUpdateStrategy", APPS, NULL, OBJECT(DAEMON_SET_UPDATE_STRATEGY_FIELDS)};

static const KubeField DAEMON_SET_SPEC_FIELDS[] = {
    {"selector",             1, &TYPE_LABEL_SELECTOR,        REQUIRED, POINTER,
     .about = "Which pods are its own: those of the template, for good."},
    {"template",             2, &TYPE_POD_TEMPLATE_SPEC,     REQUIRED,
     .about = "The pod that runs on each node."},
    {"updateStrategy",       3, &DAEMON_SET_UPDATE_STRATEGY, PRINTED},
    {"minReadySeconds",      4, &TYPE_INT32,                 OPTIONAL},
    {"revisionHistoryLimit", 6, &TYPE_INT32,                 POINTER},
};
static const KubeType DAEMON_SET_SPEC = {
    "DaemonSetSpec", APPS, "The pod that runs on each node.", OBJECT(DAEMON_SET_SPEC_FIELDS)};

static const KubeField DAEMON_SET_CONDITION_FIELDS[] = {
    {"type",               1, &TYPE_STRING, REQUIRED},
    {"status",             2, &TYPE_STRING, REQUIRED},
    {"lastTransitionTime", 3, &TYPE_TIME,   PRINTED},
    {"reason",             4, &TYPE_STRING, OPTIONAL},
    {"message",            5, &TYPE_STRING, OPTIONAL},
};
static const KubeType DAEMON_SET_CONDITION = {
    "DaemonSetCondition", APPS, NULL, OBJECT(DAEMON_SET_CONDITION_FIELDS)};

static const KubeType DAEMON_SET_CONDITIONS_BY_TYPE = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &DAEMON_SET_CONDITION,
    .keys = {"type"}, .patch_key = "type"};

static const KubeField DAEMON_SET_STATUS_FIELDS[] = {
    {"currentNumberScheduled", 1,  &TYPE_INT32,                    REQUIRED},
    {"numberMisscheduled",     2,  &TYPE_INT32,                    REQUIRED},
    {"desiredNumberScheduled", 3,  &TYPE_INT32,                    REQUIRED},
    {"numberReady",            4,  &TYPE_INT32,                    REQUIRED},
    {"observedGeneration",     5,  &TYPE_INT64,                    OPTIONAL},
    {"updatedNumberScheduled", 6,  &TYPE_INT32,                    OPTIONAL},
    {"numberAvailable",        7,  &TYPE_INT32,                    OPTIONAL},
    {"numberUnavailable",      8,  &TYPE_INT32,                    OPTIONAL},
    {"collisionCount",         9,  &TYPE_INT32,                    POINTER},
    {"conditions",             10, &DAEMON_SET_CONDITIONS_BY_TYPE, OPTIONAL},
};
static const KubeType DAEMON_SET_STATUS = {
    "DaemonSetStatus", APPS, "On how many nodes a DaemonSet runs.",
    OBJECT(DAEMON_SET_STATUS_FIELDS)};

static const KubeField DAEMON_SET_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,    INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,  PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &DAEMON_SET_SPEC,   PRINTED, .about = ABOUT_SPEC},
    {"status",   3, &DAEMON_SET_STATUS, PRINTED, .about = ABOUT_STATUS},
};
static const KubeType DAEMON_SET = {
    "DaemonSet", APPS, "Keeps one pod running on each node that fits.", OBJECT(DAEMON_SET_FIELDS)};

static const KubeType DAEMON_SET_ITEMS = {.shape = KUBE_LIST, .element = &DAEMON_SET};

static const KubeField DAEMON_SET_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,   INLINE},
    {"metadata", 1, &TYPE_LIST_META,   PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &DAEMON_SET_ITEMS, REQUIRED},
};
static const KubeType DAEMON_SET_LIST = {
    "DaemonSetList", APPS, NULL, OBJECT(DAEMON_SET_LIST_FIELDS)};

static const KubeField REPLICA_SET_SPEC_FIELDS[] = {
    {"replicas",        1, &TYPE_INT32,             POINTER,
     .about = "How many pods are wanted; 1 if nothing is said."},
    {"minReadySeconds", 4, &TYPE_INT32,             OPTIONAL},
    {"selector",        2, &TYPE_LABEL_SELECTOR,    REQUIRED, POINTER,
     .about = "Which pods are its own: those of the template, for good."},
    {"template",        3, &TYPE_POD_TEMPLATE_SPEC, PRINTED,
     .about = "The pods that it makes."},
};
static const KubeType REPLICA_SET_SPEC = {
    "ReplicaSetSpec", APPS, "How many pods a ReplicaSet wants, and of what form.",
    OBJECT(REPLICA_SET_SPEC_FIELDS)};

static const KubeField REPLICA_SET_CONDITION_FIELDS[] = {
    {"type",               1, &TYPE_STRING, REQUIRED},
    {"status",             2, &TYPE_STRING, REQUIRED},
    {"lastTransitionTime", 3, &TYPE_TIME,   PRINTED},
    {"reason",             4, &TYPE_STRING, OPTIONAL},
    {"message",            5, &TYPE_STRING, OPTIONAL},
};
static const KubeType REPLICA_SET_CONDITION = {
    "ReplicaSetCondition", APPS, NULL, OBJECT(REPLICA_SET_CONDITION_FIELDS)};

static const KubeType REPLICA_SET_CONDITIONS_BY_TYPE = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &REPLICA_SET_CONDITION,
    .keys = {"type"}, .patch_key = "type"};

static const KubeField REPLICA_SET_STATUS_FIELDS[] = {
    {"replicas",             1, &TYPE_INT32,                     REQUIRED},
    {"fullyLabeledReplicas", 2, &TYPE_INT32,                     OPTIONAL},
    {"readyReplicas",        4, &TYPE_INT32,                     OPTIONAL},
    {"availableReplicas",    5, &TYPE_INT32,                     OPTIONAL},
    {"observedGeneration",   3, &TYPE_INT64,                     OPTIONAL},
    {"conditions",           6, &REPLICA_SET_CONDITIONS_BY_TYPE, OPTIONAL},
};
static const KubeType REPLICA_SET_STATUS = {
    "ReplicaSetStatus", APPS, "How many pods a ReplicaSet has.", OBJECT(REPLICA_SET_STATUS_FIELDS)};

static const KubeField REPLICA_SET_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,     INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,   PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &REPLICA_SET_SPEC,   PRINTED, .about = ABOUT_SPEC},
    {"status",   3, &REPLICA_SET_STATUS, PRINTED, .about = ABOUT_STATUS},
};
static const KubeType REPLICA_SET = {
    "ReplicaSet", APPS,
    "Keeps a number of equal pods running. A Deployment makes one for each form of its pods.",
    OBJECT(REPLICA_SET_FIELDS)};

static const KubeType REPLICA_SET_ITEMS = {.shape = KUBE_LIST, .element = &REPLICA_SET};

static const KubeField REPLICA_SET_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,    INLINE},
    {"metadata", 1, &TYPE_LIST_META,    PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &REPLICA_SET_ITEMS, REQUIRED},
};
static const KubeType REPLICA_SET_LIST = {
    "ReplicaSetList", APPS, NULL, OBJECT(REPLICA_SET_LIST_FIELDS)};

static const KubeField CONTROLLER_REVISION_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,     INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,   PRINTED, .about = ABOUT_METADATA},
    {"data",     2, &TYPE_RAW_EXTENSION, PRINTED},
    {"revision", 3, &TYPE_INT64,         REQUIRED},
};
static const KubeType CONTROLLER_REVISION = {
    "ControllerRevision", APPS,
    "A form that a StatefulSet or DaemonSet once had, kept to go back to.",
    OBJECT(CONTROLLER_REVISION_FIELDS)};

static const KubeType CONTROLLER_REVISION_ITEMS = {
    .shape = KUBE_LIST, .element = &CONTROLLER_REVISION};

static const KubeField CONTROLLER_REVISION_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,            INLINE},
    {"metadata", 1, &TYPE_LIST_META,            PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &CONTROLLER_REVISION_ITEMS, REQUIRED},
};
static const KubeType CONTROLLER_REVISION_LIST = {
    "ControllerRevisionList", APPS, NULL, OBJECT(CONTROLLER_REVISION_LIST_FIELDS)};

const KubeType *const KINDS_APPS[] = {
    &DEPLOYMENT, &DEPLOYMENT_LIST, &STATEFUL_SET, &STATEFUL_SET_LIST, &DAEMON_SET,
    &DAEMON_SET_LIST, &REPLICA_SET, &REPLICA_SET_LIST, &CONTROLLER_REVISION,
    &CONTROLLER_REVISION_LIST, NULL,
};
/* clang-format on */
