/*
 * fakes/postgres/operators.c - what operators make of two values.
 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "fakes/postgres/evaluate.h"
#include "fakes/postgres/numeric.h"
#include "fakes/postgres/times.h"

static const PgSource INT_RANGE = {"int.c", "785", "int4pl"};
static const PgSource INT_DIVIDE = {"int.c", "846", "int4div"};
static const PgSource FLOAT_RANGE = {"float.c", "99", "float_overflow_error"};

static bool compute_whole(char sign, int64_t a, int64_t b, int64_t *out)
{
    switch (sign) {
    case '+':
        return !__builtin_add_overflow(a, b, out);
    case '-':
        return !__builtin_sub_overflow(a, b, out);
    case '*':
        return !__builtin_mul_overflow(a, b, out);
    case '%':
        *out = b == -1 ? 0 : a % b;
        return true;
    default:
        *out = 0;
        if (b == -1)
            return !__builtin_sub_overflow((int64_t)0, a, out);
        *out = a / b;
        return true;
    }
}

static bool is_too_large(PgType type, int64_t value)
{
    return (type == PG_INT4 && (value > INT32_MAX || value < INT32_MIN)) ||
           (type == PG_INT2 && (value > INT16_MAX || value < INT16_MIN));
}

static bool operate_whole(char sign, PgType type, const PgValue pair[2], PgValue *out,
                          PgReport *report)
{
    if ((sign == '/' || sign == '%') && pair[1].integer == 0)
        return pg_error(report, "22012", INT_DIVIDE, "division by zero");
    *out = (PgValue){.type = type};
    if (!compute_whole(sign, pair[0].integer, pair[1].integer, &out->integer) ||
        is_too_large(type, out->integer))
        return pg_error(report, "22003", INT_RANGE, "%s out of range", pg_type_row(type)->name);
    return true;
}

static bool operate_real(char sign, double a, double b, PgValue *out, PgReport *report)
{
    if (sign == '/' && b == 0)
        return pg_error(report, "22012", (PgSource){"float.c", "115", "float_zero_divide_error"},
                        "division by zero");
    *out = pg_real(sign == '+' ? a + b : sign == '-' ? a - b : sign == '*' ? a * b : a / b);
    return isfinite(out->real) || !isfinite(a) || !isfinite(b) ||
           pg_error(report, "22003", FLOAT_RANGE, "value out of range: overflow");
}

/* One of the two is a number. */
static bool scale_interval(char sign, const PgValue pair[2], PgValue *out, PgReport *report)
{
    const PgValue *interval = pair[0].type == PG_INTERVAL ? &pair[0] : &pair[1];
    double factor = pair[0].type == PG_INTERVAL ? pair[1].real : pair[0].real;

    if (sign == '/' && factor == 0)
        return pg_error(report, "22012", (PgSource){"timestamp.c", "3448", "interval_div"},
                        "division by zero");
    *out = times_scale(interval, sign == '/' ? 1 / factor : factor);
    return true;
}

static void operate_times(char sign, const PgValue pair[2], PgValue *out)
{
    int direction = sign == '-' ? -1 : 1;

    if (pair[0].type == PG_TIMESTAMPTZ && pair[1].type == PG_TIMESTAMPTZ) {
        *out = times_difference(pair[0].integer - pair[1].integer);
    } else if (pair[0].type == PG_INTERVAL && pair[1].type == PG_INTERVAL) {
        *out = times_interval(pair[0].integer + direction * pair[1].integer,
                              pair[0].days + direction * pair[1].days);
    } else {
        const PgValue *time = pair[0].type == PG_TIMESTAMPTZ ? &pair[0] : &pair[1];
        const PgValue *interval = pair[0].type == PG_TIMESTAMPTZ ? &pair[1] : &pair[0];

        *out = pg_integer(PG_TIMESTAMPTZ, time->integer + direction * times_micros(interval));
    }
}

static bool operate_lsn(char sign, const PgValue pair[2], PgValue *out, PgReport *report)
{
    __int128 left = (uint64_t)pair[0].integer, right = pair[1].number, sum;

    if (pair[1].type == PG_LSN) {
        *out = numeric_of(left - (uint64_t)pair[1].integer, 0);
        return true;
    }
    sum = sign == '-' ? left - right : left + right;
    *out = pg_integer(PG_LSN, (int64_t)(uint64_t)sum);
    return (sum >= 0 && sum <= UINT64_MAX) ||
           pg_error(report, "22003", (PgSource){"numeric.c", "4500", "numeric_pg_lsn"},
                    "pg_lsn out of range");
}

/* A member of an object, as JSON or as the text that it is. */
static void operate_json(bool as_text, const PgValue pair[2], Arena *arena, PgValue *out)
{
    cJSON *json = cJSON_Parse(pair[0].text);
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(json, pair[1].text);
    char *text = member != NULL ? json_text(member) : NULL;

    *out = pg_text(as_text ? PG_TEXT : PG_JSON, text != NULL ? arena_text(arena, text) : NULL);
    if (as_text && member != NULL && cJSON_IsString(member))
        out->text = arena_text(arena, member->valuestring);
    if (as_text && cJSON_IsNull(member))
        *out = pg_null(PG_TEXT);
    free(text);
    cJSON_Delete(json);
}

static const char *text_of(const PgValue *value, Arena *arena)
{
    if (value->type == PG_BOOL)
        return value->integer ? "true" : "false";
    return pg_value_text(value, arena);
}

bool sql_operate(const char *name, PgType type, const PgValue pair[2], Arena *arena, PgValue *out,
                 PgReport *report)
{
    if (strcmp(name, "||") == 0) {
        *out = pg_text(PG_TEXT, arena_format(arena, "%s%s", text_of(&pair[0], arena),
                                             text_of(&pair[1], arena)));
        return true;
    }
    if (name[0] == '-' && name[1] == '>') {
        operate_json(name[2] == '>', pair, arena, out);
        return true;
    }
    if (pair[0].type == PG_LSN)
        return operate_lsn(*name, pair, out, report);
    if (type == PG_NUMERIC)
        return numeric_compute(*name, &pair[0], &pair[1], out, report);
    if (type == PG_FLOAT8)
        return operate_real(*name, pair[0].real, pair[1].real, out, report);
    if (type == PG_INTERVAL && (pair[0].type == PG_FLOAT8 || pair[1].type == PG_FLOAT8))
        return scale_interval(*name, pair, out, report);
    if (type == PG_INTERVAL || type == PG_TIMESTAMPTZ) {
        operate_times(*name, pair, out);
        return true;
    }
    return operate_whole(*name, type, pair, out, report);
}

bool sql_negate(const PgValue *value, PgValue *out, PgReport *report)
{
    const PgValue zero = pg_integer(value->type, 0);

    *out = *value;
    out->real = -value->real;
    out->number = -value->number;
    if (value->type == PG_FLOAT8 || value->type == PG_NUMERIC)
        return true;
    out->days = -value->days;
    if (value->type != PG_INTERVAL)
        return operate_whole('-', value->type, (const PgValue[]){zero, *value}, out, report);
    out->integer = -value->integer;
    return true;
}

/* ---- LIKE ---- */

/* Of one character, as UTF-8 has it. */
static size_t character(const char *at)
{
    size_t length = 1;

    while (((unsigned char)at[length] & 0xc0) == 0x80)
        length++;
    return length;
}

static bool is_alike(char a, char b, bool ignores_case)
{
    return a == b || (ignores_case && tolower((unsigned char)a) == tolower((unsigned char)b));
}

/* As far back as the last % there is another try: no more are needed, since that one could have taken anything. */
bool sql_like(const char *text, const char *pattern, bool ignores_case, bool *out, PgReport *report)
{
    const char *again_pattern = NULL, *again_text = NULL;

    *out = false;
    for (;;) {
        const char *at = pattern;

        if (*at == '%') {
            again_pattern = ++pattern;
            again_text = text;
            continue;
        }
        if (*at == '\\') {
            if (at[1] == '\0')
                return pg_error(report, "22025", (PgSource){"like_match.c", "110", "MB_MatchText"},
                                "LIKE pattern must not end with escape character");
            at++;
        }
        if (*text == '\0' && *pattern == '\0') {
            *out = true;
            return true;
        }
        if (*text != '\0' && *pattern == '_') {
            text += character(text);
            pattern++;
        } else if (*text != '\0' && *pattern != '\0' && is_alike(*text, *at, ignores_case)) {
            text++;
            pattern = at + 1;
        } else if (again_text != NULL && *again_text != '\0') {
            again_text += character(again_text);
            text = again_text;
            pattern = again_pattern;
        } else {
            return true;
        }
    }
}
