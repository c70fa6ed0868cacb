/*
 * fakes/kubernetes/owners/managers.h - metadata.managedFields of an object, as a list that can be worked on.
 *
 * In an object's tree metadata.managedFields is one cJSON_Raw node: text, in the order in which it is printed. It is read when
 * somebody writes, and replaced as a whole. What a client sends in its place is an array.
 *
 * Source:    Kubernetes, ManagedFieldsEntry; the order of entries and what makes two of them one is the API server's.
 * Ownership: everything lives in the arena, or in the text that was decoded.
 */
#ifndef FAKES_KUBERNETES_OWNERS_MANAGERS_H
#define FAKES_KUBERNETES_OWNERS_MANAGERS_H

#include "base/json.h"
#include "fakes/kubernetes/owners/fieldset.h"

typedef struct Manager Manager;
struct Manager {
    const char *name;
    bool is_applier;         /* operation Apply; otherwise Update */
    const char *api_version; /* of what was written */
    const char *subresource; /* "" */
    const char *time;        /* RFC 3339; "": none */
    const FieldSet *fields;  /* not empty */
    Manager *next;
};

typedef struct {
    Manager *first;
} Managers;

/* Whether two entries are one: an applier is the same in all versions. */
bool manager_is(const Manager *a, const Manager *b);
Manager *managers_find(const Managers *managers, const Manager *like); /* NULL */
/* Puts a copy of entry in the place of the one that it is, or adds it. An entry without fields goes. */
void managers_put(Arena *arena, Managers *managers, const Manager *entry);

/* The entries of json's metadata.managedFields: none if there is none. False if they cannot be read. */
bool managers_decode(Arena *arena, const cJSON *json, Managers *out_managers);
/* Makes them json's metadata.managedFields. is_sorted: keys of entries alphabetically, as in custom resources. */
void managers_encode(Managers *managers, cJSON *json, bool is_sorted);

/* Of more than ten updaters the oldest become one, "ancient-changes". */
void managers_cap(Arena *arena, Managers *managers);

/* The node itself, or NULL. */
cJSON *managers_node(const cJSON *json);
/* Makes an array of the text, for whoever must look inside. */
void managers_expand(cJSON *json);

#endif
