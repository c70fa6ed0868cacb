/*
 * base/fields.c - mappings of a YAML file read into a struct by a table of rows, strictly.
 */
#include "base/fields.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"

static const struct {
    const char *unit;
    int64_t bytes;
} SIZE_UNITS[] = {
    {"",    1         },
    {"B",   1         },
    {"kB",  1000      },
    {"KiB", 1 << 10   },
    {"MB",  1000000   },
    {"MiB", 1 << 20   },
    {"GB",  1000000000},
    {"GiB", 1 << 30   },
};

/* What every int64_t can hold and every double says exactly. */
static const double INTEGER_MAX = 9007199254740992;

static bool is_integer(double number)
{
    return number == floor(number) && fabs(number) <= INTEGER_MAX;
}

bool size_parse(const char *text, int64_t *out_bytes)
{
    char *end;
    double number = strtod(text, &end);

    if (end == text || number < 0 || !isfinite(number))
        return false;
    for (size_t i = 0; i < sizeof SIZE_UNITS / sizeof *SIZE_UNITS; i++) {
        if (strcmp(end, SIZE_UNITS[i].unit) != 0)
            continue;
        number *= (double)SIZE_UNITS[i].bytes;
        if (number > INTEGER_MAX)
            return false;
        *out_bytes = (int64_t)number;
        return true;
    }
    return false;
}

static const Field *row_of(const Field *rows, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].key, key) == 0)
            return &rows[i];
    }
    return NULL;
}

bool field_unknown(const YamlDocument *document, const cJSON *node, const char *where,
                   const char *const *words, Error *err)
{
    const char *nearest = yaml_nearest(node->string, words);

    return yaml_error(document, node, err, "%s%sunknown field \"%s\"%s%s%s", where,
                      *where ? ": " : "", node->string, nearest ? "; did you mean \"" : "",
                      nearest ? nearest : "", nearest ? "\"?" : "");
}

static bool unknown_key(const YamlDocument *document, const cJSON *node, const char *where,
                        const Field *rows, size_t count, Error *err)
{
    const char **words = memory_new(count + 1, sizeof *words);
    bool ok;

    for (size_t i = 0; i < count; i++)
        words[i] = rows[i].key;
    ok = field_unknown(document, node, where, words, err);
    free(words);
    return ok;
}

static bool read_choice(const cJSON *node, const Field *row, void *place)
{
    for (int i = 0; cJSON_IsString(node) && row->choices[i]; i++) {
        if (strcmp(row->choices[i], node->valuestring) == 0) {
            *(int *)place = i;
            return true;
        }
    }
    return false;
}

static bool read_size(const cJSON *node, int64_t *place)
{
    if (cJSON_IsNumber(node) && node->valuedouble >= 0 && node->valuedouble <= INTEGER_MAX) {
        *place = (int64_t)node->valuedouble;
        return true;
    }
    return cJSON_IsString(node) && size_parse(node->valuestring, place);
}

static bool read_value(const cJSON *node, const Field *row, void *place)
{
    switch (row->type) {
    case FIELD_TEXT:
        *(const char **)place = node->valuestring;
        return cJSON_IsString(node);
    case FIELD_INTEGER:
        if (!cJSON_IsNumber(node) || !is_integer(node->valuedouble))
            return false;
        *(int64_t *)place = (int64_t)node->valuedouble;
        return true;
    case FIELD_BOOL:
        *(bool *)place = cJSON_IsTrue(node);
        return cJSON_IsBool(node);
    case FIELD_DURATION:
        return cJSON_IsString(node) && clock_parse_duration(node->valuestring, place) &&
               *(int64_t *)place >= 0;
    case FIELD_SIZE:
        return read_size(node, place);
    case FIELD_CHOICE:
        return read_choice(node, row, place);
    case FIELD_TREE:
        *(const cJSON **)place = node;
        return true;
    }
    return false;
}

static const char *expected(const Field *row, char *scratch, size_t room)
{
    static const char *const WORDS[] = {
        [FIELD_TEXT] = "a text",
        [FIELD_INTEGER] = "a whole number",
        [FIELD_BOOL] = "true or false",
        [FIELD_DURATION] = "a duration like 90s or 5m",
        [FIELD_SIZE] = "a size like 16MiB",
        [FIELD_TREE] = "a value",
    };
    size_t used;

    if (row->type != FIELD_CHOICE)
        return WORDS[row->type];
    used = (size_t)snprintf(scratch, room, "one of");
    for (int i = 0; row->choices[i] && used < room; i++)
        used +=
            (size_t)snprintf(scratch + used, room - used, "%s %s", i ? "," : "", row->choices[i]);
    return scratch;
}

bool field_read(const YamlDocument *document, const cJSON *node, const char *where,
                const Field *row, void *target, Error *err)
{
    char scratch[160];
    char *found;
    bool ok;

    if (read_value(node, row, (char *)target + row->offset))
        return true;
    found = cJSON_PrintUnformatted(node);
    ok = yaml_error(document, node, err, "%s%s%s: expected %s, found %.60s", where,
                    *where ? "." : "", row->key, expected(row, scratch, sizeof scratch), found);
    cJSON_free(found);
    return ok;
}

bool fields_read(const YamlDocument *document, const cJSON *mapping, const char *where,
                 const Field *rows, size_t count, void *target, Error *err)
{
    const cJSON *node;

    if (!cJSON_IsObject(mapping))
        return yaml_error(document, mapping, err, "%s: expected a mapping", where);
    cJSON_ArrayForEach(node, mapping)
    {
        const Field *row = row_of(rows, count, node->string);

        if (!row)
            return unknown_key(document, node, where, rows, count, err);
        if (!field_read(document, node, where, row, target, err))
            return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (rows[i].is_required && !cJSON_GetObjectItemCaseSensitive(mapping, rows[i].key))
            return yaml_error(document, mapping, err, "%s%s%s: missing; %s", where,
                              *where ? "." : "", rows[i].key, rows[i].what);
    }
    return true;
}
