/*
 * fakes/postgres/wal_records.h - what is in the records of the write-ahead log.
 *
 * A row is written as the whole page that holds it (a page image needs nothing to be known of what was there), with a tuple that
 * everybody sees, and as a commit that tells the time. A row of a table that no file is known for, or that no page can hold,
 * is a logical message instead, which a real standby passes over.
 *
 * Source: xlog_internal.h, xlogrecord.h, pg_control.h, standbydefs.h, xact.h, message.h, bufpage.h and htup_details.h of 15.20; bytes of
 *         a real server (tests/fakes/postgres/data/wal_golden.json).
 * Numbers are in the machine's byte order, as Postgres' own are.
 */
#ifndef FAKES_POSTGRES_WAL_RECORDS_H
#define FAKES_POSTGRES_WAL_RECORDS_H

#include <stdbool.h>

#include "base/buffer.h"
#include "fakes/postgres/contents.h"
#include "fakes/postgres/wal.h"

/* What a checkpoint counts; the xid before next_xid is every commit's, so that no page of the commit log is ever a new one. */
typedef struct {
    uint64_t next_xid;
    uint32_t next_oid, next_multi, next_multi_offset;
    uint32_t oldest_xid, oldest_xid_database, oldest_multi, oldest_multi_database;
} PgCounters;

enum {
    PG_NEXT_XID = 1000, /* of a log that is our own from its beginning */
    PG_NEXT_OID = 24576,
    PG_OLDEST_XID = 717, /* as initdb of 15 leaves it */
    PG_CHECKPOINT_BYTES = 88,
    /* Of its record: a server that starts from one takes no other length. What fills the rest of its cells comes after it. */
    PG_CHECKPOINT_RECORD = PG_RECORD_HEADER + 2 + PG_CHECKPOINT_BYTES,
    PG_CHECKPOINT_ROOM = (PG_CHECKPOINT_RECORD + 7) / 8 * 8,
};

/* One record, before it is laid out over pages. */
typedef struct {
    uint8_t rmgr, info;
    uint32_t xid;
    Buffer references; /* headers of the pages it carries */
    Buffer images;     /* the pages */
    Buffer data;       /* its main data */
} PgRecord;

/* What a record costs at most. */
size_t pg_wal_record_size(PgWriteKind kind);
/* The same for a row; value NULL: it is deleted. */
size_t pg_wal_row_size(const char *key, const char *value);

/* A checkpoint as records and control file have it. */
typedef struct {
    PgLsn redo;
    uint32_t timeline, previous_timeline;
    int64_t at_ms;
    bool is_shutdown;
    PgCounters counters;
} PgCheckpoint;
/* Those of an instance's log: its own, or as those of the server were whose log it took over. */
PgCounters pg_counters(const PgInstance *instance);
PgCounters pg_counters_usual(void);
void pg_checkpoint_encode(const PgCheckpoint *checkpoint, Buffer *out);

/* Each fills a record that is empty. */
void pg_record_checkpoint(PgRecord *record, const PgCheckpoint *checkpoint);
void pg_record_running(PgRecord *record, const PgCounters *counters);
void pg_record_promotion(PgRecord *record, uint32_t timeline, uint32_t previous, int64_t at_ms);
void pg_record_backup_end(PgRecord *record, PgLsn backup_begin);
void pg_record_switch(PgRecord *record);
void pg_record_noop(PgRecord *record);
void pg_record_commit(PgRecord *record, const PgCounters *counters, int64_t at_ms);
void pg_record_row(PgRecord *record, const PgWrite *write, const PgTableFile *tables, size_t count);
/* Puts the row's page in its place among the pages of a table's file, if it is one of that table. */
void pg_page_add(const PgWrite *write, const PgTableFile *table, Buffer *pages);
void pg_record_clear(PgRecord *record);
void pg_record_release(PgRecord *record);

/* Appends the record as bytes, filled up to size, which is no less than what it needs. */
void pg_record_encode(const PgRecord *record, PgLsn previous, size_t size, Buffer *out);

/* Microseconds since 2000-01-01. */
int64_t pg_time(int64_t wall_ms);
int64_t pg_wall_ms(int64_t time);

#endif
