/*
 * fakes/kubernetes/types/storage.c - kinds of storage.k8s.io: what volumes are made of.
 *
 * Source: k8s.io/api v0.32, storage/v1. The words in the rows are explained in inside.h.
 */
#include "fakes/kubernetes/types/inside.h"

#define STORAGE "io.k8s.api.storage.v1"

/* clang-format off */
static const KubeType TOPOLOGY_SELECTOR_TERM_LIST = {
    .shape = KUBE_LIST, .element = &TYPE_TOPOLOGY_SELECTOR_TERM};

static const KubeField STORAGE_CLASS_FIELDS[] = {
    {"",                     0, &TYPE_TYPE_META,              INLINE},
    {"metadata",             1, &TYPE_OBJECT_META,            PRINTED, .about = ABOUT_METADATA},
    {"provisioner",          2, &TYPE_STRING,                 REQUIRED},
    {"parameters",           3, &TYPE_STRING_MAP,             OPTIONAL},
    {"reclaimPolicy",        4, &TYPE_STRING,                 POINTER},
    {"mountOptions",         5, &TYPE_STRING_LIST,            OPTIONAL},
    {"allowVolumeExpansion", 6, &TYPE_BOOL,                   POINTER},
    {"volumeBindingMode",    7, &TYPE_STRING,                 POINTER},
    {"allowedTopologies",    8, &TOPOLOGY_SELECTOR_TERM_LIST, OPTIONAL},
};
static const KubeType STORAGE_CLASS = {
    "StorageClass", STORAGE, "A kind of storage that volumes can be made of.",
    OBJECT(STORAGE_CLASS_FIELDS)};

static const KubeType STORAGE_CLASS_ITEMS = {.shape = KUBE_LIST, .element = &STORAGE_CLASS};

static const KubeField STORAGE_CLASS_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,      INLINE},
    {"metadata", 1, &TYPE_LIST_META,      PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &STORAGE_CLASS_ITEMS, REQUIRED},
};
static const KubeType STORAGE_CLASS_LIST = {
    "StorageClassList", STORAGE, NULL, OBJECT(STORAGE_CLASS_LIST_FIELDS)};

const KubeType *const KINDS_STORAGE[] = {
    &STORAGE_CLASS, &STORAGE_CLASS_LIST, NULL,
};
/* clang-format on */
