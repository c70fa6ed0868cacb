/*
 * fakes/postgres/session_inside.h - a session as its own files see it: start-up, authentication, commands, walsender.
 */
#ifndef FAKES_POSTGRES_SESSION_INSIDE_H
#define FAKES_POSTGRES_SESSION_INSIDE_H

#include "fakes/postgres/backends.h"
#include "fakes/postgres/message.h"
#include "fakes/postgres/session.h"
#include "fakes/postgres/walsender.h"

typedef enum {
    SESSION_STARTUP,    /* waits for a start-up packet */
    SESSION_CONNECTING, /* has one, and the server has been asked */
    SESSION_PASSWORD,   /* in these three it was asked to prove who it is */
    SESSION_SASL_FIRST,
    SESSION_SASL_FINAL,
    SESSION_COMMANDS, /* waits for a message */
    SESSION_RUNNING,  /* has one that runs a statement, and the server has been asked */
    SESSION_WAITING,  /* pg_sleep() keeps the answer back */
    SESSION_COPYING,  /* a walsender sends by itself */
    SESSION_CLOSED,
} SessionState;

enum { PARAMETERS_REPORTED = 13 };

/* What a start-up packet sets, in its order. */
typedef struct PgParameter {
    const char *name, *value;
    struct PgParameter *next;
} PgParameter;

/* What of a query's text comes after its COPY FROM. */
typedef struct {
    Arena arena;
    const char *text; /* NULL: the COPY came by the extended protocol */
    int position;     /* of its beginning in the query, from 1 */
    bool is_implicit_block;
} PgRest;

struct PgSession {
    PgSessionOptions options;
    SessionState state;
    Buffer in, out;
    uint64_t turn;       /* messages taken */
    Arena arena;         /* of the message at work */
    PgMessage message;   /* at work: its body is in the arena */
    Arena startup_arena; /* of user, database and their like */
    const char *user, *database;
    bool is_walsender, is_physical; /* replication=database, replication=true */
    PgParameter *parameters;
    PgCaller caller;
    bool is_secured, wants_tls;
    bool has_left; /* the connections that are counted, and the instance's peers */
    PgBackend backend;
    const PgHbaRule *rule; /* that it came in by */
    const PgRole *role;
    uint8_t md5_salt[PG_MD5_SALT_SIZE];
    Scram scram;
    uint32_t cancel_pid, cancel_key;

    PgSettings settings;
    char *reported[PARAMETERS_REPORTED]; /* as the client knows them */
    char transaction;                    /* 'I', 'T', 'E': as in ReadyForQuery */
    bool is_implicit_block;              /* several statements in one query */
    bool skips_to_sync;                  /* after an error in the extended protocol */
    bool keeps_back;                     /* the answers wait for Flush or Sync */
    const char *sql;
    Buffer asked;               /* the last that was asked, and when */
    int64_t began_ms, asked_ms; /* began: it was let in */
    int64_t transaction_us;     /* when the transaction began; 0: not yet */
    int64_t sleep_ms;
    struct PgPrepared *prepared; /* lists */
    struct PgPortal *portals;
    struct PgCopyIn *copy;      /* the COPY FROM at work; NULL: none */
    struct PgCopiedRow *copied; /* what waits for the transaction's end */
    PgRest rest;
    PgWalsender walsender;
};

/* startup.c */
SessionState startup_read(PgSession *session);

/* authentication.c */
SessionState authentication_begin(PgSession *session);
SessionState authentication_password(PgSession *session);
SessionState authentication_sasl_first(PgSession *session);
SessionState authentication_sasl_final(PgSession *session);

/* admission.c: before it proves who it is, and after. */
bool admission_enter(PgSession *session, PgReport *report);
SessionState admission_let_in(PgSession *session);

/* commands.c: the message at work; what comes next. */
bool commands_is_run(PgSession *session); /* is it one that runs a statement? Then sql is set. */
SessionState commands_handle(PgSession *session);
void commands_fail(PgSession *session, const PgReport *report);
/* 08P01, in words that depend on what is wrong with the body. */
bool commands_malformed(const PgReader *reader, PgReport *report);
void commands_ready(PgSession *session);
/* A context for a statement of this session. */
SqlContext commands_context(PgSession *session, Arena *arena);
/* Which of a message's format codes is index's: none means text, one is for all. */
uint16_t commands_format(int index, const uint16_t *formats, size_t format_count);
void commands_rows(PgSession *session, const SqlResult *result, size_t first, size_t count,
                   const uint16_t *formats, size_t format_count);
void commands_describe(PgSession *session, const SqlResult *result, const uint16_t *formats,
                       size_t format_count);

/* session.c: says it, and that is the end. */
SessionState session_fatal(PgSession *session, PgReport *report);
/* Takes the next message to work on; MORE or BROKEN otherwise. */
PgRead session_take(PgSession *session);
void session_report_parameters(PgSession *session);

#endif
