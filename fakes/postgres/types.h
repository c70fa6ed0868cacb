/*
 * fakes/postgres/types.h - the SQL types that answers are made of, and how their values look on the wire.
 *
 * Source: pg_type of PostgreSQL 15.20 (oids, sizes); the in, out, send and recv functions of each type.
 * Ownership: texts are borrowed or in the arena that was given.
 */
#ifndef FAKES_POSTGRES_TYPES_H
#define FAKES_POSTGRES_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "fakes/postgres/report.h"

typedef enum {
    PG_UNKNOWN, /* a literal or parameter that takes the type its place asks for */
    PG_BOOL,
    PG_INT2,
    PG_INT4,
    PG_INT8,
    PG_OID,
    PG_XID,
    PG_XID8,
    PG_FLOAT8,
    PG_NUMERIC,
    PG_TEXT,
    PG_VARCHAR,
    PG_NAME,
    PG_CHAR, /* "char": one byte */
    PG_JSON,
    PG_INET,
    PG_LSN,
    PG_TIMESTAMPTZ,
    PG_INTERVAL,
    PG_VOID,
    PG_TEXT_ARRAY, /* arrays only as their texts: "{a,b}" */
    PG_OID_ARRAY,
    PG_ACL_ARRAY,
    PG_RECORD, /* likewise: "(a,b)" */
} PgType;

typedef struct {
    const char *name; /* "integer", as Postgres writes it in messages */
    const char *short_name;
    uint32_t oid;
    int16_t size; /* -1: varies */
} PgTypeRow;
const PgTypeRow *pg_type_row(PgType type);
/* By oid or by any of its names; PG_UNKNOWN if it is none of these. */
PgType pg_type_by_oid(uint32_t oid);
PgType pg_type_by_name(const char *name, size_t length);

/* integer, bigint, oid, xid: whole numbers; with numeric and double precision, numbers; what is kept as text. */
bool pg_type_is_whole(PgType type);
bool pg_type_is_number(PgType type);
bool pg_type_is_text(PgType type);

/* integer: bool, the whole numbers, LSN; timestamps (since 1970) and intervals in microseconds. */
typedef struct {
    PgType type;
    bool is_null;
    int scale;    /* of a numeric: digits after the point, 0 to PG_SCALE_MAX */
    int32_t days; /* of an interval, besides its microseconds */
    int64_t integer;
    __int128 number;  /* of a numeric: times 10^scale */
    double real;      /* float8 */
    const char *text; /* what is kept as text */
} PgValue;

enum { PG_SCALE_MAX = 24 };

PgValue pg_null(PgType type);
PgValue pg_integer(PgType type, int64_t integer); /* also a numeric */
PgValue pg_text(PgType type, const char *text);
PgValue pg_real(double real);

/* Of two values of one type, neither NULL: less than 0, 0, or more than 0. */
int pg_value_compare(const PgValue *a, const PgValue *b);

/* As text, and as `select` prints it. */
const char *pg_value_text(const PgValue *value, Arena *arena);
/* Appends the binary form, without its length. */
void pg_value_binary(const PgValue *value, Buffer *out);

/* Reads the text of a type: what a literal or a text parameter says. Fails with 22P02, 22007 or 22003 at position. */
bool pg_value_parse(PgType type, const char *text, int position, Arena *arena, PgValue *out,
                    PgReport *report);
/* Reads a binary parameter. Fails with 22P03. */
bool pg_value_decode(PgType type, const char *bytes, size_t length, Arena *arena, PgValue *out,
                     PgReport *report);
/* Is there a cast from one to the other? */
bool pg_type_can_cast(PgType from, PgType to);
/* Makes one type of another, which there must be a cast for. Fails with what reading a text says, or 22003. */
bool pg_value_cast(const PgValue *value, PgType type, Arena *arena, PgValue *out, PgReport *report);

#endif
