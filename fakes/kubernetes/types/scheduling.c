/*
 * fakes/kubernetes/types/scheduling.c - kinds of scheduling.k8s.io: which pods come first.
 *
 * Source: k8s.io/api v0.32, scheduling/v1. The words in the rows are explained in inside.h.
 */
#include "fakes/kubernetes/types/inside.h"

#define SCHEDULING "io.k8s.api.scheduling.v1"

/* clang-format off */
static const KubeField PRIORITY_CLASS_FIELDS[] = {
    {"",                 0, &TYPE_TYPE_META,   INLINE},
    {"metadata",         1, &TYPE_OBJECT_META, PRINTED, .about = ABOUT_METADATA},
    {"value",            2, &TYPE_INT32,       REQUIRED},
    {"globalDefault",    3, &TYPE_BOOL,        OPTIONAL},
    {"description",      4, &TYPE_STRING,      OPTIONAL},
    {"preemptionPolicy", 5, &TYPE_STRING,      POINTER},
};
static const KubeType PRIORITY_CLASS = {
    "PriorityClass", SCHEDULING, "A name for how important pods are.",
    OBJECT(PRIORITY_CLASS_FIELDS)};

static const KubeType PRIORITY_CLASS_ITEMS = {.shape = KUBE_LIST, .element = &PRIORITY_CLASS};

static const KubeField PRIORITY_CLASS_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,       INLINE},
    {"metadata", 1, &TYPE_LIST_META,       PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &PRIORITY_CLASS_ITEMS, REQUIRED},
};
static const KubeType PRIORITY_CLASS_LIST = {
    "PriorityClassList", SCHEDULING, NULL, OBJECT(PRIORITY_CLASS_LIST_FIELDS)};

const KubeType *const KINDS_SCHEDULING[] = {
    &PRIORITY_CLASS, &PRIORITY_CLASS_LIST, NULL,
};
/* clang-format on */
