/*
 * fakes/postgres/coercion.c - which types become which by themselves, and where they meet.
 *
 * Source: PostgreSQL 15 manual, chapter 10 (type conversion), as far as the types here go.
 */
#include <assert.h>
#include <string.h>

#include "fakes/postgres/analysis.h"

static const PgSource OPERATOR_MISSING = {"parse_oper.c", "647", "op_error"};
static const PgSource TYPES_DIFFER = {"parse_coerce.c", "1420", "select_common_type"};
static const PgSource WRONG_TYPE = {"parse_coerce.c", "1180", "coerce_to_boolean"};

const char *sql_type_name(PgType type)
{
    return pg_type_row(type)->name;
}

static int number_rank(PgType type)
{
    switch (type) {
    case PG_INT2:
        return 1;
    case PG_INT4:
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

bool sql_is_convertible(PgType from, PgType to)
{
    if (from == to)
        return true;
    if (to == PG_TEXT)
        return from == PG_NAME || from == PG_VARCHAR || from == PG_CHAR;
    if (to == PG_OID)
        return number_rank(from) > 0 && number_rank(from) <= number_rank(PG_INT8);
    if (from == PG_OID)
        return to == PG_INT8;
    return number_rank(from) > 0 && number_rank(from) <= number_rank(to);
}

bool sql_settle(Analysis *analysis, SqlNode *node, PgType type)
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

bool sql_coerce(Analysis *analysis, SqlNode **place, PgType type)
{
    SqlNode *cast;

    assert(*place != NULL);
    if ((*place)->type == PG_UNKNOWN)
        return sql_settle(analysis, *place, type);
    if ((*place)->type == type)
        return true;
    if (!sql_is_convertible((*place)->type, type))
        return false;
    cast = ARENA_NEW(analysis->arena, SqlNode);
    cast->kind = SQL_CAST;
    cast->type = type;
    cast->position = (*place)->position;
    cast->arguments = *place;
    cast->next = (*place)->next;
    cast->label = (*place)->label;
    (*place)->next = NULL;
    *place = cast;
    return true;
}

bool sql_common_type(const SqlNode *first, PgType *out, const SqlNode **out_odd)
{
    *out = PG_UNKNOWN;
    for (const SqlNode *node = first; node != NULL; node = node->next) {
        if (node->type == PG_UNKNOWN || sql_is_convertible(node->type, *out))
            continue;
        if (*out != PG_UNKNOWN && !sql_is_convertible(*out, node->type)) {
            *out_odd = node;
            return false;
        }
        *out = node->type;
    }
    return true;
}

bool sql_unify(Analysis *analysis, SqlNode *whole, const char *what)
{
    const SqlNode *odd;

    if (!sql_common_type(whole->arguments, &whole->type, &odd))
        return pg_error_at(analysis->report, odd->position, "42804", TYPES_DIFFER,
                           "%s types %s and %s cannot be matched", what, sql_type_name(whole->type),
                           sql_type_name(odd->type));
    if (whole->type == PG_UNKNOWN)
        whole->type = PG_TEXT;
    for (SqlNode **place = &whole->arguments; *place != NULL; place = &(*place)->next) {
        if (!sql_coerce(analysis, place, whole->type))
            return false;
    }
    return true;
}

bool sql_want_boolean(Analysis *analysis, SqlNode **place, const char *what)
{
    PgType type = (*place)->type;

    if (type != PG_UNKNOWN && type != PG_BOOL)
        return pg_error_at(analysis->report, (*place)->position, "42804", WRONG_TYPE,
                           "argument of %s must be type boolean, not type %s", what,
                           sql_type_name(type));
    return sql_coerce(analysis, place, PG_BOOL);
}

/* ---- operators ---- */

bool sql_no_such_operator(Analysis *analysis, const SqlNode *node, const char *name, PgType left,
                          PgType right)
{
    bool is_unary = node->kind == SQL_NEGATE;

    pg_error_at(analysis->report, node->position, "42883", OPERATOR_MISSING,
                "operator does not exist: %s%s%s %s", is_unary ? "" : sql_type_name(left),
                is_unary ? "" : " ", name, sql_type_name(right));
    analysis->report->hint =
        is_unary ? "No operator matches the given name and argument type. You might need to add an "
                   "explicit type cast."
                 : "No operator matches the given name and argument types. You might need to add "
                   "explicit type casts.";
    return false;
}

/* Those that are not of two numbers. */
static const struct {
    const char *name;
    PgType left, right, type;
} OPERATORS[] = {
    {"-",   PG_TIMESTAMPTZ, PG_TIMESTAMPTZ, PG_INTERVAL   },
    {"-",   PG_TIMESTAMPTZ, PG_INTERVAL,    PG_TIMESTAMPTZ},
    {"+",   PG_TIMESTAMPTZ, PG_INTERVAL,    PG_TIMESTAMPTZ},
    {"+",   PG_INTERVAL,    PG_TIMESTAMPTZ, PG_TIMESTAMPTZ},
    {"+",   PG_INTERVAL,    PG_INTERVAL,    PG_INTERVAL   },
    {"-",   PG_INTERVAL,    PG_INTERVAL,    PG_INTERVAL   },
    {"*",   PG_INTERVAL,    PG_FLOAT8,      PG_INTERVAL   },
    {"*",   PG_FLOAT8,      PG_INTERVAL,    PG_INTERVAL   },
    {"/",   PG_INTERVAL,    PG_FLOAT8,      PG_INTERVAL   },
    {"-",   PG_LSN,         PG_LSN,         PG_NUMERIC    },
    {"+",   PG_LSN,         PG_NUMERIC,     PG_LSN        },
    {"-",   PG_LSN,         PG_NUMERIC,     PG_LSN        },
    {"->",  PG_JSON,        PG_TEXT,        PG_JSON       },
    {"->>", PG_JSON,        PG_TEXT,        PG_TEXT       },
};

/* Text and anything that has a text. */
static PgType concatenation(PgType left, PgType right, PgType out_wanted[2])
{
    bool is_left = left == PG_UNKNOWN || sql_is_convertible(left, PG_TEXT);
    bool is_right = right == PG_UNKNOWN || sql_is_convertible(right, PG_TEXT);

    if (!is_left && !is_right)
        return PG_UNKNOWN;
    out_wanted[0] = is_left ? PG_TEXT : left;
    out_wanted[1] = is_right ? PG_TEXT : right;
    return left == PG_VOID || right == PG_VOID ? PG_UNKNOWN : PG_TEXT;
}

PgType sql_operator_type(const char *name, PgType left, PgType right, PgType out_wanted[2])
{
    int rank;

    if (strcmp(name, "||") == 0)
        return concatenation(left, right, out_wanted);
    for (size_t i = 0; i < sizeof OPERATORS / sizeof OPERATORS[0]; i++) {
        if (strcmp(OPERATORS[i].name, name) != 0 ||
            !(left == PG_UNKNOWN || sql_is_convertible(left, OPERATORS[i].left)) ||
            !(right == PG_UNKNOWN || sql_is_convertible(right, OPERATORS[i].right)) ||
            (left == PG_UNKNOWN && OPERATORS[i].left != OPERATORS[i].right) ||
            (right == PG_UNKNOWN && OPERATORS[i].left != OPERATORS[i].right &&
             OPERATORS[i].left != PG_JSON))
            continue;
        out_wanted[0] = OPERATORS[i].left;
        out_wanted[1] = OPERATORS[i].right;
        return OPERATORS[i].type;
    }
    left = left == PG_UNKNOWN ? right : left;
    right = right == PG_UNKNOWN ? left : right;
    if (number_rank(left) == 0 || number_rank(right) == 0 || name[1] != '\0')
        return PG_UNKNOWN;
    rank = number_rank(left) > number_rank(right) ? number_rank(left) : number_rank(right);
    if (rank == number_rank(PG_FLOAT8) && *name == '%')
        return PG_UNKNOWN;
    out_wanted[0] = out_wanted[1] = rank == number_rank(left) ? left : right;
    return out_wanted[0];
}
