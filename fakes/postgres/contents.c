/*
 * fakes/postgres/contents.c - the rows of a database, as a log of what was written at which position.
 */
#include "fakes/postgres/contents.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static PgWrite *write_share(PgWrite *write)
{
    write->references++;
    return write;
}

static void write_drop(PgWrite *write)
{
    if (--write->references > 0)
        return;
    cJSON_Delete(write->value);
    free(write);
}

static void log_add(PgContents *contents, PgWrite *write)
{
    MEMORY_GROW(contents->log, contents->log_count, contents->log_capacity);
    contents->log[contents->log_count++] = write;
    if (write->block >= contents->blocks)
        contents->blocks = write->block + 1;
}

size_t contents_after(const PgContents *contents, PgLsn lsn)
{
    size_t low = 0, high = contents->log_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (contents->log[middle]->place.end <= lsn)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void contents_receive(PgContents *contents, const PgContents *other, PgLsn from, PgLsn lsn)
{
    for (size_t i = contents_after(other, from);
         i < other->log_count && other->log[i]->place.end <= lsn; i++)
        log_add(contents, write_share(other->log[i]));
}

/* The first row whose key is not less than this one. */
static size_t row_place(const PgContents *contents, const char *key)
{
    size_t low = 0, high = contents->row_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(contents->rows[middle]->key, key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_row(const PgContents *contents, size_t place, const char *key)
{
    return place < contents->row_count && strcmp(contents->rows[place]->key, key) == 0;
}

/* A row that is there stays on its page. */
static uint32_t block_of(const PgContents *contents, const char *key)
{
    size_t place = row_place(contents, key);

    return is_row(contents, place, key) ? contents->rows[place]->block : contents->blocks;
}

void contents_write(PgContents *contents, const PgPlace *place, const char *key, const cJSON *value)
{
    size_t size = strlen(key) + 1;
    PgWrite *write = memory_new(1, sizeof *write + size);

    write->references = 1;
    write->place = *place;
    write->block = place->kind == PG_WRITE_ROW ? block_of(contents, key) : 0;
    write->value = cJSON_Duplicate(value, true);
    memcpy(write->key, key, size);
    log_add(contents, write);
}

static void row_remove(PgContents *contents, size_t place)
{
    write_drop(contents->rows[place]);
    contents->row_count--;
    memmove(&contents->rows[place], &contents->rows[place + 1],
            (contents->row_count - place) * sizeof(contents->rows[0]));
}

static void row_insert(PgContents *contents, size_t place, PgWrite *write)
{
    MEMORY_GROW(contents->rows, contents->row_count, contents->row_capacity);
    memmove(&contents->rows[place + 1], &contents->rows[place],
            (contents->row_count - place) * sizeof(contents->rows[0]));
    contents->rows[place] = write_share(write);
    contents->row_count++;
}

static void replay_one(PgContents *contents, PgWrite *write)
{
    size_t place = row_place(contents, write->key);

    if (write->place.kind != PG_WRITE_ROW)
        return;
    if (is_row(contents, place, write->key))
        row_remove(contents, place);
    if (write->value != NULL)
        row_insert(contents, place, write);
}

void contents_replay(PgContents *contents, PgLsn lsn)
{
    while (contents->replayed < contents->log_count &&
           contents->log[contents->replayed]->place.end <= lsn)
        replay_one(contents, contents->log[contents->replayed++]);
}

void contents_clear(PgContents *contents)
{
    for (size_t i = 0; i < contents->row_count; i++)
        write_drop(contents->rows[i]);
    for (size_t i = 0; i < contents->log_count; i++)
        write_drop(contents->log[i]);
    contents->row_count = 0;
    contents->log_count = 0;
    contents->replayed = 0;
    contents->blocks = 0;
}

void contents_release(PgContents *contents)
{
    contents_clear(contents);
    free(contents->rows);
    free(contents->log);
    *contents = (PgContents){0};
}

const cJSON *contents_find(const PgContents *contents, const char *key)
{
    size_t place = row_place(contents, key);

    return is_row(contents, place, key) ? contents->rows[place]->value : NULL;
}

void contents_each(const PgContents *contents, const char *prefix, PgRowVisitor *visitor,
                   void *owner)
{
    size_t length = strlen(prefix);

    for (size_t i = row_place(contents, prefix);
         i < contents->row_count && strncmp(contents->rows[i]->key, prefix, length) == 0; i++) {
        if (!visitor(owner, contents->rows[i]->key, contents->rows[i]->value))
            return;
    }
}
