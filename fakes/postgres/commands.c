/*
 * fakes/postgres/commands.c - simple and extended query.
 *
 * Source: PostgreSQL 15 manual, 55.2.2 and 55.2.3. After an error in the extended protocol everything up to Sync is read over.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "fakes/postgres/session_inside.h"

static const PgSource BAD_FORMAT = {"pqformat.c", "628", "pq_getmsgend"};
static const PgSource PARSE = {"postgres.c", "1432", "exec_parse_message"};
static const PgSource BIND = {"postgres.c", "1653", "exec_bind_message"};
static const PgSource ABORTED = {"postgres.c", "1112", "exec_simple_query"};
static const PgSource PREPARED_MISSING = {"prepare.c", "451", "FetchPreparedStatement"};
static const PgSource PREPARED_EXISTS = {"prepare.c", "412", "StorePreparedStatement"};
static const PgSource READ_ONLY = {"utility.c", "414", "PreventCommandIfReadOnly"};
static const PgSource READ_WRITE = {"guc.c", "11974", "call_bool_check_hook"};
static const PgSource SHOW = {"guc.c", "9950", "GetConfigOptionByName"};

enum { FORMATS_MAX = SQL_PARAMETERS_MAX };

struct PgPrepared {
    char *name; /* "" for the unnamed one */
    Arena arena;
    const char *sql;
    SqlStatement *statement; /* NULL: an empty query */
    SqlParameters parameters;
    PgPrepared *next;
};

struct PgPortal {
    char *name;
    Arena arena;
    const PgPrepared *prepared;
    PgValue values[SQL_PARAMETERS_MAX];
    uint16_t formats[FORMATS_MAX];
    size_t format_count;
    bool has_run;
    SqlResult result;
    size_t sent; /* rows */
    PgPortal *next;
};

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

/* None: text; one: for all columns. */
static uint16_t format_of(int column, const uint16_t *formats, size_t format_count)
{
    if (format_count == 0)
        return 0;
    return format_count == 1 ? formats[0] : (size_t)column < format_count ? formats[column] : 0;
}

void commands_describe(PgSession *session, const SqlResult *result, const uint16_t *formats,
                       size_t format_count)
{
    size_t begin = pg_message_begin(&session->out, 'T');

    buffer_add_u16(&session->out, (uint16_t)result->column_count);
    for (int i = 0; i < result->column_count; i++)
        pg_add_field(&session->out, result->columns[i].name, result->columns[i].type, -1,
                     format_of(i, formats, format_count));
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
                         format_of(i, formats, format_count), &session->arena);
        pg_message_end(&session->out, begin);
    }
}

static void complete(PgSession *session, const SqlStatement *statement, size_t rows)
{
    const char *tag = statement->tag;

    if (statement->verb == SQL_SELECT)
        tag = arena_format(&session->arena, "SELECT %zu", rows);
    if (statement->verb == SQL_COMMIT && session->transaction == 'E')
        tag = "ROLLBACK";
    pg_add_complete(&session->out, tag);
    if (statement->verb == SQL_COMMIT || statement->verb == SQL_ROLLBACK)
        session->transaction = 'I';
}

static void warn(PgSession *session, const char *code, PgSource source, const char *text)
{
    PgReport report;

    pg_error(&report, code, source, "%s", text);
    report.severity = "WARNING";
    pg_add_report(&session->out, &report);
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

/* ---- one statement ---- */

static bool gives_rows(const SqlStatement *statement)
{
    return statement != NULL && (statement->verb == SQL_SELECT || statement->verb == SQL_SHOW);
}

/* What it would be called in SHOW's answer, and what the answer is. */
static bool show(PgSession *session, const SqlStatement *statement, Arena *arena, SqlResult *out,
                 PgReport *report)
{
    const char *name, *value = pg_settings_find(&session->settings, statement->name, arena, &name);

    if (value == NULL)
        return pg_error(report, "42704", SHOW, "unrecognized configuration parameter \"%s\"",
                        statement->name);
    *out = (SqlResult){.columns = ARENA_NEW(arena, SqlColumn), .column_count = 1};
    out->columns[0] = (SqlColumn){.name = name, .type = PG_TEXT};
    *sql_rows_add(&out->rows, arena, 1) = pg_text(PG_TEXT, arena_text(arena, value));
    return true;
}

/* Nobody writes by SQL here: a standby says so as Postgres does, a primary says that it is not one. */
static bool refuse_write(const PgSession *session, const SqlStatement *statement, PgReport *report)
{
    if (pg_is_in_recovery(session->options.instance))
        return pg_error(report, "25006", READ_ONLY, "cannot execute %s in a read-only transaction",
                        statement->tag);
    return sql_not_understood(report, 0, statement->tag);
}

static bool begin(PgSession *session, const SqlStatement *statement, PgReport *report)
{
    if (statement->is_read_write && pg_is_in_recovery(session->options.instance))
        return pg_error(report, "0A000", READ_WRITE,
                        "cannot set transaction read-write mode during recovery");
    if (session->transaction == 'T')
        warn(session, "25001", (PgSource){"xact.c", "3792", "BeginTransactionBlock"},
             "there is already a transaction in progress");
    session->transaction = 'T';
    return true;
}

/* What needs no rows. The tag is the caller's to say. */
static bool run_plain(PgSession *session, const SqlStatement *statement, PgReport *report)
{
    switch (statement->verb) {
    case SQL_SET:
        return pg_settings_set(&session->settings, statement->name, statement->value, report);
    case SQL_BEGIN:
        return begin(session, statement, report);
    case SQL_COMMIT:
    case SQL_ROLLBACK:
        if (session->transaction == 'I')
            warn(session, "25P01", (PgSource){"xact.c", "3990", "EndTransactionBlock"},
                 "there is no transaction in progress");
        return true;
    case SQL_WRITE:
        return refuse_write(session, statement, report);
    case SQL_IGNORED:
        if (statement->is_read_write && pg_is_in_recovery(session->options.instance))
            return pg_error(report, "0A000", READ_WRITE,
                            "cannot set transaction read-write mode during recovery");
        return true;
    case SQL_SELECT:
    case SQL_SHOW:
        break;
    }
    return true;
}

/* A failed transaction takes nothing but its end. */
static bool check_transaction(const PgSession *session, const SqlStatement *statement,
                              PgReport *report)
{
    bool is_end =
        statement != NULL && (statement->verb == SQL_COMMIT || statement->verb == SQL_ROLLBACK);

    return session->transaction != 'E' || is_end ||
           pg_error(report, "25P02", ABORTED,
                    "current transaction is aborted, commands ignored until end of transaction "
                    "block");
}

static bool run_rows(PgSession *session, const SqlStatement *statement, const PgValue *values,
                     Arena *arena, SqlResult *out, PgReport *report)
{
    SqlContext context = commands_context(session, arena);
    bool ok;

    if (statement->verb == SQL_SHOW)
        return show(session, statement, arena, out, report);
    context.parameters = values;
    ok = sql_run(statement->select, &context, out, report);
    session->sleep_ms += context.sleep_ms;
    return ok;
}

/* ---- simple query ---- */

static bool run_simple(PgSession *session, SqlStatement *statement, PgReport *report)
{
    SqlParameters parameters = {0};
    SqlResult result;

    if (!check_transaction(session, statement, report))
        return false;
    if (!gives_rows(statement)) {
        if (!run_plain(session, statement, report))
            return false;
        complete(session, statement, 0);
        return true;
    }
    if (statement->select != NULL &&
        !sql_analyse(statement->select, &session->arena, &parameters, report))
        return false;
    if (parameters.count > 0)
        return pg_error(report, "42P02", (PgSource){"parse_expr.c", "842", "transformParamRef"},
                        "there is no parameter $1");
    if (!run_rows(session, statement, NULL, &session->arena, &result, report))
        return false;
    commands_describe(session, &result, NULL, 0);
    commands_rows(session, &result, 0, result.rows.count, NULL, 0);
    complete(session, statement, result.rows.count);
    return true;
}

static void handle_query(PgSession *session)
{
    SqlStatement *statement = NULL;
    PgReport report;

    if (session->is_walsender) {
        WalsenderHandled handled = walsender_handle(session, session->sql);

        if (handled == WALSENDER_IS_DONE)
            commands_ready(session);
        if (handled != WALSENDER_IS_SQL)
            return;
    }
    if (!sql_parse(session->sql, &session->arena, &statement, &report)) {
        commands_fail(session, &report);
    } else if (statement == NULL) {
        pg_add_plain(&session->out, 'I');
    }
    for (; statement != NULL; statement = statement->next) {
        if (!run_simple(session, statement, &report)) {
            commands_fail(session, &report);
            break;
        }
    }
    commands_ready(session);
}

/* ---- prepared statements and portals ---- */

static PgPrepared *find_prepared(const PgSession *session, const char *name)
{
    PgPrepared *prepared = session->prepared;

    while (prepared != NULL && strcmp(prepared->name, name) != 0)
        prepared = prepared->next;
    return prepared;
}

static PgPortal *find_portal(const PgSession *session, const char *name)
{
    PgPortal *portal = session->portals;

    while (portal != NULL && strcmp(portal->name, name) != 0)
        portal = portal->next;
    return portal;
}

static void portal_free(PgPortal *portal)
{
    arena_release(&portal->arena);
    free(portal->name);
    free(portal);
}

static void drop_portal(PgSession *session, const PgPortal *dropped)
{
    for (PgPortal **place = &session->portals; *place != NULL; place = &(*place)->next) {
        if (*place == dropped) {
            PgPortal *portal = *place;

            *place = portal->next;
            portal_free(portal);
            return;
        }
    }
}

static void drop_portals(PgSession *session)
{
    while (session->portals != NULL)
        drop_portal(session, session->portals);
}

/* With the portals that were made from it. */
static void drop_prepared(PgSession *session, const PgPrepared *dropped)
{
    for (PgPortal *portal = session->portals, *next; portal != NULL; portal = next) {
        next = portal->next;
        if (portal->prepared == dropped)
            drop_portal(session, portal);
    }
    for (PgPrepared **place = &session->prepared; *place != NULL; place = &(*place)->next) {
        if (*place == dropped) {
            PgPrepared *prepared = *place;

            *place = prepared->next;
            arena_release(&prepared->arena);
            free(prepared->name);
            free(prepared);
            return;
        }
    }
}

void commands_drop_all(PgSession *session)
{
    drop_portals(session);
    while (session->prepared != NULL)
        drop_prepared(session, session->prepared);
}

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

static bool malformed(PgReport *report)
{
    return pg_error(report, "08P01", BAD_FORMAT, "invalid message format");
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
    if (!check_transaction(session, prepared->statement, report))
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
    PgPrepared *old = find_prepared(session, name), *prepared;

    if (*name != '\0' && old != NULL)
        return pg_error(report, "42P05", PREPARED_EXISTS,
                        "prepared statement \"%s\" already exists", name);
    if (old != NULL)
        drop_prepared(session, old);
    prepared = MEMORY_NEW(PgPrepared);
    prepared->name = memory_text(name);
    prepared->sql = arena_text(&prepared->arena, sql);
    prepared->next = session->prepared;
    session->prepared = prepared;
    if (read_parameter_types(&reader, &prepared->parameters, report) &&
        (pg_reader_is_done(&reader) || malformed(report)) && prepare(session, prepared, report)) {
        pg_add_plain(&session->out, '1');
        return true;
    }
    drop_prepared(session, prepared);
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
        return malformed(report);
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
        return malformed(report);
    if (count != parameters->count)
        return pg_error(report, "08P01", BIND,
                        "bind message supplies %d parameters, but prepared statement \"%s\" "
                        "requires %d",
                        count, portal->prepared->name, parameters->count);
    for (int i = 0; i < count; i++) {
        if (!read_value(reader, format_of(i, formats, format_count), parameters->types[i],
                        &portal->arena, &portal->values[i], report))
            return false;
    }
    return true;
}

static bool handle_bind(PgSession *session, PgReport *report)
{
    PgReader reader = pg_reader(&session->message);
    const char *name = pg_take_text(&reader), *prepared_name = pg_take_text(&reader);
    const PgPrepared *prepared = find_prepared(session, prepared_name);
    PgPortal *portal = find_portal(session, name);

    if (prepared == NULL)
        return no_such_prepared(prepared_name, report);
    if (*name != '\0' && portal != NULL)
        return pg_error(report, "42P03", BIND, "cursor \"%s\" already exists", name);
    if (!check_transaction(session, prepared->statement, report))
        return false;
    if (portal != NULL)
        drop_portal(session, portal);
    portal = MEMORY_NEW(PgPortal);
    portal->name = memory_text(name);
    portal->prepared = prepared;
    portal->next = session->portals;
    session->portals = portal;
    if (!read_values(&reader, portal, report)) {
        drop_portal(session, portal);
        return false;
    }
    portal->format_count = read_formats(&reader, portal->formats);
    if (!pg_reader_is_done(&reader)) {
        drop_portal(session, portal);
        return malformed(report);
    }
    pg_add_plain(&session->out, '2');
    return true;
}

/* RowDescription, or NoData, of what a statement would give. */
static bool describe(PgSession *session, const SqlStatement *statement, const uint16_t *formats,
                     size_t format_count, PgReport *report)
{
    SqlResult result;

    if (!gives_rows(statement)) {
        pg_add_plain(&session->out, 'n');
        return true;
    }
    if (statement->verb == SQL_SELECT)
        sql_describe(statement->select, &session->arena, &result);
    else if (!show(session, statement, &session->arena, &result, report))
        return false;
    commands_describe(session, &result, formats, format_count);
    return true;
}

static bool describe_prepared(PgSession *session, const char *name, PgReport *report)
{
    const PgPrepared *prepared = find_prepared(session, name);
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
        return malformed(report);
    if (kind == 'S')
        return describe_prepared(session, name, report);
    portal = find_portal(session, name);
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
        complete(session, portal->prepared->statement, count);
}

static bool handle_execute(PgSession *session, PgReport *report)
{
    PgReader reader = pg_reader(&session->message);
    const char *name = pg_take_text(&reader);
    uint32_t most = pg_take_u32(&reader);
    PgPortal *portal = find_portal(session, name);
    const SqlStatement *statement;

    if (!pg_reader_is_done(&reader))
        return malformed(report);
    if (portal == NULL)
        return no_such_portal(name, report);
    statement = portal->prepared->statement;
    if (statement == NULL) {
        pg_add_plain(&session->out, 'I');
        return true;
    }
    if (!check_transaction(session, statement, report))
        return false;
    if (!gives_rows(statement)) {
        if (!run_plain(session, statement, report))
            return false;
        complete(session, statement, 0);
        return true;
    }
    if (!portal->has_run &&
        !run_rows(session, statement, portal->values, &portal->arena, &portal->result, report))
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
        return malformed(report);
    if (kind == 'P')
        drop_portal(session, find_portal(session, name));
    else
        drop_prepared(session, find_prepared(session, name));
    pg_add_plain(&session->out, '3');
    return true;
}

static void handle_sync(PgSession *session)
{
    session->skips_to_sync = false;
    if (session->transaction == 'I')
        drop_portals(session);
    commands_ready(session);
}

/* ---- the message at work ---- */

static bool handle_extended(PgSession *session, PgReport *report)
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
    portal = find_portal(session, text);
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
            handle_query(session);
        } else {
            malformed(&report);
            commands_fail(session, &report);
            commands_ready(session);
        }
        break;
    case 'S':
        handle_sync(session);
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
        if (session->is_physical || !handle_extended(session, &report))
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
