/*
 * fakes/kubernetes/surface/jsonpath.c - following a path, from left to right; where it forks, the first way that gets through.
 */
#include "fakes/kubernetes/surface/jsonpath.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Reads a name up to one of the ends, with its backslashes taken away; free() it. */
static char *read_name(const char **at, const char *ends)
{
    char *name = memory_text(*at), *out = name;

    while (**at && strchr(ends, **at) == NULL) {
        if (**at == '\\' && (*at)[1])
            (*at)++;
        *out++ = *(*at)++;
    }
    *out = 0;
    return name;
}

static const cJSON *follow_each(const cJSON *json, const char *condition, const char *rest);

static const cJSON *follow_name(const cJSON *json, const char *path)
{
    char *name = read_name(&path, ".[");
    const cJSON *child = cJSON_GetObjectItemCaseSensitive(json, name);
    bool is_any = strcmp(name, "*") == 0;

    free(name);
    if (is_any)
        return follow_each(json, NULL, path);
    return child != NULL ? jsonpath_first(child, path) : NULL;
}

/* "\"Ready\"", "'Ready'", "3", "true": as the value would be printed. */
static bool is_value(const cJSON *json, const char *text, size_t length)
{
    char number[32], *end;

    if (length >= 2 && (*text == '"' || *text == '\'') && text[length - 1] == *text)
        return cJSON_IsString(json) && strlen(json->valuestring) == length - 2 &&
               strncmp(json->valuestring, text + 1, length - 2) == 0;
    if (cJSON_IsBool(json))
        return length == (cJSON_IsTrue(json) ? 4 : 5) &&
               strncmp(text, cJSON_IsTrue(json) ? "true" : "false", length) == 0;
    if (!cJSON_IsNumber(json) || length == 0 || length >= sizeof number)
        return false;
    memcpy(number, text, length);
    number[length] = 0;
    return strtod(number, &end) == json->valuedouble && *end == 0;
}

/* condition: "@.type==\"Ready\"", without its brackets. */
static bool passes(const cJSON *json, const char *condition)
{
    const char *equal = strstr(condition, "=="), *unequal = strstr(condition, "!=");
    const char *sign = equal != NULL ? equal : unequal, *end = condition + strlen(condition);
    const char *left_end = sign != NULL ? sign : end;
    const cJSON *left;
    char *path;

    if (*condition != '@')
        return false;
    while (left_end > condition && left_end[-1] == ' ')
        left_end--;
    path = memory_text_of(condition + 1, (size_t)(left_end - condition - 1));
    left = jsonpath_first(json, path);
    free(path);
    if (sign == NULL)
        return left != NULL;
    sign += 2 + strspn(sign + 2, " ");
    while (end > sign && end[-1] == ' ')
        end--;
    return left != NULL && is_value(left, sign, (size_t)(end - sign)) == (equal != NULL);
}

/* Each element that passes, until one leads on to a value. condition NULL: each. */
static const cJSON *follow_each(const cJSON *json, const char *condition, const char *rest)
{
    const cJSON *child;

    cJSON_ArrayForEach(child, json)
    {
        const cJSON *found =
            condition == NULL || passes(child, condition) ? jsonpath_first(child, rest) : NULL;

        if (found != NULL)
            return found;
    }
    return NULL;
}

static const cJSON *follow_filter(const cJSON *json, const char *path)
{
    const char *end = strstr(path, ")]");
    const cJSON *found;
    char *condition;

    if (end == NULL)
        return NULL;
    condition = memory_text_of(path, (size_t)(end - path));
    found = follow_each(json, condition, end + 2);
    free(condition);
    return found;
}

static const cJSON *follow_index(const cJSON *json, const char *text, const char *rest)
{
    char *end;
    long index = strtol(text, &end, 10);

    if (end == text || *end != ']')
        return NULL;
    if (index < 0)
        index += cJSON_GetArraySize(json);
    json = index >= 0 ? cJSON_GetArrayItem(json, (int)index) : NULL;
    return json != NULL ? jsonpath_first(json, rest) : NULL;
}

/* What stands between the brackets. */
static const cJSON *follow_bracket(const cJSON *json, const char *path)
{
    const char *end;
    const cJSON *found;
    char *name;

    if (strncmp(path, "?(", 2) == 0)
        return follow_filter(json, path + 2);
    if ((*path == '\'' || *path == '"') && (end = strchr(path + 1, *path)) != NULL &&
        end[1] == ']') {
        name = memory_text_of(path + 1, (size_t)(end - path - 1));
        found = cJSON_GetObjectItemCaseSensitive(json, name);
        free(name);
        return found != NULL ? jsonpath_first(found, end + 2) : NULL;
    }
    end = strchr(path, ']');
    if (end == NULL)
        return NULL;
    return strncmp(path, "*]", 2) == 0 ? follow_each(json, NULL, end + 1)
                                       : follow_index(json, path, end + 1);
}

const cJSON *jsonpath_first(const cJSON *root, const char *path)
{
    if (*path == 0 || strcmp(path, ".") == 0)
        return root;
    if (*path == '[')
        return follow_bracket(root, path + 1);
    return *path == '.' ? follow_name(root, path + 1) : follow_name(root, path);
}
