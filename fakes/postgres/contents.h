/*
 * fakes/postgres/contents.h - the rows of a database, as a log of what was written at which position and what of it is visible.
 *
 * A primary's and its standbys' contents share the written values; each has its own log, and shows the part that it has replayed.
 * Ownership: what it hands out is borrowed until the next write or replay.
 */
#ifndef FAKES_POSTGRES_CONTENTS_H
#define FAKES_POSTGRES_CONTENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "fakes/postgres/instance.h"

typedef struct PgWrite
    PgWrite; /* one row written, or deleted, at one position; counted references */

typedef struct {
    PgWrite **log; /* by position */
    size_t log_count, log_capacity;
    size_t replayed; /* so many of them are visible */
    PgWrite **rows;  /* the visible rows, by key */
    size_t row_count, row_capacity;
} PgContents;

/* Adds to the log, visible only after contents_replay. value NULL deletes the row. */
void contents_write(PgContents *contents, const char *key, const cJSON *value, PgLsn lsn);
/* Adds what other's log has after position from and up to lsn. */
void contents_receive(PgContents *contents, const PgContents *other, PgLsn from, PgLsn lsn);
void contents_replay(PgContents *contents, PgLsn lsn);
/* Forgets everything. */
void contents_clear(PgContents *contents);
void contents_release(PgContents *contents);

const cJSON *contents_find(const PgContents *contents, const char *key);
void contents_each(const PgContents *contents, const char *prefix, PgRowVisitor *visitor,
                   void *owner);

#endif
