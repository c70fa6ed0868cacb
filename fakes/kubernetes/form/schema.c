/*
 * fakes/kubernetes/form/schema.c - reading a structural schema.
 */
#include "fakes/kubernetes/form/schema.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/memory.h"

struct Schema {
    Arena arena;
    cJSON *openapi, *scale; /* rules point into them */
    const KubeType *root;
    regex_t **patterns;
    int pattern_count, pattern_capacity;
};

static const KubeType ANYTHING = {.shape = KUBE_ANY};
static const KubeType TEXT = {.shape = KUBE_STRING};

static const KubeType *read_node(Schema *schema, const cJSON *node, bool is_resource);

static bool has_flag(const cJSON *node, const char *keyword)
{
    return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(node, keyword));
}

/* ---- rules ------------------------------------------------------------------------------------ */

/* NULL if it is no POSIX expression: then it matches everything. */
static const regex_t *read_pattern(Schema *schema, const char *text)
{
    regex_t *pattern = MEMORY_NEW(regex_t);

    if (text == NULL || regcomp(pattern, text, REG_EXTENDED | REG_NOSUB) != 0) {
        free(pattern);
        return NULL;
    }
    MEMORY_GROW(schema->patterns, schema->pattern_count, schema->pattern_capacity);
    schema->patterns[schema->pattern_count++] = pattern;
    return pattern;
}

/* The schemas that anyOf, allOf, oneOf or not speak of. */
static void read_alternatives(Schema *schema, SchemaRule *rule)
{
    const cJSON *node;
    int count = cJSON_IsArray(rule->wanted) ? cJSON_GetArraySize(rule->wanted) : 1;

    rule->any = arena_new(&schema->arena, (size_t)(count + 1) * sizeof *rule->any);
    if (cJSON_IsObject(rule->wanted)) {
        rule->any[rule->type_count++] = read_node(schema, rule->wanted, false);
        return;
    }
    cJSON_ArrayForEach(node, rule->wanted) rule->any[rule->type_count++] =
        read_node(schema, node, false);
}

static bool has_alternatives(const char *keyword)
{
    return strcmp(keyword, "anyOf") == 0 || strcmp(keyword, "oneOf") == 0 ||
           strcmp(keyword, "allOf") == 0 || strcmp(keyword, "not") == 0;
}

static const KubeRules *read_rules(Schema *schema, const cJSON *node)
{
    KubeRules *rules = ARENA_NEW(&schema->arena, KubeRules);
    SchemaRule *list =
        arena_new(&schema->arena, (size_t)(cJSON_GetArraySize(node) + 1) * sizeof *list);
    const cJSON *keyword;

    cJSON_ArrayForEach(keyword, node)
    {
        SchemaRule rule = {schema_checker(keyword->string), keyword, node, NULL, NULL, 0};

        if (rule.checker == NULL)
            continue;
        if (strcmp(keyword->string, "pattern") == 0)
            rule.pattern = read_pattern(schema, keyword->valuestring);
        if (has_alternatives(keyword->string))
            read_alternatives(schema, &rule);
        list[rules->rule_count++] = rule;
    }
    rules->rules = list;
    rules->type = json_string(node, "type");
    if (has_flag(node, "x-kubernetes-int-or-string"))
        rules->type = "integer,string";
    rules->is_nullable = has_flag(node, "nullable");
    return rules;
}

/* ---- types ------------------------------------------------------------------------------------ */

static bool is_listed(const cJSON *list, const char *text)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, list)
    {
        if (cJSON_IsString(item) && strcmp(item->valuestring, text) == 0)
            return true;
    }
    return false;
}

static const KubeType *metadata_type(void)
{
    return kube_type_field(kube_type_of("v1", "Secret"), "metadata")->type;
}

/* Properties, and of a resource what every object has. */
static void read_fields(Schema *schema, const cJSON *node, bool is_resource, KubeType *type)
{
    const cJSON *properties = cJSON_GetObjectItemCaseSensitive(node, "properties"), *property;
    KubeField *fields =
        arena_new(&schema->arena, (size_t)(cJSON_GetArraySize(properties) + 4) * sizeof *fields);
    int count = 0;

    if (is_resource) {
        fields[count++] = (KubeField){.name = "apiVersion", .type = &TEXT};
        fields[count++] = (KubeField){.name = "kind", .type = &TEXT};
        fields[count++] = (KubeField){.name = "metadata", .type = metadata_type()};
    }
    cJSON_ArrayForEach(property, properties)
    {
        const cJSON *otherwise = cJSON_GetObjectItemCaseSensitive(property, "default");
        char *text = otherwise ? json_text(otherwise) : NULL;

        if (is_resource &&
            (strcmp(property->string, "apiVersion") == 0 || strcmp(property->string, "kind") == 0 ||
             strcmp(property->string, "metadata") == 0)) {
            free(text);
            continue;
        }
        fields[count++] =
            (KubeField){.name = property->string,
                        .type = read_node(schema, property,
                                          has_flag(property, "x-kubernetes-embedded-resource")),
                        .otherwise = text ? arena_text(&schema->arena, text) : NULL,
                        .about = json_string(property, "description"),
                        .is_required = is_listed(cJSON_GetObjectItemCaseSensitive(node, "required"),
                                                 property->string)};
        free(text);
    }
    type->fields = fields;
    type->field_count = count;
}

static void read_list(Schema *schema, const cJSON *node, KubeType *type)
{
    const cJSON *items = cJSON_GetObjectItemCaseSensitive(node, "items"), *key;
    const char *list_type = json_string_or(node, "x-kubernetes-list-type", "atomic");
    int count = 0;

    type->shape = KUBE_LIST;
    type->element =
        items ? read_node(schema, items, has_flag(items, "x-kubernetes-embedded-resource"))
              : &ANYTHING;
    type->unit = strcmp(list_type, "set") == 0   ? KUBE_SET
                 : strcmp(list_type, "map") == 0 ? KUBE_KEYED
                                                 : KUBE_ATOMIC;
    cJSON_ArrayForEach(key, cJSON_GetObjectItemCaseSensitive(node, "x-kubernetes-list-map-keys"))
    {
        if (count < KUBE_KEYS_MAX - 1 && cJSON_IsString(key))
            type->keys[count++] = key->valuestring;
    }
}

static void read_object(Schema *schema, const cJSON *node, bool is_resource, KubeType *type)
{
    const cJSON *more = cJSON_GetObjectItemCaseSensitive(node, "additionalProperties");

    type->shape = KUBE_OBJECT;
    type->unit = strcmp(json_string_or(node, "x-kubernetes-map-type", "granular"), "atomic") == 0
                     ? KUBE_ATOMIC
                     : KUBE_GRANULAR;
    type->keeps_unknown = has_flag(node, "x-kubernetes-preserve-unknown-fields");
    if (more != NULL && !cJSON_IsFalse(more)) {
        type->shape = KUBE_MAP;
        type->element = cJSON_IsObject(more) ? read_node(schema, more, false) : &ANYTHING;
    } else {
        read_fields(schema, node, is_resource, type);
    }
}

static KubeShape plain_shape(const cJSON *node)
{
    static const struct {
        const char *type, *format;
        KubeShape shape;
    } SHAPES[] = {
        {"string",  NULL,    KUBE_STRING},
        {"integer", "int32", KUBE_INT32 },
        {"integer", NULL,    KUBE_INT64 },
        {"number",  NULL,    KUBE_NUMBER},
        {"boolean", NULL,    KUBE_BOOL  },
    };
    const char *type = json_string_or(node, "type", ""), *format = json_string(node, "format");

    if (has_flag(node, "x-kubernetes-int-or-string"))
        return KUBE_INT_OR_STRING;
    for (size_t i = 0; i < sizeof SHAPES / sizeof *SHAPES; i++)
        if (strcmp(SHAPES[i].type, type) == 0 &&
            (SHAPES[i].format == NULL || (format && strcmp(SHAPES[i].format, format) == 0)))
            return SHAPES[i].shape;
    return KUBE_ANY;
}

static const KubeType *read_node(Schema *schema, const cJSON *node, bool is_resource)
{
    KubeType *type = ARENA_NEW(&schema->arena, KubeType);
    const char *name = json_string_or(node, "type", "");

    type->about = json_string(node, "description");
    if (strcmp(name, "object") == 0 || cJSON_HasObjectItem(node, "properties"))
        read_object(schema, node, is_resource, type);
    else if (strcmp(name, "array") == 0)
        read_list(schema, node, type);
    else
        type->shape = plain_shape(node);
    type->rules = read_rules(schema, node);
    return type;
}

/* ".spec.replicas" as "spec/replicas" */
static cJSON *read_scale(const cJSON *scale)
{
    cJSON *paths = cJSON_Duplicate(scale, true), *path;

    cJSON_ArrayForEach(path, paths)
    {
        for (char *at = path->valuestring; at != NULL && *at; at++)
            if (*at == '.')
                *at = '/';
    }
    return paths;
}

Schema *schema_new(const cJSON *openapi, const char *kind, const cJSON *scale)
{
    Schema *schema = MEMORY_NEW(Schema);
    KubeType *root;
    KubeRules *rules = ARENA_NEW(&schema->arena, KubeRules);

    schema->openapi =
        openapi
            ? cJSON_Duplicate(openapi, true)
            : cJSON_Parse("{\"type\":\"object\",\"x-kubernetes-preserve-unknown-fields\":true}");
    root = (KubeType *)read_node(schema, schema->openapi, true);
    root->name = arena_text(&schema->arena, kind);
    schema->scale = read_scale(scale);
    *rules = *root->rules;
    rules->scale = schema->scale;
    root->rules = rules;
    schema->root = root;
    return schema;
}

void schema_free(Schema *schema)
{
    if (schema == NULL)
        return;
    for (int i = 0; i < schema->pattern_count; i++) {
        regfree(schema->patterns[i]);
        free(schema->patterns[i]);
    }
    free(schema->patterns);
    arena_release(&schema->arena);
    cJSON_Delete(schema->openapi);
    cJSON_Delete(schema->scale);
    free(schema);
}

const KubeType *schema_type(const Schema *schema)
{
    return schema->root;
}

const char *schema_scale_path(const KubeType *type, const char *which)
{
    const char *path =
        type != NULL && type->rules != NULL ? json_string(type->rules->scale, which) : NULL;

    return path != NULL && *path == '/' ? path + 1 : path;
}

bool schema_is_nullable(const KubeType *type)
{
    return type->rules != NULL && type->rules->is_nullable;
}
