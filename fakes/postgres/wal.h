/*
 * fakes/postgres/wal.h - where the records of the write-ahead log may begin and end.
 *
 * An instance knows how far its log reaches, as a function of time, and keeps nothing of what is in it but the writes that matter
 * (contents.h). So that real clients can be sent that log, its shape is a function of the position alone: it is a row of cells of
 * 64 bytes, and a record ends where a cell ends. A cell that nobody wrote to holds one NOOP; one that begins a page holds the
 * page's header first. Every segment begins with a head: what runs (RUNNING_XACTS) and a checkpoint, so that a base backup always
 * finds one.
 *
 * Source: PostgreSQL 15 manual, 30.6 (WAL internals); xlog_internal.h and xlogrecord.h of 15.
 */
#ifndef FAKES_POSTGRES_WAL_H
#define FAKES_POSTGRES_WAL_H

#include <stddef.h>
#include <stdint.h>

#include "fakes/postgres/instance.h"

enum {
    PG_PAGE_SIZE = 8192,
    PG_SEGMENT_SIZE = 16 << 20,
    PG_CELL_SIZE = 64,
    PG_HEAD_SIZE = 6 * PG_CELL_SIZE, /* of a segment: no position lies inside */
    PG_RECORD_HEADER = 24,
    PG_RECORD_EXTRA = 5, /* what a record's main data costs besides itself */
};

/* What a page begins with; only the first of a segment has the last three. */
typedef struct {
    uint16_t magic, info;
    uint32_t timeline;
    uint64_t address;
    uint32_t remaining; /* of a record that goes on from the page before */
    uint32_t padding;
    uint64_t system_identifier;
    uint32_t segment_size, page_size;
} PgPageHeader;
enum {
    PG_PAGE_MAGIC = 0xD110, /* of 15 */
    PG_PAGE_CONTINUES = 1,
    PG_PAGE_IS_LONG = 2,
    PG_PAGE_MAY_BE_REMOVED = 4,
    PG_PAGE_REPLACES = 8, /* the record before was given up; its rest never came */
};

/* The last position at or before lsn where a record may end. */
PgLsn pg_wal_floor(PgLsn lsn);
/* The first one at or after it. */
PgLsn pg_wal_ceiling(PgLsn lsn);
/* Where something of size bytes may begin, at lsn or after it: behind the segment's head, and not across its end. */
PgLsn pg_wal_place(PgLsn lsn, size_t size);
/* Where a record of size bytes ends that begins at this cell. */
PgLsn pg_wal_span(PgLsn begin, size_t size);

/* The header of the page that begins at lsn; 0 if none does. */
size_t pg_wal_page_header(PgLsn lsn);
/* What room there is between two positions for what is no page header. */
size_t pg_wal_room(PgLsn begin, PgLsn end);

/* Where what follows size bytes begins, if these begin at lsn (which may be a page's first cell). */
PgLsn pg_wal_skip(PgLsn lsn, size_t size);

/* The redo point and the record of the checkpoint in the head of lsn's segment. */
PgLsn pg_wal_redo(PgLsn lsn);
PgLsn pg_wal_checkpoint(PgLsn lsn);

static inline PgLsn pg_wal_segment(PgLsn lsn)
{
    return lsn - lsn % PG_SEGMENT_SIZE;
}

/* "000000010000000000000003" */
enum { PG_SEGMENT_NAME_SIZE = 25 };
const char *pg_wal_segment_name(uint32_t timeline, PgLsn lsn, char out_text[PG_SEGMENT_NAME_SIZE]);

#endif
