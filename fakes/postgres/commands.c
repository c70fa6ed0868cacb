/*
 * fakes/postgres/commands.c - what a client that is in sends: which message is whose, and what answers have in common.
 *
 * Source: PostgreSQL 15 manual, 55.2.2 and 55.2.3. After an error in the extended protocol everything up to Sync is read over.
 */

#include <string.h>

#include "fakes/postgres/copy.h"
#include "fakes/postgres/extended_query.h"
#include "fakes/postgres/prepared.h"
#include "fakes/postgres/session_inside.h"
#include "fakes/postgres/simple_query.h"
#include "fakes/postgres/transaction.h"

/* ---- answering ---- */

/* A transaction of one statement begins with it. */
static int64_t transaction_start(PgSession *session)
{
    if (session->transaction == 'I' && !session->is_implicit_block)
        session->transaction_us = 0;
    if (session->transaction_us == 0)
        session->transaction_us = pg_now_ms(session->options.instance) * 1000;
    return session->transaction_us;
}

SqlContext commands_context(PgSession *session, Arena *arena)
{
    return (SqlContext){
        .instance = session->options.instance,
        .arena = arena,
        .settings = &session->settings,
        .user = session->user,
        .database = session->database,
        .is_superuser = session->role->is_superuser,
        .may_replicate = session->role->may_replicate,
        .pid = session->options.pid,
        .text = session->sql,
        .now_us = transaction_start(session),
        .started_us = pg_now_ms(session->options.instance) * 1000,
        .address = session->caller.address,
        .backends = session->options.backends,
        .roles = session->options.roles,
        .databases = session->options.databases,
        .on_command = session->options.on_command,
        .owner = session->options.owner,
    };
}

uint16_t commands_format(int index, const uint16_t *formats, size_t format_count)
{
    if (format_count == 0)
        return 0;
    return format_count == 1 ? formats[0] : (size_t)index < format_count ? formats[index] : 0;
}

void commands_describe(PgSession *session, const SqlResult *result, const uint16_t *formats,
                       size_t format_count)
{
    size_t begin = pg_message_begin(&session->out, 'T');

    buffer_add_u16(&session->out, (uint16_t)result->column_count);
    for (int i = 0; i < result->column_count; i++)
        pg_add_column(&session->out, result, i, commands_format(i, formats, format_count));
    pg_message_end(&session->out, begin);
}

void commands_rows(PgSession *session, const SqlResult *result, size_t first, size_t count,
                   const uint16_t *formats, size_t format_count)
{
    for (size_t row = first; row < first + count; row++) {
        size_t begin = pg_message_begin(&session->out, 'D');

        buffer_add_u16(&session->out, (uint16_t)result->column_count);
        for (int i = 0; i < result->column_count; i++)
            pg_add_value(&session->out, &result->rows.rows[row][i],
                         commands_format(i, formats, format_count), &session->arena);
        pg_message_end(&session->out, begin);
    }
}

bool commands_malformed(const PgReader *reader, PgReport *report)
{
    static const PgSource SOURCE = {"pqformat.c", "628", "pq_getmsgend"};

    if (!reader->is_broken)
        return pg_error(report, "08P01", SOURCE, "invalid message format");
    if (reader->has_no_end)
        return pg_error(report, "08P01", SOURCE, "invalid string in message");
    return pg_error(report, "08P01", SOURCE, "insufficient data left in message");
}

void commands_fail(PgSession *session, const PgReport *report)
{
    pg_add_report(&session->out, report);
    transaction_fail(session);
    session->skips_to_sync = strchr("PBDECH", session->message.type) != NULL;
}

void commands_ready(PgSession *session)
{
    session_report_parameters(session);
    pg_add_ready(&session->out, session->transaction);
}

/* ---- the message at work ---- */

/* The SQL behind a Query or an Execute; NULL: it runs none. */
static const char *sql_of(const PgSession *session)
{
    PgReader reader = pg_reader(&session->message);
    const char *text = pg_take_text(&reader);
    const PgPortal *portal;

    if (session->skips_to_sync || session->copy != NULL)
        return NULL;
    if (session->message.type == 'Q')
        return pg_reader_is_done(&reader) ? text : NULL;
    if (session->message.type != 'E')
        return NULL;
    portal = portal_find(session, text);
    return portal != NULL && !portal->has_run ? portal->prepared->sql : NULL;
}

bool commands_is_run(PgSession *session)
{
    session->sql = sql_of(session);
    if (session->sql == NULL)
        return false;
    buffer_clear(&session->asked);
    buffer_add_text(&session->asked, session->sql);
    session->asked_ms = pg_now_ms(session->options.instance);
    return true;
}

static SessionState refuse_message(PgSession *session)
{
    PgReport report;

    pg_error(&report, "08P01", (PgSource){"postgres.c", "446", "SocketBackend"},
             "invalid frontend message type %d", (unsigned char)session->message.type);
    return session_fatal(session, &report);
}

static bool forbid_extended(PgReport *report)
{
    return pg_error(report, "08P01", (PgSource){"postgres.c", "4925", "forbidden_in_wal_sender"},
                    "extended query protocol not supported in a replication connection");
}

static void handle_extended(PgSession *session)
{
    PgReport report;
    bool ok =
        session->is_physical ? forbid_extended(&report) : extended_query_handle(session, &report);

    if (!ok)
        commands_fail(session, &report);
    session->keeps_back = ok && session->message.type != 'H' && session->copy == NULL;
}

static void handle_query(PgSession *session)
{
    PgReader reader = pg_reader(&session->message);
    PgReport report;

    pg_take_text(&reader);
    if (pg_reader_is_done(&reader)) {
        simple_query_handle(session);
        return;
    }
    commands_malformed(&reader, &report);
    commands_fail(session, &report);
    commands_ready(session);
}

/* FunctionCall, which the manual calls obsolete: nothing here is called that way. */
static void refuse_function(PgSession *session)
{
    PgReader reader = pg_reader(&session->message);
    PgReport report;

    pg_take_u32(&reader);
    if (reader.is_broken)
        commands_malformed(&reader, &report);
    else
        pg_error(&report, "0A000", (PgSource){"fastpath.c", "191", "HandleFunctionRequest"},
                 "this server calls functions in queries alone");
    commands_fail(session, &report);
    commands_ready(session);
}

/* Is it read over, as everything is between an error of the extended protocol and Sync? */
static bool is_skipped(const PgSession *session)
{
    return session->skips_to_sync && strchr("QFPBDECH", session->message.type) != NULL;
}

/* The COPY is over, and with it the statement. */
static void end_copy(PgSession *session, size_t rows, const PgReport *failure)
{
    bool is_simple = session->rest.text != NULL;

    copy_in_end(session);
    if (failure != NULL) {
        commands_fail(session, failure);
        session->skips_to_sync = !is_simple;
    } else {
        pg_add_complete(&session->out, arena_format(&session->arena, "COPY %zu", rows));
        session->keeps_back = !is_simple;
    }
    if (is_simple)
        simple_query_resume(session, failure == NULL);
}

static SessionState handle_copy(PgSession *session)
{
    PgReport report;
    size_t rows;

    switch (copy_in_take(session, &rows, &report)) {
    case COPY_GOES_ON:
        break;
    case COPY_IS_DONE:
        end_copy(session, rows, NULL);
        break;
    case COPY_HAS_FAILED:
        end_copy(session, 0, &report);
        break;
    case COPY_IS_LOST:
        pg_add_report(&session->out, &report);
        pg_error(&report, "08P01", (PgSource){"postgres.c", "4393", "PostgresMain"},
                 "terminating connection because protocol synchronization was lost");
        return session_fatal(session, &report);
    }
    return SESSION_COMMANDS;
}

SessionState commands_handle(PgSession *session)
{
    session->sleep_ms = 0;
    session->keeps_back = false;
    if (session->copy != NULL)
        return handle_copy(session);
    if (is_skipped(session))
        return SESSION_COMMANDS;
    switch (session->message.type) {
    case 'Q':
        handle_query(session);
        break;
    case 'F':
        refuse_function(session);
        break;
    case 'S':
        extended_query_sync(session);
        break;
    case 'P':
    case 'B':
    case 'D':
    case 'E':
    case 'C':
    case 'H':
        handle_extended(session);
        break;
    case 'c': /* the end of a COPY that there is none of */
    case 'd':
    case 'f':
        break;
    default:
        return refuse_message(session);
    }
    if (session->walsender.state != WALSENDER_COMMANDS)
        return SESSION_COPYING;
    return session->sleep_ms > 0 ? SESSION_WAITING : SESSION_COMMANDS;
}
