/*
 * fakes/kubernetes/owners/apply.c - server-side apply: a configuration merged into an object, unless others own what it changes.
 *
 * What the applier named the last time and does not name now goes, except where another manager owns it too.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/kubernetes/owners/managed.h"
#include "fakes/kubernetes/object.h"
#include "fakes/kubernetes/print.h"
#include "fakes/kubernetes/scale.h"
#include "fakes/kubernetes/status.h"

static const char LAST_APPLIED[] = "kubectl.kubernetes.io/last-applied-configuration";

/* ---- the configuration ------------------------------------------------------------------------ */

/* "/v1, Kind=Secret", "apps/v1, Kind=Deployment" */
static const char *kind_text(Arena *arena, const char *api_version, const char *kind)
{
    bool has_group = *api_version == 0 || strchr(api_version, '/') != NULL;

    return arena_format(arena, "%s%s, Kind=%s", has_group ? "" : "/",
                        *api_version ? api_version : "/", kind);
}

static bool check_config(Ownership *ownership, const Write *write, const cJSON *config)
{
    const char *kind = json_string_or(config, "kind", "");
    const char *api_version = json_string_or(config, "apiVersion", "");
    const char *expected = write->part == KUBE_SCALE_PART ? "Scale" : write->kind->kind;
    const char *text = kind_text(&ownership->arena, api_version, kind);
    const cJSON *node = managers_node(config);
    Buffer why = {0};
    bool ok;

    if (strcmp(kind, expected) != 0 || strcmp(api_version, ownership->self.api_version) != 0)
        return status_bad_request(write->status, "invalid object type: %s", text);
    if (node != NULL && !cJSON_IsNull(node))
        return status_bad_request(write->status, "metadata.managedFields must be nil");
    ok = typed_check(&ownership->arena, &ownership->typed, config, &why) ||
         status_set(write->status, 500, "", NULL,
                    "failed to create typed patch object (%s/%s; %s): %s",
                    kube_metadata_text(config, "namespace"), kube_metadata_text(config, "name"),
                    text, why.data);
    buffer_release(&why);
    return ok;
}

/* ---- what the applier no longer names --------------------------------------------------------- */

static const FieldSet *parents_of(Ownership *ownership, const FieldSet *set)
{
    return typed_with_parents(&ownership->arena, &ownership->typed, set);
}

static const FieldSet *fields_of(Ownership *ownership, const cJSON *json)
{
    return parents_of(ownership, typed_fields(&ownership->arena, &ownership->typed, json));
}

/*
 * Takes off merged what is in last, the fields that the applier owned before, and what nobody owns now. Sets borrow the texts
 * of trees, so that these are kept until the end.
 */
static void prune(Ownership *ownership, cJSON *merged, const FieldSet *last)
{
    Arena *arena = &ownership->arena;
    const FieldSet *owned = fieldset_new(arena), *there = fields_of(ownership, merged), *kept;
    cJSON *without_last = cJSON_Duplicate(merged, true), *pruned = cJSON_Duplicate(merged, true);

    for (const Manager *entry = ownership->managers.first; entry != NULL; entry = entry->next)
        owned = fieldset_union(arena, owned, entry->fields);
    last = parents_of(ownership, last);
    typed_remove(arena, &ownership->typed, without_last, last);
    /* A field took along all that is in it: what is not the applier's alone comes back. */
    kept = fieldset_union(arena, fields_of(ownership, without_last), parents_of(ownership, owned));
    typed_remove(arena, &ownership->typed, pruned, fieldset_difference(arena, there, kept));
    /* And so does what the applier never owned. */
    kept = fieldset_difference(arena, there, fields_of(ownership, pruned));
    typed_remove(arena, &ownership->typed, merged, fieldset_intersection(arena, kept, last));
    cJSON_Delete(without_last);
    cJSON_Delete(pruned);
}

/* ---- conflicts -------------------------------------------------------------------------------- */

/* What another manager would lose. */
typedef struct Conflict {
    const Manager *manager;
    const FieldSet *fields;
    struct Conflict *next; /* sorted by manager */
} Conflict;

static int compare_managers(const Manager *a, const Manager *b)
{
    int order = strcmp(a->name, b->name);

    return order != 0 ? order : b->is_applier - a->is_applier;
}

static Conflict *find_conflicts(Ownership *ownership, const FieldSet *taken)
{
    Conflict *first = NULL;

    for (const Manager *entry = ownership->managers.first; entry != NULL; entry = entry->next) {
        const FieldSet *fields = fieldset_intersection(&ownership->arena, entry->fields, taken);
        Conflict **place = &first, *conflict;

        if (manager_is(entry, &ownership->self) || fieldset_is_empty(fields))
            continue;
        while (*place != NULL && compare_managers((*place)->manager, entry) <= 0)
            place = &(*place)->next;
        conflict = ARENA_NEW(&ownership->arena, Conflict);
        *conflict = (Conflict){entry, fields, *place};
        *place = conflict;
    }
    return first;
}

/* Of the fields in conflict those that stand as client-side apply wrote them are kubectl's own anyway. */
static Conflict *forgive_kubectl(Ownership *ownership, const cJSON *live, Conflict *conflicts)
{
    Arena *arena = &ownership->arena;
    const cJSON *annotations = json_find(live, "metadata/annotations");
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(annotations, LAST_APPLIED));
    cJSON *last = text ? cJSON_Parse(text) : NULL;
    Conflict *first = NULL, **end = &first;
    const FieldSet *allowed = fieldset_new(arena);
    TypedChanges changes;

    if (cJSON_IsObject(last) &&
        strcmp(json_string_or(last, "apiVersion", ""), ownership->self.api_version) == 0) {
        changes = typed_compare(arena, &ownership->typed, last, live, false);
        allowed = typed_fields(arena, &ownership->typed, last);
        allowed = fieldset_difference(arena, allowed, changes.modified);
        allowed = fieldset_difference(arena, allowed, changes.added);
        allowed = fieldset_difference(arena, allowed, changes.removed);
    }
    for (; conflicts != NULL; conflicts = conflicts->next) {
        conflicts->fields = fieldset_difference(arena, conflicts->fields, allowed);
        if (!fieldset_is_empty(conflicts->fields)) {
            *end = conflicts;
            end = &conflicts->next;
        }
    }
    *end = NULL;
    /* The texts of last are borrowed by sets that are done with. */
    cJSON_Delete(last);
    return first;
}

typedef struct {
    const char *manager; /* as it is printed */
    Buffer lines;
    cJSON *causes;
} Refusal;

static void add_cause(void *owner, const char *path)
{
    Refusal *refusal = owner;
    cJSON *cause = cJSON_CreateObject();
    char *message = memory_format("conflict with %s", refusal->manager);

    buffer_format(&refusal->lines, "\n- %s", path);
    cJSON_AddStringToObject(cause, "reason", "FieldManagerConflict");
    cJSON_AddStringToObject(cause, "message", message);
    cJSON_AddStringToObject(cause, "field", path);
    cJSON_AddItemToArray(refusal->causes, cause);
    free(message);
}

static const char *manager_text(Arena *arena, const Manager *manager)
{
    const char *text = arena_format(arena, "\"%s\"", manager->name);

    if (*manager->subresource)
        text = arena_format(arena, "%s with subresource \"%s\"", text, manager->subresource);
    return manager->is_applier ? text
                               : arena_format(arena, "%s using %s", text, manager->api_version);
}

static bool refuse(Ownership *ownership, const Write *write, const Conflict *conflicts)
{
    cJSON *details = cJSON_CreateObject();
    Refusal refusal = {.causes = cJSON_AddArrayToObject(details, "causes")};
    int count;

    for (; conflicts != NULL; conflicts = conflicts->next) {
        refusal.manager = manager_text(&ownership->arena, conflicts->manager);
        buffer_format(&refusal.lines, "%sconflicts with %s:", refusal.lines.length ? "\n" : "",
                      refusal.manager);
        fieldset_each(conflicts->fields, add_cause, &refusal);
    }
    count = cJSON_GetArraySize(refusal.causes);
    if (count == 1)
        status_set(write->status, 409, "Conflict", details,
                   "Apply failed with 1 conflict: conflict with %s: %s", refusal.manager,
                   json_string_or(refusal.causes, "0/field", ""));
    else
        status_set(write->status, 409, "Conflict", details, "Apply failed with %d conflicts: %s",
                   count, refusal.lines.data);
    buffer_release(&refusal.lines);
    return false;
}

/* ---- applying --------------------------------------------------------------------------------- */

/* What was there before anybody was known to own a field. */
static void own_before_first_apply(Ownership *ownership, const cJSON *live)
{
    Manager applier = ownership->self;
    TypedChanges changes = typed_compare(&ownership->arena, &ownership->typed, NULL, live, false);

    ownership->self.name = "before-first-apply";
    ownership->self.is_applier = false;
    ownership_update(ownership, &changes);
    ownership->self = applier;
}

/* Others lose what is taken from them, and what is gone. */
static void take_from_others(Ownership *ownership, const TypedChanges *changes)
{
    Arena *arena = &ownership->arena;
    const FieldSet *lost = fieldset_union(arena, changes->removed,
                                          fieldset_union(arena, changes->added, changes->modified));

    for (Manager *entry = ownership->managers.first, *next; entry != NULL; entry = next) {
        Manager rest = *entry;

        next = entry->next;
        if (manager_is(entry, &ownership->self))
            continue;
        rest.fields = fieldset_difference(arena, entry->fields, lost);
        managers_put(arena, &ownership->managers, &rest);
    }
}

/* kubectl's client-side apply finds its annotation as if it had made this change itself. */
static void update_last_applied(const Ownership *ownership, const cJSON *config, cJSON *next)
{
    cJSON *annotations = json_find(next, "metadata/annotations"), *copy;
    const char *old =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(annotations, LAST_APPLIED));
    Buffer text = {0};

    if (strcmp(ownership->self.name, "kubectl") != 0 || old == NULL || *old == 0)
        return;
    copy = cJSON_Duplicate(config, true);
    cJSON_DeleteItemFromObjectCaseSensitive(json_find(copy, "metadata/annotations"), LAST_APPLIED);
    kube_print_sorted(&text, copy);
    buffer_add(&text, "\n", 1);
    cJSON_ReplaceItemInObjectCaseSensitive(annotations, LAST_APPLIED,
                                           cJSON_CreateString(text.data));
    cJSON_Delete(copy);
    buffer_release(&text);
}

static bool is_nothing(const TypedChanges *changes)
{
    return fieldset_is_empty(changes->added) && fieldset_is_empty(changes->modified) &&
           fieldset_is_empty(changes->removed);
}

/* live and its managers become what config makes of them. */
static bool apply(Ownership *ownership, const Write *write, const cJSON *live, const cJSON *config,
                  cJSON **out_next)
{
    static const FieldSet NONE = {.is_member = false};
    Arena *arena = &ownership->arena;
    const Manager *previous = managers_find(&ownership->managers, &ownership->self);
    Manager self = previous ? *previous : ownership->self;
    const FieldSet *last = previous ? previous->fields : &NONE;
    TypedChanges changes;
    Conflict *conflicts;

    self.api_version = ownership->self.api_version;
    self.fields =
        fieldset_without(arena, typed_fields(arena, &ownership->typed, config), ownership->reset);
    managers_put(arena, &ownership->managers, &self);
    *out_next = typed_merge(arena, &ownership->typed, live, config);
    if (!fieldset_is_empty(last))
        prune(ownership, *out_next, last);
    changes = typed_compare(arena, &ownership->typed, live, *out_next, true);
    changes = ownership_filter(ownership, &changes);
    conflicts = find_conflicts(ownership, fieldset_union(arena, changes.added, changes.modified));
    if (conflicts != NULL && strcmp(self.name, "kubectl") == 0)
        conflicts = forgive_kubectl(ownership, live, conflicts);
    if (conflicts != NULL && !(write->writer && write->writer->force)) {
        refuse(ownership, write, conflicts);
        cJSON_Delete(*out_next);
        return false;
    }
    take_from_others(ownership, &changes);
    self.fields = ownership_strip(ownership, self.fields);
    if (!is_nothing(&changes))
        self.time = ownership_time(ownership);
    managers_put(arena, &ownership->managers, &self);
    update_last_applied(ownership, config, *out_next);
    return true;
}

static bool apply_object(Ownership *ownership, const Write *write, const cJSON *old,
                         const cJSON *config, cJSON **out_next)
{
    cJSON *live = old ? cJSON_Duplicate(old, true) : cJSON_CreateObject();
    bool ok;

    cJSON_DeleteItemFromObjectCaseSensitive(kube_metadata(live), "managedFields");
    if (old != NULL && ownership->managers.first == NULL)
        own_before_first_apply(ownership, live);
    ok = apply(ownership, write, live, config, out_next);
    if (ok)
        managers_encode(&ownership->managers, *out_next, kube_kind_has(write->kind, KUBE_CUSTOM));
    cJSON_Delete(live);
    return ok;
}

/* *out_next is the workload itself, with the replicas of the Scale that comes out. */
static bool apply_scale(Ownership *ownership, const Write *write, const cJSON *old,
                        const cJSON *config, cJSON **out_next)
{
    Arena *arena = &ownership->arena;
    Managers parent = ownership->managers;
    cJSON *live = scale_of(old), *scale;
    char api_version[64];
    bool ok;

    ownership->managers = managed_to_scale(arena, &parent);
    if (ownership->managers.first == NULL)
        own_before_first_apply(ownership, live);
    ok = apply(ownership, write, live, config, &scale);
    if (ok) {
        ownership->managers = managed_from_scale(arena, &parent, &ownership->managers,
                                                 kube_api_version(write->kind, api_version));
        *out_next = cJSON_Duplicate(old, true);
        json_put_integer(*out_next, "spec/replicas", json_integer_or(scale, "spec/replicas", 0));
        managers_encode(&ownership->managers, *out_next, kube_kind_has(write->kind, KUBE_CUSTOM));
        cJSON_Delete(scale);
    }
    cJSON_Delete(live);
    return ok;
}

bool managed_apply(const Write *write, const cJSON *old, const cJSON *config, cJSON **out_next)
{
    bool is_scale = write->part == KUBE_SCALE_PART, ok;
    Ownership ownership;

    ownership_init(&ownership, write, true, old);
    ok = check_config(&ownership, write, config) &&
         (is_scale ? apply_scale : apply_object)(&ownership, write, old, config, out_next);
    ownership_release(&ownership);
    return ok;
}
