/*
 * fakes/postgres/evaluate.c - an analysed expression becomes a value, in the frame of the row that is looked at.
 */
#include "fakes/postgres/evaluate.h"

#include <assert.h>
#include <string.h>

#include "fakes/postgres/numeric.h"
#include "fakes/postgres/times.h"

/* ---- comparing ---- */

static bool holds(SqlComparison comparison, int difference)
{
    switch (comparison) {
    case SQL_EQUAL:
        return difference == 0;
    case SQL_UNEQUAL:
        return difference != 0;
    case SQL_LESS:
        return difference < 0;
    case SQL_GREATER:
        return difference > 0;
    case SQL_AT_MOST:
        return difference <= 0;
    case SQL_AT_LEAST:
        return difference >= 0;
    }
    return false;
}

static bool evaluate_pair(const SqlNode *node, SqlContext *context, PgValue out_pair[2],
                          PgReport *report)
{
    return sql_evaluate(node->arguments, context, &out_pair[0], report) &&
           sql_evaluate(node->arguments->next, context, &out_pair[1], report);
}

static bool evaluate_comparison(const SqlNode *node, SqlContext *context, PgValue *out,
                                PgReport *report)
{
    PgValue pair[2];

    if (!evaluate_pair(node, context, pair, report))
        return false;
    *out = pair[0].is_null || pair[1].is_null
               ? pg_null(PG_BOOL)
               : pg_integer(PG_BOOL, holds(node->comparison, pg_value_compare(&pair[0], &pair[1])));
    return true;
}

static bool evaluate_distinct(const SqlNode *node, SqlContext *context, PgValue *out,
                              PgReport *report)
{
    PgValue pair[2];
    bool is_distinct;

    if (!evaluate_pair(node, context, pair, report))
        return false;
    is_distinct = pair[0].is_null != pair[1].is_null ||
                  (!pair[0].is_null && pg_value_compare(&pair[0], &pair[1]) != 0);
    *out = pg_integer(PG_BOOL, is_distinct != node->is_negated);
    return true;
}

/* Is it among them? Unknown if it is not, but something NULL might have been it. */
static PgValue among(bool is_found, bool is_unknown, bool is_negated)
{
    if (!is_found && is_unknown)
        return pg_null(PG_BOOL);
    return pg_integer(PG_BOOL, is_found != is_negated);
}

static bool evaluate_in(const SqlNode *node, SqlContext *context, PgValue *out, PgReport *report)
{
    PgValue wanted, value;
    bool is_found = false, is_unknown;

    if (!sql_evaluate(node->arguments, context, &wanted, report))
        return false;
    is_unknown = wanted.is_null;
    for (const SqlNode *at = node->arguments->next; at != NULL && !is_found; at = at->next) {
        if (!sql_evaluate(at, context, &value, report))
            return false;
        is_unknown = is_unknown || value.is_null;
        is_found = !wanted.is_null && !value.is_null && pg_value_compare(&wanted, &value) == 0;
    }
    *out = among(is_found, is_unknown, node->is_negated);
    return true;
}

static bool evaluate_in_select(const SqlNode *node, SqlContext *context, PgValue *out,
                               PgReport *report)
{
    SqlResult result;
    PgValue wanted;
    bool is_found = false, is_unknown;

    if (!sql_evaluate(node->arguments, context, &wanted, report) ||
        !sql_run(node->select, context, &result, report))
        return false;
    is_unknown = wanted.is_null && result.rows.count > 0;
    for (size_t i = 0; i < result.rows.count && !is_found; i++) {
        const PgValue *value = &result.rows.rows[i][0];

        is_unknown = is_unknown || value->is_null;
        is_found = !wanted.is_null && !value->is_null && pg_value_compare(&wanted, value) == 0;
    }
    *out = among(is_found, is_unknown, node->is_negated);
    return true;
}

static bool evaluate_like(const SqlNode *node, SqlContext *context, PgValue *out, PgReport *report)
{
    PgValue pair[2];
    bool is_alike;

    if (!evaluate_pair(node, context, pair, report))
        return false;
    *out = pg_null(PG_BOOL);
    if (pair[0].is_null || pair[1].is_null)
        return true;
    if (!sql_like(pair[0].text, pair[1].text, node->ignores_case, &is_alike, report))
        return false;
    *out = pg_integer(PG_BOOL, is_alike != node->is_negated);
    return true;
}

/* ---- conditions ---- */

/* The first that is not NULL; or the greatest, or the least, of those that are not. */
static bool evaluate_choice(const SqlNode *node, SqlContext *context, PgValue *out,
                            PgReport *report)
{
    *out = pg_null(node->type);
    for (const SqlNode *at = node->arguments; at != NULL; at = at->next) {
        PgValue value;

        if (!sql_evaluate(at, context, &value, report))
            return false;
        if (value.is_null)
            continue;
        if (out->is_null || (node->kind == SQL_GREATEST && pg_value_compare(&value, out) > 0) ||
            (node->kind == SQL_LEAST && pg_value_compare(&value, out) < 0))
            *out = value;
        if (node->kind == SQL_COALESCE)
            return true;
    }
    return true;
}

static bool evaluate_nullif(const SqlNode *node, SqlContext *context, PgValue *out,
                            PgReport *report)
{
    PgValue pair[2];

    if (!evaluate_pair(node, context, pair, report))
        return false;
    *out = pair[0];
    if (!pair[0].is_null && !pair[1].is_null && pg_value_compare(&pair[0], &pair[1]) == 0)
        *out = pg_null(node->type);
    return true;
}

static bool evaluate_case(const SqlNode *node, SqlContext *context, PgValue *out, PgReport *report)
{
    const SqlNode *at = node->arguments;
    bool is_it;

    for (; at != NULL && at->next != NULL; at = at->next->next) {
        if (!sql_holds(at, context, &is_it, report))
            return false;
        if (is_it)
            return sql_evaluate(at->next, context, out, report);
    }
    if (at != NULL)
        return sql_evaluate(at, context, out, report);
    *out = pg_null(node->type);
    return true;
}

/* NULL is neither: it is the answer unless the other side decides. */
static bool evaluate_junction(const SqlNode *node, SqlContext *context, PgValue *out,
                              PgReport *report)
{
    bool decides = node->kind == SQL_OR;
    PgValue pair[2];

    if (!sql_evaluate(node->arguments, context, &pair[0], report))
        return false;
    *out = pair[0];
    if (!pair[0].is_null && (pair[0].integer != 0) == decides)
        return true;
    if (!sql_evaluate(node->arguments->next, context, &pair[1], report))
        return false;
    if (!pair[0].is_null || (!pair[1].is_null && (pair[1].integer != 0) == decides))
        *out = pair[1];
    return true;
}

static bool evaluate_not(const SqlNode *node, SqlContext *context, PgValue *out, PgReport *report)
{
    if (!sql_evaluate(node->arguments, context, out, report))
        return false;
    out->integer = !out->integer;
    return true;
}

static bool evaluate_is(const SqlNode *node, SqlContext *context, PgValue *out, PgReport *report)
{
    PgValue value;

    if (!sql_evaluate(node->arguments, context, &value, report))
        return false;
    *out = pg_integer(PG_BOOL, node->kind == SQL_IS_NULL
                                   ? value.is_null
                                   : !value.is_null && value.integer == node->literal.integer);
    return true;
}

/* ---- values ---- */

static bool evaluate_operator(const SqlNode *node, SqlContext *context, PgValue *out,
                              PgReport *report)
{
    PgValue pair[2];

    if (!evaluate_pair(node, context, pair, report))
        return false;
    *out = pg_null(node->type);
    return pair[0].is_null || pair[1].is_null ||
           sql_operate(node->name, node->type, pair, context->arena, out, report);
}

static bool evaluate_negation(const SqlNode *node, SqlContext *context, PgValue *out,
                              PgReport *report)
{
    PgValue value;

    if (!sql_evaluate(node->arguments, context, &value, report))
        return false;
    *out = value;
    return value.is_null || sql_negate(&value, out, report);
}

/* Microseconds become seconds. */
static bool evaluate_extract(const SqlNode *node, SqlContext *context, PgValue *out,
                             PgReport *report)
{
    PgValue value;

    if (!sql_evaluate(node->arguments, context, &value, report))
        return false;
    *out = value.is_null
               ? pg_null(PG_NUMERIC)
               : numeric_of(value.type == PG_INTERVAL ? times_micros(&value) : value.integer, 6);
    return true;
}

static bool evaluate_call(const SqlNode *node, SqlContext *context, PgValue *out, PgReport *report)
{
    PgValue arguments[SQL_ARGUMENTS_MAX];
    int count = 0;

    for (const SqlNode *at = node->arguments; at != NULL; at = at->next) {
        assert(count < SQL_ARGUMENTS_MAX);
        if (!sql_evaluate(at, context, &arguments[count++], report))
            return false;
    }
    return sql_function_run(node->function, context, arguments, count, out, report);
}

static bool evaluate_subselect(const SqlNode *node, SqlContext *context, PgValue *out,
                               PgReport *report)
{
    SqlResult result;

    if (!sql_run(node->select, context, &result, report))
        return false;
    if (node->kind == SQL_EXISTS) {
        *out = pg_integer(PG_BOOL, result.rows.count > 0);
        return true;
    }
    if (result.rows.count > 1)
        return pg_error(report, "21000", (PgSource){"nodeSubplan.c", "1157", "ExecSetParamPlan"},
                        "more than one row returned by a subquery used as an expression");
    *out = result.rows.count == 1 ? result.rows.rows[0][0] : pg_null(node->type);
    return true;
}

/* "(mp2,0/3000000)": what is NULL is left out, what would be misread is quoted. */
static bool evaluate_record(const SqlNode *node, SqlContext *context, PgValue *out,
                            PgReport *report)
{
    SqlResult result;
    const char *text = "(";

    if (!sql_run(node->select, context, &result, report))
        return false;
    *out = pg_null(PG_RECORD);
    if (result.rows.count == 0)
        return true;
    for (int i = 0; i < result.column_count; i++) {
        const PgValue *value = &result.rows.rows[0][i];
        const char *field = value->is_null ? "" : pg_value_text(value, context->arena);
        const char *quote =
            !value->is_null && (*field == '\0' || strpbrk(field, " ,()\"\\") != NULL) ? "\"" : "";

        text =
            arena_format(context->arena, "%s%s%s%s%s", text, i > 0 ? "," : "", quote, field, quote);
    }
    *out = pg_text(PG_RECORD, arena_format(context->arena, "%s)", text));
    return true;
}

static bool evaluate_cast(const SqlNode *node, SqlContext *context, PgValue *out, PgReport *report)
{
    PgValue value;

    return sql_evaluate(node->arguments, context, &value, report) &&
           pg_value_cast(&value, node->type, context->arena, out, report);
}

static const SqlFrame *frame_of(const SqlContext *context, int level)
{
    const SqlFrame *frame = context->frame;

    while (level-- > 0)
        frame = frame->outer;
    return frame;
}

static bool evaluate_literal(const SqlNode *node, SqlContext *context, PgValue *out,
                             PgReport *report)
{
    (void)context;
    (void)report;
    *out = node->literal;
    return true;
}

static bool evaluate_parameter(const SqlNode *node, SqlContext *context, PgValue *out,
                               PgReport *report)
{
    (void)report;
    *out = context->parameters[node->number - 1];
    return true;
}

static bool evaluate_name(const SqlNode *node, SqlContext *context, PgValue *out, PgReport *report)
{
    (void)report;
    *out = frame_of(context, node->level)->row[node->number];
    return true;
}

static bool evaluate_aggregate(const SqlNode *node, SqlContext *context, PgValue *out,
                               PgReport *report)
{
    (void)report;
    *out = context->frame->aggregates[node->number];
    return true;
}

typedef bool Evaluator(const SqlNode *node, SqlContext *context, PgValue *out, PgReport *report);

/* Stars and rows have none: the analysis has replaced them. */
static Evaluator *const EVALUATORS[] = {
    [SQL_LITERAL] = evaluate_literal,
    [SQL_PARAMETER] = evaluate_parameter,
    [SQL_NAME] = evaluate_name,
    [SQL_AGGREGATE] = evaluate_aggregate,
    [SQL_CALL] = evaluate_call,
    [SQL_COALESCE] = evaluate_choice,
    [SQL_GREATEST] = evaluate_choice,
    [SQL_LEAST] = evaluate_choice,
    [SQL_NULLIF] = evaluate_nullif,
    [SQL_CASE] = evaluate_case,
    [SQL_CAST] = evaluate_cast,
    [SQL_EXTRACT] = evaluate_extract,
    [SQL_OPERATOR] = evaluate_operator,
    [SQL_NEGATE] = evaluate_negation,
    [SQL_COMPARE] = evaluate_comparison,
    [SQL_LIKE] = evaluate_like,
    [SQL_AND] = evaluate_junction,
    [SQL_OR] = evaluate_junction,
    [SQL_NOT] = evaluate_not,
    [SQL_IS_NULL] = evaluate_is,
    [SQL_IS_TRUE] = evaluate_is,
    [SQL_IS_DISTINCT] = evaluate_distinct,
    [SQL_IN] = evaluate_in,
    [SQL_IN_SELECT] = evaluate_in_select,
    [SQL_EXISTS] = evaluate_subselect,
    [SQL_SUBSELECT] = evaluate_subselect,
    [SQL_RECORD] = evaluate_record,
};

bool sql_evaluate(const SqlNode *node, SqlContext *context, PgValue *out, PgReport *report)
{
    assert((size_t)node->kind < sizeof EVALUATORS / sizeof *EVALUATORS && EVALUATORS[node->kind]);
    return EVALUATORS[node->kind](node, context, out, report);
}

bool sql_holds(const SqlNode *condition, SqlContext *context, bool *out, PgReport *report)
{
    PgValue value = pg_integer(PG_BOOL, true);

    if (condition != NULL && !sql_evaluate(condition, context, &value, report))
        return false;
    *out = !value.is_null && value.integer != 0;
    return true;
}
