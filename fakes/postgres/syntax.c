/*
 * fakes/postgres/syntax.c - SQL as a tree: the parser's one token ahead, and the statements.
 */
#include "fakes/postgres/syntax.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "fakes/postgres/parser.h"

enum { NODES_MAX = 5000 };

static const PgSource SCANNER = {"scan.l", "1188", "scanner_yyerror"};
static const PgSource PARSER = {"postgres.c", "645", "pg_parse_query"};

void sql_report_unknown(PgReport *report, int position, const char *what)
{
    pg_error_at(
        report, position, "0A000", PARSER,
        "%s: this server understands SELECT of what monitors a Postgres and its standbys, and "
        "of the tables organizations, tenants, workspaces, clusters and audit_log; SHOW, SET, "
        "BEGIN, COMMIT and ROLLBACK",
        what);
}

/* ---- one token ---- */

bool parser_advance(Parser *parser)
{
    if (parser->nodes > NODES_MAX)
        return pg_error_at(parser->report, parser->token.position, "54001", PARSER,
                           "stack depth limit exceeded");
    return tokens_next(&parser->tokens, &parser->token, parser->report);
}

bool parser_advance_by(Parser *parser, int count)
{
    while (count-- > 0)
        if (!parser_advance(parser))
            return false;
    return true;
}

bool parser_is_sign(const Parser *parser, const char *sign)
{
    return parser->token.kind == TOKEN_SIGN && strcmp(parser->token.text, sign) == 0;
}

bool parser_is_keyword(const Parser *parser, const char *word)
{
    return parser->token.kind == TOKEN_WORD && !parser->token.is_quoted &&
           strcmp(parser->token.text, word) == 0;
}

bool parser_is_one_of(const Parser *parser, const char *const *words)
{
    while (*words != NULL && !parser_is_keyword(parser, *words))
        words++;
    return *words != NULL;
}

/* What comes behind the token, without its spaces. */
static const char *behind(const Parser *parser)
{
    const char *at = parser->tokens.text + parser->tokens.at;

    return at + strspn(at, " \t\r\n\f\v");
}

bool parser_is_before(const Parser *parser, const char *sign)
{
    return strncmp(behind(parser), sign, strlen(sign)) == 0;
}

bool parser_is_before_word(const Parser *parser, const char *word)
{
    const char *at = behind(parser);
    size_t length = strlen(word);

    return strncasecmp(at, word, length) == 0 && !isalnum((unsigned char)at[length]) &&
           at[length] != '_';
}

bool parser_syntax_error(Parser *parser)
{
    const Token *token = &parser->token;

    if (token->kind == TOKEN_END)
        return pg_error_at(parser->report, token->position, "42601", SCANNER,
                           "syntax error at end of input");
    return pg_error_at(parser->report, token->position, "42601", SCANNER,
                       "syntax error at or near \"%.*s\"", (int)token->length,
                       parser->tokens.text + token->begin);
}

bool parser_accept(Parser *parser, bool is_it, bool *out_ok)
{
    *out_ok = true;
    if (is_it)
        *out_ok = parser_advance(parser);
    return is_it;
}

bool parser_expect_sign(Parser *parser, const char *sign)
{
    return parser_is_sign(parser, sign) ? parser_advance(parser) : parser_syntax_error(parser);
}

bool parser_expect_keyword(Parser *parser, const char *word)
{
    return parser_is_keyword(parser, word) ? parser_advance(parser) : parser_syntax_error(parser);
}

SqlNode *parser_node(Parser *parser, SqlKind kind, int position)
{
    SqlNode *node = ARENA_NEW(parser->arena, SqlNode);

    parser->nodes++;
    node->kind = kind;
    node->position = position;
    return node;
}

SqlNode *parser_pair(Parser *parser, SqlKind kind, int position, SqlNode *left, SqlNode *right)
{
    SqlNode *node = parser_node(parser, kind, position);

    assert(left != NULL && right != NULL);
    node->arguments = left;
    left->next = right;
    return node;
}

/* ---- the other statements ---- */

static bool skip_statement(Parser *parser)
{
    while (parser->token.kind != TOKEN_END && !parser_is_sign(parser, ";")) {
        if (!parser_advance(parser))
            return false;
    }
    return true;
}

/* A setting's name, which may have dots in it. */
static bool parse_setting_name(Parser *parser, const char **out)
{
    bool ok;

    if (parser->token.kind != TOKEN_WORD)
        return parser_syntax_error(parser);
    *out = parser->token.text;
    if (!parser_advance(parser))
        return false;
    while (parser_accept(parser, parser_is_sign(parser, "."), &ok)) {
        if (!ok || parser->token.kind != TOKEN_WORD)
            return ok && parser_syntax_error(parser);
        *out = arena_format(parser->arena, "%s.%s", *out, parser->token.text);
        if (!parser_advance(parser))
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
        is_negative = parser_accept(parser, parser_is_sign(parser, "-"), &ok);
        if (!ok || parser->token.kind == TOKEN_END || parser->token.kind == TOKEN_SIGN)
            return ok && parser_syntax_error(parser);
        if (parser_is_keyword(parser, "default") && *out == NULL)
            return parser_advance(parser);
        *out = arena_format(parser->arena, "%s%s%s%s", *out != NULL ? *out : "",
                            *out != NULL ? ", " : "", is_negative ? "-" : "", parser->token.text);
        if (!parser_advance(parser))
            return false;
    } while (parser_accept(parser, parser_is_sign(parser, ","), &ok));
    return ok;
}

/* ISOLATION LEVEL READ COMMITTED and its like, from the second word on. */
static bool parse_level(Parser *parser, SqlStatement *statement)
{
    const char *first;

    if (!parser_advance(parser) || parser->token.kind != TOKEN_WORD)
        return parser_syntax_error(parser);
    first = parser->token.text;
    statement->isolation = first;
    if (strcmp(first, "serializable") == 0)
        return true;
    if (!parser_advance(parser) || parser->token.kind != TOKEN_WORD)
        return parser_syntax_error(parser);
    statement->isolation = arena_format(parser->arena, "%s %s", first, parser->token.text);
    return true;
}

/* Takes the modes of a transaction; only what may be written matters. */
static bool parse_modes(Parser *parser, SqlStatement *statement)
{
    bool is_read = false;

    while (parser->token.kind != TOKEN_END && !parser_is_sign(parser, ";")) {
        if (parser_is_keyword(parser, "level") && !parse_level(parser, statement))
            return false;
        statement->is_read_write |= is_read && parser_is_keyword(parser, "write");
        statement->is_read_only |= is_read && parser_is_keyword(parser, "only");
        is_read = parser_is_keyword(parser, "read");
        if (!parser_advance(parser))
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
    bool ok, is_scoped = parser_is_keyword(parser, "session") || parser_is_keyword(parser, "local");

    statement->is_local = parser_is_keyword(parser, "local");
    parser_accept(parser, is_scoped, &ok);
    if (!ok)
        return false;
    if (parser_is_keyword(parser, "transaction")) {
        statement->verb = SQL_SET_TRANSACTION;
        return parse_modes(parser, statement);
    }
    if (parser_is_keyword(parser, "characteristics"))
        return parse_characteristics(parser, statement);
    if (parser_is_keyword(parser, "time")) { /* SET TIME ZONE 'UTC' */
        statement->name = "timezone";
        return parser_advance(parser) && parser_expect_keyword(parser, "zone") &&
               parse_setting_value(parser, &statement->value);
    }
    if (!parse_setting_name(parser, &statement->name))
        return false;
    if (!parser_is_sign(parser, "=") && !parser_is_keyword(parser, "to"))
        return parser_syntax_error(parser);
    return parser_advance(parser) && parse_setting_value(parser, &statement->value);
}

static bool parse_show(Parser *parser, SqlStatement *statement)
{
    if (parser_is_keyword(parser, "transaction")) {
        statement->name = "transaction_isolation";
        return skip_statement(parser);
    }
    if (parser_is_keyword(parser, "time") && parser_is_before_word(parser, "zone")) {
        statement->name = "TimeZone";
        return skip_statement(parser);
    }
    return parse_setting_name(parser, &statement->name);
}

static bool parse_reset(Parser *parser, SqlStatement *statement)
{
    if (parser_is_keyword(parser, "all")) {
        statement->verb = SQL_RESET_ALL;
        return parser_advance(parser);
    }
    return parse_setting_name(parser, &statement->name);
}

/* DISCARD {ALL | PLANS | SEQUENCES | TEMP | TEMPORARY}: of all but the first a session here has nothing. */
static bool parse_discard(Parser *parser, SqlStatement *statement)
{
    static const struct {
        const char *word, *tag;
    } KINDS[] = {
        {"all",       "DISCARD ALL"      },
        {"plans",     "DISCARD PLANS"    },
        {"sequences", "DISCARD SEQUENCES"},
        {"temp",      "DISCARD TEMP"     },
        {"temporary", "DISCARD TEMP"     },
    };

    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        if (!parser_is_keyword(parser, KINDS[i].word))
            continue;
        statement->tag = KINDS[i].tag;
        statement->verb = i == 0 ? SQL_DISCARD_ALL : SQL_IGNORED;
        return parser_advance(parser);
    }
    return parser_syntax_error(parser);
}

/* DEALLOCATE [PREPARE] {name | ALL} */
static bool parse_deallocate(Parser *parser, SqlStatement *statement)
{
    bool ok;

    parser_accept(parser, parser_is_keyword(parser, "prepare"), &ok);
    if (!ok || parser->token.kind != TOKEN_WORD)
        return ok && parser_syntax_error(parser);
    if (parser_is_keyword(parser, "all"))
        statement->tag = "DEALLOCATE ALL";
    else
        statement->name = parser->token.text;
    return parser_advance(parser);
}

/* Read by who runs it, since its options have a little language of their own. */
static bool parse_copy(Parser *parser, SqlStatement *statement)
{
    const char *text = parser->tokens.text + statement->begin;

    if (!skip_statement(parser))
        return false;
    statement->text = arena_text_of(parser->arena, text,
                                    (size_t)(parser->tokens.text + parser->token.begin - text));
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

/* ROLLBACK TO a savepoint is another statement. */
static bool parse_end(Parser *parser, SqlStatement *statement)
{
    static const char *const OTHERS[] = {"to", "prepared", "and", NULL};
    bool ok;

    (void)statement;
    parser_accept(parser,
                  parser_is_keyword(parser, "work") || parser_is_keyword(parser, "transaction"),
                  &ok);
    if (ok && parser_is_one_of(parser, OTHERS))
        return sql_not_understood(parser->report, parser->token.position, parser->token.text);
    return ok;
}

static bool parse_rest(Parser *parser, SqlStatement *statement)
{
    (void)statement;
    return skip_statement(parser);
}

/* The word is all of it. */
static bool parse_nothing(Parser *parser, SqlStatement *statement)
{
    (void)parser;
    (void)statement;
    return true;
}

static const struct {
    const char *word;
    SqlVerb verb;
    const char *tag;
    bool (*parse)(Parser *parser, SqlStatement *statement); /* after the word; NULL: a SELECT */
} STATEMENTS[] = {
    {"select",     SQL_SELECT,     "SELECT",            NULL            },
    {"values",     SQL_SELECT,     "SELECT",            NULL            },
    {"show",       SQL_SHOW,       "SHOW",              parse_show      },
    {"set",        SQL_SET,        "SET",               parse_set       },
    {"reset",      SQL_SET,        "RESET",             parse_reset     },
    {"begin",      SQL_BEGIN,      "BEGIN",             parse_modes     },
    {"start",      SQL_BEGIN,      "START TRANSACTION", parse_modes     },
    {"commit",     SQL_COMMIT,     "COMMIT",            parse_end       },
    {"end",        SQL_COMMIT,     "COMMIT",            parse_end       },
    {"rollback",   SQL_ROLLBACK,   "ROLLBACK",          parse_end       },
    {"abort",      SQL_ROLLBACK,   "ROLLBACK",          parse_end       },
    {"discard",    SQL_IGNORED,    "DISCARD",           parse_discard   },
    {"deallocate", SQL_DEALLOCATE, "DEALLOCATE",        parse_deallocate},
    {"checkpoint", SQL_CHECKPOINT, "CHECKPOINT",        parse_nothing   },
    {"copy",       SQL_COPY,       "COPY",              parse_copy      },
    {"insert",     SQL_WRITE,      "INSERT",            parse_rest      },
    {"update",     SQL_WRITE,      "UPDATE",            parse_rest      },
    {"delete",     SQL_WRITE,      "DELETE",            parse_rest      },
    {"truncate",   SQL_WRITE,      "TRUNCATE",          parse_definition},
    {"create",     SQL_WRITE,      "CREATE",            parse_definition},
    {"drop",       SQL_WRITE,      "DROP",              parse_definition},
    {"alter",      SQL_WRITE,      "ALTER",             parse_definition},
    {"grant",      SQL_WRITE,      "GRANT",             parse_rest      },
    {"revoke",     SQL_WRITE,      "REVOKE",            parse_rest      },
};

/* Words that Postgres would know what to do with: for them it is us who lack something. */
static const char *const OTHER_WORDS[] = {
    "analyze", "call",      "close",    "cluster", "comment",  "declare", "do",
    "execute", "explain",   "fetch",    "import",  "listen",   "load",    "lock",
    "merge",   "move",      "notify",   "prepare", "reassign", "refresh", "reindex",
    "release", "savepoint", "security", "table",   "unlisten", "vacuum",  "with",
};

static bool parse_statement(Parser *parser, SqlStatement *statement)
{
    for (size_t i = 0; i < sizeof STATEMENTS / sizeof STATEMENTS[0]; i++) {
        if (!parser_is_keyword(parser, STATEMENTS[i].word))
            continue;
        statement->verb = STATEMENTS[i].verb;
        statement->tag = STATEMENTS[i].tag;
        statement->position = parser->token.position;
        statement->begin = parser->token.begin;
        if (STATEMENTS[i].parse == NULL)
            return parse_select(parser, &statement->select);
        return parser_advance(parser) && STATEMENTS[i].parse(parser, statement);
    }
    for (size_t i = 0; i < sizeof OTHER_WORDS / sizeof OTHER_WORDS[0]; i++) {
        if (parser_is_keyword(parser, OTHER_WORDS[i]))
            return sql_not_understood(parser->report, parser->token.position, OTHER_WORDS[i]);
    }
    return parser_syntax_error(parser);
}

/* What follows a whole statement must be the next one. */
static bool expect_end(Parser *parser)
{
    static const char *const MORE[] = {"union", "except", "intersect", "for",
                                       "fetch", "window", NULL};

    if (parser->token.kind == TOKEN_END)
        return true;
    if (parser_is_sign(parser, ";"))
        return parser_advance(parser);
    if (parser_is_one_of(parser, MORE) ||
        (parser->token.kind == TOKEN_SIGN &&
         strpbrk(parser->token.text, "+-*/<>=~!@#%^&|`?[") != NULL))
        return sql_not_understood(parser->report, parser->token.position,
                                  arena_format(parser->arena, "\"%s\" here", parser->token.text));
    return parser_syntax_error(parser);
}

static bool parse_statements(Parser *parser, SqlStatement **place)
{
    if (!parser_advance(parser))
        return false;
    while (parser->token.kind != TOKEN_END) {
        if (parser_is_sign(parser, ";")) {
            if (!parser_advance(parser))
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
