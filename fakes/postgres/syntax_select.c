/*
 * fakes/postgres/syntax_select.c - SELECT and VALUES as trees.
 */
#include <string.h>

#include "fakes/postgres/parser.h"

enum { DEPTH_MAX = 20 };

bool parser_is_select(const Parser *parser)
{
    return parser_is_keyword(parser, "select") || parser_is_keyword(parser, "values");
}

bool parser_is_clause(const Parser *parser)
{
    static const char *const CLAUSES[] = {"from",   "where",     "order",   "limit", "offset",
                                          "group",  "having",    "union",   "for",   "fetch",
                                          "window", "cross",     "join",    "inner", "left",
                                          "right",  "full",      "natural", "on",    "using",
                                          "except", "intersect", NULL};

    return parser_is_one_of(parser, CLAUSES);
}

/* ---- what is selected ---- */

static bool parse_item(Parser *parser, SqlNode **out)
{
    bool ok, has_as;

    if (parser_is_sign(parser, "*")) {
        *out = parser_node(parser, SQL_STAR, parser->token.position);
        return parser_advance(parser);
    }
    if (!parse_expression(parser, out))
        return false;
    has_as = parser_accept(parser, parser_is_keyword(parser, "as"), &ok);
    if (!ok)
        return false;
    if (parser->token.kind != TOKEN_WORD || (!has_as && parser_is_clause(parser)))
        return !has_as || parser_syntax_error(parser);
    (*out)->label = parser->token.text;
    return parser_advance(parser);
}

static bool parse_items(Parser *parser, SqlNode **out)
{
    bool ok = true;

    if (parser->token.kind == TOKEN_END || parser_is_sign(parser, ";") || parser_is_clause(parser))
        return sql_not_understood(parser->report, parser->token.position, "SELECT of nothing");
    do {
        if (!ok || !parse_item(parser, out))
            return false;
        out = &(*out)->next;
    } while (parser_accept(parser, parser_is_sign(parser, ","), &ok));
    return ok;
}

/* (1, 'a'), (2, 'b') */
static bool parse_rows(Parser *parser, SqlNode **out)
{
    bool ok = true;

    do {
        if (!ok)
            return false;
        *out = parser_node(parser, SQL_ROW, parser->token.position);
        if (!parse_arguments(parser, &(*out)->arguments))
            return false;
        if ((*out)->arguments == NULL)
            return parser_syntax_error(parser);
        out = &(*out)->next;
    } while (parser_accept(parser, parser_is_sign(parser, ","), &ok));
    return ok;
}

/* ---- from where ---- */

/* a, b in t(a, b) */
static bool parse_column_names(Parser *parser, SqlNode **out)
{
    bool ok = parser_advance(parser);

    do {
        if (!ok || parser->token.kind != TOKEN_WORD)
            return ok && parser_syntax_error(parser);
        *out = parser_node(parser, SQL_NAME, parser->token.position);
        (*out)->name = parser->token.text;
        out = &(*out)->next;
        ok = parser_advance(parser);
    } while (ok && parser_accept(parser, parser_is_sign(parser, ","), &ok));
    return ok && parser_expect_sign(parser, ")");
}

/* [AS] alias [(columns)] */
static bool parse_alias(Parser *parser, SqlSource *source)
{
    bool ok, has_as = parser_accept(parser, parser_is_keyword(parser, "as"), &ok);

    if (!ok)
        return false;
    if (parser->token.kind != TOKEN_WORD || (!has_as && parser_is_clause(parser)))
        return !has_as || parser_syntax_error(parser);
    source->alias = parser->token.text;
    if (!parser_advance(parser))
        return false;
    return !parser_is_sign(parser, "(") || parse_column_names(parser, &source->column_names);
}

/* [schema.]relation or [schema.]function(arguments) */
static bool parse_relation(Parser *parser, SqlSource *source)
{
    bool ok = true;

    do {
        if (!ok)
            return false;
        if (parser->token.kind != TOKEN_WORD)
            return parser_syntax_error(parser);
        source->schema = source->name;
        source->name = parser->token.text;
        if (!parser_advance(parser))
            return false;
    } while (parser_accept(parser, parser_is_sign(parser, "."), &ok));
    source->is_function = parser_is_sign(parser, "(");
    return ok && (!source->is_function || parse_arguments(parser, &source->arguments));
}

static bool parse_source(Parser *parser, SqlSource *source)
{
    bool ok;

    source->position = parser->token.position;
    if (parser_is_keyword(parser, "lateral") || parser_is_keyword(parser, "only"))
        return sql_not_understood(parser->report, source->position, parser->token.text);
    if (!parser_accept(parser, parser_is_sign(parser, "("), &ok))
        return parse_relation(parser, source) && parse_alias(parser, source);
    if (!ok)
        return false;
    if (!parser_is_select(parser))
        return sql_not_understood(parser->report, parser->token.position, "a join in parentheses");
    return parse_select(parser, &source->select) && parser_expect_sign(parser, ")") &&
           parse_alias(parser, source);
}

/* What stands between two sources; false in *out_is_any: nothing, it was the last. */
static bool parse_join(Parser *parser, SqlJoin *out, bool *out_is_any)
{
    bool ok;

    *out = SQL_CROSS;
    *out_is_any = true;
    if (parser_accept(parser, parser_is_sign(parser, ","), &ok))
        return ok;
    if (parser_is_keyword(parser, "right") || parser_is_keyword(parser, "full") ||
        parser_is_keyword(parser, "natural"))
        return sql_not_understood(parser->report, parser->token.position,
                                  arena_format(parser->arena, "a %s join", parser->token.text));
    if (parser_accept(parser, parser_is_keyword(parser, "cross"), &ok))
        return ok && parser_expect_keyword(parser, "join");
    *out = parser_is_keyword(parser, "left") ? SQL_LEFT : SQL_INNER;
    if (parser_accept(parser, parser_is_keyword(parser, "left"), &ok)) {
        parser_accept(parser, ok && parser_is_keyword(parser, "outer"), &ok);
        return ok && parser_expect_keyword(parser, "join");
    }
    if (parser_accept(parser, parser_is_keyword(parser, "inner"), &ok))
        return ok && parser_expect_keyword(parser, "join");
    *out_is_any = parser_accept(parser, parser_is_keyword(parser, "join"), &ok);
    return ok;
}

static bool parse_on(Parser *parser, SqlSource *source)
{
    if (source->join == SQL_CROSS)
        return true;
    if (parser_is_keyword(parser, "using"))
        return sql_not_understood(parser->report, parser->token.position, "USING");
    return parser_expect_keyword(parser, "on") && parse_expression(parser, &source->on);
}

static bool parse_from(Parser *parser, SqlSource **out)
{
    SqlJoin join = SQL_CROSS;
    bool ok, is_any = true;

    if (!parser_accept(parser, parser_is_keyword(parser, "from"), &ok))
        return true;
    while (ok && is_any) {
        *out = ARENA_NEW(parser->arena, SqlSource);
        (*out)->join = join;
        ok = parse_source(parser, *out) && parse_on(parser, *out) &&
             parse_join(parser, &join, &is_any);
        out = &(*out)->next;
    }
    return ok;
}

/* ---- in which order, and how many ---- */

/* expression [ASC | DESC] [NULLS {FIRST | LAST}] */
static bool parse_order_item(Parser *parser, SqlOrder *order)
{
    bool ok;

    if (!parse_expression(parser, &order->by))
        return false;
    order->is_descending = parser_is_keyword(parser, "desc");
    order->has_nulls_first = order->is_descending;
    parser_accept(parser, order->is_descending || parser_is_keyword(parser, "asc"), &ok);
    if (!ok || !parser_accept(parser, parser_is_keyword(parser, "nulls"), &ok))
        return ok;
    order->has_nulls_first = parser_is_keyword(parser, "first");
    if (!order->has_nulls_first && !parser_is_keyword(parser, "last"))
        return parser_syntax_error(parser);
    return parser_advance(parser);
}

static bool parse_order(Parser *parser, SqlOrder **out)
{
    bool ok;

    if (!parser_accept(parser, parser_is_keyword(parser, "order"), &ok))
        return true;
    ok = ok && parser_expect_keyword(parser, "by");
    do {
        if (!ok)
            return false;
        *out = ARENA_NEW(parser->arena, SqlOrder);
        if (!parse_order_item(parser, *out))
            return false;
        out = &(*out)->next;
    } while (parser_accept(parser, parser_is_sign(parser, ","), &ok));
    return ok;
}

/* A clause that is a word and one expression. */
static bool parse_clause(Parser *parser, const char *word, SqlNode **out)
{
    bool ok;

    if (!parser_accept(parser, parser_is_keyword(parser, word), &ok))
        return true;
    return ok && parse_expression(parser, out);
}

static bool parse_group(Parser *parser, SqlSelect *select)
{
    bool ok;

    select->has_group = parser_accept(parser, parser_is_keyword(parser, "group"), &ok);
    if (!select->has_group)
        return true;
    return ok && parser_expect_keyword(parser, "by") && parse_expressions(parser, &select->group);
}

/* LIMIT ALL is none. OFFSET may stand before it. */
static bool parse_limits(Parser *parser, SqlSelect *select)
{
    for (int i = 0; i < 2; i++) {
        bool ok;

        if (parser_is_keyword(parser, "limit") && parser_is_before_word(parser, "all")) {
            if (!parser_advance_by(parser, 2))
                return false;
        } else if (select->limit == NULL && !parse_clause(parser, "limit", &select->limit)) {
            return false;
        }
        if (select->offset == NULL && !parse_clause(parser, "offset", &select->offset))
            return false;
        parser_accept(parser,
                      select->offset != NULL &&
                          (parser_is_keyword(parser, "rows") || parser_is_keyword(parser, "row")),
                      &ok);
        if (!ok)
            return false;
    }
    return true;
}

static bool parse_body(Parser *parser, SqlSelect *select)
{
    bool ok;

    if (parser_accept(parser, parser_is_keyword(parser, "values"), &ok))
        return ok && parse_rows(parser, &select->rows);
    if (!parser_expect_keyword(parser, "select"))
        return false;
    select->is_distinct = parser_accept(parser, parser_is_keyword(parser, "distinct"), &ok);
    parser_accept(parser, ok && !select->is_distinct && parser_is_keyword(parser, "all"), &ok);
    if (ok && select->is_distinct && parser_is_keyword(parser, "on"))
        return sql_not_understood(parser->report, parser->token.position, "DISTINCT ON");
    return ok && parse_items(parser, &select->items) && parse_from(parser, &select->from) &&
           parse_clause(parser, "where", &select->where) && parse_group(parser, select) &&
           parse_clause(parser, "having", &select->having);
}

bool parse_select(Parser *parser, SqlSelect **out)
{
    SqlSelect *select = ARENA_NEW(parser->arena, SqlSelect);
    bool ok;

    *out = select;
    if (parser->depth >= DEPTH_MAX)
        return pg_error_at(parser->report, parser->token.position, "54001",
                           (PgSource){"postgres.c", "3500", "check_stack_depth"},
                           "stack depth limit exceeded");
    parser->depth++;
    ok = parse_body(parser, select) && parse_order(parser, &select->order) &&
         parse_limits(parser, select);
    parser->depth--;
    return ok;
}
