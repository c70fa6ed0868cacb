/*
 * fakes/postgres/message.c - the messages of protocol 3.0, as bytes.
 */
#include "fakes/postgres/message.h"

#include <stdio.h>
#include <string.h>

enum { LENGTH_SIZE = 4 };

static uint32_t get_u32(const char *bytes)
{
    const unsigned char *at = (const unsigned char *)bytes;

    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

PgRead pg_read_startup(const char *bytes, size_t length, PgMessage *out, size_t *out_used)
{
    uint32_t size;

    if (length < LENGTH_SIZE)
        return PG_READ_MORE;
    size = get_u32(bytes);
    if (size < LENGTH_SIZE + sizeof(uint32_t) || size - LENGTH_SIZE > PG_STARTUP_MAX)
        return PG_READ_BROKEN;
    if (length < size)
        return PG_READ_MORE;
    *out = (PgMessage){.body = bytes + LENGTH_SIZE, .length = size - LENGTH_SIZE};
    *out_used = size;
    return PG_READ_WHOLE;
}

PgRead pg_read_message(const char *bytes, size_t length, PgMessage *out, size_t *out_used)
{
    uint32_t size;

    if (length < 1 + LENGTH_SIZE)
        return PG_READ_MORE;
    size = get_u32(bytes + 1);
    if (size < LENGTH_SIZE || size > PG_MESSAGE_MAX)
        return PG_READ_BROKEN;
    if (length < 1 + (size_t)size)
        return PG_READ_MORE;
    *out = (PgMessage){bytes[0], bytes + 1 + LENGTH_SIZE, size - LENGTH_SIZE};
    *out_used = 1 + (size_t)size;
    return PG_READ_WHOLE;
}

/* ---- taking apart ---- */

PgReader pg_reader(const PgMessage *message)
{
    return (PgReader){.at = message->body, .left = message->length};
}

const char *pg_take_bytes(PgReader *reader, size_t length)
{
    const char *at = reader->at;

    if (reader->is_broken || length > reader->left) {
        reader->is_broken = true;
        return NULL;
    }
    reader->at += length;
    reader->left -= length;
    return at;
}

uint8_t pg_take_byte(PgReader *reader)
{
    const char *at = pg_take_bytes(reader, 1);

    return at != NULL ? (uint8_t)*at : 0;
}

uint16_t pg_take_u16(PgReader *reader)
{
    uint16_t high = pg_take_byte(reader);

    return (uint16_t)(high << 8 | pg_take_byte(reader));
}

uint32_t pg_take_u32(PgReader *reader)
{
    const char *at = pg_take_bytes(reader, 4);

    return at != NULL ? get_u32(at) : 0;
}

uint64_t pg_take_u64(PgReader *reader)
{
    uint64_t high = pg_take_u32(reader);

    return high << 32 | pg_take_u32(reader);
}

const char *pg_take_text(PgReader *reader)
{
    const char *end = reader->is_broken ? NULL : memchr(reader->at, '\0', reader->left);

    if (end == NULL) {
        reader->has_no_end |= !reader->is_broken;
        reader->is_broken = true;
        return "";
    }
    return pg_take_bytes(reader, (size_t)(end - reader->at) + 1);
}

bool pg_reader_is_done(const PgReader *reader)
{
    return !reader->is_broken && reader->left == 0;
}

/* ---- putting together ---- */

size_t pg_message_begin(Buffer *out, char type)
{
    buffer_add_byte(out, (uint8_t)type);
    buffer_add_u32(out, 0);
    return out->length - LENGTH_SIZE;
}

static void put_length(Buffer *out, size_t at, size_t length)
{
    for (int i = 0; i < LENGTH_SIZE; i++)
        out->data[at + (size_t)i] = (char)(length >> (24 - 8 * i));
}

void pg_message_end(Buffer *out, size_t begin)
{
    put_length(out, begin, out->length - begin);
}

static void add_text(Buffer *out, const char *text)
{
    buffer_add(out, text, strlen(text) + 1);
}

void pg_add_plain(Buffer *out, char type)
{
    pg_message_end(out, pg_message_begin(out, type));
}

void pg_add_authentication(Buffer *out, uint32_t code, const void *data, size_t length)
{
    size_t begin = pg_message_begin(out, 'R');

    buffer_add_u32(out, code);
    buffer_add(out, data, length);
    pg_message_end(out, begin);
}

void pg_add_parameter_status(Buffer *out, const char *name, const char *value)
{
    size_t begin = pg_message_begin(out, 'S');

    add_text(out, name);
    add_text(out, value);
    pg_message_end(out, begin);
}

void pg_add_key_data(Buffer *out, uint32_t pid, uint32_t key)
{
    size_t begin = pg_message_begin(out, 'K');

    buffer_add_u32(out, pid);
    buffer_add_u32(out, key);
    pg_message_end(out, begin);
}

void pg_add_ready(Buffer *out, char status)
{
    size_t begin = pg_message_begin(out, 'Z');

    buffer_add_byte(out, (uint8_t)status);
    pg_message_end(out, begin);
}

void pg_add_complete(Buffer *out, const char *tag)
{
    size_t begin = pg_message_begin(out, 'C');

    add_text(out, tag);
    pg_message_end(out, begin);
}

void pg_add_copy(Buffer *out, char type, bool is_binary, int columns)
{
    size_t begin = pg_message_begin(out, type);

    buffer_add_byte(out, is_binary);
    buffer_add_u16(out, (uint16_t)columns);
    for (int i = 0; i < columns; i++)
        buffer_add_u16(out, is_binary);
    pg_message_end(out, begin);
}

static void add_report_field(Buffer *out, char code, const char *text)
{
    if (text == NULL)
        return;
    buffer_add_byte(out, (uint8_t)code);
    add_text(out, text);
}

void pg_add_report(Buffer *out, const PgReport *report)
{
    bool is_notice =
        strcmp(report->severity, "WARNING") == 0 || strcmp(report->severity, "NOTICE") == 0;
    size_t begin = pg_message_begin(out, is_notice ? 'N' : 'E');
    char position[16];

    add_report_field(out, 'S', report->severity);
    add_report_field(out, 'V', report->severity);
    add_report_field(out, 'C', report->code);
    add_report_field(out, 'M', report->message);
    add_report_field(out, 'D', report->detail);
    add_report_field(out, 'H',
                     report->hint == NULL && *report->hint_text != '\0' ? report->hint_text
                                                                        : report->hint);
    add_report_field(out, 'W', report->context);
    if (report->position > 0) {
        snprintf(position, sizeof position, "%d", report->position);
        add_report_field(out, 'P', position);
    }
    add_report_field(out, 'F', report->source.file);
    add_report_field(out, 'L', report->source.line);
    add_report_field(out, 'R', report->source.routine);
    buffer_add_byte(out, 0);
    pg_message_end(out, begin);
}

static void add_field(Buffer *out, const SqlColumn *column, SqlOrigin origin, int32_t typmod,
                      uint16_t format)
{
    const PgTypeRow *row = pg_type_row(column->type);

    add_text(out, column->name);
    buffer_add_u32(out, origin.relation);
    buffer_add_u16(out, (uint16_t)origin.attribute);
    buffer_add_u32(out, row->oid);
    buffer_add_u16(out, (uint16_t)row->size);
    buffer_add_u32(out, (uint32_t)typmod);
    buffer_add_u16(out, format);
}

void pg_add_column(Buffer *out, const SqlResult *result, int index, uint16_t format)
{
    SqlOrigin nothing = {0};

    add_field(out, &result->columns[index],
              result->origins != NULL ? result->origins[index] : nothing, -1, format);
}

void pg_add_field(Buffer *out, const char *name, PgType type, int32_t typmod)
{
    add_field(out, &(SqlColumn){.name = name, .type = type}, (SqlOrigin){0}, typmod, 0);
}

void pg_add_value(Buffer *out, const PgValue *value, uint16_t format, Arena *arena)
{
    size_t begin = out->length;

    if (value->is_null) {
        buffer_add_u32(out, UINT32_MAX);
        return;
    }
    buffer_add_u32(out, 0);
    if (format == 1)
        pg_value_binary(value, out);
    else
        buffer_add_text(out, pg_value_text(value, arena));
    /* A value's length, unlike a message's, does not count itself. */
    put_length(out, begin, out->length - begin - LENGTH_SIZE);
}
