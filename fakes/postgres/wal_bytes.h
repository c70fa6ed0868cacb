/*
 * fakes/postgres/wal_bytes.h - the bytes of the write-ahead log, made when somebody asks for them.
 *
 * Any stretch can be asked for at any time, and is always the same: what is in a cell follows from its position, from the timelines and
 * from the writes that have a place of their own. Nothing is kept.
 */
#ifndef FAKES_POSTGRES_WAL_BYTES_H
#define FAKES_POSTGRES_WAL_BYTES_H

#include "fakes/postgres/contents.h"
#include "fakes/postgres/history.h"
#include "fakes/postgres/wal_records.h"

/* What the log is made of; all borrowed. */
typedef struct {
    uint64_t system_identifier;
    const PgHistory *history;
    const PgContents *contents;
    const PgTableFile *tables;
    size_t table_count;
    PgCounters counters;
    /* Up to here it is somebody else's, whose last record begins at others_last; nothing before is asked for. 0: it is all ours. */
    PgLsn others_end, others_last;
} PgWal;

/* The bytes from one position up to another, both as fine as one likes. */
void pg_wal_read(const PgWal *wal, PgLsn from, PgLsn to, char *out);

/* Whose timeline the byte at lsn is: what ended there belongs to the next. */
uint32_t pg_wal_timeline(const PgHistory *history, PgLsn lsn);

#endif
