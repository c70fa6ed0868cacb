/*
 * fakes/kubernetes/types/policy.c - kinds of policy: how many pods may go at once.
 *
 * Source: k8s.io/api v0.32, policy/v1. The words in the rows are explained in inside.h.
 */
#include "fakes/kubernetes/types/inside.h"

#define POLICY "io.k8s.api.policy.v1"

/* clang-format off */
static const KubeField POD_DISRUPTION_BUDGET_SPEC_FIELDS[] = {
    {"minAvailable",               1, &TYPE_INT_OR_STRING,  POINTER},
    {"selector",                   2, &TYPE_LABEL_SELECTOR, POINTER, .is_replaced = true},
    {"maxUnavailable",             3, &TYPE_INT_OR_STRING,  POINTER},
    {"unhealthyPodEvictionPolicy", 4, &TYPE_STRING,         POINTER},
};
static const KubeType POD_DISRUPTION_BUDGET_SPEC = {
    "PodDisruptionBudgetSpec", POLICY, NULL, OBJECT(POD_DISRUPTION_BUDGET_SPEC_FIELDS)};

static const KubeType CONDITIONS_BY_TYPE = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &TYPE_CONDITION,
    .keys = {"type"}, .patch_key = "type"};

static const KubeField POD_DISRUPTION_BUDGET_STATUS_FIELDS[] = {
    {"observedGeneration", 1, &TYPE_INT64,         OPTIONAL},
    {"disruptedPods",      2, &TYPE_TIME_MAP,      OPTIONAL},
    {"disruptionsAllowed", 3, &TYPE_INT32,         REQUIRED},
    {"currentHealthy",     4, &TYPE_INT32,         REQUIRED},
    {"desiredHealthy",     5, &TYPE_INT32,         REQUIRED},
    {"expectedPods",       6, &TYPE_INT32,         REQUIRED},
    {"conditions",         7, &CONDITIONS_BY_TYPE, OPTIONAL},
};
static const KubeType POD_DISRUPTION_BUDGET_STATUS = {
    "PodDisruptionBudgetStatus", POLICY, NULL, OBJECT(POD_DISRUPTION_BUDGET_STATUS_FIELDS)};

static const KubeField POD_DISRUPTION_BUDGET_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,               INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,             PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &POD_DISRUPTION_BUDGET_SPEC,   PRINTED, .about = ABOUT_SPEC},
    {"status",   3, &POD_DISRUPTION_BUDGET_STATUS, PRINTED, .about = ABOUT_STATUS},
};
static const KubeType POD_DISRUPTION_BUDGET = {
    "PodDisruptionBudget", POLICY, "How many of some pods may be taken away at once by choice.",
    OBJECT(POD_DISRUPTION_BUDGET_FIELDS)};

static const KubeType POD_DISRUPTION_BUDGET_ITEMS = {
    .shape = KUBE_LIST, .element = &POD_DISRUPTION_BUDGET};

static const KubeField POD_DISRUPTION_BUDGET_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,              INLINE},
    {"metadata", 1, &TYPE_LIST_META,              PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &POD_DISRUPTION_BUDGET_ITEMS, REQUIRED},
};
static const KubeType POD_DISRUPTION_BUDGET_LIST = {
    "PodDisruptionBudgetList", POLICY, NULL, OBJECT(POD_DISRUPTION_BUDGET_LIST_FIELDS)};

static const KubeField EVICTION_FIELDS[] = {
    {"",              0, &TYPE_TYPE_META,      INLINE},
    {"metadata",      1, &TYPE_OBJECT_META,    PRINTED, .about = ABOUT_METADATA},
    {"deleteOptions", 2, &TYPE_DELETE_OPTIONS, POINTER},
};
static const KubeType EVICTION = {
    "Eviction", POLICY, "A request to take a pod away, if its disruption budget allows.",
    OBJECT(EVICTION_FIELDS)};

const KubeType *const KINDS_POLICY[] = {
    &POD_DISRUPTION_BUDGET, &POD_DISRUPTION_BUDGET_LIST, &EVICTION, NULL,
};
/* clang-format on */
