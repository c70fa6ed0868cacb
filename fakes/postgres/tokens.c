/*
 * fakes/postgres/tokens.c - SQL text cut into words.
 */
#include "fakes/postgres/tokens.h"

#include <ctype.h>
#include <string.h>

static const PgSource SCANNER = {"scan.l", "1188", "scanner_yyerror"};

static const char OPERATOR_SIGNS[] = "+-*/<>=~!@#%^&|`?";

static bool is_word_start(char c)
{
    return isalpha((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_word(char c)
{
    return is_word_start(c) || isdigit((unsigned char)c) || c == '$';
}

/* How far a comment goes, with those in it; 0: there is none here. */
static size_t comment_length(const char *at)
{
    size_t length = 2, depth = 1;

    if (at[0] == '-' && at[1] == '-')
        return strcspn(at, "\n");
    if (at[0] != '/' || at[1] != '*')
        return 0;
    while (depth > 0 && at[length] != '\0') {
        if (at[length] == '/' && at[length + 1] == '*')
            depth++, length++;
        else if (at[length] == '*' && at[length + 1] == '/')
            depth--, length++;
        length++;
    }
    return length;
}

static void skip_space(Tokens *tokens)
{
    size_t length;

    do {
        tokens->at += strspn(tokens->text + tokens->at, " \t\r\n\f\v");
        length = comment_length(tokens->text + tokens->at);
        tokens->at += length;
    } while (length > 0);
}

/* Postgres counts characters, not bytes. */
static int position_of(Tokens *tokens)
{
    for (; tokens->counted < tokens->at; tokens->counted++)
        tokens->characters += ((unsigned char)tokens->text[tokens->counted] & 0xc0) != 0x80;
    return tokens->characters + 1;
}

static bool unterminated(const Token *token, const char *what, const char *at, PgReport *report)
{
    return pg_error_at(report, token->position, "42601", SCANNER,
                       "unterminated %s at or near \"%.200s\"", what, at);
}

/* After a text comes, on another line, more of it: how far that is; 0: nothing. */
static size_t continuation(const char *at)
{
    size_t space = strspn(at, " \t\r\n\f\v");

    return memchr(at, '\n', space) != NULL && at[space] == '\'' ? space : 0;
}

/* \n and its like; what is none of them stands for itself. */
static char unescape(char c)
{
    static const char FROM[] = "nrtbf", TO[] = "\n\r\t\b\f";
    const char *at = c != '\0' ? strchr(FROM, c) : NULL;

    return at != NULL ? TO[at - FROM] : c;
}

/* What stands between two quotes; a doubled quote is one. In E'' a backslash quotes too. */
static bool read_quoted(Tokens *tokens, char quote, bool has_escapes, Token *out, PgReport *report)
{
    const char *begin = tokens->text + tokens->at, *at = begin + 1;
    char *copy = arena_new(tokens->arena, strlen(begin) + 1), *to = copy;

    out->text = copy;
    for (;;) {
        if (*at == '\0')
            return unterminated(out, quote == '"' ? "quoted identifier" : "quoted string", begin,
                                report);
        if (*at == quote && at[1] == quote) {
            *to++ = quote;
            at += 2;
        } else if (*at == quote && quote == '\'' && continuation(at + 1) > 0) {
            at += continuation(at + 1) + 2;
        } else if (*at == quote) {
            break;
        } else if (has_escapes && *at == '\\' && at[1] != '\0') {
            *to++ = unescape(at[1]);
            at += 2;
        } else {
            *to++ = *at++;
        }
    }
    tokens->at = (size_t)(at + 1 - tokens->text);
    return true;
}

/* $$text$$ or $tag$text$tag$: how long what stands at both ends is; 0: it is none. */
static size_t dollar_length(const char *at)
{
    size_t length = 1;

    if (*at != '$')
        return 0;
    if (is_word_start(at[1]))
        while (is_word(at[length]) && at[length] != '$')
            length++;
    return at[length] == '$' ? length + 1 : 0;
}

static bool read_dollars(Tokens *tokens, size_t length, Token *out, PgReport *report)
{
    const char *begin = tokens->text + tokens->at, *end;
    const char *tag = arena_text_of(tokens->arena, begin, length);

    end = strstr(begin + length, tag);
    if (end == NULL)
        return unterminated(out, "dollar-quoted string", begin, report);
    out->text = arena_text_of(tokens->arena, begin + length, (size_t)(end - begin) - length);
    tokens->at += (size_t)(end - begin) + length;
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

/* As many as make one operator; one that has none of ~!@#%^&|`? in it does not end with + or - (4.1.3). */
static void read_sign(Tokens *tokens, Token *out)
{
    const char *at = tokens->text + tokens->at;
    size_t length = strspn(at, OPERATOR_SIGNS);

    for (size_t i = 1; i < length; i++)
        if (comment_length(at + i) > 0)
            length = i;
    if (length > 1 && strcspn(at, "~!@#%^&|`?") >= length)
        while (length > 1 && (at[length - 1] == '+' || at[length - 1] == '-'))
            length--;
    if (strncmp(at, "::", 2) == 0)
        length = 2;
    if (length == 0)
        length = 1;
    out->text = arena_text_of(tokens->arena, at, length);
    tokens->at += length;
}

/* "12", "1.5", ".5", "1e-3" */
static void read_number(Tokens *tokens, Token *out)
{
    const char *at = tokens->text + tokens->at;
    size_t length = strspn(at, "0123456789"), exponent;

    if (at[length] == '.' && at[length + 1] != '.')
        length += 1 + strspn(at + length + 1, "0123456789");
    if (at[length] == 'e' || at[length] == 'E') {
        exponent = length + 1 + (at[length + 1] == '-' || at[length + 1] == '+');
        if (isdigit((unsigned char)at[exponent]))
            length = exponent + strspn(at + exponent, "0123456789");
    }
    out->text = arena_text_of(tokens->arena, at, length);
    tokens->at += length;
}

static void read_parameter(Tokens *tokens, Token *out)
{
    size_t length = strspn(tokens->text + tokens->at + 1, "0123456789");

    out->text = arena_text_of(tokens->arena, tokens->text + tokens->at + 1, length);
    tokens->at += 1 + length;
}

static bool read_token(Tokens *tokens, Token *out, PgReport *report)
{
    const char *at = tokens->text + tokens->at;
    size_t dollars = dollar_length(at);

    if (*at == '\'' || *at == '"') {
        out->kind = *at == '"' ? TOKEN_WORD : TOKEN_TEXT;
        out->is_quoted = *at == '"';
        return read_quoted(tokens, *at, false, out, report);
    }
    if ((*at == 'e' || *at == 'E') && at[1] == '\'') {
        out->kind = TOKEN_TEXT;
        tokens->at++;
        return read_quoted(tokens, '\'', true, out, report);
    }
    if (dollars > 0) {
        out->kind = TOKEN_TEXT;
        return read_dollars(tokens, dollars, out, report);
    }
    if (is_word_start(*at)) {
        out->kind = TOKEN_WORD;
        read_word(tokens, out);
    } else if (isdigit((unsigned char)*at) || (*at == '.' && isdigit((unsigned char)at[1]))) {
        out->kind = TOKEN_NUMBER;
        read_number(tokens, out);
    } else if (*at == '$' && isdigit((unsigned char)at[1])) {
        out->kind = TOKEN_PARAMETER;
        read_parameter(tokens, out);
    } else {
        out->kind = TOKEN_SIGN;
        read_sign(tokens, out);
    }
    return true;
}

bool tokens_next(Tokens *tokens, Token *out, PgReport *report)
{
    skip_space(tokens);
    *out = (Token){.kind = TOKEN_END,
                   .text = "",
                   .position = position_of(tokens),
                   .begin = tokens->at};
    if (tokens->text[tokens->at] == '\0')
        return true;
    if (!read_token(tokens, out, report))
        return false;
    out->length = tokens->at - out->begin;
    if ((out->kind == TOKEN_NUMBER || out->kind == TOKEN_PARAMETER) &&
        is_word_start(tokens->text[tokens->at]))
        return pg_error_at(report, out->position, "42601", SCANNER,
                           "trailing junk after %s at or near \"%.*s\"",
                           out->kind == TOKEN_NUMBER ? "numeric literal" : "parameter",
                           (int)out->length + 1, tokens->text + out->begin);
    return true;
}
