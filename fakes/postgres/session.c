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
static const PgSource QUICK_DIE = {"postgres.c", "2903", "quickdie"};
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
    session->caller.address = "127.0.0.1";
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
    buffer_release(&session->asked);
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
    session->turn++;
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

static const char *keep_text(PgSession *session, const char *text)
{
    return text != NULL ? arena_text(&session->startup_arena, text) : NULL;
}

void pg_session_meet(PgSession *session, const PgCaller *caller)
{
    session->caller = (PgCaller){
        .address = keep_text(session, caller->address),
        .certificate_name = keep_text(session, caller->certificate_name),
        .tls_version = keep_text(session, caller->tls_version),
        .tls_cipher = keep_text(session, caller->tls_cipher),
        .tls_bits = caller->tls_bits,
    };
}

void pg_session_refuse(PgSession *session, const char *text)
{
    PgReport report;

    pg_error(&report, "57P01", TERMINATED, "%s",
             text != NULL ? text : "terminating connection due to administrator command");
    session->state = session_fatal(session, &report);
}

/* The statement that is held never ends: what was kept back came of it. */
static bool end_statement(PgSession *session, const char *text)
{
    PgReport report;

    if (session->state != SESSION_RUNNING && session->state != SESSION_WAITING)
        return false;
    session->keeps_back = false;
    buffer_clear(&session->out);
    pg_error(&report, "57014", CANCELLED, "%s", text);
    commands_fail(session, &report);
    if (session->message.type == 'Q')
        commands_ready(session);
    session->state = SESSION_COMMANDS;
    return true;
}

bool pg_session_cancel(PgSession *session)
{
    return end_statement(session, "canceling statement due to user request");
}

/* ---- patience ---- */

/* "5s", "100ms", "2min" or milliseconds; 0 for what is none, which is the standard of all that are asked for here. */
static int64_t setting_ms(const PgSession *session, const char *name)
{
    static const struct {
        const char *unit;
        int64_t ms;
    } UNITS[] = {
        {"",    1       },
        {"ms",  1       },
        {"s",   1000    },
        {"min", 60000   },
        {"h",   3600000 },
        {"d",   86400000},
    };
    const char *value = pg_settings_chosen(&session->settings, name);
    char *unit;
    int64_t count = strtoll(value != NULL ? value : "0", &unit, 10), ms = 0;

    unit += strspn(unit, " ");
    for (size_t i = 0; i < sizeof UNITS / sizeof UNITS[0]; i++) {
        if (strcmp(unit, UNITS[i].unit) == 0)
            ms = count > 0 && count < INT32_MAX ? count * UNITS[i].ms : 0;
    }
    return ms;
}

PgPatience pg_session_patience(const PgSession *session, int64_t *out_ms)
{
    *out_ms = 0;
    switch (session->state) {
    case SESSION_STARTUP:
    case SESSION_CONNECTING:
    case SESSION_PASSWORD:
    case SESSION_SASL_FIRST:
    case SESSION_SASL_FINAL:
        return PG_PATIENCE_LOGIN;
    case SESSION_RUNNING:
    case SESSION_WAITING:
        *out_ms = setting_ms(session, "statement_timeout");
        return PG_PATIENCE_STATEMENT;
    case SESSION_COMMANDS:
        if (session->copy != NULL)
            break;
        *out_ms =
            setting_ms(session, session->transaction != 'I' ? "idle_in_transaction_session_timeout"
                                                            : "idle_session_timeout");
        return session->transaction != 'I' ? PG_PATIENCE_IDLE_IN_TRANSACTION : PG_PATIENCE_IDLE;
    case SESSION_COPYING:
    case SESSION_CLOSED:
        break;
    }
    return PG_PATIENCE_ENDLESS;
}

uint64_t pg_session_turn(const PgSession *session)
{
    return session->turn;
}

bool pg_session_time_out(PgSession *session)
{
    PgReport report;
    int64_t ms;

    switch (pg_session_patience(session, &ms)) {
    case PG_PATIENCE_STATEMENT:
        return end_statement(session, "canceling statement due to statement timeout");
    case PG_PATIENCE_IDLE_IN_TRANSACTION:
        pg_error(&report, "25P03", TERMINATED,
                 "terminating connection due to idle-in-transaction timeout");
        break;
    case PG_PATIENCE_IDLE:
        pg_error(&report, "57P05", TERMINATED,
                 "terminating connection due to idle-session timeout");
        break;
    case PG_PATIENCE_LOGIN:
    case PG_PATIENCE_ENDLESS:
        return false;
    }
    session->state = session_fatal(session, &report);
    return true;
}

/* ---- the server goes down ---- */

void pg_session_shut_down(PgSession *session, PgStop stop)
{
    PgReport report;

    if (session->state < SESSION_COMMANDS || session->state == SESSION_CLOSED)
        return;
    buffer_clear(&session->out);
    if (stop == PG_STOP_FAST) {
        pg_session_refuse(session, NULL);
        return;
    }
    if (stop == PG_STOP_CRASH) {
        pg_error(&report, "57P02", QUICK_DIE,
                 "terminating connection because of crash of another server process");
        report.detail = "The postmaster has commanded this server process to roll back the current "
                        "transaction and exit, because another server process exited abnormally "
                        "and possibly corrupted shared memory.";
        report.hint = "In a moment you should be able to reconnect to the database and repeat your "
                      "command.";
    } else {
        pg_error(&report, "57P01", QUICK_DIE,
                 "terminating connection due to immediate shutdown command");
    }
    report.severity = "WARNING";
    pg_add_report(&session->out, &report);
    session->state = SESSION_CLOSED;
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
