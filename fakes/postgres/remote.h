/*
 * fakes/postgres/remote.h - what a fake standby has of a real server: its log as bytes, and what was read in it.
 *
 * A walreceiver (walreceiver.h) puts in what comes over the wire; the instance that follows (pg_follow_remote) reads its positions here. The
 * bytes lie in a file without a name and not in memory, so that real clients can be sent them again. Rows of real tables are not
 * understood: such an instance has the server's log and positions, but no contents.
 *
 * Source:    PostgreSQL 15 manual, 27.2; pg_control.h and xact.h of 15.
 * Units:     times in ms of wall time.
 * Ownership: an instance owns the one it follows.
 */
#ifndef FAKES_POSTGRES_REMOTE_H
#define FAKES_POSTGRES_REMOTE_H

#include "fakes/postgres/wal_reader.h"
#include "fakes/postgres/wal_records.h"

struct PgRemote {
    PgInstance *instance; /* whose it is */
    uint64_t system_identifier;
    uint32_t timeline; /* of what comes in */
    PgLsn first;       /* the log is there from this segment on */
    PgLsn received;    /* all that is in the file */
    PgLsn
        replayable; /* up to the last whole record; beyond what is received, if that is a switch of segments */
    PgLsn last_record; /* where that one begins; 0: there is none yet */
    PgLsn redo, checkpoint;
    PgCounters counters;
    int64_t commit_ms; /* of the last commit; 0: none */

    /* What its walreceiver is at, as pg_stat_wal_receiver tells. */
    PgReceiver receiver;
    const char *host, *conninfo,
        *slot; /* borrowed from the walreceiver; conninfo without its password; slot may be NULL */
    int port;
    PgLsn start, latest_end;
    uint32_t start_timeline;
    int64_t sent_ms, heard_ms, latest_end_ms;
    void (*on_over)(void *owner); /* the instance follows somebody else, or nobody */
    void *owner;

    int file;
    PgWalReader reader;
};

/* With nothing in it. Fails with ERR_IO if there is no room for files. */
bool pg_remote_new(PgRemote **out, Error *err);
void pg_remote_free(PgRemote *remote); /* accepts NULL */

/* A base backup came in: the log begins with the segment of its redo point, and counts on from its checkpoint. */
void pg_remote_begin(PgRemote *remote, uint64_t system_identifier, uint32_t timeline, PgLsn redo,
                     const PgCounters *counters);
/* The stream begins anew, from the segment's first byte; what is half there is asked for again. */
PgLsn pg_remote_restart(PgRemote *remote, uint32_t timeline);
/* Log that begins at lsn. Fails with ERR_PROTOCOL if it is none or if there is a gap, with ERR_IO if the file takes no more. */
bool pg_remote_add(PgRemote *remote, PgLsn lsn, const char *bytes, size_t length, Error *err);
/* Here the log of the other server ends for us. */
void pg_remote_end(PgRemote *remote);
/* Bytes that are there. */
void pg_remote_read(const PgRemote *remote, PgLsn from, PgLsn to, char *out);

/* The checkpoint of a control file or of a record; false: too short. */
bool pg_counters_read(const char *checkpoint, size_t length, PgCounters *out);

#endif
