/*
 * fakes/kubernetes/types/autoscaling.c - kinds of autoscaling: how many replicas there are, and who changes that.
 *
 * Source: k8s.io/api v0.32, autoscaling/v1 and autoscaling/v2. The words in the rows are explained in inside.h.
 */
#include "fakes/kubernetes/types/inside.h"

#define AUTOSCALING_V1 "io.k8s.api.autoscaling.v1"
#define AUTOSCALING_V2 "io.k8s.api.autoscaling.v2"

/* clang-format off */
static const KubeField CROSS_VERSION_OBJECT_REFERENCE_V1_FIELDS[] = {
    {"kind",       1, &TYPE_STRING, REQUIRED},
    {"name",       2, &TYPE_STRING, REQUIRED},
    {"apiVersion", 3, &TYPE_STRING, OPTIONAL},
};
static const KubeType CROSS_VERSION_OBJECT_REFERENCE_V1 = {
    "CrossVersionObjectReference", AUTOSCALING_V1, NULL,
    ATOMIC_OBJECT(CROSS_VERSION_OBJECT_REFERENCE_V1_FIELDS)};

static const KubeField HORIZONTAL_POD_AUTOSCALER_SPEC_V1_FIELDS[] = {
    {"scaleTargetRef",                 1, &CROSS_VERSION_OBJECT_REFERENCE_V1, REQUIRED},
    {"minReplicas",                    2, &TYPE_INT32,                        POINTER},
    {"maxReplicas",                    3, &TYPE_INT32,                        REQUIRED},
    {"targetCPUUtilizationPercentage", 4, &TYPE_INT32,                        POINTER},
};
static const KubeType HORIZONTAL_POD_AUTOSCALER_SPEC_V1 = {
    "HorizontalPodAutoscalerSpec", AUTOSCALING_V1, NULL,
    OBJECT(HORIZONTAL_POD_AUTOSCALER_SPEC_V1_FIELDS)};

static const KubeField HORIZONTAL_POD_AUTOSCALER_STATUS_V1_FIELDS[] = {
    {"observedGeneration",              1, &TYPE_INT64, POINTER},
    {"lastScaleTime",                   2, &TYPE_TIME,  POINTER},
    {"currentReplicas",                 3, &TYPE_INT32, REQUIRED},
    {"desiredReplicas",                 4, &TYPE_INT32, REQUIRED},
    {"currentCPUUtilizationPercentage", 5, &TYPE_INT32, POINTER},
};
static const KubeType HORIZONTAL_POD_AUTOSCALER_STATUS_V1 = {
    "HorizontalPodAutoscalerStatus", AUTOSCALING_V1, NULL,
    OBJECT(HORIZONTAL_POD_AUTOSCALER_STATUS_V1_FIELDS)};

static const KubeField HORIZONTAL_POD_AUTOSCALER_V1_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,                      INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,                    PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &HORIZONTAL_POD_AUTOSCALER_SPEC_V1,   PRINTED, .about = ABOUT_SPEC},
    {"status",   3, &HORIZONTAL_POD_AUTOSCALER_STATUS_V1, PRINTED, .about = ABOUT_STATUS},
};
static const KubeType HORIZONTAL_POD_AUTOSCALER_V1 = {
    "HorizontalPodAutoscaler", AUTOSCALING_V1,
    "Changes the number of replicas of something as its load changes.",
    OBJECT(HORIZONTAL_POD_AUTOSCALER_V1_FIELDS)};

static const KubeType HORIZONTAL_POD_AUTOSCALER_V1_LIST = {
    .shape = KUBE_LIST, .element = &HORIZONTAL_POD_AUTOSCALER_V1};

static const KubeField HORIZONTAL_POD_AUTOSCALER_LIST_V1_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,                    INLINE},
    {"metadata", 1, &TYPE_LIST_META,                    PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &HORIZONTAL_POD_AUTOSCALER_V1_LIST, REQUIRED},
};
static const KubeType HORIZONTAL_POD_AUTOSCALER_LIST_V1 = {
    "HorizontalPodAutoscalerList", AUTOSCALING_V1, NULL,
    OBJECT(HORIZONTAL_POD_AUTOSCALER_LIST_V1_FIELDS)};

static const KubeField SCALE_SPEC_FIELDS[] = {
    {"replicas", 1, &TYPE_INT32, OPTIONAL,
     .about = "How many replicas are wanted."},
};
static const KubeType SCALE_SPEC = {
    "ScaleSpec", AUTOSCALING_V1, "How many replicas are wanted.", OBJECT(SCALE_SPEC_FIELDS)};

static const KubeField SCALE_STATUS_FIELDS[] = {
    {"replicas", 1, &TYPE_INT32,  REQUIRED},
    {"selector", 2, &TYPE_STRING, OPTIONAL},
};
static const KubeType SCALE_STATUS = {
    "ScaleStatus", AUTOSCALING_V1, "How many replicas there are.", OBJECT(SCALE_STATUS_FIELDS)};

static const KubeField SCALE_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,   INLINE},
    {"metadata", 1, &TYPE_OBJECT_META, PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &SCALE_SPEC,       PRINTED, .about = ABOUT_SPEC},
    {"status",   3, &SCALE_STATUS,     PRINTED, .about = ABOUT_STATUS},
};
static const KubeType SCALE = {
    "Scale", AUTOSCALING_V1, "The number of replicas of something, wanted and present.",
    OBJECT(SCALE_FIELDS)};

static const KubeField CROSS_VERSION_OBJECT_REFERENCE_FIELDS[] = {
    {"kind",       1, &TYPE_STRING, REQUIRED},
    {"name",       2, &TYPE_STRING, REQUIRED},
    {"apiVersion", 3, &TYPE_STRING, OPTIONAL},
};
static const KubeType CROSS_VERSION_OBJECT_REFERENCE = {
    "CrossVersionObjectReference", AUTOSCALING_V2, NULL,
    OBJECT(CROSS_VERSION_OBJECT_REFERENCE_FIELDS)};

static const KubeField METRIC_TARGET_FIELDS[] = {
    {"type",               1, &TYPE_STRING,   REQUIRED},
    {"value",              2, &TYPE_QUANTITY, POINTER},
    {"averageValue",       3, &TYPE_QUANTITY, POINTER},
    {"averageUtilization", 4, &TYPE_INT32,    POINTER},
};
static const KubeType METRIC_TARGET = {
    "MetricTarget", AUTOSCALING_V2, NULL, OBJECT(METRIC_TARGET_FIELDS)};

static const KubeField METRIC_IDENTIFIER_FIELDS[] = {
    {"name",     1, &TYPE_STRING,         REQUIRED},
    {"selector", 2, &TYPE_LABEL_SELECTOR, POINTER},
};
static const KubeType METRIC_IDENTIFIER = {
    "MetricIdentifier", AUTOSCALING_V2, NULL, OBJECT(METRIC_IDENTIFIER_FIELDS)};

static const KubeField OBJECT_METRIC_SOURCE_FIELDS[] = {
    {"describedObject", 1, &CROSS_VERSION_OBJECT_REFERENCE, REQUIRED},
    {"target",          2, &METRIC_TARGET,                  REQUIRED},
    {"metric",          3, &METRIC_IDENTIFIER,              REQUIRED},
};
static const KubeType OBJECT_METRIC_SOURCE = {
    "ObjectMetricSource", AUTOSCALING_V2, NULL, OBJECT(OBJECT_METRIC_SOURCE_FIELDS)};

static const KubeField PODS_METRIC_SOURCE_FIELDS[] = {
    {"metric", 1, &METRIC_IDENTIFIER, REQUIRED},
    {"target", 2, &METRIC_TARGET,     REQUIRED},
};
static const KubeType PODS_METRIC_SOURCE = {
    "PodsMetricSource", AUTOSCALING_V2, NULL, OBJECT(PODS_METRIC_SOURCE_FIELDS)};

static const KubeField RESOURCE_METRIC_SOURCE_FIELDS[] = {
    {"name",   1, &TYPE_STRING,   REQUIRED},
    {"target", 2, &METRIC_TARGET, REQUIRED},
};
static const KubeType RESOURCE_METRIC_SOURCE = {
    "ResourceMetricSource", AUTOSCALING_V2, NULL, OBJECT(RESOURCE_METRIC_SOURCE_FIELDS)};

static const KubeField CONTAINER_RESOURCE_METRIC_SOURCE_FIELDS[] = {
    {"name",      1, &TYPE_STRING,   REQUIRED},
    {"target",    2, &METRIC_TARGET, REQUIRED},
    {"container", 3, &TYPE_STRING,   REQUIRED},
};
static const KubeType CONTAINER_RESOURCE_METRIC_SOURCE = {
    "ContainerResourceMetricSource", AUTOSCALING_V2, NULL,
    OBJECT(CONTAINER_RESOURCE_METRIC_SOURCE_FIELDS)};

static const KubeField EXTERNAL_METRIC_SOURCE_FIELDS[] = {
    {"metric", 1, &METRIC_IDENTIFIER, REQUIRED},
    {"target", 2, &METRIC_TARGET,     REQUIRED},
};
static const KubeType EXTERNAL_METRIC_SOURCE = {
    "ExternalMetricSource", AUTOSCALING_V2, NULL, OBJECT(EXTERNAL_METRIC_SOURCE_FIELDS)};

static const KubeField METRIC_SPEC_FIELDS[] = {
    {"type",              1, &TYPE_STRING,                      REQUIRED},
    {"object",            2, &OBJECT_METRIC_SOURCE,             POINTER},
    {"pods",              3, &PODS_METRIC_SOURCE,               POINTER},
    {"resource",          4, &RESOURCE_METRIC_SOURCE,           POINTER},
    {"containerResource", 7, &CONTAINER_RESOURCE_METRIC_SOURCE, POINTER},
    {"external",          5, &EXTERNAL_METRIC_SOURCE,           POINTER},
};
static const KubeType METRIC_SPEC = {
    "MetricSpec", AUTOSCALING_V2, NULL, OBJECT(METRIC_SPEC_FIELDS)};

static const KubeType METRIC_SPEC_LIST = {.shape = KUBE_LIST, .element = &METRIC_SPEC};

static const KubeField HPA_SCALING_POLICY_FIELDS[] = {
    {"type",          1, &TYPE_STRING, REQUIRED},
    {"value",         2, &TYPE_INT32,  REQUIRED},
    {"periodSeconds", 3, &TYPE_INT32,  REQUIRED},
};
static const KubeType HPA_SCALING_POLICY = {
    "HPAScalingPolicy", AUTOSCALING_V2, NULL, OBJECT(HPA_SCALING_POLICY_FIELDS)};

static const KubeType HPA_SCALING_POLICY_LIST = {
    .shape = KUBE_LIST, .element = &HPA_SCALING_POLICY};

static const KubeField HPA_SCALING_RULES_FIELDS[] = {
    {"stabilizationWindowSeconds", 3, &TYPE_INT32,              POINTER},
    {"selectPolicy",               1, &TYPE_STRING,             POINTER},
    {"policies",                   2, &HPA_SCALING_POLICY_LIST, OPTIONAL},
};
static const KubeType HPA_SCALING_RULES = {
    "HPAScalingRules", AUTOSCALING_V2, NULL, OBJECT(HPA_SCALING_RULES_FIELDS)};

static const KubeField HORIZONTAL_POD_AUTOSCALER_BEHAVIOR_FIELDS[] = {
    {"scaleUp",   1, &HPA_SCALING_RULES, POINTER},
    {"scaleDown", 2, &HPA_SCALING_RULES, POINTER},
};
static const KubeType HORIZONTAL_POD_AUTOSCALER_BEHAVIOR = {
    "HorizontalPodAutoscalerBehavior", AUTOSCALING_V2, NULL,
    OBJECT(HORIZONTAL_POD_AUTOSCALER_BEHAVIOR_FIELDS)};

static const KubeField HORIZONTAL_POD_AUTOSCALER_SPEC_FIELDS[] = {
    {"scaleTargetRef", 1, &CROSS_VERSION_OBJECT_REFERENCE,     REQUIRED},
    {"minReplicas",    2, &TYPE_INT32,                         POINTER},
    {"maxReplicas",    3, &TYPE_INT32,                         REQUIRED},
    {"metrics",        4, &METRIC_SPEC_LIST,                   OPTIONAL},
    {"behavior",       5, &HORIZONTAL_POD_AUTOSCALER_BEHAVIOR, POINTER},
};
static const KubeType HORIZONTAL_POD_AUTOSCALER_SPEC = {
    "HorizontalPodAutoscalerSpec", AUTOSCALING_V2, NULL,
    OBJECT(HORIZONTAL_POD_AUTOSCALER_SPEC_FIELDS)};

static const KubeField METRIC_VALUE_STATUS_FIELDS[] = {
    {"value",              1, &TYPE_QUANTITY, POINTER},
    {"averageValue",       2, &TYPE_QUANTITY, POINTER},
    {"averageUtilization", 3, &TYPE_INT32,    POINTER},
};
static const KubeType METRIC_VALUE_STATUS = {
    "MetricValueStatus", AUTOSCALING_V2, NULL, OBJECT(METRIC_VALUE_STATUS_FIELDS)};

static const KubeField OBJECT_METRIC_STATUS_FIELDS[] = {
    {"metric",          1, &METRIC_IDENTIFIER,              REQUIRED},
    {"current",         2, &METRIC_VALUE_STATUS,            REQUIRED},
    {"describedObject", 3, &CROSS_VERSION_OBJECT_REFERENCE, REQUIRED},
};
static const KubeType OBJECT_METRIC_STATUS = {
    "ObjectMetricStatus", AUTOSCALING_V2, NULL, OBJECT(OBJECT_METRIC_STATUS_FIELDS)};

static const KubeField PODS_METRIC_STATUS_FIELDS[] = {
    {"metric",  1, &METRIC_IDENTIFIER,   REQUIRED},
    {"current", 2, &METRIC_VALUE_STATUS, REQUIRED},
};
static const KubeType PODS_METRIC_STATUS = {
    "PodsMetricStatus", AUTOSCALING_V2, NULL, OBJECT(PODS_METRIC_STATUS_FIELDS)};

static const KubeField RESOURCE_METRIC_STATUS_FIELDS[] = {
    {"name",    1, &TYPE_STRING,         REQUIRED},
    {"current", 2, &METRIC_VALUE_STATUS, REQUIRED},
};
static const KubeType RESOURCE_METRIC_STATUS = {
    "ResourceMetricStatus", AUTOSCALING_V2, NULL, OBJECT(RESOURCE_METRIC_STATUS_FIELDS)};

static const KubeField CONTAINER_RESOURCE_METRIC_STATUS_FIELDS[] = {
    {"name",      1, &TYPE_STRING,         REQUIRED},
    {"current",   2, &METRIC_VALUE_STATUS, REQUIRED},
    {"container", 3, &TYPE_STRING,         REQUIRED},
};
static const KubeType CONTAINER_RESOURCE_METRIC_STATUS = {
    "ContainerResourceMetricStatus", AUTOSCALING_V2, NULL,
    OBJECT(CONTAINER_RESOURCE_METRIC_STATUS_FIELDS)};

static const KubeField EXTERNAL_METRIC_STATUS_FIELDS[] = {
    {"metric",  1, &METRIC_IDENTIFIER,   REQUIRED},
    {"current", 2, &METRIC_VALUE_STATUS, REQUIRED},
};
static const KubeType EXTERNAL_METRIC_STATUS = {
    "ExternalMetricStatus", AUTOSCALING_V2, NULL, OBJECT(EXTERNAL_METRIC_STATUS_FIELDS)};

static const KubeField METRIC_STATUS_FIELDS[] = {
    {"type",              1, &TYPE_STRING,                      REQUIRED},
    {"object",            2, &OBJECT_METRIC_STATUS,             POINTER},
    {"pods",              3, &PODS_METRIC_STATUS,               POINTER},
    {"resource",          4, &RESOURCE_METRIC_STATUS,           POINTER},
    {"containerResource", 7, &CONTAINER_RESOURCE_METRIC_STATUS, POINTER},
    {"external",          5, &EXTERNAL_METRIC_STATUS,           POINTER},
};
static const KubeType METRIC_STATUS = {
    "MetricStatus", AUTOSCALING_V2, NULL, OBJECT(METRIC_STATUS_FIELDS)};

static const KubeType METRIC_STATUS_LIST = {.shape = KUBE_LIST, .element = &METRIC_STATUS};

static const KubeField HORIZONTAL_POD_AUTOSCALER_CONDITION_FIELDS[] = {
    {"type",               1, &TYPE_STRING, REQUIRED},
    {"status",             2, &TYPE_STRING, REQUIRED},
    {"lastTransitionTime", 3, &TYPE_TIME,   PRINTED},
    {"reason",             4, &TYPE_STRING, OPTIONAL},
    {"message",            5, &TYPE_STRING, OPTIONAL},
};
static const KubeType HORIZONTAL_POD_AUTOSCALER_CONDITION = {
    "HorizontalPodAutoscalerCondition", AUTOSCALING_V2, NULL,
    OBJECT(HORIZONTAL_POD_AUTOSCALER_CONDITION_FIELDS)};

static const KubeType HORIZONTAL_POD_AUTOSCALER_CONDITIONS_BY_TYPE = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &HORIZONTAL_POD_AUTOSCALER_CONDITION,
    .keys = {"type"}, .patch_key = "type"};

static const KubeField HORIZONTAL_POD_AUTOSCALER_STATUS_FIELDS[] = {
    {"observedGeneration", 1, &TYPE_INT64,                                   POINTER},
    {"lastScaleTime",      2, &TYPE_TIME,                                    POINTER},
    {"currentReplicas",    3, &TYPE_INT32,                                   OPTIONAL},
    {"desiredReplicas",    4, &TYPE_INT32,                                   REQUIRED},
    {"currentMetrics",     5, &METRIC_STATUS_LIST,                           PRINTED},
    {"conditions",         6, &HORIZONTAL_POD_AUTOSCALER_CONDITIONS_BY_TYPE, OPTIONAL},
};
static const KubeType HORIZONTAL_POD_AUTOSCALER_STATUS = {
    "HorizontalPodAutoscalerStatus", AUTOSCALING_V2, NULL,
    OBJECT(HORIZONTAL_POD_AUTOSCALER_STATUS_FIELDS)};

static const KubeField HORIZONTAL_POD_AUTOSCALER_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,                   INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,                 PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &HORIZONTAL_POD_AUTOSCALER_SPEC,   PRINTED, .about = ABOUT_SPEC},
    {"status",   3, &HORIZONTAL_POD_AUTOSCALER_STATUS, PRINTED, .about = ABOUT_STATUS},
};
static const KubeType HORIZONTAL_POD_AUTOSCALER = {
    "HorizontalPodAutoscaler", AUTOSCALING_V2,
    "Changes the number of replicas of something as its load changes.",
    OBJECT(HORIZONTAL_POD_AUTOSCALER_FIELDS)};

static const KubeType HORIZONTAL_POD_AUTOSCALER_ITEMS = {
    .shape = KUBE_LIST, .element = &HORIZONTAL_POD_AUTOSCALER};

static const KubeField HORIZONTAL_POD_AUTOSCALER_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,                  INLINE},
    {"metadata", 1, &TYPE_LIST_META,                  PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &HORIZONTAL_POD_AUTOSCALER_ITEMS, REQUIRED},
};
static const KubeType HORIZONTAL_POD_AUTOSCALER_LIST = {
    "HorizontalPodAutoscalerList", AUTOSCALING_V2, NULL,
    OBJECT(HORIZONTAL_POD_AUTOSCALER_LIST_FIELDS)};

const KubeType *const KINDS_AUTOSCALING_V1[] = {
    &HORIZONTAL_POD_AUTOSCALER_V1, &HORIZONTAL_POD_AUTOSCALER_LIST_V1, &SCALE, NULL,
};

const KubeType *const KINDS_AUTOSCALING_V2[] = {
    &HORIZONTAL_POD_AUTOSCALER, &HORIZONTAL_POD_AUTOSCALER_LIST, NULL,
};
/* clang-format on */
