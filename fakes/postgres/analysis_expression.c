/*
 * fakes/postgres/analysis_expression.c - each kind of expression finds its function, its operator and its type.
 */
#include <string.h>

#include "fakes/postgres/aggregates.h"
#include "fakes/postgres/analysis.h"

static const PgSource FUNCTION_MISSING = {"parse_func.c", "629", "ParseFuncOrColumn"};

bool analyse_list(Analysis *analysis, SqlNode *first)
{
    for (SqlNode *node = first; node != NULL; node = node->next) {
        if (!analyse(analysis, node))
            return false;
    }
    return true;
}

/* ---- calls ---- */

/* f(integer, unknown), as Postgres names what it has not found. */
static bool no_such_function(Analysis *analysis, const SqlNode *node)
{
    const char *types = "";

    for (const SqlNode *argument = node->arguments; argument != NULL; argument = argument->next)
        types = arena_format(analysis->arena, "%s%s%s", types, *types != '\0' ? ", " : "",
                             sql_type_name(argument->type));
    pg_error_at(analysis->report, node->position, "42883", FUNCTION_MISSING,
                "function %s(%s) does not exist", node->name, types);
    analysis->report->hint = "No function matches the given name and argument types. You might "
                             "need to add explicit type casts.";
    return false;
}

static bool may_aggregate(Analysis *analysis, const SqlNode *node)
{
    const SqlScope *scope = analysis->scope;

    if (scope->is_in_aggregate)
        return pg_error_at(analysis->report, node->position, "42803",
                           (PgSource){"parse_agg.c", "682", "check_agg_arguments"},
                           "aggregate function calls cannot be nested");
    return scope->no_aggregates == NULL ||
           pg_error_at(analysis->report, node->position, "42803",
                       (PgSource){"parse_agg.c", "603", "check_agglevels_and_constraints"},
                       "aggregate functions are not allowed in %s", scope->no_aggregates);
}

static void add_aggregate(Analysis *analysis, SqlNode *node)
{
    SqlScope *scope = analysis->scope;

    if (scope->aggregate_count == scope->aggregate_capacity) {
        int capacity = scope->aggregate_capacity * 2 + 4;
        SqlNode **grown = arena_new(analysis->arena, (size_t)capacity * sizeof *grown);

        if (scope->aggregate_count > 0)
            memcpy(grown, scope->aggregates, (size_t)scope->aggregate_count * sizeof *grown);
        scope->aggregates = grown;
        scope->aggregate_capacity = capacity;
    }
    node->number = scope->aggregate_count;
    scope->aggregates[scope->aggregate_count++] = node;
}

static bool analyse_aggregate(Analysis *analysis, SqlNode *node)
{
    PgType argument = PG_VOID;
    bool ok;

    if (!may_aggregate(analysis, node))
        return false;
    node->kind = SQL_AGGREGATE;
    analysis->scope->is_in_aggregate = true;
    ok = analyse_list(analysis, node->arguments) &&
         (node->filter == NULL ||
          (analyse(analysis, node->filter) && sql_want_boolean(analysis, &node->filter, "FILTER")));
    analysis->scope->is_in_aggregate = false;
    if (!ok)
        return false;
    if (node->arguments != NULL) {
        if (node->arguments->type == PG_UNKNOWN && !sql_coerce(analysis, &node->arguments, PG_TEXT))
            return false;
        /* There are no min() and max() of names: they become texts. */
        if (node->arguments->type == PG_NAME || node->arguments->type == PG_VARCHAR)
            sql_coerce(analysis, &node->arguments, PG_TEXT);
        argument = node->arguments->type;
    }
    if (argument == PG_INTERVAL && strcmp(node->name, "avg") == 0)
        return sql_not_understood(analysis->report, node->position, "avg() of intervals");
    node->aggregate = aggregate_find(node->name, argument, &node->type);
    if (node->aggregate == NULL || (node->arguments != NULL && node->arguments->next != NULL) ||
        (argument == PG_VOID && strcmp(node->name, "count") != 0))
        return no_such_function(analysis, node);
    add_aggregate(analysis, node);
    return true;
}

/* A function of rows where a value is wanted: SELECT * FROM it. Its arguments are analysed there. */
static bool analyse_record(Analysis *analysis, SqlNode *node)
{
    SqlSource *source = ARENA_NEW(analysis->arena, SqlSource);
    SqlNode *star = ARENA_NEW(analysis->arena, SqlNode);

    source->name = node->name;
    source->position = node->position;
    source->is_function = true;
    source->arguments = node->arguments;
    star->kind = SQL_STAR;
    node->kind = SQL_RECORD;
    node->type = PG_RECORD;
    node->arguments = NULL;
    node->select = ARENA_NEW(analysis->arena, SqlSelect);
    node->select->items = star;
    node->select->from = source;
    return analyse_select(analysis, node->select);
}

static bool analyse_call(Analysis *analysis, SqlNode *node)
{
    bool is_known;
    int index = 0;

    if (aggregate_is(node->name))
        return analyse_aggregate(analysis, node);
    if (node->is_distinct || node->filter != NULL)
        return sql_not_understood(analysis->report, node->position, "DISTINCT or FILTER here");
    if (sql_relation_find(node->name, true) != NULL)
        return analyse_record(analysis, node);
    if (!analyse_list(analysis, node->arguments))
        return false;
    node->function = sql_function_find(node->name, node->arguments, &is_known);
    if (node->function == NULL && is_known)
        return no_such_function(analysis, node);
    if (node->function == NULL)
        return sql_not_understood(analysis->report, node->position,
                                  arena_format(analysis->arena, "function %s()", node->name));
    node->type = node->function->type;
    for (SqlNode **place = &node->arguments; *place != NULL; place = &(*place)->next) {
        PgType wanted = node->function->arguments[index++];

        if (wanted == PG_UNKNOWN)
            wanted = (*place)->type == PG_UNKNOWN ? PG_TEXT : (*place)->type;
        if (!sql_coerce(analysis, place, wanted))
            return false;
    }
    return true;
}

/* ---- conditions ---- */

/* The results are every second one, and the last if it stands alone. */
static bool is_result(const SqlNode *node, int index)
{
    return index % 2 == 1 || node->next == NULL;
}

static SqlNode *results_of(Analysis *analysis, const SqlNode *node)
{
    SqlNode *whole = ARENA_NEW(analysis->arena, SqlNode), *last = NULL, *copy;
    SqlNode **place = &whole->arguments;
    int index = 0;

    for (const SqlNode *at = node->arguments; at != NULL; at = at->next) {
        if (!is_result(at, index++))
            continue;
        copy = ARENA_NEW(analysis->arena, SqlNode);
        *copy = *at;
        copy->next = NULL;
        *place = copy;
        place = &copy->next;
        last = at->next == NULL && index % 2 == 1 ? copy : NULL;
    }
    /* ELSE is looked at first, so that it is the others which do not match it. */
    if (last != NULL && last != whole->arguments) {
        for (place = &whole->arguments; *place != last; place = &(*place)->next)
            ;
        *place = NULL;
        last->next = whole->arguments;
        whole->arguments = last;
    }
    return whole;
}

static bool analyse_case(Analysis *analysis, SqlNode *node)
{
    SqlNode *results;
    int index = 0;

    if (!analyse_list(analysis, node->arguments))
        return false;
    for (SqlNode **place = &node->arguments; *place != NULL; place = &(*place)->next) {
        if (!is_result(*place, index++) && !sql_want_boolean(analysis, place, "CASE/WHEN"))
            return false;
    }
    results = results_of(analysis, node);
    if (!sql_unify(analysis, results, "CASE"))
        return false;
    node->type = results->type;
    index = 0;
    for (SqlNode **place = &node->arguments; *place != NULL; place = &(*place)->next) {
        if (is_result(*place, index++) && !sql_coerce(analysis, place, node->type))
            return false;
    }
    return true;
}

static const char *sign_of(const SqlNode *node)
{
    static const char *const SIGNS[] =
        {[SQL_EQUAL] = "=",   [SQL_UNEQUAL] = "<>", [SQL_LESS] = "<",
         [SQL_GREATER] = ">", [SQL_AT_MOST] = "<=", [SQL_AT_LEAST] = ">="};

    return node->kind == SQL_IN && node->is_negated ? "<>" : SIGNS[node->comparison];
}

/* There is no order among these. */
static bool is_comparable(const SqlNode *node)
{
    if (node->type == PG_JSON || node->type >= PG_TEXT_ARRAY || node->type == PG_VOID)
        return false;
    return node->type != PG_XID || node->comparison <= SQL_UNEQUAL;
}

/* =, IN and IS DISTINCT FROM alike: all arguments become one type, and the answer is a boolean. */
static bool analyse_comparison(Analysis *analysis, SqlNode *node)
{
    const SqlNode *odd;

    if (!analyse_list(analysis, node->arguments))
        return false;
    if (!sql_common_type(node->arguments, &node->type, &odd))
        return sql_no_such_operator(analysis, node, sign_of(node), node->arguments->type,
                                    odd->type);
    if (!is_comparable(node))
        return sql_no_such_operator(analysis, node, sign_of(node), node->arguments->type,
                                    node->arguments->next->type);
    if (!sql_unify(analysis, node, ""))
        return false;
    node->type = PG_BOOL;
    return true;
}

static bool analyse_nullif(Analysis *analysis, SqlNode *node)
{
    if (node->arguments->next == NULL || node->arguments->next->next != NULL)
        return pg_error_at(analysis->report, node->position, "42601",
                           (PgSource){"scan.l", "1188", "scanner_yyerror"}, "syntax error");
    if (!analyse_comparison(analysis, node))
        return false;
    node->type = node->arguments->type;
    return true;
}

static bool analyse_like(Analysis *analysis, SqlNode *node)
{
    SqlNode *left = node->arguments;
    PgType types[2];

    if (!analyse_list(analysis, left))
        return false;
    types[0] = left->type;
    types[1] = left->next->type;
    node->type = PG_BOOL;
    return (sql_coerce(analysis, &node->arguments, PG_TEXT) &&
            sql_coerce(analysis, &node->arguments->next, PG_TEXT)) ||
           sql_no_such_operator(analysis, node, node->name, types[0], types[1]);
}

static bool analyse_junction(Analysis *analysis, SqlNode *node)
{
    static const char *const WORDS[] =
        {[SQL_AND] = "AND", [SQL_OR] = "OR", [SQL_NOT] = "NOT", [SQL_IS_TRUE] = "IS TRUE"};

    node->type = PG_BOOL;
    if (!analyse_list(analysis, node->arguments))
        return false;
    for (SqlNode **place = &node->arguments; *place != NULL; place = &(*place)->next) {
        if (!sql_want_boolean(analysis, place, WORDS[node->kind]))
            return false;
    }
    return true;
}

/* ---- operators and casts ---- */

/* All it is given are literals and parameters without a type. */
static bool not_unique(Analysis *analysis, const SqlNode *node, const char *what)
{
    pg_error_at(analysis->report, node->position, "42725",
                (PgSource){"parse_oper.c", "637", "op_error"}, "operator is not unique: %s unknown",
                what);
    analysis->report->hint = "Could not choose a best candidate operator. You might need to add "
                             "explicit type casts.";
    return false;
}

static bool analyse_operator(Analysis *analysis, SqlNode *node)
{
    PgType left, right, wanted[2];

    if (!analyse_list(analysis, node->arguments))
        return false;
    left = node->arguments->type;
    right = node->arguments->next->type;
    if (left == PG_UNKNOWN && right == PG_UNKNOWN && strcmp(node->name, "||") != 0) {
        return not_unique(analysis, node, arena_format(analysis->arena, "unknown %s", node->name));
    }
    node->type = sql_operator_type(node->name, left, right, wanted);
    if (node->type == PG_UNKNOWN)
        return sql_no_such_operator(analysis, node, node->name, left, right);
    return sql_coerce(analysis, &node->arguments, wanted[0]) &&
           sql_coerce(analysis, &node->arguments->next, wanted[1]);
}

static bool analyse_negation(Analysis *analysis, SqlNode *node)
{
    if (!analyse(analysis, node->arguments))
        return false;
    if (node->arguments->type == PG_UNKNOWN)
        return not_unique(analysis, node, "-");
    node->type = node->arguments->type;
    return (pg_type_is_number(node->type) && node->type != PG_OID && node->type != PG_XID) ||
           node->type == PG_INTERVAL ||
           sql_no_such_operator(analysis, node, "-", PG_UNKNOWN, node->type);
}

static bool analyse_cast(Analysis *analysis, SqlNode *node)
{
    PgType from;

    if (!analyse(analysis, node->arguments))
        return false;
    from = node->arguments->type;
    if (from == PG_UNKNOWN)
        return sql_settle(analysis, node->arguments, node->type);
    return pg_type_can_cast(from, node->type) ||
           pg_error_at(analysis->report, node->position, "42846",
                       (PgSource){"parse_expr.c", "2665", "transformTypeCast"},
                       "cannot cast type %s to %s", sql_type_name(from), sql_type_name(node->type));
}

static bool analyse_extract(Analysis *analysis, SqlNode *node)
{
    PgType type;

    if (!analyse(analysis, node->arguments))
        return false;
    type = node->arguments->type;
    node->type = PG_NUMERIC;
    node->name = "pg_catalog.extract";
    if (type == PG_UNKNOWN)
        return sql_coerce(analysis, &node->arguments, PG_TIMESTAMPTZ);
    return type == PG_TIMESTAMPTZ || type == PG_INTERVAL || no_such_function(analysis, node);
}

static bool analyse_parameter(Analysis *analysis, SqlNode *node)
{
    SqlParameters *parameters = analysis->parameters;

    if (node->number > parameters->count)
        parameters->count = node->number;
    node->type = parameters->types[node->number - 1];
    return true;
}

/* ---- selects ---- */

/* One column, whose type is *out. */
static bool analyse_column_select(Analysis *analysis, SqlNode *node, PgType *out)
{
    SqlResult columns;

    if (!analyse_select(analysis, node->select))
        return false;
    sql_describe(node->select, analysis->arena, &columns);
    *out = columns.columns[0].type;
    if (columns.column_count == 1)
        return true;
    return pg_error_at(analysis->report, node->position, "42601",
                       (PgSource){"parse_expr.c", "1823", "transformSubLink"},
                       node->kind == SQL_IN_SELECT ? "subquery has too many columns"
                                                   : "subquery must return only one column");
}

/* x IN (SELECT y): x takes the type of y, or both are what can be compared as they are. */
static bool analyse_in_select(Analysis *analysis, SqlNode *node)
{
    PgType type;

    if (!analyse(analysis, node->arguments) || !analyse_column_select(analysis, node, &type))
        return false;
    node->type = PG_BOOL;
    if (type == PG_NAME && node->arguments->type == PG_TEXT)
        return true;
    return sql_coerce(analysis, &node->arguments, type) ||
           sql_no_such_operator(analysis, node, "=", node->arguments->type, type);
}

static bool analyse_exists(Analysis *analysis, SqlNode *node)
{
    node->type = PG_BOOL;
    return analyse_select(analysis, node->select);
}

bool analyse(Analysis *analysis, SqlNode *node)
{
    switch (node->kind) {
    case SQL_LITERAL:
    case SQL_ROW:
    case SQL_RECORD:
        return true;
    case SQL_PARAMETER:
        return analyse_parameter(analysis, node);
    case SQL_NAME:
        return analyse_name(analysis, node);
    case SQL_CALL:
        return analyse_call(analysis, node);
    case SQL_AGGREGATE:
        return analyse_aggregate(analysis, node);
    case SQL_COALESCE:
        return analyse_list(analysis, node->arguments) && sql_unify(analysis, node, "COALESCE");
    case SQL_GREATEST:
    case SQL_LEAST:
        return analyse_list(analysis, node->arguments) &&
               sql_unify(analysis, node, node->kind == SQL_LEAST ? "LEAST" : "GREATEST");
    case SQL_NULLIF:
        return analyse_nullif(analysis, node);
    case SQL_CASE:
        return analyse_case(analysis, node);
    case SQL_CAST:
        return analyse_cast(analysis, node);
    case SQL_EXTRACT:
        return analyse_extract(analysis, node);
    case SQL_OPERATOR:
        return analyse_operator(analysis, node);
    case SQL_NEGATE:
        return analyse_negation(analysis, node);
    case SQL_COMPARE:
    case SQL_IN:
    case SQL_IS_DISTINCT:
        return analyse_comparison(analysis, node);
    case SQL_LIKE:
        return analyse_like(analysis, node);
    case SQL_AND:
    case SQL_OR:
    case SQL_NOT:
    case SQL_IS_TRUE:
        return analyse_junction(analysis, node);
    case SQL_IS_NULL:
        node->type = PG_BOOL;
        return analyse(analysis, node->arguments);
    case SQL_IN_SELECT:
        return analyse_in_select(analysis, node);
    case SQL_EXISTS:
        return analyse_exists(analysis, node);
    case SQL_SUBSELECT:
        return analyse_column_select(analysis, node, &node->type);
    case SQL_STAR:
    case SQL_EXPAND:
        return sql_not_understood(analysis->report, node->position, "a row here");
    }
    return true;
}
