/*
 * fakes/postgres/wal_reader.h - a write-ahead log that somebody else wrote, taken apart into its records as it comes in.
 *
 * Bytes go in, in pieces of any size; each record comes out once it is there to its end and proved to be one: its pages say where they
 * are and whose, it hangs on the record before it, and its checksum is right. Nothing is kept but the record at hand.
 *
 * Source: xlog_internal.h, xlogrecord.h and xlogreader.c of PostgreSQL 15.
 */
#ifndef FAKES_POSTGRES_WAL_READER_H
#define FAKES_POSTGRES_WAL_READER_H

#include "base/buffer.h"
#include "base/error.h"
#include "fakes/postgres/instance.h"

typedef struct {
    PgLsn begin, end; /* end: where the next one may begin */
    uint32_t xid;
    uint8_t rmgr, info;
    const char *data; /* its main data; borrowed until the visitor returns */
    size_t length;
} PgWalRecord;

typedef void PgWalVisitor(void *owner, const PgWalRecord *record);

enum { PG_PAGE_HEADER_MAX = 40 };

typedef struct {
    uint64_t system_identifier;
    PgLsn at;       /* the next byte it wants */
    PgLsn end;      /* where the last whole record ended */
    PgLsn last;     /* where it began; 0: none yet */
    size_t to_skip; /* bytes of no interest, page headers not counted */
    bool is_first;  /* what goes on from the page before is none of ours */
    bool
        is_replacing; /* the record at hand was given up by who wrote it: the next hangs on nothing we know */
    char header[PG_PAGE_HEADER_MAX];
    size_t header_length; /* so many bytes of it are there */
    PgLsn begin;          /* of the record at hand */
    Buffer record;
    PgWalVisitor *visit;
    void *owner;
} PgWalReader;

/* From lsn on, which is a segment's first byte. */
void pg_wal_reader_begin(PgWalReader *reader, PgLsn lsn, uint64_t system_identifier,
                         PgWalVisitor *visit, void *owner);
/* Forgets half a record: it will come again, or something else in its place. */
void pg_wal_reader_rewind(PgWalReader *reader);
/*
 * Bytes that begin at lsn; those that were taken before are passed over. False with ERR_PROTOCOL: there is a gap, or this is no log;
 * then the reader stands where its last whole record ended.
 */
bool pg_wal_reader_add(PgWalReader *reader, PgLsn lsn, const char *bytes, size_t length,
                       Error *err);
void pg_wal_reader_release(PgWalReader *reader);

#endif
