/*
 * fakes/postgres/walsender.h - a replication connection: the commands of its little language, and what goes out by itself.
 *
 * Source: PostgreSQL 15 manual, 55.4 (commands), 55.2.2 (CopyBoth); walsender.c of 15 and the wire of 15.20.
 * Units:  times in ms of the instance's clock.
 */
#ifndef FAKES_POSTGRES_WALSENDER_H
#define FAKES_POSTGRES_WALSENDER_H

#include "fakes/postgres/peers.h"

typedef enum {
    WALSENDER_COMMANDS,      /* waits for a command */
    WALSENDER_STREAMING,     /* START_REPLICATION: log out, words about it in */
    WALSENDER_SWITCHING,     /* the timeline is over and we said so: the client has to */
    WALSENDER_CHECKPOINTING, /* BASE_BACKUP waits for its checkpoint */
    WALSENDER_SENDING,       /* ... and sends */
    WALSENDER_GONE,
    WALSENDER_STATES,
} WalsenderState;

typedef enum {
    WALSENDER_NOTHING, /* what it waits for has not happened */
    WALSENDER_ROOM,    /* there is something to send */
    WALSENDER_REMOVED, /* there is, but the log is not there any more */
    WALSENDER_TIMELINE_OVER,
    WALSENDER_REPLY,     /* 'd' in */
    WALSENDER_COPY_DONE, /* 'c' in */
    WALSENDER_LEFT,      /* 'X' in */
    WALSENDER_NONSENSE,
    WALSENDER_SILENCE,      /* half of wal_sender_timeout without a word of the client's */
    WALSENDER_LONG_SILENCE, /* all of it */
    WALSENDER_SERVER_STOPS, /* and the client has all there is */
    WALSENDER_DUE,          /* the checkpoint is done */
    WALSENDER_FAILED,       /* it cannot be */
    WALSENDER_BACKUP_OVER,
    WALSENDER_EVENTS,
} WalsenderEvent;

typedef struct {
    WalsenderState state;
    PgSender sender;
    bool is_stopping;            /* the server goes down */
    uint32_t timeline;           /* of the stream */
    PgLsn position;              /* the next byte to send */
    PgSlot *slot;                /* of the stream; may be NULL */
    int64_t heard_ms;            /* the client's last word */
    bool has_asked;              /* for one, since then */
    int64_t due_ms;              /* of the checkpoint, or of what a rate lets go next */
    struct PgBaseBackup *backup; /* the one at work, or NULL */
} PgWalsender;

struct PgSession;

typedef enum { WALSENDER_IS_SQL, WALSENDER_IS_DONE, WALSENDER_GOES_ON } WalsenderHandled;

/* 53300: there are max_wal_senders. */
bool walsender_check_limit(const struct PgSession *session, PgReport *report);
/* A walsender begins and ends. */
bool walsender_begin(struct PgSession *session, PgReport *report);
void walsender_end(struct PgSession *session);

/* A command. WALSENDER_GOES_ON: walsender_step is next; otherwise it was answered up to, not with, ReadyForQuery. */
WalsenderHandled walsender_handle(struct PgSession *session, const char *command);
/* Goes on until it has to wait: for what comes in, for `out` to leave (sleep_ms 0), or for sleep_ms. */
void walsender_step(struct PgSession *session);

/* What a row of the machine does; it has the message at work, if one came in. (walstream.c, basebackup.c) */
typedef void WalsenderAction(struct PgSession *session);
typedef struct {
    WalsenderState state;
    WalsenderEvent event;
    WalsenderState next;
    WalsenderAction *act;
    const char *why;
} WalsenderRow;
const WalsenderRow *walsender_rows(size_t *out_count);

/* START_REPLICATION (walstream.c): false with a report, or with the stream begun or over already. */
bool walstream_start(struct PgSession *session, const char *arguments, PgReport *report);
/* BASE_BACKUP (basebackup.c) */
bool basebackup_start(struct PgSession *session, const char *arguments, PgReport *report);
bool basebackup_is_possible(const struct PgSession *session);
void basebackup_refuse(struct PgSession *session);
void basebackup_begin(struct PgSession *session);
void basebackup_send(struct PgSession *session);
void basebackup_finish(struct PgSession *session);
bool basebackup_is_over(const struct PgSession *session);
void basebackup_free(struct PgBaseBackup *backup); /* accepts NULL */

#endif
