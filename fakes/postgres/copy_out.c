/*
 * fakes/postgres/copy_out.c - rows out to the client, in the forms of COPY: text, CSV, binary.
 *
 * Source: PostgreSQL 15 manual, COPY (file formats); copyto.c of 15.20.
 */
#include <string.h>

#include "fakes/postgres/copy.h"

static void add_text(Buffer *out, const char *text, char delimiter)
{
    static const char SPECIAL[] = "\b\f\n\r\t\v\\", LETTERS[] = "bfnrtv\\";

    for (; *text != '\0'; text++) {
        const char *special = strchr(SPECIAL, *text);

        if (special != NULL || *text == delimiter)
            buffer_add_byte(out, '\\');
        buffer_add_byte(out, (uint8_t)(special != NULL ? LETTERS[special - SPECIAL] : *text));
    }
}

/* Would it be read as something else without quotes? */
static bool needs_quotes(const CopyStatement *copy, const char *text, bool is_alone)
{
    return strcmp(text, copy->null) == 0 || (is_alone && strcmp(text, "\\.") == 0) ||
           strchr(text, copy->delimiter) != NULL || strchr(text, copy->quote) != NULL ||
           strpbrk(text, "\r\n") != NULL;
}

static void add_csv(Buffer *out, const CopyStatement *copy, const char *text, bool is_alone)
{
    if (!needs_quotes(copy, text, is_alone)) {
        buffer_add_text(out, text);
        return;
    }
    buffer_add_byte(out, (uint8_t)copy->quote);
    for (; *text != '\0'; text++) {
        if (*text == copy->quote || *text == copy->escape)
            buffer_add_byte(out, (uint8_t)copy->escape);
        buffer_add_byte(out, (uint8_t)*text);
    }
    buffer_add_byte(out, (uint8_t)copy->quote);
}

/* text NULL: NULL. */
static void add_field(Buffer *out, const CopyStatement *copy, const char *text, int column,
                      int column_count)
{
    if (column > 0)
        buffer_add_byte(out, (uint8_t)copy->delimiter);
    if (text == NULL)
        buffer_add_text(out, copy->null);
    else if (copy->format == COPY_CSV)
        add_csv(out, copy, text, column_count == 1);
    else
        add_text(out, text, copy->delimiter);
}

static void send_header(PgSession *session, const CopyStatement *copy, const SqlResult *result)
{
    size_t begin = pg_message_begin(&session->out, 'd');

    for (int i = 0; i < result->column_count; i++)
        add_field(&session->out, copy, result->columns[i].name, i, result->column_count);
    buffer_add_byte(&session->out, '\n');
    pg_message_end(&session->out, begin);
}

static void send_line(PgSession *session, const CopyStatement *copy, const PgValue *row,
                      int column_count)
{
    size_t begin = pg_message_begin(&session->out, 'd');

    for (int i = 0; i < column_count; i++)
        add_field(&session->out, copy,
                  row[i].is_null ? NULL : pg_value_text(&row[i], &session->arena), i, column_count);
    buffer_add_byte(&session->out, '\n');
    pg_message_end(&session->out, begin);
}

static void send_lines(PgSession *session, const CopyStatement *copy, const SqlResult *result)
{
    if (copy->has_header)
        send_header(session, copy, result);
    for (size_t i = 0; i < result->rows.count; i++)
        send_line(session, copy, result->rows.rows[i], result->column_count);
}

/* The file's head goes with the first row, or with the end if there is none. */
static void send_binary(PgSession *session, const SqlResult *result)
{
    static const char HEAD[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0";
    size_t begin = pg_message_begin(&session->out, 'd');

    buffer_add(&session->out, HEAD, sizeof HEAD);
    for (size_t i = 0; i < result->rows.count; i++) {
        buffer_add_u16(&session->out, (uint16_t)result->column_count);
        for (int c = 0; c < result->column_count; c++)
            pg_add_value(&session->out, &result->rows.rows[i][c], 1, &session->arena);
        pg_message_end(&session->out, begin);
        begin = pg_message_begin(&session->out, 'd');
    }
    buffer_add_u16(&session->out, UINT16_MAX);
    pg_message_end(&session->out, begin);
}

void copy_out_send(PgSession *session, const CopyStatement *copy, const SqlResult *result)
{
    pg_add_copy(&session->out, 'H', copy->format == COPY_BINARY, result->column_count);
    if (copy->format == COPY_BINARY)
        send_binary(session, result);
    else
        send_lines(session, copy, result);
    pg_add_plain(&session->out, 'c');
}
