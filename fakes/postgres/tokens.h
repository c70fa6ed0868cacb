/*
 * fakes/postgres/tokens.h - SQL text cut into words.
 *
 * Source: PostgreSQL 15 manual, 4.1.
 */
#ifndef FAKES_POSTGRES_TOKENS_H
#define FAKES_POSTGRES_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "fakes/postgres/report.h"

typedef enum {
    TOKEN_END,
    TOKEN_WORD, /* lower case unless quoted */
    TOKEN_TEXT, /* 'it''s', without its quotes */
    TOKEN_NUMBER,
    TOKEN_PARAMETER, /* $1: text is "1" */
    TOKEN_SIGN,      /* "(", "::", "<=" */
} TokenKind;

typedef struct {
    TokenKind kind;
    bool is_quoted;
    const char *text;
    int position;         /* in characters, from 1 */
    size_t begin, length; /* of what stands in the statement, in bytes */
} Token;

/* A zeroed one but for text and arena is at the beginning. */
typedef struct {
    const char *text;
    size_t at;
    size_t counted; /* up to here characters are counted */
    int characters;
    Arena *arena;
} Tokens;

/* Takes the next one. Fails with 42601 on what ends too early. */
bool tokens_next(Tokens *tokens, Token *out, PgReport *report);

#endif
