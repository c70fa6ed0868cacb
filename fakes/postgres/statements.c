/*
 * fakes/postgres/statements.c - one SQL statement of a session: may it run, what does it give, what is its tag.
 */
#include "fakes/postgres/statements.h"

#include <string.h>

static const PgSource ABORTED = {"postgres.c", "1112", "exec_simple_query"};
static const PgSource READ_ONLY = {"utility.c", "414", "PreventCommandIfReadOnly"};
static const PgSource READ_WRITE = {"guc.c", "11974", "call_bool_check_hook"};
static const PgSource SHOW = {"guc.c", "9950", "GetConfigOptionByName"};

static void warn(PgSession *session, const char *code, PgSource source, const char *text)
{
    PgReport report;

    pg_error(&report, code, source, "%s", text);
    report.severity = "WARNING";
    pg_add_report(&session->out, &report);
}

bool statement_gives_rows(const SqlStatement *statement)
{
    return statement != NULL && (statement->verb == SQL_SELECT || statement->verb == SQL_SHOW);
}

/* What it would be called in SHOW's answer, and what the answer is. */
bool statement_show(PgSession *session, const SqlStatement *statement, Arena *arena, SqlResult *out,
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
bool statement_run(PgSession *session, const SqlStatement *statement, PgReport *report)
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
bool statement_check_transaction(const PgSession *session, const SqlStatement *statement,
                                 PgReport *report)
{
    bool is_end =
        statement != NULL && (statement->verb == SQL_COMMIT || statement->verb == SQL_ROLLBACK);

    return session->transaction != 'E' || is_end ||
           pg_error(report, "25P02", ABORTED,
                    "current transaction is aborted, commands ignored until end of transaction "
                    "block");
}

bool statement_run_rows(PgSession *session, const SqlStatement *statement, const PgValue *values,
                        Arena *arena, SqlResult *out, PgReport *report)
{
    SqlContext context = commands_context(session, arena);
    bool ok;

    if (statement->verb == SQL_SHOW)
        return statement_show(session, statement, arena, out, report);
    context.parameters = values;
    ok = sql_run(statement->select, &context, out, report);
    session->sleep_ms += context.sleep_ms;
    return ok;
}

void statement_complete(PgSession *session, const SqlStatement *statement, size_t rows)
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
