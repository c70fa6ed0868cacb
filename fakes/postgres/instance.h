/*
 * fakes/postgres/instance.h - one Postgres server as the world sees it: role, timeline, log positions, contents.
 *
 * State only: no bytes of the protocol. Positions are functions of time: a primary's log grows at its write rate and with each
 * pg_write; a standby receives what the link lets through and replays it later. instance_advance brings one up to now and is
 * called by every read, so nothing has to tick.
 *
 * Source:    PostgreSQL 15 manual, 27.2 (log shipping, streaming), 9.27 (functions), 30.5 (WAL internals).
 * Units:     LSN: bytes, as 64-bit numbers ("0/3000060" as text); lag in bytes and ms.
 * Ownership: instances are the world's; upstreams are borrowed and must outlive who follows them.
 */
#ifndef FAKES_POSTGRES_INSTANCE_H
#define FAKES_POSTGRES_INSTANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/json.h"

typedef struct PgInstance PgInstance;
typedef uint64_t PgLsn;

typedef enum {
    PG_STOPPED,  /* nobody listens */
    PG_STARTING, /* 57P03 "the database system is starting up" */
    PG_RECOVERING, /* after a crash of a process of its own: 57P03 "the database system is in recovery mode" */
    PG_INCONSISTENT, /* a standby without all its base backup needs: 57P03 "... is not yet accepting connections" */
    PG_READY,
    PG_STOPPING, /* 57P03 "the database system is shutting down" */
} PgState;

/* Which file holds a table, for real clients that are sent its pages: the numbers of pg_relation_filepath(). */
typedef struct {
    const char *table; /* "tenants" */
    uint32_t database, file;
} PgTableFile;

typedef struct {
    const char *name; /* "tsb-postgres-1" */
    uint64_t system_identifier;
    int server_version_num;      /* 150020 */
    uint32_t timeline;           /* 1 */
    PgLsn start_lsn;             /* 0x3000000 */
    double write_bytes_per_s;    /* background log growth while primary and ready */
    PgLsn wal_keep_bytes;        /* wal_keep_size: kept whatever checkpoints say (pg_oldest_lsn) */
    PgLsn slot_keep_bytes;       /* max_slot_wal_keep_size; 0: a slot keeps what it needs */
    int64_t checkpoint_every_ms; /* checkpoint_timeout; 0: no checkpoint removes any log */
    const PgTableFile *tables;   /* borrowed; rows of other tables are no pages in the log */
    size_t table_count;
    int max_wal_senders;           /* 0: 10 */
    int64_t wal_sender_timeout_ms; /* 0: 60 s */
    int64_t
        checkpoint_ms; /* a spread one takes so long: a base backup and a promotion wait for it */
    const char *replication_password; /* borrowed; in primary_conninfo for superusers. NULL: none */
    bool is_cold;            /* hot_standby = off: as a standby it replays, but lets nobody in */
    int64_t (*now_ms)(void); /* NULL: clock_wall_ms */
} PgInstanceOptions;

/* A ready primary with nothing in it. */
PgInstance *pg_instance_new(const PgInstanceOptions *options);
/* Accepts NULL. Who still follows it follows nobody from then on. */
void pg_instance_free(PgInstance *instance);

/* How log flows from upstream to a standby. */
typedef struct {
    bool is_connected;  /* false: no walreceiver */
    bool is_stalled;    /* connected, keep-alives, but the received position stands still */
    bool is_silent;     /* half open: both ends take it for connected, and nothing comes */
    int64_t delay_ms;   /* network */
    double bytes_per_s; /* 0: no limit */
    PgLsn
        lag_bytes; /* stays this far behind while the upstream writes; caught up when it stops... */
    double drain_bytes_per_s; /* ...at this rate once upstream writes no more (0: at once) */
    int64_t replay_delay_ms;
    bool is_replay_paused; /* pg_wal_replay_pause() */
    const char
        *slot; /* primary_slot_name: upstream's slot, which has to be there; NULL: none. Borrowed */
    const char *host; /* in primary_conninfo; NULL: upstream's name. Borrowed */
} PgLink;

/*
 * Makes instance a standby of upstream (NULL: of nobody). One that never held a row gets a base backup: everything
 * upstream has up to now minus the link's lag. One with data of its own keeps it (kubegres skips the copy then) and streams
 * on only if its position lies on upstream's line of history and upstream still has the log from there.
 */
void pg_follow(PgInstance *instance, PgInstance *upstream, const PgLink *link);
void pg_set_link(PgInstance *instance, const PgLink *link);
const PgLink *pg_link(const PgInstance *instance);
PgInstance *pg_upstream(const PgInstance *instance);
/* Who follows instance, oldest first; borrowed until somebody follows another. */
size_t pg_followers(const PgInstance *instance, PgInstance *const **out_followers);
/* PG_STOPPING still sends its standbys what they lack, as a fast shutdown does; PG_STOPPED from PG_READY is a crash. */
void pg_set_state(PgInstance *instance, PgState state);
void pg_set_write_rate(PgInstance *instance, double bytes_per_s);
/* The disk of its data is full: a primary takes no write (53100), a standby's walreceiver ends as soon as something comes. */
void pg_set_disk_full(PgInstance *instance, bool is_full);
/*
 * Leaves recovery: replays all it has received (promotion ends a pause, as seen with PostgreSQL 15.20), timeline + 1
 * with a history entry. Nothing happens to a primary.
 */
void pg_promote(PgInstance *instance);
/* Done at once, as CHECKPOINT does it: log that nothing else keeps is removed (pg_oldest_lsn). Nothing happens to a standby. */
void pg_checkpoint(PgInstance *instance);
/* Another database from now on, as initdb makes it: empty, on timeline 1, of this system identifier. Role and upstream stay. */
void pg_initialise(PgInstance *instance, uint64_t system_identifier);
/* Forgets all it has and starts over as a standby of upstream with a new base backup. */
void pg_reseed(PgInstance *instance, PgInstance *upstream, const PgLink *link);

/*
 * A server that is none of ours (remote.h, walreceiver.h): instance forgets all it has and becomes a standby of it. It takes remote over,
 * and drops it when it follows somebody else; a promotion leaves it as the past of the log. NULL: it follows none.
 */
typedef struct PgRemote PgRemote;
void pg_follow_remote(PgInstance *instance, PgRemote *remote);
PgRemote *pg_remote(const PgInstance *instance);
/* remote has begun: instance is what its base backup holds, on a timeline that came about as the text of a .history file says. */
void pg_copy_remote(PgInstance *instance);
void pg_set_history(PgInstance *instance, uint32_t timeline, const char *history);

/* Reads, all as of now. */
const char *pg_name(const PgInstance *instance);
PgState pg_state(const PgInstance *instance);
bool pg_is_in_recovery(PgInstance *instance);
bool pg_is_cold(const PgInstance *instance); /* hot_standby is off */
uint32_t pg_timeline(PgInstance *instance);
uint64_t pg_system_identifier(const PgInstance *instance);
int64_t pg_now_ms(const PgInstance *instance);     /* by its clock */
int64_t pg_started_ms(const PgInstance *instance); /* when it was last started */
int pg_server_version_num(const PgInstance *instance);
/* What pg_control_checkpoint() says: the old timeline from a promotion until its checkpoint is done (checkpoint_ms, or a second). */
uint32_t pg_control_timeline(PgInstance *instance);
PgLsn pg_current_lsn(PgInstance *instance); /* primary's write position; 0 on a standby */
/* 0 if it never received; below the replay position from a restart until the stream flows again. */
PgLsn pg_receive_lsn(PgInstance *instance);
PgLsn pg_replay_lsn(PgInstance *instance); /* not 0 on a primary that came out of recovery */
/* Where its data ends, whatever its role: the primary's write position, all that a standby has on disk. */
PgLsn pg_end_lsn(PgInstance *instance);
int64_t
pg_last_replay_commit_ms(PgInstance *instance); /* wall time of the last replayed commit; 0: none */
int64_t
pg_last_message_ms(PgInstance *instance); /* wall time of the last word from upstream; 0: none */
/* How a standby reaches its upstream, with this password in it (NULL: none); "" of who follows nobody. */
const char *pg_conninfo(const PgInstance *instance, const char *password, char out_text[200]);
const char *pg_replication_password(const PgInstance *instance); /* of its options */
/* What its walreceiver is at. */
typedef enum {
    PG_RECEIVER_NONE, /* there is none: no standby, no connection, nobody at the other end */
    PG_RECEIVER_STREAMING,
    PG_RECEIVER_WAITING, /* connected, but upstream forked off before our position */
    /* These come and go, each time it tries: nobody sees them in pg_stat_wal_receiver. */
    PG_RECEIVER_REMOVED,  /* 58P01: upstream no longer has the log it needs */
    PG_RECEIVER_AHEAD,    /* XX000: it has more than upstream */
    PG_RECEIVER_STRANGER, /* upstream has another system identifier */
    PG_RECEIVER_NO_SLOT,  /* 42704: its slot is not there */
    PG_RECEIVER_FULL,     /* it cannot write what it receives */
} PgReceiver;
PgReceiver pg_receiver(PgInstance *instance);
/* What the server's log says of that each time; "" if nothing is wrong. */
const char *pg_receiver_text(PgInstance *instance, char out_text[200]);
/*
 * replay_lag of pg_stat_replication: how long ago what it has just replayed was written. False: NULL, since it has everything
 * and nothing is written.
 */
bool pg_replay_lag(PgInstance *standby, int64_t *out_ms);
typedef struct {
    uint32_t timeline;
    PgLsn ended_at;
} PgHistoryEntry;
size_t pg_history(const PgInstance *instance, const PgHistoryEntry **out_entries);

/* The real clients that take its log (peers.h). */
typedef struct PgPeers PgPeers;
PgPeers *pg_peers(PgInstance *instance);
int pg_max_wal_senders(const PgInstance *instance);
int64_t pg_wal_sender_timeout_ms(const PgInstance *instance);
int64_t pg_checkpoint_ms(const PgInstance *instance);
/* Does its log grow by itself right now, without anybody being told? */
bool pg_is_growing(const PgInstance *instance);

/*
 * The log as bytes, for real clients. It is there from pg_oldest_lsn up to pg_end_lsn. Whoever reads elsewhere gets what would be there.
 *
 * pg_oldest_lsn is where a segment begins: the one that the instance's log began in, until something removes it. That is, if
 * checkpoint_every_ms is set, each checkpoint that is done, up to where it began; without checkpoints, wal_keep_bytes as soon as
 * there is more. Slots keep what they need, up to slot_keep_bytes.
 */
PgLsn pg_oldest_lsn(PgInstance *instance);
void pg_read_log(PgInstance *instance, PgLsn from, PgLsn to, char *out);
/* Goes on in the next segment, as pg_switch_wal() does; where that was. 0: it is no ready primary. */
PgLsn pg_switch_log(PgInstance *instance);
/*
 * A base backup begins: on a primary in a segment of its own. False: there is no checkpoint yet (a standby), or it is not ready.
 * pg_backup_end says up to where the log is needed.
 */
typedef struct {
    PgLsn redo, checkpoint;
    uint32_t timeline;
    bool from_standby;
} PgBackup;
/* The file of table number index as it is now, page by page; false: there are no more tables. Rows that no page can hold are not in it. */
bool pg_table_pages(PgInstance *instance, size_t index, const PgTableFile **out_table,
                    Buffer *out_pages);
bool pg_backup_is_possible(PgInstance *instance);
bool pg_backup_begin(PgInstance *instance, PgBackup *out);
PgLsn pg_backup_end(PgInstance *instance, const PgBackup *backup);

/* Do both stand on one line of history: is a's position part of b's past? */
bool pg_is_ancestor(PgInstance *a, PgInstance *b);
const char *pg_lsn_text(PgLsn lsn, char out_text[24]);
bool pg_lsn_parse(const char *text, PgLsn *out);

/*
 * Contents: what TSB keeps in its database, as rows key -> JSON, each written at an LSN. A standby shows what it has replayed.
 * pg_write fails (false) unless the instance is a ready primary. value NULL deletes the row.
 */
/* Rows that it has changed as a primary since it began (pg_stat_user_tables); a write rate counts as rows, too. */
int64_t pg_changes(const PgInstance *instance);
bool pg_write(PgInstance *instance, const char *key, const cJSON *value, PgLsn *out_lsn);
const cJSON *pg_row(PgInstance *instance,
                    const char *key); /* borrowed until the next write or replay */
typedef bool PgRowVisitor(void *owner, const char *key, const cJSON *value);
void pg_each_row(PgInstance *instance, const char *prefix, PgRowVisitor *visitor,
                 void *owner); /* by key */

#endif
