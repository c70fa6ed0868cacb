/*
 * fakes/postgres/syntax_primary.c - what stands by itself in an expression: constants, names, calls, CASE, what is in parentheses.
 *
 * Source: PostgreSQL 15 manual, 4.2 (value expressions).
 */
#include <stdlib.h>
#include <string.h>

#include "fakes/postgres/parser.h"

enum { PARAMETERS_MAX = 64 };

static bool parse_literal(Parser *parser, SqlNode **out)
{
    const Token *token = &parser->token;
    SqlNode *node = parser_node(parser, SQL_LITERAL, token->position);
    PgType type = PG_UNKNOWN;

    if (token->kind == TOKEN_NUMBER)
        type = strpbrk(token->text, ".eE") != NULL || strlen(token->text) > 18 ? PG_NUMERIC
               : strtoll(token->text, NULL, 10) > INT32_MAX                    ? PG_INT8
                                                                               : PG_INT4;
    if (type == PG_NUMERIC && strlen(token->text) == 19 && strpbrk(token->text, ".eE") == NULL &&
        strcmp(token->text, "9223372036854775807") <= 0)
        type = PG_INT8;
    node->name = token->text;
    node->type = type;
    *out = node;
    return pg_value_parse(type, token->text, token->position, parser->arena, &node->literal,
                          parser->report) &&
           parser_advance(parser);
}

static bool parse_parameter(Parser *parser, SqlNode **out)
{
    *out = parser_node(parser, SQL_PARAMETER, parser->token.position);
    (*out)->number = atoi(parser->token.text);
    if ((*out)->number < 1 || (*out)->number > PARAMETERS_MAX)
        return pg_error_at(parser->report, parser->token.position, "42P02",
                           (PgSource){"parse_param.c", "140", "variable_paramref_hook"},
                           "there is no parameter $%s", parser->token.text);
    return parser_advance(parser);
}

bool parse_type(Parser *parser, PgType *out)
{
    const Token first = parser->token;
    bool ok;

    if (first.kind != TOKEN_WORD)
        return parser_syntax_error(parser);
    if (!parser_advance(parser))
        return false;
    if (first.is_quoted && strcmp(first.text, "char") == 0) {
        *out = PG_CHAR;
        return true;
    }
    *out = pg_type_by_name(first.text, strlen(first.text));
    if (strcmp(first.text, "double") == 0 &&
        parser_accept(parser, parser_is_keyword(parser, "precision"), &ok)) {
        *out = PG_FLOAT8;
        return ok;
    }
    if (strcmp(first.text, "timestamp") == 0 && parser_is_keyword(parser, "with")) {
        *out = PG_TIMESTAMPTZ;
        return parser_advance(parser) && parser_expect_keyword(parser, "time") &&
               parser_expect_keyword(parser, "zone");
    }
    if (*out != PG_UNKNOWN && !parser_is_sign(parser, "(") && !parser_is_sign(parser, "["))
        return true;
    return sql_not_understood(parser->report, first.position,
                              arena_format(parser->arena, "type \"%s\"%s", first.text,
                                           *out != PG_UNKNOWN ? " of a size" : ""));
}

/* CAST (x AS type) */
static bool parse_cast(Parser *parser, SqlNode **out)
{
    SqlNode *node = parser_node(parser, SQL_CAST, parser->token.position);

    *out = node;
    return parser_advance(parser) && parser_expect_sign(parser, "(") &&
           parse_expression(parser, &node->arguments) && parser_expect_keyword(parser, "as") &&
           parse_type(parser, &node->type) && parser_expect_sign(parser, ")");
}

/* EXTRACT (EPOCH FROM x) */
static bool parse_extract(Parser *parser, SqlNode **out)
{
    SqlNode *node = parser_node(parser, SQL_EXTRACT, parser->token.position);

    *out = node;
    if (!parser_advance(parser) || !parser_expect_sign(parser, "("))
        return false;
    if (strcmp(parser->token.text, "epoch") != 0)
        return sql_not_understood(parser->report, parser->token.position,
                                  "extract() of anything but epoch");
    return parser_advance(parser) && parser_expect_keyword(parser, "from") &&
           parse_expression(parser, &node->arguments) && parser_expect_sign(parser, ")");
}

/* A list of trees once more: analysis changes what it is given. *out_is_plain becomes false if there is a SELECT in it. */
static SqlNode *copy_list(Parser *parser, const SqlNode *list, bool *out_is_plain)
{
    SqlNode *first = NULL, **place = &first;

    for (; list != NULL; list = list->next) {
        *place = parser_node(parser, list->kind, list->position);
        **place = *list;
        *out_is_plain = *out_is_plain && list->select == NULL && list->filter == NULL;
        (*place)->arguments = copy_list(parser, list->arguments, out_is_plain);
        place = &(*place)->next;
    }
    *place = NULL;
    return first;
}

bool parse_again(Parser *parser, const SqlNode *operand, SqlNode **out)
{
    SqlNode alone = *operand;
    bool is_plain = true;

    alone.next = NULL;
    *out = copy_list(parser, &alone, &is_plain);
    return is_plain || sql_not_understood(parser->report, operand->position, "a SELECT here");
}

/* The value that CASE x WHEN y compares is written once and stands in each condition. */
static bool parse_condition(Parser *parser, const SqlNode *subject, SqlNode **out)
{
    SqlNode *copy = NULL;

    if (!parse_expression(parser, out))
        return false;
    if (subject == NULL)
        return true;
    if (!parse_again(parser, subject, &copy))
        return false;
    *out = parser_pair(parser, SQL_COMPARE, (*out)->position, copy, *out);
    return true;
}

/* CASE [x] WHEN a THEN b ... [ELSE c] END */
static bool parse_case(Parser *parser, SqlNode **out)
{
    SqlNode *node = parser_node(parser, SQL_CASE, parser->token.position), *subject = NULL;
    SqlNode **place = &node->arguments;
    bool ok;

    *out = node;
    if (!parser_advance(parser))
        return false;
    if (!parser_is_keyword(parser, "when") && !parse_expression(parser, &subject))
        return false;
    if (!parser_is_keyword(parser, "when"))
        return parser_syntax_error(parser);
    while (parser_accept(parser, parser_is_keyword(parser, "when"), &ok)) {
        if (!ok || !parse_condition(parser, subject, place) ||
            !parser_expect_keyword(parser, "then") || !parse_expression(parser, &(*place)->next))
            return false;
        place = &(*place)->next->next;
    }
    if (parser_accept(parser, parser_is_keyword(parser, "else"), &ok) &&
        (!ok || !parse_expression(parser, place)))
        return false;
    return ok && parser_expect_keyword(parser, "end");
}

static bool parse_list_of(Parser *parser, SqlKind kind, SqlNode **out)
{
    *out = parser_node(parser, kind, parser->token.position);
    if (!parser_advance(parser) || !parse_arguments(parser, &(*out)->arguments))
        return false;
    return (*out)->arguments != NULL || parser_syntax_error(parser);
}

static bool parse_constant(Parser *parser, PgValue value, SqlNode **out)
{
    *out = parser_node(parser, SQL_LITERAL, parser->token.position);
    (*out)->literal = value;
    (*out)->type = value.type;
    (*out)->name = parser->token.text;
    return parser_advance(parser);
}

/* interval '5 minutes' */
static bool parse_typed_literal(Parser *parser, PgType type, SqlNode **out)
{
    SqlNode *node = parser_node(parser, SQL_CAST, parser->token.position);

    node->type = type;
    *out = node;
    return parser_advance(parser) && parse_literal(parser, &node->arguments);
}

/* position('x' in y): strpos(y, 'x'). */
static bool parse_position(Parser *parser, SqlNode **out)
{
    SqlNode *node = parser_node(parser, SQL_CALL, parser->token.position), *wanted = NULL;

    node->name = "position";
    *out = node;
    if (!parser_advance(parser) || !parser_expect_sign(parser, "(") ||
        parser->token.kind != TOKEN_TEXT || !parse_literal(parser, &wanted) ||
        !parser_expect_keyword(parser, "in") || !parse_expression(parser, &node->arguments))
        return parser_syntax_error(parser);
    node->arguments->next = wanted;
    return parser_expect_sign(parser, ")");
}

static bool parse_exists(Parser *parser, SqlNode **out)
{
    *out = parser_node(parser, SQL_EXISTS, parser->token.position);
    return parser_advance(parser) && parser_expect_sign(parser, "(") &&
           parse_select(parser, &(*out)->select) && parser_expect_sign(parser, ")");
}

/* count(*), count(DISTINCT x), sum(x) FILTER (WHERE y): what makes a call one of an aggregate. */
static bool parse_call(Parser *parser, SqlNode *node)
{
    bool ok, is_all;

    node->kind = SQL_CALL;
    if (parser_is_before(parser, "*")) {
        node->kind = SQL_AGGREGATE;
        return parser_advance_by(parser, 2) && parser_expect_sign(parser, ")");
    }
    if (parser_is_before_word(parser, "distinct")) {
        node->is_distinct = true;
        return parser_advance_by(parser, 2) && parse_expressions(parser, &node->arguments) &&
               parser_expect_sign(parser, ")");
    }
    if (!parser_expect_sign(parser, "("))
        return false;
    is_all = parser_accept(parser, parser_is_sign(parser, ")"), &ok);
    if (is_all || !ok)
        return ok;
    if (!parse_expressions(parser, &node->arguments))
        return false;
    if (parser_is_keyword(parser, "order"))
        return sql_not_understood(parser->report, parser->token.position,
                                  "ORDER BY in an aggregate");
    return parser_expect_sign(parser, ")");
}

static bool parse_after_call(Parser *parser, SqlNode *node)
{
    if (parser_is_keyword(parser, "over"))
        return sql_not_understood(parser->report, node->position, "a window function");
    if (!parser_is_keyword(parser, "filter"))
        return true;
    return parser_advance(parser) && parser_expect_sign(parser, "(") &&
           parser_expect_keyword(parser, "where") && parse_expression(parser, &node->filter) &&
           parser_expect_sign(parser, ")");
}

/* A column, perhaps with its table, or a function, perhaps with its schema. */
static bool parse_name(Parser *parser, SqlNode **out)
{
    SqlNode *node = parser_node(parser, SQL_NAME, parser->token.position);
    bool ok;

    *out = node;
    node->name = parser->token.text;
    if (!parser_advance(parser))
        return false;
    while (parser_accept(parser, parser_is_sign(parser, "."), &ok)) {
        if (!ok)
            return false;
        node->qualifier = node->name;
        if (parser_is_sign(parser, "*")) {
            node->kind = SQL_STAR;
            return parser_advance(parser);
        }
        if (parser->token.kind != TOKEN_WORD)
            return parser_syntax_error(parser);
        node->name = parser->token.text;
        if (!parser_advance(parser))
            return false;
    }
    if (!parser_is_sign(parser, "("))
        return true;
    return parse_call(parser, node) && parse_after_call(parser, node);
}

/* (f(x)).name is (SELECT name FROM f(x)), and (f(x)).* all columns of that. */
static bool parse_field(Parser *parser, SqlNode *call, SqlNode **out)
{
    SqlNode *node = parser_node(parser, SQL_SUBSELECT, call->position);
    SqlSource *source = ARENA_NEW(parser->arena, SqlSource);

    if (call->kind != SQL_CALL)
        return sql_not_understood(parser->report, parser->token.position, "a field of a value");
    source->name = call->name;
    source->position = call->position;
    source->is_function = true;
    source->arguments = call->arguments;
    node->select = ARENA_NEW(parser->arena, SqlSelect);
    node->select->from = source;
    *out = node;
    if (!parser_advance(parser))
        return false;
    if (parser_is_sign(parser, "*")) {
        node->kind = SQL_EXPAND;
    } else if (parser->token.kind != TOKEN_WORD) {
        return parser_syntax_error(parser);
    }
    node->select->items =
        parser_node(parser, node->kind == SQL_EXPAND ? SQL_STAR : SQL_NAME, parser->token.position);
    node->select->items->name = parser->token.text;
    return parser_advance(parser);
}

static bool parse_parenthesis(Parser *parser, SqlNode **out)
{
    int position = parser->token.position;

    if (!parser_advance(parser))
        return false;
    if (parser_is_select(parser)) {
        *out = parser_node(parser, SQL_SUBSELECT, position);
        return parse_select(parser, &(*out)->select) && parser_expect_sign(parser, ")");
    }
    if (!parse_expression(parser, out))
        return false;
    if (parser_is_sign(parser, ","))
        return sql_not_understood(parser->report, position, "a row");
    if (!parser_expect_sign(parser, ")"))
        return false;
    return !parser_is_sign(parser, ".") || parse_field(parser, *out, out);
}

static const struct {
    const char *word;
    SqlKind kind;
} LISTS[] = {
    {"coalesce", SQL_COALESCE},
    {"greatest", SQL_GREATEST},
    {"least",    SQL_LEAST   },
    {"nullif",   SQL_NULLIF  },
};

static const struct {
    const char *word;
    bool (*parse)(Parser *parser, SqlNode **out);
} WORDS[] = {
    {"case",     parse_case    },
    {"cast",     parse_cast    },
    {"extract",  parse_extract },
    {"exists",   parse_exists  },
    {"position", parse_position},
};

/* These are no names of columns or functions. */
static const char *const RESERVED[] = {
    "all",   "and",   "as",     "asc",    "desc", "distinct", "else",   "end",  "from",
    "for",   "group", "having", "in",     "into", "is",       "join",   "left", "like",
    "limit", "not",   "offset", "on",     "or",   "order",    "select", "then", "union",
    "using", "when",  "where",  "window", "with", NULL,
};

static bool parse_word(Parser *parser, SqlNode **out)
{
    static const char *const TYPED[] = {"interval", "timestamptz", "pg_lsn", NULL};

    if (parser->token.is_quoted)
        return parse_name(parser, out);
    for (size_t i = 0; i < sizeof LISTS / sizeof LISTS[0]; i++) {
        if (parser_is_keyword(parser, LISTS[i].word))
            return parse_list_of(parser, LISTS[i].kind, out);
    }
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        if (parser_is_keyword(parser, WORDS[i].word))
            return WORDS[i].parse(parser, out);
    }
    if (parser_is_keyword(parser, "true") || parser_is_keyword(parser, "false"))
        return parse_constant(parser, pg_integer(PG_BOOL, parser_is_keyword(parser, "true")), out);
    if (parser_is_keyword(parser, "null"))
        return parse_constant(parser, pg_null(PG_UNKNOWN), out);
    if (parser_is_keyword(parser, "array"))
        return sql_not_understood(parser->report, parser->token.position, "an array");
    if (parser_is_one_of(parser, TYPED) && parser_is_before(parser, "'"))
        return parse_typed_literal(parser,
                                   pg_type_by_name(parser->token.text, strlen(parser->token.text)),
                                   out);
    if (parser_is_one_of(parser, RESERVED))
        return parser_syntax_error(parser);
    return parse_name(parser, out);
}

bool parse_primary(Parser *parser, SqlNode **out)
{
    *out = NULL;
    switch (parser->token.kind) {
    case TOKEN_NUMBER:
    case TOKEN_TEXT:
        return parse_literal(parser, out);
    case TOKEN_PARAMETER:
        return parse_parameter(parser, out);
    case TOKEN_WORD:
        return parse_word(parser, out);
    case TOKEN_SIGN:
        if (parser_is_sign(parser, "("))
            return parse_parenthesis(parser, out);
        break;
    case TOKEN_END:
        break;
    }
    return parser_syntax_error(parser);
}
