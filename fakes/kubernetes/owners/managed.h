/*
 * fakes/kubernetes/owners/managed.h - who owns which field of an object, write by write.
 *
 * An update or patch takes the fields that it changes from their owners and gives them to its own manager. An apply owns what
 * its configuration names, is refused where another owner would lose a field to it, and takes away what it named before and
 * names no longer.
 *
 * An object that nobody owned a field of stays that way until somebody applies to it (then "before-first-apply" owns all that
 * was there). A writer without a name leaves no entry: what the world makes for itself costs no memory.
 *
 * Source: Kubernetes, "Server-Side Apply"; the API server's field manager, 1.32, as recorded.
 */
#ifndef FAKES_KUBERNETES_OWNERS_MANAGED_H
#define FAKES_KUBERNETES_OWNERS_MANAGED_H

#include "fakes/kubernetes/owners/managers.h"
#include "fakes/kubernetes/owners/typed.h"
#include "fakes/kubernetes/write/write.h"

/* Before next is brought into its stored form, in which nothing is empty: a list of no managers becomes [{}], which is the same. */
void managed_prepare(cJSON *next);

/*
 * Sets next's metadata.managedFields after a write that was no apply. next is as its writer wants it, with defaults; it may
 * say itself who owns what ([] or [{}]: nobody). old NULL: a new object.
 */
void managed_update(const Write *write, const cJSON *old, cJSON *next);

/* Whether next is old, whatever the times of its managers are. */
bool managed_is_same(const cJSON *old, cJSON *next);

/*
 * What config makes of old, with its managers; cJSON_Delete() it. old NULL: of nothing. For the part KUBE_SCALE_PART config
 * is a Scale, and *out_next the workload. False: a 400, a 409 with the conflicts, or a 500 where config is not of its type.
 */
bool managed_apply(const Write *write, const cJSON *old, const cJSON *config, cJSON **out_next);

/* Gives a Scale the managers that its workload has of it: a patch of it is of those too. */
void managed_show_scale(const cJSON *workload, cJSON *scale);

/* ---- between managed.c and apply.c ------------------------------------------------------------ */

typedef struct {
    Arena arena;
    Typed typed;
    const FieldSet *reset; /* what this write cannot change, and so does not own */
    Manager self;          /* without fields */
    Managers managers;
} Ownership;

/* release it. The managers are old's; an object that has none, or none that can be read, has none. */
void ownership_init(Ownership *ownership, const Write *write, bool is_applier, const cJSON *old);
void ownership_release(Ownership *ownership);
/* The managers become those after an update by self. */
void ownership_update(Ownership *ownership, const TypedChanges *changes);
TypedChanges ownership_filter(Ownership *ownership, const TypedChanges *changes);
/* set without what nobody owns: name, uid, generation... */
const FieldSet *ownership_strip(Ownership *ownership, const FieldSet *set);
/* Now, in the arena. */
const char *ownership_time(Ownership *ownership);

/* The managers of a workload as those of its Scale, and back after a write to it. */
Managers managed_to_scale(Arena *arena, const Managers *parent);
Managers managed_from_scale(Arena *arena, const Managers *parent, const Managers *scale,
                            const char *api_version);

#endif
