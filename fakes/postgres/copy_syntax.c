/*
 * fakes/postgres/copy_syntax.c - COPY, read: what from or to where, and in which form.
 */
#include "fakes/postgres/copy_syntax.h"

#include <string.h>

#include "fakes/postgres/tokens.h"

static const PgSource SCANNER = {"scan.l", "1188", "scanner_yyerror"};
static const PgSource OPTIONS = {"copy.c", "537", "ProcessCopyOptions"};

typedef enum {
    OPTION_FORMAT,
    OPTION_DELIMITER,
    OPTION_NULL,
    OPTION_HEADER,
    OPTION_QUOTE,
    OPTION_ESCAPE,
    OPTION_COUNT
} Option;

typedef struct {
    Tokens tokens;
    Token token; /* the one that comes next */
    int begin;   /* where the statement stands in the whole text, from 1 */
    bool has[OPTION_COUNT];
    CopyStatement *out;
    PgReport *report;
} Reader;

/* ---- one word ---- */

static bool advance(Reader *reader)
{
    return tokens_next(&reader->tokens, &reader->token, reader->report);
}

static int position(const Reader *reader)
{
    return reader->begin - 1 + reader->token.position;
}

static bool is_word(const Reader *reader, const char *word)
{
    return reader->token.kind == TOKEN_WORD && !reader->token.is_quoted &&
           strcmp(reader->token.text, word) == 0;
}

static bool is_sign(const Reader *reader, const char *sign)
{
    return reader->token.kind == TOKEN_SIGN && strcmp(reader->token.text, sign) == 0;
}

static bool syntax_error(const Reader *reader)
{
    if (reader->token.kind == TOKEN_END)
        return pg_error_at(reader->report, position(reader), "42601", SCANNER,
                           "syntax error at end of input");
    return pg_error_at(reader->report, position(reader), "42601", SCANNER,
                       "syntax error at or near \"%.*s\"", (int)reader->token.length,
                       reader->tokens.text + reader->token.position - 1);
}

static bool expect(Reader *reader, bool is_it)
{
    return is_it ? advance(reader) : syntax_error(reader);
}

/* ---- what ---- */

/* The text between the parentheses that come next: a query, which is read by who reads queries. */
static bool read_query(Reader *reader)
{
    int depth = 1, begin;

    if (!advance(reader))
        return false;
    begin = reader->token.position;
    reader->out->query_position = position(reader);
    while (depth > 0) {
        depth += is_sign(reader, "(") - is_sign(reader, ")");
        if (reader->token.kind == TOKEN_END)
            return syntax_error(reader);
        if (depth == 0)
            reader->out->query =
                arena_text_of(reader->tokens.arena, reader->tokens.text + begin - 1,
                              (size_t)(reader->token.position - begin));
        if (!advance(reader))
            return false;
    }
    return true;
}

static bool read_column(Reader *reader)
{
    CopyStatement *out = reader->out;

    if (reader->token.kind != TOKEN_WORD)
        return syntax_error(reader);
    if (out->column_count == COPY_COLUMNS_MAX)
        return sql_not_understood(reader->report, position(reader), "so many columns");
    out->columns[out->column_count++] = reader->token.text;
    return advance(reader);
}

/* [public.]table [(column, ...)] */
static bool read_table(Reader *reader)
{
    if (is_word(reader, "public") && !(advance(reader) && expect(reader, is_sign(reader, "."))))
        return false;
    if (reader->token.kind != TOKEN_WORD)
        return syntax_error(reader);
    reader->out->table = reader->token.text;
    if (!advance(reader))
        return false;
    if (!is_sign(reader, "("))
        return true;
    do {
        if (!advance(reader) || !read_column(reader))
            return false;
    } while (is_sign(reader, ","));
    return expect(reader, is_sign(reader, ")"));
}

static bool read_direction(Reader *reader)
{
    CopyStatement *out = reader->out;

    out->is_from = is_word(reader, "from");
    if (!out->is_from && !is_word(reader, "to"))
        return syntax_error(reader);
    if (out->is_from && out->table == NULL)
        return syntax_error(reader);
    if (!advance(reader))
        return false;
    if (reader->token.kind == TOKEN_TEXT || is_word(reader, "program"))
        return sql_not_understood(reader->report, position(reader), "COPY of a file");
    return expect(reader, is_word(reader, "stdin") || is_word(reader, "stdout"));
}

/* ---- options ---- */

/* Once each. */
static bool note(Reader *reader, Option option, int at)
{
    if (reader->has[option])
        return pg_error_at(reader->report, at, "42601", OPTIONS,
                           "conflicting or redundant options");
    reader->has[option] = true;
    return true;
}

static bool set_format(Reader *reader, const char *value, int at)
{
    static const char *const NAMES[] = {"text", "csv", "binary"};

    for (int i = 0; i < 3; i++) {
        if (strcmp(NAMES[i], value) == 0) {
            reader->out->format = (CopyFormat)i;
            return true;
        }
    }
    return pg_error_at(reader->report, at, "22023", OPTIONS, "COPY format \"%s\" not recognized",
                       value);
}

static bool set_character(Reader *reader, const char *what, const char *value, char *out)
{
    if (strlen(value) != 1)
        return pg_error(reader->report, "0A000", OPTIONS,
                        "COPY %s must be a single one-byte character", what);
    *out = *value;
    return true;
}

static bool set_option(Reader *reader, Option option, const char *value, int at)
{
    CopyStatement *out = reader->out;

    if (!note(reader, option, at))
        return false;
    switch (option) {
    case OPTION_FORMAT:
        return set_format(reader, value, at);
    case OPTION_DELIMITER:
        return set_character(reader, "delimiter", value, &out->delimiter);
    case OPTION_NULL:
        out->null = value;
        return true;
    case OPTION_HEADER:
        out->has_header =
            strcmp(value, "false") != 0 && strcmp(value, "off") != 0 && strcmp(value, "0") != 0;
        return true;
    case OPTION_QUOTE:
        return set_character(reader, "quote", value, &out->quote);
    case OPTION_ESCAPE:
        return set_character(reader, "escape", value, &out->escape);
    case OPTION_COUNT:
        break;
    }
    return true;
}

static bool find_option(const Reader *reader, Option *out)
{
    static const char *const NAMES[OPTION_COUNT] = {"format", "delimiter", "null",
                                                    "header", "quote",     "escape"};

    for (int i = 0; i < OPTION_COUNT; i++) {
        if (is_word(reader, NAMES[i])) {
            *out = (Option)i;
            return true;
        }
    }
    return false;
}

/* (FORMAT csv, HEADER) */
static bool read_list(Reader *reader)
{
    do {
        int at;
        Option option;
        const char *value = "true";

        if (!advance(reader))
            return false;
        at = position(reader);
        if (!find_option(reader, &option))
            return pg_error_at(reader->report, at, "42601", OPTIONS, "option \"%s\" not recognized",
                               reader->token.text);
        if (!advance(reader))
            return false;
        if (!is_sign(reader, ",") && !is_sign(reader, ")")) {
            value = reader->token.text;
            if (!advance(reader))
                return false;
        }
        if (!set_option(reader, option, value, at))
            return false;
    } while (is_sign(reader, ","));
    return expect(reader, is_sign(reader, ")"));
}

/* CSV HEADER DELIMITER AS ';', as before 9.0. */
static bool read_old(Reader *reader)
{
    while (reader->token.kind != TOKEN_END) {
        int at = position(reader);
        Option option;

        if (is_word(reader, "csv") || is_word(reader, "binary")) {
            if (!set_option(reader, OPTION_FORMAT, reader->token.text, at) || !advance(reader))
                return false;
            continue;
        }
        if (!find_option(reader, &option) || option == OPTION_FORMAT)
            return syntax_error(reader);
        if (!advance(reader))
            return false;
        if (option == OPTION_HEADER) {
            if (!set_option(reader, option, "true", at))
                return false;
            continue;
        }
        if (is_word(reader, "as") && !advance(reader))
            return false;
        if (reader->token.kind != TOKEN_TEXT)
            return syntax_error(reader);
        if (!set_option(reader, option, reader->token.text, at) || !advance(reader))
            return false;
    }
    return true;
}

static bool check_options(const Reader *reader)
{
    CopyFormat format = reader->out->format;

    if (format == COPY_BINARY && reader->has[OPTION_DELIMITER])
        return pg_error(reader->report, "42601", OPTIONS,
                        "cannot specify DELIMITER in BINARY mode");
    if (format == COPY_BINARY && reader->has[OPTION_NULL])
        return pg_error(reader->report, "42601", OPTIONS, "cannot specify NULL in BINARY mode");
    if (format == COPY_BINARY && reader->out->has_header)
        return pg_error(reader->report, "0A000", OPTIONS, "cannot specify HEADER in BINARY mode");
    if (format != COPY_CSV && reader->has[OPTION_QUOTE])
        return pg_error(reader->report, "0A000", OPTIONS, "COPY quote available only in CSV mode");
    if (format != COPY_CSV && reader->has[OPTION_ESCAPE])
        return pg_error(reader->report, "0A000", OPTIONS, "COPY escape available only in CSV mode");
    return true;
}

static void fill_options(const Reader *reader)
{
    CopyStatement *out = reader->out;
    bool is_csv = out->format == COPY_CSV;

    if (!reader->has[OPTION_DELIMITER])
        out->delimiter = is_csv ? ',' : '\t';
    if (!reader->has[OPTION_NULL])
        out->null = is_csv ? "" : "\\N";
    if (!reader->has[OPTION_QUOTE])
        out->quote = '"';
    if (!reader->has[OPTION_ESCAPE])
        out->escape = out->quote;
}

bool copy_parse(const SqlStatement *statement, Arena *arena, CopyStatement *out, PgReport *report)
{
    Reader reader = {
        .tokens = {.text = statement->text, .arena = arena},
        .begin = statement->position,
        .out = out,
        .report = report
    };

    *out = (CopyStatement){0};
    if (!advance(&reader) || !expect(&reader, is_word(&reader, "copy")))
        return false;
    if (!(is_sign(&reader, "(") ? read_query(&reader) : read_table(&reader)) ||
        !read_direction(&reader))
        return false;
    if (is_word(&reader, "with") && !advance(&reader))
        return false;
    if (!(is_sign(&reader, "(") ? read_list(&reader) : read_old(&reader)))
        return false;
    if (reader.token.kind != TOKEN_END)
        return syntax_error(&reader);
    if (!check_options(&reader))
        return false;
    fill_options(&reader);
    return true;
}
