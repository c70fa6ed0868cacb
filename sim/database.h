/*
 * sim/database.h - what a Postgres member runs: a fake server in this process, or a real one in processes of its own.
 *
 * A member (postgres.c) is the pod, the kinds are what happens inside it. A fake has done at once what it is told; a real server takes its
 * time. So nobody takes an order for done: whoever gave one looks at state and is_standby, and a kind calls pg_member_look
 * whenever one of the two may have become different.
 *
 * Outside postgres.c and replication.c the members are asked by pg_member_... (inside.h).
 */
#ifndef SIM_DATABASE_H
#define SIM_DATABASE_H

#include "base/error.h"
#include "fakes/postgres/instance.h"

typedef struct PgMember PgMember;

/* A write is durable, or will never be. Also called before the order returns. */
typedef void DatabaseWritten(void *owner, bool is_written, PgLsn lsn);

/* A standby's stream of log. */
typedef struct {
    bool is_connected, is_stalled; /* stalled: nothing arrives, and nobody said that it ended */
    char failure
        [200]; /* why it ends as often as it begins, as the server's log says it; "": it does not */
} DatabaseStream;

/* What lies between it and its upstream (PgLink). */
typedef struct {
    int64_t delay_ms;
    PgLsn lag_bytes;
    double drain_bytes_per_s;
} DatabaseWay;

typedef struct DatabaseKind {
    void (*make)(PgMember *member); /* as the world begins: nothing runs */
    void (*drop)(PgMember *member); /* whatever it is doing */

    PgState (*state)(const PgMember *member);
    bool (*is_standby)(const PgMember *member);
    uint32_t (*timeline)(const PgMember *member);
    PgLsn (*lsn)(const PgMember *member); /* a primary's write position, what a standby replayed */

    void (*accept)(PgMember *member, int fd); /* a client came through one of its doors */

    /* Ends the server and every connection; PG_STOPPED at once for whoever asks. */
    void (*stop)(PgMember *member);
    /* Its volume is empty: fills it as initdb does, with what TSB's operator adds to it. True: that is done; else asked again later. */
    bool (*initialise)(PgMember *member);
    /* Its volume is empty: fills it from upstream. True: that is done; else asked again later, with upstream as it is then. */
    bool (*copy)(PgMember *member, PgMember *upstream);
    void (*start)(PgMember *member); /* PG_STARTING; finds its trigger file if has_trigger */
    void (*admit)(PgMember *member); /* the time that a start takes has passed */
    /* The moment at which a fake finds its trigger file; a real server looks for it itself. */
    void (*find_trigger)(PgMember *member);

    void (*pause_replay)(PgMember *member, bool is_paused);
    void (*set_write_rate)(PgMember *member, double bytes_per_s);

    /* Rows (instance.h), of a ready primary. write returns false if it cannot even be tried. */
    const cJSON *(*row)(const PgMember *member, const char *key);
    void (*each_row)(const PgMember *member, const char *prefix, PgRowVisitor *visitor,
                     void *owner);
    bool (*write)(PgMember *member, const char *key, const cJSON *value,
                  DatabaseWritten *on_written, void *owner);

    DatabaseStream (*stream)(const PgMember *member);
    void (*set_stream)(PgMember *member, DatabaseStream stream);
    const PgMember *(*upstream)(const PgMember *member); /* of its stream; NULL: it has none */
    /* Connects it. NULL: it dials by itself, and tells replication_connected. */
    void (*follow)(PgMember *member, PgMember *upstream, const DatabaseWay *way);
} DatabaseKind;

/* database_fake.c */
extern const DatabaseKind DATABASE_FAKE;

#endif
