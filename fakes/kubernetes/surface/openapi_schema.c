/*
 * fakes/kubernetes/surface/openapi_schema.c - from the tables of types to schemas.
 *
 * A schema that is referred to is put on the list with nothing in it yet; openapi_schemas_take fills in what the list still
 * lacks, which may add to the list, until nothing is missing. So types may refer to each other in circles.
 */
#include "fakes/kubernetes/surface/openapi_schema.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "fakes/kubernetes/surface/openapi_custom.h"

typedef struct {
    char *name;
    const KubeType *type; /* what it is made of, as long as it is not made */
    cJSON *schema;
} Entry;

enum { KINDS_MAX = 512 };

struct OpenapiSchemas {
    OpenapiVersion version;
    struct {
        const KubeType *type;
        const char *api_version;
    } kinds[KINDS_MAX]; /* every built-in one */
    int kind_count;
    Entry *entries; /* sorted by name */
    int count, capacity;
};

OpenapiSchemas *openapi_schemas_new(OpenapiVersion version)
{
    OpenapiSchemas *schemas = MEMORY_NEW(OpenapiSchemas);
    const KubeType *type;
    const char *api_version;

    schemas->version = version;
    while ((type = kube_type_at(schemas->kind_count, &api_version)) != NULL) {
        assert(schemas->kind_count < KINDS_MAX);
        schemas->kinds[schemas->kind_count].type = type;
        schemas->kinds[schemas->kind_count++].api_version = api_version;
    }
    return schemas;
}

/* ---- names ------------------------------------------------------------------------------------ */

char *openapi_type_name(const KubeType *type)
{
    return memory_format("%s.%s", type->package, type->name);
}

/* "install.tetrate.io" is "io.tetrate.install". */
static void add_reversed(Buffer *name, const char *group)
{
    const char *dot = strchr(group, '.');

    if (dot != NULL) {
        add_reversed(name, dot + 1);
        buffer_add(name, ".", 1);
    }
    buffer_add(name, group, dot != NULL ? (size_t)(dot - group) : strlen(group));
}

char *openapi_kind_name(const KubeKind *kind, const char *suffix)
{
    const KubeType *type = kube_kind_has(kind, KUBE_CUSTOM) ? NULL : kube_kind_type(kind);
    Buffer name = {0};

    if (type != NULL)
        return memory_format("%s.%s%s", type->package, type->name, suffix);
    add_reversed(&name, kind->group);
    buffer_format(&name, ".%s.%s%s", kind->version, kind->kind, suffix);
    return buffer_take(&name);
}

cJSON *openapi_reference(OpenapiVersion version, const char *name)
{
    cJSON *json = cJSON_CreateObject();
    char *path =
        memory_format(version == OPENAPI_2 ? "#/definitions/%s" : "#/components/schemas/%s", name);

    cJSON_AddStringToObject(json, "$ref", path);
    free(path);
    return json;
}

cJSON *openapi_kind(const char *group, const char *version, const char *kind)
{
    cJSON *json = cJSON_CreateObject();

    cJSON_AddStringToObject(json, "group", group);
    cJSON_AddStringToObject(json, "kind", kind);
    cJSON_AddStringToObject(json, "version", version);
    return json;
}

/* ---- the list --------------------------------------------------------------------------------- */

/* Where name is, or would be. */
static int place_of(const OpenapiSchemas *schemas, const char *name, bool *out_found)
{
    int low = 0, high = schemas->count;

    while (low < high) {
        int middle = (low + high) / 2, order = strcmp(schemas->entries[middle].name, name);

        if (order == 0) {
            *out_found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *out_found = false;
    return low;
}

/* Makes room for name (owned from now on) if it is new; its schema is made from type, or is there already. */
static void put(OpenapiSchemas *schemas, char *name, const KubeType *type, cJSON *schema)
{
    bool is_there;
    int at = place_of(schemas, name, &is_there);

    if (is_there) {
        free(name);
        cJSON_Delete(schema);
        return;
    }
    MEMORY_GROW(schemas->entries, schemas->count, schemas->capacity);
    memmove(&schemas->entries[at + 1], &schemas->entries[at],
            (size_t)(schemas->count++ - at) * sizeof *schemas->entries);
    schemas->entries[at] = (Entry){name, type, schema};
}

/* A reference to a type that has a name; from now on it is on the list. */
static cJSON *refer(OpenapiSchemas *schemas, const KubeType *type)
{
    char *name = openapi_type_name(type);
    cJSON *reference = openapi_reference(schemas->version, name);

    put(schemas, name, type, NULL);
    return reference;
}

/* ---- values without a name -------------------------------------------------------------------- */

static const struct {
    const char *type, *format, *zero;
} SHAPES[] = {
    [KUBE_ANY] = {"object",  NULL,            NULL   },
    [KUBE_STRING] = {"string",  NULL,            "\"\"" },
    [KUBE_INT32] = {"integer", "int32",         "0"    },
    [KUBE_INT64] = {"integer", "int64",         "0"    },
    [KUBE_NUMBER] = {"number",  "double",        "0"    },
    [KUBE_BOOL] = {"boolean", NULL,            "false"},
    [KUBE_BYTES] = {"string",  "byte",          NULL   },
    [KUBE_TIME] = {"string",  "date-time",     NULL   },
    [KUBE_MICRO_TIME] = {"string",  "date-time",     NULL   },
    [KUBE_DURATION] = {"string",  NULL,            NULL   },
    [KUBE_QUANTITY] = {"string",  NULL,            NULL   },
    [KUBE_INT_OR_STRING] = {"string",  "int-or-string", NULL   },
    [KUBE_OBJECT] = {"object",  NULL,            NULL   },
    [KUBE_LIST] = {"array",   NULL,            NULL   },
    [KUBE_MAP] = {"object",  NULL,            NULL   },
};

static void fill(OpenapiSchemas *schemas, cJSON *json, const KubeType *type);

/* What OpenAPI 3 can say and 2 cannot. */
static bool fill_choice(cJSON *json, const KubeType *type)
{
    static const char *const QUANTITY[] = {"string", "number"}, *const EITHER[] = {"integer",
                                                                                   "string"};
    const char *const *choices = type->shape == KUBE_QUANTITY ? QUANTITY : EITHER;
    cJSON *list, *choice;

    if (type->shape != KUBE_QUANTITY && type->shape != KUBE_INT_OR_STRING)
        return false;
    if (type->shape == KUBE_INT_OR_STRING)
        cJSON_AddStringToObject(json, "format", "int-or-string");
    list = cJSON_AddArrayToObject(json, "oneOf");
    for (int i = 0; i < 2; i++) {
        cJSON_AddItemToArray(list, choice = cJSON_CreateObject());
        cJSON_AddStringToObject(choice, "type", choices[i]);
    }
    return true;
}

/* A struct that Go embeds by value has the default {}, a plain value its zero; pointers and what may be absent none. */
static void add_default(const OpenapiSchemas *schemas, cJSON *json, const KubeType *type,
                        bool is_pointer, bool may_be_absent)
{
    const char *zero = SHAPES[type->shape].zero;

    if (schemas->version == OPENAPI_2 || is_pointer)
        return;
    if (type->shape == KUBE_OBJECT && type->name != NULL)
        cJSON_AddObjectToObject(json, "default");
    else if (zero != NULL && !may_be_absent)
        cJSON_AddRawToObject(json, "default", zero);
}

/* In OpenAPI 3 nothing may stand beside a reference. */
static void fill_reference(OpenapiSchemas *schemas, cJSON *json, const KubeType *type)
{
    cJSON *reference = refer(schemas, type);

    if (schemas->version == OPENAPI_3 && json->child != NULL)
        cJSON_AddItemToArray(cJSON_AddArrayToObject(json, "allOf"), reference);
    else {
        cJSON_AddItemToObject(json, "$ref", cJSON_DetachItemFromObject(reference, "$ref"));
        cJSON_Delete(reference);
    }
}

static void fill_use(OpenapiSchemas *schemas, cJSON *json, const KubeType *type)
{
    if (type->name != NULL && type->package != NULL)
        fill_reference(schemas, json, type);
    else
        fill(schemas, json, type);
}

/* Of a list or map: each value is there, so a plain one has its zero as default. */
static cJSON *element_schema(OpenapiSchemas *schemas, const KubeType *type)
{
    cJSON *json = cJSON_CreateObject();

    if (type->name != NULL) {
        add_default(schemas, json, type, false, false);
        fill_use(schemas, json, type);
    } else {
        fill(schemas, json, type);
        add_default(schemas, json, type, false, false);
    }
    return json;
}

static void add_keys(cJSON *json, const KubeType *type)
{
    cJSON *keys = cJSON_AddArrayToObject(json, "x-kubernetes-list-map-keys");

    for (int i = 0; i < KUBE_KEYS_MAX && type->keys[i] != NULL; i++)
        cJSON_AddItemToArray(keys, cJSON_CreateString(type->keys[i]));
}

static void add_unit(cJSON *json, const KubeType *type)
{
    static const char *const LISTS[] =
        {[KUBE_ATOMIC] = "atomic", [KUBE_SET] = "set", [KUBE_KEYED] = "map"};

    if (type->shape == KUBE_LIST && type->unit != KUBE_GRANULAR) {
        if (type->unit == KUBE_KEYED)
            add_keys(json, type);
        cJSON_AddStringToObject(json, "x-kubernetes-list-type", LISTS[type->unit]);
    } else if ((type->shape == KUBE_OBJECT || type->shape == KUBE_MAP) && type->unit == KUBE_ATOMIC)
        cJSON_AddStringToObject(json, "x-kubernetes-map-type", "atomic");
}

/* ---- objects ---------------------------------------------------------------------------------- */

static void add_patch_words(cJSON *json, const KubeField *field)
{
    const char *key = field->type->shape == KUBE_LIST ? field->type->patch_key : NULL;
    const char *strategy = field->is_replaced ? "replace"
                           : key != NULL      ? field->retains_keys ? "merge,retainKeys" : "merge"
                           : field->retains_keys ? "retainKeys"
                                                 : NULL;

    if (key != NULL && *key)
        cJSON_AddStringToObject(json, "x-kubernetes-patch-merge-key", key);
    if (strategy != NULL)
        cJSON_AddStringToObject(json, "x-kubernetes-patch-strategy", strategy);
}

static cJSON *field_schema(OpenapiSchemas *schemas, const KubeField *field)
{
    cJSON *json = cJSON_CreateObject();

    if (field->about != NULL)
        cJSON_AddStringToObject(json, "description", field->about);
    if (field->type->name != NULL) {
        add_default(schemas, json, field->type, field->is_pointer, !field->keeps_zero);
        fill_use(schemas, json, field->type);
    } else {
        fill(schemas, json, field->type);
        add_default(schemas, json, field->type, field->is_pointer, !field->keeps_zero);
    }
    add_patch_words(json, field);
    return json;
}

static int compare_members(const void *a, const void *b)
{
    return strcmp((*(cJSON *const *)a)->string, (*(cJSON *const *)b)->string);
}

static void sort_members(cJSON *json)
{
    int count = cJSON_GetArraySize(json);
    cJSON **members = memory_new((size_t)count + 1, sizeof *members);

    for (int i = 0; i < count; i++)
        members[i] = cJSON_DetachItemViaPointer(json, json->child);
    qsort(members, (size_t)count, sizeof *members, compare_members);
    for (int i = 0; i < count; i++)
        cJSON_AddItemToArray(json, members[i]);
    free(members);
}

static void add_fields(OpenapiSchemas *schemas, const KubeType *type, cJSON *properties,
                       cJSON *required)
{
    for (int i = 0; i < type->field_count; i++) {
        const KubeField *field = &type->fields[i];

        if (field->is_inline) {
            add_fields(schemas, field->type, properties, required);
            continue;
        }
        cJSON_AddItemToObject(properties, field->name, field_schema(schemas, field));
        if (field->is_required)
            cJSON_AddItemToArray(required, cJSON_CreateString(field->name));
    }
}

static void fill_object(OpenapiSchemas *schemas, cJSON *json, const KubeType *type)
{
    cJSON *properties = cJSON_CreateObject(), *required = cJSON_CreateArray();

    add_fields(schemas, type, properties, required);
    sort_members(properties);
    if (required->child != NULL)
        cJSON_AddItemToObject(json, "required", required);
    else
        cJSON_Delete(required);
    if (properties->child != NULL)
        cJSON_AddItemToObject(json, "properties", properties);
    else
        cJSON_Delete(properties);
    if (type->keeps_unknown)
        cJSON_AddTrueToObject(json, "x-kubernetes-preserve-unknown-fields");
}

/* Any JSON at all has no type; of the others that are not looked into it is known that they are objects. */
static bool is_anything(const KubeType *type)
{
    return type->shape == KUBE_ANY &&
           (type->fields != NULL || (type->name != NULL && strcmp(type->name, "JSON") == 0));
}

static void fill(OpenapiSchemas *schemas, cJSON *json, const KubeType *type)
{
    if (is_anything(type) || (schemas->version == OPENAPI_3 && fill_choice(json, type)))
        return;
    cJSON_AddStringToObject(json, "type", SHAPES[type->shape].type);
    if (SHAPES[type->shape].format != NULL)
        cJSON_AddStringToObject(json, "format", SHAPES[type->shape].format);
    if (type->shape == KUBE_LIST)
        cJSON_AddItemToObject(json, "items", element_schema(schemas, type->element));
    else if (type->shape == KUBE_MAP)
        cJSON_AddItemToObject(json, "additionalProperties", element_schema(schemas, type->element));
    else if (type->shape == KUBE_OBJECT)
        fill_object(schemas, json, type);
    add_unit(json, type);
}

/* ---- kinds ------------------------------------------------------------------------------------ */

/* "apps/v1" is "apps" and "v1". */
static cJSON *kind_of_type(const char *api_version, const char *name)
{
    const char *slash = strchr(api_version, '/');
    char *group = memory_text_of(api_version, slash != NULL ? (size_t)(slash - api_version) : 0);
    cJSON *json = openapi_kind(group, slash != NULL ? slash + 1 : api_version, name);

    free(group);
    return json;
}

static void add_kinds_of_type(const OpenapiSchemas *schemas, cJSON *json, const KubeType *type)
{
    cJSON *list = NULL;

    for (int i = 0; i < schemas->kind_count; i++) {
        if (schemas->kinds[i].type != type)
            continue;
        if (list == NULL)
            list = cJSON_AddArrayToObject(json, "x-kubernetes-group-version-kind");
        cJSON_AddItemToArray(list, kind_of_type(schemas->kinds[i].api_version, type->name));
    }
}

static cJSON *type_schema(OpenapiSchemas *schemas, const KubeType *type)
{
    cJSON *json = cJSON_CreateObject();

    if (type->about != NULL)
        cJSON_AddStringToObject(json, "description", type->about);
    fill(schemas, json, type);
    add_kinds_of_type(schemas, json, type);
    return json;
}

void openapi_schemas_add_type(OpenapiSchemas *schemas, const char *api_version, const char *kind)
{
    const KubeType *type = kube_type_of(api_version, kind);

    if (type != NULL)
        put(schemas, openapi_type_name(type), type, NULL);
}

static void add_built_in(OpenapiSchemas *schemas, const KubeKind *kind, const KubeType *type)
{
    char api_version[64], *list = memory_format("%sList", kind->kind);

    put(schemas, openapi_type_name(type), type, NULL);
    openapi_schemas_add_type(schemas, kube_api_version(kind, api_version), list);
    free(list);
}

void openapi_schemas_add_patch(OpenapiSchemas *schemas)
{
    static const KubeType PATCH = {.name = "Patch",
                                   .package = "io.k8s.apimachinery.pkg.apis.meta.v1",
                                   .about = "A change, in the form that its media type names.",
                                   .shape = KUBE_ANY};

    put(schemas, openapi_type_name(&PATCH), &PATCH, NULL);
}

/* What the schemas of custom resources refer to. */
static void add_metadata(OpenapiSchemas *schemas)
{
    static const char *const KINDS[] = {"Namespace", "NamespaceList"};

    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
        const KubeType *type = kube_type_field(kube_type_of("v1", KINDS[i]), "metadata")->type;

        put(schemas, openapi_type_name(type), type, NULL);
    }
}

void openapi_schemas_add_kind(OpenapiSchemas *schemas, const KubeKind *kind, const cJSON *own)
{
    const KubeType *type = kube_kind_has(kind, KUBE_CUSTOM) ? NULL : kube_kind_type(kind);

    if (type != NULL) {
        add_built_in(schemas, kind, type);
        return;
    }
    put(schemas, openapi_kind_name(kind, ""), NULL, openapi_custom(schemas->version, kind, own));
    put(schemas, openapi_kind_name(kind, "List"), NULL,
        openapi_custom_list(schemas->version, kind));
    add_metadata(schemas);
}

cJSON *openapi_schemas_take(OpenapiSchemas *schemas)
{
    cJSON *json = cJSON_CreateObject();

    for (int i = 0; i < schemas->count; i++) {
        const KubeType *type = schemas->entries[i].type;
        char *name = schemas->entries[i].name;
        bool is_there;
        cJSON *schema;

        if (schemas->entries[i].schema != NULL)
            continue;
        schema = type_schema(schemas, type); /* which may move the entry */
        schemas->entries[place_of(schemas, name, &is_there)].schema = schema;
        i = -1; /* what came new may stand before */
    }
    for (int i = 0; i < schemas->count; i++) {
        cJSON_AddItemToObject(json, schemas->entries[i].name, schemas->entries[i].schema);
        free(schemas->entries[i].name);
    }
    free(schemas->entries);
    free(schemas);
    return json;
}
