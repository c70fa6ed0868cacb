/*
 * fakes/kubernetes/kinds.h - the resources that an API server knows: built-in rows, and a cluster's own from its CRDs.
 *
 * The operators' resources (install.tetrate.io, kubegres) are there from the start; a CustomResourceDefinition of that
 * name takes their place, and its deletion takes them away.
 *
 * Source:    discovery of a real 1.32; install.tetrate.io from domain.md 1.3 and 2.2; kubegres from 4.2.
 * Ownership: a KubeKind lives as long as its cluster (built-in ones for ever), also when it is no longer served: objects, the
 *            past and open watches point to it.
 */
#ifndef FAKES_KUBERNETES_KINDS_H
#define FAKES_KUBERNETES_KINDS_H

#include <stdbool.h>

#include "fakes/kubernetes/types/types.h"

typedef enum {
    KUBE_NAMESPACED = 1,
    KUBE_CUSTOM = 2,           /* keys printed alphabetically, no strategic merge, strict PUT */
    KUBE_WITH_STATUS = 4,      /* /status is a subresource of its own */
    KUBE_WITH_SCALE = 8,       /* /scale is one */
    KUBE_WITH_GENERATION = 16, /* metadata.generation moves with the spec */
    KUBE_REVIEW = 32,          /* create only: it is answered and forgotten */
    KUBE_READ_ONLY = 64,       /* get and list only */
    KUBE_CONVERTED = 128,      /* another version of what is kept as another kind: convert.h */
} KubeTrait;

typedef struct {
    const char *group;       /* "" for core */
    const char *version;     /* "v1" */
    const char *plural;      /* "deployments" */
    const char *singular;    /* "deployment" */
    const char *kind;        /* "Deployment" */
    const char *short_names; /* "crd,crds", or "" */
    const char *categories;  /* "all", or "" */
    unsigned traits;         /* KubeTrait, or-ed */
    const KubeType *type;    /* of a CRD's schema; NULL: ask kube_kind_type */
    int shelf;               /* where its objects are kept; 0 for a built-in row: kube_kind_shelf */
} KubeKind;

bool kube_kind_has(const KubeKind *kind, KubeTrait trait);
/* Its fields; NULL: nothing is known about them, and everything is kept. */
const KubeType *kube_kind_type(const KubeKind *kind);
/* As which its objects are kept: itself, unless it is KUBE_CONVERTED. */
const KubeKind *kube_kind_kept(const KubeKind *kind);
/* The number of the shelf for its objects, one for all versions of a resource. */
int kube_kind_shelf(const KubeKind *kind);
/* "v1", "apps/v1". */
const char *kube_api_version(const KubeKind *kind, char out_text[64]);

/* The resources of one cluster. A zeroed one has the built-in ones. */
typedef struct {
    KubeKind **own; /* of its CRDs */
    bool *is_served;
    int own_count, own_capacity;
    int shelf_count; /* 0: as many as there are built-in rows */
    int version; /* counts the changes: what was made of the kinds is as good as long as it stands */
} KubeKinds;

void kube_kinds_release(KubeKinds *kinds);
int kube_kinds_shelves(const KubeKinds *kinds); /* every kube_kind_shelf is below */

/* NULL if there is none that is served. group and version may be NULL: the first with that plural. */
const KubeKind *kube_kind_find(const KubeKinds *kinds, const char *group, const char *version,
                               const char *plural);
/* "apps/v1", "Deployment" */
const KubeKind *kube_kind_of(const KubeKinds *kinds, const char *api_version, const char *kind);
/* "deployments", or "deployments.apps" where two groups share a plural. */
const KubeKind *kube_kind_named(const KubeKinds *kinds, const char *resource);
/* Every kind that is served, in discovery's order: after NULL the first, after the last NULL. */
const KubeKind *kube_kind_next(const KubeKinds *kinds, const KubeKind *kind);

/*
 * From now on kind is served, in place of what has its group, version and plural, on the same shelf. Its texts and type are
 * borrowed and must live as long as kinds. Borrowed.
 */
const KubeKind *kube_kinds_serve(KubeKinds *kinds, const KubeKind *kind);
/* Objects of that resource are no longer served, in any version. */
void kube_kinds_withdraw(KubeKinds *kinds, const char *group, const char *plural);

#endif
