/*
 * fakes/kubernetes/object.c - counted states of objects and their printed form.
 */
#include "fakes/kubernetes/object.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/kubernetes/form/convert.h"
#include "fakes/kubernetes/print.h"

/* Namespace and name stand behind the struct, since the tree that they come from may go. */
KubeObject *kube_object_new(const KubeKind *kind, cJSON *json, int64_t resource_version)
{
    const char *ns =
        kube_kind_has(kind, KUBE_NAMESPACED) ? kube_metadata_text(json, "namespace") : "";
    const char *name = kube_metadata_text(json, "name");
    size_t ns_size = strlen(ns) + 1, name_size = strlen(name) + 1;
    KubeObject *object = memory_new(1, sizeof *object + ns_size + name_size);
    char *behind = (char *)(object + 1);

    object->references = 1;
    object->kind = kind;
    object->json = json;
    object->ns = memcpy(behind, ns, ns_size);
    object->name = memcpy(behind + ns_size, name, name_size);
    object->resource_version = resource_version;
    return object;
}

KubeObject *kube_object_keep(KubeObject *object)
{
    object->references++;
    return object;
}

void kube_object_drop(KubeObject *object)
{
    if (object == NULL)
        return;
    assert(object->references > 0);
    if (--object->references > 0)
        return;
    cJSON_Delete(object->json);
    free(object->text);
    free(object);
}

/* ---- resting ---------------------------------------------------------------------------------- */

/* metadata.managedFields is one raw node (managers.h): its text is where that name first has a list. */
static void restore_managers(const char *text, cJSON *json)
{
    static const char KEY[] = "\"managedFields\":[";
    cJSON *parsed = json_find(json, "metadata/managedFields"), *raw;
    const char *start, *end;
    char *copy;

    if (!cJSON_IsArray(parsed))
        return;
    start = strstr(text, KEY) + strlen(KEY) - 1;
    cJSON_Delete(cJSON_ParseWithOpts(start, &end, false));
    copy = memory_text_of(start, (size_t)(end - start));
    raw = cJSON_CreateRaw(copy);
    free(copy);
    cJSON_ReplaceItemInObjectCaseSensitive(kube_metadata(json), "managedFields", raw);
}

static void note_awake(KubeAwake *awake, KubeObject *object)
{
    MEMORY_GROW(awake->items, awake->count, awake->capacity);
    awake->items[awake->count++] = kube_object_keep(object);
}

static void wake(KubeObject *object)
{
    object->json = cJSON_ParseWithLength(object->text, object->text_length);
    assert(object->json != NULL && "what we printed can be read");
    restore_managers(object->text, object->json);
    note_awake(object->awake, object);
}

static void rest(KubeObject *object)
{
    size_t length;

    kube_object_text(object, &length);
    object->text = memory_resize(object->text, length + 1, 1);
    cJSON_Delete(object->json);
    object->json = NULL;
}

void kube_object_may_rest(KubeObject *object, KubeAwake *awake)
{
    if (object->awake != NULL)
        return;
    object->awake = awake;
    note_awake(awake, object);
}

void kube_awake_trim(KubeAwake *awake, int count_max)
{
    int surplus = awake->count - count_max;

    if (surplus <= 0)
        return;
    for (int i = 0; i < surplus; i++) {
        if (awake->items[i]->references > 1)
            rest(awake->items[i]);
        kube_object_drop(awake->items[i]);
    }
    awake->count = count_max;
    memmove(awake->items, awake->items + surplus, count_max * sizeof *awake->items);
}

void kube_awake_release(KubeAwake *awake)
{
    for (int i = 0; i < awake->count; i++)
        kube_object_drop(awake->items[i]);
    free(awake->items);
    *awake = (KubeAwake){0};
}

/* A tree that comes back is no change that anybody can see, so a borrowed object may do it. */
const cJSON *kube_object_json(const KubeObject *object)
{
    if (object->json == NULL)
        wake((KubeObject *)object);
    return object->json;
}

/* ---- text ------------------------------------------------------------------------------------- */

const char *kube_object_text(KubeObject *object, size_t *out_length)
{
    if (object->text == NULL) {
        Buffer buffer = {0};

        kube_print_object(&buffer, object->kind, object->json);
        object->text_length = buffer.length;
        object->text = buffer_take(&buffer);
    }
    *out_length = object->text_length;
    return object->text;
}

/* A custom resource prints its keys in order, apiVersion first. */
static const char API_VERSION[] = "{\"apiVersion\":\"";

static const char *converted_text(const KubeObject *object, const KubeKind *kind, Buffer *scratch,
                                  size_t *out_length)
{
    cJSON *json = cJSON_Duplicate(kube_object_json(object), true);

    convert_from_kept(kind, json);
    buffer_clear(scratch);
    kube_print_object(scratch, kind, json);
    cJSON_Delete(json);
    *out_length = scratch->length;
    return scratch->data;
}

const char *kube_object_text_as(KubeObject *object, const KubeKind *kind, Buffer *scratch,
                                size_t *out_length)
{
    const char *text, *rest;
    char api_version[64];

    if (kube_kind_has(kind, KUBE_CONVERTED))
        return converted_text(object, kind, scratch, out_length);
    text = kube_object_text(object, out_length);
    if (kind == object->kind || !kube_kind_has(kind, KUBE_CUSTOM) ||
        strcmp(kind->version, object->kind->version) == 0 ||
        strncmp(text, API_VERSION, strlen(API_VERSION)) != 0)
        return text;
    rest = strchr(text + strlen(API_VERSION), '"');
    buffer_clear(scratch);
    buffer_add_text(scratch, API_VERSION);
    buffer_add_text(scratch, kube_api_version(kind, api_version));
    buffer_add(scratch, rest, *out_length - (size_t)(rest - text));
    *out_length = scratch->length;
    return scratch->data;
}

const char *kube_object_item_text(KubeObject *object, const KubeKind *kind, Buffer *scratch,
                                  size_t *out_length)
{
    size_t length, skip = 1;
    const char *text = kube_object_text_as(object, kind, scratch, &length);
    char api_version[64];

    if (!kube_kind_has(object->kind, KUBE_CUSTOM))
        skip = strlen("{\"kind\":\"\",\"apiVersion\":\"\",") + strlen(kind->kind) +
               strlen(kube_api_version(kind, api_version));
    *out_length = length - skip;
    return text + skip;
}

cJSON *kube_metadata(cJSON *json)
{
    cJSON *metadata = cJSON_GetObjectItemCaseSensitive(json, "metadata");

    if (cJSON_IsObject(metadata))
        return metadata;
    cJSON_DeleteItemFromObjectCaseSensitive(json, "metadata");
    metadata = cJSON_CreateObject();
    cJSON_AddItemToObject(json, "metadata", metadata);
    return metadata;
}

const char *kube_metadata_text(const cJSON *json, const char *key)
{
    const cJSON *metadata = cJSON_GetObjectItemCaseSensitive(json, "metadata");
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(metadata, key);

    return cJSON_IsString(item) ? item->valuestring : "";
}
