/*
 * fakes/postgres/tokens.c - SQL text cut into words.
 */
#include "fakes/postgres/tokens.h"

#include <ctype.h>
#include <string.h>

static const PgSource SCANNER = {"scan.l", "1188", "scanner_yyerror"};

/* Two signs that are one. */
static const char *const LONG_SIGNS[] = {"::", "<=", ">=", "<>", "!="};

static bool is_word_start(char c)
{
    return isalpha((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_word(char c)
{
    return is_word_start(c) || isdigit((unsigned char)c) || c == '$';
}

/* To the end of a comment; false if there is none here. */
static bool skip_comment(Tokens *tokens)
{
    const char *at = tokens->text + tokens->at, *end;

    if (at[0] == '-' && at[1] == '-') {
        tokens->at += strcspn(at, "\n");
        return true;
    }
    if (at[0] != '/' || at[1] != '*')
        return false;
    end = strstr(at + 2, "*/");
    tokens->at += end != NULL ? (size_t)(end + 2 - at) : strlen(at);
    return true;
}

static void skip_space(Tokens *tokens)
{
    do
        tokens->at += strspn(tokens->text + tokens->at, " \t\r\n\f\v");
    while (skip_comment(tokens));
}

/* What stands between two quotes; a doubled quote is one. */
static bool read_quoted(Tokens *tokens, char quote, Token *out, PgReport *report)
{
    const char *begin = tokens->text + tokens->at + 1, *at;
    char *copy;

    for (at = begin; *at != '\0' && (*at != quote || at[1] == quote); at++) {
        if (*at == quote)
            at++;
    }
    if (*at == '\0')
        return pg_error_at(report, out->position, "42601", SCANNER,
                           "unterminated quoted %s at or near \"%.200s\"",
                           quote == '"' ? "identifier" : "string", begin - 1);
    copy = arena_text_of(tokens->arena, begin, (size_t)(at - begin));
    out->text = copy;
    for (const char *from = copy; *from != '\0'; from++) {
        *copy++ = *from;
        if (*from == quote)
            from++;
    }
    *copy = '\0';
    tokens->at = (size_t)(at + 1 - tokens->text);
    return true;
}

static void read_word(Tokens *tokens, Token *out)
{
    const char *at = tokens->text + tokens->at;
    size_t length = 1;
    char *copy;

    while (is_word(at[length]))
        length++;
    copy = arena_text_of(tokens->arena, at, length);
    for (char *c = copy; *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    out->text = copy;
    tokens->at += length;
}

static void read_sign(Tokens *tokens, Token *out)
{
    const char *at = tokens->text + tokens->at;
    size_t length = 1;

    for (size_t i = 0; i < sizeof LONG_SIGNS / sizeof LONG_SIGNS[0]; i++) {
        if (strncmp(at, LONG_SIGNS[i], 2) == 0)
            length = 2;
    }
    out->text = arena_text_of(tokens->arena, at, length);
    tokens->at += length;
}

static void read_digits(Tokens *tokens, Token *out, size_t skipped)
{
    const char *at = tokens->text + tokens->at + skipped;
    size_t length = strspn(at, skipped > 0 ? "0123456789" : "0123456789.");

    out->text = arena_text_of(tokens->arena, at, length);
    tokens->at += skipped + length;
}

bool tokens_next(Tokens *tokens, Token *out, PgReport *report)
{
    const char *at;

    skip_space(tokens);
    at = tokens->text + tokens->at;
    *out = (Token){.kind = TOKEN_END, .text = "", .position = (int)tokens->at + 1};
    if (*at == '\0')
        return true;
    out->is_quoted = *at == '"';
    if (*at == '\'' || *at == '"') {
        out->kind = *at == '"' ? TOKEN_WORD : TOKEN_TEXT;
        if (!read_quoted(tokens, *at, out, report))
            return false;
    } else if (is_word_start(*at)) {
        out->kind = TOKEN_WORD;
        read_word(tokens, out);
    } else if (isdigit((unsigned char)*at)) {
        out->kind = TOKEN_NUMBER;
        read_digits(tokens, out, 0);
    } else if (*at == '$' && isdigit((unsigned char)at[1])) {
        out->kind = TOKEN_PARAMETER;
        read_digits(tokens, out, 1);
    } else {
        out->kind = TOKEN_SIGN;
        read_sign(tokens, out);
    }
    out->length = tokens->at + 1 - (size_t)out->position;
    return true;
}
