/*
 * fakes/kubernetes/object.c - counted states of objects and their printed form.
 */
#include "fakes/kubernetes/object.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/kubernetes/print.h"

KubeObject *kube_object_new(const KubeKind *kind, cJSON *json, int64_t resource_version)
{
    KubeObject *object = MEMORY_NEW(KubeObject);

    object->references = 1;
    object->kind = kind;
    object->json = json;
    object->ns = kube_kind_has(kind, KUBE_NAMESPACED) ? kube_metadata_text(json, "namespace") : "";
    object->name = kube_metadata_text(json, "name");
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

const cJSON *kube_object_json(const KubeObject *object)
{
    return object->json;
}

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

const char *kube_object_text_as(KubeObject *object, const KubeKind *kind, Buffer *scratch,
                                size_t *out_length)
{
    const char *text = kube_object_text(object, out_length), *rest;
    char api_version[64];

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
        skip = strlen("{\"kind\":\"\",\"apiVersion\":\"\",") + strlen(object->kind->kind) +
               strlen(kube_api_version(object->kind, api_version));
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
