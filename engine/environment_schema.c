/*
 * engine/environment_schema.c - the rows of an Environment file as JSON Schema, and as the table in docs/environment.md.
 */
#include "engine/environment_schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/schema.h"
#include "engine/environment_rows.h"

enum { PORT_MAX = 65535, PATH_ROOM = 128 };

/* An IPv4 or IPv6 address and perhaps a port; what is not one is for the reader to say. */
static const char ADDRESS[] =
    "^([0-9]{1,3}(\\.[0-9]{1,3}){3}(:[0-9]{1,5})?|\\[[0-9A-Fa-f:.]+\\](:[0-9]{1,5})?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)$";

static cJSON *group_schema(const char *path, const char *what);
static cJSON *row_schema(const EnvironmentRow *row);

/* ---- values -------------------------------------------------------------------------------------- */

static cJSON *address_schema(void)
{
    cJSON *schema = schema_value(FIELD_TEXT, NULL);

    cJSON_AddStringToObject(schema, "pattern", ADDRESS);
    return schema;
}

static cJSON *number_schema(const EnvironmentRow *row)
{
    cJSON *schema = schema_value(FIELD_INTEGER, NULL);

    cJSON_AddNumberToObject(schema, "minimum", (double)row->lowest);
    if (row->type == ROW_PORT)
        cJSON_AddNumberToObject(schema, "maximum", PORT_MAX);
    return schema;
}

static cJSON *items_schema(const EnvironmentRow *row)
{
    char path[PATH_ROOM];

    snprintf(path, sizeof path, "%s[]", row->path);
    return schema_list(row->lowest, row_schema(environment_row_find(path)));
}

static cJSON *planes_schema(void)
{
    cJSON *schema = cJSON_CreateObject();

    cJSON_AddStringToObject(schema, "type", "object");
    cJSON_AddNumberToObject(schema, "minProperties", 2);
    cJSON_AddNumberToObject(schema, "maxProperties", 2);
    cJSON_AddItemToObject(schema, "additionalProperties",
                          row_schema(environment_row_find("planes.*")));
    return schema;
}

static cJSON *value_schema(const EnvironmentRow *row)
{
    switch (row->type) {
    case ROW_GROUP:
        return group_schema(row->path, NULL);
    case ROW_PLANES:
        return planes_schema();
    case ROW_LIST:
        return items_schema(row);
    case ROW_TEXT:
    case ROW_FILE:
    case ROW_PLANE:
        return schema_value(FIELD_TEXT, NULL);
    case ROW_COMMAND:
        return schema_list(1, schema_value(FIELD_TEXT, NULL));
    case ROW_WORD:
    case ROW_CHOICE:
    case ROW_EITHER:
        return schema_value(FIELD_CHOICE, row->choices);
    case ROW_BOOL:
        return schema_value(FIELD_BOOL, NULL);
    case ROW_PORT:
    case ROW_INTEGER:
        return number_schema(row);
    case ROW_DURATION:
    case ROW_SECONDS:
        return schema_value(FIELD_DURATION, NULL);
    case ROW_SIZE:
        return schema_value(FIELD_SIZE, NULL);
    case ROW_SERVER:
    case ROW_DATABASE:
        return address_schema();
    }
    return NULL;
}

/* A text of the table as the value it stands for in a file. */
static cJSON *text_value(const EnvironmentRow *row, const char *text)
{
    cJSON *value;

    if (row->type == ROW_INTEGER || row->type == ROW_PORT)
        return cJSON_CreateNumber(strtod(text, NULL));
    if (row->type == ROW_BOOL)
        return cJSON_CreateBool(strcmp(text, "true") == 0);
    if (row->type != ROW_COMMAND)
        return cJSON_CreateString(text);
    value = cJSON_CreateArray();
    cJSON_AddItemToArray(value, cJSON_CreateString(text));
    return value;
}

static cJSON *row_schema(const EnvironmentRow *row)
{
    cJSON *schema = value_schema(row);

    cJSON_AddStringToObject(schema, "description", row->what);
    if (row->standard)
        cJSON_AddItemToObject(schema, "default", text_value(row, row->standard));
    if (row->example)
        cJSON_AddItemToArray(cJSON_AddArrayToObject(schema, "examples"),
                             text_value(row, row->example));
    return schema;
}

/* ---- groups -------------------------------------------------------------------------------------- */

static void add_pair(cJSON *schema, const EnvironmentRow *row)
{
    cJSON *pairs = cJSON_GetObjectItem(schema, "dependencies");

    if (!pairs)
        pairs = cJSON_AddObjectToObject(schema, "dependencies");
    cJSON_AddItemToArray(cJSON_AddArrayToObject(pairs, environment_row_key(row)),
                         cJSON_CreateString(row->beside));
}

/* "If provider is this": also where it is left out, if this is what stands for it. */
static cJSON *provider_is(const EnvironmentRow *provider, const char *word)
{
    cJSON *schema = cJSON_CreateObject();

    json_put_string(schema, "properties/provider/const", word);
    if (strcmp(provider->standard, word) != 0)
        cJSON_AddItemToArray(cJSON_AddArrayToObject(schema, "required"),
                             cJSON_CreateString("provider"));
    return schema;
}

/* What goes with that provider must be there if it must, and what goes with another must not. */
static cJSON *provider_rule(const char *path, const EnvironmentRow *provider, const char *word)
{
    cJSON *rule = cJSON_CreateObject(), *then = cJSON_CreateObject();
    cJSON *allowed = cJSON_AddObjectToObject(then, "properties");
    cJSON *required = cJSON_AddArrayToObject(then, "required");
    const EnvironmentRow *row = NULL;

    cJSON_AddItemToObject(rule, "if", provider_is(provider, word));
    cJSON_AddItemToObject(rule, "then", then);
    while ((row = environment_row_member(path, row))) {
        if (!row->provider)
            continue;
        if (strcmp(row->provider, word) != 0)
            cJSON_AddFalseToObject(allowed, environment_row_key(row));
        else if (row->is_required)
            cJSON_AddItemToArray(required, cJSON_CreateString(environment_row_key(row)));
    }
    return rule;
}

static void add_providers(cJSON *schema, const char *path)
{
    char name[PATH_ROOM];
    const EnvironmentRow *provider;
    cJSON *rules;

    snprintf(name, sizeof name, "%s.provider", path);
    provider = environment_row_find(name);
    if (!provider)
        return;
    rules = cJSON_AddArrayToObject(schema, "allOf");
    for (size_t i = 0; provider->choices[i]; i++)
        cJSON_AddItemToArray(rules, provider_rule(path, provider, provider->choices[i]));
}

static cJSON *group_schema(const char *path, const char *what)
{
    cJSON *schema = schema_mapping(what);
    const EnvironmentRow *row = NULL;

    while ((row = environment_row_member(path, row))) {
        schema_member(schema, environment_row_key(row), row_schema(row),
                      row->is_required && !row->provider);
        if (row->beside)
            add_pair(schema, row);
    }
    add_providers(schema, path);
    return schema;
}

cJSON *environment_group_schema(const char *path)
{
    return group_schema(path, NULL);
}

char *environment_schema(void)
{
    return schema_file("environment", "Environment of understudy",
                       group_schema("", "the estate that procedures run on"));
}

/* ---- documentation ------------------------------------------------------------------------------- */

static const char *const TYPE_WORDS[] = {
    [ROW_GROUP] = "mapping",
    [ROW_PLANES] = "mapping of two",
    [ROW_LIST] = "list",
    [ROW_TEXT] = "text",
    [ROW_WORD] = NULL,
    [ROW_FILE] = "file",
    [ROW_COMMAND] = "command",
    [ROW_CHOICE] = NULL,
    [ROW_EITHER] = NULL,
    [ROW_BOOL] = "true or false",
    [ROW_PLANE] = "plane",
    [ROW_PORT] = "port",
    [ROW_INTEGER] = "number",
    [ROW_DURATION] = "duration",
    [ROW_SECONDS] = "duration",
    [ROW_SIZE] = "size",
    [ROW_SERVER] = "ip or ip:port",
    [ROW_DATABASE] = "ip or ip:port",
};

static void add_type(Buffer *table, const EnvironmentRow *row)
{
    if (TYPE_WORDS[row->type]) {
        buffer_add_text(table, TYPE_WORDS[row->type]);
        return;
    }
    for (size_t i = 0; row->choices[i]; i++)
        buffer_format(table, "%s`%s`", i ? ", " : "", row->choices[i]);
}

static void add_standard(Buffer *table, const EnvironmentRow *row)
{
    if (row->standard)
        buffer_format(table, "`%s`", row->standard);
    else if (row->provider)
        buffer_format(table, "%s with `%s`", row->is_required ? "required" : "only", row->provider);
    else if (row->is_required)
        buffer_add_text(table, "required");
}

char *environment_table(void)
{
    Buffer table = {0};
    const EnvironmentRow *row;

    buffer_add_text(&table, "| field | type | left out | what | example |\n"
                            "| --- | --- | --- | --- | --- |\n");
    for (int i = 0; (row = environment_row(i)); i++) {
        buffer_format(&table, "| `%s` | ", row->path);
        add_type(&table, row);
        buffer_add_text(&table, " | ");
        add_standard(&table, row);
        buffer_format(&table, " | %s | ", row->what);
        if (row->example)
            buffer_format(&table, "`%s` ", row->example);
        buffer_add_text(&table, "|\n");
    }
    return buffer_take(&table);
}
