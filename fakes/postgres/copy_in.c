/*
 * fakes/postgres/copy_in.c - rows in from the client, in the forms of COPY: text and CSV.
 *
 * Source: PostgreSQL 15 manual, 55.2.6, COPY (file formats); copyfromparse.c of 15.20.
 * A table here has a key, which begins with the table's name and is there once, and a value that is JSON; what does not fit fails as it would by
 * constraints.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "fakes/postgres/copy.h"

static const PgSource PARSE = {"copyfromparse.c", "883", "NextCopyFrom"};
static const PgSource GET_DATA = {"copyfromparse.c", "254", "CopyGetData"};
static const PgSource CONSTRAINTS = {"execMain.c", "1883", "ExecConstraints"};
static const PgSource UNIQUE = {"nbtinsert.c", "664", "_bt_check_unique"};

enum { FIELDS = 2, LINE_MAX_BYTES = 1 << 20 };

/* A row that waits: for the end of its COPY, then for the end of its transaction. */
typedef struct PgCopiedRow {
    char *key;
    cJSON *value;
    struct PgCopiedRow *next;
} PgCopiedRow;

typedef struct PgCopyIn {
    Arena arena; /* of the statement */
    CopyStatement statement;
    int fields[FIELDS]; /* which of them is the key, which the value; -1: left out */
    Buffer bytes;       /* no whole line yet */
    Arena line_arena;
    int line;       /* at work, from 1 */
    bool has_ended; /* "\." came: the rest is read over */
    PgCopiedRow *rows, **rows_end;
    size_t row_count;
} PgCopyIn;

static void rows_free(PgCopiedRow *row)
{
    while (row != NULL) {
        PgCopiedRow *next = row->next;

        cJSON_Delete(row->value);
        free(row->key);
        free(row);
        row = next;
    }
}

/* ---- the beginning ---- */

static int find_field(const CopyStatement *statement, const char *name, int otherwise)
{
    for (int i = 0; i < statement->column_count; i++) {
        if (strcmp(statement->columns[i], name) == 0)
            return i;
    }
    return statement->column_count > 0 ? -1 : otherwise;
}

static int field_count(const PgCopyIn *copy)
{
    return copy->statement.column_count > 0 ? copy->statement.column_count : FIELDS;
}

bool copy_in_begin(PgSession *session, const CopyStatement *statement, PgReport *report)
{
    PgCopyIn *copy;

    if (statement->format == COPY_BINARY)
        return sql_not_understood(report, 0, "COPY FROM in binary");
    copy = MEMORY_NEW(PgCopyIn);
    copy->statement = *statement;
    copy->statement.table = arena_text(&copy->arena, statement->table);
    copy->statement.null = arena_text(&copy->arena, statement->null);
    for (int i = 0; i < statement->column_count; i++)
        copy->statement.columns[i] = arena_text(&copy->arena, statement->columns[i]);
    copy->fields[0] = find_field(statement, "key", 0);
    copy->fields[1] = find_field(statement, "value", 1);
    copy->line = 1;
    copy->rows_end = &copy->rows;
    session->copy = copy;
    pg_add_copy(&session->out, 'G', false, field_count(copy));
    return true;
}

void copy_in_end(PgSession *session)
{
    PgCopyIn *copy = session->copy;

    session->copy = NULL;
    if (copy == NULL)
        return;
    rows_free(copy->rows);
    buffer_release(&copy->bytes);
    arena_release(&copy->line_arena);
    arena_release(&copy->arena);
    free(copy);
}

/* ---- fields ---- */

static int hex_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* What stands behind a backslash; *at is behind the backslash, and ends up behind what was taken. */
static char take_escaped(const char **at)
{
    static const char LETTERS[] = "bfnrtv", MEANT[] = "\b\f\n\r\t\v";
    char c = *(*at)++;
    int value = 0, digits = 0;

    if (c != '\0' && strchr(LETTERS, c) != NULL)
        return MEANT[strchr(LETTERS, c) - LETTERS];
    if (c == 'x' && hex_of(**at) >= 0) {
        for (; digits < 2 && hex_of(**at) >= 0; digits++)
            value = value * 16 + hex_of(*(*at)++);
        return (char)value;
    }
    if (c < '0' || c > '7')
        return c;
    for (value = c - '0'; digits < 2 && **at >= '0' && **at <= '7'; digits++)
        value = value * 8 + (*(*at)++ - '0');
    return (char)value;
}

/* One field from the text form; NULL: it is NULL. */
static const char *take_text_field(PgCopyIn *copy, const char **at)
{
    const char *begin = *at;
    char *field = arena_text(&copy->line_arena, begin), *to = field;

    while (**at != '\0' && **at != copy->statement.delimiter) {
        if (**at != '\\' || (*at)[1] == '\0') {
            *to++ = *(*at)++;
            continue;
        }
        (*at)++;
        *to++ = take_escaped(at);
    }
    *to = '\0';
    if (strlen(copy->statement.null) == (size_t)(*at - begin) &&
        memcmp(begin, copy->statement.null, (size_t)(*at - begin)) == 0)
        return NULL;
    return field;
}

static const char *take_csv_field(PgCopyIn *copy, const char **at)
{
    const CopyStatement *form = &copy->statement;
    char *field = arena_text(&copy->line_arena, *at), *to = field;
    bool is_inside = false, was_quoted = false;

    for (; **at != '\0' && (is_inside || **at != form->delimiter); (*at)++) {
        if (is_inside && **at == form->escape &&
            ((*at)[1] == form->quote ||
             ((*at)[1] == form->escape && form->escape != form->quote))) {
            *to++ = *++*at;
        } else if (**at == form->quote) {
            is_inside = !is_inside;
            was_quoted = true;
        } else {
            *to++ = **at;
        }
    }
    *to = '\0';
    return !was_quoted && strcmp(field, form->null) == 0 ? NULL : field;
}

/* ---- one line ---- */

static const char *context_of(PgSession *session, const char *line)
{
    const PgCopyIn *copy = session->copy;

    if (line == NULL)
        return arena_format(&session->arena, "COPY %s, line %d", copy->statement.table, copy->line);
    return arena_format(&session->arena, "COPY %s, line %d: \"%s\"", copy->statement.table,
                        copy->line, line);
}

static bool split(PgSession *session, const char *line, const char *fields[COPY_COLUMNS_MAX],
                  PgReport *report)
{
    static const char *const NAMES[FIELDS] = {"key", "value"};
    PgCopyIn *copy = session->copy;
    const CopyStatement *form = &copy->statement;
    const char *at = line;
    int count = field_count(copy);

    assert(count <= FIELDS);
    for (int i = 0; i < count; i++) {
        fields[i] =
            form->format == COPY_CSV ? take_csv_field(copy, &at) : take_text_field(copy, &at);
        if (*at == '\0' && i + 1 < count)
            return pg_error(report, "22P04", PARSE, "missing data for column \"%s\"",
                            form->column_count > 0 ? form->columns[i + 1] : NAMES[i + 1]);
        at += *at != '\0' && i + 1 < count;
    }
    return *at == '\0' || pg_error(report, "22P04", PARSE, "extra data after last expected column");
}

static bool is_there(PgSession *session, const char *key)
{
    const PgCopiedRow *row;

    for (row = session->copy->rows; row != NULL; row = row->next) {
        if (strcmp(row->key, key) == 0)
            return true;
    }
    for (row = session->copied; row != NULL; row = row->next) {
        if (strcmp(row->key, key) == 0)
            return true;
    }
    return pg_row(session->options.instance, key) != NULL;
}

/* Says what row it was that a constraint did not take. */
static bool failing_row(PgSession *session, const char *key, const char *value, PgReport *report)
{
    report->detail = arena_format(&session->arena, "Failing row contains (%s, %s).",
                                  key != NULL ? key : "null", value != NULL ? value : "null");
    return false;
}

static bool check_null(PgSession *session, const char *key, const char *value, PgReport *report)
{
    if (key != NULL && value != NULL)
        return true;
    pg_error(report, "23502", CONSTRAINTS,
             "null value in column \"%s\" of relation \"%s\" violates not-null constraint",
             key == NULL ? "key" : "value", session->copy->statement.table);
    return failing_row(session, key, value, report);
}

static bool check_key(PgSession *session, const char *key, const char *value, PgReport *report)
{
    const char *table = session->copy->statement.table;
    size_t length = strlen(table);

    if (strncmp(key, table, length) != 0 || key[length] != '/') {
        pg_error(report, "23514", CONSTRAINTS,
                 "new row for relation \"%s\" violates check constraint \"%s_key_check\"", table,
                 table);
        return failing_row(session, key, value, report);
    }
    if (!is_there(session, key))
        return true;
    pg_error(report, "23505", UNIQUE, "duplicate key value violates unique constraint \"%s_pkey\"",
             table);
    report->detail = arena_format(&session->arena, "Key (key)=(%s) already exists.", key);
    report->context = context_of(session, NULL); /* it is past the line then */
    return false;
}

static bool read_row(PgSession *session, const char *key, const char *value, PgReport *report)
{
    PgCopyIn *copy = session->copy;
    PgCopiedRow *row;
    cJSON *json;

    if (!check_null(session, key, value, report) || !check_key(session, key, value, report))
        return false;
    assert(key != NULL && value != NULL);
    if (!json_parse(value, strlen(value), &json, NULL))
        return pg_error(report, "22P02", PARSE, "invalid input syntax for type json");
    row = MEMORY_NEW(PgCopiedRow);
    *row = (PgCopiedRow){.key = memory_text(key), .value = json};
    *copy->rows_end = row;
    copy->rows_end = &row->next;
    copy->row_count++;
    return true;
}

static bool take_line(PgSession *session, const char *line, PgReport *report)
{
    PgCopyIn *copy = session->copy;
    const char *fields[COPY_COLUMNS_MAX];

    if (strcmp(line, "\\.") == 0) {
        copy->has_ended = true;
        return true;
    }
    arena_reset(&copy->line_arena);
    if ((copy->line > 1 || !copy->statement.has_header) &&
        (!split(session, line, fields, report) ||
         !read_row(session, copy->fields[0] >= 0 ? fields[copy->fields[0]] : NULL,
                   copy->fields[1] >= 0 ? fields[copy->fields[1]] : NULL, report))) {
        if (report->context == NULL)
            report->context = context_of(session, line);
        return false;
    }
    copy->line++;
    return true;
}

/* ---- lines out of bytes ---- */

/* Where the line ends that begins the bytes; NULL: it is not whole yet. A CSV field may hold ends of lines. */
static const char *find_end(const PgCopyIn *copy)
{
    bool is_inside = false;

    for (size_t i = 0; i < copy->bytes.length; i++) {
        if (copy->statement.format == COPY_CSV && copy->bytes.data[i] == copy->statement.quote)
            is_inside = !is_inside;
        if (copy->bytes.data[i] == '\n' && !is_inside)
            return copy->bytes.data + i;
    }
    return NULL;
}

static bool take_bytes(PgSession *session, size_t length, size_t eaten, PgReport *report)
{
    PgCopyIn *copy = session->copy;
    char *line;

    if (memchr(copy->bytes.data, '\0', length) != NULL)
        return pg_error(report, "22021", PARSE,
                        "invalid byte sequence for encoding \"UTF8\": 0x00");
    line = arena_text_of(&session->arena, copy->bytes.data, length);
    if (length > 0 && line[length - 1] == '\r')
        line[length - 1] = '\0';
    buffer_eat(&copy->bytes, eaten);
    return take_line(session, line, report);
}

static bool take_data(PgSession *session, PgReport *report)
{
    PgCopyIn *copy = session->copy;
    const char *end;

    if (copy->has_ended)
        return true;
    buffer_add(&copy->bytes, session->message.body, session->message.length);
    while (!copy->has_ended && (end = find_end(copy)) != NULL) {
        size_t length = (size_t)(end - copy->bytes.data);

        if (!take_bytes(session, length, length + 1, report))
            return false;
    }
    return copy->bytes.length < LINE_MAX_BYTES ||
           pg_error(report, "54000", PARSE, "this server takes lines of %d bytes at most",
                    LINE_MAX_BYTES);
}

/* CopyDone: the last line may lack its end. */
static bool finish(PgSession *session, size_t *out_rows, PgReport *report)
{
    PgCopyIn *copy = session->copy;
    PgCopiedRow **last = &session->copied;

    if (!copy->has_ended && copy->bytes.length > 0 &&
        !take_bytes(session, copy->bytes.length, copy->bytes.length, report))
        return false;
    while (*last != NULL)
        last = &(*last)->next;
    *last = copy->rows;
    copy->rows = NULL;
    *out_rows = copy->row_count;
    return true;
}

CopyState copy_in_take(PgSession *session, size_t *out_rows, PgReport *report)
{
    PgReader reader = pg_reader(&session->message);

    switch (session->message.type) {
    case 'd':
        return take_data(session, report) ? COPY_GOES_ON : COPY_HAS_FAILED;
    case 'c':
        return finish(session, out_rows, report) ? COPY_IS_DONE : COPY_HAS_FAILED;
    case 'f':
        pg_error(report, "57014", GET_DATA, "COPY from stdin failed: %s", pg_take_text(&reader));
        report->context = context_of(session, NULL);
        return COPY_HAS_FAILED;
    case 'H':
    case 'S':
        return COPY_GOES_ON;
    default:
        pg_error(report, "08P01", GET_DATA, "unexpected message type 0x%02X during COPY from stdin",
                 (unsigned char)session->message.type);
        report->context = context_of(session, NULL);
        return COPY_IS_LOST;
    }
}

/* ---- the transaction's end ---- */

void copy_commit(PgSession *session)
{
    for (const PgCopiedRow *row = session->copied; row != NULL; row = row->next)
        pg_write(session->options.instance, row->key, row->value, NULL);
    copy_forget(session);
}

void copy_forget(PgSession *session)
{
    rows_free(session->copied);
    session->copied = NULL;
}
