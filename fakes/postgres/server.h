/*
 * fakes/postgres/server.h - the Postgres wire protocol in front of one instance.
 *
 * Source: PostgreSQL 15 manual, chapter 55 (protocol 3.0), 55.3 (SASL: SCRAM-SHA-256), 55.4 (replication commands); RFC 7677.
 * Simple and extended query for the SQL that the engine and psql users of a drill need; anything else is 0A000.
 */
#ifndef FAKES_POSTGRES_SERVER_H
#define FAKES_POSTGRES_SERVER_H

#include <openssl/ssl.h>

#include "base/loop.h"
#include "base/network.h"
#include "base/trace.h"
#include "fakes/postgres/hba.h"
#include "fakes/postgres/instance.h"

typedef struct PgServer PgServer;

typedef struct {
    const char *name;
    /* In clear, or what CREATE ROLE takes instead: "md5..." or "SCRAM-SHA-256$...". NULL or "": none, so that it is never right. */
    const char *password;
    bool is_superuser, may_replicate;
    int iterations;     /* of its SCRAM verifier; 0: 4096 */
    const char *groups; /* the roles that it is a member of, "readers,writers"; may be NULL */
    bool may_not_log_in;
    int connection_limit;   /* 0: none */
    int64_t valid_until_ms; /* of the password, wall time; 0: for ever */
} PgRole;

/* How many may come in. max_wal_senders is the instance's. */
typedef struct {
    const char *database;
    int connections; /* 0: no limit */
    bool is_closed;  /* it takes nobody, like template0 */
} PgDatabaseLimit;
typedef struct {
    int max_connections, superuser_reserved_connections; /* 0: 100, 3 */
    const PgDatabaseLimit *databases; /* borrowed; ends with one of no name; may be NULL */
} PgLimits;
int pg_limits_connections(const PgLimits *limits);
int pg_limits_reserved(const PgLimits *limits);

typedef struct {
    Loop *loop;
    Trace *trace;
    SSL_CTX *tls;              /* borrowed */
    const char *site;          /* "mp2" */
    const FaultPoints *faults; /* postgres.connect, postgres.query; may be NULL */
    PgInstance *instance;      /* borrowed */
    const PgRole *roles;       /* copied; passwords become SCRAM verifiers */
    size_t role_count;
    const char *const *databases; /* NULL-ended: "postgres", "tsb" */
    const PgHba
        *hba; /* borrowed; NULL: a password for all, and where there is TLS nobody without */
    PgLimits limits;
    int64_t authentication_timeout_ms; /* 0: 60 s */
    /* For real clients of BASE_BACKUP: a data directory that a real Postgres left properly (backup_files.h). May be NULL. */
    const char *data_directory;
    /* Called when a client ran SELECT pg_promote() or pg_wal_replay_pause/resume(), after the instance did it. May be NULL. */
    void (*on_command)(void *self, const char *command);
    void *self;
} PgServerOptions;

PgServer *pg_server_new(const PgServerOptions *options);
void pg_server_free(PgServer *server);
/* New connections are shown this certificate; NULL: its own again. Borrowed. */
void pg_server_show(PgServer *server, SSL_CTX *tls);
void pg_server_accept(void *server, int fd); /* ListenerConnection and SeamConnection */
/* How a server goes down, as those see it who are in; every connection is closed. */
typedef enum {
    PG_STOP_KILLED,    /* nothing is said: the connection is reset */
    PG_STOP_FAST,      /* FATAL 57P01; walsenders send what is left of the log first */
    PG_STOP_IMMEDIATE, /* WARNING 57P01 */
    PG_STOP_CRASH,     /* another process of it crashed: WARNING 57P02 */
} PgStop;
void pg_server_drop_connections(PgServer *server, PgStop stop);

#endif
