/*
 * fakes/kubernetes/surface/cells.c - cells of any kind: a text, a number, an age, a list.
 */
#include "fakes/kubernetes/surface/cells.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

void cells_format_duration(int64_t seconds, char out_text[24])
{
    long long s = seconds < 0 ? 0 : seconds, minutes = s / 60, hours = minutes / 60,
              days = hours / 24, years = days / 365;

    if (s < 120)
        snprintf(out_text, 24, "%llds", s);
    else if (minutes < 10)
        snprintf(out_text, 24, s % 60 ? "%lldm%llds" : "%lldm", minutes, s % 60);
    else if (hours < 3)
        snprintf(out_text, 24, "%lldm", minutes);
    else if (hours < 8)
        snprintf(out_text, 24, minutes % 60 ? "%lldh%lldm" : "%lldh", hours, minutes % 60);
    else if (hours < 48)
        snprintf(out_text, 24, "%lldh", hours);
    else if (days < 8)
        snprintf(out_text, 24, hours % 24 ? "%lldd%lldh" : "%lldd", days, hours % 24);
    else if (years < 2)
        snprintf(out_text, 24, "%lldd", days);
    else if (years < 8)
        snprintf(out_text, 24, days % 365 ? "%lldy%lldd" : "%lldy", years, days % 365);
    else
        snprintf(out_text, 24, "%lldy", years);
}

const char *cells_age(const char *time, char out_text[24])
{
    int64_t then_ms;

    if (clock_parse(time, &then_ms))
        cells_format_duration((clock_wall_ms() - then_ms) / 1000, out_text);
    else
        snprintf(out_text, 24, "<unknown>");
    return out_text;
}

cJSON *cells_of_list(Buffer *list)
{
    cJSON *cell;

    buffer_add(list, "", 1);
    cell = cJSON_CreateString(list->data[0] ? list->data : "<none>");
    buffer_release(list);
    return cell;
}

const char *cells_comma(const Buffer *list)
{
    return list->length ? "," : "";
}

cJSON *cell_none(const cJSON *object, const Column *column)
{
    (void)object;
    return cJSON_CreateString(column->otherwise);
}

cJSON *cell_text(const cJSON *object, const Column *column)
{
    const cJSON *value = json_find(object, column->path);
    char text[32];

    if (cJSON_IsNumber(value)) {
        snprintf(text, sizeof text, "%.15g", value->valuedouble);
        return cJSON_CreateString(text);
    }
    if (cJSON_IsBool(value))
        return cJSON_CreateString(cJSON_IsTrue(value) ? "true" : "false");
    return cJSON_CreateString(cJSON_IsString(value) && *value->valuestring ? value->valuestring
                                                                           : column->otherwise);
}

cJSON *cell_number(const cJSON *object, const Column *column)
{
    return cJSON_CreateNumber((double)json_integer_or(object, column->path, 0));
}

cJSON *cell_flag(const cJSON *object, const Column *column)
{
    return cJSON_CreateBool(json_bool_or(object, column->path, false));
}

cJSON *cell_age(const cJSON *object, const Column *column)
{
    const char *time = json_string_or(object, column->path, "");
    char text[24];

    return cJSON_CreateString(*time ? cells_age(time, text) : column->otherwise);
}

cJSON *cell_count(const cJSON *object, const Column *column)
{
    return cJSON_CreateNumber(cJSON_GetArraySize(json_find(object, column->path)));
}

cJSON *cell_flag_text(const cJSON *object, const Column *column)
{
    return cJSON_CreateString(json_bool_or(object, column->path, false) ? "True" : "False");
}

cJSON *cell_seconds(const cJSON *object, const Column *column)
{
    char text[24];

    if (!json_has(object, column->path))
        return cell_none(object, column);
    cells_format_duration(json_integer_or(object, column->path, 0), text);
    return cJSON_CreateString(text);
}

/* A ConfigMap keeps its bytes apart from its texts. */
cJSON *cell_data_count(const cJSON *object, const Column *column)
{
    (void)column;
    return cJSON_CreateNumber(cJSON_GetArraySize(json_find(object, "data")) +
                              cJSON_GetArraySize(json_find(object, "binaryData")));
}

cJSON *cell_labels(const cJSON *object, const Column *column)
{
    Buffer list = {0};
    const cJSON *label;

    cJSON_ArrayForEach(label, json_find(object, column->path))
    {
        buffer_format(&list, "%s%s=%s", cells_comma(&list), label->string,
                      cJSON_IsString(label) ? label->valuestring : "");
    }
    return cells_of_list(&list);
}

/* "a in (b,c)", "!d" */
static void add_requirement(Buffer *list, const cJSON *requirement)
{
    const char *key = json_string_or(requirement, "key", ""),
               *operation = json_string_or(requirement, "operator", "");
    const cJSON *values = json_find(requirement, "values"), *value;

    buffer_add_text(list, cells_comma(list));
    if (strcmp(operation, "Exists") == 0 || strcmp(operation, "DoesNotExist") == 0) {
        buffer_format(list, "%s%s", *operation == 'D' ? "!" : "", key);
        return;
    }
    buffer_format(list, "%s %s (", key, strcmp(operation, "In") == 0 ? "in" : "notin");
    cJSON_ArrayForEach(value, values)
    {
        buffer_format(list, "%s%s", value == values->child ? "" : ",",
                      cJSON_IsString(value) ? value->valuestring : "");
    }
    buffer_add_text(list, ")");
}

cJSON *cell_selector(const cJSON *object, const Column *column)
{
    const cJSON *selector = json_find(object, column->path), *item;
    Buffer list = {0};

    cJSON_ArrayForEach(item, json_find(selector, "matchLabels"))
    {
        buffer_format(&list, "%s%s=%s", cells_comma(&list), item->string,
                      cJSON_IsString(item) ? item->valuestring : "");
    }
    cJSON_ArrayForEach(item, json_find(selector, "matchExpressions"))
    {
        add_requirement(&list, item);
    }
    return cells_of_list(&list);
}

cJSON *cell_names(const cJSON *object, const Column *column)
{
    Buffer list = {0};
    const cJSON *item;

    cJSON_ArrayForEach(item, json_find(object, column->path))
    {
        buffer_format(&list, "%s%s", cells_comma(&list),
                      cJSON_IsString(item) ? item->valuestring : json_string_or(item, "name", ""));
    }
    return cells_of_list(&list);
}
