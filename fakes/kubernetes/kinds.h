/*
 * fakes/kubernetes/kinds.h - the resources the fake API server knows, a row each.
 *
 * Source: Kubernetes API reference 1.32; install.tetrate.io from domain.md 1.3 and 2.2; kubegres from 4.2.
 */
#ifndef FAKES_KUBERNETES_KINDS_H
#define FAKES_KUBERNETES_KINDS_H

#include <stdbool.h>

enum { KUBE_KINDS_MAX = 32 };

typedef struct {
    const char *group;      /* "" for core */
    const char *version;    /* "v1" */
    const char *plural;     /* "deployments" */
    const char *singular;   /* "deployment" */
    const char *kind;       /* "Deployment" */
    const char *short_name; /* "deploy", or NULL */
    bool is_namespaced;
    bool is_custom;  /* keys printed alphabetically, no strategic merge, strict PUT */
    bool has_status; /* /status is a subresource of its own */
    bool has_scale;
    bool has_generation; /* metadata.generation moves with the spec */
} KubeKind;

/* NULL if there is none. group and version may be NULL: the first row with that plural. */
const KubeKind *kube_kind_find(const char *group, const char *version, const char *plural);
const KubeKind *kube_kind_of(const char *api_version,
                             const char *kind); /* "apps/v1", "Deployment" */
/* "deployments", or "deployments.apps" where two groups share a plural. */
const KubeKind *kube_kind_named(const char *resource);
const KubeKind *kube_kinds(int *out_count);
int kube_kind_row(const KubeKind *kind); /* its place in the table, below KUBE_KINDS_MAX */
/* False for a review: it is answered and forgotten. */
bool kube_kind_is_stored(const KubeKind *kind);

#endif
