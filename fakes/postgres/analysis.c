/*
 * fakes/postgres/analysis.c - names become functions and columns, and everything gets a type.
 *
 * Source: PostgreSQL 15 manual, chapter 10 (type conversion), as far as the types here go.
 */
#include "fakes/postgres/query.h"

#include <assert.h>
#include <string.h>

static const PgSource COLUMN_MISSING = {"parse_relation.c", "3665", "errorMissingColumn"};
static const PgSource FUNCTION_MISSING = {"parse_func.c", "629", "ParseFuncOrColumn"};
static const PgSource OPERATOR_MISSING = {"parse_oper.c", "647", "op_error"};
static const PgSource TYPES_DIFFER = {"parse_coerce.c", "1490", "select_common_type"};
static const PgSource WRONG_TYPE = {"parse_coerce.c", "1183", "coerce_to_boolean"};

typedef struct {
    Arena *arena;
    const SqlRelation *relation; /* whose columns are in sight; NULL: none */
    SqlParameters *parameters;
    PgReport *report;
} Analysis;

static bool analyse(Analysis *analysis, SqlNode *node);

static const char *type_name(PgType type)
{
    return pg_type_row(type)->name;
}

/* ---- making a node a type ---- */

static int number_rank(PgType type)
{
    switch (type) {
    case PG_INT4:
        return 1;
    case PG_OID:
        return 2;
    case PG_INT8:
        return 3;
    case PG_NUMERIC:
        return 4;
    case PG_FLOAT8:
        return 5;
    default:
        return 0;
    }
}

static bool is_convertible(PgType from, PgType to)
{
    if (from == to || (from == PG_NAME && to == PG_TEXT))
        return true;
    return number_rank(from) > 0 && number_rank(from) <= number_rank(to);
}

/* What has no type yet takes this one: a literal is read as such. */
static bool settle(Analysis *analysis, SqlNode *node, PgType type)
{
    node->type = type;
    if (node->kind == SQL_PARAMETER) {
        analysis->parameters->types[node->number - 1] = type;
        return true;
    }
    if (node->kind != SQL_LITERAL)
        return true;
    if (node->literal.is_null) {
        node->literal.type = type;
        return true;
    }
    return pg_value_parse(type, node->name, node->position, analysis->arena, &node->literal,
                          analysis->report);
}

/* *place gets the type, by a cast if need be; false without a report if it cannot. */
static bool coerce(Analysis *analysis, SqlNode **place, PgType type)
{
    SqlNode *cast;

    assert(*place != NULL);
    if ((*place)->type == PG_UNKNOWN)
        return settle(analysis, *place, type);
    if ((*place)->type == type)
        return true;
    if (!is_convertible((*place)->type, type))
        return false;
    cast = ARENA_NEW(analysis->arena, SqlNode);
    cast->kind = SQL_CAST;
    cast->type = type;
    cast->position = (*place)->position;
    cast->arguments = *place;
    cast->next = (*place)->next;
    (*place)->next = NULL;
    *place = cast;
    return true;
}

/* The type that all of the list can take, PG_UNKNOWN if none has any; false if they cannot meet. */
static bool common_type(const SqlNode *first, size_t stride, PgType *out, const SqlNode **out_odd)
{
    *out = PG_UNKNOWN;
    for (const SqlNode *node = first; node != NULL;) {
        if (node->type != PG_UNKNOWN && !is_convertible(node->type, *out)) {
            if (*out != PG_UNKNOWN && !is_convertible(*out, node->type)) {
                *out_odd = node;
                return false;
            }
            *out = node->type;
        }
        for (size_t i = 0; i < stride && node != NULL; i++)
            node = node->next;
    }
    return true;
}

static bool analyse_list(Analysis *analysis, SqlNode *first)
{
    for (SqlNode *node = first; node != NULL; node = node->next) {
        if (!analyse(analysis, node))
            return false;
    }
    return true;
}

/* Makes every node of a list one type, and gives it to the whole. what: "COALESCE". */
static bool unify(Analysis *analysis, SqlNode *whole, const char *what)
{
    const SqlNode *odd;

    if (!common_type(whole->arguments, 1, &whole->type, &odd))
        return pg_error_at(analysis->report, odd->position, "42804", TYPES_DIFFER,
                           "%s types %s and %s cannot be matched", what, type_name(whole->type),
                           type_name(odd->type));
    if (whole->type == PG_UNKNOWN)
        whole->type = PG_TEXT;
    for (SqlNode **place = &whole->arguments; *place != NULL; place = &(*place)->next) {
        if (!coerce(analysis, place, whole->type))
            return false;
    }
    return true;
}

static bool want_boolean(Analysis *analysis, SqlNode **place, const char *what)
{
    PgType type = (*place)->type;

    if (type != PG_UNKNOWN && type != PG_BOOL)
        return pg_error_at(analysis->report, (*place)->position, "42804", WRONG_TYPE,
                           "argument of %s must be type boolean, not type %s", what,
                           type_name(type));
    return coerce(analysis, place, PG_BOOL);
}

/* ---- each kind ---- */

static int find_column(const SqlRelation *relation, const char *name)
{
    for (int i = 0; relation != NULL && i < relation->column_count; i++) {
        if (strcmp(relation->columns[i].name, name) == 0)
            return i;
    }
    return -1;
}

/* These are called without parentheses. */
static bool is_bare_function(const char *name)
{
    return strncmp(name, "current_", 8) == 0 || strcmp(name, "session_user") == 0;
}

static bool analyse_name(Analysis *analysis, SqlNode *node)
{
    int column = find_column(analysis->relation, node->name);

    if (column >= 0) {
        node->number = column;
        node->type = analysis->relation->columns[column].type;
        return true;
    }
    node->function = is_bare_function(node->name) ? sql_function_find(node->name) : NULL;
    if (node->function == NULL || node->function->most > 0)
        return pg_error_at(analysis->report, node->position, "42703", COLUMN_MISSING,
                           "column \"%s\" does not exist", node->name);
    node->kind = SQL_CALL;
    node->type = node->function->type;
    return true;
}

/* f(integer, unknown), as Postgres names what it has not found. */
static bool no_such_function(Analysis *analysis, const SqlNode *node)
{
    const char *types = "";

    for (const SqlNode *argument = node->arguments; argument != NULL; argument = argument->next)
        types = arena_format(analysis->arena, "%s%s%s", types, *types != '\0' ? ", " : "",
                             type_name(argument->type));
    pg_error_at(analysis->report, node->position, "42883", FUNCTION_MISSING,
                "function %s(%s) does not exist", node->name, types);
    analysis->report->hint = "No function matches the given name and argument types. You might "
                             "need to add explicit type casts.";
    return false;
}

static bool analyse_call(Analysis *analysis, SqlNode *node)
{
    const SqlFunction *function = sql_function_find(node->name);
    int count = 0;

    if (function == NULL)
        return sql_not_understood(analysis->report, node->position,
                                  arena_format(analysis->arena, "function %s()", node->name));
    if (!analyse_list(analysis, node->arguments))
        return false;
    for (const SqlNode *argument = node->arguments; argument != NULL; argument = argument->next) {
        if (count >= function->most ||
            (argument->type != PG_UNKNOWN &&
             !is_convertible(argument->type, function->arguments[count])))
            return no_such_function(analysis, node);
        count++;
    }
    if (count < function->least)
        return no_such_function(analysis, node);
    count = 0;
    for (SqlNode **place = &node->arguments; *place != NULL; place = &(*place)->next) {
        if (!coerce(analysis, place, function->arguments[count++]))
            return false;
    }
    node->function = function;
    node->type = function->type;
    return true;
}

/* The results are every second one, and the last if it stands alone. */
static bool analyse_case(Analysis *analysis, SqlNode *node)
{
    SqlNode *results = NULL, **last = &results, *copy;
    bool is_condition = true;

    if (!analyse_list(analysis, node->arguments))
        return false;
    for (SqlNode **place = &node->arguments; *place != NULL; place = &(*place)->next) {
        if (is_condition && (*place)->next != NULL) {
            if (!want_boolean(analysis, place, "CASE/WHEN"))
                return false;
        } else {
            copy = ARENA_NEW(analysis->arena, SqlNode);
            *copy = **place;
            copy->next = NULL;
            *last = copy;
            last = &copy->next;
        }
        is_condition = !is_condition;
    }
    copy = ARENA_NEW(analysis->arena, SqlNode);
    copy->arguments = results;
    if (!unify(analysis, copy, "CASE"))
        return false;
    node->type = copy->type;
    is_condition = true;
    for (SqlNode **place = &node->arguments; *place != NULL; place = &(*place)->next) {
        if (!(is_condition && (*place)->next != NULL) && !coerce(analysis, place, node->type))
            return false;
        is_condition = !is_condition;
    }
    return true;
}

static const char *sign_of(const SqlNode *node)
{
    static const char *const SIGNS[] =
        {[SQL_EQUAL] = "=",   [SQL_UNEQUAL] = "<>", [SQL_LESS] = "<",
         [SQL_GREATER] = ">", [SQL_AT_MOST] = "<=", [SQL_AT_LEAST] = ">="};

    if (node->kind == SQL_COMPARE)
        return SIGNS[node->comparison];
    return node->kind == SQL_MINUS ? "-" : "+";
}

static bool no_such_operator(Analysis *analysis, const SqlNode *node, PgType left, PgType right)
{
    pg_error_at(analysis->report, node->position, "42883", OPERATOR_MISSING,
                "operator does not exist: %s %s %s", type_name(left), sign_of(node),
                type_name(right));
    analysis->report->hint = "No operator matches the given name and argument types. You might "
                             "need to add explicit type casts.";
    return false;
}

static bool analyse_comparison(Analysis *analysis, SqlNode *node)
{
    PgType left, right;
    const SqlNode *odd;

    if (!analyse_list(analysis, node->arguments))
        return false;
    left = node->arguments->type;
    right = node->arguments->next->type;
    if (!common_type(node->arguments, 1, &node->type, &odd) || node->type == PG_JSON ||
        node->type == PG_XID)
        return no_such_operator(analysis, node, left, right);
    if (!unify(analysis, node, ""))
        return false;
    node->type = PG_BOOL;
    return true;
}

/* What a - b or a + b is, by what a and b are; PG_UNKNOWN: there is no such thing. */
static PgType sum_type(SqlKind kind, PgType left, PgType right)
{
    if (kind == SQL_MINUS && left == PG_TIMESTAMPTZ && right == PG_TIMESTAMPTZ)
        return PG_INTERVAL;
    if (kind == SQL_MINUS && left == PG_LSN && right == PG_LSN)
        return PG_NUMERIC;
    if (number_rank(left) == 0 || number_rank(right) == 0)
        return PG_UNKNOWN;
    return number_rank(left) > number_rank(right) ? left : right;
}

static bool analyse_sum(Analysis *analysis, SqlNode *node)
{
    SqlNode *left = node->arguments, *right = left->next;

    assert(right != NULL);
    if (!analyse_list(analysis, left))
        return false;
    if (left->type == PG_UNKNOWN && !settle(analysis, left, right->type))
        return false;
    if (right->type == PG_UNKNOWN && !settle(analysis, right, left->type))
        return false;
    node->type = sum_type(node->kind, left->type, right->type);
    if (node->type == PG_UNKNOWN)
        return no_such_operator(analysis, node, left->type, right->type);
    if (number_rank(left->type) == 0)
        return true;
    return coerce(analysis, &node->arguments, node->type) &&
           coerce(analysis, &node->arguments->next, node->type);
}

static bool analyse_cast(Analysis *analysis, SqlNode *node)
{
    PgType from;

    if (!analyse(analysis, node->arguments))
        return false;
    from = node->arguments->type;
    if (from == PG_UNKNOWN)
        return settle(analysis, node->arguments, node->type);
    return pg_type_can_cast(from, node->type) ||
           pg_error_at(analysis->report, node->position, "42846",
                       (PgSource){"parse_expr.c", "2618", "transformTypeCast"},
                       "cannot cast type %s to %s", type_name(from), type_name(node->type));
}

static bool analyse_epoch(Analysis *analysis, SqlNode *node)
{
    PgType type;

    if (!analyse(analysis, node->arguments))
        return false;
    type = node->arguments->type;
    node->type = PG_NUMERIC;
    if (type == PG_UNKNOWN)
        return coerce(analysis, &node->arguments, PG_TIMESTAMPTZ);
    return type == PG_TIMESTAMPTZ || type == PG_INTERVAL || no_such_function(analysis, node);
}

static bool analyse_junction(Analysis *analysis, SqlNode *node)
{
    static const char *const WORDS[] = {[SQL_AND] = "AND", [SQL_OR] = "OR", [SQL_NOT] = "NOT"};

    node->type = PG_BOOL;
    if (!analyse_list(analysis, node->arguments))
        return false;
    for (SqlNode **place = &node->arguments; *place != NULL; place = &(*place)->next) {
        if (!want_boolean(analysis, place, WORDS[node->kind]))
            return false;
    }
    return true;
}

static bool analyse_parameter(Analysis *analysis, SqlNode *node)
{
    SqlParameters *parameters = analysis->parameters;

    if (node->number > parameters->count)
        parameters->count = node->number;
    node->type = parameters->types[node->number - 1];
    return true;
}

static bool analyse_subselect(Analysis *analysis, SqlNode *node)
{
    SqlResult columns;

    if (!sql_analyse(node->select, analysis->arena, analysis->parameters, analysis->report))
        return false;
    sql_describe(node->select, analysis->arena, &columns);
    if (columns.column_count != 1)
        return pg_error_at(analysis->report, node->position, "42601",
                           (PgSource){"parse_expr.c", "1825", "transformSubLink"},
                           "subquery must return only one column");
    node->type = columns.columns[0].type;
    return true;
}

static bool analyse(Analysis *analysis, SqlNode *node)
{
    switch (node->kind) {
    case SQL_LITERAL:
    case SQL_STAR:
        return true;
    case SQL_PARAMETER:
        return analyse_parameter(analysis, node);
    case SQL_NAME:
        return analyse_name(analysis, node);
    case SQL_CALL:
        return analyse_call(analysis, node);
    case SQL_COALESCE:
        return analyse_list(analysis, node->arguments) && unify(analysis, node, "COALESCE");
    case SQL_GREATEST:
    case SQL_LEAST:
        return analyse_list(analysis, node->arguments) &&
               unify(analysis, node, node->kind == SQL_LEAST ? "LEAST" : "GREATEST");
    case SQL_CASE:
        return analyse_case(analysis, node);
    case SQL_CAST:
        return analyse_cast(analysis, node);
    case SQL_EPOCH:
        return analyse_epoch(analysis, node);
    case SQL_MINUS:
    case SQL_PLUS:
        return analyse_sum(analysis, node);
    case SQL_COMPARE:
        return analyse_comparison(analysis, node);
    case SQL_AND:
    case SQL_OR:
    case SQL_NOT:
        return analyse_junction(analysis, node);
    case SQL_IS_NULL:
        node->type = PG_BOOL;
        return analyse(analysis, node->arguments);
    case SQL_COUNT:
        node->type = PG_INT8;
        return true;
    case SQL_SUBSELECT:
        return analyse_subselect(analysis, node);
    }
    return true;
}

/* ---- the whole ---- */

static bool find_relation(Analysis *analysis, SqlSelect *select)
{
    if (select->from == NULL)
        return true;
    select->relation = sql_relation_find(select->from, select->is_from_function);
    analysis->relation = select->relation;
    return select->relation != NULL ||
           sql_not_understood(analysis->report, select->from_position,
                              arena_format(analysis->arena, "relation \"%s\"", select->from));
}

/* Stars become columns; what still has no type is text. */
static bool analyse_items(Analysis *analysis, SqlSelect *select)
{
    for (SqlNode **place = &select->items; *place != NULL; place = &(*place)->next) {
        SqlNode *item = *place;

        if (item->kind == SQL_STAR && select->relation == NULL)
            return pg_error_at(analysis->report, item->position, "42601",
                               (PgSource){"parse_target.c", "1323", "ExpandAllTables"},
                               "SELECT * with no tables specified is not valid");
        for (int i = 0; item->kind == SQL_STAR && i < select->relation->column_count; i++) {
            SqlNode *column = ARENA_NEW(analysis->arena, SqlNode);

            column->kind = SQL_NAME;
            column->name = select->relation->columns[i].name;
            column->position = item->position;
            column->next = i + 1 < select->relation->column_count ? NULL : item->next;
            *place = column;
            if (i + 1 < select->relation->column_count)
                place = &column->next;
            if (!analyse(analysis, column))
                return false;
        }
        if (item->kind == SQL_STAR)
            continue;
        if (!analyse(analysis, item))
            return false;
        if (item->type == PG_UNKNOWN && !coerce(analysis, place, PG_TEXT))
            return false;
    }
    return true;
}

bool sql_has_count(const SqlNode *list)
{
    for (; list != NULL; list = list->next) {
        if (list->kind == SQL_COUNT || sql_has_count(list->arguments))
            return true;
    }
    return false;
}

/* The first column in a list, as deep as it may be; NULL: there is none. */
static const SqlNode *find_column_node(const SqlNode *list)
{
    const SqlNode *found = NULL;

    for (; list != NULL && found == NULL; list = list->next)
        found = list->kind == SQL_NAME ? list : find_column_node(list->arguments);
    return found;
}

/* With count(*) there is one row, and no column has one value in it. */
static bool check_grouping(Analysis *analysis, const SqlSelect *select)
{
    const SqlNode *column;

    if (!sql_has_count(select->items))
        return true;
    column = find_column_node(select->items);
    return column == NULL ||
           pg_error_at(analysis->report, column->position, "42803",
                       (PgSource){"parse_agg.c", "1416", "check_ungrouped_columns_walker"},
                       "column \"%s.%s\" must appear in the GROUP BY clause or be used in an "
                       "aggregate function",
                       select->relation->name, column->name);
}

/* ORDER BY 2, or by what an item is called, is by that item. */
static bool analyse_order(Analysis *analysis, SqlSelect *select)
{
    SqlNode *order = select->order;
    int number = 1;

    if (order == NULL)
        return true;
    for (const SqlNode *item = select->items; item != NULL; item = item->next, number++) {
        bool is_it = order->kind == SQL_LITERAL && order->type == PG_INT4 &&
                     order->literal.integer == number;

        if (is_it || (order->kind == SQL_NAME && item->label != NULL &&
                      strcmp(order->name, item->label) == 0)) {
            SqlNode *copy = ARENA_NEW(analysis->arena, SqlNode);

            *copy = *item;
            copy->next = NULL;
            select->order = copy;
            return true;
        }
    }
    return analyse(analysis, order);
}

bool sql_analyse(SqlSelect *select, Arena *arena, SqlParameters *parameters, PgReport *report)
{
    Analysis analysis = {.arena = arena, .parameters = parameters, .report = report};

    if (!find_relation(&analysis, select) || !analyse_items(&analysis, select) ||
        !check_grouping(&analysis, select))
        return false;
    if (select->where != NULL &&
        (!analyse(&analysis, select->where) || !want_boolean(&analysis, &select->where, "WHERE")))
        return false;
    if (!analyse_order(&analysis, select))
        return false;
    if (select->limit == NULL)
        return true;
    if (!analyse(&analysis, select->limit))
        return false;
    return coerce(&analysis, &select->limit, PG_INT8) ||
           pg_error_at(report, select->limit->position, "42804", WRONG_TYPE,
                       "argument of LIMIT must be type bigint, not type %s",
                       type_name(select->limit->type));
}
