/*
 * sim/postgres_real/rows.c - what a real primary's tables hold, as its TSB remembers it.
 */
#include "sim/postgres_real/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static const char *const TABLES[] = {
    "audit_log", "clusters", "organizations", "settings", "syncs", "tenants", "workspaces", NULL,
};
static const char SETTINGS[] = "settings";

const char *const *rows_tables(void)
{
    return TABLES;
}

const char *rows_table_of(const char *key)
{
    size_t length = strcspn(key, "/");

    for (size_t i = 0; key[length] && TABLES[i]; i++)
        if (strlen(TABLES[i]) == length && memcmp(TABLES[i], key, length) == 0)
            return TABLES[i];
    return SETTINGS;
}

/* The first row whose key is not before key. */
static size_t place_of(const Rows *rows, const char *key)
{
    size_t low = 0, high = rows->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(rows->rows[middle].key, key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_at(const Rows *rows, size_t place, const char *key)
{
    return place < rows->count && strcmp(rows->rows[place].key, key) == 0;
}

const cJSON *rows_find(const Rows *rows, const char *key)
{
    size_t place = place_of(rows, key);

    return is_at(rows, place, key) ? rows->rows[place].value : NULL;
}

static void take_out(Rows *rows, size_t place)
{
    free(rows->rows[place].key);
    cJSON_Delete(rows->rows[place].value);
    rows->count--;
    memmove(rows->rows + place, rows->rows + place + 1, (rows->count - place) * sizeof *rows->rows);
}

void rows_put(Rows *rows, const char *key, const cJSON *value)
{
    size_t place = place_of(rows, key);
    cJSON *copy = cJSON_Duplicate(value, true); /* before what it may be part of goes */

    if (is_at(rows, place, key))
        take_out(rows, place);
    if (!copy)
        return;
    MEMORY_GROW(rows->rows, rows->count, rows->capacity);
    memmove(rows->rows + place + 1, rows->rows + place, (rows->count - place) * sizeof *rows->rows);
    rows->rows[place] = (Row){memory_text(key), copy};
    rows->count++;
}

void rows_each(const Rows *rows, const char *prefix, PgRowVisitor *visitor, void *owner)
{
    size_t length = strlen(prefix);

    for (size_t i = place_of(rows, prefix);
         i < rows->count && strncmp(rows->rows[i].key, prefix, length) == 0; i++)
        if (!visitor(owner, rows->rows[i].key, rows->rows[i].value))
            return;
}

void rows_release(Rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        free(rows->rows[i].key);
        cJSON_Delete(rows->rows[i].value);
    }
    free(rows->rows);
    *rows = (Rows){0};
}
