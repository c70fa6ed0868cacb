/*
 * fakes/postgres/transaction.c - a session's transaction: one of BEGIN, or the one that a query or a pipeline is by itself.
 */
#include "fakes/postgres/transaction.h"

#include <string.h>

#include "fakes/postgres/copy.h"
#include "fakes/postgres/prepared.h"

static const PgSource READ_WRITE = {"guc.c", "11974", "call_bool_check_hook"};
static const PgSource BEGIN_BLOCK = {"xact.c", "3792", "BeginTransactionBlock"};
static const PgSource END_BLOCK = {"xact.c", "3990", "EndTransactionBlock"};
static const PgSource PREVENT_BLOCK = {"xact.c", "3486", "PreventInTransactionBlock"};
static const PgSource CHECK_BLOCK = {"xact.c", "3590", "CheckTransactionBlock"};

static void warn(PgSession *session, const char *code, PgSource source, const char *text)
{
    PgReport report;

    pg_error(&report, code, source, "%s", text);
    report.severity = "WARNING";
    pg_add_report(&session->out, &report);
}

static bool set_mode(PgSession *session, const SqlStatement *statement, PgReport *report)
{
    if (statement->is_read_write && pg_is_in_recovery(session->options.instance))
        return pg_error(report, "0A000", READ_WRITE,
                        "cannot set transaction read-write mode during recovery");
    if (statement->is_read_write)
        session->settings.mode = PG_READ_WRITE;
    if (statement->is_read_only)
        session->settings.mode = PG_READ_ONLY;
    if (statement->isolation != NULL && strcmp(statement->isolation, "serializable") == 0 &&
        pg_is_in_recovery(session->options.instance)) {
        pg_error(report, "0A000", (PgSource){"guc.c", "12126", "call_enum_check_hook"},
                 "cannot use serializable mode in a hot standby");
        report->hint = "You can use REPEATABLE READ instead.";
        return false;
    }
    if (statement->isolation != NULL &&
        !pg_settings_set(&session->settings, "transaction_isolation", statement->isolation, true,
                         report))
        return false;
    return true;
}

bool transaction_run(PgSession *session, const SqlStatement *statement, PgReport *report)
{
    if (statement->verb == SQL_SET_TRANSACTION)
        transaction_warn(session, "SET TRANSACTION");
    if (statement->verb == SQL_SET_TRANSACTION || statement->verb == SQL_BEGIN) {
        if (!set_mode(session, statement, report))
            return false;
    }
    if (statement->verb == SQL_BEGIN) {
        if (session->transaction == 'T')
            warn(session, "25001", BEGIN_BLOCK, "there is already a transaction in progress");
        session->transaction = 'T';
        session->transaction_us = pg_now_ms(session->options.instance) * 1000;
    } else if (transaction_is_end(statement) && session->transaction == 'I') {
        warn(session, "25P01", END_BLOCK, "there is no transaction in progress");
    }
    return true;
}

bool transaction_is_end(const SqlStatement *statement)
{
    return statement != NULL && (statement->verb == SQL_COMMIT || statement->verb == SQL_ROLLBACK);
}

void transaction_end(PgSession *session, bool is_committed)
{
    if (is_committed)
        copy_commit(session);
    copy_forget(session);
    pg_settings_end(&session->settings, is_committed);
    portal_drop_all(session);
    session->transaction = 'I';
    session->transaction_us = 0;
}

void transaction_fail(PgSession *session)
{
    copy_forget(session);
    pg_settings_end(&session->settings, false);
    if (session->transaction == 'T')
        session->transaction = 'E';
}

void transaction_warn(PgSession *session, const char *what)
{
    if (session->transaction == 'I' && !session->is_implicit_block)
        warn(session, "25P01", CHECK_BLOCK,
             arena_format(&session->arena, "%s can only be used in transaction blocks", what));
}

bool transaction_prevent(const PgSession *session, const char *what, PgReport *report)
{
    return (session->transaction == 'I' && !session->is_implicit_block) ||
           pg_error(report, "25001", PREVENT_BLOCK, "%s cannot run inside a transaction block",
                    what);
}
