/*
 * base/schema.c - what JSON Schema says of a value that fields.h reads.
 */
#include "base/schema.h"

#include <stdlib.h>

#include "base/memory.h"

#define NUMBER "[0-9]+(\\.[0-9]*)?"
static const char DURATION[] = "^([+]?0|[+]?(" NUMBER "(ms|s|m|h|us|ns))+)$";
static const char SIZE[] = "^" NUMBER "(B|kB|KiB|MB|MiB|GB|GiB)?$";

static cJSON *of_type(const char *type)
{
    cJSON *schema = cJSON_CreateObject();

    cJSON_AddStringToObject(schema, "type", type);
    return schema;
}

static cJSON *text_like(const char *pattern)
{
    cJSON *schema = of_type("string");

    cJSON_AddStringToObject(schema, "pattern", pattern);
    return schema;
}

static cJSON *size_schema(void)
{
    cJSON *number = of_type("number");

    cJSON_AddNumberToObject(number, "minimum", 0);
    return schema_either(number, text_like(SIZE));
}

static cJSON *choice_schema(const char *const *choices)
{
    cJSON *schema = cJSON_CreateObject(), *words = cJSON_AddArrayToObject(schema, "enum");

    for (size_t i = 0; choices[i]; i++)
        cJSON_AddItemToArray(words, cJSON_CreateString(choices[i]));
    return schema;
}

cJSON *schema_value(FieldType type, const char *const *choices)
{
    switch (type) {
    case FIELD_TEXT:
        return of_type("string");
    case FIELD_INTEGER:
        return of_type("integer");
    case FIELD_BOOL:
        return of_type("boolean");
    case FIELD_DURATION:
        return text_like(DURATION);
    case FIELD_SIZE:
        return size_schema();
    case FIELD_CHOICE:
        return choice_schema(choices);
    case FIELD_TREE:
        break;
    }
    return cJSON_CreateObject();
}

cJSON *schema_mapping(const char *what)
{
    cJSON *schema = of_type("object");

    if (what)
        cJSON_AddStringToObject(schema, "description", what);
    cJSON_AddFalseToObject(schema, "additionalProperties");
    cJSON_AddObjectToObject(schema, "properties");
    return schema;
}

void schema_member(cJSON *mapping, const char *key, cJSON *schema, bool is_required)
{
    cJSON *required = cJSON_GetObjectItem(mapping, "required");

    cJSON_AddItemToObject(cJSON_GetObjectItem(mapping, "properties"), key, schema);
    if (!is_required)
        return;
    if (!required)
        required = cJSON_AddArrayToObject(mapping, "required");
    cJSON_AddItemToArray(required, cJSON_CreateString(key));
}

void schema_refine(cJSON *mapping, const char *key, cJSON *schema)
{
    cJSON *members = cJSON_GetObjectItem(mapping, "properties");
    const char *what = json_string(cJSON_GetObjectItemCaseSensitive(members, key), "description");

    if (what && !cJSON_GetObjectItem(schema, "description"))
        cJSON_AddStringToObject(schema, "description", what);
    cJSON_DeleteItemFromObjectCaseSensitive(members, key);
    cJSON_AddItemToObject(members, key, schema);
}

cJSON *schema_list(int64_t lowest, cJSON *items)
{
    cJSON *schema = of_type("array");

    if (lowest)
        cJSON_AddNumberToObject(schema, "minItems", (double)lowest);
    cJSON_AddItemToObject(schema, "items", items);
    return schema;
}

cJSON *schema_either(cJSON *one, cJSON *other)
{
    cJSON *schema = cJSON_CreateObject(), *either = cJSON_AddArrayToObject(schema, "anyOf");

    cJSON_AddItemToArray(either, one);
    cJSON_AddItemToArray(either, other);
    return schema;
}

cJSON *schema_fields(const char *what, const Field *rows, size_t count)
{
    cJSON *mapping = schema_mapping(what);

    for (size_t i = 0; i < count; i++) {
        cJSON *value = schema_value(rows[i].type, rows[i].choices);

        cJSON_AddStringToObject(value, "description", rows[i].what);
        schema_member(mapping, rows[i].key, value, rows[i].is_required);
    }
    return mapping;
}

char *schema_file(const char *name, const char *title, cJSON *schema)
{
    cJSON *file = cJSON_CreateObject(), *member;
    char *id = memory_format("https://understudy.dev/schema/%s.json", name), *text, *whole;

    cJSON_AddStringToObject(file, "$schema", "http://json-schema.org/draft-07/schema#");
    cJSON_AddStringToObject(file, "$id", id);
    cJSON_AddStringToObject(file, "title", title);
    while ((member = cJSON_DetachItemFromArray(schema, 0)))
        cJSON_AddItemToObject(file, member->string, member);
    text = cJSON_Print(file);
    whole = memory_format("%s\n", text);
    cJSON_free(text);
    cJSON_Delete(schema);
    cJSON_Delete(file);
    free(id);
    return whole;
}
