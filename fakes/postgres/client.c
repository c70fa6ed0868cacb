/*
 * fakes/postgres/client.c - a replication connection to a real server, by libpq on the loop.
 *
 * All goes well: the poll says ready; libpq goes on connecting, or takes what came in, and each thing it has understood is told.
 * libpq may change its socket while it connects, so that each turn looks whether the poll still watches the right one.
 * Goes wrong: whatever it is, libpq has a sentence for it (on_lost). The owner may free the client while it is told something: the
 * turn ends then, and the memory goes with the poll.
 */
#include "fakes/postgres/client.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"

typedef enum { CLIENT_CONNECTING, CLIENT_IDLE, CLIENT_ANSWERED, CLIENT_COPYING } ClientState;

/* Lives as long as its handle. */
typedef struct {
    uv_poll_t poll;
    PgClient *client; /* NULL: nobody listens any more */
    int fd;
} Watch;

struct PgClient {
    Loop *loop;
    PGconn *connection;
    const PgClientEvents *events;
    void *owner;
    ClientState state;
    bool *is_gone; /* set when it is freed in a turn of its own */
    bool is_lost;
    Watch *watch;
    Timer *start; /* the first turn, and the last word of what could not even begin */
    char *conninfo;
};

static void turn(PgClient *client);

/* ---- watching the socket ---- */

static void on_watch_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void unwatch(PgClient *client)
{
    if (client->watch == NULL)
        return;
    client->watch->client = NULL;
    uv_close((uv_handle_t *)&client->watch->poll, on_watch_closed);
    client->watch = NULL;
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
    Watch *watch = poll->data;

    (void)status; /* libpq finds out what is wrong by itself */
    (void)events;
    if (watch->client != NULL)
        turn(watch->client);
}

static void watch(PgClient *client, int events)
{
    int fd = PQsocket(client->connection);

    if (client->watch != NULL && client->watch->fd != fd)
        unwatch(client);
    if (fd < 0)
        return;
    if (client->watch == NULL) {
        client->watch = MEMORY_NEW(Watch);
        client->watch->client = client;
        client->watch->fd = fd;
        uv_poll_init(loop_uv(client->loop), &client->watch->poll, fd);
        client->watch->poll.data = client->watch;
    }
    uv_poll_start(&client->watch->poll, events, on_ready);
}

/* What could not be sent yet waits until the socket takes it. */
static void watch_copy(PgClient *client)
{
    watch(client, PQflush(client->connection) > 0 ? UV_READABLE | UV_WRITABLE : UV_READABLE);
}

/* ---- a turn: each step tells one thing; false: there is nothing more, or nobody to tell ---- */

static void lose(PgClient *client)
{
    char *why;

    if (client->is_lost)
        return;
    why = memory_text(PQerrorMessage(client->connection));
    why[strcspn(why, "\n")] = '\0';
    client->is_lost = true;
    unwatch(client);
    client->events->on_lost(client->owner, why);
    free(why);
}

/* As pg_stat_wal_receiver shows it: all that is set and no debugging option, secrets as stars. */
static char *describe(PGconn *connection)
{
    PQconninfoOption *options = PQconninfo(connection);
    Buffer text = {0};

    for (PQconninfoOption *at = options; at != NULL && at->keyword != NULL; at++) {
        if (strchr(at->dispchar, 'D') != NULL || at->val == NULL || *at->val == '\0')
            continue;
        buffer_format(&text, "%s%s=%s", text.length > 0 ? " " : "", at->keyword,
                      strchr(at->dispchar, '*') != NULL ? "********" : at->val);
    }
    PQconninfoFree(options);
    return buffer_take(&text);
}

static void connect_step(PgClient *client)
{
    switch (PQconnectPoll(client->connection)) {
    case PGRES_POLLING_READING:
        watch(client, UV_READABLE);
        return;
    case PGRES_POLLING_WRITING:
        watch(client, UV_WRITABLE);
        return;
    case PGRES_POLLING_OK:
        break;
    default:
        lose(client);
        return;
    }
    PQsetnonblocking(client->connection, 1);
    client->state = CLIENT_IDLE;
    client->conninfo = describe(client->connection);
    watch_copy(client);
    client->events->on_connected(client->owner);
}

static bool is_copy(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);

    return status == PGRES_COPY_BOTH || status == PGRES_COPY_OUT;
}

static bool take_result(PgClient *client)
{
    PGresult *result;

    if (PQisBusy(client->connection))
        return false;
    result = PQgetResult(client->connection);
    if (result == NULL) {
        client->state = CLIENT_IDLE;
        client->events->on_done(client->owner);
        return true;
    }
    if (is_copy(result))
        client->state = CLIENT_COPYING;
    client->events->on_result(client->owner, result);
    PQclear(result);
    return true;
}

/*
 * The server's end of a stream is told by the state in which libpq is left: half of it is still ours, or all is over (it went down
 * properly and said "COPY 0").
 */
static void end_copy(PgClient *client)
{
    client->state = CLIENT_ANSWERED;
    client->events->on_copy_over(client->owner);
}

static bool take_copy(PgClient *client)
{
    char *bytes;
    int length = PQgetCopyData(client->connection, &bytes, 1);

    if (length > 0) {
        client->events->on_copy(client->owner, bytes, (size_t)length);
        PQfreemem(bytes);
    } else if (length == 0) {
        client->events->on_drained(client->owner);
        return false;
    } else if (length == -1) {
        end_copy(client);
    } else {
        client->state = CLIENT_ANSWERED; /* an error: its result is next */
    }
    return true;
}

static bool step(PgClient *client)
{
    switch (client->state) {
    case CLIENT_CONNECTING:
        connect_step(client);
        return false;
    case CLIENT_ANSWERED:
        return take_result(client);
    case CLIENT_COPYING:
        return take_copy(client);
    case CLIENT_IDLE:
        break;
    }
    return false;
}

static void turn(PgClient *client)
{
    bool is_gone = false;

    /* cppcheck-suppress autoVariables ; it is taken back below, unless there is no client any more */
    client->is_gone = &is_gone;
    if (client->state != CLIENT_CONNECTING)
        PQconsumeInput(client->connection); /* if it fails, what came before is told first */
    while (step(client) && !is_gone)
        ;
    if (is_gone)
        return;
    client->is_gone = NULL;
    if (PQstatus(client->connection) == CONNECTION_BAD)
        lose(client);
    else if (client->state != CLIENT_CONNECTING)
        watch_copy(client);
}

/* ---- making and using ---- */

static void on_start(void *owner)
{
    PgClient *client = owner;

    if (PQstatus(client->connection) == CONNECTION_BAD)
        lose(client);
    else
        watch(client, UV_WRITABLE);
}

static void ignore_notice(void *owner, const PGresult *result)
{
    (void)owner;
    (void)result;
}

PgClient *pg_client_new(Loop *loop, const char *conninfo, const PgClientEvents *events, void *owner)
{
    /* The last of two values of a keyword counts. */
    static const char *const KEYS[] = {"fallback_application_name", "dbname", "dbname",
                                       "replication", NULL};
    const char *const values[] = {"walreceiver", conninfo, "replication", "true", NULL};
    PgClient *client = MEMORY_NEW(PgClient);

    client->loop = loop;
    client->events = events;
    client->owner = owner;
    client->connection = PQconnectStartParams(KEYS, values, 1);
    PQsetNoticeReceiver(client->connection, ignore_notice, NULL);
    client->start = timer_new(loop, on_start, client);
    timer_start(client->start, 0);
    return client;
}

void pg_client_free(PgClient *client)
{
    if (client == NULL)
        return;
    if (client->is_gone != NULL)
        *client->is_gone = true;
    unwatch(client);
    timer_free(client->start);
    PQfinish(client->connection);
    free(client->conninfo);
    free(client);
}

void pg_client_send(PgClient *client, const char *command)
{
    client->state = CLIENT_ANSWERED;
    PQsendQuery(client->connection, command); /* what it cannot say now it says as its answer */
    watch_copy(client);
}

void pg_client_copy(PgClient *client, const void *bytes, size_t length)
{
    PQputCopyData(client->connection, bytes, (int)length);
    watch_copy(client);
}

void pg_client_copy_over(PgClient *client)
{
    PQputCopyEnd(client->connection, NULL);
    watch_copy(client);
}

const char *pg_client_host(const PgClient *client)
{
    return PQhost(client->connection);
}

int pg_client_port(const PgClient *client)
{
    return atoi(PQport(client->connection));
}

const char *pg_client_conninfo(const PgClient *client)
{
    return client->conninfo;
}
