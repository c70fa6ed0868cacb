/*
 * fakes/kubernetes/surface/discovery.h - what a cluster has to ask for: groups, versions, resources, and what can be done with them.
 *
 * Source:    recorded from 1.32 (/api, /apis and what is below, and the aggregated form of KEP-3352); of custom resources
 *            apiextensions-apiserver's rules (order of groups and versions, verbs).
 * Ownership: trees are the caller's: cJSON_Delete().
 *
 * The documents list subresources that this server refuses as a real one refuses a plain request for them (exec, attach).
 */
#ifndef FAKES_KUBERNETES_SURFACE_DISCOVERY_H
#define FAKES_KUBERNETES_SURFACE_DISCOVERY_H

#include "fakes/kubernetes/cluster.h"

/* Every kind that is served, in discovery's order: by group, version and plural. */
typedef struct {
    const KubeKind **items;
    int count, capacity;
} KubeKindList;

KubeKindList discovery_kinds(const KubeCluster *cluster);
void discovery_kinds_release(KubeKindList *kinds);

/* The subresources of a kind, status and scale among them: after NULL the first, after the last NULL. */
typedef struct {
    const char *name;                   /* "scale" */
    const char *group, *version, *kind; /* what it takes and gives: "autoscaling", "v1", "Scale" */
    const char *verbs;                  /* "get,patch,update" */
    bool is_its_own;                    /* it is the resource itself: status */
} KubePartRow;
const KubePartRow *discovery_part(const KubeKind *kind, int index);
/* "create,delete,...": in the order in which discovery lists them. */
const char *discovery_verbs(const KubeKind *kind);

/* address: where clients reach this server, "127.0.0.1:6443". */
cJSON *discovery_core_versions(const char *address);
cJSON *discovery_groups(const KubeCluster *cluster);
cJSON *discovery_group(const KubeCluster *cluster, const char *group); /* NULL: there is none */
cJSON *discovery_resources(const KubeCluster *cluster, const char *api_version); /* the same */
/* All of /api (is_core) or of /apis; version: "v2", "v2beta1". */
cJSON *discovery_aggregated(const KubeCluster *cluster, bool is_core, const char *version);

#endif
