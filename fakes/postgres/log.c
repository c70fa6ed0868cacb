/*
 * fakes/postgres/log.c - how far a primary's write-ahead log reached at which time.
 */
#include "fakes/postgres/log.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"
#include "fakes/postgres/wal.h"

void pg_log_mark(PgLog *log, const PgLogMark *mark)
{
    PgLogMark *last = log->count > 0 ? &log->marks[log->count - 1] : NULL;

    /* A clock that was set back must not make the log run backwards: the mark counts from where the last one does. */
    if (last != NULL && mark->at_ms <= last->at_ms) {
        int64_t at_ms = last->at_ms;

        *last = *mark;
        last->at_ms = at_ms;
        return;
    }
    MEMORY_GROW(log->marks, log->count, log->capacity);
    assert(log->marks != NULL);
    log->marks[log->count++] = *mark;
}

void pg_log_clear(PgLog *log)
{
    log->count = 0;
}

void pg_log_release(PgLog *log)
{
    free(log->marks);
    *log = (PgLog){0};
}

size_t pg_log_find(const PgLog *log, int64_t at_ms)
{
    size_t low = 0, high = log->count;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (log->marks[middle].at_ms <= at_ms)
            low = middle;
        else
            high = middle;
    }
    return low;
}

double pg_log_end(const PgLog *log, size_t index, int64_t at_ms)
{
    const PgLogMark *mark = &log->marks[index];

    if (at_ms <= mark->at_ms)
        return (double)mark->lsn;
    return (double)mark->lsn + mark->bytes_per_s * (double)(at_ms - mark->at_ms) / 1000;
}

PgLsn pg_log_at(const PgLog *log, int64_t at_ms)
{
    if (log->count == 0)
        return 0;
    return pg_wal_floor((PgLsn)pg_log_end(log, pg_log_find(log, at_ms), at_ms));
}

/* The last mark whose log begins at or before lsn, or NULL. */
static const PgLogMark *find_by_lsn(const PgLog *log, PgLsn lsn)
{
    size_t low = 0, high = log->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (log->marks[middle].lsn <= lsn)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? &log->marks[low - 1] : NULL;
}

int64_t pg_log_commit_ms(const PgLog *log, PgLsn lsn, int64_t now_ms)
{
    const PgLogMark *mark = find_by_lsn(log, lsn);
    int64_t until_ms = now_ms, commit_ms;

    if (mark == NULL)
        return 0;
    if (mark->bytes_per_s <= 0 || lsn == mark->lsn)
        return mark->commit_ms;
    if (mark + 1 < log->marks + log->count)
        until_ms = mark[1].at_ms;
    commit_ms = mark->at_ms + (int64_t)((double)(lsn - mark->lsn) * 1000 / mark->bytes_per_s);
    return commit_ms < until_ms ? commit_ms : until_ms;
}

int64_t pg_log_when_ms(const PgLog *log, PgLsn lsn)
{
    const PgLogMark *mark = NULL;

    for (size_t i = 0; i < log->count && log->marks[i].lsn <= lsn; i++)
        mark = &log->marks[i];
    if (mark == NULL)
        return log->count > 0 ? log->marks[0].at_ms : 0;
    if (mark->bytes_per_s <= 0)
        return mark->at_ms;
    return mark->at_ms + (int64_t)((double)(lsn - mark->lsn) * 1000 / mark->bytes_per_s);
}
