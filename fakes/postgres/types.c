/*
 * fakes/postgres/types.c - the SQL types that answers are made of: names, oids, sizes, and which values are larger.
 */
#include "fakes/postgres/types.h"

#include <string.h>
#include <strings.h>

#include "fakes/postgres/numeric.h"

static const PgTypeRow TYPES[] = {
    [PG_UNKNOWN] = {"unknown",                  "unknown",     25,   -1},
    [PG_BOOL] = {"boolean",                  "bool",        16,   1 },
    [PG_INT2] = {"smallint",                 "int2",        21,   2 },
    [PG_INT4] = {"integer",                  "int4",        23,   4 },
    [PG_INT8] = {"bigint",                   "int8",        20,   8 },
    [PG_OID] = {"oid",                      "oid",         26,   4 },
    [PG_XID] = {"xid",                      "xid",         28,   4 },
    [PG_XID8] = {"xid8",                     "xid8",        5069, 8 },
    [PG_FLOAT8] = {"double precision",         "float8",      701,  8 },
    [PG_NUMERIC] = {"numeric",                  "numeric",     1700, -1},
    [PG_TEXT] = {"text",                     "text",        25,   -1},
    [PG_VARCHAR] = {"character varying",        "varchar",     1043, -1},
    [PG_NAME] = {"name",                     "name",        19,   64},
    [PG_CHAR] = {"\"char\"",                 "char",        18,   1 },
    [PG_JSON] = {"json",                     "json",        114,  -1},
    [PG_INET] = {"inet",                     "inet",        869,  -1},
    [PG_LSN] = {"pg_lsn",                   "pg_lsn",      3220, 8 },
    [PG_TIMESTAMPTZ] = {"timestamp with time zone", "timestamptz", 1184, 8 },
    [PG_INTERVAL] = {"interval",                 "interval",    1186, 16},
    [PG_VOID] = {"void",                     "void",        2278, 4 },
    [PG_TEXT_ARRAY] = {"text[]",                   "text[]",      1009, -1},
    [PG_OID_ARRAY] = {"oid[]",                    "oid[]",       1028, -1},
    [PG_ACL_ARRAY] = {"aclitem[]",                "aclitem[]",   1034, -1},
    [PG_RECORD] = {"record",                   "record",      2249, -1},
};
enum { TYPE_COUNT = sizeof TYPES / sizeof TYPES[0] };

static const struct {
    const char *name;
    PgType type;
} OTHER_NAMES[] = {
    {"int",     PG_INT4   },
    {"float",   PG_FLOAT8 },
    {"decimal", PG_NUMERIC},
};

const PgTypeRow *pg_type_row(PgType type)
{
    return &TYPES[type];
}

PgType pg_type_by_oid(uint32_t oid)
{
    for (int i = PG_BOOL; i < TYPE_COUNT; i++) {
        if (TYPES[i].oid == oid)
            return (PgType)i;
    }
    return PG_UNKNOWN;
}

static bool is_same(const char *name, const char *text, size_t length)
{
    return strlen(name) == length && strncasecmp(name, text, length) == 0;
}

PgType pg_type_by_name(const char *name, size_t length)
{
    for (int i = PG_BOOL; i < TYPE_COUNT; i++) {
        /* "char" is written with its quotes: without them it is another type. */
        if (is_same(TYPES[i].name, name, length) ||
            (i != PG_CHAR && is_same(TYPES[i].short_name, name, length)))
            return (PgType)i;
    }
    for (size_t i = 0; i < sizeof OTHER_NAMES / sizeof OTHER_NAMES[0]; i++) {
        if (is_same(OTHER_NAMES[i].name, name, length))
            return OTHER_NAMES[i].type;
    }
    return PG_UNKNOWN;
}

bool pg_type_is_whole(PgType type)
{
    return type == PG_INT2 || type == PG_INT4 || type == PG_INT8 || type == PG_OID ||
           type == PG_XID || type == PG_XID8;
}

bool pg_type_is_number(PgType type)
{
    return pg_type_is_whole(type) || type == PG_FLOAT8 || type == PG_NUMERIC;
}

bool pg_type_is_text(PgType type)
{
    return type == PG_TEXT || type == PG_VARCHAR || type == PG_NAME || type == PG_CHAR ||
           type == PG_JSON || type == PG_INET || type == PG_UNKNOWN || type >= PG_TEXT_ARRAY;
}

PgValue pg_null(PgType type)
{
    return (PgValue){.type = type, .is_null = true};
}

PgValue pg_integer(PgType type, int64_t integer)
{
    return (PgValue){.type = type, .integer = integer, .number = integer};
}

PgValue pg_text(PgType type, const char *text)
{
    return (PgValue){.type = type, .text = text, .is_null = text == NULL};
}

PgValue pg_real(double real)
{
    return (PgValue){.type = PG_FLOAT8, .real = real};
}

static __int128 interval_size(const PgValue *value)
{
    return (__int128)value->days * 86400 * 1000000 + value->integer;
}

static int order(__int128 a, __int128 b)
{
    return (a > b) - (a < b);
}

int pg_value_compare(const PgValue *a, const PgValue *b)
{
    if (a->type == PG_FLOAT8)
        return (a->real > b->real) - (a->real < b->real);
    if (a->type == PG_NUMERIC)
        return numeric_compare(a, b);
    if (a->type == PG_INTERVAL)
        return order(interval_size(a), interval_size(b));
    if (a->type == PG_LSN)
        return order((uint64_t)a->integer, (uint64_t)b->integer);
    if (pg_type_is_text(a->type))
        return strcmp(a->text, b->text);
    return order(a->integer, b->integer);
}
