/*
 * fakes/kubernetes/owners/managers.c - metadata.managedFields, from text and back.
 */
#include "fakes/kubernetes/owners/managers.h"

#include <string.h>

#include "fakes/kubernetes/object.h"
#include "fakes/kubernetes/print.h"
#include "fakes/kubernetes/owners/scan.h"

enum { UPDATERS_MAX = 10 };

/* ---- the list --------------------------------------------------------------------------------- */

bool manager_is(const Manager *a, const Manager *b)
{
    return a->is_applier == b->is_applier && strcmp(a->name, b->name) == 0 &&
           strcmp(a->subresource, b->subresource) == 0 &&
           (a->is_applier || strcmp(a->api_version, b->api_version) == 0);
}

static Manager **place_of(Managers *managers, const Manager *like)
{
    Manager **place = &managers->first;

    while (*place != NULL && !manager_is(*place, like))
        place = &(*place)->next;
    return place;
}

Manager *managers_find(const Managers *managers, const Manager *like)
{
    return *place_of((Managers *)managers, like);
}

void managers_put(Arena *arena, Managers *managers, const Manager *entry)
{
    Manager **place = place_of(managers, entry), *rest = *place ? (*place)->next : NULL;

    if (fieldset_is_empty(entry->fields)) {
        *place = rest;
        return;
    }
    *place = ARENA_NEW(arena, Manager);
    **place = *entry;
    (*place)->next = rest;
}

/* ---- from text -------------------------------------------------------------------------------- */

typedef struct {
    Arena *arena;
    Manager manager;
    const char *operation, *fields_type;
} Entry;

static bool read_text(Entry *entry, Scan *scan, const char *key, size_t length)
{
    const struct {
        const char *key;
        const char **place;
    } TEXTS[] = {
        {"manager",     &entry->manager.name       },
        {"operation",   &entry->operation          },
        {"apiVersion",  &entry->manager.api_version},
        {"time",        &entry->manager.time       },
        {"fieldsType",  &entry->fields_type        },
        {"subresource", &entry->manager.subresource},
    };
    const char *text;

    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
        if (strlen(TEXTS[i].key) == length && memcmp(TEXTS[i].key, key, length) == 0) {
            if (!scan_string(scan, entry->arena, &text, &length))
                return scan_value(scan, &text, &length); /* null */
            *TEXTS[i].place = arena_text_of(entry->arena, text, length);
            return true;
        }
    return scan_value(scan, &text, &length);
}

static bool read_member(Entry *entry, Scan *scan)
{
    const char *key, *value;
    size_t length;
    FieldSet *fields;

    if (!scan_string(scan, entry->arena, &key, &length) || !scan_take(scan, ':'))
        return false;
    if (length != strlen("fieldsV1") || memcmp(key, "fieldsV1", length) != 0)
        return read_text(entry, scan, key, length);
    if (!scan_value(scan, &value, &length))
        return false;
    if (*value == 'n') /* null */
        return true;
    if (!fieldset_decode(entry->arena, value, length, &fields))
        return false;
    entry->manager.fields = fields;
    return true;
}

static bool read_entry(Arena *arena, Scan *scan, Managers *managers)
{
    Entry entry = {
        arena, {"", false, "", "", "", fieldset_new(arena), NULL},
         "", ""
    };

    if (!scan_take(scan, '{'))
        return false;
    while (!scan_take(scan, '}')) {
        if (!read_member(&entry, scan))
            return false;
        scan_take(scan, ',');
    }
    entry.manager.is_applier = strcmp(entry.operation, "Apply") == 0;
    if ((!entry.manager.is_applier && strcmp(entry.operation, "Update") != 0) ||
        *entry.manager.api_version == 0 || strcmp(entry.fields_type, "FieldsV1") != 0)
        return false;
    managers_put(arena, managers, &entry.manager);
    return true;
}

static bool read_entries(Arena *arena, const char *text, size_t length, Managers *managers)
{
    Scan scan = {text, text + length};

    if (!scan_take(&scan, '['))
        return false;
    while (!scan_take(&scan, ']')) {
        if (!read_entry(arena, &scan, managers))
            return false;
        scan_take(&scan, ',');
    }
    return true;
}

cJSON *managers_node(const cJSON *json)
{
    return cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(json, "metadata"),
                                            "managedFields");
}

bool managers_decode(Arena *arena, const cJSON *json, Managers *out_managers)
{
    const cJSON *node = managers_node(json);
    Buffer printed = {0};
    const char *text;

    *out_managers = (Managers){NULL};
    if (node == NULL || cJSON_IsNull(node))
        return true;
    if (cJSON_IsRaw(node))
        return read_entries(arena, node->valuestring, strlen(node->valuestring), out_managers);
    kube_print(&printed, node);
    text = arena_text_of(arena, printed.data, printed.length);
    buffer_release(&printed);
    return read_entries(arena, text, strlen(text), out_managers);
}

void managers_expand(cJSON *json)
{
    cJSON *node = managers_node(json), *array;

    if (!cJSON_IsRaw(node))
        return;
    array = cJSON_Parse(node->valuestring);
    cJSON_ReplaceItemInObjectCaseSensitive(kube_metadata(json), "managedFields", array);
}

/* ---- and back --------------------------------------------------------------------------------- */

static int compare(const Manager *a, const Manager *b)
{
    int order;

    if (a->is_applier != b->is_applier)
        return a->is_applier ? -1 : 1;
    if ((order = strcmp(a->time, b->time)) != 0)
        return order;
    if ((order = strcmp(a->name, b->name)) != 0)
        return order;
    if ((order = strcmp(a->api_version, b->api_version)) != 0)
        return order;
    return strcmp(a->subresource, b->subresource);
}

static void sort(Managers *managers)
{
    Manager *sorted = NULL, *entry = managers->first, *next;

    for (; entry != NULL; entry = next) {
        Manager **place = &sorted;

        next = entry->next;
        while (*place != NULL && compare(*place, entry) <= 0)
            place = &(*place)->next;
        entry->next = *place;
        *place = entry;
    }
    managers->first = sorted;
}

static void add_text(Buffer *buffer, const char *key, const char *text)
{
    if (*text == 0)
        return;
    buffer_add_text(buffer, buffer->data[buffer->length - 1] == '{' ? "\"" : ",\"");
    buffer_add_text(buffer, key);
    buffer_add_text(buffer, "\":\"");
    kube_print_escaped(buffer, text, strlen(text));
    buffer_add(buffer, "\"", 1);
}

static void add_fields(Buffer *buffer, const Manager *entry)
{
    add_text(buffer, "fieldsType", "FieldsV1");
    buffer_add_text(buffer, ",\"fieldsV1\":");
    fieldset_encode(buffer, entry->fields);
}

static void encode_entry(Buffer *buffer, const Manager *entry, bool is_sorted)
{
    const char *operation = entry->is_applier ? "Apply" : "Update";

    buffer_add(buffer, "{", 1);
    if (is_sorted) {
        add_text(buffer, "apiVersion", entry->api_version);
        add_fields(buffer, entry);
    }
    add_text(buffer, "manager", entry->name);
    add_text(buffer, "operation", operation);
    if (is_sorted) {
        add_text(buffer, "subresource", entry->subresource);
        add_text(buffer, "time", entry->time);
    } else {
        add_text(buffer, "apiVersion", entry->api_version);
        add_text(buffer, "time", entry->time);
        add_fields(buffer, entry);
        add_text(buffer, "subresource", entry->subresource);
    }
    buffer_add(buffer, "}", 1);
}

void managers_encode(Managers *managers, cJSON *json, bool is_sorted)
{
    cJSON *metadata = kube_metadata(json);
    Buffer buffer = {0};

    cJSON_DeleteItemFromObjectCaseSensitive(metadata, "managedFields");
    if (managers->first == NULL)
        return;
    sort(managers);
    buffer_add(&buffer, "[", 1);
    for (const Manager *entry = managers->first; entry != NULL; entry = entry->next) {
        if (entry != managers->first)
            buffer_add(&buffer, ",", 1);
        encode_entry(&buffer, entry, is_sorted);
    }
    buffer_add(&buffer, "]", 1);
    cJSON_AddItemToObject(metadata, "managedFields", cJSON_CreateRaw(buffer.data));
    buffer_release(&buffer);
}

/* ---- not too many ----------------------------------------------------------------------------- */

static int count_updaters(const Managers *managers)
{
    int count = 0;

    for (const Manager *entry = managers->first; entry != NULL; entry = entry->next)
        count += !entry->is_applier;
    return count;
}

/* The oldest updater of that version but `except`. */
static Manager *oldest_updater(const Managers *managers, const char *api_version,
                               const Manager *except)
{
    Manager *oldest = NULL;

    for (Manager *entry = managers->first; entry != NULL; entry = entry->next)
        if (entry != except && !entry->is_applier &&
            (api_version == NULL || strcmp(entry->api_version, api_version) == 0) &&
            (oldest == NULL || compare(entry, oldest) < 0))
            oldest = entry;
    return oldest;
}

void managers_cap(Arena *arena, Managers *managers)
{
    static const FieldSet NONE = {.is_member = false};

    while (count_updaters(managers) > UPDATERS_MAX) {
        Manager *first = oldest_updater(managers, NULL, NULL);
        Manager *second = oldest_updater(managers, first->api_version, first);
        Manager bucket = {"ancient-changes", false, first->api_version, "", "", NULL, NULL};
        Manager gone;

        if (second == NULL)
            return;
        bucket.time = second->time;
        bucket.fields = fieldset_union(arena, first->fields, second->fields);
        gone = *first;
        gone.fields = &NONE;
        managers_put(arena, managers, &gone);
        gone = *second;
        gone.fields = &NONE;
        managers_put(arena, managers, &gone);
        managers_put(arena, managers, &bucket);
    }
}
