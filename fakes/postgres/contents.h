/*
 * fakes/postgres/contents.h - the rows of a database, as a log of what was written at which position and what of it is visible.
 *
 * Besides rows the log remembers the few other records that have a place of their own: a promotion, a shutdown, a backup's end, a switch
 * to the next segment. The rest of the write-ahead log is filling (wal.h). A primary's and its standbys' contents share what was
 * written; each has its own log, and shows the part that it has replayed.
 * Ownership: what it hands out is borrowed until the next write or replay.
 */
#ifndef FAKES_POSTGRES_CONTENTS_H
#define FAKES_POSTGRES_CONTENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "fakes/postgres/instance.h"

typedef enum {
    PG_WRITE_ROW,
    PG_WRITE_PROMOTION,  /* END_OF_RECOVERY, the first of its timeline */
    PG_WRITE_SHUTDOWN,   /* the checkpoint of a fast shutdown */
    PG_WRITE_BACKUP_END, /* its value: where the backup began */
    PG_WRITE_SWITCH,     /* the rest of the segment stays empty */
} PgWriteKind;

/* What was written, and where: its records begin at begin and end at end. */
typedef struct {
    PgWriteKind kind;
    PgLsn begin, end;
    PgLsn backup_begin;
    int64_t at_ms;
} PgPlace;

/* One write; counted references. */
typedef struct PgWrite {
    int references;
    PgPlace place;
    uint32_t block; /* of a row: the page of its table that is its own */
    cJSON *value;   /* of a row; NULL: it was deleted */
    char key[];     /* of a row */
} PgWrite;

typedef struct {
    PgWrite **log; /* by position */
    size_t log_count, log_capacity;
    size_t replayed; /* so many of them are visible */
    PgWrite **rows;  /* the visible rows, by key */
    size_t row_count, row_capacity;
    uint32_t blocks; /* so many pages were given to rows */
} PgContents;

/* Adds to the log, visible only after contents_replay. value NULL deletes the row; key "" for what is none. */
void contents_write(PgContents *contents, const PgPlace *place, const char *key,
                    const cJSON *value);
/* Adds what other's log has after position from and up to lsn. */
void contents_receive(PgContents *contents, const PgContents *other, PgLsn from, PgLsn lsn);
void contents_replay(PgContents *contents, PgLsn lsn);
/* The first of the log that ends after lsn; log_count if there is none. */
size_t contents_after(const PgContents *contents, PgLsn lsn);
/* Forgets everything. */
void contents_clear(PgContents *contents);
void contents_release(PgContents *contents);

const cJSON *contents_find(const PgContents *contents, const char *key);
void contents_each(const PgContents *contents, const char *prefix, PgRowVisitor *visitor,
                   void *owner);

#endif
