/*
 * fakes/kubernetes/store.h - where a cluster keeps its objects: one counter, one shelf per kind, one past.
 *
 * Inside this folder only; everybody else uses cluster.h. The store knows no rule: what it is given is right.
 *
 * The past is the last KUBE_PAST_MAX changes, for watches that begin at an older number and lists that continue one.
 * Shelves are sorted by namespace and name, so that every list has one order.
 */
#ifndef FAKES_KUBERNETES_STORE_H
#define FAKES_KUBERNETES_STORE_H

#include "fakes/kubernetes/cluster.h"
#include "fakes/kubernetes/object.h"
#include "fakes/net/signing.h"

enum { KUBE_PAST_MAX = 2000 };

typedef struct {
    KubeObject **items; /* sorted by namespace and name; a reference each */
    int count, capacity;
} KubeShelf;

/* A change that is over: its place in the counter is object's. */
typedef struct {
    KubeChangeType type;
    KubeObject *object;
    KubeObject *previous; /* NULL for ADDED */
    int64_t at_ms;        /* clock_mono_ms */
} KubePast;

/* As KubeListener, with the states themselves, which a watch may keep. */
typedef void StoreListener(void *owner, const KubePast *change, const char *manager);

typedef struct {
    int handle; /* 0: given back while the change was being told */
    const KubeKind *kind;
    StoreListener *on_past;
    KubeListener *on_change;
    void *owner;
} StoreSubscription;

typedef struct KubeDenials KubeDenials;
typedef struct KubeLogs KubeLogs;
typedef struct KubeDefinitions KubeDefinitions;

struct KubeCluster {
    char *name;
    Random random;
    int64_t resource_version;
    KubeKinds kinds;
    KubeShelf *shelves; /* by kube_kind_shelf; shelf_count of them */
    int shelf_count;
    KubePast *past; /* a ring, oldest at past_first */
    int past_first, past_count, past_capacity;
    bool keeps_past; /* a server may be asked about it */
    int64_t found;   /* the number at which it was first seen: nobody knows an older state */
    int64_t clock_ahead_ms;
    int64_t *forgotten; /* by shelf: the newest number that the past has lost */
    StoreSubscription *subscriptions;
    int subscription_count, subscription_capacity, last_handle;
    bool is_telling;
    bool rests; /* objects that nobody looked at lately are kept as text */
    KubeAwake awake;
    KubeObject *scratch; /* what the last dry run or deletion made */
    KubeDenials *denials;
    bool has_roles;          /* those from the start are objects: roles.h */
    SigningKey *account_key; /* of the tokens of its service accounts; NULL until the first */
    KubeLogs *logs;
    KubeDefinitions *definitions; /* NULL: no CustomResourceDefinition has come yet */
};

/* Makes room for what the kinds have become. */
void store_fit(KubeCluster *cluster);
const KubeShelf *store_shelf(const KubeCluster *cluster, const KubeKind *kind);

KubeObject *store_find(const KubeCluster *cluster, const KubeKind *kind, const char *ns,
                       const char *name);
/* [*out_first, *out_end) of the shelf; ns NULL: all of it. */
const KubeShelf *store_range(const KubeCluster *cluster, const KubeKind *kind, const char *ns,
                             int *out_first, int *out_end);

/* Puts json (owned from now on) in the place of what has its name, as the next number; tells it. Borrowed. */
KubeObject *store_put(KubeCluster *cluster, const KubeKind *kind, cJSON *json, const char *manager);
/*
 * Takes object off its shelf; what is returned is its last state with the deletion's number. Borrowed.
 * json: that last state (owned from now on), or NULL: as it was.
 */
KubeObject *store_remove(KubeCluster *cluster, KubeObject *object, cJSON *json,
                         const char *manager);
/* Keeps json (owned from now on) as the scratch, until the next one. Borrowed. */
KubeObject *store_scratch(KubeCluster *cluster, const KubeKind *kind, cJSON *json);

int store_listen(KubeCluster *cluster, const KubeKind *kind, StoreListener *listener, void *owner);

/* From now on the past is kept. */
void store_keep_past(KubeCluster *cluster);
/* From now on objects may rest (object.h). */
void store_let_rest(KubeCluster *cluster);
/* Between requests, when no tree is borrowed: what nobody looked at lately goes to rest. */
void store_rest(KubeCluster *cluster);
bool store_remembers(const KubeCluster *cluster, const KubeKind *kind, int64_t resource_version);
/* The i-th of past_count changes, oldest first. */
const KubePast *store_past(const KubeCluster *cluster, int i);
/* The number that the shelf of kind had then (clock_mono_ms), or the oldest that can be shown. */
int64_t store_version_at(const KubeCluster *cluster, const KubeKind *kind, int64_t mono_ms);
/* The shelf as it was at resource_version, which is remembered; release it with store_shelf_release. */
KubeShelf store_shelf_at(const KubeCluster *cluster, const KubeKind *kind,
                         int64_t resource_version);
void store_shelf_release(KubeShelf *shelf);
/* Where an object of that name is on a shelf, or would be. */
int store_place(const KubeShelf *shelf, const char *ns, const char *name, bool *out_found);

void store_release(KubeCluster *cluster);

#endif
