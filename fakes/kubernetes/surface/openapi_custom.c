/*
 * fakes/kubernetes/surface/openapi_custom.c - a definition's schema, made what OpenAPI says of the resource.
 */
#include "fakes/kubernetes/surface/openapi_custom.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define META "io.k8s.apimachinery.pkg.apis.meta.v1."

static cJSON *described_text(const char *about)
{
    cJSON *json = cJSON_CreateObject();

    cJSON_AddStringToObject(json, "description", about);
    cJSON_AddStringToObject(json, "type", "string");
    return json;
}

static cJSON *described_reference(OpenapiVersion version, const char *about, const char *name)
{
    cJSON *json = cJSON_CreateObject(), *reference = openapi_reference(version, name);

    cJSON_AddStringToObject(json, "description", about);
    if (version == OPENAPI_3)
        cJSON_AddItemToArray(cJSON_AddArrayToObject(json, "allOf"), reference);
    else {
        cJSON_AddItemToObject(json, "$ref", cJSON_DetachItemFromObject(reference, "$ref"));
        cJSON_Delete(reference);
    }
    return json;
}

static void put_property(cJSON *properties, const char *name, cJSON *schema)
{
    if (cJSON_HasObjectItem(properties, name))
        cJSON_ReplaceItemInObjectCaseSensitive(properties, name, schema);
    else
        cJSON_AddItemToObject(properties, name, schema);
}

static void put_common(OpenapiVersion version, cJSON *properties, const char *metadata)
{
    put_property(properties, "apiVersion",
                 described_text("Group and version of the form that it is written in."));
    put_property(properties, "kind", described_text("What the object is."));
    put_property(properties, "metadata",
                 described_reference(version,
                                     "What every object has: name, namespace, labels, annotations.",
                                     metadata));
}

static void add_kind(cJSON *json, const KubeKind *kind, const char *suffix)
{
    cJSON *list = cJSON_AddArrayToObject(json, "x-kubernetes-group-version-kind");
    char *name = memory_format("%s%s", kind->kind, suffix);

    cJSON_AddItemToArray(list, openapi_kind(kind->group, kind->version, name));
    free(name);
}

/* ---- what OpenAPI 2 cannot say ---------------------------------------------------------------- */

static void remove_all(cJSON *schema, const char *const *keys)
{
    for (; *keys != NULL; keys++)
        cJSON_DeleteItemFromObjectCaseSensitive(schema, *keys);
}

static void narrow(cJSON *schema);

static void narrow_below(cJSON *schema)
{
    static const char *const ONE[] = {"items", "additionalProperties"};
    cJSON *property;

    for (size_t i = 0; i < sizeof ONE / sizeof *ONE; i++)
        narrow(cJSON_GetObjectItemCaseSensitive(schema, ONE[i]));
    cJSON_ArrayForEach(property, cJSON_GetObjectItemCaseSensitive(schema, "properties"))
    {
        narrow(property);
    }
}

static bool is_true(const cJSON *schema, const char *key)
{
    return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(schema, key));
}

static void narrow(cJSON *schema)
{
    static const char *const CHOICES[] = {"oneOf",   "anyOf",    "allOf",
                                          "not",     "nullable", "x-kubernetes-validations",
                                          "default", NULL};
    static const char *const FORM[] = {"type", "items", "properties", NULL};
    static const char *const BELOW[] = {"items", "properties", NULL};
    static const char *const TYPE[] = {"type", NULL};

    if (!cJSON_IsObject(schema))
        return;
    if (is_true(schema, "nullable"))
        remove_all(schema, FORM);
    if (is_true(schema, "x-kubernetes-int-or-string"))
        remove_all(schema, TYPE);
    if (is_true(schema, "x-kubernetes-preserve-unknown-fields"))
        remove_all(schema, BELOW);
    remove_all(schema, CHOICES);
    narrow_below(schema);
}

/* ---- the schemas ------------------------------------------------------------------------------ */

static cJSON *open_schema(void)
{
    static const char *const PARTS[] = {"spec", "status"};
    cJSON *json = cJSON_CreateObject(), *properties, *part;

    cJSON_AddStringToObject(json, "type", "object");
    properties = cJSON_AddObjectToObject(json, "properties");
    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++) {
        part = cJSON_AddObjectToObject(properties, PARTS[i]);
        cJSON_AddStringToObject(part, "type", "object");
        cJSON_AddTrueToObject(part, "x-kubernetes-preserve-unknown-fields");
    }
    return json;
}

cJSON *openapi_custom(OpenapiVersion version, const KubeKind *kind, const cJSON *own)
{
    cJSON *json = own != NULL ? cJSON_Duplicate(own, true) : open_schema();
    bool is_open = is_true(json, "x-kubernetes-preserve-unknown-fields");

    if (version == OPENAPI_2)
        narrow(json);
    if (!cJSON_HasObjectItem(json, "properties") && !(is_open && version == OPENAPI_2))
        cJSON_AddObjectToObject(json, "properties");
    if (cJSON_HasObjectItem(json, "properties"))
        put_common(version, cJSON_GetObjectItemCaseSensitive(json, "properties"),
                   META "ObjectMeta");
    add_kind(json, kind, "");
    return json;
}

cJSON *openapi_custom_list(OpenapiVersion version, const KubeKind *kind)
{
    cJSON *json = cJSON_CreateObject(), *properties, *items;
    char *name = openapi_kind_name(kind, ""), *about;

    about = memory_format("A list of objects of kind %s.", kind->kind);
    cJSON_AddStringToObject(json, "description", about);
    cJSON_AddStringToObject(json, "type", "object");
    cJSON_AddItemToArray(cJSON_AddArrayToObject(json, "required"), cJSON_CreateString("items"));
    properties = cJSON_AddObjectToObject(json, "properties");
    items = cJSON_AddObjectToObject(properties, "items");
    cJSON_AddStringToObject(items, "type", "array");
    cJSON_AddItemToObject(items, "items", openapi_reference(version, name));
    put_common(version, properties, META "ListMeta");
    add_kind(json, kind, "List");
    free(about);
    free(name);
    return json;
}
