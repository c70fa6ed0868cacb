/*
 * fakes/postgres/statements.c - one SQL statement of a session: may it run, what does it give, what is its tag.
 */
#include "fakes/postgres/statements.h"

#include "fakes/postgres/copy.h"
#include "fakes/postgres/prepared.h"
#include "fakes/postgres/transaction.h"

static const PgSource ABORTED = {"postgres.c", "1112", "exec_simple_query"};
static const PgSource READ_ONLY = {"utility.c", "414", "PreventCommandIfReadOnly"};
static const PgSource CHECKPOINT = {"utility.c", "951", "standard_ProcessUtility"};
static const PgSource SHOW = {"guc.c", "5766", "find_option"};

bool statement_gives_rows(const SqlStatement *statement)
{
    return statement != NULL && (statement->verb == SQL_SELECT || statement->verb == SQL_SHOW);
}

/* What it would be called in SHOW's answer, and what the answer is. */
bool statement_show(PgSession *session, const SqlStatement *statement, Arena *arena, SqlResult *out,
                    PgReport *report)
{
    const char *name, *value = pg_settings_find(&session->settings, statement->name, arena, &name);

    if (!pg_settings_examine(&session->settings, statement->name, report))
        return false;
    if (value == NULL)
        return pg_error(report, "42704", SHOW, "unrecognized configuration parameter \"%s\"",
                        statement->name);
    *out = (SqlResult){.columns = ARENA_NEW(arena, SqlColumn), .column_count = 1};
    out->columns[0] = (SqlColumn){.name = name, .type = PG_TEXT};
    *sql_rows_add(&out->rows, arena, 1) = pg_text(PG_TEXT, arena_text(arena, value));
    return true;
}

/* Nobody writes by SQL here: where nobody may it is said as Postgres does, a primary says that it is not one. */
static bool refuse_write(const PgSession *session, const SqlStatement *statement, PgReport *report)
{
    if (pg_settings_read_only(&session->settings))
        return pg_error(report, "25006", READ_ONLY, "cannot execute %s in a read-only transaction",
                        statement->tag);
    return sql_not_understood(report, 0, statement->tag);
}

static bool checkpoint(PgSession *session, PgReport *report)
{
    if (!session->role->is_superuser &&
        !pg_roles_is_member(session->options.roles, session->user, "pg_checkpoint"))
        return pg_error(report, "42501", CHECKPOINT,
                        "must be superuser or have privileges of pg_checkpoint to do CHECKPOINT");
    pg_checkpoint(session->options.instance);
    return true;
}

static bool set(PgSession *session, const SqlStatement *statement, PgReport *report)
{
    if (statement->is_local)
        transaction_warn(session, "SET LOCAL");
    return pg_settings_set(&session->settings, statement->name, statement->value,
                           statement->is_local, report);
}

static bool discard_all(PgSession *session, PgReport *report)
{
    if (!transaction_prevent(session, "DISCARD ALL", report))
        return false;
    pg_settings_reset_all(&session->settings);
    return prepared_deallocate(session, NULL, report);
}

/* What needs no rows. The tag is the caller's to say. */
bool statement_run(PgSession *session, const SqlStatement *statement, size_t *out_rows,
                   PgReport *report)
{
    *out_rows = 0;
    switch (statement->verb) {
    case SQL_SET:
        return set(session, statement, report);
    case SQL_DISCARD_ALL:
        return discard_all(session, report);
    case SQL_DEALLOCATE:
        return prepared_deallocate(session, statement->name, report);
    case SQL_RESET_ALL:
        pg_settings_reset_all(&session->settings);
        return true;
    case SQL_BEGIN:
    case SQL_COMMIT:
    case SQL_ROLLBACK:
    case SQL_SET_TRANSACTION:
        return transaction_run(session, statement, report);
    case SQL_WRITE:
        return refuse_write(session, statement, report);
    case SQL_CHECKPOINT:
        return checkpoint(session, report);
    case SQL_COPY:
        return copy_run(session, statement, out_rows, report);
    case SQL_IGNORED:
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
    return session->transaction != 'E' || transaction_is_end(statement) ||
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
    if (session->copied != NULL && statement->select->from != NULL)
        return sql_not_understood(report, 0, "a look at tables after COPY, before COMMIT");
    context.parameters = values;
    ok = sql_run(statement->select, &context, out, report);
    session->sleep_ms += context.sleep_ms;
    return ok;
}

void statement_complete(PgSession *session, const SqlStatement *statement, size_t rows)
{
    bool is_committed = statement->verb == SQL_COMMIT && session->transaction != 'E';
    const char *tag = statement->tag;

    if (statement->verb == SQL_SELECT)
        tag = arena_format(&session->arena, "SELECT %zu", rows);
    if (statement->verb == SQL_COPY)
        tag = arena_format(&session->arena, "COPY %zu", rows);
    if (statement->verb == SQL_COMMIT && !is_committed)
        tag = "ROLLBACK";
    pg_add_complete(&session->out, tag);
    if (transaction_is_end(statement))
        transaction_end(session, is_committed);
}
