/*
 * fakes/postgres/functions.c - which function a call means, and whether it may run here.
 *
 * Source: PostgreSQL 15 manual, 9.27; where each may run, and what it says elsewhere, as 15.20 does.
 */
#include "fakes/postgres/functions.h"

#include <string.h>

#include "fakes/postgres/analysis.h"

static const SqlFunctions *const TABLES[] = {&RECOVERY_FUNCTIONS, &SLOT_FUNCTIONS,
                                             &SESSION_FUNCTIONS, &VALUE_FUNCTIONS};
enum { TABLE_COUNT = sizeof TABLES / sizeof TABLES[0] };

/* How many arguments are of the very type; -1: it takes others. */
static int fit(const SqlFunction *function, const SqlNode *arguments)
{
    int count = 0, exact = 0;

    for (; arguments != NULL; arguments = arguments->next, count++) {
        PgType wanted = count < function->most ? function->arguments[count] : PG_VOID;

        if (count >= function->most)
            return -1;
        exact += wanted == arguments->type || wanted == PG_UNKNOWN;
        if (arguments->type != PG_UNKNOWN && wanted != PG_UNKNOWN &&
            !sql_is_convertible(arguments->type, wanted))
            return -1;
    }
    return count < function->least ? -1 : exact;
}

const SqlFunction *sql_function_find(const char *name, const SqlNode *arguments, bool *out_is_known)
{
    const SqlFunction *found = NULL;
    int best = -1;

    *out_is_known = false;
    for (int table = 0; table < TABLE_COUNT; table++) {
        for (size_t i = 0; i < TABLES[table]->count; i++) {
            const SqlFunction *function = &TABLES[table]->rows[i];
            int exact;

            if (strcmp(function->name, name) != 0)
                continue;
            *out_is_known = true;
            exact = fit(function, arguments);
            if (exact > best) {
                best = exact;
                found = function;
            }
        }
    }
    return found;
}

static bool check_right(const SqlFunction *function, const SqlContext *context, PgReport *report)
{
    bool may = context->is_superuser || function->right == FOR_ANYONE ||
               (function->right == FOR_REPLICATION && context->may_replicate);

    return may || pg_error(report, "42501", (PgSource){"aclchk.c", "3655", "aclcheck_error"},
                           "permission denied for function %s", function->name);
}

static bool check_place(const SqlFunction *function, const SqlContext *context, PgReport *report)
{
    bool is_standby = pg_is_in_recovery(context->instance);
    PgSource source = {"xlogfuncs.c", function->line, function->name};

    if (function->place == RUNS_ON_STANDBY && !is_standby) {
        pg_error(report, "55000", source, "recovery is not in progress");
        report->hint = "Recovery control functions can only be executed during recovery.";
        return false;
    }
    if (function->place == RUNS_ON_PRIMARY && is_standby) {
        pg_error(report, "55000", source, "recovery is in progress");
        if (strncmp(function->name, "pg_walfile_name", 15) == 0)
            pg_report_hint(report, "%s() cannot be executed during recovery.", function->name);
        else
            report->hint = "WAL control functions cannot be executed during recovery.";
        return false;
    }
    return true;
}

bool sql_function_run(const SqlFunction *function, SqlContext *context, const PgValue *arguments,
                      int count, PgValue *out, PgReport *report)
{
    if (!check_right(function, context, report))
        return false;
    for (int i = 0; i < count && !function->takes_nulls; i++) {
        if (arguments[i].is_null) {
            *out = pg_null(function->type);
            return true;
        }
    }
    return check_place(function, context, report) &&
           (function->run == NULL || function->run(context, arguments, count, out, report));
}
