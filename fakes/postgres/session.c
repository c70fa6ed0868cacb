/*
 * fakes/postgres/session.c - one client's session: the state machine that the others' functions hang in.
 */
#include "fakes/postgres/session.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/postgres/copy.h"
#include "fakes/postgres/prepared.h"
#include "fakes/postgres/session_inside.h"

static const PgSource TERMINATED = {"postgres.c", "3209", "ProcessInterrupts"};
static const PgSource CANCELLED = {"postgres.c", "3337", "ProcessInterrupts"};

enum { KEPT_BACK_MAX = 8192 }; /* as large as the buffer that Postgres sends from */

/* In the order in which Postgres says them at the start. */
static const char *const REPORTED[PARAMETERS_REPORTED] = {
    "application_name",
    "client_encoding",
    "DateStyle",
    "default_transaction_read_only",
    "in_hot_standby",
    "integer_datetimes",
    "IntervalStyle",
    "is_superuser",
    "server_encoding",
    "server_version",
    "session_authorization",
    "standard_conforming_strings",
    "TimeZone",
};

PgSession *pg_session_new(const PgSessionOptions *options)
{
    PgSession *session = MEMORY_NEW(PgSession);

    session->options = *options;
    session->user = "";
    session->database = "";
    session->address = "127.0.0.1";
    session->transaction = 'I';
    session->settings.instance = options->instance;
    return session;
}

void pg_session_leave(PgSession *session)
{
    if (session->has_left)
        return;
    session->has_left = true;
    walsender_end(session);
    pg_backend_leave(session->options.backends, &session->backend);
}

void pg_session_free(PgSession *session)
{
    if (session == NULL)
        return;
    pg_session_leave(session);
    copy_in_end(session);
    copy_forget(session);
    prepared_drop_all(session);
    pg_settings_release(&session->settings);
    for (int i = 0; i < PARAMETERS_REPORTED; i++)
        free(session->reported[i]);
    buffer_release(&session->in);
    buffer_release(&session->out);
    arena_release(&session->arena);
    arena_release(&session->startup_arena);
    arena_release(&session->rest.arena);
    free(session);
}

void pg_session_receive(PgSession *session, const void *bytes, size_t length)
{
    buffer_add(&session->in, bytes, length);
}

size_t pg_session_backlog(const PgSession *session)
{
    return session->in.length;
}

void session_report_parameters(PgSession *session)
{
    for (int i = 0; i < PARAMETERS_REPORTED; i++) {
        const char *value =
            pg_settings_find(&session->settings, REPORTED[i], &session->arena, NULL);

        if (session->reported[i] != NULL && strcmp(session->reported[i], value) == 0)
            continue;
        free(session->reported[i]);
        session->reported[i] = memory_text(value);
        pg_add_parameter_status(&session->out, REPORTED[i], value);
    }
}

SessionState session_fatal(PgSession *session, PgReport *report)
{
    report->severity = "FATAL";
    pg_add_report(&session->out, report);
    return SESSION_CLOSED;
}

PgRead session_take(PgSession *session)
{
    bool is_startup = session->state == SESSION_STARTUP;
    PgMessage message;
    size_t used;
    PgRead read = is_startup
                      ? pg_read_startup(session->in.data, session->in.length, &message, &used)
                      : pg_read_message(session->in.data, session->in.length, &message, &used);

    if (read != PG_READ_WHOLE)
        return read;
    arena_reset(&session->arena);
    session->message = message;
    session->message.body = arena_text_of(&session->arena, message.body, message.length);
    buffer_eat(&session->in, used);
    return PG_READ_WHOLE;
}

/* The next message of a client that is in; 'X' and nonsense end it. */
static SessionState read_command(PgSession *session)
{
    switch (session_take(session)) {
    case PG_READ_MORE:
        return SESSION_COMMANDS;
    case PG_READ_BROKEN: /* Postgres writes into its log why, and says nothing */
        return SESSION_CLOSED;
    case PG_READ_WHOLE:
        break;
    }
    if (session->message.type == 'X' && session->copy == NULL)
        return SESSION_CLOSED;
    if (commands_is_run(session))
        return SESSION_RUNNING;
    return commands_handle(session);
}

static PgStep waits_for(SessionState state)
{
    switch (state) {
    case SESSION_CONNECTING:
        return PG_STEP_CONNECT;
    case SESSION_RUNNING:
        return PG_STEP_RUN;
    case SESSION_WAITING:
        return PG_STEP_WAIT;
    case SESSION_COPYING:
        return PG_STEP_STREAM;
    case SESSION_CLOSED:
        return PG_STEP_CLOSE;
    default:
        return PG_STEP_MORE;
    }
}

/* A walsender sends until it waits for something, takes commands again, or is done for good. */
static SessionState copy(PgSession *session)
{
    walsender_step(session);
    switch (session->walsender.state) {
    case WALSENDER_COMMANDS:
        return SESSION_COMMANDS;
    case WALSENDER_GONE:
        return SESSION_CLOSED;
    default:
        return SESSION_COPYING;
    }
}

/* One state's work; where it leads. */
static SessionState work(PgSession *session)
{
    switch (session->state) {
    case SESSION_STARTUP:
        return startup_read(session);
    case SESSION_CONNECTING:
        return authentication_begin(session);
    case SESSION_PASSWORD:
        return authentication_password(session);
    case SESSION_SASL_FIRST:
        return authentication_sasl_first(session);
    case SESSION_SASL_FINAL:
        return authentication_sasl_final(session);
    case SESSION_COMMANDS:
        return read_command(session);
    case SESSION_RUNNING:
        return commands_handle(session);
    case SESSION_WAITING:
        return SESSION_COMMANDS;
    case SESSION_COPYING:
        return copy(session);
    case SESSION_CLOSED:
        break;
    }
    return SESSION_CLOSED;
}

PgStep pg_session_step(PgSession *session)
{
    size_t left;
    SessionState before;

    session->cancel_pid = 0;
    do {
        left = session->in.length;
        before = session->state;
        session->state = work(session);
        if (session->state == SESSION_CLOSED)
            pg_session_leave(session);
        if (session->cancel_pid != 0)
            return PG_STEP_CANCEL;
        if (session->wants_tls) {
            session->wants_tls = false;
            return PG_STEP_TLS;
        }
        if (waits_for(session->state) != PG_STEP_MORE)
            return waits_for(session->state);
    } while (session->state != before || session->in.length != left);
    return PG_STEP_MORE;
}

Buffer *pg_session_out(PgSession *session)
{
    return &session->out;
}

bool pg_session_keeps_back(const PgSession *session)
{
    return session->keeps_back && session->out.length < KEPT_BACK_MAX;
}

void pg_session_secured(PgSession *session, const void *binding, size_t length)
{
    assert(length <= sizeof session->scram.binding);
    session->is_secured = true;
    session->scram.may_plus = length > 0;
    session->scram.binding_length = length;
    if (length > 0)
        memcpy(session->scram.binding, binding, length);
}

void pg_session_meet(PgSession *session, const char *address, const char *certificate_name)
{
    session->address = arena_text(&session->startup_arena, address);
    session->certificate_name =
        certificate_name != NULL ? arena_text(&session->startup_arena, certificate_name) : NULL;
}

void pg_session_refuse(PgSession *session, const char *text)
{
    PgReport report;

    pg_error(&report, "57P01", TERMINATED, "%s",
             text != NULL ? text : "terminating connection due to administrator command");
    session->state = session_fatal(session, &report);
}

bool pg_session_cancel(PgSession *session)
{
    PgReport report;

    if (session->state != SESSION_RUNNING && session->state != SESSION_WAITING)
        return false;
    session->keeps_back = false;
    /* What was held back came of the statement that never ends now. */
    buffer_clear(&session->out);
    pg_error(&report, "57014", CANCELLED, "canceling statement due to user request");
    commands_fail(session, &report);
    if (session->message.type == 'Q')
        commands_ready(session);
    session->state = SESSION_COMMANDS;
    return true;
}

void pg_session_shut_down(PgSession *session)
{
    if (session->state < SESSION_COMMANDS || session->state == SESSION_CLOSED)
        return;
    buffer_clear(&session->out);
    pg_session_refuse(session, NULL);
}

bool pg_session_stop(PgSession *session)
{
    if (session->state != SESSION_COPYING)
        return false;
    session->walsender.is_stopping = true;
    return true;
}

const char *pg_session_user(const PgSession *session)
{
    return session->user;
}

const char *pg_session_database(const PgSession *session)
{
    return session->database;
}

const char *pg_session_sql(const PgSession *session)
{
    return session->sql;
}

int64_t pg_session_sleep_ms(const PgSession *session)
{
    return session->sleep_ms;
}

void pg_session_cancelled(const PgSession *session, uint32_t *out_pid, uint32_t *out_key)
{
    *out_pid = session->cancel_pid;
    *out_key = session->cancel_key;
}

uint32_t pg_session_pid(const PgSession *session)
{
    return session->options.pid;
}

bool pg_session_is(const PgSession *session, uint32_t pid, uint32_t key)
{
    return session->options.pid == pid && session->options.key == key;
}
