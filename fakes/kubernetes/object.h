/*
 * fakes/kubernetes/object.h - one state of one object: made once, never changed, shared by whoever still needs it.
 *
 * The store, its history and a slow watch may hold the same state; a write makes the next one.
 * Ownership: counted references. The JSON text is printed when it is first asked for and kept.
 *
 * A tree takes several times the room of its text. Where memory counts (a server in real time), an object that nobody looked
 * at lately rests: it is its text alone, and becomes a tree again when it is asked for.
 */
#ifndef FAKES_KUBERNETES_OBJECT_H
#define FAKES_KUBERNETES_OBJECT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/json.h"
#include "fakes/kubernetes/kinds.h"

typedef struct KubeObject KubeObject;

/* The objects of a cluster that have a tree and may rest. A zeroed one is empty; objects refer to it, so it must stay. */
typedef struct {
    KubeObject **items; /* oldest first; a reference each */
    int count, capacity;
} KubeAwake;

struct KubeObject {
    int references;
    const KubeKind *kind;
    const char *ns; /* "" if cluster-scoped; both lie behind the struct */
    const char *name;
    int64_t resource_version;
    cJSON *json;      /* read it with kube_object_json; NULL: it rests */
    KubeAwake *awake; /* who is told that it has a tree; NULL: it never rests */
    char *text;       /* NULL until asked for */
    size_t text_length;
};

/* json is owned from now on and must not be changed any more. One reference is the caller's. */
KubeObject *kube_object_new(const KubeKind *kind, cJSON *json, int64_t resource_version);
KubeObject *kube_object_keep(KubeObject *object);
void kube_object_drop(KubeObject *object); /* accepts NULL */

/* Borrowed until kube_awake_trim; it must not be changed. */
const cJSON *kube_object_json(const KubeObject *object);
/* As the API server prints it, without the newline at the end. */
const char *kube_object_text(KubeObject *object, size_t *out_length);
/* As above, read through another version of its kind: of custom ones apiVersion changes only. scratch: room for that. */
const char *kube_object_text_as(KubeObject *object, const KubeKind *kind, Buffer *scratch,
                                size_t *out_length);
/* As an item of a list: typed items say neither kind nor apiVersion. Starts after a "{" that is not in it. */
const char *kube_object_item_text(KubeObject *object, const KubeKind *kind, Buffer *scratch,
                                  size_t *out_length);

/* From now on object may rest. */
void kube_object_may_rest(KubeObject *object, KubeAwake *awake);
/* All but the count_max that were made or asked for last lose their trees. No tree may be borrowed at this time. */
void kube_awake_trim(KubeAwake *awake, int count_max);
void kube_awake_release(KubeAwake *awake);

/* metadata of any object; made if it is not there. */
cJSON *kube_metadata(cJSON *json);
const char *kube_metadata_text(const cJSON *json, const char *key); /* "" if absent */

#endif
