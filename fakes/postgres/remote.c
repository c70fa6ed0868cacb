/*
 * fakes/postgres/remote.c - what a fake standby has of a real server: its log as bytes, and what was read in it.
 */
#include "fakes/postgres/remote.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fcntl.h>

#include "base/memory.h"
#include "fakes/postgres/wal.h"

enum {
    RM_XLOG = 0,
    RM_XACT = 1,
    CHECKPOINT_SHUTDOWN = 0x00,
    CHECKPOINT_ONLINE = 0x10,
    NEXT_OID = 0x30,
    XACT_KIND = 0x70,
    COMMIT = 0x00,
    COMMIT_PREPARED = 0x30,
};

/* ---- making and ending ---- */

bool pg_remote_new(PgRemote **out, Error *err)
{
    const char *folder = getenv("TMPDIR");
    int file = open(folder != NULL ? folder : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (file < 0)
        return error_set(err, ERR_IO, "no file for a standby's log: %s", strerror(errno));
    *out = MEMORY_NEW(PgRemote);
    (*out)->file = file;
    return true;
}

void pg_remote_free(PgRemote *remote)
{
    if (remote == NULL)
        return;
    pg_wal_reader_release(&remote->reader);
    close(remote->file);
    free(remote);
}

/* ---- what the records say ---- */

bool pg_counters_read(const char *checkpoint, size_t length, PgCounters *out)
{
    enum { NEXT = 24, OLDEST = 48 };

    if (length < PG_CHECKPOINT_BYTES)
        return false;
    memcpy(&out->next_xid, checkpoint + NEXT, sizeof out->next_xid);
    memcpy(&out->next_oid, checkpoint + NEXT + 8, sizeof out->next_oid);
    memcpy(&out->next_multi, checkpoint + NEXT + 12, sizeof out->next_multi);
    memcpy(&out->next_multi_offset, checkpoint + NEXT + 16, sizeof out->next_multi_offset);
    memcpy(&out->oldest_xid, checkpoint + NEXT + 20, sizeof out->oldest_xid);
    memcpy(&out->oldest_xid_database, checkpoint + OLDEST, sizeof out->oldest_xid_database);
    memcpy(&out->oldest_multi, checkpoint + OLDEST + 4, sizeof out->oldest_multi);
    memcpy(&out->oldest_multi_database, checkpoint + OLDEST + 8, sizeof out->oldest_multi_database);
    return true;
}

/* A checkpoint's counters are as of its redo point: others may have gone on since. */
static void note_checkpoint(PgRemote *remote, const PgWalRecord *record)
{
    uint64_t next = remote->counters.next_xid;

    if (!pg_counters_read(record->data, record->length, &remote->counters))
        return;
    if (next > remote->counters.next_xid)
        remote->counters.next_xid = next;
    memcpy(&remote->redo, record->data, sizeof remote->redo);
    remote->checkpoint = record->begin;
}

static void note_commit(PgRemote *remote, const PgWalRecord *record)
{
    int64_t at;

    if (record->length < sizeof at)
        return;
    memcpy(&at, record->data, sizeof at);
    remote->commit_ms = pg_wall_ms(at);
}

/* The counter is as wide as two: what is less than the last one by more than half has come round. */
static void note_xid(PgRemote *remote, uint32_t xid)
{
    uint32_t next = (uint32_t)remote->counters.next_xid;

    if (xid != 0 && (int32_t)(xid - next) >= 0)
        remote->counters.next_xid += xid - next + 1;
}

static void note_record(void *owner, const PgWalRecord *record)
{
    PgRemote *remote = owner;
    uint8_t kind = record->info & 0xf0;

    remote->replayable = record->end;
    remote->last_record = record->begin;
    note_xid(remote, record->xid);
    if (record->rmgr == RM_XLOG && (kind == CHECKPOINT_SHUTDOWN || kind == CHECKPOINT_ONLINE))
        note_checkpoint(remote, record);
    if (record->rmgr == RM_XLOG && kind == NEXT_OID &&
        record->length >= sizeof remote->counters.next_oid)
        memcpy(&remote->counters.next_oid, record->data, sizeof remote->counters.next_oid);
    kind = record->info & XACT_KIND;
    if (record->rmgr == RM_XACT && (kind == COMMIT || kind == COMMIT_PREPARED))
        note_commit(remote, record);
}

/* ---- the log ---- */

void pg_remote_begin(PgRemote *remote, uint64_t system_identifier, uint32_t timeline, PgLsn redo,
                     const PgCounters *counters)
{
    remote->system_identifier = system_identifier;
    remote->timeline = timeline;
    remote->counters = *counters;
    remote->redo = redo;
    remote->first = pg_wal_segment(redo);
    remote->received = remote->replayable = remote->first;
    remote->last_record = 0;
    remote->commit_ms = 0;
    pg_wal_reader_begin(&remote->reader, remote->first, system_identifier, note_record, remote);
}

PgLsn pg_remote_restart(PgRemote *remote, uint32_t timeline)
{
    pg_wal_reader_rewind(&remote->reader);
    remote->timeline = timeline;
    if (remote->received > remote->replayable)
        remote->received = remote->replayable;
    return pg_wal_segment(remote->received);
}

static bool write_all(PgRemote *remote, PgLsn lsn, const char *bytes, size_t length, Error *err)
{
    while (length > 0) {
        ssize_t done = pwrite(remote->file, bytes, length, (off_t)(lsn - remote->first));

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return error_set(err, ERR_IO, "a standby's log: %s", strerror(errno));
        lsn += (PgLsn)done;
        bytes += done;
        length -= (size_t)done;
    }
    return true;
}

bool pg_remote_add(PgRemote *remote, PgLsn lsn, const char *bytes, size_t length, Error *err)
{
    PgLsn end = lsn + length;

    if (end <= remote->received)
        return true;
    if (!pg_wal_reader_add(&remote->reader, lsn, bytes, length, err))
        return false;
    if (lsn < remote->received) {
        bytes += remote->received - lsn;
        lsn = remote->received;
    }
    if (!write_all(remote, lsn, bytes, end - lsn, err))
        return false;
    remote->received = end;
    return true;
}

void pg_remote_end(PgRemote *remote)
{
    remote->received = remote->replayable;
    remote->receiver = PG_RECEIVER_NONE;
    if (remote->on_over != NULL)
        remote->on_over(remote->owner);
    remote->on_over = NULL;
    remote->host = remote->conninfo = remote->slot = NULL;
}

void pg_remote_read(const PgRemote *remote, PgLsn from, PgLsn to, char *out)
{
    while (from < to) {
        ssize_t had = pread(remote->file, out, to - from, (off_t)(from - remote->first));

        if (had < 0 && errno == EINTR)
            continue;
        if (had <= 0) {
            memset(out, 0, to - from);
            return;
        }
        out += had;
        from += (PgLsn)had;
    }
}
