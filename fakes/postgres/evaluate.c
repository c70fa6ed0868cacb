/*
 * fakes/postgres/evaluate.c - an analysed SELECT becomes rows.
 */
#include "fakes/postgres/query.h"

#include <assert.h>
#include <string.h>

static bool evaluate(const SqlNode *node, SqlContext *context, PgValue *out, PgReport *report);

/* ---- comparing ---- */

/* Of two values of one type, neither NULL: less than 0, 0, or more than 0. */
static int compare(const PgValue *a, const PgValue *b)
{
    if (a->type == PG_FLOAT8)
        return (a->real > b->real) - (a->real < b->real);
    if (a->text != NULL && b->text != NULL)
        return strcmp(a->text, b->text);
    if (a->type == PG_NUMERIC) {
        __int128 left = (__int128)a->integer * pg_scale_unit(PG_SCALE_MAX - a->scale);
        __int128 right = (__int128)b->integer * pg_scale_unit(PG_SCALE_MAX - b->scale);

        return (left > right) - (left < right);
    }
    if (a->type == PG_LSN) {
        uint64_t left = (uint64_t)a->integer, right = (uint64_t)b->integer;

        return (left > right) - (left < right);
    }
    return (a->integer > b->integer) - (a->integer < b->integer);
}

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

/* ---- each kind ---- */

static bool evaluate_pair(const SqlNode *node, SqlContext *context, PgValue out_pair[2],
                          PgReport *report)
{
    return evaluate(node->arguments, context, &out_pair[0], report) &&
           evaluate(node->arguments->next, context, &out_pair[1], report);
}

static bool evaluate_comparison(const SqlNode *node, SqlContext *context, PgValue *out,
                                PgReport *report)
{
    PgValue pair[2];

    if (!evaluate_pair(node, context, pair, report))
        return false;
    *out = pair[0].is_null || pair[1].is_null
               ? pg_null(PG_BOOL)
               : pg_integer(PG_BOOL, holds(node->comparison, compare(&pair[0], &pair[1])));
    return true;
}

/* Two numerics get as many digits after the point as the one that has more. */
static bool align(PgValue pair[2])
{
    int scale = pair[0].scale > pair[1].scale ? pair[0].scale : pair[1].scale;

    for (int i = 0; i < 2; i++) {
        if (__builtin_mul_overflow(pair[i].integer, pg_scale_unit(scale - pair[i].scale),
                                   &pair[i].integer))
            return false;
        pair[i].scale = scale;
    }
    return true;
}

static bool evaluate_sum(const SqlNode *node, SqlContext *context, PgValue *out, PgReport *report)
{
    PgValue pair[2];
    bool is_minus = node->kind == SQL_MINUS, ok;

    if (!evaluate_pair(node, context, pair, report))
        return false;
    *out = pg_null(node->type);
    if (pair[0].is_null || pair[1].is_null)
        return true;
    ok = align(pair);
    *out = (PgValue){.type = node->type, .scale = pair[0].scale};
    out->real = is_minus ? pair[0].real - pair[1].real : pair[0].real + pair[1].real;
    ok =
        ok && !(is_minus ? __builtin_sub_overflow(pair[0].integer, pair[1].integer, &out->integer)
                         : __builtin_add_overflow(pair[0].integer, pair[1].integer, &out->integer));
    if (!ok || (node->type == PG_INT4 && (out->integer > INT32_MAX || out->integer < INT32_MIN)))
        return pg_error(report, "22003", (PgSource){"int.c", "846", "int4mi"}, "%s out of range",
                        pg_type_row(node->type)->name);
    return true;
}

/* The first that is not NULL; or the greatest, or the least, of those that are not. */
static bool evaluate_choice(const SqlNode *node, SqlContext *context, PgValue *out,
                            PgReport *report)
{
    *out = pg_null(node->type);
    for (const SqlNode *at = node->arguments; at != NULL; at = at->next) {
        PgValue value;

        if (!evaluate(at, context, &value, report))
            return false;
        if (value.is_null)
            continue;
        if (out->is_null || (node->kind == SQL_GREATEST && compare(&value, out) > 0) ||
            (node->kind == SQL_LEAST && compare(&value, out) < 0))
            *out = value;
        if (node->kind == SQL_COALESCE)
            return true;
    }
    return true;
}

static bool evaluate_case(const SqlNode *node, SqlContext *context, PgValue *out, PgReport *report)
{
    const SqlNode *at = node->arguments;
    PgValue condition;

    for (; at != NULL && at->next != NULL; at = at->next->next) {
        if (!evaluate(at, context, &condition, report))
            return false;
        if (!condition.is_null && condition.integer)
            return evaluate(at->next, context, out, report);
    }
    if (at != NULL)
        return evaluate(at, context, out, report);
    *out = pg_null(node->type);
    return true;
}

/* NULL is neither: it is the answer unless the other side decides. */
static bool evaluate_junction(const SqlNode *node, SqlContext *context, PgValue *out,
                              PgReport *report)
{
    bool decides = node->kind == SQL_OR;
    PgValue pair[2];

    if (!evaluate(node->arguments, context, &pair[0], report))
        return false;
    *out = pair[0];
    if (!pair[0].is_null && (pair[0].integer != 0) == decides)
        return true;
    if (!evaluate(node->arguments->next, context, &pair[1], report))
        return false;
    if (!pair[0].is_null || (!pair[1].is_null && (pair[1].integer != 0) == decides))
        *out = pair[1];
    return true;
}

static bool evaluate_not(const SqlNode *node, SqlContext *context, PgValue *out, PgReport *report)
{
    if (!evaluate(node->arguments, context, out, report))
        return false;
    out->integer = !out->integer;
    return true;
}

static bool evaluate_is_null(const SqlNode *node, SqlContext *context, PgValue *out,
                             PgReport *report)
{
    PgValue value;

    if (!evaluate(node->arguments, context, &value, report))
        return false;
    *out = pg_integer(PG_BOOL, value.is_null);
    return true;
}

static bool evaluate_epoch(const SqlNode *node, SqlContext *context, PgValue *out, PgReport *report)
{
    if (!evaluate(node->arguments, context, out, report))
        return false;
    out->type = PG_NUMERIC;
    out->scale = PG_SCALE_MAX; /* microseconds become seconds */
    return true;
}

static bool evaluate_call(const SqlNode *node, SqlContext *context, PgValue *out, PgReport *report)
{
    PgValue arguments[SQL_ARGUMENTS_MAX];
    int count = 0;

    for (const SqlNode *at = node->arguments; at != NULL; at = at->next) {
        assert(count < SQL_ARGUMENTS_MAX);
        if (!evaluate(at, context, &arguments[count++], report))
            return false;
    }
    return sql_function_run(node->function, context, arguments, count, out, report);
}

static bool evaluate_subselect(const SqlNode *node, SqlContext *context, PgValue *out,
                               PgReport *report)
{
    const PgValue *row = context->row;
    SqlResult result;
    bool ok = sql_run(node->select, context, &result, report);

    context->row = row;
    if (!ok)
        return false;
    if (result.rows.count > 1)
        return pg_error(report, "21000", (PgSource){"nodeSubplan.c", "317", "ExecScanSubPlan"},
                        "more than one row returned by a subquery used as an expression");
    *out = result.rows.count == 1 ? result.rows.rows[0][0] : pg_null(node->type);
    return true;
}

static bool evaluate_cast(const SqlNode *node, SqlContext *context, PgValue *out, PgReport *report)
{
    PgValue value;

    return evaluate(node->arguments, context, &value, report) &&
           pg_value_cast(&value, node->type, context->arena, out, report);
}

static bool evaluate(const SqlNode *node, SqlContext *context, PgValue *out, PgReport *report)
{
    switch (node->kind) {
    case SQL_LITERAL:
        *out = node->literal;
        return true;
    case SQL_PARAMETER:
        *out = context->parameters[node->number - 1];
        return true;
    case SQL_NAME:
        assert(context->row != NULL);
        *out = context->row[node->number];
        return true;
    case SQL_CALL:
        return evaluate_call(node, context, out, report);
    case SQL_COALESCE:
    case SQL_GREATEST:
    case SQL_LEAST:
        return evaluate_choice(node, context, out, report);
    case SQL_CASE:
        return evaluate_case(node, context, out, report);
    case SQL_CAST:
        return evaluate_cast(node, context, out, report);
    case SQL_EPOCH:
        return evaluate_epoch(node, context, out, report);
    case SQL_MINUS:
    case SQL_PLUS:
        return evaluate_sum(node, context, out, report);
    case SQL_COMPARE:
        return evaluate_comparison(node, context, out, report);
    case SQL_AND:
    case SQL_OR:
        return evaluate_junction(node, context, out, report);
    case SQL_NOT:
        return evaluate_not(node, context, out, report);
    case SQL_IS_NULL:
        return evaluate_is_null(node, context, out, report);
    case SQL_COUNT:
        *out = pg_integer(PG_INT8, context->counted);
        return true;
    case SQL_SUBSELECT:
        return evaluate_subselect(node, context, out, report);
    case SQL_STAR:
        break;
    }
    assert(!"the analysis has replaced every star");
    return false;
}

/* ---- the whole ---- */

/* Postgres calls a column by what makes it: a function, a column, or else nothing. */
static const char *label_of(const SqlNode *node, bool *out_is_weak)
{
    const char *inner;

    *out_is_weak = false;
    if (node->label != NULL)
        return node->label;
    switch (node->kind) {
    case SQL_NAME:
    case SQL_CALL:
        return node->name;
    case SQL_COALESCE:
        return "coalesce";
    case SQL_GREATEST:
        return "greatest";
    case SQL_LEAST:
        return "least";
    case SQL_COUNT:
        return "count";
    case SQL_EPOCH:
        return "extract";
    case SQL_CASE:
        *out_is_weak = true;
        return "case";
    case SQL_CAST:
        inner = label_of(node->arguments, out_is_weak);
        if (inner != NULL && !*out_is_weak)
            return inner;
        *out_is_weak = true;
        return pg_type_row(node->type)->short_name;
    case SQL_SUBSELECT:
        return label_of(node->select->items, out_is_weak);
    default:
        return NULL;
    }
}

void sql_describe(const SqlSelect *select, Arena *arena, SqlResult *out)
{
    int count = 0;
    bool is_weak;

    for (const SqlNode *item = select->items; item != NULL; item = item->next)
        count++;
    *out = (SqlResult){.columns = arena_new(arena, (size_t)count * sizeof(SqlColumn))};
    for (const SqlNode *item = select->items; item != NULL; item = item->next) {
        const char *label = label_of(item, &is_weak);

        out->columns[out->column_count++] =
            (SqlColumn){.name = label != NULL ? label : "?column?", .type = item->type};
    }
}

static bool scan(const SqlSelect *select, SqlContext *context, SqlRows *out, PgReport *report)
{
    SqlRows all = {0};

    if (select->relation == NULL) {
        sql_rows_add(&all, context->arena, 1); /* one row without columns */
    } else {
        select->relation->scan(context, select->relation, &all);
    }
    for (size_t i = 0; i < all.count; i++) {
        PgValue condition = pg_integer(PG_BOOL, true);

        context->row = all.rows[i];
        if (select->where != NULL && !evaluate(select->where, context, &condition, report))
            return false;
        if (!condition.is_null && condition.integer)
            all.rows[out->count++] = all.rows[i];
    }
    out->rows = all.rows;
    return true;
}

/* By insertion: rows are few, and equal ones keep their order. NULLs come last, or first when descending. */
static bool sort(const SqlSelect *select, SqlContext *context, SqlRows *rows, PgReport *report)
{
    PgValue *keys = arena_new(context->arena, rows->count * sizeof *keys);
    int sign = select->is_descending ? -1 : 1;

    for (size_t i = 0; i < rows->count; i++) {
        const PgValue *row = rows->rows[i];
        size_t at = i;
        PgValue key;

        context->row = row;
        if (!evaluate(select->order, context, &key, report))
            return false;
        for (; at > 0; at--) {
            int difference = key.is_null || keys[at - 1].is_null
                                 ? (int)key.is_null - (int)keys[at - 1].is_null
                                 : compare(&key, &keys[at - 1]);

            if (sign * difference >= 0)
                break;
            keys[at] = keys[at - 1];
            rows->rows[at] = rows->rows[at - 1];
        }
        keys[at] = key;
        rows->rows[at] = row;
    }
    return true;
}

static bool limit(const SqlSelect *select, SqlContext *context, size_t *rows, PgReport *report)
{
    PgValue most;

    if (select->limit == NULL)
        return true;
    context->row = NULL;
    if (!evaluate(select->limit, context, &most, report))
        return false;
    if (!most.is_null && most.integer < 0)
        return pg_error(report, "2201W", (PgSource){"nodeLimit.c", "388", "recompute_limits"},
                        "LIMIT must not be negative");
    if (!most.is_null && (size_t)most.integer < *rows)
        *rows = (size_t)most.integer;
    return true;
}

static bool project(const SqlSelect *select, SqlContext *context, const PgValue *row,
                    SqlResult *out, PgReport *report)
{
    PgValue *values = sql_rows_add(&out->rows, context->arena, out->column_count);
    int column = 0;

    for (const SqlNode *item = select->items; item != NULL; item = item->next) {
        context->row = row;
        if (!evaluate(item, context, &values[column++], report))
            return false;
    }
    return true;
}

static bool run_count(const SqlSelect *select, SqlContext *context, const SqlRows *rows,
                      SqlResult *out, PgReport *report)
{
    size_t count = 1;

    context->counted = (int64_t)rows->count;
    return limit(select, context, &count, report) &&
           (count == 0 || project(select, context, NULL, out, report));
}

bool sql_run(const SqlSelect *select, SqlContext *context, SqlResult *out, PgReport *report)
{
    bool is_count = sql_has_count(select->items);
    SqlRows rows = {0};

    sql_describe(select, context->arena, out);
    context->is_counting = is_count && select->where == NULL;
    if (!scan(select, context, &rows, report))
        return false;
    if (is_count)
        return run_count(select, context, &rows, out, report);
    if (select->order != NULL && !sort(select, context, &rows, report))
        return false;
    if (!limit(select, context, &rows.count, report))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        if (!project(select, context, rows.rows[i], out, report))
            return false;
    }
    return true;
}
