/*
 * fakes/kubernetes/owners/managed.c - ownership of fields after an update, a patch, a scaling; apply.c has server-side apply.
 */
#include "fakes/kubernetes/owners/managed.h"

#include <string.h>

#include "base/clock.h"
#include "fakes/kubernetes/object.h"
#include "fakes/kubernetes/scale.h"

/* ---- what a write cannot change --------------------------------------------------------------- */

/* Writes of /status leave the spec alone, and some kinds' labels; main writes leave the status alone. */
static const struct {
    const char *plural; /* NULL: every other kind with a status */
    const char *paths[4];
} STATUS_RESETS[] = {
    {"deployments",               {"spec", "metadata/labels"}                                       },
    {"pods",                      {"spec", "metadata/deletionTimestamp", "metadata/ownerReferences"}},
    {"customresourcedefinitions", {"spec", "metadata"}                                              },
    {NULL,                        {"spec"}                                                          },
};

static const FieldSet *reset_fields(Arena *arena, const Write *write)
{
    FieldSet *set = fieldset_new(arena);
    size_t row = 0;

    if (write->part == KUBE_SCALE_PART || !kube_kind_has(write->kind, KUBE_WITH_STATUS))
        return set;
    if (write->part == KUBE_MAIN) {
        fieldset_add(arena, set, "status");
        return set;
    }
    while (STATUS_RESETS[row].plural != NULL &&
           (strcmp(STATUS_RESETS[row].plural, write->kind->plural) != 0 ||
            kube_kind_has(write->kind, KUBE_CUSTOM)))
        row++;
    for (int i = 0; STATUS_RESETS[row].paths[i] != NULL; i++)
        fieldset_add(arena, set, STATUS_RESETS[row].paths[i]);
    return set;
}

/* What nobody owns, as a set: sorted. */
static const FieldSet UNOWNED_METADATA[] = {
    {{'f', "clusterName", 11},       true, NULL, (FieldSet *)&UNOWNED_METADATA[1]},
    {{'f', "creationTimestamp", 17}, true, NULL, (FieldSet *)&UNOWNED_METADATA[2]},
    {{'f', "generation", 10},        true, NULL, (FieldSet *)&UNOWNED_METADATA[3]},
    {{'f', "managedFields", 13},     true, NULL, (FieldSet *)&UNOWNED_METADATA[4]},
    {{'f', "name", 4},               true, NULL, (FieldSet *)&UNOWNED_METADATA[5]},
    {{'f', "namespace", 9},          true, NULL, (FieldSet *)&UNOWNED_METADATA[6]},
    {{'f', "resourceVersion", 15},   true, NULL, (FieldSet *)&UNOWNED_METADATA[7]},
    {{'f', "selfLink", 8},           true, NULL, (FieldSet *)&UNOWNED_METADATA[8]},
    {{'f', "uid", 3},                true, NULL, NULL                            },
};
static const FieldSet UNOWNED[] = {
    {{'f', "apiVersion", 10}, true, NULL,                         (FieldSet *)&UNOWNED[1]},
    {{'f', "kind", 4},        true, NULL,                         (FieldSet *)&UNOWNED[2]},
    {{'f', "metadata", 8},    true, (FieldSet *)UNOWNED_METADATA, NULL                   },
};

const FieldSet *ownership_strip(Ownership *ownership, const FieldSet *set)
{
    static const FieldSet ROOT = {.below = (FieldSet *)UNOWNED};

    return fieldset_difference(&ownership->arena, set, &ROOT);
}

TypedChanges ownership_filter(Ownership *ownership, const TypedChanges *changes)
{
    Arena *arena = &ownership->arena;

    return (TypedChanges){fieldset_without(arena, changes->added, ownership->reset),
                          fieldset_without(arena, changes->modified, ownership->reset),
                          fieldset_without(arena, changes->removed, ownership->reset)};
}

/* ---- ownership -------------------------------------------------------------------------------- */

const char *ownership_time(Ownership *ownership)
{
    char text[CLOCK_TEXT_MAX];

    return arena_text(&ownership->arena, clock_rfc3339(clock_wall_ms(), text));
}

void ownership_init(Ownership *ownership, const Write *write, bool is_applier, const cJSON *old)
{
    bool is_scale = write->part == KUBE_SCALE_PART;
    char api_version[64];

    memset(ownership, 0, sizeof *ownership);
    ownership->typed = is_scale ? typed_scale() : typed_kind(write->kind);
    ownership->reset = reset_fields(&ownership->arena, write);
    ownership->self =
        (Manager){write_manager(write),
                  is_applier,
                  is_scale
                      ? "autoscaling/v1"
                      : arena_text(&ownership->arena, kube_api_version(write->kind, api_version)),
                  write->subresource ? write->subresource : write_part_name(write->part),
                  "",
                  NULL,
                  NULL};
    if (!managers_decode(&ownership->arena, old, &ownership->managers))
        ownership->managers.first = NULL;
}

void ownership_release(Ownership *ownership)
{
    arena_release(&ownership->arena);
}

void ownership_update(Ownership *ownership, const TypedChanges *all_changes)
{
    Arena *arena = &ownership->arena;
    TypedChanges changes = ownership_filter(ownership, all_changes);
    const FieldSet *taken = fieldset_union(arena, changes.added, changes.modified);
    const FieldSet *lost = fieldset_union(arena, taken, changes.removed);
    Manager self = ownership->self, *previous;

    for (Manager *entry = ownership->managers.first, *next; entry != NULL; entry = next) {
        Manager rest = *entry;

        next = entry->next;
        rest.fields = fieldset_difference(arena, entry->fields, lost);
        managers_put(arena, &ownership->managers, &rest);
    }
    self.fields = ownership_strip(ownership, taken);
    if (*self.name == 0 || fieldset_is_empty(self.fields))
        return;
    previous = managers_find(&ownership->managers, &self);
    if (previous != NULL)
        self.fields = fieldset_union(arena, previous->fields, self.fields);
    self.time = ownership_time(ownership);
    managers_put(arena, &ownership->managers, &self);
    managers_cap(arena, &ownership->managers);
}

/* ---- the Scale of a workload ------------------------------------------------------------------ */

static FieldSet *replicas(Arena *arena)
{
    FieldSet *set = fieldset_new(arena);

    fieldset_add(arena, set, "spec/replicas");
    return set;
}

static bool has_replicas(Arena *arena, const Manager *entry)
{
    return !fieldset_is_empty(fieldset_intersection(arena, entry->fields, replicas(arena)));
}

Managers managed_to_scale(Arena *arena, const Managers *parent)
{
    Managers scale = {NULL};

    for (const Manager *entry = parent->first; entry != NULL; entry = entry->next)
        if (has_replicas(arena, entry)) {
            Manager view = *entry;

            view.api_version = "autoscaling/v1";
            view.fields = replicas(arena);
            managers_put(arena, &scale, &view);
        }
    return scale;
}

void managed_show_scale(const cJSON *workload, cJSON *scale)
{
    Arena arena = {0};
    Managers parent;

    if (managers_decode(&arena, workload, &parent)) {
        Managers view = managed_to_scale(&arena, &parent);

        managers_encode(&view, scale, false);
    }
    arena_release(&arena);
}

static void prepend(Arena *arena, Managers *managers, const Manager *entry)
{
    Manager *copy = ARENA_NEW(arena, Manager);

    *copy = *entry;
    copy->next = managers->first;
    managers->first = copy;
}

/*
 * An updater is another manager in another version, so that none that owned replicas is found again in scale: they lose it,
 * and who owns it in scale gets an entry of its own, without a time.
 */
Managers managed_from_scale(Arena *arena, const Managers *parent, const Managers *scale,
                            const char *api_version)
{
    Managers merged = {NULL};

    for (const Manager *entry = parent->first; entry != NULL; entry = entry->next) {
        Manager kept = *entry;

        if (has_replicas(arena, entry) && managers_find(scale, entry) == NULL)
            kept.fields = fieldset_difference(arena, entry->fields, replicas(arena));
        if (!fieldset_is_empty(kept.fields))
            prepend(arena, &merged, &kept);
    }
    for (const Manager *entry = scale->first; entry != NULL; entry = entry->next) {
        const Manager *before = managers_find(parent, entry);
        Manager fresh = *entry;

        if (before != NULL && has_replicas(arena, before))
            continue;
        fresh.api_version = api_version;
        fresh.time = before ? before->time : "";
        prepend(arena, &merged, &fresh);
    }
    return merged;
}

static void update_scale(Ownership *ownership, const Write *write, const cJSON *old, cJSON *next)
{
    Arena *arena = &ownership->arena;
    Managers parent = ownership->managers;
    cJSON *before = scale_of(old), *after = scale_of(next);
    TypedChanges changes = typed_compare(arena, &ownership->typed, before, after, false);
    char api_version[64];

    ownership->managers = managed_to_scale(arena, &parent);
    if (ownership->managers.first != NULL)
        ownership_update(ownership, &changes);
    ownership->managers = managed_from_scale(arena, &parent, &ownership->managers,
                                             kube_api_version(write->kind, api_version));
    managers_encode(&ownership->managers, next, kube_kind_has(write->kind, KUBE_CUSTOM));
    cJSON_Delete(before);
    cJSON_Delete(after);
}

/* ---- updates ---------------------------------------------------------------------------------- */

/* [{}] */
static bool is_reset(const cJSON *node)
{
    return node->child != NULL && node->child->next == NULL && cJSON_IsObject(node->child) &&
           node->child->child == NULL;
}

void managed_prepare(cJSON *next)
{
    cJSON *node = managers_node(next);

    if (cJSON_IsArray(node) && node->child == NULL)
        cJSON_AddItemToArray(node, cJSON_CreateObject());
}

static void set_node(cJSON *next, cJSON *node)
{
    cJSON_DeleteItemFromObjectCaseSensitive(kube_metadata(next), "managedFields");
    if (node != NULL)
        cJSON_AddItemToObject(kube_metadata(next), "managedFields", node);
}

/* What next itself says of its managers counts, except through a subresource, if it can be read and says anything. */
static void heed_client(Ownership *ownership, const Write *write, const cJSON *next)
{
    const cJSON *node = managers_node(next);
    Managers said;

    if (!cJSON_IsArray(node) || write->part != KUBE_MAIN)
        return;
    if (is_reset(node))
        ownership->managers.first = NULL;
    else if (managers_decode(&ownership->arena, next, &said) && said.first != NULL)
        ownership->managers = said;
}

static bool is_nothing(const TypedChanges *changes)
{
    return fieldset_is_empty(changes->added) && fieldset_is_empty(changes->modified) &&
           fieldset_is_empty(changes->removed);
}

void managed_update(const Write *write, const cJSON *old, cJSON *next)
{
    const cJSON *node = managers_node(old);
    bool is_said = cJSON_IsArray(managers_node(next));
    Ownership ownership;
    TypedChanges changes;

    if (write->is_applied)
        return;
    if ((old == NULL && *write_manager(write) == 0 && !is_said) ||
        (old != NULL && node == NULL && !is_said)) {
        set_node(next, NULL);
        return;
    }
    ownership_init(&ownership, write, false, old);
    heed_client(&ownership, write, next);
    set_node(next, cJSON_Duplicate(node, true));
    if (write->part == KUBE_SCALE_PART) {
        update_scale(&ownership, write, old, next);
    } else {
        changes = typed_compare(&ownership.arena, &ownership.typed, old, next, false);
        if (ownership.managers.first != NULL || old == NULL)
            ownership_update(&ownership, &changes);
        if (is_said || !is_nothing(&changes))
            managers_encode(&ownership.managers, next, kube_kind_has(write->kind, KUBE_CUSTOM));
    }
    ownership_release(&ownership);
}

/* ---- nothing but times ------------------------------------------------------------------------ */

/* Past a time's text, which has no escapes: `"time":"2026-...Z"`. */
static const char *past_time(const char *text)
{
    static const char KEY[] = "\"time\":\"";

    if (*text != *KEY || strncmp(text, KEY, sizeof KEY - 1) != 0)
        return text;
    return text + sizeof KEY - 1 + strcspn(text + sizeof KEY - 1, "\"");
}

static bool differ_in_times_only(const char *a, const char *b)
{
    while (*a && *a == *b) {
        const char *past_a = past_time(a), *past_b = past_time(b);

        a = past_a + (past_a == a);
        b = past_b + (past_b == b);
    }
    return *a == *b;
}

bool managed_is_same(const cJSON *old, cJSON *next)
{
    const cJSON *before = managers_node(old);
    cJSON *after = managers_node(next);
    char *text;
    bool is_same;

    if (!cJSON_IsRaw(before) || !cJSON_IsRaw(after) ||
        !differ_in_times_only(before->valuestring, after->valuestring))
        return json_equal(old, next);
    text = after->valuestring;
    after->valuestring = before->valuestring;
    is_same = json_equal(old, next);
    after->valuestring = text;
    return is_same;
}
