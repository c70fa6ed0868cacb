/*
 * fakes/postgres/history.c - the timelines that an instance's data has lived on.
 */
#include "fakes/postgres/history.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* FNV-1a: enough to tell a handful of lines apart, and the same in every run. */
static uint64_t hash_add(uint64_t hash, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;

    for (size_t i = 0; i < length; i++)
        hash = (hash ^ at[i]) * 0x100000001b3;
    return hash;
}

void pg_history_begin(PgHistory *history, uint64_t system_identifier, uint32_t timeline)
{
    history->count = 0;
    history->timeline = timeline;
    history->line = hash_add(0xcbf29ce484222325, &system_identifier, sizeof system_identifier);
}

static void add_past(PgHistory *history, uint32_t timeline, PgLsn ended_at, uint64_t line)
{
    size_t capacity = history->capacity;

    MEMORY_GROW(history->entries, history->count, history->capacity);
    if (history->capacity != capacity)
        history->lines = memory_resize(history->lines, history->capacity, sizeof *history->lines);
    history->entries[history->count] = (PgHistoryEntry){timeline, ended_at};
    history->lines[history->count++] = line;
}

void pg_history_fork(PgHistory *history, PgLsn lsn, const char *who, int64_t at_ms)
{
    add_past(history, history->timeline, lsn, history->line);
    history->timeline++;
    history->line = hash_add(history->line, &lsn, sizeof lsn);
    history->line = hash_add(history->line, &at_ms, sizeof at_ms);
    history->line = hash_add(history->line, who, strlen(who));
}

void pg_history_parse(PgHistory *history, uint64_t system_identifier, uint32_t timeline,
                      const char *text)
{
    pg_history_begin(history, system_identifier, timeline);
    for (; *text != '\0'; text += strcspn(text, "\n"), text += *text == '\n') {
        uint32_t past, high, low;

        if (*text == '\n' ||
            sscanf(text, "%" SCNu32 " %8" SCNx32 "/%8" SCNx32, &past, &high, &low) != 3)
            continue;
        if (past >= timeline)
            break;
        history->timeline = past;
        pg_history_fork(history, (PgLsn)high << 32 | low, "", 0);
    }
    history->timeline = timeline;
}

void pg_history_copy(PgHistory *history, const PgHistory *other, PgLsn lsn)
{
    if (history->line == other->line && history->count == other->count)
        return;
    history->count = 0;
    for (size_t i = 0; i < other->count; i++) {
        /* What ends at lsn is over: the next byte belongs to the next timeline. */
        if (lsn < other->entries[i].ended_at) {
            history->timeline = other->entries[i].timeline;
            history->line = other->lines[i];
            return;
        }
        add_past(history, other->entries[i].timeline, other->entries[i].ended_at, other->lines[i]);
    }
    history->timeline = other->timeline;
    history->line = other->line;
}

void pg_history_release(PgHistory *history)
{
    free(history->entries);
    free(history->lines);
    *history = (PgHistory){0};
}

bool pg_history_is_past_of(const PgHistory *history, PgLsn lsn, const PgHistory *other,
                           PgLsn other_lsn)
{
    if (history->line == other->line)
        return lsn <= other_lsn;
    for (size_t i = 0; i < other->count; i++) {
        if (other->lines[i] == history->line)
            return lsn <= other->entries[i].ended_at;
    }
    return false;
}
