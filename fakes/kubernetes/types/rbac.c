/*
 * fakes/kubernetes/types/rbac.c - kinds of rbac.authorization.k8s.io: who may do what.
 *
 * Source: k8s.io/api v0.32, rbac/v1. The words in the rows are explained in inside.h.
 */
#include "fakes/kubernetes/types/inside.h"

#define RBAC "io.k8s.api.rbac.v1"

/* clang-format off */
static const KubeField POLICY_RULE_FIELDS[] = {
    {"verbs",           1, &TYPE_STRING_LIST, REQUIRED},
    {"apiGroups",       2, &TYPE_STRING_LIST, OPTIONAL},
    {"resources",       3, &TYPE_STRING_LIST, OPTIONAL},
    {"resourceNames",   4, &TYPE_STRING_LIST, OPTIONAL},
    {"nonResourceURLs", 5, &TYPE_STRING_LIST, OPTIONAL},
};
static const KubeType POLICY_RULE = {
    "PolicyRule", RBAC, "Some verbs on some resources.", OBJECT(POLICY_RULE_FIELDS)};

static const KubeType POLICY_RULE_LIST = {.shape = KUBE_LIST, .element = &POLICY_RULE};

static const KubeField ROLE_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,   INLINE},
    {"metadata", 1, &TYPE_OBJECT_META, PRINTED, .about = ABOUT_METADATA},
    {"rules",    2, &POLICY_RULE_LIST, PRINTED,
     .about = "What is allowed."},
};
static const KubeType ROLE = {
    "Role", RBAC, "What may be done to which resources in one namespace.", OBJECT(ROLE_FIELDS)};

static const KubeType ROLE_ITEMS = {.shape = KUBE_LIST, .element = &ROLE};

static const KubeField ROLE_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META, INLINE},
    {"metadata", 1, &TYPE_LIST_META, PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &ROLE_ITEMS,     REQUIRED},
};
static const KubeType ROLE_LIST = {"RoleList", RBAC, NULL, OBJECT(ROLE_LIST_FIELDS)};

static const KubeField SUBJECT_FIELDS[] = {
    {"kind",      1, &TYPE_STRING, REQUIRED},
    {"apiGroup",  2, &TYPE_STRING, OPTIONAL},
    {"name",      3, &TYPE_STRING, REQUIRED},
    {"namespace", 4, &TYPE_STRING, OPTIONAL},
};
static const KubeType SUBJECT = {"Subject", RBAC, NULL, ATOMIC_OBJECT(SUBJECT_FIELDS)};

static const KubeType SUBJECT_LIST = {.shape = KUBE_LIST, .element = &SUBJECT};

static const KubeField ROLE_REF_FIELDS[] = {
    {"apiGroup", 1, &TYPE_STRING, REQUIRED},
    {"kind",     2, &TYPE_STRING, REQUIRED},
    {"name",     3, &TYPE_STRING, REQUIRED},
};
static const KubeType ROLE_REF = {"RoleRef", RBAC, NULL, ATOMIC_OBJECT(ROLE_REF_FIELDS)};

static const KubeField ROLE_BINDING_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,   INLINE},
    {"metadata", 1, &TYPE_OBJECT_META, PRINTED, .about = ABOUT_METADATA},
    {"subjects", 2, &SUBJECT_LIST,     OPTIONAL,
     .about = "Who gets the role."},
    {"roleRef",  3, &ROLE_REF,         REQUIRED,
     .about = "The role that is given. It cannot change."},
};
static const KubeType ROLE_BINDING = {
    "RoleBinding", RBAC, "Who has a Role, or a ClusterRole within one namespace.",
    OBJECT(ROLE_BINDING_FIELDS)};

static const KubeType ROLE_BINDING_ITEMS = {.shape = KUBE_LIST, .element = &ROLE_BINDING};

static const KubeField ROLE_BINDING_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,     INLINE},
    {"metadata", 1, &TYPE_LIST_META,     PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &ROLE_BINDING_ITEMS, REQUIRED},
};
static const KubeType ROLE_BINDING_LIST = {
    "RoleBindingList", RBAC, NULL, OBJECT(ROLE_BINDING_LIST_FIELDS)};

static const KubeType LABEL_SELECTOR_LIST = {.shape = KUBE_LIST, .element = &TYPE_LABEL_SELECTOR};

static const KubeField AGGREGATION_RULE_FIELDS[] = {
    {"clusterRoleSelectors", 1, &LABEL_SELECTOR_LIST, OPTIONAL},
};
static const KubeType AGGREGATION_RULE = {
    "AggregationRule", RBAC, NULL, OBJECT(AGGREGATION_RULE_FIELDS)};

static const KubeField CLUSTER_ROLE_FIELDS[] = {
    {"",                0, &TYPE_TYPE_META,   INLINE},
    {"metadata",        1, &TYPE_OBJECT_META, PRINTED, .about = ABOUT_METADATA},
    {"rules",           2, &POLICY_RULE_LIST, PRINTED,
     .about = "What is allowed."},
    {"aggregationRule", 3, &AGGREGATION_RULE, POINTER},
};
static const KubeType CLUSTER_ROLE = {
    "ClusterRole", RBAC, "What may be done to which resources in the whole cluster.",
    OBJECT(CLUSTER_ROLE_FIELDS)};

static const KubeType CLUSTER_ROLE_ITEMS = {.shape = KUBE_LIST, .element = &CLUSTER_ROLE};

static const KubeField CLUSTER_ROLE_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,     INLINE},
    {"metadata", 1, &TYPE_LIST_META,     PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &CLUSTER_ROLE_ITEMS, REQUIRED},
};
static const KubeType CLUSTER_ROLE_LIST = {
    "ClusterRoleList", RBAC, NULL, OBJECT(CLUSTER_ROLE_LIST_FIELDS)};

static const KubeField CLUSTER_ROLE_BINDING_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,   INLINE},
    {"metadata", 1, &TYPE_OBJECT_META, PRINTED, .about = ABOUT_METADATA},
    {"subjects", 2, &SUBJECT_LIST,     OPTIONAL,
     .about = "Who gets the role."},
    {"roleRef",  3, &ROLE_REF,         REQUIRED,
     .about = "The role that is given. It cannot change."},
};
static const KubeType CLUSTER_ROLE_BINDING = {
    "ClusterRoleBinding", RBAC, "Who has a ClusterRole in the whole cluster.",
    OBJECT(CLUSTER_ROLE_BINDING_FIELDS)};

static const KubeType CLUSTER_ROLE_BINDING_ITEMS = {
    .shape = KUBE_LIST, .element = &CLUSTER_ROLE_BINDING};

static const KubeField CLUSTER_ROLE_BINDING_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,             INLINE},
    {"metadata", 1, &TYPE_LIST_META,             PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &CLUSTER_ROLE_BINDING_ITEMS, REQUIRED},
};
static const KubeType CLUSTER_ROLE_BINDING_LIST = {
    "ClusterRoleBindingList", RBAC, NULL, OBJECT(CLUSTER_ROLE_BINDING_LIST_FIELDS)};

const KubeType *const KINDS_RBAC[] = {
    &ROLE, &ROLE_LIST, &ROLE_BINDING, &ROLE_BINDING_LIST, &CLUSTER_ROLE, &CLUSTER_ROLE_LIST,
    &CLUSTER_ROLE_BINDING, &CLUSTER_ROLE_BINDING_LIST, NULL,
};
/* clang-format on */
