/*
 * fakes/postgres/replication_words.h - the words of the replication commands' little language.
 *
 * Source: PostgreSQL 15 manual, 55.4; repl_scanner.l of 15.
 */
#ifndef FAKES_POSTGRES_REPLICATION_WORDS_H
#define FAKES_POSTGRES_REPLICATION_WORDS_H

#include <stdbool.h>

#include "base/arena.h"

typedef enum {
    PG_WORD_END,
    PG_WORD_BARE,       /* PHYSICAL, 0/3000000, mp2 */
    PG_WORD_IDENTIFIER, /* "mp2" */
    PG_WORD_STRING,     /* 'fast' */
    PG_WORD_MARK,       /* ( , ) ; */
} PgWordKind;

/* Walks over a command; `text` is the word at hand, without its quotes. */
typedef struct {
    const char *at;
    Arena *arena; /* of the texts */
    PgWordKind kind;
    const char *text;
} PgWords;

PgWords pg_words(const char *command, Arena *arena); /* at its first word */
void pg_words_next(PgWords *words);
/* Is the word at hand this keyword or mark? Then goes on to the next. */
bool pg_words_take(PgWords *words, const char *keyword);
/* At the end, but for semicolons. */
bool pg_words_are_over(PgWords *words);

/* A name without quotes is the same in small letters, which is how reports have it. */
const char *pg_words_lower(PgWords *words, const char *name);

/*
 * One option of a list: "NAME", "NAME 'value'" or "NAME 5", with a comma before the next. False at the list's end.
 * out_value is NULL if there is none. Without parentheses, as before 15, a list ends with the command.
 */
bool pg_words_option(PgWords *words, const char **out_name, const char **out_value);

#endif
