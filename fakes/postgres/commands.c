/*
 * fakes/postgres/commands.c - what a client that is in sends: which message is whose, and what answers have in common.
 *
 * Source: PostgreSQL 15 manual, 55.2.2 and 55.2.3. After an error in the extended protocol everything up to Sync is read over.
 */

#include "fakes/postgres/extended_query.h"
#include "fakes/postgres/prepared.h"
#include "fakes/postgres/session_inside.h"
#include "fakes/postgres/simple_query.h"

/* ---- answering ---- */

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
        .now_us = pg_now_ms(session->options.instance) * 1000,
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
        pg_add_field(&session->out, result->columns[i].name, result->columns[i].type, -1,
                     commands_format(i, formats, format_count));
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

bool commands_malformed(PgReport *report)
{
    return pg_error(report, "08P01", (PgSource){"pqformat.c", "628", "pq_getmsgend"},
                    "invalid message format");
}

void commands_fail(PgSession *session, const PgReport *report)
{
    pg_add_report(&session->out, report);
    if (session->transaction == 'T')
        session->transaction = 'E';
    session->skips_to_sync = session->message.type != 'Q';
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

    if (session->message.type == 'Q')
        return pg_reader_is_done(&reader) ? text : NULL;
    if (session->message.type != 'E' || session->skips_to_sync)
        return NULL;
    portal = portal_find(session, text);
    return portal != NULL && !portal->has_run ? portal->prepared->sql : NULL;
}

bool commands_is_run(PgSession *session)
{
    session->sql = sql_of(session);
    return session->sql != NULL;
}

static SessionState refuse_message(PgSession *session)
{
    PgReport report;

    pg_error(&report, "08P01", (PgSource){"postgres.c", "465", "SocketBackend"},
             "invalid frontend message type %d", (unsigned char)session->message.type);
    return session_fatal(session, &report);
}

SessionState commands_handle(PgSession *session)
{
    PgReport report;

    session->sleep_ms = 0;
    switch (session->message.type) {
    case 'Q':
        session->skips_to_sync = false;
        if (session->sql != NULL) {
            simple_query_handle(session);
        } else {
            commands_malformed(&report);
            commands_fail(session, &report);
            commands_ready(session);
        }
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
        if (session->skips_to_sync)
            break;
        if (session->is_physical)
            pg_error(&report, "08P01", (PgSource){"postgres.c", "4849", "forbidden_in_wal_sender"},
                     "extended query protocol not supported in a replication connection");
        if (session->is_physical || !extended_query_handle(session, &report))
            commands_fail(session, &report);
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
