/*
 * fakes/kubernetes/types/node.c - kinds of node.k8s.io: what runs containers.
 *
 * Source: k8s.io/api v0.32, node/v1. The words in the rows are explained in inside.h.
 */
#include "fakes/kubernetes/types/inside.h"

#define NODE "io.k8s.api.node.v1"

/* clang-format off */
static const KubeField OVERHEAD_FIELDS[] = {
    {"podFixed", 1, &TYPE_QUANTITY_MAP, OPTIONAL},
};
static const KubeType OVERHEAD = {"Overhead", NODE, NULL, OBJECT(OVERHEAD_FIELDS)};

static const KubeType TOLERATION_LIST = {.shape = KUBE_LIST, .element = &TYPE_TOLERATION};

static const KubeField SCHEDULING_FIELDS[] = {
    {"nodeSelector", 1, &TYPE_ATOMIC_STRING_MAP, OPTIONAL},
    {"tolerations",  2, &TOLERATION_LIST,        OPTIONAL},
};
static const KubeType SCHEDULING = {"Scheduling", NODE, NULL, OBJECT(SCHEDULING_FIELDS)};

static const KubeField RUNTIME_CLASS_FIELDS[] = {
    {"",           0, &TYPE_TYPE_META,   INLINE},
    {"metadata",   1, &TYPE_OBJECT_META, PRINTED, .about = ABOUT_METADATA},
    {"handler",    2, &TYPE_STRING,      REQUIRED},
    {"overhead",   3, &OVERHEAD,         POINTER},
    {"scheduling", 4, &SCHEDULING,       POINTER},
};
static const KubeType RUNTIME_CLASS = {
    "RuntimeClass", NODE, "A way of running containers that pods can ask for.",
    OBJECT(RUNTIME_CLASS_FIELDS)};

static const KubeType RUNTIME_CLASS_ITEMS = {.shape = KUBE_LIST, .element = &RUNTIME_CLASS};

static const KubeField RUNTIME_CLASS_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,      INLINE},
    {"metadata", 1, &TYPE_LIST_META,      PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &RUNTIME_CLASS_ITEMS, REQUIRED},
};
static const KubeType RUNTIME_CLASS_LIST = {
    "RuntimeClassList", NODE, NULL, OBJECT(RUNTIME_CLASS_LIST_FIELDS)};

const KubeType *const KINDS_NODE[] = {
    &RUNTIME_CLASS, &RUNTIME_CLASS_LIST, NULL,
};
/* clang-format on */
