/*
 * fakes/postgres/log.h - how far a primary's write-ahead log reached at which time.
 *
 * A log is a row of marks: from one mark to the next it grows evenly, and at a mark it may jump. So its end is a function of time
 * that can be asked about any moment of the past, and nothing has to tick.
 *
 * Units: LSN in bytes, times in ms of wall time.
 */
#ifndef FAKES_POSTGRES_LOG_H
#define FAKES_POSTGRES_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fakes/postgres/instance.h"

typedef struct {
    int64_t at_ms;
    PgLsn lsn;          /* the end of the log at at_ms */
    double bytes_per_s; /* how it grows until the next mark */
    int64_t commit_ms;  /* the last commit up to lsn; 0: none */
    bool is_serving;    /* standbys get what they ask for */
} PgLogMark;

typedef struct {
    PgLogMark *marks; /* by time */
    size_t count, capacity;
} PgLog;

/* The log from mark->at_ms on; takes the place of a mark of the same moment. */
void pg_log_mark(PgLog *log, const PgLogMark *mark);
void pg_log_clear(PgLog *log);
void pg_log_release(PgLog *log);

/* The end of the log at that time, where a record ends (wal.h); before the first mark: where it begins; 0 without any. */
PgLsn pg_log_at(const PgLog *log, int64_t at_ms);
/* The same to a fraction of a byte, on mark number index. */
double pg_log_end(const PgLog *log, size_t index, int64_t at_ms);
/* The last mark at or before that time, or the first one. */
size_t pg_log_find(const PgLog *log, int64_t at_ms);
/* When it had come to lsn; the last mark's time if it has not yet. */
int64_t pg_log_when_ms(const PgLog *log, PgLsn lsn);
/* When the last commit up to lsn was made, as known at now_ms; 0: there is none. */
int64_t pg_log_commit_ms(const PgLog *log, PgLsn lsn, int64_t now_ms);

#endif
