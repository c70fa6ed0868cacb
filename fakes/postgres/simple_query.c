/*
 * fakes/postgres/simple_query.c - Query: one text, any number of statements, the first error ends it.
 */
#include "fakes/postgres/simple_query.h"

#include "fakes/postgres/prepared.h"
#include "fakes/postgres/statements.h"
#include "fakes/postgres/transaction.h"

static bool run_simple(PgSession *session, const SqlStatement *statement, PgReport *report)
{
    SqlParameters parameters = {0};
    SqlResult result;
    size_t rows;

    if (!statement_check_transaction(session, statement, report))
        return false;
    if (!statement_gives_rows(statement)) {
        if (!statement_run(session, statement, &rows, report))
            return false;
        if (session->copy == NULL)
            statement_complete(session, statement, rows);
        return true;
    }
    if (statement->select != NULL &&
        !sql_analyse(statement->select, &session->arena, &parameters, report))
        return false;
    if (parameters.count > 0)
        return pg_error(report, "42P02", (PgSource){"parse_expr.c", "838", "transformParamRef"},
                        "there is no parameter $1");
    /* What fails from here on fails while it runs: its columns have been told by then. */
    if (statement->select != NULL) {
        sql_describe(statement->select, &session->arena, &result);
        commands_describe(session, &result, NULL, 0);
    }
    if (!statement_run_rows(session, statement, NULL, &session->arena, &result, report))
        return false;
    if (statement->select == NULL)
        commands_describe(session, &result, NULL, 0);
    commands_rows(session, &result, 0, result.rows.count, NULL, 0);
    statement_complete(session, statement, result.rows.count);
    return true;
}

static void finish(PgSession *session)
{
    session->is_implicit_block = false;
    if (session->transaction == 'I')
        transaction_end(session, true); /* or it has been undone already */
    commands_ready(session);
}

/* What comes behind a COPY FROM waits until its data is there. */
static void keep_rest(PgSession *session, const char *text, const SqlStatement *next, int position)
{
    PgRest *rest = &session->rest;

    arena_reset(&rest->arena);
    rest->text = arena_text(&rest->arena, next != NULL ? text + next->begin : "");
    rest->position = position - 1 + (next != NULL ? next->position : 1);
    rest->is_implicit_block = session->is_implicit_block;
}

/* One after the other, until an error ends it or a COPY FROM holds it up. text begins at position in the whole query. */
static void run_all(PgSession *session, const char *text, const SqlStatement *statement,
                    int position)
{
    PgReport report;

    for (; statement != NULL; statement = statement->next) {
        if (!run_simple(session, statement, &report)) {
            report.position += report.position > 0 ? position - 1 : 0;
            commands_fail(session, &report);
            break;
        }
        if (session->copy != NULL) {
            keep_rest(session, text, statement->next, position);
            return;
        }
    }
    finish(session);
}

void simple_query_resume(PgSession *session, bool is_well)
{
    const char *text = arena_text(&session->arena, session->rest.text);
    SqlStatement *statement = NULL;
    PgReport report;

    session->is_implicit_block = session->rest.is_implicit_block;
    session->rest.text = NULL;
    /* It was parsed as a part of the query before, so that it has no errors. */
    if (!is_well || !sql_parse(text, &session->arena, &statement, &report))
        statement = NULL;
    run_all(session, text, statement, session->rest.position);
}

static bool handle_walsender(PgSession *session)
{
    WalsenderHandled handled;

    if (!session->is_walsender)
        return false;
    handled = walsender_handle(session, session->sql);
    if (handled == WALSENDER_IS_DONE)
        commands_ready(session);
    return handled != WALSENDER_IS_SQL;
}

void simple_query_handle(PgSession *session)
{
    SqlStatement *statement = NULL;
    PgReport report;

    if (handle_walsender(session))
        return;
    prepared_drop(session, prepared_find(session, ""));
    if (!sql_parse(session->sql, &session->arena, &statement, &report)) {
        commands_fail(session, &report);
    } else if (statement == NULL) {
        pg_add_plain(&session->out, 'I');
    } else {
        portal_drop(session, portal_find(session, ""));
    }
    session->is_implicit_block = statement != NULL && statement->next != NULL;
    run_all(session, session->sql, statement, 1);
}
