/*
 * fakes/postgres/values_parse.c - texts become values, and values of one type those of another.
 */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "fakes/postgres/numeric.h"
#include "fakes/postgres/times.h"
#include "fakes/postgres/types.h"

static const PgSource INT_RANGE = {"int8.c", "1272", "int84"};
static const PgSource NO_CAST = {"parse_expr.c", "2665", "transformTypeCast"};

static const struct {
    PgType type;
    const char *code;
    PgSource source; /* of a text that is none */
} READERS[] = {
    {PG_BOOL,        "22P02", {"bool.c", "151", "boolin"}                      },
    {PG_INT2,        "22P02", {"numutils.c", "233", "pg_strtoint16"}           },
    {PG_INT4,        "22P02", {"numutils.c", "232", "pg_strtoint32"}           },
    {PG_INT8,        "22P02", {"numutils.c", "316", "pg_strtoint64"}           },
    {PG_OID,         "22P02", {"oid.c", "54", "oidin_subr"}                    },
    {PG_XID,         "22P02", {"xid.c", "44", "xidin"}                         },
    {PG_FLOAT8,      "22P02", {"float.c", "484", "float8in_internal_opt_error"}},
    {PG_NUMERIC,     "22P02", {"numeric.c", "7057", "set_var_from_str"}        },
    {PG_LSN,         "22P02", {"pg_lsn.c", "72", "pg_lsn_in"}                  },
    {PG_TIMESTAMPTZ, "22007", {"datetime.c", "4048", "DateTimeParseError"}     },
    {PG_INTERVAL,    "22007", {"datetime.c", "4048", "DateTimeParseError"}     },
};

static bool bad_text(PgType type, const char *text, int position, PgReport *report)
{
    for (size_t i = 0; i < sizeof READERS / sizeof READERS[0]; i++) {
        if (READERS[i].type == type)
            return pg_error_at(report, position, READERS[i].code, READERS[i].source,
                               "invalid input syntax for type %s: \"%s\"", pg_type_row(type)->name,
                               text);
    }
    return pg_error_at(report, position, "0A000", NO_CAST, "this server reads no texts of type %s",
                       pg_type_row(type)->name);
}

/* Any beginning of the words that is not that of both: "of" is off, "o" is nothing. */
static bool parse_bool(const char *text, int64_t *out)
{
    static const struct {
        const char *word;
        bool value;
        size_t least;
    } WORDS[] = {
        {"true",  true,  1},
        {"yes",   true,  1},
        {"on",    true,  2},
        {"1",     true,  1},
        {"false", false, 1},
        {"no",    false, 1},
        {"off",   false, 2},
        {"0",     false, 1},
    };
    size_t length;

    text += strspn(text, " ");
    length = strcspn(text, " ");
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        if (length >= WORDS[i].least && length <= strlen(WORDS[i].word) &&
            strncasecmp(text, WORDS[i].word, length) == 0) {
            *out = WORDS[i].value;
            return text[length + strspn(text + length, " ")] == '\0';
        }
    }
    return false;
}

/* False with *out_is_range: it is a number, but too large for any of our types. */
static bool parse_whole(const char *text, int64_t *out, bool *out_is_range)
{
    char *end;

    errno = 0;
    *out = strtoll(text, &end, 10);
    end += strspn(end, " ");
    *out_is_range = end != text && *end == '\0' && errno == ERANGE;
    return errno == 0 && end != text && *end == '\0' && strspn(text, " ") != strlen(text);
}

static bool parse_real(const char *text, double *out)
{
    char *end;

    *out = strtod(text, &end);
    return end != text && end[strspn(end, " ")] == '\0' && strpbrk(text, "xXpP") == NULL;
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

/* Addresses of hosts only: those of networks have a mask. */
static bool is_host(const char *text)
{
    int dots = 0;

    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '.')
            dots++;
        else if (!isdigit((unsigned char)*at))
            return false;
    }
    return dots == 3;
}

static bool in_range(PgType type, int64_t integer)
{
    if (type == PG_INT2)
        return integer >= INT16_MIN && integer <= INT16_MAX;
    if (type == PG_INT4)
        return integer >= INT32_MIN && integer <= INT32_MAX;
    if (type == PG_OID || type == PG_XID)
        return integer >= 0 && integer <= UINT32_MAX;
    return true;
}

static bool parse_ranged(PgType type, const char *text, int position, PgValue *out,
                         PgReport *report)
{
    static const char *const LINES[] = {[PG_INT2] = "225", [PG_INT4] = "226", [PG_INT8] = "407"};
    static const char *const ROUTINES[] =
        {[PG_INT2] = "pg_strtoint16", [PG_INT4] = "pg_strtoint32", [PG_INT8] = "pg_strtoint64"};
    bool is_range = false;

    if (!parse_whole(text, &out->integer, &is_range) && !is_range)
        return bad_text(type, text, position, report);
    if (!is_range && in_range(type, out->integer))
        return true;
    return pg_error_at(report, position, "22003",
                       type <= PG_INT8 ? (PgSource){"numutils.c", LINES[type], ROUTINES[type]}
                                       : (PgSource){"oid.c", "60", "oidin_subr"},
                       "value \"%s\" is out of range for type %s", text, pg_type_row(type)->name);
}

bool pg_value_parse(PgType type, const char *text, int position, Arena *arena, PgValue *out,
                    PgReport *report)
{
    bool ok = true;

    *out = (PgValue){.type = type};
    switch (type) {
    case PG_BOOL:
        ok = parse_bool(text, &out->integer);
        break;
    case PG_INT2:
    case PG_INT4:
    case PG_INT8:
    case PG_OID:
    case PG_XID:
    case PG_XID8:
        return parse_ranged(type, text, position, out, report);
    case PG_FLOAT8:
        ok = parse_real(text, &out->real);
        break;
    case PG_NUMERIC:
        ok = numeric_parse(text, out);
        break;
    case PG_LSN:
        ok = parse_lsn(text, &out->integer);
        break;
    case PG_TIMESTAMPTZ:
        ok = times_timestamp_parse(text, &out->integer);
        break;
    case PG_INTERVAL:
        ok = times_interval_parse(text, out);
        break;
    case PG_VOID:
    case PG_TEXT_ARRAY:
    case PG_OID_ARRAY:
    case PG_ACL_ARRAY:
        ok = false;
        break;
    case PG_INET:
        ok = is_host(text);
        out->text = arena_text(arena, text);
        break;
    case PG_NAME:
        out->text = arena_text_of(arena, text, strnlen(text, 63));
        break;
    case PG_CHAR:
        out->text = arena_text_of(arena, text, strnlen(text, 1));
        break;
    default:
        out->text = arena_text(arena, text);
    }
    return ok || bad_text(type, text, position, report);
}

/* ---- from one type to another ---- */

bool pg_type_can_cast(PgType from, PgType to)
{
    bool is_from_text = pg_type_is_text(from) && from != PG_INET && from < PG_TEXT_ARRAY;

    if (from == to)
        return true;
    if (is_from_text)
        return to != PG_VOID && to < PG_TEXT_ARRAY;
    if (to == PG_TEXT || to == PG_VARCHAR || to == PG_NAME)
        return from != PG_VOID;
    if (from == PG_XID || to == PG_XID || from == PG_XID8 || to == PG_XID8)
        return false;
    return (pg_type_is_number(from) && pg_type_is_number(to)) ||
           (from == PG_BOOL && to == PG_INT4) || (from == PG_INT4 && to == PG_BOOL) ||
           (from == PG_NUMERIC && to == PG_LSN);
}

static bool out_of_range(PgType type, PgReport *report)
{
    return pg_error(report, "22003", INT_RANGE, "%s out of range", pg_type_row(type)->name);
}

/* A half of a double goes to the even neighbour, a half of a numeric away from zero. */
static bool to_whole(const PgValue *value, PgType type, PgValue *out, PgReport *report)
{
    double real = value->type == PG_FLOAT8 ? rint(value->real) : 0;
    PgValue rounded = value->type == PG_NUMERIC ? numeric_round(value, 0, 'r') : *value;

    *out = (PgValue){.type = type};
    if (value->type == PG_FLOAT8) {
        if (!(real >= -9223372036854775808.0 && real < 9223372036854775808.0))
            return out_of_range(type, report);
        out->integer = (int64_t)real;
    } else if (value->type == PG_NUMERIC) {
        if (rounded.number > INT64_MAX || rounded.number < INT64_MIN)
            return out_of_range(type, report);
        out->integer = (int64_t)rounded.number;
    } else {
        out->integer = value->integer;
    }
    return in_range(type, out->integer) || out_of_range(type, report);
}

static bool cast_number(const PgValue *value, PgType type, PgValue *out, PgReport *report)
{
    if (type == PG_FLOAT8) {
        *out = pg_real(value->type == PG_NUMERIC ? numeric_real(value) : (double)value->integer);
        return true;
    }
    if (type != PG_NUMERIC)
        return to_whole(value, type, out, report);
    if (pg_type_is_whole(value->type)) {
        *out = numeric_of(value->integer, 0);
        return true;
    }
    return numeric_from_real(value->real, out) ||
           pg_error(report, "0A000", NO_CAST, "this server has no numeric with so many digits");
}

bool pg_value_cast(const PgValue *value, PgType type, Arena *arena, PgValue *out, PgReport *report)
{
    bool is_true = value->integer != 0;

    *out = *value;
    out->type = type;
    if (value->type == type || value->is_null)
        return true;
    if (pg_type_is_number(value->type) && pg_type_is_number(type))
        return cast_number(value, type, out, report);
    if (pg_type_is_text(value->type))
        return pg_value_parse(type, value->text, 0, arena, out, report);
    if (pg_type_is_text(type)) /* 'true', where output has 't' */
        *out = pg_text(type, value->type != PG_BOOL ? pg_value_text(value, arena)
                             : is_true              ? "true"
                                                    : "false");
    else if (type == PG_LSN)
        out->integer = (int64_t)value->number;
    else
        out->integer = is_true; /* integer to boolean, or back */
    return true;
}
