/*
 * fakes/kubernetes/cluster.h - the objects of one Kubernetes cluster, and the rules by which they change.
 *
 * State only: no bytes, no sockets. The server (server.h) and the world's controllers call the same functions, so
 * that a controller's write and a client's write obey the same rules: one counter of resourceVersions, generation,
 * optimistic concurrency, finalizers, status as a subresource, no-op writes change nothing.
 *
 * Source:    Kubernetes API conventions; ../docs has none of it: the facts are in tests/fakes/kubernetes.
 * Ownership: a cluster owns its objects. What find and each hand out is borrowed and must not be changed; it is
 *            valid until the next write to that object.
 * Resources are named by plural ("deployments"); where two groups share one, by "plural.group".
 */
#ifndef FAKES_KUBERNETES_CLUSTER_H
#define FAKES_KUBERNETES_CLUSTER_H

#include <stdint.h>

#include "base/json.h"
#include "base/random.h"
#include "fakes/kubernetes/kinds.h"

typedef struct KubeCluster KubeCluster;

/* Why a write or read was refused: what becomes the Status object. */
typedef struct {
    int code;        /* HTTP: 404 */
    char reason[48]; /* "NotFound"; "" for internal errors */
    char *
        message; /* owned; it may quote a whole object, even a Secret: it is for the client alone */
    cJSON *details; /* owned; NULL, or the Status' details */
} KubeStatus;
void kube_status_release(KubeStatus *status); /* leaves it empty; accepts NULL */

/* name: "mp2". random: for uids; the cluster keeps a copy. */
KubeCluster *kube_cluster_new(const char *name, const Random *random);
void kube_cluster_free(KubeCluster *cluster);
const char *kube_cluster_name(const KubeCluster *cluster);
int64_t kube_cluster_resource_version(const KubeCluster *cluster);
/* A cluster where an operator's resource was never defined: kubegres.reactive-tech.io, kubegres. */
void kube_cluster_without(KubeCluster *cluster, const char *group, const char *resource);
/* Its own clock (wall time), and how far that is ahead of the world's; negative: behind. */
int64_t kube_cluster_now_ms(const KubeCluster *cluster);
int64_t kube_cluster_clock_ahead_ms(const KubeCluster *cluster);
void kube_cluster_set_clock(KubeCluster *cluster, int64_t ahead_ms);

/*
 * Reads. ns is NULL or "" for cluster-scoped resources, and NULL in each for all namespaces. Of a resource that is not served (any more:
 * somebody may delete a CRD) there is nothing.
 */
const cJSON *kube_find(const KubeCluster *cluster, const char *resource, const char *ns,
                       const char *name);
typedef bool KubeVisitor(void *owner, const cJSON *object); /* false ends the visit */
/* In order of namespace and name; the visitor must not write. selector: "app=tsb,role!=x", or NULL. */
void kube_each(const KubeCluster *cluster, const char *resource, const char *ns,
               const char *selector, KubeVisitor *visitor, void *owner);

/* Everything that is in a namespace, kind by kind. */
typedef void KubeContentVisitor(void *owner, const KubeKind *kind, const cJSON *object);
void kube_each_content(const KubeCluster *cluster, const char *ns, KubeContentVisitor *visitor,
                       void *owner);

/* Who writes, and how: a client's request or a controller of the world. */
typedef struct {
    const char *manager; /* fieldManager: "kubectl-scale", "tsb-operator" */
    bool dry_run;
    bool force; /* server-side apply over conflicts */
    /* The version in which it speaks; NULL: the one in which objects are stored. */
    const KubeKind *as;
    /* An array of texts about fields: twice in the body, to which the unknown ones are added. NULL: nobody asks. */
    cJSON *complaints;
    bool is_strict; /* a complaint refuses the write */
    struct KubeAdmission
        *admission; /* asks the cluster's webhooks (webhooks.h); NULL: they are passed over */
} KubeWriter;

typedef enum {
    KUBE_MERGE_PATCH,
    KUBE_JSON_PATCH,
    KUBE_STRATEGIC_PATCH,
    KUBE_APPLY_PATCH
} KubePatch;
typedef enum { /* subresource */
               KUBE_MAIN,
               KUBE_STATUS_PART,
               KUBE_SCALE_PART,
               KUBE_FINALIZE_PART,  /* of a namespace: spec.finalizers */
               KUBE_APPROVAL_PART,  /* of a certificate signing request: status.conditions */
               KUBE_EPHEMERAL_PART, /* of a pod: spec.ephemeralContainers */
               KUBE_BINDING_PART,   /* of a pod: its node, with the condition that says so */
} KubePart;

/*
 * Writes. object and patch stay the caller's. out_object (may be NULL) is borrowed, or for a dry run freshly made in a
 * scratch of the cluster that the next call reuses. On false status says why; it may be NULL, as writer may for a controller.
 */
bool kube_create(KubeCluster *cluster, const char *resource, const char *ns, const cJSON *object,
                 const KubeWriter *writer, const cJSON **out_object, KubeStatus *status);
bool kube_update(KubeCluster *cluster, const char *resource, const char *ns, const char *name,
                 KubePart part, const cJSON *object, const KubeWriter *writer,
                 const cJSON **out_object, KubeStatus *status);
bool kube_patch(KubeCluster *cluster, const char *resource, const char *ns, const char *name,
                KubePart part, KubePatch type, const cJSON *patch, const KubeWriter *writer,
                const cJSON **out_object, KubeStatus *status);
typedef struct {
    const char *propagation; /* "Background", "Foreground", "Orphan", or NULL */
    const char *uid;         /* preconditions, or NULL */
    const char *resource_version;
    const char *manager;
    /* Of a pod that has a node: how long it may take; NULL: what its spec says. 0: it goes at once, as the kubelet ends it. */
    const int64_t *grace_s;
    bool dry_run;
    struct KubeAdmission *admission; /* as in KubeWriter */
} KubeDeletion;
bool kube_delete(KubeCluster *cluster, const char *resource, const char *ns, const char *name,
                 const KubeDeletion *deletion, const cJSON **out_object, KubeStatus *status);

/*
 * One turn of what the garbage collector and the namespace controller do: objects whose owners are all gone go, a
 * deletion that waits for its dependents ends, a terminating namespace is emptied and goes. Returns how many
 * writes it made: 0 once nothing is left to do. The world's controller calls it a while after a deletion.
 */
int kube_collect(KubeCluster *cluster);

/* Shorthands for the world's controllers, which know that the object is there and the patch is right (asserted). */
void kube_set_status(KubeCluster *cluster, const char *resource, const char *ns, const char *name,
                     const char *manager, const cJSON *status_patch);
void kube_merge(KubeCluster *cluster, const char *resource, const char *ns, const char *name,
                const char *manager, const cJSON *patch);

/*
 * Changes, told synchronously to listeners in the order they came. A listener must not write from inside the call: it
 * notes what is dirty and starts a timer, as a real controller does.
 */
typedef enum { KUBE_ADDED, KUBE_MODIFIED, KUBE_DELETED } KubeChangeType;
typedef struct {
    KubeChangeType type;
    const KubeKind *kind;
    /* As it is now; for DELETED as it was last, with the deletion's resourceVersion. */
    const cJSON *object;
    const cJSON *previous; /* before, or NULL */
    const char *manager;   /* who, or "" */
    int64_t resource_version;
} KubeChange;
typedef void KubeListener(void *owner, const KubeChange *change);
/* resource NULL: all. Returns a handle for kube_unlisten. */
int kube_listen(KubeCluster *cluster, const char *resource, KubeListener *listener, void *owner);
void kube_unlisten(KubeCluster *cluster, int handle);

/* Container logs: the last 1 000 lines of each pod, told to followers. */
void kube_log(KubeCluster *cluster, const char *ns, const char *pod, const char *line);

/* Takes a right away, whatever user's roles say (access.h). verb, resource ("deployments/scale") or ns NULL: any. */
void kube_deny(KubeCluster *cluster, const char *user, const char *verb, const char *resource,
               const char *ns);

#endif
