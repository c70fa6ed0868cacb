/*
 * fakes/postgres/values.c - values as they look on the wire: as text, and in binary.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fakes/postgres/numeric.h"
#include "fakes/postgres/times.h"
#include "fakes/postgres/types.h"

static const int64_t EPOCH_2000_US = 946684800 * (int64_t)1000000; /* where Postgres counts from */

/* The fewest digits that are read back as the same number; from 1e15 on with an exponent. */
static const char *real_text(double real, Arena *arena)
{
    char text[40];
    int digits = 1, exponent;

    if (isnan(real))
        return "NaN";
    if (isinf(real))
        return real > 0 ? "Infinity" : "-Infinity";
    do
        snprintf(text, sizeof text, "%.*e", digits - 1, real);
    while (strtod(text, NULL) != real && digits++ < 17);
    exponent = atoi(strchr(text, 'e') + 1);
    if (exponent < -4 || exponent >= 15)
        return arena_text(arena, text);
    return arena_format(arena, "%.*f", digits - 1 > exponent ? digits - 1 - exponent : 0, real);
}

const char *pg_value_text(const PgValue *value, Arena *arena)
{
    uint64_t lsn = (uint64_t)value->integer;

    switch (value->type) {
    case PG_BOOL:
        return value->integer ? "t" : "f";
    case PG_INT2:
    case PG_INT4:
    case PG_INT8:
    case PG_OID:
    case PG_XID:
    case PG_XID8:
        return arena_format(arena, "%" PRId64, value->integer);
    case PG_FLOAT8:
        return real_text(value->real, arena);
    case PG_NUMERIC:
        return numeric_text(value, arena);
    case PG_LSN:
        return arena_format(arena, "%" PRIX64 "/%" PRIX64, lsn >> 32, lsn & 0xffffffff);
    case PG_TIMESTAMPTZ:
        return times_timestamp_text(value->integer, arena);
    case PG_INTERVAL:
        return times_interval_text(value, arena);
    case PG_VOID:
        return "";
    default:
        return value->text;
    }
}

/* ---- binary ---- */

static void real_binary(double real, Buffer *out)
{
    uint64_t bits;

    memcpy(&bits, &real, sizeof bits);
    buffer_add_u64(out, bits);
}

/* network_send: family (2: IPv4), bits, is_cidr, length, address. */
static void inet_binary(const char *text, Buffer *out)
{
    unsigned a = 0, b = 0, c = 0, d = 0;

    sscanf(text, "%u.%u.%u.%u", &a, &b, &c, &d);
    buffer_add_u32(out, 0x02200004);
    buffer_add_u32(out, a << 24 | b << 16 | c << 8 | d);
}

void pg_value_binary(const PgValue *value, Buffer *out)
{
    switch (value->type) {
    case PG_BOOL:
        buffer_add_byte(out, value->integer != 0);
        return;
    case PG_INT2:
        buffer_add_u16(out, (uint16_t)value->integer);
        return;
    case PG_INT4:
    case PG_OID:
    case PG_XID:
        buffer_add_u32(out, (uint32_t)value->integer);
        return;
    case PG_INT8:
    case PG_XID8:
    case PG_LSN:
        buffer_add_u64(out, (uint64_t)value->integer);
        return;
    case PG_TIMESTAMPTZ:
        buffer_add_u64(out, (uint64_t)(value->integer - EPOCH_2000_US));
        return;
    case PG_INTERVAL: /* microseconds, days, months */
        buffer_add_u64(out, (uint64_t)value->integer);
        buffer_add_u32(out, (uint32_t)value->days);
        buffer_add_u32(out, 0);
        return;
    case PG_FLOAT8:
        real_binary(value->real, out);
        return;
    case PG_NUMERIC:
        numeric_binary(value, out);
        return;
    case PG_INET:
        inet_binary(value->text, out);
        return;
    case PG_VOID:
        return;
    default:
        buffer_add_text(out, value->text);
    }
}

static const PgSource RECEIVE = {"postgres.c", "1792", "exec_bind_message"};

static int64_t read_big_endian(const char *bytes, size_t length)
{
    uint64_t value = length > 0 && (bytes[0] & 0x80) ? UINT64_MAX : 0;

    for (size_t i = 0; i < length; i++)
        value = value << 8 | (unsigned char)bytes[i];
    return (int64_t)value;
}

bool pg_value_decode(PgType type, const char *bytes, size_t length, Arena *arena, PgValue *out,
                     PgReport *report)
{
    const PgTypeRow *row = pg_type_row(type);

    *out = (PgValue){.type = type};
    if (type == PG_INTERVAL || type == PG_NUMERIC || type == PG_INET || type == PG_VOID ||
        type >= PG_TEXT_ARRAY)
        return pg_error(report, "0A000", RECEIVE, "this server reads no binary values of type %s",
                        row->name);
    if (pg_type_is_text(type)) {
        out->text = arena_text_of(arena, bytes, length);
        return true;
    }
    if (length < (size_t)row->size)
        return pg_error(report, "08P01", (PgSource){"pqformat.c", "510", "pq_copymsgbytes"},
                        "insufficient data left in message");
    if (length > (size_t)row->size)
        return pg_error(report, "22P03", RECEIVE, "incorrect binary data format in bind parameter");
    out->integer = read_big_endian(bytes, length);
    if (type == PG_OID || type == PG_XID)
        out->integer &= 0xffffffff;
    if (type == PG_TIMESTAMPTZ)
        out->integer += EPOCH_2000_US;
    if (type == PG_FLOAT8)
        memcpy(&out->real, &out->integer, sizeof out->real);
    return true;
}
