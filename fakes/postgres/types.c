/*
 * fakes/postgres/types.c - the SQL types that answers are made of, and how their values look on the wire.
 */
#include "fakes/postgres/types.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/clock.h"

static const PgTypeRow TYPES[] = {
    [PG_UNKNOWN] = {"unknown",                  "unknown",     25,   -1},
    [PG_BOOL] = {"boolean",                  "bool",        16,   1 },
    [PG_INT4] = {"integer",                  "int4",        23,   4 },
    [PG_INT8] = {"bigint",                   "int8",        20,   8 },
    [PG_OID] = {"oid",                      "oid",         26,   4 },
    [PG_XID] = {"xid",                      "xid",         28,   4 },
    [PG_FLOAT8] = {"double precision",         "float8",      701,  8 },
    [PG_NUMERIC] = {"numeric",                  "numeric",     1700, -1},
    [PG_TEXT] = {"text",                     "text",        25,   -1},
    [PG_NAME] = {"name",                     "name",        19,   64},
    [PG_JSON] = {"json",                     "json",        114,  -1},
    [PG_INET] = {"inet",                     "inet",        869,  -1},
    [PG_LSN] = {"pg_lsn",                   "pg_lsn",      3220, 8 },
    [PG_TIMESTAMPTZ] = {"timestamp with time zone", "timestamptz", 1184, 8 },
    [PG_INTERVAL] = {"interval",                 "interval",    1186, 16},
    [PG_VOID] = {"void",                     "void",        2278, 4 },
};
enum { TYPE_COUNT = sizeof TYPES / sizeof TYPES[0] };

static const struct {
    const char *name;
    PgType type;
} OTHER_NAMES[] = {
    {"int",      PG_INT4   },
    {"float",    PG_FLOAT8 },
    {"decimal",  PG_NUMERIC},
    {"varchar",  PG_TEXT   },
    {"regclass", PG_TEXT   },
};

static const int64_t SECOND_US = 1000000;
static const int64_t DAY_US = 86400 * (int64_t)1000000;
static const int64_t EPOCH_2000_US = 946684800 * (int64_t)1000000; /* where Postgres counts from */

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
        if (is_same(TYPES[i].name, name, length) || is_same(TYPES[i].short_name, name, length))
            return (PgType)i;
    }
    for (size_t i = 0; i < sizeof OTHER_NAMES / sizeof OTHER_NAMES[0]; i++) {
        if (is_same(OTHER_NAMES[i].name, name, length))
            return OTHER_NAMES[i].type;
    }
    return PG_UNKNOWN;
}

int64_t pg_scale_unit(int scale)
{
    int64_t unit = 1;

    while (scale-- > 0)
        unit *= 10;
    return unit;
}

PgValue pg_null(PgType type)
{
    return (PgValue){.type = type, .is_null = true};
}

PgValue pg_integer(PgType type, int64_t integer)
{
    return (PgValue){.type = type, .integer = integer};
}

PgValue pg_text(PgType type, const char *text)
{
    return (PgValue){.type = type, .text = text, .is_null = text == NULL};
}

/* ---- text ---- */

/* ".25" of 250000 microseconds: no zeros at the end. */
static const char *fraction_text(int64_t micros, char out_text[16])
{
    size_t length;

    if (micros == 0)
        return "";
    snprintf(out_text, 16, ".%06" PRId64, micros);
    for (length = strlen(out_text); out_text[length - 1] == '0'; length--)
        out_text[length - 1] = '\0';
    return out_text;
}

static const char *timestamp_text(int64_t micros, Arena *arena)
{
    time_t seconds = (time_t)(micros / SECOND_US);
    char fraction[16];
    struct tm tm;

    gmtime_r(&seconds, &tm);
    return arena_format(arena, "%04d-%02d-%02d %02d:%02d:%02d%s+00", tm.tm_year + 1900,
                        tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
                        fraction_text(micros % SECOND_US, fraction));
}

static const char *interval_text(int64_t micros, Arena *arena)
{
    int64_t size = micros < 0 ? -micros : micros, days = size / DAY_US;
    int64_t seconds = size % DAY_US / SECOND_US;
    const char *sign = micros < 0 ? "-" : "";
    char fraction[16], day[40] = "";

    if (days > 0)
        snprintf(day, sizeof day, "%s%" PRId64 " day%s ", sign, days,
                 days == 1 && micros > 0 ? "" : "s");
    if (days > 0 && size % DAY_US == 0) {
        day[strlen(day) - 1] = '\0';
        return arena_text(arena, day);
    }
    return arena_format(arena, "%s%s%02" PRId64 ":%02" PRId64 ":%02" PRId64 "%s", day, sign,
                        seconds / 3600, seconds / 60 % 60, seconds % 60,
                        fraction_text(size % SECOND_US, fraction));
}

static const char *numeric_text(const PgValue *value, Arena *arena)
{
    uint64_t size = value->integer < 0 ? -(uint64_t)value->integer : (uint64_t)value->integer;
    uint64_t unit = (uint64_t)pg_scale_unit(value->scale);
    const char *sign = value->integer < 0 ? "-" : "";

    if (value->scale == 0)
        return arena_format(arena, "%s%" PRIu64, sign, size);
    return arena_format(arena, "%s%" PRIu64 ".%0*" PRIu64, sign, size / unit, value->scale,
                        size % unit);
}

const char *pg_value_text(const PgValue *value, Arena *arena)
{
    uint64_t lsn = (uint64_t)value->integer;

    switch (value->type) {
    case PG_BOOL:
        return value->integer ? "t" : "f";
    case PG_INT4:
    case PG_INT8:
    case PG_OID:
    case PG_XID:
        return arena_format(arena, "%" PRId64, value->integer);
    case PG_FLOAT8:
        return arena_format(arena, "%.15g", value->real);
    case PG_NUMERIC:
        return numeric_text(value, arena);
    case PG_LSN:
        return arena_format(arena, "%" PRIX64 "/%" PRIX64, lsn >> 32, lsn & 0xffffffff);
    case PG_TIMESTAMPTZ:
        return timestamp_text(value->integer, arena);
    case PG_INTERVAL:
        return interval_text(value->integer, arena);
    case PG_VOID:
        return "";
    case PG_UNKNOWN:
    case PG_TEXT:
    case PG_NAME:
    case PG_JSON:
    case PG_INET:
        break;
    }
    return value->text;
}

/* ---- binary ---- */

/* numeric_send: digits of base 10000, the weight of the first, sign, digits after the point. */
static void numeric_binary(const PgValue *value, Buffer *out)
{
    uint64_t size = value->integer < 0 ? -(uint64_t)value->integer : (uint64_t)value->integer;
    uint64_t unit = (uint64_t)pg_scale_unit(value->scale);
    uint64_t whole = size / unit, part = size % unit * (1000000 / unit);
    uint16_t digits[8];
    int count = 0, first, last = 0;

    /* From the last digit to the first: two after the point (of 4 places each), then the whole. */
    digits[count++] = (uint16_t)(part * 100 % 10000);
    digits[count++] = (uint16_t)(part / 100);
    for (; whole > 0; whole /= 10000)
        digits[count++] = (uint16_t)(whole % 10000);
    first = count - 1;
    while (first >= 0 && digits[first] == 0)
        first--;
    while (last <= first && digits[last] == 0)
        last++;
    buffer_add_u16(out, (uint16_t)(first - last + 1));
    buffer_add_u16(out, (uint16_t)(first >= last ? first - 2 : 0));
    buffer_add_u16(out, value->integer < 0 ? 0x4000 : 0);
    buffer_add_u16(out, (uint16_t)value->scale);
    for (int i = first; i >= last; i--)
        buffer_add_u16(out, digits[i]);
}

static void float_binary(double real, Buffer *out)
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
    case PG_INT4:
    case PG_OID:
    case PG_XID:
        buffer_add_u32(out, (uint32_t)value->integer);
        return;
    case PG_INT8:
    case PG_LSN:
        buffer_add_u64(out, (uint64_t)value->integer);
        return;
    case PG_TIMESTAMPTZ:
        buffer_add_u64(out, (uint64_t)(value->integer - EPOCH_2000_US));
        return;
    case PG_INTERVAL: /* microseconds, days, months */
        buffer_add_u64(out, (uint64_t)(value->integer % DAY_US));
        buffer_add_u32(out, (uint32_t)(value->integer / DAY_US));
        buffer_add_u32(out, 0);
        return;
    case PG_FLOAT8:
        float_binary(value->real, out);
        return;
    case PG_NUMERIC:
        numeric_binary(value, out);
        return;
    case PG_INET:
        inet_binary(value->text, out);
        return;
    case PG_VOID:
        return;
    case PG_UNKNOWN:
    case PG_TEXT:
    case PG_NAME:
    case PG_JSON:
        buffer_add_text(out, value->text);
        return;
    }
}

/* ---- reading ---- */

static const PgSource BOOL_IN = {"bool.c", "154", "boolin"};
static const PgSource INT_IN = {"numutils.c", "232", "pg_strtoint32"};
static const PgSource FLOAT_IN = {"float.c", "484", "float8in_internal_opt_error"};
static const PgSource NUMERIC_IN = {"numeric.c", "7057", "set_var_from_str"};
static const PgSource LSN_IN = {"pg_lsn.c", "72", "pg_lsn_in"};
static const PgSource TIMESTAMP_IN = {"datetime.c", "3777", "DateTimeParseError"};
static const PgSource RECEIVE = {"postgres.c", "1792", "exec_bind_message"};

static bool bad_text(PgType type, const char *text, int position, PgSource source, PgReport *report)
{
    return pg_error_at(report, position, "22P02", source,
                       "invalid input syntax for type %s: \"%s\"", TYPES[type].name, text);
}

static bool parse_bool(const char *text, int64_t *out)
{
    static const char *const YES[] = {"t", "true", "on", "yes", "y", "1"};
    static const char *const NO[] = {"f", "false", "off", "no", "n", "0"};

    for (size_t i = 0; i < sizeof YES / sizeof YES[0]; i++) {
        if (strcasecmp(text, YES[i]) == 0 || strcasecmp(text, NO[i]) == 0) {
            *out = strcasecmp(text, YES[i]) == 0;
            return true;
        }
    }
    return false;
}

static bool parse_integer(const char *text, int64_t *out)
{
    char *end;

    errno = 0;
    *out = strtoll(text, &end, 10);
    return errno == 0 && end != text && *end == '\0';
}

static bool parse_real(const char *text, double *out)
{
    char *end;

    *out = strtod(text, &end);
    return end != text && *end == '\0' && isfinite(*out);
}

static bool parse_lsn(const char *text, int64_t *out)
{
    size_t high = strspn(text, "0123456789abcdefABCDEF"), low;

    if (high < 1 || high > 8 || text[high] != '/')
        return false;
    low = strspn(text + high + 1, "0123456789abcdefABCDEF");
    if (low < 1 || low > 8 || text[high + 1 + low] != '\0')
        return false;
    *out = (int64_t)(strtoull(text, NULL, 16) << 32 | strtoull(text + high + 1, NULL, 16));
    return true;
}

/* Postgres' form made RFC 3339: a T in the middle, and a zone with minutes at the end. */
static bool parse_timestamp(const char *text, int64_t *out)
{
    char iso[64];
    int64_t ms;
    size_t length = strlen(text);
    bool is_date = length == 10, has_hours, has_zone;

    if (length < 10 || length > 40)
        return false;
    has_hours = text[length - 3] == '+' || (!is_date && text[length - 3] == '-');
    has_zone = has_hours || text[length - 1] == 'Z' || text[length - 1] == 'z' ||
               (length > 19 && strpbrk(text + 19, "+-") != NULL);
    snprintf(iso, sizeof iso, "%.10sT%s%s", text, is_date ? "00:00:00" : text + 11,
             has_hours   ? ":00"
             : !has_zone ? "Z"
                         : "");
    if (!clock_parse(iso, &ms))
        return false;
    *out = ms * 1000;
    return true;
}

/* How many digits a number has after its point, as far as we keep them. */
static int fraction_digits(const char *text)
{
    const char *point = strchr(text, '.');
    size_t digits = point != NULL ? strspn(point + 1, "0123456789") : 0;

    return digits < PG_SCALE_MAX ? (int)digits : PG_SCALE_MAX;
}

static bool in_range(PgType type, int64_t integer)
{
    if (type == PG_INT4)
        return integer >= INT32_MIN && integer <= INT32_MAX;
    if (type == PG_OID || type == PG_XID)
        return integer >= 0 && integer <= UINT32_MAX;
    return true;
}

bool pg_value_parse(PgType type, const char *text, int position, Arena *arena, PgValue *out,
                    PgReport *report)
{
    double real;

    *out = (PgValue){.type = type};
    switch (type) {
    case PG_BOOL:
        return parse_bool(text, &out->integer) || bad_text(type, text, position, BOOL_IN, report);
    case PG_INT4:
    case PG_INT8:
    case PG_OID:
    case PG_XID:
        if (!parse_integer(text, &out->integer))
            return bad_text(type, text, position, INT_IN, report);
        return in_range(type, out->integer) ||
               pg_error_at(report, position, "22003", INT_IN,
                           "value \"%s\" is out of range for type %s", text, TYPES[type].name);
    case PG_FLOAT8:
        return parse_real(text, &out->real) || bad_text(type, text, position, FLOAT_IN, report);
    case PG_NUMERIC:
        if (!parse_real(text, &real) || fabs(real) > 9e12)
            return bad_text(type, text, position, NUMERIC_IN, report);
        out->scale = fraction_digits(text);
        out->integer = llround(real * (double)pg_scale_unit(out->scale));
        return true;
    case PG_LSN:
        return parse_lsn(text, &out->integer) || bad_text(type, text, position, LSN_IN, report);
    case PG_TIMESTAMPTZ:
        return parse_timestamp(text, &out->integer) ||
               bad_text(type, text, position, TIMESTAMP_IN, report);
    case PG_INTERVAL:
    case PG_VOID:
        return pg_error_at(report, position, "0A000", RECEIVE,
                           "this server reads no texts of type %s", TYPES[type].name);
    case PG_UNKNOWN:
    case PG_TEXT:
    case PG_NAME:
    case PG_JSON:
    case PG_INET:
        out->text = arena_text(arena, text);
        return true;
    }
    return true;
}

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
    int16_t size = TYPES[type].size;

    *out = (PgValue){.type = type};
    if (type == PG_INTERVAL || type == PG_NUMERIC || type == PG_INET || type == PG_VOID)
        return pg_error(report, "0A000", RECEIVE, "this server reads no binary values of type %s",
                        TYPES[type].name);
    if (size < 0 || type == PG_NAME) {
        out->text = arena_text_of(arena, bytes, length);
        return true;
    }
    if (length != (size_t)size)
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

/* ---- from one type to another ---- */

static bool is_whole(PgType type)
{
    return type == PG_INT4 || type == PG_INT8 || type == PG_OID || type == PG_XID;
}

static bool is_number(PgType type)
{
    return is_whole(type) || type == PG_FLOAT8 || type == PG_NUMERIC;
}

static bool is_text(PgType type)
{
    return type == PG_TEXT || type == PG_NAME || type == PG_JSON || type == PG_UNKNOWN;
}

static double to_real(const PgValue *value)
{
    if (value->type == PG_FLOAT8)
        return value->real;
    if (value->type == PG_NUMERIC)
        return (double)value->integer / (double)pg_scale_unit(value->scale);
    return (double)value->integer;
}

bool pg_type_can_cast(PgType from, PgType to)
{
    if (from == to || is_text(from))
        return true;
    if (to == PG_TEXT || to == PG_NAME)
        return from != PG_VOID;
    return (is_number(from) && is_number(to)) || (from == PG_BOOL && to == PG_INT4) ||
           (from == PG_INT4 && to == PG_BOOL);
}

static bool cast_number(const PgValue *value, PgType type, PgValue *out, PgReport *report)
{
    double real = to_real(value);

    *out = (PgValue){.type = type};
    if (type == PG_FLOAT8) {
        out->real = real;
    } else if (type == PG_NUMERIC) {
        out->scale = is_whole(value->type) || real == floor(real) ? 0 : PG_SCALE_MAX;
        out->integer = is_whole(value->type) ? value->integer
                                             : llround(real * (double)pg_scale_unit(out->scale));
    } else {
        out->integer = is_whole(value->type) ? value->integer : llround(real);
    }
    if (!in_range(type, out->integer))
        return pg_error(report, "22003", (PgSource){"int8.c", "1272", "int84"}, "%s out of range",
                        TYPES[type].name);
    return true;
}

bool pg_value_cast(const PgValue *value, PgType type, Arena *arena, PgValue *out, PgReport *report)
{
    bool is_true = value->integer != 0;

    *out = *value;
    out->type = type;
    if (value->type == type || value->is_null)
        return true;
    if (is_number(value->type) && is_number(type))
        return cast_number(value, type, out, report);
    if (is_text(value->type) && !is_text(type))
        return pg_value_parse(type, value->text, 0, arena, out, report);
    if (type == PG_TEXT || type == PG_NAME) /* 'true', where output has 't' */
        *out = pg_text(type, value->type != PG_BOOL ? pg_value_text(value, arena)
                             : is_true              ? "true"
                                                    : "false");
    else
        out->integer = is_true; /* integer to boolean, or back */
    return true;
}
