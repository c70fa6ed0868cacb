/*
 * fakes/postgres/copy.c - COPY: which rows, and may they be had or written.
 */
#include "fakes/postgres/copy.h"

#include <string.h>

static const PgSource COPY = {"copy.c", "130", "DoCopy"};
static const PgSource COLUMNS = {"copy.c", "786", "CopyGetAttnums"};
static const PgSource READ_ONLY = {"utility.c", "414", "PreventCommandIfReadOnly"};

static bool has_column(const SqlRelation *relation, const char *name)
{
    for (int i = 0; i < relation->column_count; i++) {
        if (strcmp(relation->columns[i].name, name) == 0)
            return true;
    }
    return false;
}

/* Its table, which is one and has the columns. */
static bool find_table(const CopyStatement *copy, const SqlRelation **out, PgReport *report)
{
    const SqlRelation *relation = sql_relation_find(copy->table, false);

    if (relation == NULL)
        return pg_error(report, "42P01", COPY, "relation \"%s\" does not exist", copy->table);
    if (!has_column(relation, "key")) {
        pg_error(report, "42809", COPY, "cannot copy %s view \"%s\"", copy->is_from ? "to" : "from",
                 copy->table);
        report->hint = copy->is_from ? NULL : "Try the COPY (SELECT ...) TO variant.";
        return false;
    }
    for (int i = 0; i < copy->column_count; i++) {
        if (!has_column(relation, copy->columns[i]))
            return pg_error(report, "42703", COLUMNS,
                            "column \"%s\" of relation \"%s\" does not exist", copy->columns[i],
                            copy->table);
    }
    *out = relation;
    return true;
}

/* The query that gives what COPY table (columns) TO gives. */
static const char *query_of(const CopyStatement *copy, Arena *arena)
{
    const char *list = copy->column_count > 0 ? copy->columns[0] : "*";

    for (int i = 1; i < copy->column_count; i++)
        list = arena_format(arena, "%s, %s", list, copy->columns[i]);
    return arena_format(arena, "SELECT %s FROM %s", list, copy->table);
}

static bool run_query(PgSession *session, const char *query, SqlResult *out, PgReport *report)
{
    SqlContext context = commands_context(session, &session->arena);
    SqlParameters parameters = {0};
    SqlStatement *statement;

    if (!sql_parse(query, &session->arena, &statement, report))
        return false;
    if (statement == NULL || statement->next != NULL || statement->verb != SQL_SELECT)
        return sql_not_understood(report, 1, "COPY of what is no SELECT");
    return sql_analyse(statement->select, &session->arena, &parameters, report) &&
           sql_run(statement->select, &context, out, report);
}

static bool copy_out(PgSession *session, const CopyStatement *copy, size_t *out_rows,
                     PgReport *report)
{
    const SqlRelation *relation;
    SqlResult result;

    if (copy->table != NULL && !find_table(copy, &relation, report))
        return false;
    if (!run_query(session, copy->table != NULL ? query_of(copy, &session->arena) : copy->query,
                   &result, report)) {
        if (copy->table == NULL && report->position > 0)
            report->position += copy->query_position - 1;
        return false;
    }
    copy_out_send(session, copy, &result);
    *out_rows = result.rows.count;
    return true;
}

bool copy_run(PgSession *session, const SqlStatement *statement, size_t *out_rows, PgReport *report)
{
    const SqlRelation *relation;
    CopyStatement copy;

    if (!copy_parse(statement, &session->arena, &copy, report))
        return false;
    if (!copy.is_from)
        return copy_out(session, &copy, out_rows, report);
    if (!find_table(&copy, &relation, report))
        return false;
    if (pg_settings_read_only(&session->settings))
        return pg_error(report, "25006", READ_ONLY,
                        "cannot execute COPY FROM in a read-only transaction");
    return copy_in_begin(session, &copy, report);
}
