/*
 * fakes/kubernetes/surface/cells_custom.c - cells of custom resources, from the JSONPath of their definition's printer columns.
 */
#include <stdlib.h>
#include <string.h>

#include "fakes/kubernetes/surface/cells.h"
#include "fakes/kubernetes/surface/jsonpath.h"

static cJSON *text_of(const cJSON *value)
{
    char *text;
    cJSON *cell;

    if (cJSON_IsString(value))
        return cJSON_CreateString(value->valuestring);
    text = json_text(value);
    cell = cJSON_CreateString(text);
    free(text);
    return cell;
}

static cJSON *date_of(const cJSON *value)
{
    char text[24];

    if (!cJSON_IsString(value) || strcmp(cells_age(value->valuestring, text), "<unknown>") == 0)
        return cJSON_CreateString("<invalid>");
    return cJSON_CreateString(text);
}

/* What is not there, or is not of the column's type, is null. */
cJSON *cell_custom(const cJSON *object, const Column *column)
{
    const cJSON *value = jsonpath_first(object, column->path);
    const char *type = column->type;

    if (value == NULL || cJSON_IsNull(value))
        return cJSON_CreateNull();
    if (strcmp(type, "string") == 0)
        return text_of(value);
    if (strcmp(type, "date") == 0)
        return date_of(value);
    if (strcmp(type, "boolean") == 0 ? cJSON_IsBool(value) : cJSON_IsNumber(value))
        return cJSON_Duplicate(value, false);
    return cJSON_CreateNull();
}
