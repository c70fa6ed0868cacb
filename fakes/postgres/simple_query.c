/*
 * fakes/postgres/simple_query.c - Query: one text, any number of statements, the first error ends it.
 */
#include "fakes/postgres/simple_query.h"

#include "fakes/postgres/prepared.h"
#include "fakes/postgres/statements.h"
#include "fakes/postgres/transaction.h"

static bool run_simple(PgSession *session, SqlStatement *statement, PgReport *report)
{
    SqlParameters parameters = {0};
    SqlResult result;

    if (!statement_check_transaction(session, statement, report))
        return false;
    if (!statement_gives_rows(statement)) {
        if (!statement_run(session, statement, report))
            return false;
        statement_complete(session, statement, 0);
        return true;
    }
    if (statement->select != NULL &&
        !sql_analyse(statement->select, &session->arena, &parameters, report))
        return false;
    if (parameters.count > 0)
        return pg_error(report, "42P02", (PgSource){"parse_expr.c", "842", "transformParamRef"},
                        "there is no parameter $1");
    if (!statement_run_rows(session, statement, NULL, &session->arena, &result, report))
        return false;
    commands_describe(session, &result, NULL, 0);
    commands_rows(session, &result, 0, result.rows.count, NULL, 0);
    statement_complete(session, statement, result.rows.count);
    return true;
}

void simple_query_handle(PgSession *session)
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
    prepared_drop(session, prepared_find(session, ""));
    if (!sql_parse(session->sql, &session->arena, &statement, &report)) {
        commands_fail(session, &report);
    } else if (statement == NULL) {
        pg_add_plain(&session->out, 'I');
    } else {
        portal_drop(session, portal_find(session, ""));
    }
    session->is_implicit_block = statement != NULL && statement->next != NULL;
    for (; statement != NULL; statement = statement->next) {
        if (!run_simple(session, statement, &report)) {
            commands_fail(session, &report);
            break;
        }
    }
    session->is_implicit_block = false;
    if (session->transaction == 'I')
        transaction_end(session, true); /* or it has been undone already */
    commands_ready(session);
}
