/*
 * fakes/postgres/syntax_expression.c - expressions as trees, from OR down to the operators that bind tightest.
 *
 * Source: PostgreSQL 15 manual, 4.1.6 (which operator binds tighter).
 */
#include "fakes/postgres/parser.h"

enum { DEPTH_MAX = 50 };

static const PgSource PARSER = {"postgres.c", "645", "pg_parse_query"};

static SqlNode *new_negation(Parser *parser, SqlNode *node)
{
    SqlNode *negation = parser_node(parser, SQL_NOT, node->position);

    negation->arguments = node;
    return negation;
}

bool parse_expressions(Parser *parser, SqlNode **out)
{
    bool ok = true;

    do {
        if (!ok || !parse_expression(parser, out))
            return false;
        out = &(*out)->next;
    } while (parser_accept(parser, parser_is_sign(parser, ","), &ok));
    return ok;
}

bool parse_arguments(Parser *parser, SqlNode **out)
{
    bool ok = parser_expect_sign(parser, "(");

    if (ok && parser_accept(parser, parser_is_sign(parser, ")"), &ok))
        return ok;
    return ok && parse_expressions(parser, out) && parser_expect_sign(parser, ")");
}

static bool parse_postfix(Parser *parser, SqlNode **out)
{
    if (!parse_primary(parser, out))
        return false;
    while (parser_is_sign(parser, "::")) {
        SqlNode *cast = parser_node(parser, SQL_CAST, parser->token.position);

        cast->arguments = *out;
        *out = cast;
        if (!parser_advance(parser) || !parse_type(parser, &cast->type))
            return false;
    }
    return true;
}

/* -1 is a literal by itself, so that the least number can be written. */
static bool parse_unary(Parser *parser, SqlNode **out)
{
    int position = parser->token.position;
    bool ok, is_negative = parser_is_sign(parser, "-");
    SqlNode *node;

    if (!parser_accept(parser, is_negative || parser_is_sign(parser, "+"), &ok))
        return parse_postfix(parser, out);
    if (parser->depth >= DEPTH_MAX)
        return pg_error_at(parser->report, position, "54001", PARSER, "stack depth limit exceeded");
    parser->depth++;
    ok = ok && parse_unary(parser, out);
    parser->depth--;
    if (!ok || !is_negative)
        return ok;
    node = parser_node(parser, SQL_NEGATE, position);
    node->name = "-";
    node->arguments = *out;
    *out = node;
    return true;
}

/* Of the operators that Postgres has, those that this server has too, by how tight they bind. */
static const char *const LEVELS[][8] = {
    {"*",    "/",  "%",  NULL},
    {"+",    "-",  NULL},
    {"||", "->>", "->", NULL    },
};
enum { LEVEL_COUNT = sizeof LEVELS / sizeof LEVELS[0] };

static bool is_operator(const Parser *parser, int level)
{
    for (const char *const *sign = LEVELS[level]; *sign != NULL; sign++) {
        if (parser_is_sign(parser, *sign))
            return true;
    }
    return false;
}

static bool parse_operators(Parser *parser, int level, SqlNode **out)
{
    bool ok = level == 0 ? parse_unary(parser, out) : parse_operators(parser, level - 1, out);

    while (ok && is_operator(parser, level)) {
        const char *name = parser->token.text;
        int position = parser->token.position;
        SqlNode *right = NULL;

        ok = parser_advance(parser) && (level == 0 ? parse_unary(parser, &right)
                                                   : parse_operators(parser, level - 1, &right));
        if (ok) {
            *out = parser_pair(parser, SQL_OPERATOR, position, *out, right);
            (*out)->name = name;
        }
    }
    return ok;
}

static bool parse_operand(Parser *parser, SqlNode **out)
{
    return parse_operators(parser, LEVEL_COUNT - 1, out);
}

/* x [NOT] IN (a, b) or (SELECT ...), whose IN has been read. */
static bool parse_in(Parser *parser, int position, bool is_negated, SqlNode **out)
{
    SqlNode *node = parser_node(parser, SQL_IN, position);

    node->is_negated = is_negated;
    node->arguments = *out;
    *out = node;
    if (!parser_expect_sign(parser, "("))
        return false;
    if (!parser_is_select(parser))
        return parse_expressions(parser, &node->arguments->next) && parser_expect_sign(parser, ")");
    node->kind = SQL_IN_SELECT;
    return parse_select(parser, &node->select) && parser_expect_sign(parser, ")");
}

/* x BETWEEN a AND b is x >= a AND x <= b. */
static bool parse_between(Parser *parser, int position, bool is_negated, SqlNode **out)
{
    SqlNode *low = NULL, *high = NULL, *copy = NULL;

    if (!parse_operand(parser, &low) || !parser_expect_keyword(parser, "and") ||
        !parse_operand(parser, &high) || !parse_again(parser, *out, &copy))
        return false;
    low = parser_pair(parser, SQL_COMPARE, position, *out, low);
    high = parser_pair(parser, SQL_COMPARE, position, copy, high);
    low->comparison = SQL_AT_LEAST;
    high->comparison = SQL_AT_MOST;
    *out = parser_pair(parser, SQL_AND, position, low, high);
    if (is_negated)
        *out = new_negation(parser, *out);
    return true;
}

static bool parse_like(Parser *parser, int position, bool is_negated, SqlNode **out)
{
    bool ignores_case = parser_is_keyword(parser, "ilike");
    SqlNode *right = NULL;

    if (!parser_advance(parser) || !parse_operand(parser, &right))
        return false;
    *out = parser_pair(parser, SQL_LIKE, position, *out, right);
    (*out)->is_negated = is_negated;
    (*out)->ignores_case = ignores_case;
    (*out)->name = ignores_case ? is_negated ? "!~~*" : "~~*" : is_negated ? "!~~" : "~~";
    return true;
}

/* x IS [NOT] NULL, TRUE, FALSE or DISTINCT FROM y, whose IS has been read. */
static bool parse_is(Parser *parser, int position, SqlNode **out)
{
    bool ok, is_negated = parser_accept(parser, parser_is_keyword(parser, "not"), &ok);
    SqlNode *node, *right = NULL;

    if (ok && parser_accept(parser, parser_is_keyword(parser, "distinct"), &ok)) {
        if (!ok || !parser_expect_keyword(parser, "from") || !parse_operand(parser, &right))
            return false;
        *out = parser_pair(parser, SQL_IS_DISTINCT, position, *out, right);
        (*out)->is_negated = is_negated;
        return true;
    }
    node = parser_node(parser, SQL_IS_NULL, position);
    node->arguments = *out;
    if (parser_is_keyword(parser, "true") || parser_is_keyword(parser, "false")) {
        node->kind = SQL_IS_TRUE;
        node->literal = pg_integer(PG_BOOL, parser_is_keyword(parser, "true"));
    } else if (!parser_is_keyword(parser, "null")) {
        return parser_syntax_error(parser);
    }
    *out = is_negated ? new_negation(parser, node) : node;
    return ok && parser_advance(parser);
}

static bool parse_predicate(Parser *parser, SqlNode **out)
{
    int position;
    bool ok, is_negated;

    if (!parse_operand(parser, out))
        return false;
    position = parser->token.position;
    if (parser_accept(parser, parser_is_keyword(parser, "is"), &ok))
        return ok && parse_is(parser, position, out);
    is_negated =
        parser_is_keyword(parser, "not") &&
        (parser_is_before_word(parser, "in") || parser_is_before_word(parser, "like") ||
         parser_is_before_word(parser, "ilike") || parser_is_before_word(parser, "between"));
    if (is_negated && !parser_advance(parser))
        return false;
    if (parser_accept(parser, parser_is_keyword(parser, "in"), &ok))
        return ok && parse_in(parser, position, is_negated, out);
    if (parser_accept(parser, parser_is_keyword(parser, "between"), &ok))
        return ok && parse_between(parser, position, is_negated, out);
    if (parser_is_keyword(parser, "like") || parser_is_keyword(parser, "ilike"))
        return parse_like(parser, position, is_negated, out);
    return true;
}

static bool parse_comparison(Parser *parser, SqlNode **out)
{
    static const struct {
        const char *sign;
        SqlComparison comparison;
    } SIGNS[] = {
        {"=",  SQL_EQUAL   },
        {"<>", SQL_UNEQUAL },
        {"!=", SQL_UNEQUAL },
        {"<",  SQL_LESS    },
        {">",  SQL_GREATER },
        {"<=", SQL_AT_MOST },
        {">=", SQL_AT_LEAST}
    };
    int position;
    SqlNode *right = NULL;
    bool ok;

    if (!parse_predicate(parser, out))
        return false;
    position = parser->token.position;
    for (size_t i = 0; i < sizeof SIGNS / sizeof SIGNS[0]; i++) {
        if (!parser_accept(parser, parser_is_sign(parser, SIGNS[i].sign), &ok))
            continue;
        if (ok && (parser_is_keyword(parser, "any") || parser_is_keyword(parser, "all")))
            return sql_not_understood(parser->report, position, "ANY and ALL");
        if (!ok || !parse_predicate(parser, &right))
            return false;
        *out = parser_pair(parser, SQL_COMPARE, position, *out, right);
        (*out)->comparison = SIGNS[i].comparison;
        return true;
    }
    return true;
}

static bool parse_not(Parser *parser, SqlNode **out)
{
    int position = parser->token.position;
    SqlNode *node;
    bool ok, is_negated = parser_accept(parser, parser_is_keyword(parser, "not"), &ok);

    if (!is_negated)
        return parse_comparison(parser, out);
    if (parser->depth >= DEPTH_MAX)
        return pg_error_at(parser->report, position, "54001", PARSER, "stack depth limit exceeded");
    node = parser_node(parser, SQL_NOT, position);
    *out = node;
    parser->depth++;
    ok = ok && parse_not(parser, &node->arguments);
    parser->depth--;
    return ok;
}

/* a AND b AND c, or the same with OR and what binds tighter. */
static bool parse_junction(Parser *parser, SqlKind kind, SqlNode **out)
{
    const char *word = kind == SQL_AND ? "and" : "or";
    bool ok = kind == SQL_AND ? parse_not(parser, out) : parse_junction(parser, SQL_AND, out);

    while (ok && parser_is_keyword(parser, word)) {
        int position = parser->token.position;
        SqlNode *right = NULL;

        ok = parser_advance(parser) && (kind == SQL_AND ? parse_not(parser, &right)
                                                        : parse_junction(parser, SQL_AND, &right));
        if (ok)
            *out = parser_pair(parser, kind, position, *out, right);
    }
    return ok;
}

bool parse_expression(Parser *parser, SqlNode **out)
{
    bool ok;

    if (parser->depth >= DEPTH_MAX)
        return pg_error_at(parser->report, parser->token.position, "54001", PARSER,
                           "stack depth limit exceeded");
    parser->depth++;
    ok = parse_junction(parser, SQL_OR, out);
    parser->depth--;
    return ok;
}
