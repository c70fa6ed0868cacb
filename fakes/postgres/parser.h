/*
 * fakes/postgres/parser.h - the parser as its own files see it: one token ahead, by recursive descent.
 *
 * syntax.c has the statements, syntax_select.c SELECT and VALUES, syntax_expression.c what they are made of,
 * syntax_primary.c what that is made of.
 */
#ifndef FAKES_POSTGRES_PARSER_H
#define FAKES_POSTGRES_PARSER_H

#include "fakes/postgres/syntax.h"
#include "fakes/postgres/tokens.h"

typedef struct {
    Tokens tokens;
    Token token; /* the one that comes next */
    Arena *arena;
    PgReport *report;
    int depth;
    int nodes; /* so far: a chain of operators is as deep as it is long */
} Parser;

bool parser_advance(Parser *parser);
bool parser_advance_by(Parser *parser, int count);
bool parser_is_sign(const Parser *parser, const char *sign);
bool parser_is_keyword(const Parser *parser, const char *word);
/* One of the words (NULL-ended), unquoted. */
bool parser_is_one_of(const Parser *parser, const char *const *words);
/* Is the token after the next one this sign? Nothing is taken. */
bool parser_is_before(const Parser *parser, const char *sign);
bool parser_is_before_word(const Parser *parser, const char *word);
bool parser_syntax_error(Parser *parser);
/* Takes the token if it is this one; *out_ok: what follows could be read. */
bool parser_accept(Parser *parser, bool is_it, bool *out_ok);
bool parser_expect_sign(Parser *parser, const char *sign);
bool parser_expect_keyword(Parser *parser, const char *word);

SqlNode *parser_node(Parser *parser, SqlKind kind, int position);
SqlNode *parser_pair(Parser *parser, SqlKind kind, int position, SqlNode *left, SqlNode *right);

/* syntax_expression.c */
bool parse_expression(Parser *parser, SqlNode **out);
/* a, b, ... */
bool parse_expressions(Parser *parser, SqlNode **out);
/* (a, b, ...), whose first parenthesis is the next token. */
bool parse_arguments(Parser *parser, SqlNode **out);

/* syntax_primary.c */
bool parse_primary(Parser *parser, SqlNode **out);
/* The name of a type: one word, or "double precision" and its like. */
bool parse_type(Parser *parser, PgType *out);
/* What stands in two places of the tree, though it is written once. */
bool parse_again(Parser *parser, const SqlNode *operand, SqlNode **out);

/* syntax_select.c: SELECT or VALUES, which is the next token. */
bool parse_select(Parser *parser, SqlSelect **out);
bool parser_is_select(const Parser *parser);
/* With what a part of SELECT begins: no name without AS. */
bool parser_is_clause(const Parser *parser);

#endif
