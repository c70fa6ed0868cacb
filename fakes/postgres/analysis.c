/*
 * fakes/postgres/analysis.c - a SELECT as a whole: its columns, its groups, its order.
 *
 * Source: PostgreSQL 15 manual, SELECT; chapter 10 (type conversion), as far as the types here go.
 */
#include "fakes/postgres/analysis.h"

#include <string.h>

#include "fakes/postgres/aggregates.h"
#include "fakes/postgres/evaluate.h"

static const PgSource WRONG_TYPE = {"parse_coerce.c", "1247", "coerce_to_specific_type_typmod"};
static const PgSource BY_POSITION = {"parse_clause.c", "2018", "findTargetlistEntrySQL92"};

/* ---- VALUES ---- */

static int length_of(const SqlNode *list)
{
    int length = 0;

    for (; list != NULL; list = list->next)
        length++;
    return length;
}

static SqlNode **field_of(SqlNode *row, int column)
{
    SqlNode **place = &row->arguments;

    while (column-- > 0)
        place = &(*place)->next;
    return place;
}

/* One column of all rows, as one type. */
static bool unify_column(Analysis *analysis, SqlSelect *select, int column, SqlNode **place)
{
    SqlNode *whole = ARENA_NEW(analysis->arena, SqlNode);
    SqlNode **last = &whole->arguments;

    for (SqlNode *row = select->rows; row != NULL; row = row->next) {
        SqlNode *copy = ARENA_NEW(analysis->arena, SqlNode);

        *copy = **field_of(row, column);
        copy->next = NULL;
        *last = copy;
        last = &copy->next;
    }
    if (!sql_unify(analysis, whole, "VALUES"))
        return false;
    for (SqlNode *row = select->rows; row != NULL; row = row->next) {
        if (!sql_coerce(analysis, field_of(row, column), whole->type))
            return false;
    }
    *place = ARENA_NEW(analysis->arena, SqlNode);
    (*place)->kind = SQL_NAME;
    (*place)->name = arena_format(analysis->arena, "column%d", column + 1);
    (*place)->type = whole->type;
    (*place)->number = column;
    return true;
}

/* Its items are the names of its columns. */
static bool analyse_rows(Analysis *analysis, SqlSelect *select)
{
    SqlNode **place = &select->items;
    int width = length_of(select->rows->arguments);

    for (SqlNode *row = select->rows; row != NULL; row = row->next) {
        if (length_of(row->arguments) != width)
            return pg_error_at(analysis->report, row->arguments->position, "42601",
                               (PgSource){"analyze.c", "1547", "transformValuesClause"},
                               "VALUES lists must all be the same length");
        if (!analyse_list(analysis, row->arguments))
            return false;
    }
    select->items = NULL;
    select->width = width;
    for (int column = 0; column < width; column++) {
        if (!unify_column(analysis, select, column, place))
            return false;
        place = &(*place)->next;
    }
    return true;
}

/* ---- items ---- */

/* (f(x)).*: each column of f, as a SELECT of its own. */
static bool expand_call(Analysis *analysis, SqlNode **place, SqlNode **out_last)
{
    SqlNode *whole = *place, *rest = whole->next;
    const SqlSource *source = whole->select->from;
    const SqlRelation *relation = sql_relation_find(source->name, true);

    if (relation == NULL)
        return sql_not_understood(analysis->report, whole->position, "a row here");
    for (int i = 0; i < relation->column_count; i++) {
        SqlNode *node = ARENA_NEW(analysis->arena, SqlNode);

        node->kind = SQL_SUBSELECT;
        node->position = whole->position;
        node->select = ARENA_NEW(analysis->arena, SqlSelect);
        node->select->from = ARENA_NEW(analysis->arena, SqlSource);
        *node->select->from = *source;
        node->select->items = ARENA_NEW(analysis->arena, SqlNode);
        node->select->items->kind = SQL_NAME;
        node->select->items->name = relation->columns[i].name;
        /* The arguments are analysed once for each: they have to be each one's own. */
        if (source->arguments != NULL) {
            if (source->arguments->arguments != NULL || source->arguments->select != NULL)
                return sql_not_understood(analysis->report, whole->position,
                                          "an expression in a row's function");
            node->select->from->arguments = ARENA_NEW(analysis->arena, SqlNode);
            *node->select->from->arguments = *source->arguments;
        }
        *place = node;
        *out_last = node;
        place = &node->next;
    }
    *place = rest;
    return true;
}

/* Stars become columns. */
static bool expand_items(Analysis *analysis, SqlSelect *select)
{
    for (SqlNode **place = &select->items; *place != NULL; place = &(*place)->next) {
        SqlNode *last = NULL;

        if ((*place)->kind == SQL_STAR && !expand_star(analysis, place, &last))
            return false;
        if ((*place)->kind == SQL_EXPAND && !expand_call(analysis, place, &last))
            return false;
        while (last != NULL && *place != last)
            place = &(*place)->next;
    }
    return true;
}

/* What still has no type is text. */
static bool analyse_items(Analysis *analysis, SqlSelect *select)
{
    if (!expand_items(analysis, select))
        return false;
    for (SqlNode **place = &select->items; *place != NULL; place = &(*place)->next) {
        if (!analyse(analysis, *place))
            return false;
        if ((*place)->type == PG_UNKNOWN && !sql_coerce(analysis, place, PG_TEXT))
            return false;
    }
    return true;
}

/* ---- groups and order ---- */

static SqlNode *item_at(const SqlSelect *select, int64_t number)
{
    SqlNode *item = select->items;

    while (item != NULL && --number > 0)
        item = item->next;
    return number == 0 ? item : NULL;
}

/* ORDER BY 2, or by what an item is called, is by that item: its number from 1. 0: it is an expression. */
static bool find_item(Analysis *analysis, const SqlSelect *select, const SqlNode *by,
                      const char *what, int *out_number)
{
    int number = 1;

    *out_number = 0;
    if (by->kind == SQL_LITERAL) {
        if (by->type == PG_INT4 && item_at(select, by->literal.integer) != NULL)
            *out_number = (int)by->literal.integer;
        else if (by->type == PG_INT4)
            return pg_error_at(analysis->report, by->position, "42P10", BY_POSITION,
                               "%s position %lld is not in select list", what,
                               (long long)by->literal.integer);
        else
            return pg_error_at(analysis->report, by->position, "42601",
                               (PgSource){"parse_clause.c", "2058", "findTargetlistEntrySQL92"},
                               "non-integer constant in %s", what);
    }
    for (const SqlNode *item = select->items; *out_number == 0 && item != NULL; item = item->next) {
        const char *name = item->label != NULL      ? item->label
                           : item->kind == SQL_NAME ? item->name
                                                    : NULL;

        if (by->kind == SQL_NAME && by->qualifier == NULL && name != NULL &&
            strcmp(name, by->name) == 0)
            *out_number = number;
        number++;
    }
    return true;
}

/* A name means a column first, here, and an item only if there is none. */
static bool is_column(Analysis *analysis, const SqlNode *node)
{
    SqlNode copy = *node;
    PgReport *report = analysis->report, ignored;
    bool ok;

    analysis->report = &ignored;
    ok = node->kind == SQL_NAME && analyse_name(analysis, &copy) && copy.kind == SQL_NAME;
    analysis->report = report;
    return ok;
}

static bool analyse_group(Analysis *analysis, SqlSelect *select)
{
    int number;

    analysis->scope->no_aggregates = "GROUP BY";
    for (SqlNode **place = &select->group; *place != NULL; place = &(*place)->next) {
        if (!is_column(analysis, *place)) {
            if (!find_item(analysis, select, *place, "GROUP BY", &number))
                return false;
            if (number > 0) {
                SqlNode *copy = ARENA_NEW(analysis->arena, SqlNode);

                *copy = *item_at(select, number);
                copy->next = (*place)->next;
                *place = copy;
                continue;
            }
        }
        if (!analyse(analysis, *place))
            return false;
        if ((*place)->type == PG_UNKNOWN && !sql_coerce(analysis, place, PG_TEXT))
            return false;
    }
    analysis->scope->no_aggregates = NULL;
    return true;
}

static bool analyse_order_item(Analysis *analysis, SqlSelect *select, SqlOrder *order)
{
    int number;

    order->item = -1;
    if (!find_item(analysis, select, order->by, "ORDER BY", &number))
        return false;
    if (number > 0) {
        order->item = number - 1;
        return true;
    }
    if (!analyse(analysis, order->by))
        return false;
    number = 0;
    for (const SqlNode *item = select->items; item != NULL; item = item->next, number++) {
        if (order->item < 0 && sql_is_same(item, order->by))
            order->item = number;
    }
    if (order->item < 0 && select->is_distinct)
        return pg_error_at(analysis->report, order->by->position, "42P10",
                           (PgSource){"parse_clause.c", "2928", "transformDistinctClause"},
                           "for SELECT DISTINCT, ORDER BY expressions must appear in select list");
    return order->by->type != PG_UNKNOWN || sql_coerce(analysis, &order->by, PG_TEXT);
}

static bool analyse_order(Analysis *analysis, SqlSelect *select)
{
    for (SqlOrder *order = select->order; order != NULL; order = order->next) {
        if (!analyse_order_item(analysis, select, order))
            return false;
    }
    return true;
}

/* ---- the whole ---- */

static bool analyse_count(Analysis *analysis, SqlNode **place, const char *what)
{
    if (*place == NULL)
        return true;
    analysis->scope->no_aggregates = what;
    if (!analyse(analysis, *place))
        return false;
    analysis->scope->no_aggregates = NULL;
    if ((*place)->type == PG_UNKNOWN || sql_is_convertible((*place)->type, PG_INT8))
        return sql_coerce(analysis, place, PG_INT8);
    return pg_error_at(analysis->report, (*place)->position, "42804", WRONG_TYPE,
                       "argument of %s must be type bigint, not type %s", what,
                       sql_type_name((*place)->type));
}

static bool analyse_where(Analysis *analysis, SqlSelect *select)
{
    bool ok;

    if (select->where == NULL)
        return true;
    analysis->scope->no_aggregates = "WHERE";
    ok = analyse(analysis, select->where) && sql_want_boolean(analysis, &select->where, "WHERE");
    analysis->scope->no_aggregates = NULL;
    return ok;
}

/* In the order in which Postgres does it: so the first thing wrong is the same. */
static bool analyse_clauses(Analysis *analysis, SqlSelect *select)
{
    if (select->rows != NULL)
        return analyse_rows(analysis, select) && analyse_order(analysis, select);
    if (!analyse_sources(analysis, select) || !analyse_items(analysis, select) ||
        !analyse_where(analysis, select))
        return false;
    if (select->having != NULL && (!analyse(analysis, select->having) ||
                                   !sql_want_boolean(analysis, &select->having, "HAVING")))
        return false;
    return analyse_order(analysis, select) && analyse_group(analysis, select);
}

bool analyse_select(Analysis *analysis, SqlSelect *select)
{
    SqlScope scope = {.select = select, .outer = analysis->scope};
    bool ok;

    analysis->scope = &scope;
    ok = analyse_clauses(analysis, select) && analyse_count(analysis, &select->offset, "OFFSET") &&
         analyse_count(analysis, &select->limit, "LIMIT");
    select->aggregates = scope.aggregates;
    select->aggregate_count = scope.aggregate_count;
    ok = ok && check_grouping(analysis, select);
    analysis->scope = scope.outer;
    return ok;
}

/* ---- constants ---- */

static bool is_constant(const SqlNode *node)
{
    if (node->kind == SQL_LITERAL)
        return true;
    if (node->kind != SQL_OPERATOR && node->kind != SQL_NEGATE && node->kind != SQL_CAST &&
        node->kind != SQL_COMPARE)
        return false;
    for (const SqlNode *at = node->arguments; at != NULL; at = at->next) {
        if (!is_constant(at))
            return false;
    }
    return true;
}

/* Postgres computes constants before it says which columns there are: what is wrong with them is told first. */
static bool check_constants(Analysis *analysis, const SqlNode *list)
{
    for (; list != NULL; list = list->next) {
        SqlContext context = {.arena = analysis->arena};
        PgValue value;

        if (list->kind == SQL_CASE || list->kind == SQL_COALESCE)
            continue;
        if (is_constant(list) ? !sql_evaluate(list, &context, &value, analysis->report)
                              : !check_constants(analysis, list->arguments))
            return false;
    }
    return true;
}

bool sql_analyse(SqlSelect *select, Arena *arena, SqlParameters *parameters, PgReport *report)
{
    Analysis analysis = {.arena = arena, .parameters = parameters, .report = report};

    return analyse_select(&analysis, select) && check_constants(&analysis, select->items) &&
           (select->where == NULL || check_constants(&analysis, select->where));
}
