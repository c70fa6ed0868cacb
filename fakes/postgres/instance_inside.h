/*
 * fakes/postgres/instance_inside.h - an instance as its own files see it: primary, standby, following, backup.
 *
 * A primary's state is its log, which is a function of time. A standby's holds as of advanced_ms; instance_advance brings it up to now.
 */
#ifndef FAKES_POSTGRES_INSTANCE_INSIDE_H
#define FAKES_POSTGRES_INSTANCE_INSIDE_H

#include "fakes/postgres/contents.h"
#include "fakes/postgres/history.h"
#include "fakes/postgres/instance.h"
#include "fakes/postgres/log.h"
#include "fakes/postgres/peers.h"

struct PgInstance {
    char *name;
    PgInstanceOptions options; /* its name is not used */
    PgState state;
    PgHistory history;
    PgContents contents;
    PgLog log;          /* of a primary; nobody reads a standby's */
    double bytes_per_s; /* its write rate, while primary and ready */
    struct {
        double rows;       /* that it has changed as a primary, up to since_ms */
        double rows_per_s; /* and changes since */
        int64_t since_ms;
    } changes;
    int64_t
        serving_ms; /* when it began to be a ready primary: its checkpoints are counted from then */
    PgLsn first_redo; /* where the checkpoint before those began */
    bool is_disk_full;

    bool is_standby;
    PgInstance *upstream;
    PgLink link;
    PgInstance **followers; /* who follows us, oldest first */
    size_t follower_count, follower_capacity;
    PgPeers peers;

    int64_t advanced_ms; /* what follows holds as of then */
    double received;     /* fractions of a byte while the stream flows */
    PgLsn whole;         /* ... and up to the last record that is there to its end */
    PgLsn replayed;
    int64_t commit_ms, message_ms;
    int64_t asked_ms; /* when it asked for the stream: nothing that left upstream before comes in */
    bool is_cut;      /* it has to connect anew before anything flows */
    bool is_removed;  /* and when it did, upstream no longer had what it needs */
    bool is_slotless; /* and when it did, its slot was not there */
    int64_t started_ms; /* when it last became ready */
    bool is_restarted;  /* nothing has come in since; pg_last_wal_receive_lsn() tells */
    bool is_advancing;  /* a ring of standbys is asked only once */
    int64_t promoted_ms;
    uint32_t checkpoint_timeline; /* as in the control file */
    PgRemote *remote;             /* whose log ours was once, or is; NULL: nobody's */
};

/* Now; but a wall clock that was set back stands still here until it has caught up. */
int64_t instance_now(const PgInstance *instance);
/* Where its data ends, as of the last look. */
PgLsn instance_end(const PgInstance *instance);
bool instance_is_ready_primary(const PgInstance *instance);

/* primary.c: from now on the log grows as role, state and write rate say, beginning at lsn, or where it is. */
void instance_mark(PgInstance *instance, PgLsn lsn, int64_t commit_ms);
void instance_mark_here(PgInstance *instance);
/* Writes a record that is no row; backup_begin is that of a backup's end. */
void instance_append(PgInstance *instance, PgWriteKind kind, PgLsn backup_begin);
/* The first record of a timeline, at lsn. */
void instance_append_promotion(PgInstance *instance, PgLsn lsn, int64_t now);

/* standby.c: brings a standby up to now; a primary is there already. */
void instance_advance(PgInstance *instance);
/* Before something changes that others read their past from: they read it now. */
void instance_advance_all(PgInstance *instance);
void instance_set_received(PgInstance *instance, PgLsn lsn);
void instance_replay_to(PgInstance *instance, PgLsn lsn, int64_t now);
/* The last record of the upstream's that has come in to its end. */
PgLsn instance_whole_record(const PgContents *upstream, PgLsn received);
bool instance_is_on_upstreams_line(const PgInstance *instance);

/* retention.c: the begin of the oldest segment that was there at that time. */
PgLsn instance_oldest(PgInstance *instance, int64_t at_ms);

/* following_remote.c: does it follow one now? Then what came in from it is taken. */
bool instance_follows_remote(const PgInstance *instance);
void instance_take_remote(PgInstance *instance);
/* It follows it no more: half a record is not there. */
void instance_leave_remote(PgInstance *instance);
void instance_drop_remote(PgInstance *instance);

/* following.c: from now on it follows nobody. */
void instance_leave_upstream(PgInstance *instance);

#endif
