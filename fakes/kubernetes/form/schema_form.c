/*
 * fakes/kubernetes/form/schema_form.c - whether what a CRD calls a schema is a structural one.
 */
#include <stdio.h>
#include <string.h>

#include "fakes/kubernetes/form/schema.h"

typedef struct {
    KubeCauses *causes;
    char path[400];
} Form;

static const char INVALID[] = "FieldValueInvalid", FORBIDDEN[] = "FieldValueForbidden";

static void check_node(Form *form, const cJSON *node, bool is_root);

static size_t step(Form *form, const char *name)
{
    size_t length = strlen(form->path);

    snprintf(form->path + length, sizeof form->path - length, ".%s", name);
    return length;
}

static size_t step_to_key(Form *form, const char *name, const char *key)
{
    size_t length = strlen(form->path);

    snprintf(form->path + length, sizeof form->path - length, ".%s[%s]", name, key);
    return length;
}

static void refuse_at(Form *form, const char *name, const char *reason, const char *message)
{
    size_t back = step(form, name);

    causes_add(form->causes, reason, form->path, "%s", message);
    form->path[back] = '\0';
}

static bool is_flag(const cJSON *node, const char *keyword)
{
    return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(node, keyword));
}

static void check_type(Form *form, const cJSON *node, bool is_root)
{
    static const char *const TYPES[] = {"array",  "boolean", "integer",
                                        "number", "object",  "string"};
    const char *type = json_string_or(node, "type", "");
    char message[160];
    bool is_known = false;

    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++)
        is_known = is_known || strcmp(TYPES[i], type) == 0;
    if (*type == '\0') {
        if (is_root || (!is_flag(node, "x-kubernetes-int-or-string") &&
                        !is_flag(node, "x-kubernetes-preserve-unknown-fields")))
            refuse_at(form, "type", "FieldValueRequired",
                      is_root ? "Required value: must not be empty at the root"
                              : "Required value: must not be empty for specified object fields");
    } else if (!is_known) {
        snprintf(message, sizeof message,
                 "Unsupported value: \"%.40s\": supported values: \"array\", \"boolean\", "
                 "\"integer\", \"number\", \"object\", \"string\"",
                 type);
        refuse_at(form, "type", "FieldValueNotSupported", message);
    } else if (is_root && strcmp(type, "object") != 0) {
        snprintf(message, sizeof message, "Invalid value: \"%s\": must be object at the root",
                 type);
        refuse_at(form, "type", INVALID, message);
    }
}

/* Keywords that OpenAPI knows and a structural schema must not use. */
static void check_forbidden(Form *form, const cJSON *node)
{
    static const char *const KEYWORDS[] =
        {"$ref", "definitions",       "dependencies", "deprecated", "discriminator",
         "id",   "patternProperties", "readOnly",     "writeOnly",  "xml"};

    for (size_t i = 0; i < sizeof KEYWORDS / sizeof *KEYWORDS; i++)
        if (cJSON_HasObjectItem(node, KEYWORDS[i]))
            refuse_at(form, KEYWORDS[i], FORBIDDEN, "Forbidden: must not be used");
    if (is_flag(node, "uniqueItems"))
        refuse_at(form, "uniqueItems", FORBIDDEN,
                  "Forbidden: uniqueItems cannot be set to true since the runtime complexity "
                  "becomes quadratic");
    if (cJSON_HasObjectItem(node, "additionalProperties") &&
        cJSON_HasObjectItem(node, "properties"))
        refuse_at(form, "additionalProperties", FORBIDDEN,
                  "Forbidden: additionalProperties and properties are mutual exclusive");
}

static void check_list(Form *form, const cJSON *node)
{
    const cJSON *items = cJSON_GetObjectItemCaseSensitive(node, "items");
    const char *list_type = json_string_or(node, "x-kubernetes-list-type", "");

    if (strcmp(json_string_or(node, "type", ""), "array") == 0 && items == NULL)
        refuse_at(form, "items", "FieldValueRequired", "Required value: must be specified");
    if (strcmp(list_type, "map") == 0 && json_find(node, "x-kubernetes-list-map-keys/0") == NULL)
        refuse_at(form, "x-kubernetes-list-map-keys", "FieldValueRequired",
                  "Required value: must not be empty if x-kubernetes-list-type is map");
    if (cJSON_IsObject(items)) {
        size_t back = step(form, "items");

        check_node(form, items, false);
        form->path[back] = '\0';
    }
}

static void check_node(Form *form, const cJSON *node, bool is_root)
{
    const cJSON *property, *more = cJSON_GetObjectItemCaseSensitive(node, "additionalProperties");

    check_type(form, node, is_root);
    check_forbidden(form, node);
    check_list(form, node);
    cJSON_ArrayForEach(property, cJSON_GetObjectItemCaseSensitive(node, "properties"))
    {
        size_t back = step_to_key(form, "properties", property->string);

        /* The root's own metadata is known; a schema may only narrow its name. */
        if (!is_root || strcmp(property->string, "metadata") != 0)
            check_node(form, property, false);
        form->path[back] = '\0';
    }
    if (cJSON_IsObject(more)) {
        size_t back = step(form, "additionalProperties");

        check_node(form, more, false);
        form->path[back] = '\0';
    }
}

void schema_check_form(const cJSON *openapi, const char *path, KubeCauses *causes)
{
    Form form = {.causes = causes};

    snprintf(form.path, sizeof form.path, "%s", path);
    check_node(&form, openapi, true);
}
