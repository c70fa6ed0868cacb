/*
 * fakes/postgres/extended_query.c - Parse, Bind, Describe, Execute, Close and Sync.
 */
#include "fakes/postgres/extended_query.h"

#include <string.h>

#include "base/memory.h"
#include "fakes/postgres/prepared.h"
#include "fakes/postgres/statements.h"
#include "fakes/postgres/transaction.h"

static const PgSource PARSE = {"postgres.c", "1419", "exec_parse_message"};
static const PgSource BIND = {"postgres.c", "1653", "exec_bind_message"};
static const PgSource SUBTYPE = {"postgres.c", "4740", "PostgresMain"};
static const PgSource PREPARED_EXISTS = {"prepare.c", "412", "StorePreparedStatement"};

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

static void prepared_keep(PgSession *session, PgPrepared *prepared)
{
    prepared->references++;
    prepared->next = session->prepared;
    session->prepared = prepared;
}

static bool read_parse(PgSession *session, PgPrepared *prepared, PgReport *report)
{
    PgReader reader = pg_reader(&session->message);

    prepared->name = memory_text(pg_take_text(&reader));
    prepared->sql = arena_text(&prepared->arena, pg_take_text(&reader));
    if (!read_parameter_types(&reader, &prepared->parameters, report))
        return false;
    if (!pg_reader_is_done(&reader))
        return commands_malformed(&reader, report);
    if (*prepared->name == '\0')
        prepared_drop(session, prepared_find(session, ""));
    return prepare(session, prepared, report);
}

static bool handle_parse(PgSession *session, PgReport *report)
{
    PgPrepared *prepared = MEMORY_NEW(PgPrepared);
    bool ok;

    prepared->references = 1;
    ok = read_parse(session, prepared, report);
    if (ok && prepared_find(session, prepared->name) != NULL)
        ok = pg_error(report, "42P05", PREPARED_EXISTS, "prepared statement \"%s\" already exists",
                      prepared->name);
    if (ok) {
        prepared_keep(session, prepared);
        pg_add_plain(&session->out, '1');
    }
    prepared_release(prepared);
    return ok;
}

static size_t read_formats(PgReader *reader, uint16_t formats[FORMATS_MAX])
{
    size_t count = pg_take_u16(reader);

    for (size_t i = 0; i < count && !reader->is_broken; i++) {
        uint16_t format = pg_take_u16(reader);

        if (i < FORMATS_MAX)
            formats[i] = format;
    }
    reader->is_broken |= count > FORMATS_MAX;
    return reader->is_broken ? 0 : count;
}

static bool bad_format(uint16_t format, PgReport *report)
{
    return pg_error(report, "22023", BIND, "unsupported format code: %d", format);
}

static bool decode_binary(PgType type, int number, const char *bytes, uint32_t length, Arena *arena,
                          PgValue *out, PgReport *report)
{
    int16_t size = pg_type_row(type)->size;

    if (size > 0 && length < (uint32_t)size)
        return pg_error(report, "08P01", BIND, "insufficient data left in message");
    if (pg_value_decode(type, bytes, length, arena, out, report))
        return true;
    if (strcmp(report->code, "22P03") == 0)
        pg_error(report, "22P03", BIND, "incorrect binary data format in bind parameter %d",
                 number);
    return false;
}

/* What stands in the error of a parameter, as its context. */
static const char *context_of(PgSession *session, const PgPortal *portal, int number, bool is_text)
{
    const char *shown = is_text ? " = '...'" : "";

    if (*portal->name == '\0')
        return arena_format(&session->arena, "unnamed portal parameter $%d%s", number, shown);
    return arena_format(&session->arena, "portal \"%s\" parameter $%d%s", portal->name, number,
                        shown);
}

static bool read_value(PgSession *session, PgReader *reader, PgPortal *portal, int index,
                       uint16_t format, PgReport *report)
{
    PgType type = portal->prepared->parameters.types[index];
    uint32_t length = pg_take_u32(reader);
    const char *bytes;
    bool ok;

    if (length == UINT32_MAX) {
        portal->values[index] = pg_null(type);
        return true;
    }
    bytes = pg_take_bytes(reader, length);
    if (bytes == NULL)
        return commands_malformed(reader, report);
    if (format == 0)
        ok = pg_value_parse(type, arena_text_of(&portal->arena, bytes, length), 0, &portal->arena,
                            &portal->values[index], report);
    else if (format == 1)
        ok = decode_binary(type, index + 1, bytes, length, &portal->arena, &portal->values[index],
                           report);
    else
        ok = bad_format(format, report);
    if (!ok)
        report->context = context_of(session, portal, index + 1, format == 0);
    return ok;
}

/* Do the numbers that a Bind says fit its statement? */
static bool check_counts(const PgPrepared *prepared, size_t format_count, int count,
                         PgReport *report)
{
    if (format_count > 1 && format_count != (size_t)count)
        return pg_error(report, "08P01", BIND,
                        "bind message has %zu parameter formats but %d parameters", format_count,
                        count);
    if (count != prepared->parameters.count)
        return pg_error(report, "08P01", BIND,
                        "bind message supplies %d parameters, but prepared statement \"%s\" "
                        "requires %d",
                        count, prepared->name, prepared->parameters.count);
    return true;
}

static bool read_values(PgSession *session, PgReader *reader, PgPortal *portal, PgReport *report)
{
    uint16_t formats[FORMATS_MAX] = {0};
    size_t format_count = read_formats(reader, formats);
    int count = pg_take_u16(reader);

    if (reader->is_broken)
        return commands_malformed(reader, report);
    if (!check_counts(portal->prepared, format_count, count, report))
        return false;
    if (!statement_check_transaction(session, portal->prepared->statement, report))
        return false;
    for (int i = 0; i < count; i++) {
        if (!read_value(session, reader, portal, i, commands_format(i, formats, format_count),
                        report))
            return false;
    }
    return true;
}

/* How many columns a statement gives. */
static size_t count_columns(const PgPrepared *prepared)
{
    Arena arena = {0};
    SqlResult result = {.column_count = 1};

    if (!statement_gives_rows(prepared->statement))
        return 0;
    if (prepared->statement->verb == SQL_SELECT)
        sql_describe(prepared->statement->select, &arena, &result);
    arena_release(&arena);
    return (size_t)result.column_count;
}

static bool read_result_formats(PgReader *reader, PgPortal *portal, PgReport *report)
{
    size_t columns = count_columns(portal->prepared);

    portal->format_count = read_formats(reader, portal->formats);
    if (!pg_reader_is_done(reader))
        return commands_malformed(reader, report);
    if (portal->format_count > 1 && portal->format_count != columns)
        return pg_error(report, "08P01", BIND,
                        "bind message has %zu result formats but query has %zu columns",
                        portal->format_count, columns);
    return true;
}

static PgPortal *new_portal(PgSession *session, const char *name, PgPrepared *prepared)
{
    PgPortal *portal = MEMORY_NEW(PgPortal);

    portal->name = memory_text(name);
    portal->prepared = prepared;
    prepared->references++;
    portal->next = session->portals;
    session->portals = portal;
    return portal;
}

static bool handle_bind(PgSession *session, PgReport *report)
{
    PgReader reader = pg_reader(&session->message);
    const char *name = pg_take_text(&reader), *prepared_name = pg_take_text(&reader);
    PgPrepared *prepared = prepared_find(session, prepared_name);
    PgPortal *portal = portal_find(session, name);

    if (reader.is_broken)
        return commands_malformed(&reader, report);
    if (prepared == NULL)
        return prepared_is_missing(prepared_name, report);
    if (*name != '\0' && portal != NULL)
        return pg_error(report, "42P03", BIND, "cursor \"%s\" already exists", name);
    portal_drop(session, portal);
    portal = new_portal(session, name, prepared);
    if (!read_values(session, &reader, portal, report) ||
        !read_result_formats(&reader, portal, report)) {
        portal_drop(session, portal);
        return false;
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

/* A failed transaction says nothing of what gives rows. */
static bool check_describable(const PgSession *session, const SqlStatement *statement,
                              PgReport *report)
{
    return !statement_gives_rows(statement) ||
           statement_check_transaction(session, statement, report);
}

static bool describe_prepared(PgSession *session, const char *name, PgReport *report)
{
    const PgPrepared *prepared = prepared_find(session, name);
    size_t begin;

    if (prepared == NULL)
        return prepared_is_missing(name, report);
    if (!check_describable(session, prepared->statement, report))
        return false;
    begin = pg_message_begin(&session->out, 't');
    buffer_add_u16(&session->out, (uint16_t)prepared->parameters.count);
    for (int i = 0; i < prepared->parameters.count; i++)
        buffer_add_u32(&session->out, pg_type_row(prepared->parameters.types[i])->oid);
    pg_message_end(&session->out, begin);
    return describe(session, prepared->statement, NULL, 0, report);
}

static bool describe_portal(PgSession *session, const char *name, PgReport *report)
{
    const PgPortal *portal = portal_find(session, name);

    if (portal == NULL)
        return no_such_portal(name, report);
    return check_describable(session, portal->prepared->statement, report) &&
           describe(session, portal->prepared->statement, portal->formats, portal->format_count,
                    report);
}

/* What Describe and Close begin with: of which kind, and its name. */
static bool read_named(const PgSession *session, const char *what, char *out_kind,
                       const char **out_name, PgReport *report)
{
    PgReader reader = pg_reader(&session->message);

    *out_kind = (char)pg_take_byte(&reader);
    *out_name = pg_take_text(&reader);
    if (!pg_reader_is_done(&reader))
        return commands_malformed(&reader, report);
    return *out_kind == 'S' || *out_kind == 'P' ||
           pg_error(report, "08P01", SUBTYPE, "invalid %s message subtype %d", what,
                    (unsigned char)*out_kind);
}

static bool handle_describe(PgSession *session, PgReport *report)
{
    const char *name;
    char kind;

    if (!read_named(session, "DESCRIBE", &kind, &name, report))
        return false;
    return kind == 'S' ? describe_prepared(session, name, report)
                       : describe_portal(session, name, report);
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

/* Where the client wants a column in a form that there is none of. */
static bool check_formats(const PgPortal *portal, PgReport *report)
{
    for (size_t i = 0; i < portal->format_count; i++) {
        if (portal->formats[i] > 1)
            return bad_format(portal->formats[i], report);
    }
    return true;
}

static bool execute_rows(PgSession *session, PgPortal *portal, uint32_t most, PgReport *report)
{
    const SqlStatement *statement = portal->prepared->statement;

    if (!check_formats(portal, report))
        return false;
    if (!portal->has_run && !statement_run_rows(session, statement, portal->values, &portal->arena,
                                                &portal->result, report))
        return false;
    portal->has_run = true;
    send_rows(session, portal, most);
    return true;
}

static bool execute(PgSession *session, PgPortal *portal, uint32_t most, PgReport *report)
{
    const SqlStatement *statement = portal->prepared->statement;
    size_t rows;

    if (statement == NULL) {
        pg_add_plain(&session->out, 'I');
        return true;
    }
    if (!statement_check_transaction(session, statement, report))
        return false;
    if (statement_gives_rows(statement))
        return execute_rows(session, portal, most, report);
    if (portal->has_run)
        return pg_error(report, "55000", (PgSource){"portalcmds.c", "1488", "MarkPortalActive"},
                        "portal \"%s\" cannot be run", portal->name);
    portal->has_run = true;
    if (!statement_run(session, statement, &rows, report))
        return false;
    if (session->copy == NULL)
        statement_complete(session, statement, rows); /* and the portal may be gone */
    return true;
}

static bool handle_execute(PgSession *session, PgReport *report)
{
    PgReader reader = pg_reader(&session->message);
    const char *name = pg_take_text(&reader);
    uint32_t most = pg_take_u32(&reader);
    PgPortal *portal = portal_find(session, name);

    if (!pg_reader_is_done(&reader))
        return commands_malformed(&reader, report);
    if (portal == NULL)
        return no_such_portal(name, report);
    return execute(session, portal, (int32_t)most > 0 ? most : 0, report);
}

static bool handle_close(PgSession *session, PgReport *report)
{
    const char *name;
    char kind;

    if (!read_named(session, "CLOSE", &kind, &name, report))
        return false;
    if (kind == 'P')
        portal_drop(session, portal_find(session, name));
    else
        prepared_drop(session, prepared_find(session, name));
    pg_add_plain(&session->out, '3');
    return true;
}

void extended_query_sync(PgSession *session)
{
    PgReader reader = pg_reader(&session->message);
    PgReport report;

    session->skips_to_sync = false;
    if (!pg_reader_is_done(&reader)) {
        commands_malformed(&reader, &report);
        commands_fail(session, &report);
    }
    if (session->transaction == 'I')
        transaction_end(session, true); /* or it has been undone already */
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
