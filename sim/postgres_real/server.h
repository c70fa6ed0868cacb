/*
 * sim/postgres_real/server.h - the inner header of the room: one member's real server, and what the servers of a world share.
 *
 * A server is Debian's PostgreSQL 15 in processes of its own, on a private address that only this room knows: 127.B.p.(200+i). Whoever
 * comes through a door of the world is carried there by a relay (links.c). Its walreceiver, and the base backup before it, dial
 * 127.B.p.(220+i), the uplink, from where they are carried to whoever the world's names, load balancers and network lead to at that moment.
 *
 * What it is (role, timeline, position) is asked by a session five times a second (watch.c), and pg_member_look is called when it changed.
 *
 * Source: Tetrate's kubegres (settings, pg_hba.conf, the call of pg_basebackup, the trigger file): domain.md 4.2.
 * Goes wrong: the server dies by itself: it stays down, as a pod in a crash loop does, until somebody restarts the member.
 */
#ifndef SIM_POSTGRES_REAL_SERVER_H
#define SIM_POSTGRES_REAL_SERVER_H

#include "fakes/net/listener.h"
#include "sim/inside.h"
#include "sim/postgres_real/child.h"
#include "sim/postgres_real/real.h"
#include "sim/postgres_real/relay.h"
#include "sim/postgres_real/rows.h"
#include "sim/postgres_real/session.h"

/* What the servers of a world share. */
struct RealSide {
    World *world;
    Account account;
    char *world_folder, *folder; /* "postgres" below the world's; absolute */
    struct Keeper *keeper;       /* removes the folder, or all of a private world's */
};

/* What its processes are doing. */
typedef enum {
    REAL_DOWN,     /* no process */
    REAL_COPYING,  /* pg_basebackup fills its volume */
    REAL_RUNNING,  /* a server, which may not answer yet */
    REAL_STOPPING, /* was told to end, and has not yet */
} RealPhase;

typedef struct {
    Relay **relays;
    size_t count, capacity;
} Relays;

typedef struct RealServer {
    PgMember *member;
    RealPhase phase;
    Child *child;       /* of phase; NULL: REAL_DOWN */
    bool is_wanted;     /* to be started as soon as the last process is gone */
    bool is_copied;     /* a base backup is complete, or initdb */
    bool is_unfilled;   /* its roles and tables are to be made as soon as it runs */
    char *data, *log;   /* PGDATA; what its processes print */
    char ip[16];        /* private */
    char uplink_ip[16]; /* what primary_conninfo says */
    Timer *kill;        /* the end of its grace period */

    Listener *uplink;
    Relays clients, uplinks;
    PgMember *upstream; /* of the uplinks */

    RealSession *session; /* NULL: it does not run */
    Timer *look;
    bool is_ready;    /* it answers, and what it is and has is known */
    bool is_admitted; /* its pod counts as ready once it is */
    bool is_standby;
    uint32_t timeline;
    PgLsn lsn;
    bool has_rows, asked_rows;
    Rows rows; /* of a primary */

    bool is_replay_paused; /* as it should be, also after a restart */
    Timer *load;
    double write_rate;
} RealServer;

enum { REAL_PORT = 5432 };

/* ---- server.c: its processes --------------------------------------------------------------------------------------------------------- */

RealServer *real_server_new(PgMember *member);
void real_server_end(RealServer *server); /* immediately; real_server_free waits for it */
void real_server_free(RealServer *server);
void real_server_place(RealServer *server); /* the folder is known by now */
/* The first server of a world: fills its volume with initdb. Done when phase is REAL_DOWN and is_copied. */
bool real_server_initialize(RealServer *server, Error *err);
bool real_server_copy(RealServer *server);
/* The same later, in whatever its volume holds: true once it is done, else asked again. */
bool real_server_begin(RealServer *server);
void real_server_start(RealServer *server);
void real_server_stop(RealServer *server);

/* ---- watch.c: what it says ------------------------------------------------------------------------------------------------------------- */

void real_watch_new(RealServer *server);
void real_watch_free(RealServer *server);
void real_watch_begin(RealServer *server);
void real_watch_end(RealServer *server);
void real_pause_replay(RealServer *server, bool is_paused);
void real_set_write_rate(RealServer *server, double bytes_per_s);
bool real_write(RealServer *server, const char *key, const cJSON *value,
                DatabaseWritten *on_written, void *owner);
/* Roles, tables and the second database of a new cluster, which is ready once it has them. */
void real_fill(RealServer *server);

/* ---- links.c: who is connected to it, and to whom it is --------------------------------------------------------------------------------- */

bool real_uplink_open(RealServer *server, Error *err);
void real_accept(RealServer *server, int fd);
void real_links_free(RealServer *server);
void real_drop_uplinks(RealServer *server);
void real_stall_uplinks(RealServer *server, bool is_stalled);

/* ---- files.c: what lies in the folder --------------------------------------------------------------------------------------------------- */

char *real_path(const RealSide *side, const char *name); /* free() it */
/* Certificates, keys and pg_hba.conf, for the eyes of the servers' account only. */
bool real_files_write(RealSide *side, Error *err);
/* The program of PostgreSQL 15, as Debian installs it: "initdb". Borrowed text in out. */
const char *real_program(const char *name, char out_path[128]);
bool real_programs_check(Error *err);

/* ---- keeper.c: a process that outlives this one, to tidy up after it --------------------------------------------------------------------- */

typedef struct Keeper Keeper;
/* When this process ends in whatever way: waits until no server runs below folder, and removes what. */
bool keeper_start(Loop *loop, const char *folder, const char *what, Keeper **out_keeper,
                  Error *err);
/* That is now; returns when it is done. Accepts NULL. */
void keeper_free(Keeper *keeper);

#endif
