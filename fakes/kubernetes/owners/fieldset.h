/*
 * fakes/kubernetes/owners/fieldset.h - a set of paths into an object: the fields that a manager owns.
 *
 * A set is a tree as FieldsV1 is one: {"f:spec":{"f:replicas":{},"f:ports":{".":{},"k:{\"port\":80}":{}}}}. A path may be in it
 * without the paths above it (spec) or below it. A set that was made by a call is not changed by others, and may share parts
 * with them; only fieldset_below adds to one.
 *
 * Source:    Kubernetes, "Server-Side Apply"; FieldsV1; structured-merge-diff v4 (order, difference, what stands for what).
 * Ownership: everything lives in the arena that was given. Element texts are borrowed.
 */
#ifndef FAKES_KUBERNETES_OWNERS_FIELDSET_H
#define FAKES_KUBERNETES_OWNERS_FIELDSET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buffer.h"

/* One step of a path. */
typedef struct {
    char
        kind; /* 'f': a field; 'k': an element of a list by its keys; 'v': a plain element of a list */
    const char *
        text; /* "replicas"; JSON of the keys, sorted by name; JSON of the element. No NUL need follow. */
    size_t length;
} FieldElement;
FieldElement field_name(const char *name);
/* As it stands in a path for people: `.spec`, `[port=80,protocol="TCP"]`, `[="x"]`. */
void field_print(Buffer *path, const FieldElement *step);
/* The set's order: fields before keys before values; numbers as numbers, texts by byte. */
int field_compare(const FieldElement *a, const FieldElement *b);

typedef struct FieldSet FieldSet;
struct FieldSet {
    FieldElement element; /* the step that leads here; none at the root */
    bool is_member;
    FieldSet *below; /* sorted */
    FieldSet *next;
};

FieldSet *fieldset_new(Arena *arena);
/* What follows that step; made if it is not there. Only for a set that is still being built. */
FieldSet *fieldset_below(Arena *arena, FieldSet *set, FieldElement step);
/* "metadata/labels": makes the path a member. */
void fieldset_add(Arena *arena, FieldSet *set, const char *path);

const FieldSet *fieldset_find(const FieldSet *set, const FieldElement *step); /* NULL */
bool fieldset_is_empty(const FieldSet *set);
bool fieldset_equal(const FieldSet *a, const FieldSet *b);

FieldSet *fieldset_union(Arena *arena, const FieldSet *a, const FieldSet *b);
FieldSet *fieldset_intersection(Arena *arena, const FieldSet *a, const FieldSet *b);
/* The paths of a that are not in b; a path below one of b stays. */
FieldSet *fieldset_difference(Arena *arena, const FieldSet *a, const FieldSet *b);
/* As above, but what is below a path of b goes too. */
FieldSet *fieldset_without(Arena *arena, const FieldSet *a, const FieldSet *b);

/* FieldsV1. What it says of steps of an unknown kind is dropped. False if it is none. text is borrowed. */
bool fieldset_decode(Arena *arena, const char *text, size_t length, FieldSet **out_set);
void fieldset_encode(Buffer *buffer, const FieldSet *set);

/* Each path, as `.spec.ports[port=80,protocol="TCP"].name`; of each level first its own. */
typedef void FieldVisitor(void *owner, const char *path);
void fieldset_each(const FieldSet *set, FieldVisitor *visitor, void *owner);

#endif
