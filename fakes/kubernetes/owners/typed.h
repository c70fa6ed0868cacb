/*
 * fakes/kubernetes/owners/typed.h - objects seen through their types: which fields they set, what differs, what merging them makes.
 *
 * What is a field of its own, and what belongs to its owner as a whole, is a matter of type (types.h): an element of a keyed
 * list has an owner, an atomic list has one. Where no type is known, objects are granular and lists atomic.
 *
 * Of a built-in kind's object a field that Go would leave out of JSON is absent, and one that Go always has (a struct, a number
 * without omitempty) is there even if the text does not name it: nobody ever adds "spec".
 *
 * Source:    structured-merge-diff v4, as the API server of 1.32 uses it.
 * Ownership: sets lie in the arena, and borrow texts of the objects.
 */
#ifndef FAKES_KUBERNETES_OWNERS_TYPED_H
#define FAKES_KUBERNETES_OWNERS_TYPED_H

#include "base/json.h"
#include "fakes/kubernetes/owners/fieldset.h"
#include "fakes/kubernetes/kinds.h"

typedef struct {
    const KubeType *type; /* of the object */
    bool is_go;           /* the object is a struct of Go's, rather than any JSON */
} Typed;

Typed typed_kind(const KubeKind *kind);
Typed typed_scale(void);

/* No path is in more than one of the three. */
typedef struct {
    FieldSet *added, *modified, *removed;
} TypedChanges;
/* old or new NULL: there is no such object. is_config: new was made by typed_merge, and says null where it means it. */
TypedChanges typed_compare(Arena *arena, const Typed *typed, const cJSON *old, const cJSON *new,
                           bool is_config);

/* Every leaf and every element that a configuration names. */
FieldSet *typed_fields(Arena *arena, const Typed *typed, const cJSON *config);
/* set, and with the fields in it the declared fields above them: what must go for a field to be gone. */
FieldSet *typed_with_parents(Arena *arena, const Typed *typed, const FieldSet *set);

/* Takes what is in set off json. What is empty after that becomes null. */
void typed_remove(Arena *arena, const Typed *typed, cJSON *json, const FieldSet *set);
/* config over old; cJSON_Delete() it. Elements of keyed lists stand in config's order, others where they were. */
cJSON *typed_merge(Arena *arena, const Typed *typed, const cJSON *old, const cJSON *config);

/* Whether json is of that type. If not, out_why is filled with what is wrong, in the API server's words. */
bool typed_check(Arena *arena, const Typed *typed, const cJSON *json, Buffer *out_why);

/* ---- for typed_*.c ---------------------------------------------------------------------------- */

typedef enum { TYPED_SCALAR, TYPED_LIST, TYPED_MAP } TypedShape;
/* What a value is; null is what its type says. */
TypedShape typed_shape(const KubeType *type, const cJSON *json);
/* It has one owner for all that is in it. */
bool typed_is_atomic(const KubeType *type, TypedShape shape);
/* The field of that name; NULL: not declared. */
const KubeField *typed_field(const KubeType *type, const char *name);
/* Of a member of an object or map. */
const KubeType *typed_member(const KubeType *type, const char *name);
/* The step to an element of a granular list. False: it has none, and out_why (may be NULL) says why. */
bool typed_step(Arena *arena, const KubeType *list, const cJSON *element, FieldElement *out_step,
                Buffer *out_why);

#endif
