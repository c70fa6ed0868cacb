/*
 * engine/clients/postgres.c - SQL to one Postgres instance by libpq, without blocking.
 *
 * It reads top-down: connect_now and run_query alternate between a step of libpq and wait_for, which runs the loop until libpq's
 * socket is ready. libpq may replace its socket during any step, so each wait watches afresh. One deadline covers connecting,
 * another the query; whoever misses his loses the connection.
 */
#include "engine/clients/postgres.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/memory.h"
#include "engine/clients/postgres_error.h"

enum { TIMEOUT_MS = 10000 };

struct PostgresClient {
    PostgresClientOptions options; /* texts in arena */
    Arena arena;
    PGconn *connection; /* NULL: none */
    Timer *deadline;
    bool is_late;
    char sqlstate[6]; /* of the last SQL error */
};

/* ---- waiting ---------------------------------------------------------------------------------- */

typedef struct {
    uv_poll_t poll;
    bool is_ready;
} Watch;

typedef struct {
    const PostgresClient *client;
    const Watch *watch;
} Wait;

static void on_ready(uv_poll_t *poll, int status, int events)
{
    Watch *watch = poll->data;

    (void)status; /* libpq finds out what is wrong by itself */
    (void)events;
    watch->is_ready = true;
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static bool is_stopped(const PostgresClient *client)
{
    return client->options.stop != NULL && *client->options.stop;
}

static bool is_over(void *owner)
{
    const Wait *wait = owner;

    return wait->watch->is_ready || wait->client->is_late || is_stopped(wait->client);
}

static void on_late(void *owner)
{
    PostgresClient *client = owner;

    client->is_late = true;
}

static int64_t timeout_of(const PostgresClient *client)
{
    return client->options.timeout_ms > 0 ? client->options.timeout_ms : TIMEOUT_MS;
}

static void deadline_start(PostgresClient *client)
{
    client->is_late = false;
    timer_start(client->deadline, timeout_of(client));
}

static bool wait_for(PostgresClient *client, int events, const char *what, Error *err)
{
    Watch *watch = MEMORY_NEW(Watch);
    Wait wait = {.client = client, .watch = watch};
    char within[CLOCK_TEXT_MAX];
    bool is_ready;
    int failed =
        uv_poll_init(loop_uv(client->options.loop), &watch->poll, PQsocket(client->connection));

    assert(failed == 0);
    (void)failed;
    watch->poll.data = watch;
    uv_poll_start(&watch->poll, events, on_ready);
    loop_run_until(client->options.loop, is_over, &wait);
    is_ready = watch->is_ready;
    uv_close((uv_handle_t *)&watch->poll, on_closed);
    if (is_ready)
        return true;
    if (is_stopped(client))
        return error_set(err, ERR_STOPPED, "stopped while waiting for %s", what);
    return error_set(err, ERR_TIMEOUT, "no %s within %s", what,
                     clock_duration(timeout_of(client), within));
}

/* ---- connecting ------------------------------------------------------------------------------- */

static void disconnect(PostgresClient *client)
{
    PQfinish(client->connection);
    client->connection = NULL;
}

static void ignore_notice(void *owner, const PGresult *result)
{
    (void)owner;
    (void)result;
}

static PGconn *begin_connection(const PostgresClientOptions *options)
{
    char port[8];
    const struct {
        const char *key, *value;
    } settings[] = {
        {"hostaddr",         options->ip                          },
        {"host",             options->host                        },
        {"port",             port                                 },
        {"user",             options->user                        },
        {"password",         options->password                    },
        {"dbname",           options->database                    },
        {"sslmode",          options->sslmode                     },
        {"sslrootcert",      options->ca_file                     },
        {"sslcert",          options->certificate_file            },
        {"sslkey",           options->key_file                    },
        {"gssencmode",       "disable"                            },
        {"application_name", "understudy"                         },
        {"client_encoding",  "UTF8"                               },
        {"options",          "-c default_transaction_read_only=on"},
    };
    enum { COUNT = sizeof settings / sizeof *settings };
    const char *keys[COUNT + 1] = {NULL}, *values[COUNT + 1] = {NULL};

    snprintf(port, sizeof port, "%u", (unsigned)options->port);
    for (size_t i = 0; i < COUNT; i++) {
        keys[i] = settings[i].key;
        values[i] = settings[i].value;
    }
    return PQconnectStartParams(keys, values, 0);
}

/* Leaves the connection open only if it is good. */
static bool connect_now(PostgresClient *client, Error *err)
{
    PostgresPollingStatusType next = PGRES_POLLING_WRITING;

    client->connection = begin_connection(&client->options);
    assert(client->connection != NULL);
    PQsetNoticeReceiver(client->connection, ignore_notice, NULL);
    PQsetErrorVerbosity(client->connection, PQERRORS_VERBOSE);
    deadline_start(client);
    if (PQstatus(client->connection) == CONNECTION_BAD)
        next = PGRES_POLLING_FAILED;
    while (next == PGRES_POLLING_READING || next == PGRES_POLLING_WRITING) {
        if (!wait_for(client, next == PGRES_POLLING_READING ? UV_READABLE : UV_WRITABLE,
                      "connection", err)) {
            disconnect(client);
            return false;
        }
        next = PQconnectPoll(client->connection);
    }
    if (next == PGRES_POLLING_OK && PQsetnonblocking(client->connection, 1) == 0)
        return true;
    postgres_error_connecting(PQerrorMessage(client->connection), err);
    disconnect(client);
    return false;
}

/*
 * A kept connection may have died meanwhile; what the server said last lies unread in it. Looking costs no round trip and spares
 * a query that might have to be sent twice. The first read takes the last words, the second meets the end.
 */
static bool is_alive(PostgresClient *client)
{
    return client->connection != NULL && PQconsumeInput(client->connection) &&
           PQconsumeInput(client->connection) && !PQisBusy(client->connection) &&
           PQstatus(client->connection) == CONNECTION_OK;
}

static bool ensure_connection(PostgresClient *client, Error *err)
{
    if (is_alive(client))
        return true;
    disconnect(client);
    return connect_now(client, err);
}

/* ---- querying --------------------------------------------------------------------------------- */

static bool fail_lost(const PostgresClient *client, Error *err)
{
    const char *text = PQerrorMessage(client->connection);

    return error_set(err, ERR_UNAVAILABLE, "the connection broke during a query: %.*s",
                     (int)strcspn(text, "\n"), text);
}

static bool send_query(PostgresClient *client, const char *sql, Error *err)
{
    int left;

    if (!PQsendQuery(client->connection, sql))
        return fail_lost(client, err);
    while ((left = PQflush(client->connection)) > 0) {
        if (!wait_for(client, UV_READABLE | UV_WRITABLE, "answer", err))
            return false;
        if (!PQconsumeInput(client->connection))
            return fail_lost(client, err);
    }
    return left == 0 || fail_lost(client, err);
}

static void take_row(const PGresult *result, PostgresRow *out_row)
{
    int columns = PQnfields(result);

    out_row->has_row = PQntuples(result) > 0;
    for (int i = 0; out_row->has_row && i < columns && i < POSTGRES_COLUMNS_MAX; i++) {
        out_row->is_null[i] = PQgetisnull(result, 0, i) != 0;
        snprintf(out_row->values[i], POSTGRES_VALUE_MAX, "%s", PQgetvalue(result, 0, i));
    }
}

static bool take_error(PostgresClient *client, const PGresult *result, Error *err)
{
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

    if (sqlstate == NULL) /* libpq's own words: the connection is lost */
        return fail_lost(client, err);
    snprintf(client->sqlstate, sizeof client->sqlstate, "%s", sqlstate);
    return error_set(err, postgres_error_code(sqlstate), "%s: %s", sqlstate,
                     message != NULL ? message : "");
}

static bool take_result(PostgresClient *client, const PGresult *result, PostgresRow *out_row,
                        Error *err)
{
    switch (PQresultStatus(result)) {
    case PGRES_TUPLES_OK:
        take_row(result, out_row);
        return true;
    case PGRES_COMMAND_OK:
        return true;
    case PGRES_FATAL_ERROR:
    case PGRES_NONFATAL_ERROR:
        return take_error(client, result, err);
    default:
        return error_set(err, ERR_INVALID, "only statements that give rows are asked here");
    }
}

static bool is_copy(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);

    return status == PGRES_COPY_OUT || status == PGRES_COPY_IN || status == PGRES_COPY_BOTH;
}

/* Reads to the end of the answer, so that the connection is ready for the next question. The first error stands. */
static bool receive(PostgresClient *client, PostgresRow *out_row, Error *err)
{
    bool ok = true;

    for (;;) {
        PGresult *result;
        bool is_endless;

        while (PQisBusy(client->connection)) {
            if (!wait_for(client, UV_READABLE, "answer", err))
                return false;
            if (!PQconsumeInput(client->connection))
                return ok && fail_lost(client, err);
        }
        result = PQgetResult(client->connection);
        if (result == NULL)
            return ok;
        ok = take_result(client, result, out_row, ok ? err : NULL) && ok;
        is_endless = is_copy(result); /* until it has been copied, which is not done here */
        PQclear(result);
        if (is_endless)
            return false;
    }
}

static bool run_query(PostgresClient *client, const char *sql, PostgresRow *out_row, Error *err)
{
    bool ok;

    memset(out_row, 0, sizeof *out_row);
    client->sqlstate[0] = '\0';
    if (!ensure_connection(client, err))
        return false;
    deadline_start(client);
    ok = send_query(client, sql, err) && receive(client, out_row, err);
    /* Half an answer, or a connection that is on its way out, is of no use to the next query. */
    if (!ok && (client->sqlstate[0] == '\0' || PQstatus(client->connection) != CONNECTION_OK ||
                PQtransactionStatus(client->connection) != PQTRANS_IDLE))
        disconnect(client);
    return ok;
}

bool postgres_query(PostgresClient *client, const char *sql, PostgresRow *out_row, Error *err)
{
    bool ok = run_query(client, sql, out_row, err);

    timer_stop(client->deadline);
    return ok || error_wrap(err, "%s", client->options.name);
}

/* ---- the client ------------------------------------------------------------------------------- */

static const char *keep(PostgresClient *client, const char *text)
{
    return text != NULL ? arena_text(&client->arena, text) : NULL;
}

PostgresClient *postgres_client_new(const PostgresClientOptions *options)
{
    PostgresClient *client = MEMORY_NEW(PostgresClient);
    PostgresClientOptions *own = &client->options;

    *own = *options;
    own->name = keep(client, options->name);
    own->host = keep(client, options->host);
    own->ip = keep(client, options->ip);
    own->user = keep(client, options->user);
    own->password = keep(client, options->password);
    own->database = keep(client, options->database);
    own->sslmode = keep(client, options->sslmode);
    own->ca_file = keep(client, options->ca_file);
    own->certificate_file = keep(client, options->certificate_file);
    own->key_file = keep(client, options->key_file);
    client->deadline = timer_new(options->loop, on_late, client);
    return client;
}

void postgres_client_free(PostgresClient *client)
{
    if (client == NULL)
        return;
    disconnect(client);
    timer_free(client->deadline);
    arena_release(&client->arena);
    free(client);
}

const char *postgres_client_name(const PostgresClient *client)
{
    return client->options.name;
}

const char *postgres_client_sqlstate(const PostgresClient *client)
{
    return client->sqlstate;
}
