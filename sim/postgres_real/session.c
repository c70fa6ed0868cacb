/*
 * sim/postgres_real/session.c - SQL to one real server, on the loop.
 *
 * All goes well: the socket is ready, libpq takes a step; connected: the first in line is sent; its last result is there: it is
 * answered, and the next one is sent. Goes wrong: any step fails, and the connection is dropped, what waits is answered with
 * NULL, and a timer begins anew. libpq may replace its socket while it connects, so the watcher is made anew after each such step.
 */
#include "sim/postgres_real/session.h"

#include <stdlib.h>

#include "base/memory.h"

enum { RETRY_MS = 100 };

typedef struct Statement Statement;
struct Statement {
    Statement *next;
    char *sql, *values[REAL_SESSION_VALUES_MAX];
    int value_count;
    RealSessionAnswer *answer;
    void *owner;
};

struct RealSession {
    Loop *loop;
    char *settings;
    PGconn *connection; /* NULL: waits to connect */
    uv_poll_t *poll;    /* a handle of its own, since it closes later */
    Timer *retry;
    Statement *first, **last;
    bool is_open, is_under_way; /* the first in line was sent */
    PGresult *result;           /* of it, the last one so far */
};

static void step(RealSession *session);

/* ---- watching ---------------------------------------------------------------------------------------------------------------------- */

static void on_poll_closed(uv_handle_t *handle)
{
    free(handle);
}

static void unwatch(RealSession *session)
{
    if (session->poll)
        uv_close((uv_handle_t *)session->poll, on_poll_closed);
    session->poll = NULL;
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
    (void)status; /* libpq finds out what is wrong by itself */
    (void)events;
    step(poll->data);
}

static void watch(RealSession *session, int events)
{
    unwatch(session);
    session->poll = MEMORY_NEW(uv_poll_t);
    uv_poll_init(loop_uv(session->loop), session->poll, PQsocket(session->connection));
    session->poll->data = session;
    uv_poll_start(session->poll, events, on_ready);
}

/* ---- the line ---------------------------------------------------------------------------------------------------------------------- */

static void statement_free(Statement *statement)
{
    for (int i = 0; i < statement->value_count; i++)
        free(statement->values[i]);
    free(statement->sql);
    free(statement);
}

static Statement *take_first(RealSession *session)
{
    Statement *statement = session->first;

    session->first = statement->next;
    if (!session->first)
        session->last = &session->first;
    return statement;
}

static void answer_first(RealSession *session, const PGresult *result)
{
    Statement *statement = take_first(session);

    session->is_under_way = false;
    if (statement->answer)
        statement->answer(statement->owner, result);
    statement_free(statement);
}

/* What is asked in an answer waits for the next connection. */
static void answer_all_lost(RealSession *session)
{
    size_t count = 0;

    for (const Statement *statement = session->first; statement; statement = statement->next)
        count++;
    while (count-- > 0)
        answer_first(session, NULL);
}

static void lose(RealSession *session)
{
    unwatch(session);
    PQclear(session->result);
    session->result = NULL;
    PQfinish(session->connection);
    session->connection = NULL;
    session->is_open = false;
    timer_start(session->retry, RETRY_MS);
    answer_all_lost(session);
}

/* ---- steps ------------------------------------------------------------------------------------------------------------------------- */

static void ignore_notice(void *owner, const PGresult *result)
{
    (void)owner;
    (void)result;
}

/* What is asked while nobody can answer keeps its place in the line. */
static void fail_to_connect(RealSession *session)
{
    unwatch(session);
    PQfinish(session->connection);
    session->connection = NULL;
    timer_start(session->retry, RETRY_MS);
}

static void connect_on(RealSession *session)
{
    switch (PQconnectPoll(session->connection)) {
    case PGRES_POLLING_READING:
        watch(session, UV_READABLE);
        break;
    case PGRES_POLLING_WRITING:
        watch(session, UV_WRITABLE);
        break;
    case PGRES_POLLING_OK:
        session->is_open = true;
        PQsetnonblocking(session->connection, 1);
        watch(session, UV_READABLE);
        step(session);
        break;
    default:
        fail_to_connect(session);
    }
}

static void on_retry(void *owner)
{
    RealSession *session = owner;

    session->connection = PQconnectStart(session->settings);
    PQsetNoticeReceiver(session->connection, ignore_notice, NULL);
    if (PQstatus(session->connection) == CONNECTION_BAD)
        fail_to_connect(session);
    else
        watch(session, UV_WRITABLE);
}

static bool send_first(RealSession *session)
{
    const Statement *statement = session->first;

    session->is_under_way = true;
    return statement->value_count > 0
               ? PQsendQueryParams(session->connection, statement->sql, statement->value_count,
                                   NULL, (const char *const *)statement->values, NULL, NULL, 0)
               : PQsendQuery(session->connection, statement->sql);
}

/* Takes what has arrived. Returns false while more has to come. */
static bool take_results(RealSession *session)
{
    while (!PQisBusy(session->connection)) {
        PGresult *result = PQgetResult(session->connection);

        if (!result)
            return true;
        PQclear(session->result);
        session->result = result;
    }
    return false;
}

static void converse(RealSession *session)
{
    if (!PQconsumeInput(session->connection) || PQstatus(session->connection) != CONNECTION_OK) {
        lose(session);
        return;
    }
    while (session->first) {
        PGresult *result;
        int left;

        if (!session->is_under_way && !send_first(session))
            break;
        left = PQflush(session->connection);
        if (left < 0)
            break;
        uv_poll_start(session->poll, left ? UV_READABLE | UV_WRITABLE : UV_READABLE, on_ready);
        if (left || !take_results(session))
            return;
        result = session->result;
        session->result = NULL;
        answer_first(session, result);
        PQclear(result);
    }
    if (session->first)
        lose(session);
    else
        uv_poll_start(session->poll, UV_READABLE, on_ready);
}

static void step(RealSession *session)
{
    if (session->is_open)
        converse(session);
    else
        connect_on(session);
}

/* ---- the whole --------------------------------------------------------------------------------------------------------------------- */

RealSession *real_session_new(Loop *loop, const char *settings)
{
    RealSession *session = MEMORY_NEW(RealSession);

    session->loop = loop;
    session->settings = memory_text(settings);
    session->last = &session->first;
    session->retry = timer_new(loop, on_retry, session);
    timer_start(session->retry, 0);
    return session;
}

void real_session_free(RealSession *session)
{
    if (!session)
        return;
    unwatch(session);
    PQclear(session->result);
    PQfinish(session->connection);
    answer_all_lost(session);
    while (session->first) /* asked by who heard that it is lost */
        statement_free(take_first(session));
    timer_free(session->retry);
    free(session->settings);
    free(session);
}

void real_session_ask(RealSession *session, const char *sql, const char *const *values,
                      RealSessionAnswer *answer, void *owner)
{
    Statement *statement = MEMORY_NEW(Statement);

    statement->sql = memory_text(sql);
    statement->answer = answer;
    statement->owner = owner;
    while (values && values[statement->value_count] &&
           statement->value_count < REAL_SESSION_VALUES_MAX) {
        statement->values[statement->value_count] = memory_text(values[statement->value_count]);
        statement->value_count++;
    }
    *session->last = statement;
    session->last = &statement->next;
    if (session->is_open && !session->is_under_way) /* sent at the loop's next turn */
        uv_poll_start(session->poll, UV_READABLE | UV_WRITABLE, on_ready);
}

bool real_session_is_open(const RealSession *session)
{
    return session && session->is_open;
}

bool real_session_succeeded(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);

    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}
