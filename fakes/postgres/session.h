/*
 * fakes/postgres/session.h - one client's session: bytes in, bytes out, and what the server has to decide on the way.
 *
 * Source: PostgreSQL 15 manual, 55.2 (message flow).
 *
 * The story: pg_session_step takes messages from `in` and answers into `out` until it needs something: more bytes, TLS, or a decision.
 * Before it lets a client in and before it runs a statement it stops, so that the server can ask the fault points; going on is
 * the next step. It knows no sockets and no timers.
 */
#ifndef FAKES_POSTGRES_SESSION_H
#define FAKES_POSTGRES_SESSION_H

#include "fakes/postgres/backends.h"
#include "fakes/postgres/hba.h"
#include "fakes/postgres/query.h"
#include "fakes/postgres/roles.h"

typedef enum {
    PG_STEP_MORE, /* give it bytes */
    PG_STEP_TLS,  /* send `out`; from the next byte on it is TLS: pg_session_secured, then go on */
    PG_STEP_CONNECT, /* somebody is about to be let in */
    PG_STEP_RUN,     /* `sql` is about to run */
    PG_STEP_WAIT,    /* keep `out` back for sleep_ms, then go on */
    PG_STEP_STREAM,  /* send `out`; go on when sleep_ms have passed (0: as soon as it has left) */
    PG_STEP_CANCEL,  /* cancel_pid and cancel_key: for another session; then it is over */
    PG_STEP_CLOSE,   /* send `out` and hang up */
} PgStep;

typedef struct PgSession PgSession;

typedef struct {
    PgInstance *instance; /* borrowed, like all of these */
    PgRoles *roles;
    const char *const *databases; /* NULL-ended */
    const PgHba *hba;
    PgBackends *backends;
    bool offers_tls, asks_certificates;
    uint32_t pid, key;
    const char *data_directory; /* what BASE_BACKUP sends (backup_files.h); may be NULL */
    void (*on_command)(void *owner, const char *command);
    void (*on_wake)(void *owner); /* after PG_STEP_STREAM: go on soon; may be NULL */
    void *owner;
} PgSessionOptions;

PgSession *pg_session_new(const PgSessionOptions *options);
void pg_session_free(PgSession *session);
/* The server goes, and the session soon after: what is not its own is not touched any more. */
void pg_session_leave(PgSession *session);

void pg_session_receive(PgSession *session, const void *bytes, size_t length);
size_t pg_session_backlog(const PgSession *session); /* bytes received and not yet worked on */
PgStep pg_session_step(PgSession *session);
Buffer *pg_session_out(PgSession *session);
/* After PG_STEP_MORE: `out` is not to be sent yet, since the client has asked for nothing but more of it (Flush, Sync). */
bool pg_session_keeps_back(const PgSession *session);

/* TLS is up; binding is the hash of our certificate (RFC 5929, section 4.1), or of length 0. */
void pg_session_secured(PgSession *session, const void *binding, size_t length);

/* After PG_STEP_CONNECT: from where a client came, and how. Without it: from 127.0.0.1, with no certificate. */
typedef struct {
    const char *address;
    const char
        *certificate_name; /* CN of the certificate that it showed; NULL: none of our authority's */
    const char *tls_version, *tls_cipher; /* "TLSv1.3"; NULL: in clear */
    int tls_bits;
} PgCaller;
void pg_session_meet(PgSession *session, const PgCaller *caller); /* copies */

/* What it waits for that may take too long, and how long that is; 0: for ever. */
typedef enum {
    PG_PATIENCE_LOGIN,     /* authentication_timeout: the server's, from the first byte on */
    PG_PATIENCE_STATEMENT, /* statement_timeout */
    PG_PATIENCE_IDLE_IN_TRANSACTION, /* idle_in_transaction_session_timeout */
    PG_PATIENCE_IDLE,                /* idle_session_timeout */
    PG_PATIENCE_ENDLESS,
} PgPatience;
PgPatience pg_session_patience(const PgSession *session, int64_t *out_ms);
/* So many messages have come: with each, idling begins anew. */
uint64_t pg_session_turn(const PgSession *session);
/* It took too long. False: nothing is to be said, and the connection is to end. */
bool pg_session_time_out(PgSession *session);

/* Instead of going on after PG_STEP_CONNECT or PG_STEP_RUN: FATAL 57P01 with this text, and the end. */
void pg_session_refuse(PgSession *session, const char *text);
/* Somebody cancels: what is held after PG_STEP_RUN or PG_STEP_WAIT ends with 57014. False: there is nothing to cancel. */
bool pg_session_cancel(PgSession *session);
/* The server goes down, in some other way than PG_STOP_KILLED: 57P01 or 57P02 to whoever is in. */
void pg_session_shut_down(PgSession *session, PgStop stop);
/* The same; true: it has more of the log to send first, and ends by itself. */
bool pg_session_stop(PgSession *session);

const char *pg_session_user(const PgSession *session); /* "" before it said */
const char *pg_session_database(const PgSession *session);
const char *pg_session_sql(const PgSession *session);  /* after PG_STEP_RUN */
int64_t pg_session_sleep_ms(const PgSession *session); /* after PG_STEP_WAIT or _STREAM */
void pg_session_cancelled(const PgSession *session, uint32_t *out_pid, uint32_t *out_key);
uint32_t pg_session_pid(const PgSession *session);
bool pg_session_is(const PgSession *session, uint32_t pid, uint32_t key);

#endif
