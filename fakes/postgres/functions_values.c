/*
 * fakes/postgres/functions_values.c - texts, numbers and times, as those who monitor put them into shape.
 *
 * Source: PostgreSQL 15 manual, 9.3, 9.4, 9.9. Texts are UTF-8, and counted in characters.
 */
#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fakes/postgres/functions.h"
#include "fakes/postgres/numeric.h"
#include "fakes/postgres/times.h"

enum { TEXT_MAX = 1 << 20 };

/* ---- texts ---- */

static int64_t characters(const char *text)
{
    int64_t count = 0;

    for (; *text != '\0'; text++)
        count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

/* Where the character of this number begins, from 0; the end if there are fewer. */
static const char *character_at(const char *text, int64_t number)
{
    for (; *text != '\0'; text++) {
        if (((unsigned char)*text & 0xc0) != 0x80 && number-- <= 0)
            break;
    }
    return text;
}

/* From one character (from 0) up to another. */
static PgValue part(SqlContext *context, const char *text, int64_t from, int64_t to)
{
    const char *begin = character_at(text, from), *end = character_at(text, to);

    return pg_text(PG_TEXT,
                   arena_text_of(context->arena, begin, end > begin ? (size_t)(end - begin) : 0));
}

SQL_FUNCTION(length)
{
    UNUSED(context), UNUSED(count), UNUSED(report);
    *out = pg_integer(PG_INT4, characters(arguments[0].text));
    return true;
}

static PgValue with_case(SqlContext *context, const char *text, int (*change)(int))
{
    char *copy = arena_text(context->arena, text);

    for (char *c = copy; *c != '\0'; c++)
        *c = (unsigned char)*c < 0x80 ? (char)change((unsigned char)*c) : *c;
    return pg_text(PG_TEXT, copy);
}

SQL_FUNCTION(upper)
{
    UNUSED(count), UNUSED(report);
    *out = with_case(context, arguments[0].text, toupper);
    return true;
}

SQL_FUNCTION(lower)
{
    UNUSED(count), UNUSED(report);
    *out = with_case(context, arguments[0].text, tolower);
    return true;
}

SQL_FUNCTION(substring)
{
    int64_t from = arguments[1].integer - 1, to = INT32_MAX;

    if (count > 2 && arguments[2].integer < 0)
        return pg_error(report, "22011", (PgSource){"varlena.c", "940", "text_substring"},
                        "negative substring length not allowed");
    if (count > 2)
        to = from + arguments[2].integer;
    *out = part(context, arguments[0].text, from > 0 ? from : 0, to > 0 ? to : 0);
    return true;
}

SQL_FUNCTION(left)
{
    int64_t wanted = arguments[1].integer;

    UNUSED(count), UNUSED(report);
    *out = part(context, arguments[0].text, 0,
                wanted < 0 ? characters(arguments[0].text) + wanted : wanted);
    return true;
}

SQL_FUNCTION(right)
{
    int64_t length = characters(arguments[0].text), wanted = arguments[1].integer;

    UNUSED(count), UNUSED(report);
    *out = part(context, arguments[0].text, wanted < 0 ? -wanted : length - wanted, length);
    return true;
}

SQL_FUNCTION(repeat)
{
    size_t length = strlen(arguments[0].text);
    int64_t times = arguments[1].integer > 0 ? arguments[1].integer : 0;
    char *text;

    UNUSED(count);
    if (length > 0 && times > (int64_t)(TEXT_MAX / length))
        return pg_error(report, "0A000", (PgSource){0}, "this server makes no text so long");
    text = arena_new(context->arena, length * (size_t)times + 1);
    for (int64_t i = 0; i < times; i++)
        memcpy(text + (size_t)i * length, arguments[0].text, length);
    *out = pg_text(PG_TEXT, text);
    return true;
}

SQL_FUNCTION(trim)
{
    const char *begin = arguments[0].text + strspn(arguments[0].text, " ");
    size_t length = strlen(begin);

    UNUSED(count), UNUSED(report);
    while (length > 0 && begin[length - 1] == ' ')
        length--;
    *out = pg_text(PG_TEXT, arena_text_of(context->arena, begin, length));
    return true;
}

SQL_FUNCTION(replace)
{
    const char *text = arguments[0].text, *from = arguments[1].text, *found;
    const char *result = "";
    size_t length = strlen(from);

    UNUSED(count), UNUSED(report);
    while (length > 0 && (found = strstr(text, from)) != NULL) {
        result = arena_format(context->arena, "%s%.*s%s", result, (int)(found - text), text,
                              arguments[2].text);
        text = found + length;
    }
    *out = pg_text(PG_TEXT, arena_format(context->arena, "%s%s", result, text));
    return true;
}

SQL_FUNCTION(strpos)
{
    const char *found = strstr(arguments[0].text, arguments[1].text);
    size_t length = found != NULL ? (size_t)(found - arguments[0].text) : 0;

    UNUSED(count), UNUSED(report);
    *out =
        pg_integer(PG_INT4,
                   found == NULL
                       ? 0
                       : characters(arena_text_of(context->arena, arguments[0].text, length)) + 1);
    return true;
}

SQL_FUNCTION(split_part)
{
    const char *text = arguments[0].text, *sign = arguments[1].text, *end = NULL;
    int64_t wanted = arguments[2].integer;

    UNUSED(count);
    if (wanted <= 0)
        return wanted == 0
                   ? pg_error(report, "22023", (PgSource){"varlena.c", "4634", "split_part"},
                              "field position must not be zero")
                   : sql_not_understood(report, 0, "split_part() from the end");
    while (*sign != '\0' && wanted > 1 && (end = strstr(text, sign)) != NULL) {
        text = end + strlen(sign);
        wanted--;
    }
    end = *sign != '\0' ? strstr(text, sign) : NULL;
    *out =
        pg_text(PG_TEXT, wanted > 1    ? ""
                         : end != NULL ? arena_text_of(context->arena, text, (size_t)(end - text))
                                       : text);
    return true;
}

/* NULLs are passed over. */
SQL_FUNCTION(concat)
{
    const char *text = "";

    UNUSED(report);
    for (int i = 0; i < count; i++) {
        if (!arguments[i].is_null)
            text = arena_format(context->arena, "%s%s", text,
                                pg_value_text(&arguments[i], context->arena));
    }
    *out = pg_text(PG_TEXT, text);
    return true;
}

/* ---- numbers ---- */

SQL_FUNCTION(absolute)
{
    UNUSED(context), UNUSED(count), UNUSED(report);
    *out = arguments[0];
    out->integer = llabs(arguments[0].integer);
    out->number = arguments[0].number < 0 ? -arguments[0].number : arguments[0].number;
    out->real = fabs(arguments[0].real);
    return true;
}

SQL_FUNCTION(round_numeric)
{
    int64_t scale = count > 1 ? arguments[1].integer : 0;

    UNUSED(context);
    if (scale < 0 || scale > PG_SCALE_MAX)
        return sql_not_understood(report, 0, "round() to so many digits");
    *out = numeric_round(&arguments[0], (int)scale, 'r');
    return true;
}

SQL_FUNCTION(floor_numeric)
{
    UNUSED(context), UNUSED(count), UNUSED(report);
    *out = numeric_round(&arguments[0], 0, 'f');
    return true;
}

SQL_FUNCTION(ceil_numeric)
{
    UNUSED(context), UNUSED(count), UNUSED(report);
    *out = numeric_round(&arguments[0], 0, 'c');
    return true;
}

SQL_FUNCTION(round_real)
{
    UNUSED(context), UNUSED(count), UNUSED(report);
    *out = pg_real(rint(arguments[0].real));
    return true;
}

SQL_FUNCTION(floor_real)
{
    UNUSED(context), UNUSED(count), UNUSED(report);
    *out = pg_real(floor(arguments[0].real));
    return true;
}

SQL_FUNCTION(ceil_real)
{
    UNUSED(context), UNUSED(count), UNUSED(report);
    *out = pg_real(ceil(arguments[0].real));
    return true;
}

/* Up to 10 times the next unit it stays in one; each step rounds. */
static const char *pretty(int64_t size, Arena *arena)
{
    static const char *const UNITS[] = {"bytes", "kB", "MB", "GB", "TB", "PB"};
    const int64_t limit = 10240, half_limit = 2 * limit - 1;
    int unit = 0;

    if (llabs(size) < limit)
        return arena_format(arena, "%" PRId64 " bytes", size);
    size /= 512; /* one bit more than kB, to round by */
    for (unit = 1; unit < 5 && llabs(size) >= half_limit; unit++)
        size /= 1024;
    return arena_format(arena, "%" PRId64 " %s", (size + (size < 0 ? -1 : 1)) / 2, UNITS[unit]);
}

SQL_FUNCTION(size_pretty)
{
    int64_t size = arguments[0].integer;

    UNUSED(count);
    if (arguments[0].type == PG_NUMERIC) {
        if (arguments[0].scale > 0 || arguments[0].number > INT64_MAX ||
            arguments[0].number < INT64_MIN)
            return sql_not_understood(report, 0, "pg_size_pretty() of such a number");
        size = (int64_t)arguments[0].number;
    }
    *out = pg_text(PG_TEXT, pretty(size, context->arena));
    return true;
}

/* ---- times ---- */

SQL_FUNCTION(date_part)
{
    int64_t micros =
        arguments[1].type == PG_INTERVAL ? times_micros(&arguments[1]) : arguments[1].integer;

    UNUSED(context), UNUSED(count);
    if (strcmp(arguments[0].text, "epoch") != 0)
        return sql_not_understood(report, 0, "date_part() of anything but epoch");
    *out = pg_real((double)micros / 1e6);
    return true;
}

/* The zone is UTC: a day begins when it does there. */
SQL_FUNCTION(date_trunc)
{
    static const struct {
        const char *unit;
        int64_t micros;
    } UNITS[] = {
        {"second", 1000000             },
        {"minute", 60000000            },
        {"hour",   INT64_C(3600000000) },
        {"day",    INT64_C(86400000000)}
    };

    UNUSED(context), UNUSED(count);
    for (size_t i = 0; i < sizeof UNITS / sizeof UNITS[0]; i++) {
        if (strcmp(arguments[0].text, UNITS[i].unit) == 0 && arguments[1].integer >= 0) {
            *out = pg_integer(PG_TIMESTAMPTZ,
                              arguments[1].integer - arguments[1].integer % UNITS[i].micros);
            return true;
        }
    }
    return sql_not_understood(report, 0, "date_trunc() to such a unit");
}

#define TEXTS TAKES(1, 1, PG_TEXT)
#define PAIR  TAKES(2, 2, PG_TEXT, PG_TEXT)
#define PIECE TAKES(2, 2, PG_TEXT, PG_INT4)
#define EIGHT                                                                           \
    TAKES(1, 8, PG_UNKNOWN, PG_UNKNOWN, PG_UNKNOWN, PG_UNKNOWN, PG_UNKNOWN, PG_UNKNOWN, \
          PG_UNKNOWN, PG_UNKNOWN)

/* clang-format off */
static const SqlFunction ROWS[] = {
    {"abs", PG_INT4, TAKES(1, 1, PG_INT4), .run = absolute},
    {"abs", PG_INT8, TAKES(1, 1, PG_INT8), .run = absolute},
    {"abs", PG_NUMERIC, TAKES(1, 1, PG_NUMERIC), .run = absolute},
    {"abs", PG_FLOAT8, TAKES(1, 1, PG_FLOAT8), .run = absolute},
    {"btrim", PG_TEXT, TEXTS, .run = trim},
    {"ceil", PG_FLOAT8, TAKES(1, 1, PG_FLOAT8), .run = ceil_real},
    {"ceil", PG_NUMERIC, TAKES(1, 1, PG_NUMERIC), .run = ceil_numeric},
    {"concat", PG_TEXT, EIGHT, .run = concat, .takes_nulls = true},
    {"date_part", PG_FLOAT8, TAKES(2, 2, PG_TEXT, PG_INTERVAL), .run = date_part},
    {"date_part", PG_FLOAT8, TAKES(2, 2, PG_TEXT, PG_TIMESTAMPTZ), .run = date_part},
    {"date_trunc", PG_TIMESTAMPTZ, TAKES(2, 2, PG_TEXT, PG_TIMESTAMPTZ), .run = date_trunc},
    {"floor", PG_FLOAT8, TAKES(1, 1, PG_FLOAT8), .run = floor_real},
    {"floor", PG_NUMERIC, TAKES(1, 1, PG_NUMERIC), .run = floor_numeric},
    {"left", PG_TEXT, PIECE, .run = left},
    {"length", PG_INT4, TEXTS, .run = length},
    {"lower", PG_TEXT, TEXTS, .run = lower},
    {"pg_size_pretty", PG_TEXT, TAKES(1, 1, PG_INT8), .run = size_pretty},
    {"pg_size_pretty", PG_TEXT, TAKES(1, 1, PG_NUMERIC), .run = size_pretty},
    {"position", PG_INT4, PAIR, .run = strpos},
    {"repeat", PG_TEXT, PIECE, .run = repeat},
    {"replace", PG_TEXT, TAKES(3, 3, PG_TEXT, PG_TEXT, PG_TEXT), .run = replace},
    {"right", PG_TEXT, PIECE, .run = right},
    {"round", PG_FLOAT8, TAKES(1, 1, PG_FLOAT8), .run = round_real},
    {"round", PG_NUMERIC, TAKES(1, 2, PG_NUMERIC, PG_INT4), .run = round_numeric},
    {"split_part", PG_TEXT, TAKES(3, 3, PG_TEXT, PG_TEXT, PG_INT4), .run = split_part},
    {"strpos", PG_INT4, PAIR, .run = strpos},
    {"substr", PG_TEXT, TAKES(2, 3, PG_TEXT, PG_INT4, PG_INT4), .run = substring},
    {"substring", PG_TEXT, TAKES(2, 3, PG_TEXT, PG_INT4, PG_INT4), .run = substring},
    {"trim", PG_TEXT, TEXTS, .run = trim},
    {"upper", PG_TEXT, TEXTS, .run = upper},
};
/* clang-format on */

const SqlFunctions VALUE_FUNCTIONS = FUNCTIONS_OF(ROWS);
