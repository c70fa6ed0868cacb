/*
 * fakes/postgres/syntax.c - the little SQL that a drill needs, as a tree: a parser by recursive descent.
 */
#include "fakes/postgres/syntax.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "fakes/postgres/tokens.h"

enum { DEPTH_MAX = 50 };

static const PgSource SCANNER = {"scan.l", "1188", "scanner_yyerror"};
static const PgSource PARSER = {"postgres.c", "645", "pg_parse_query"};

typedef struct {
    Tokens tokens;
    Token token; /* the one that comes next */
    Arena *arena;
    PgReport *report;
    int depth;
} Parser;

void sql_report_unknown(PgReport *report, int position, const char *what)
{
    pg_error_at(
        report, position, "0A000", PARSER,
        "%s: this server understands SELECT of replication functions, of pg_stat_wal_receiver, "
        "pg_stat_replication, pg_replication_slots, pg_control_checkpoint(), pg_control_system() "
        "and of the tables organizations, tenants, workspaces, clusters and audit_log; SHOW, SET, "
        "BEGIN, COMMIT and ROLLBACK",
        what);
}

static bool parse_expression(Parser *parser, SqlNode **out);
static bool parse_select(Parser *parser, SqlSelect **out);

/* ---- one token ---- */

static bool advance(Parser *parser)
{
    return tokens_next(&parser->tokens, &parser->token, parser->report);
}

static bool is_sign(const Parser *parser, const char *sign)
{
    return parser->token.kind == TOKEN_SIGN && strcmp(parser->token.text, sign) == 0;
}

static bool is_keyword(const Parser *parser, const char *word)
{
    return parser->token.kind == TOKEN_WORD && !parser->token.is_quoted &&
           strcmp(parser->token.text, word) == 0;
}

static bool syntax_error(Parser *parser)
{
    const Token *token = &parser->token;

    if (token->kind == TOKEN_END)
        return pg_error_at(parser->report, token->position, "42601", SCANNER,
                           "syntax error at end of input");
    return pg_error_at(parser->report, token->position, "42601", SCANNER,
                       "syntax error at or near \"%.*s\"", (int)token->length,
                       parser->tokens.text + token->position - 1);
}

/* Takes the token if it is this one. */
static bool accept(Parser *parser, bool is_it, bool *out_ok)
{
    *out_ok = true;
    if (is_it)
        *out_ok = advance(parser);
    return is_it;
}

static bool expect_sign(Parser *parser, const char *sign)
{
    return is_sign(parser, sign) ? advance(parser) : syntax_error(parser);
}

static bool expect_keyword(Parser *parser, const char *word)
{
    return is_keyword(parser, word) ? advance(parser) : syntax_error(parser);
}

static SqlNode *new_node(Parser *parser, SqlKind kind, int position)
{
    SqlNode *node = ARENA_NEW(parser->arena, SqlNode);

    node->kind = kind;
    node->position = position;
    return node;
}

static SqlNode *new_pair(Parser *parser, SqlKind kind, int position, SqlNode *left, SqlNode *right)
{
    SqlNode *node = new_node(parser, kind, position);

    assert(left != NULL && right != NULL);
    node->arguments = left;
    left->next = right;
    return node;
}

/* ---- expressions ---- */

/* (a, b, ...), whose first parenthesis is the next token. */
static bool parse_arguments(Parser *parser, SqlNode **out_first)
{
    SqlNode **place = out_first;
    bool ok = expect_sign(parser, "(");

    if (ok && accept(parser, is_sign(parser, ")"), &ok))
        return ok;
    while (ok) {
        if (!parse_expression(parser, place))
            return false;
        place = &(*place)->next;
        if (!accept(parser, is_sign(parser, ","), &ok))
            break;
    }
    return ok && expect_sign(parser, ")");
}

static bool parse_literal(Parser *parser, SqlNode **out)
{
    const Token *token = &parser->token;
    SqlNode *node = new_node(parser, SQL_LITERAL, token->position);
    PgType type = PG_UNKNOWN;

    if (token->kind == TOKEN_NUMBER) {
        type = strchr(token->text, '.') != NULL             ? PG_NUMERIC
               : strtoll(token->text, NULL, 10) > INT32_MAX ? PG_INT8
                                                            : PG_INT4;
    }
    node->name = token->text;
    node->type = type;
    *out = node;
    return pg_value_parse(type, token->text, token->position, parser->arena, &node->literal,
                          parser->report) &&
           advance(parser);
}

static bool parse_parameter(Parser *parser, SqlNode **out)
{
    *out = new_node(parser, SQL_PARAMETER, parser->token.position);
    (*out)->number = atoi(parser->token.text);
    if ((*out)->number < 1 || (*out)->number > 64)
        return pg_error_at(parser->report, parser->token.position, "42P02",
                           (PgSource){"parse_param.c", "121", "variable_paramref_hook"},
                           "there is no parameter $%s", parser->token.text);
    return advance(parser);
}

/* The name of a type: one word, or "double precision" and its like. */
static bool parse_type(Parser *parser, PgType *out)
{
    const Token first = parser->token;
    bool ok;

    if (first.kind != TOKEN_WORD)
        return syntax_error(parser);
    if (!advance(parser))
        return false;
    *out = pg_type_by_name(first.text, strlen(first.text));
    if (strcmp(first.text, "double") == 0 && accept(parser, is_keyword(parser, "precision"), &ok)) {
        *out = PG_FLOAT8;
        return ok;
    }
    if (*out != PG_UNKNOWN)
        return true;
    return sql_not_understood(parser->report, first.position,
                              arena_format(parser->arena, "type \"%s\"", first.text));
}

/* CAST (x AS type) */
static bool parse_cast(Parser *parser, SqlNode **out)
{
    SqlNode *node = new_node(parser, SQL_CAST, parser->token.position);

    *out = node;
    return advance(parser) && expect_sign(parser, "(") &&
           parse_expression(parser, &node->arguments) && expect_keyword(parser, "as") &&
           parse_type(parser, &node->type) && expect_sign(parser, ")");
}

/* EXTRACT (EPOCH FROM x) */
static bool parse_extract(Parser *parser, SqlNode **out)
{
    SqlNode *node = new_node(parser, SQL_EPOCH, parser->token.position);

    *out = node;
    if (!advance(parser) || !expect_sign(parser, "("))
        return false;
    if (!is_keyword(parser, "epoch"))
        return sql_not_understood(parser->report, parser->token.position,
                                  "extract() of anything but epoch");
    return advance(parser) && expect_keyword(parser, "from") &&
           parse_expression(parser, &node->arguments) && expect_sign(parser, ")");
}

/* CASE WHEN a THEN b ... [ELSE c] END */
static bool parse_case(Parser *parser, SqlNode **out)
{
    SqlNode *node = new_node(parser, SQL_CASE, parser->token.position);
    SqlNode **place = &node->arguments;
    bool ok;

    *out = node;
    if (!advance(parser))
        return false;
    if (!is_keyword(parser, "when"))
        return sql_not_understood(parser->report, parser->token.position, "CASE of one value");
    while (accept(parser, is_keyword(parser, "when"), &ok)) {
        if (!ok || !parse_expression(parser, place) || !expect_keyword(parser, "then") ||
            !parse_expression(parser, &(*place)->next))
            return false;
        place = &(*place)->next->next;
    }
    if (accept(parser, is_keyword(parser, "else"), &ok) &&
        (!ok || !parse_expression(parser, place)))
        return false;
    return expect_keyword(parser, "end");
}

static bool parse_list_of(Parser *parser, SqlKind kind, SqlNode **out)
{
    *out = new_node(parser, kind, parser->token.position);
    if (!advance(parser) || !parse_arguments(parser, &(*out)->arguments))
        return false;
    return (*out)->arguments != NULL || syntax_error(parser);
}

static bool parse_constant(Parser *parser, PgValue value, SqlNode **out)
{
    *out = new_node(parser, SQL_LITERAL, parser->token.position);
    (*out)->literal = value;
    (*out)->type = value.type;
    return advance(parser);
}

/* count(*) has been read up to the parenthesis. */
static bool parse_count(Parser *parser, SqlNode *node)
{
    node->kind = SQL_COUNT;
    if (!expect_sign(parser, "("))
        return false;
    if (!is_sign(parser, "*"))
        return sql_not_understood(parser->report, parser->token.position,
                                  "count() of anything but *");
    return advance(parser) && expect_sign(parser, ")");
}

/* A column, perhaps with its table, or a function, perhaps with its schema. */
static bool parse_name(Parser *parser, SqlNode **out)
{
    SqlNode *node = new_node(parser, SQL_NAME, parser->token.position);
    bool ok;

    *out = node;
    node->name = parser->token.text;
    if (!advance(parser))
        return false;
    while (accept(parser, is_sign(parser, "."), &ok)) {
        if (!ok)
            return false;
        if (parser->token.kind != TOKEN_WORD)
            return syntax_error(parser);
        node->name = parser->token.text;
        if (!advance(parser))
            return false;
    }
    if (!is_sign(parser, "("))
        return true;
    if (strcmp(node->name, "count") == 0)
        return parse_count(parser, node);
    node->kind = SQL_CALL;
    return parse_arguments(parser, &node->arguments);
}

static bool parse_parenthesis(Parser *parser, SqlNode **out)
{
    int position = parser->token.position;

    if (!advance(parser))
        return false;
    if (!is_keyword(parser, "select"))
        return parse_expression(parser, out) && expect_sign(parser, ")");
    *out = new_node(parser, SQL_SUBSELECT, position);
    return advance(parser) && parse_select(parser, &(*out)->select) && expect_sign(parser, ")");
}

static bool parse_word(Parser *parser, SqlNode **out)
{
    static const struct {
        const char *word;
        SqlKind kind;
    } LISTS[] = {
        {"coalesce", SQL_COALESCE},
        {"greatest", SQL_GREATEST},
        {"least",    SQL_LEAST   }
    };

    if (parser->token.is_quoted)
        return parse_name(parser, out);
    for (size_t i = 0; i < sizeof LISTS / sizeof LISTS[0]; i++) {
        if (is_keyword(parser, LISTS[i].word))
            return parse_list_of(parser, LISTS[i].kind, out);
    }
    if (is_keyword(parser, "true") || is_keyword(parser, "false"))
        return parse_constant(parser, pg_integer(PG_BOOL, is_keyword(parser, "true")), out);
    if (is_keyword(parser, "null"))
        return parse_constant(parser, pg_null(PG_UNKNOWN), out);
    if (is_keyword(parser, "case"))
        return parse_case(parser, out);
    if (is_keyword(parser, "cast"))
        return parse_cast(parser, out);
    if (is_keyword(parser, "extract"))
        return parse_extract(parser, out);
    if (is_keyword(parser, "from") || is_keyword(parser, "as") || is_keyword(parser, "where"))
        return syntax_error(parser);
    return parse_name(parser, out);
}

static bool parse_primary(Parser *parser, SqlNode **out)
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
        if (is_sign(parser, "("))
            return parse_parenthesis(parser, out);
        break;
    case TOKEN_END:
        break;
    }
    return syntax_error(parser);
}

static bool parse_postfix(Parser *parser, SqlNode **out)
{
    if (!parse_primary(parser, out))
        return false;
    while (is_sign(parser, "::")) {
        SqlNode *cast = new_node(parser, SQL_CAST, parser->token.position);

        cast->arguments = *out;
        *out = cast;
        if (!advance(parser) || !parse_type(parser, &cast->type))
            return false;
    }
    return true;
}

/* -1 is 0 - 1: there are no negative literals in SQL. */
static bool parse_unary(Parser *parser, SqlNode **out)
{
    int position = parser->token.position;
    SqlNode *zero;
    bool ok;

    if (!accept(parser, is_sign(parser, "-"), &ok))
        return parse_postfix(parser, out);
    zero = new_node(parser, SQL_LITERAL, position);
    zero->type = PG_INT4;
    zero->literal = pg_integer(PG_INT4, 0);
    if (!ok || !parse_postfix(parser, out))
        return false;
    *out = new_pair(parser, SQL_MINUS, position, zero, *out);
    return true;
}

static bool parse_sum(Parser *parser, SqlNode **out)
{
    bool ok = parse_unary(parser, out);

    while (ok && (is_sign(parser, "-") || is_sign(parser, "+"))) {
        SqlKind kind = is_sign(parser, "-") ? SQL_MINUS : SQL_PLUS;
        int position = parser->token.position;
        SqlNode *right = NULL;

        ok = advance(parser) && parse_unary(parser, &right);
        if (ok)
            *out = new_pair(parser, kind, position, *out, right);
    }
    return ok;
}

/* x IS [NOT] NULL, whose IS has been read. */
static bool parse_is(Parser *parser, int position, SqlNode **out)
{
    SqlNode *node = new_node(parser, SQL_IS_NULL, position);
    bool ok, is_negated = accept(parser, is_keyword(parser, "not"), &ok);

    node->arguments = *out;
    *out = node;
    if (is_negated) {
        *out = new_node(parser, SQL_NOT, position);
        (*out)->arguments = node;
    }
    return ok && expect_keyword(parser, "null");
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

    if (!parse_sum(parser, out))
        return false;
    position = parser->token.position;
    if (accept(parser, is_keyword(parser, "is"), &ok))
        return ok && parse_is(parser, position, out);
    for (size_t i = 0; i < sizeof SIGNS / sizeof SIGNS[0]; i++) {
        if (!accept(parser, is_sign(parser, SIGNS[i].sign), &ok))
            continue;
        if (!ok || !parse_sum(parser, &right))
            return false;
        *out = new_pair(parser, SQL_COMPARE, position, *out, right);
        (*out)->comparison = SIGNS[i].comparison;
        return true;
    }
    return true;
}

static bool parse_not(Parser *parser, SqlNode **out)
{
    int position = parser->token.position;
    SqlNode *node;
    bool ok, is_negated = accept(parser, is_keyword(parser, "not"), &ok);

    if (!is_negated)
        return parse_comparison(parser, out);
    node = new_node(parser, SQL_NOT, position);
    *out = node;
    return ok && parse_comparison(parser, &node->arguments);
}

/* a AND b AND c, or the same with OR and what binds tighter. */
static bool parse_junction(Parser *parser, SqlKind kind, SqlNode **out)
{
    const char *word = kind == SQL_AND ? "and" : "or";
    bool ok = kind == SQL_AND ? parse_not(parser, out) : parse_junction(parser, SQL_AND, out);

    while (ok && is_keyword(parser, word)) {
        int position = parser->token.position;
        SqlNode *right = NULL;

        ok = advance(parser) && (kind == SQL_AND ? parse_not(parser, &right)
                                                 : parse_junction(parser, SQL_AND, &right));
        if (ok)
            *out = new_pair(parser, kind, position, *out, right);
    }
    return ok;
}

static bool parse_expression(Parser *parser, SqlNode **out)
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

/* ---- SELECT ---- */

static bool is_clause(const Parser *parser)
{
    static const char *const CLAUSES[] = {"from",  "where", "order", "limit",
                                          "group", "union", "for"};

    for (size_t i = 0; i < sizeof CLAUSES / sizeof CLAUSES[0]; i++) {
        if (is_keyword(parser, CLAUSES[i]))
            return true;
    }
    return false;
}

static bool parse_item(Parser *parser, SqlNode **out)
{
    bool ok;

    if (is_sign(parser, "*")) {
        *out = new_node(parser, SQL_STAR, parser->token.position);
        return advance(parser);
    }
    if (!parse_expression(parser, out))
        return false;
    accept(parser, is_keyword(parser, "as"), &ok);
    if (!ok)
        return false;
    if (parser->token.kind != TOKEN_WORD || is_clause(parser))
        return true;
    (*out)->label = parser->token.text;
    return advance(parser);
}

static bool parse_items(Parser *parser, SqlNode **out)
{
    bool ok = true;

    if (parser->token.kind == TOKEN_END || is_sign(parser, ";") || is_clause(parser))
        return sql_not_understood(parser->report, parser->token.position, "SELECT of nothing");
    do {
        if (!ok || !parse_item(parser, out))
            return false;
        out = &(*out)->next;
    } while (accept(parser, is_sign(parser, ","), &ok));
    return ok;
}

/* FROM [schema.]relation [()] [[AS] alias] */
static bool parse_from(Parser *parser, SqlSelect *select)
{
    bool ok;

    if (!accept(parser, is_keyword(parser, "from"), &ok))
        return true;
    do {
        if (!ok)
            return false;
        if (parser->token.kind != TOKEN_WORD)
            return syntax_error(parser);
        select->from = parser->token.text;
        select->from_position = parser->token.position;
        if (!advance(parser))
            return false;
    } while (accept(parser, is_sign(parser, "."), &ok));
    if (accept(parser, is_sign(parser, "("), &ok)) {
        select->is_from_function = true;
        if (!ok || !expect_sign(parser, ")"))
            return false;
    }
    accept(parser, is_keyword(parser, "as"), &ok);
    if (!ok || parser->token.kind != TOKEN_WORD || is_clause(parser))
        return ok;
    return advance(parser);
}

static bool parse_order(Parser *parser, SqlSelect *select)
{
    bool ok;

    if (!accept(parser, is_keyword(parser, "order"), &ok))
        return true;
    if (!ok || !expect_keyword(parser, "by") || !parse_expression(parser, &select->order))
        return false;
    if (accept(parser, is_keyword(parser, "desc"), &select->is_descending)) {
        ok = select->is_descending;
    } else {
        select->is_descending = false;
        accept(parser, is_keyword(parser, "asc"), &ok);
    }
    return ok;
}

/* All of a SELECT after its first word. */
static bool parse_select(Parser *parser, SqlSelect **out)
{
    SqlSelect *select = ARENA_NEW(parser->arena, SqlSelect);
    bool ok;

    *out = select;
    if (!parse_items(parser, &select->items) || !parse_from(parser, select))
        return false;
    if (accept(parser, is_keyword(parser, "where"), &ok) &&
        (!ok || !parse_expression(parser, &select->where)))
        return false;
    if (!parse_order(parser, select))
        return false;
    if (accept(parser, is_keyword(parser, "limit"), &ok) &&
        (!ok || !parse_expression(parser, &select->limit)))
        return false;
    return ok;
}

/* ---- the other statements ---- */

static bool skip_statement(Parser *parser)
{
    while (parser->token.kind != TOKEN_END && !is_sign(parser, ";")) {
        if (!advance(parser))
            return false;
    }
    return true;
}

/* A setting's name, which may have dots in it. */
static bool parse_setting_name(Parser *parser, const char **out)
{
    bool ok;

    if (parser->token.kind != TOKEN_WORD)
        return syntax_error(parser);
    *out = parser->token.text;
    if (!advance(parser))
        return false;
    while (accept(parser, is_sign(parser, "."), &ok)) {
        if (!ok || parser->token.kind != TOKEN_WORD)
            return ok && syntax_error(parser);
        *out = arena_format(parser->arena, "%s.%s", *out, parser->token.text);
        if (!advance(parser))
            return false;
    }
    return ok;
}

/* A list of words, texts and numbers, joined as SHOW would print it. */
static bool parse_setting_value(Parser *parser, const char **out)
{
    bool ok = true;

    *out = NULL;
    do {
        bool is_negative;

        if (!ok)
            return false;
        is_negative = accept(parser, is_sign(parser, "-"), &ok);
        if (!ok || parser->token.kind == TOKEN_END || parser->token.kind == TOKEN_SIGN)
            return ok && syntax_error(parser);
        if (is_keyword(parser, "default") && *out == NULL)
            return advance(parser);
        *out = arena_format(parser->arena, "%s%s%s%s", *out != NULL ? *out : "",
                            *out != NULL ? ", " : "", is_negative ? "-" : "", parser->token.text);
        if (!advance(parser))
            return false;
    } while (accept(parser, is_sign(parser, ","), &ok));
    return ok;
}

/* Takes the modes of a transaction; only what may be written matters. */
static bool parse_modes(Parser *parser, SqlStatement *statement)
{
    bool is_read = false;

    while (parser->token.kind != TOKEN_END && !is_sign(parser, ";")) {
        statement->is_read_write |= is_read && is_keyword(parser, "write");
        statement->is_read_only |= is_read && is_keyword(parser, "only");
        is_read = is_keyword(parser, "read");
        if (!advance(parser))
            return false;
    }
    return true;
}

/* SET SESSION CHARACTERISTICS AS TRANSACTION modes: those of transactions to come. */
static bool parse_characteristics(Parser *parser, SqlStatement *statement)
{
    if (!parse_modes(parser, statement))
        return false;
    statement->verb = statement->is_read_only || statement->is_read_write ? SQL_SET : SQL_IGNORED;
    statement->name = "default_transaction_read_only";
    statement->value = statement->is_read_only ? "on" : "off";
    return true;
}

/* SET [SESSION | LOCAL] name {TO | =} value; SET TRANSACTION ... */
static bool parse_set(Parser *parser, SqlStatement *statement)
{
    bool ok, is_scoped = is_keyword(parser, "session") || is_keyword(parser, "local");

    statement->is_local = is_keyword(parser, "local");
    accept(parser, is_scoped, &ok);
    if (!ok)
        return false;
    if (is_keyword(parser, "transaction")) {
        statement->verb = SQL_SET_TRANSACTION;
        return parse_modes(parser, statement);
    }
    if (is_keyword(parser, "characteristics"))
        return parse_characteristics(parser, statement);
    if (is_keyword(parser, "time")) { /* SET TIME ZONE 'UTC' */
        statement->name = "timezone";
        return advance(parser) && expect_keyword(parser, "zone") &&
               parse_setting_value(parser, &statement->value);
    }
    if (!parse_setting_name(parser, &statement->name))
        return false;
    if (!is_sign(parser, "=") && !is_keyword(parser, "to"))
        return syntax_error(parser);
    return advance(parser) && parse_setting_value(parser, &statement->value);
}

static bool parse_show(Parser *parser, SqlStatement *statement)
{
    if (is_keyword(parser, "transaction")) {
        statement->name = "transaction_isolation";
        return skip_statement(parser);
    }
    return parse_setting_name(parser, &statement->name);
}

static bool parse_reset(Parser *parser, SqlStatement *statement)
{
    if (is_keyword(parser, "all")) {
        statement->verb = SQL_RESET_ALL;
        return advance(parser);
    }
    return parse_setting_name(parser, &statement->name);
}

/* Read by who runs it, since its options have a little language of their own. */
static bool parse_copy(Parser *parser, SqlStatement *statement)
{
    const char *text = parser->tokens.text + statement->position - 1;

    if (!skip_statement(parser))
        return false;
    statement->text =
        arena_text_of(parser->arena, text,
                      (size_t)(parser->tokens.text + parser->token.position - 1 - text));
    return true;
}

/* CREATE, DROP, ALTER, TRUNCATE: the tag has the kind of thing too. */
static bool parse_definition(Parser *parser, SqlStatement *statement)
{
    char *tag;

    if (strcmp(statement->tag, "TRUNCATE") == 0) {
        statement->tag = "TRUNCATE TABLE";
    } else if (parser->token.kind == TOKEN_WORD) {
        tag = arena_format(parser->arena, "%s %s", statement->tag, parser->token.text);
        for (char *c = tag; *c != '\0'; c++)
            *c = (char)toupper((unsigned char)*c);
        statement->tag = tag;
    }
    return skip_statement(parser);
}

static bool parse_query(Parser *parser, SqlStatement *statement)
{
    return parse_select(parser, &statement->select);
}

static bool parse_rest(Parser *parser, SqlStatement *statement)
{
    (void)statement;
    return skip_statement(parser);
}

static const struct {
    const char *word;
    SqlVerb verb;
    const char *tag;
    bool (*parse)(Parser *parser, SqlStatement *statement);
} STATEMENTS[] = {
    {"select",   SQL_SELECT,    "SELECT",            parse_query     },
    {"show",     SQL_SHOW,      "SHOW",              parse_show      },
    {"set",      SQL_SET,       "SET",               parse_set       },
    {"reset",    SQL_SET,       "RESET",             parse_reset     },
    {"begin",    SQL_BEGIN,     "BEGIN",             parse_modes     },
    {"start",    SQL_BEGIN,     "START TRANSACTION", parse_modes     },
    {"commit",   SQL_COMMIT,    "COMMIT",            parse_rest      },
    {"end",      SQL_COMMIT,    "COMMIT",            parse_rest      },
    {"rollback", SQL_ROLLBACK,  "ROLLBACK",          parse_rest      },
    {"abort",    SQL_ROLLBACK,  "ROLLBACK",          parse_rest      },
    {"discard",  SQL_RESET_ALL, "DISCARD ALL",       parse_rest      },
    {"copy",     SQL_COPY,      "COPY",              parse_copy      },
    {"insert",   SQL_WRITE,     "INSERT",            parse_rest      },
    {"update",   SQL_WRITE,     "UPDATE",            parse_rest      },
    {"delete",   SQL_WRITE,     "DELETE",            parse_rest      },
    {"truncate", SQL_WRITE,     "TRUNCATE",          parse_definition},
    {"create",   SQL_WRITE,     "CREATE",            parse_definition},
    {"drop",     SQL_WRITE,     "DROP",              parse_definition},
    {"alter",    SQL_WRITE,     "ALTER",             parse_definition},
    {"grant",    SQL_WRITE,     "GRANT",             parse_rest      },
    {"revoke",   SQL_WRITE,     "REVOKE",            parse_rest      },
};

/* Words that Postgres would know what to do with: for them it is us who lack something. */
static const char *const OTHER_WORDS[] = {
    "analyze", "call",    "checkpoint", "close",     "cluster",  "comment", "deallocate",
    "declare", "do",      "execute",    "explain",   "fetch",    "import",  "listen",
    "load",    "lock",    "merge",      "move",      "notify",   "prepare", "reassign",
    "refresh", "reindex", "release",    "savepoint", "security", "table",   "unlisten",
    "vacuum",  "values",  "with",
};

static bool parse_statement(Parser *parser, SqlStatement *statement)
{
    for (size_t i = 0; i < sizeof STATEMENTS / sizeof STATEMENTS[0]; i++) {
        if (!is_keyword(parser, STATEMENTS[i].word))
            continue;
        statement->verb = STATEMENTS[i].verb;
        statement->tag = STATEMENTS[i].tag;
        statement->position = parser->token.position;
        return advance(parser) && STATEMENTS[i].parse(parser, statement);
    }
    for (size_t i = 0; i < sizeof OTHER_WORDS / sizeof OTHER_WORDS[0]; i++) {
        if (is_keyword(parser, OTHER_WORDS[i]))
            return sql_not_understood(parser->report, parser->token.position, OTHER_WORDS[i]);
    }
    return syntax_error(parser);
}

/* What follows a whole statement must be the next one. */
static bool expect_end(Parser *parser)
{
    if (parser->token.kind == TOKEN_END)
        return true;
    if (is_sign(parser, ";"))
        return advance(parser);
    if (is_clause(parser) || is_sign(parser, ",") || is_sign(parser, "*") || is_sign(parser, "/") ||
        is_sign(parser, "|"))
        return sql_not_understood(parser->report, parser->token.position,
                                  arena_format(parser->arena, "\"%s\" here", parser->token.text));
    return syntax_error(parser);
}

static bool parse_statements(Parser *parser, SqlStatement **place)
{
    if (!advance(parser))
        return false;
    while (parser->token.kind != TOKEN_END) {
        if (is_sign(parser, ";")) {
            if (!advance(parser))
                return false;
            continue;
        }
        *place = ARENA_NEW(parser->arena, SqlStatement);
        if (!parse_statement(parser, *place) || !expect_end(parser))
            return false;
        place = &(*place)->next;
    }
    return true;
}

bool sql_parse(const char *text, Arena *arena, SqlStatement **out_first, PgReport *report)
{
    Parser parser = {
        .tokens = {.text = text, .arena = arena},
          .arena = arena, .report = report
    };

    *out_first = NULL;
    if (parse_statements(&parser, out_first))
        return true;
    *out_first = NULL; /* a half statement is none */
    return false;
}
