/*
 * fakes/kubernetes/types/coordination.c - kinds of coordination.k8s.io: locks.
 *
 * Source: k8s.io/api v0.32, coordination/v1. The words in the rows are explained in inside.h.
 */
#include "fakes/kubernetes/types/inside.h"

#define COORDINATION "io.k8s.api.coordination.v1"

/* clang-format off */
static const KubeField LEASE_SPEC_FIELDS[] = {
    {"holderIdentity",       1, &TYPE_STRING,     POINTER,
     .about = "Who holds the lock."},
    {"leaseDurationSeconds", 2, &TYPE_INT32,      POINTER,
     .about = "How long after renewTime others must wait."},
    {"acquireTime",          3, &TYPE_MICRO_TIME, POINTER,
     .about = "When the holder got the lock."},
    {"renewTime",            4, &TYPE_MICRO_TIME, POINTER,
     .about = "When the holder last renewed it."},
    {"leaseTransitions",     5, &TYPE_INT32,      POINTER,
     .about = "How often the lock changed hands."},
    {"strategy",             6, &TYPE_STRING,     POINTER},
    {"preferredHolder",      7, &TYPE_STRING,     POINTER},
};
static const KubeType LEASE_SPEC = {
    "LeaseSpec", COORDINATION, "The holder of a Lease and its times.", OBJECT(LEASE_SPEC_FIELDS)};

static const KubeField LEASE_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,   INLINE},
    {"metadata", 1, &TYPE_OBJECT_META, PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &LEASE_SPEC,       PRINTED, .about = ABOUT_SPEC},
};
static const KubeType LEASE = {
    "Lease", COORDINATION, "Who holds a lock, and until when. Leaders are elected with it.",
    OBJECT(LEASE_FIELDS)};

static const KubeType LEASE_ITEMS = {.shape = KUBE_LIST, .element = &LEASE};

static const KubeField LEASE_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META, INLINE},
    {"metadata", 1, &TYPE_LIST_META, PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &LEASE_ITEMS,    REQUIRED},
};
static const KubeType LEASE_LIST = {"LeaseList", COORDINATION, NULL, OBJECT(LEASE_LIST_FIELDS)};

const KubeType *const KINDS_COORDINATION[] = {
    &LEASE, &LEASE_LIST, NULL,
};
/* clang-format on */
