/*
 * fakes/postgres/replication_words.c - the words of the replication commands' little language.
 */
#include "fakes/postgres/replication_words.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/buffer.h"

static const char SPACES[] = " \t\r\n\f";
static const char MARKS[] = "(),;";

/* A quoted word; its quote stands for itself when it is doubled. */
static const char *read_quoted(PgWords *words, char quote)
{
    const char *begin = words->at + 1, *end = begin;
    char *text, *out;

    while (*end != '\0' && (*end != quote || end[1] == quote))
        end += *end == quote ? 2 : 1;
    text = out = arena_text_of(words->arena, begin, (size_t)(end - begin));
    for (const char *at = begin; at < end; at++) {
        *out++ = *at;
        if (*at == quote)
            at++;
    }
    *out = '\0';
    words->at = *end != '\0' ? end + 1 : end;
    return text;
}

void pg_words_next(PgWords *words)
{
    size_t length = 1;

    words->at += strspn(words->at, SPACES);
    words->text = "";
    switch (*words->at) {
    case '\0':
        words->kind = PG_WORD_END;
        return;
    case '"':
        words->kind = PG_WORD_IDENTIFIER;
        words->text = read_quoted(words, '"');
        return;
    case '\'':
        words->kind = PG_WORD_STRING;
        words->text = read_quoted(words, '\'');
        return;
    default:
        break;
    }
    words->kind = strchr(MARKS, *words->at) != NULL ? PG_WORD_MARK : PG_WORD_BARE;
    if (words->kind == PG_WORD_BARE)
        length = strcspn(words->at, " \t\r\n\f(),;'\"");
    words->text = arena_text_of(words->arena, words->at, length);
    words->at += length;
}

PgWords pg_words(const char *command, Arena *arena)
{
    PgWords words = {.at = command, .arena = arena};

    pg_words_next(&words);
    return words;
}

bool pg_words_take(PgWords *words, const char *keyword)
{
    bool is_plain = words->kind == PG_WORD_BARE || words->kind == PG_WORD_MARK;

    if (!is_plain || strcasecmp(words->text, keyword) != 0)
        return false;
    pg_words_next(words);
    return true;
}

bool pg_words_are_over(PgWords *words)
{
    while (pg_words_take(words, ";"))
        ;
    return words->kind == PG_WORD_END;
}

const char *pg_words_lower(PgWords *words, const char *name)
{
    char *text = arena_text(words->arena, name);

    for (char *at = text; *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
    return text;
}

/* Before 15 nothing separated an option from the next, and only these have values. */
static bool takes_value(const PgWords *words, const char *name)
{
    static const char *const NAMES[] = {"LABEL", "MAX_RATE", "MANIFEST", "MANIFEST_CHECKSUMS",
                                        "RESERVE_WAL"};

    if (words->kind == PG_WORD_STRING)
        return true;
    if (words->kind != PG_WORD_BARE && words->kind != PG_WORD_IDENTIFIER)
        return false;
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        if (strcasecmp(NAMES[i], name) == 0)
            return true;
    }
    return words->text[strspn(words->text, "0123456789")] == '\0';
}

bool pg_words_option(PgWords *words, const char **out_name, const char **out_value)
{
    *out_value = NULL;
    pg_words_take(words, ",");
    if (words->kind != PG_WORD_BARE && words->kind != PG_WORD_IDENTIFIER)
        return false;
    *out_name = words->text;
    pg_words_next(words);
    if (takes_value(words, *out_name)) {
        *out_value = words->text;
        pg_words_next(words);
    }
    return true;
}
