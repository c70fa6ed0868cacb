/*
 * engine/clients/postgres.h - SQL to one Postgres instance by libpq, without blocking.
 *
 * Source: libpq manual, 34.4 (asynchronous commands). Connections are kept between queries, and looked at before they are used
 *         again: a query is never sent twice. Sessions are read-only (default_transaction_read_only).
 * Errors: ERR_UNAVAILABLE no connection, a lost one, 57P0x, 53xxx; ERR_DENIED authentication (28xxx), rights (42501) or
 *         certificate; ERR_TIMEOUT; ERR_STOPPED; ERR_INPUT a file or setting of ours; ERR_INVALID any other SQL error, with
 *         its SQLSTATE. Messages begin with the client's name.
 */
#ifndef ENGINE_CLIENTS_POSTGRES_H
#define ENGINE_CLIENTS_POSTGRES_H

#include <stdint.h>

#include "base/error.h"
#include "base/loop.h"

typedef struct PostgresClient PostgresClient;

typedef struct {
    Loop *loop;
    const char *name; /* for messages: "mp2/tsb-postgres-1" */
    const char *host; /* name for the certificate check, or NULL */
    const char *ip;   /* where to connect */
    uint16_t port;
    const char *user, *password, *database;
    const char *sslmode; /* "verify-full", "verify-ca", "require", ... */
    const char *ca_file; /* sslrootcert, or NULL */
    const char *certificate_file,
        *key_file;      /* sslcert and sslkey, which kubegres asks for; or NULL */
    int64_t timeout_ms; /* of connecting and of each query; 0: 10 s */
    const bool *stop;
} PostgresClientOptions;

PostgresClient *
postgres_client_new(const PostgresClientOptions *options); /* copies; connects on first use */
void postgres_client_free(PostgresClient *client);
const char *postgres_client_name(const PostgresClient *client);

enum { POSTGRES_COLUMNS_MAX = 8, POSTGRES_VALUE_MAX = 128 };
typedef struct {
    bool has_row;
    bool is_null[POSTGRES_COLUMNS_MAX];
    char values[POSTGRES_COLUMNS_MAX][POSTGRES_VALUE_MAX]; /* the first row, as text */
} PostgresRow;
bool postgres_query(PostgresClient *client, const char *sql, PostgresRow *out_row, Error *err);
/* Of the last query's error; "" if the server did not send one. */
const char *postgres_client_sqlstate(const PostgresClient *client);

/*
 * Everything the engine asks of an instance, in two round trips or three. Needs the right to read pg_stat_wal_receiver
 * (pg_monitor), else ERR_DENIED.
 */
typedef struct {
    bool is_in_recovery;
    uint32_t timeline;
    uint64_t system_identifier;
    uint64_t current_lsn; /* primary: write position */
    uint64_t
        recovered_lsn; /* primary: where its last recovery ended; after a promotion, the fork; 0 if none */
    uint64_t receive_lsn; /* standby: GREATEST(receive, replay); 0 if none */
    uint64_t replay_lsn;
    bool is_replay_paused;
    bool has_receiver;           /* pg_stat_wal_receiver has a row with status streaming */
    int64_t receiver_silence_ms; /* since its last message; -1: no receiver */
    char sender_host[128];
} PostgresPosition;
bool postgres_position(PostgresClient *client, PostgresPosition *out_position, Error *err);

uint64_t postgres_lsn_parse(const char *text); /* "0/3000060"; 0 if it is none */
const char *postgres_lsn_text(uint64_t lsn, char out_text[24]);

#endif
