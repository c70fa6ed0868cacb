/*
 * fakes/postgres/times.c - timestamps and intervals, in the texts that Postgres reads and prints.
 */
#include "fakes/postgres/times.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/clock.h"

static const int64_t SECOND_US = 1000000;
static const int64_t DAY_US = 86400 * (int64_t)1000000;

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

const char *times_timestamp_text(int64_t micros, Arena *arena)
{
    int64_t part = (micros % SECOND_US + SECOND_US) % SECOND_US;
    time_t seconds = (time_t)((micros - part) / SECOND_US);
    char fraction[16];
    struct tm tm;

    gmtime_r(&seconds, &tm);
    return arena_format(arena, "%04d-%02d-%02d %02d:%02d:%02d%s+00", tm.tm_year + 1900,
                        tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
                        fraction_text(part, fraction));
}

const char *times_interval_text(const PgValue *value, Arena *arena)
{
    int64_t size = value->integer < 0 ? -value->integer : value->integer;
    int64_t seconds = size / SECOND_US;
    const char *sign = value->integer < 0 ? "-" : value->days < 0 ? "+" : "", *days = "";
    char fraction[16];

    if (value->days != 0)
        days = arena_format(arena, "%d day%s", value->days, value->days == 1 ? "" : "s");
    if (value->days != 0 && size == 0)
        return days;
    return arena_format(arena, "%s%s%s%02" PRId64 ":%02" PRId64 ":%02" PRId64 "%s", days,
                        *days != '\0' ? " " : "", sign, seconds / 3600, seconds / 60 % 60,
                        seconds % 60, fraction_text(size % SECOND_US, fraction));
}

/* Postgres' form made RFC 3339: a T in the middle, and a zone with minutes at the end. */
bool times_timestamp_parse(const char *text, int64_t *out)
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

/* ---- intervals ---- */

PgValue times_interval(int64_t micros, int32_t days)
{
    return (PgValue){.type = PG_INTERVAL, .integer = micros, .days = days};
}

PgValue times_difference(int64_t micros)
{
    return times_interval(micros % DAY_US, (int32_t)(micros / DAY_US));
}

int64_t times_micros(const PgValue *interval)
{
    return interval->days * DAY_US + interval->integer;
}

PgValue times_scale(const PgValue *interval, double factor)
{
    double days = trunc(interval->days * factor);
    double rest = (interval->days * factor - days) * (double)DAY_US;

    return times_interval((int64_t)llround((double)interval->integer * factor + rest),
                          (int32_t)days);
}

static const struct {
    const char *unit;
    int64_t micros; /* 0: days */
    int days;
} UNITS[] = {
    {"microsecond", 1,                0},
    {"us",          1,                0},
    {"millisecond", 1000,             0},
    {"ms",          1000,             0},
    {"second",      1000000,          0},
    {"sec",         1000000,          0},
    {"s",           1000000,          0},
    {"minute",      60 * 1000000LL,   0},
    {"min",         60 * 1000000LL,   0},
    {"m",           60 * 1000000LL,   0},
    {"hour",        3600 * 1000000LL, 0},
    {"h",           3600 * 1000000LL, 0},
    {"day",         0,                1},
    {"d",           0,                1},
    {"week",        0,                7},
    {"w",           0,                7},
};

static bool add_units(double amount, const char *unit, size_t length, PgValue *out)
{
    if (length > 2 && tolower((unsigned char)unit[length - 1]) == 's')
        length--;
    for (size_t i = 0; i < sizeof UNITS / sizeof UNITS[0]; i++) {
        if (strlen(UNITS[i].unit) != length || strncasecmp(UNITS[i].unit, unit, length) != 0)
            continue;
        if (UNITS[i].days > 0) {
            double days = trunc(amount * UNITS[i].days);

            out->days += (int32_t)days;
            out->integer += llround((amount * UNITS[i].days - days) * (double)DAY_US);
        } else {
            out->integer += llround(amount * (double)UNITS[i].micros);
        }
        return true;
    }
    return false;
}

/* "02:03:04.5" or "02:03"; how much of the text it is, 0: none. */
static size_t add_clock(const char *text, PgValue *out)
{
    int hours = 0, minutes = 0, used = 0, more = 0;
    double seconds = 0;
    bool is_negative = *text == '-';
    size_t sign = *text == '-' || *text == '+';
    int64_t micros;

    text += sign;
    if (sscanf(text, "%5d:%2d%n", &hours, &minutes, &used) < 2 || minutes > 59 || hours < 0)
        return 0;
    if (text[used] == ':') {
        if (sscanf(text + used, ":%9lf%n", &seconds, &more) < 1 || seconds < 0 || seconds >= 60)
            return 0;
        used += more;
    }
    micros = (hours * 3600LL + minutes * 60LL) * SECOND_US + llround(seconds * (double)SECOND_US);
    out->integer += is_negative ? -micros : micros;
    return (size_t)used + sign;
}

bool times_interval_parse(const char *text, PgValue *out)
{
    *out = times_interval(0, 0);
    text += strspn(text, " ");
    if (*text == '\0')
        return false;
    while (*text != '\0') {
        size_t used = strcspn(text, " ");
        double amount;
        char *end;

        if (memchr(text, ':', used) != NULL) {
            used = add_clock(text, out);
            if (used == 0)
                return false;
            text += used;
        } else {
            amount = strtod(text, &end);
            if (end == text || !isfinite(amount) || fabs(amount) > 1e9)
                return false;
            end += strspn(end, " ");
            used = strspn(end, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
            if (!add_units(amount, used > 0 ? end : "s", used > 0 ? used : 1, out))
                return false;
            text = end + used;
        }
        text += strspn(text, " ");
    }
    return true;
}
