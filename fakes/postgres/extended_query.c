/*
 * fakes/postgres/extended_query.c - Parse, Bind, Describe, Execute, Close and Sync.
 */
#include "fakes/postgres/extended_query.h"

#include <string.h>

#include "base/memory.h"
#include "fakes/postgres/prepared.h"
#include "fakes/postgres/statements.h"

static const PgSource PARSE = {"postgres.c", "1432", "exec_parse_message"};
static const PgSource BIND = {"postgres.c", "1653", "exec_bind_message"};
static const PgSource PREPARED_MISSING = {"prepare.c", "451", "FetchPreparedStatement"};
static const PgSource PREPARED_EXISTS = {"prepare.c", "412", "StorePreparedStatement"};

static bool no_such_prepared(const char *name, PgReport *report)
{
    if (*name == '\0')
        return pg_error(report, "26000", PREPARED_MISSING,
                        "unnamed prepared statement does not exist");
    return pg_error(report, "26000", PREPARED_MISSING, "prepared statement \"%s\" does not exist",
                    name);
}

static bool no_such_portal(const char *name, PgReport *report)
{
    return pg_error(report, "34000", (PgSource){"postgres.c", "2055", "exec_execute_message"},
                    "portal \"%s\" does not exist", name);
}

/* ---- extended query ---- */

static bool read_parameter_types(PgReader *reader, SqlParameters *parameters, PgReport *report)
{
    int count = pg_take_u16(reader);

    if (count > SQL_PARAMETERS_MAX)
        return pg_error(report, "0A000", PARSE, "this server takes %d parameters at most",
                        SQL_PARAMETERS_MAX);
    parameters->count = count;
    for (int i = 0; i < count; i++)
        parameters->types[i] = pg_type_by_oid(pg_take_u32(reader));
    return true;
}

static bool prepare(const PgSession *session, PgPrepared *prepared, PgReport *report)
{
    SqlParameters *parameters = &prepared->parameters;

    if (!sql_parse(prepared->sql, &prepared->arena, &prepared->statement, report))
        return false;
    if (prepared->statement != NULL && prepared->statement->next != NULL)
        return pg_error(report, "42601", PARSE,
                        "cannot insert multiple commands into a prepared statement");
    if (!statement_check_transaction(session, prepared->statement, report))
        return false;
    if (prepared->statement != NULL && prepared->statement->select != NULL &&
        !sql_analyse(prepared->statement->select, &prepared->arena, parameters, report))
        return false;
    for (int i = 0; i < parameters->count; i++) {
        if (parameters->types[i] == PG_UNKNOWN)
            parameters->types[i] = PG_TEXT;
    }
    return true;
}

static bool handle_parse(PgSession *session, PgReport *report)
{
    PgReader reader = pg_reader(&session->message);
    const char *name = pg_take_text(&reader), *sql = pg_take_text(&reader);
    PgPrepared *old = prepared_find(session, name), *prepared;

    if (*name != '\0' && old != NULL)
        return pg_error(report, "42P05", PREPARED_EXISTS,
                        "prepared statement \"%s\" already exists", name);
    if (old != NULL)
        prepared_drop(session, old);
    prepared = MEMORY_NEW(PgPrepared);
    prepared->name = memory_text(name);
    prepared->sql = arena_text(&prepared->arena, sql);
    prepared->next = session->prepared;
    session->prepared = prepared;
    if (read_parameter_types(&reader, &prepared->parameters, report) &&
        (pg_reader_is_done(&reader) || commands_malformed(report)) &&
        prepare(session, prepared, report)) {
        pg_add_plain(&session->out, '1');
        return true;
    }
    prepared_drop(session, prepared);
    return false;
}

static size_t read_formats(PgReader *reader, uint16_t formats[FORMATS_MAX])
{
    size_t count = pg_take_u16(reader);

    for (size_t i = 0; i < count; i++) {
        uint16_t format = pg_take_u16(reader);

        if (i < FORMATS_MAX)
            formats[i] = format;
        if (format > 1)
            reader->is_broken = true;
    }
    if (count > FORMATS_MAX)
        reader->is_broken = true;
    return reader->is_broken ? 0 : count;
}

static bool read_value(PgReader *reader, uint16_t format, PgType type, Arena *arena, PgValue *out,
                       PgReport *report)
{
    uint32_t length = pg_take_u32(reader);
    const char *bytes;

    if (length == UINT32_MAX) {
        *out = pg_null(type);
        return true;
    }
    bytes = pg_take_bytes(reader, length);
    if (bytes == NULL)
        return commands_malformed(report);
    if (format == 1)
        return pg_value_decode(type, bytes, length, arena, out, report);
    return pg_value_parse(type, arena_text_of(arena, bytes, length), 0, arena, out, report);
}

static bool read_values(PgReader *reader, PgPortal *portal, PgReport *report)
{
    const SqlParameters *parameters = &portal->prepared->parameters;
    uint16_t formats[FORMATS_MAX] = {0};
    size_t format_count = read_formats(reader, formats);
    int count = pg_take_u16(reader);

    if (reader->is_broken)
        return commands_malformed(report);
    if (count != parameters->count)
        return pg_error(report, "08P01", BIND,
                        "bind message supplies %d parameters, but prepared statement \"%s\" "
                        "requires %d",
                        count, portal->prepared->name, parameters->count);
    for (int i = 0; i < count; i++) {
        if (!read_value(reader, commands_format(i, formats, format_count), parameters->types[i],
                        &portal->arena, &portal->values[i], report))
            return false;
    }
    return true;
}

static bool handle_bind(PgSession *session, PgReport *report)
{
    PgReader reader = pg_reader(&session->message);
    const char *name = pg_take_text(&reader), *prepared_name = pg_take_text(&reader);
    const PgPrepared *prepared = prepared_find(session, prepared_name);
    PgPortal *portal = portal_find(session, name);

    if (prepared == NULL)
        return no_such_prepared(prepared_name, report);
    if (*name != '\0' && portal != NULL)
        return pg_error(report, "42P03", BIND, "cursor \"%s\" already exists", name);
    if (!statement_check_transaction(session, prepared->statement, report))
        return false;
    if (portal != NULL)
        portal_drop(session, portal);
    portal = MEMORY_NEW(PgPortal);
    portal->name = memory_text(name);
    portal->prepared = prepared;
    portal->next = session->portals;
    session->portals = portal;
    if (!read_values(&reader, portal, report)) {
        portal_drop(session, portal);
        return false;
    }
    portal->format_count = read_formats(&reader, portal->formats);
    if (!pg_reader_is_done(&reader)) {
        portal_drop(session, portal);
        return commands_malformed(report);
    }
    pg_add_plain(&session->out, '2');
    return true;
}

/* RowDescription, or NoData, of what a statement would give. */
static bool describe(PgSession *session, const SqlStatement *statement, const uint16_t *formats,
                     size_t format_count, PgReport *report)
{
    SqlResult result;

    if (!statement_gives_rows(statement)) {
        pg_add_plain(&session->out, 'n');
        return true;
    }
    if (statement->verb == SQL_SELECT)
        sql_describe(statement->select, &session->arena, &result);
    else if (!statement_show(session, statement, &session->arena, &result, report))
        return false;
    commands_describe(session, &result, formats, format_count);
    return true;
}

static bool describe_prepared(PgSession *session, const char *name, PgReport *report)
{
    const PgPrepared *prepared = prepared_find(session, name);
    size_t begin;

    if (prepared == NULL)
        return no_such_prepared(name, report);
    begin = pg_message_begin(&session->out, 't');
    buffer_add_u16(&session->out, (uint16_t)prepared->parameters.count);
    for (int i = 0; i < prepared->parameters.count; i++)
        buffer_add_u32(&session->out, pg_type_row(prepared->parameters.types[i])->oid);
    pg_message_end(&session->out, begin);
    return describe(session, prepared->statement, NULL, 0, report);
}

static bool handle_describe(PgSession *session, PgReport *report)
{
    PgReader reader = pg_reader(&session->message);
    char kind = (char)pg_take_byte(&reader);
    const char *name = pg_take_text(&reader);
    const PgPortal *portal;

    if (!pg_reader_is_done(&reader) || (kind != 'S' && kind != 'P'))
        return commands_malformed(report);
    if (kind == 'S')
        return describe_prepared(session, name, report);
    portal = portal_find(session, name);
    if (portal == NULL)
        return no_such_portal(name, report);
    return describe(session, portal->prepared->statement, portal->formats, portal->format_count,
                    report);
}

/* Rows go out as many as were asked for; the rest waits for the next Execute. */
static void send_rows(PgSession *session, PgPortal *portal, uint32_t most)
{
    size_t left = portal->result.rows.count - portal->sent;
    size_t count = most > 0 && most < left ? most : left;

    commands_rows(session, &portal->result, portal->sent, count, portal->formats,
                  portal->format_count);
    portal->sent += count;
    if (most > 0 && count == most)
        pg_add_plain(&session->out, 's');
    else
        statement_complete(session, portal->prepared->statement, count);
}

static bool handle_execute(PgSession *session, PgReport *report)
{
    PgReader reader = pg_reader(&session->message);
    const char *name = pg_take_text(&reader);
    uint32_t most = pg_take_u32(&reader);
    PgPortal *portal = portal_find(session, name);
    const SqlStatement *statement;

    if (!pg_reader_is_done(&reader))
        return commands_malformed(report);
    if (portal == NULL)
        return no_such_portal(name, report);
    statement = portal->prepared->statement;
    if (statement == NULL) {
        pg_add_plain(&session->out, 'I');
        return true;
    }
    if (!statement_check_transaction(session, statement, report))
        return false;
    if (!statement_gives_rows(statement)) {
        if (!statement_run(session, statement, report))
            return false;
        statement_complete(session, statement, 0);
        return true;
    }
    if (!portal->has_run && !statement_run_rows(session, statement, portal->values, &portal->arena,
                                                &portal->result, report))
        return false;
    portal->has_run = true;
    send_rows(session, portal, most);
    return true;
}

static bool handle_close(PgSession *session, PgReport *report)
{
    PgReader reader = pg_reader(&session->message);
    char kind = (char)pg_take_byte(&reader);
    const char *name = pg_take_text(&reader);

    if (!pg_reader_is_done(&reader) || (kind != 'S' && kind != 'P'))
        return commands_malformed(report);
    if (kind == 'P')
        portal_drop(session, portal_find(session, name));
    else
        prepared_drop(session, prepared_find(session, name));
    pg_add_plain(&session->out, '3');
    return true;
}

void extended_query_sync(PgSession *session)
{
    session->skips_to_sync = false;
    if (session->transaction == 'I')
        portal_drop_all(session);
    commands_ready(session);
}

bool extended_query_handle(PgSession *session, PgReport *report)
{
    switch (session->message.type) {
    case 'P':
        return handle_parse(session, report);
    case 'B':
        return handle_bind(session, report);
    case 'D':
        return handle_describe(session, report);
    case 'E':
        return handle_execute(session, report);
    case 'C':
        return handle_close(session, report);
    default: /* 'H': answers are never kept back anyway */
        return true;
    }
}
