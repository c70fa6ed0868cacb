/*
 * fakes/kubernetes/write/write.h - what create, update, patch and delete have in common.
 *
 * One way in for clients and controllers. A write is checked in the API server's order: place, precondition, form, defaults, validation; then
 * compared with what is there. Only what differs gets a number.
 */
#ifndef FAKES_KUBERNETES_WRITE_WRITE_H
#define FAKES_KUBERNETES_WRITE_WRITE_H

#include "fakes/kubernetes/store.h"
#include "fakes/kubernetes/access/webhooks.h"

/* One write on its way: the object's kind and place, and how it is written. */
typedef struct {
    KubeCluster *cluster;
    const KubeKind *kind;
    const char *ns; /* "" if cluster-scoped */
    const char *name;
    KubePart part;
    const KubeWriter *writer; /* may be NULL */
    const cJSON **out_object; /* may be NULL */
    KubeStatus *status;       /* may be NULL */
    bool is_applied;          /* the next state says itself who owns what (managed_apply) */
    const char
        *subresource; /* as managedFields say it where it is none of the parts; otherwise NULL */
} Write;

const char *write_manager(const Write *write);
const char *write_part_name(KubePart part); /* as in a URL: "status"; "" for the whole object */
bool write_is_dry(const Write *write);
bool write_done(const Write *write, const KubeObject *object); /* gives it out; true */

/*
 * Makes next (owned from now on) the state after old, if it may be: what clients cannot change is carried over, the part that
 * is written chosen, defaults and validation applied, the generation moved. Nothing changed: nothing is written.
 */
bool write_next(const Write *write, KubeObject *old, cJSON *next);

/* What webhooks are told about it. operation "CREATE", "UPDATE", "DELETE"; object and old may be NULL. */
KubeAdmitted write_admitted(const Write *write, const char *operation, const cJSON *object,
                            const cJSON *old);

/* metadata.deletionTimestamp is set: only finalizers hold the object. */
bool write_is_leaving(const cJSON *json);

#endif
