/*
 * fakes/kubernetes/rules.c - decoding, defaults, and what moves the generation; validation is in validate.c.
 */
#include "fakes/kubernetes/rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fakes/kubernetes/object.h"

static bool is_kind(const KubeKind *kind, const char *plural)
{
    return strcmp(kind->plural, plural) == 0 && !kube_kind_has(kind, KUBE_CUSTOM);
}

/* ---- decoding --------------------------------------------------------------------------------- */

static const char *go_name(const cJSON *json)
{
    if (cJSON_IsNumber(json))
        return "number";
    if (cJSON_IsBool(json))
        return "bool";
    if (cJSON_IsArray(json))
        return "array";
    return cJSON_IsObject(json) ? "object" : "string";
}

static bool mistyped(char out_why[RULES_WHY_MAX], const cJSON *json, const char *field,
                     const char *type)
{
    snprintf(out_why, RULES_WHY_MAX, "json: cannot unmarshal %s into Go struct field %s of type %s",
             go_name(json), field, type);
    return false;
}

static bool decode_text_map(const cJSON *json, const char *key, const char *field, const char *type,
                            char out_why[RULES_WHY_MAX])
{
    const cJSON *map = cJSON_GetObjectItemCaseSensitive(json, key), *item;

    if (map == NULL || cJSON_IsNull(map))
        return true;
    if (!cJSON_IsObject(map))
        return mistyped(out_why, map, field, "map[string]string");
    cJSON_ArrayForEach(item, map) if (!cJSON_IsString(item) &&
                                      !cJSON_IsNull(item)) return mistyped(out_why, item, field,
                                                                           type);
    return true;
}

/* Where base64 stops being base64, as Go counts; -1: it does not. */
static int base64_broken_at(const char *text)
{
    static const char ALPHABET[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    int count = 0, padding = 0, i;

    for (i = 0; text[i]; i++) {
        if (text[i] == '\n' || text[i] == '\r')
            continue;
        if (text[i] == '=' && count % 4 >= 2 && padding < 2)
            padding++;
        else if (padding > 0 || strchr(ALPHABET, text[i]) == NULL)
            return i;
        count++;
    }
    return count % 4 == 0 ? -1 : i;
}

static bool decode_base64(const cJSON *json, char out_why[RULES_WHY_MAX])
{
    const cJSON *item;

    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(json, "data"))
    {
        int broken_at = cJSON_IsString(item) ? base64_broken_at(item->valuestring) : -1;

        if (broken_at >= 0) {
            snprintf(out_why, RULES_WHY_MAX, "illegal base64 data at input byte %d", broken_at);
            return false;
        }
    }
    return true;
}

bool rules_decode(const KubeKind *kind, const cJSON *json, char out_why[RULES_WHY_MAX])
{
    const cJSON *metadata = cJSON_GetObjectItemCaseSensitive(json, "metadata"), *replicas;
    char field[96];

    if (!decode_text_map(metadata, "labels", "ObjectMeta.labels", "string", out_why) ||
        !decode_text_map(metadata, "annotations", "ObjectMeta.annotations", "string", out_why))
        return false;
    if (is_kind(kind, "secrets"))
        return decode_text_map(json, "data", "Secret.data", "[]uint8", out_why) &&
               decode_text_map(json, "stringData", "Secret.stringData", "string", out_why) &&
               decode_base64(json, out_why);
    if (is_kind(kind, "configmaps"))
        return decode_text_map(json, "data", "ConfigMap.data", "string", out_why);
    replicas = kube_kind_has(kind, KUBE_WITH_SCALE) ? json_find(json, "spec/replicas") : NULL;
    snprintf(field, sizeof field, "%sSpec.spec.replicas", kind->kind);
    if (replicas != NULL && !cJSON_IsNumber(replicas) && !cJSON_IsNull(replicas))
        return mistyped(out_why, replicas, field, "int32");
    return true;
}

/* ---- the stored form -------------------------------------------------------------------------- */

static void drop_if_empty(cJSON *json, const char *key)
{
    cJSON *item = cJSON_GetObjectItemCaseSensitive(json, key);

    if (item != NULL && item->child == NULL && (item->type & (cJSON_Object | cJSON_Array)))
        cJSON_Delete(cJSON_DetachItemViaPointer(json, item));
}

static void drop_nulls(cJSON *json)
{
    for (cJSON *item = json ? json->child : NULL, *next; item != NULL; item = next) {
        next = item->next;
        if (cJSON_IsNull(item))
            cJSON_Delete(cJSON_DetachItemViaPointer(json, item));
    }
}

/* What a client may send and the server writes itself, or never. */
static const char *const DROPPED_METADATA[] = {"managedFields", "selfLink"};
static const char *const OPTIONAL_METADATA[] = {"labels", "annotations", "ownerReferences",
                                                "finalizers"};

static void normalize_metadata(cJSON *metadata)
{
    drop_nulls(metadata);
    if (json_integer_or(metadata, "generation", 1) == 0)
        cJSON_DeleteItemFromObjectCaseSensitive(metadata, "generation");
    for (size_t i = 0; i < sizeof DROPPED_METADATA / sizeof *DROPPED_METADATA; i++)
        cJSON_DeleteItemFromObjectCaseSensitive(metadata, DROPPED_METADATA[i]);
    for (size_t i = 0; i < sizeof OPTIONAL_METADATA / sizeof *OPTIONAL_METADATA; i++)
        drop_if_empty(metadata, OPTIONAL_METADATA[i]);
}

static void merge_string_data(cJSON *json)
{
    cJSON *plain = cJSON_DetachItemFromObjectCaseSensitive(json, "stringData"), *item;
    cJSON *data = cJSON_GetObjectItemCaseSensitive(json, "data");

    if (plain != NULL && data == NULL)
        data = cJSON_AddObjectToObject(json, "data");
    cJSON_ArrayForEach(item, plain)
    {
        const char *text = cJSON_IsString(item) ? item->valuestring : "";
        char *encoded = json_base64(text, strlen(text));

        cJSON_DeleteItemFromObjectCaseSensitive(data, item->string);
        cJSON_AddStringToObject(data, item->string, encoded);
        free(encoded);
    }
    cJSON_Delete(plain);
}

static void normalize_secret(cJSON *json)
{
    merge_string_data(json);
    drop_if_empty(json, "data");
    if (*json_string_or(json, "type", "") == 0)
        json_put_string(json, "type", "Opaque");
}

static void normalize_namespace(cJSON *json)
{
    const char *name = kube_metadata_text(json, "name");
    cJSON *metadata = kube_metadata(json), *labels, *finalizers;

    labels = cJSON_GetObjectItemCaseSensitive(metadata, "labels");
    if (labels == NULL)
        labels = cJSON_AddObjectToObject(metadata, "labels");
    if (cJSON_GetObjectItemCaseSensitive(labels, "kubernetes.io/metadata.name") == NULL)
        cJSON_AddStringToObject(labels, "kubernetes.io/metadata.name", name);
    if (json_find(json, "spec/finalizers") == NULL) {
        finalizers = cJSON_CreateArray();
        cJSON_AddItemToArray(finalizers, cJSON_CreateString("kubernetes"));
        json_put(json, "spec/finalizers", finalizers);
    }
    if (json_find(json, "status/phase") == NULL)
        json_put_string(json, "status/phase", "Active");
}

static void default_integer(cJSON *json, const char *path, int64_t value)
{
    if (!json_has(json, path))
        json_put_integer(json, path, value);
}

static void default_string(cJSON *json, const char *path, const char *value)
{
    if (!json_has(json, path))
        json_put_string(json, path, value);
}

static void normalize_service(cJSON *json)
{
    cJSON *port;

    default_string(json, "spec/type", "ClusterIP");
    default_string(json, "spec/sessionAffinity", "None");
    cJSON_ArrayForEach(port, json_find(json, "spec/ports"))
    {
        default_string(port, "protocol", "TCP");
        if (!json_has(port, "targetPort"))
            json_put_integer(port, "targetPort", json_integer_or(port, "port", 0));
    }
    if (!json_has(json, "status/loadBalancer"))
        json_put(json, "status/loadBalancer", cJSON_CreateObject());
}

static void normalize_workload(const KubeKind *kind, cJSON *json)
{
    cJSON *container;

    default_integer(json, "spec/replicas", 1);
    if (is_kind(kind, "deployments")) {
        default_string(json, "spec/strategy/type", "RollingUpdate");
        default_integer(json, "spec/revisionHistoryLimit", 10);
        default_integer(json, "spec/progressDeadlineSeconds", 600);
    }
    cJSON_ArrayForEach(container, json_find(json, "spec/template/spec/containers"))
    {
        cJSON *port;

        cJSON_ArrayForEach(port, cJSON_GetObjectItemCaseSensitive(container, "ports"))
            default_string(port, "protocol", "TCP");
    }
}

void rules_normalize(const KubeKind *kind, cJSON *json)
{
    normalize_metadata(kube_metadata(json));
    if (kube_kind_has(kind, KUBE_CUSTOM))
        return;
    drop_nulls(json);
    if (is_kind(kind, "secrets"))
        normalize_secret(json);
    else if (is_kind(kind, "configmaps"))
        drop_if_empty(json, "data");
    else if (is_kind(kind, "namespaces"))
        normalize_namespace(json);
    else if (is_kind(kind, "services"))
        normalize_service(json);
    else if (kube_kind_has(kind, KUBE_WITH_SCALE))
        normalize_workload(kind, json);
    drop_if_empty(json, "status");
    if (kube_kind_has(kind, KUBE_WITH_STATUS) &&
        cJSON_GetObjectItemCaseSensitive(json, "status") == NULL)
        cJSON_AddObjectToObject(json, "status");
}

/* ---- generation ------------------------------------------------------------------------------- */

static bool differs(const cJSON *a, const cJSON *b, const char *key)
{
    const cJSON *left = cJSON_GetObjectItemCaseSensitive(a, key);
    const cJSON *right = cJSON_GetObjectItemCaseSensitive(b, key);

    if (left == NULL || right == NULL)
        return left != right;
    return !json_equal(left, right);
}

/* Any key but metadata and status that a has and b has not, or has otherwise. */
static bool has_change(const cJSON *a, const cJSON *b)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, a) if (strcmp(item->string, "metadata") != 0 &&
                                    strcmp(item->string, "status") != 0 &&
                                    differs(a, b, item->string)) return true;
    return false;
}

bool rules_moves_generation(const KubeKind *kind, const cJSON *old, const cJSON *json)
{
    if (!kube_kind_has(kind, KUBE_WITH_GENERATION))
        return false;
    if (kube_kind_has(kind, KUBE_CUSTOM))
        return has_change(old, json) || has_change(json, old);
    if (is_kind(kind, "deployments") &&
        differs(json_find(old, "metadata"), json_find(json, "metadata"), "annotations"))
        return true;
    return differs(old, json, "spec");
}
