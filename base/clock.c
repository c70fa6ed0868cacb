/*
 * base/clock.c - what time it is, as the run sees it, and how times are written.
 */
#include "base/clock.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { MS_PER_SECOND = 1000, MS_PER_MINUTE = 60 * 1000, MS_PER_HOUR = 60 * 60 * 1000 };

static int64_t milliseconds(clockid_t which)
{
    struct timespec now;

    clock_gettime(which, &now);
    return (int64_t)now.tv_sec * MS_PER_SECOND + now.tv_nsec / 1000000;
}

int64_t clock_wall_ms(void)
{
    return milliseconds(CLOCK_REALTIME);
}

int64_t clock_mono_ms(void)
{
    return milliseconds(CLOCK_MONOTONIC);
}

int64_t clock_real_ns(void)
{
    struct timespec now;

    /* The system call itself, because the libc function is where simulated time comes in. */
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Splits into calendar fields and the milliseconds within the second, also before 1970. */
static int split(int64_t wall_ms, struct tm *out_fields)
{
    int64_t within = ((wall_ms % MS_PER_SECOND) + MS_PER_SECOND) % MS_PER_SECOND;
    time_t seconds = (time_t)((wall_ms - within) / MS_PER_SECOND);

    gmtime_r(&seconds, out_fields);
    return (int)within;
}

const char *clock_rfc3339(int64_t wall_ms, char out_text[CLOCK_TEXT_MAX])
{
    struct tm fields;

    split(wall_ms, &fields);
    strftime(out_text, CLOCK_TEXT_MAX, "%Y-%m-%dT%H:%M:%SZ", &fields);
    return out_text;
}

const char *clock_stamp(int64_t wall_ms, char out_text[CLOCK_TEXT_MAX])
{
    struct tm fields;

    split(wall_ms, &fields);
    strftime(out_text, CLOCK_TEXT_MAX, "%Y%m%dT%H%M%SZ", &fields);
    return out_text;
}

const char *clock_rfc3339_micro(int64_t wall_ms, char out_text[CLOCK_TEXT_MAX])
{
    struct tm fields;
    int within_ms = split(wall_ms, &fields);
    size_t length = strftime(out_text, CLOCK_TEXT_MAX, "%Y-%m-%dT%H:%M:%S", &fields);

    snprintf(out_text + length, CLOCK_TEXT_MAX - length, ".%03d000Z", within_ms);
    return out_text;
}

const char *clock_http_date(int64_t wall_ms, char out_text[CLOCK_TEXT_MAX])
{
    struct tm fields;

    split(wall_ms, &fields);
    /* No program of ours calls setlocale, so these names are the English ones the RFC wants. */
    strftime(out_text, CLOCK_TEXT_MAX, "%a, %d %b %Y %H:%M:%S GMT", &fields);
    return out_text;
}

/* ".25" adds 250; more digits than milliseconds have are dropped. */
static bool parse_fraction(const char **text, int64_t *out_ms)
{
    int64_t unit = 100;

    *out_ms = 0;
    if (**text != '.')
        return true;
    if (!isdigit((unsigned char)*++*text))
        return false;
    for (; isdigit((unsigned char)**text); ++*text) {
        *out_ms += (**text - '0') * unit;
        unit /= 10;
    }
    return true;
}

/* Reads "Z" or "+01:30": what has to be taken away to arrive at UTC. */
static bool parse_offset(const char *text, int64_t *out_ms)
{
    int hours, minutes, length = 0;

    *out_ms = 0;
    if (strcasecmp(text, "Z") == 0)
        return true;
    if (text[0] != '+' && text[0] != '-')
        return false;
    if (sscanf(text + 1, "%2d:%2d%n", &hours, &minutes, &length) != 2 || length != 5 ||
        text[6] != '\0' || hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
        return false;
    *out_ms = (int64_t)hours * MS_PER_HOUR + (int64_t)minutes * MS_PER_MINUTE;
    if (text[0] == '-')
        *out_ms = -*out_ms;
    return true;
}

/* timegm would turn February 30 into March 2 without a word. */
static bool to_wall_ms(struct tm fields, int64_t *out_wall_ms)
{
    struct tm again = fields;
    time_t seconds = timegm(&again);

    if (again.tm_mday != fields.tm_mday || again.tm_mon != fields.tm_mon ||
        again.tm_hour != fields.tm_hour)
        return false;
    *out_wall_ms = (int64_t)seconds * MS_PER_SECOND;
    return true;
}

static bool parse_rfc3339(const char *text, int64_t *out_wall_ms)
{
    static const char SHAPE[] = "dddd-dd-ddTdd:dd:dd";
    struct tm fields = {0};
    int64_t whole, fraction, offset;
    const char *rest = text + sizeof SHAPE - 1;

    for (size_t i = 0; SHAPE[i] != '\0'; i++)
        if (SHAPE[i] == 'd' ? !isdigit((unsigned char)text[i])
                            : toupper((unsigned char)text[i]) != SHAPE[i])
            return false;
    sscanf(text, "%4d-%2d-%2d%*c%2d:%2d:%2d", &fields.tm_year, &fields.tm_mon, &fields.tm_mday,
           &fields.tm_hour, &fields.tm_min, &fields.tm_sec);
    fields.tm_year -= 1900;
    fields.tm_mon -= 1;
    if (fields.tm_min > 59 || fields.tm_sec > 59)
        return false;
    if (!to_wall_ms(fields, &whole) || !parse_fraction(&rest, &fraction) ||
        !parse_offset(rest, &offset))
        return false;
    *out_wall_ms = whole + fraction - offset;
    return true;
}

static bool parse_http_date(const char *text, int64_t *out_wall_ms)
{
    struct tm fields = {0};
    const char *end = strptime(text, "%a, %d %b %Y %H:%M:%S GMT", &fields);

    return end != NULL && *end == '\0' && to_wall_ms(fields, out_wall_ms);
}

bool clock_parse(const char *text, int64_t *out_wall_ms)
{
    if (isdigit((unsigned char)text[0]))
        return parse_rfc3339(text, out_wall_ms);
    return parse_http_date(text, out_wall_ms);
}

const char *clock_duration(int64_t ms, char out_text[CLOCK_TEXT_MAX])
{
    const char *sign = ms < 0 ? "-" : "";
    uint64_t size = ms < 0 ? -(uint64_t)ms : (uint64_t)ms;
    uint64_t seconds = size / MS_PER_SECOND;

    if (size < MS_PER_SECOND)
        snprintf(out_text, CLOCK_TEXT_MAX, "%s%d ms", sign, (int)size);
    else if (seconds < 10 && size % MS_PER_SECOND != 0)
        snprintf(out_text, CLOCK_TEXT_MAX, "%s%d.%d s", sign, (int)seconds,
                 (int)(size % MS_PER_SECOND / 100));
    else if (seconds < 60)
        snprintf(out_text, CLOCK_TEXT_MAX, "%s%d s", sign, (int)seconds);
    else if (seconds < 3600)
        snprintf(out_text, CLOCK_TEXT_MAX, "%s%d m %02d s", sign, (int)(seconds / 60),
                 (int)(seconds % 60));
    else
        snprintf(out_text, CLOCK_TEXT_MAX, "%s%llu h %02d m", sign,
                 (unsigned long long)(seconds / 3600), (int)(seconds / 60 % 60));
    return out_text;
}

static const struct {
    const char *name;
    double ms;
} DURATION_UNITS[] = {
    {"ms",  1            },
    {"s",   MS_PER_SECOND},
    {"m",   MS_PER_MINUTE},
    {"h",   MS_PER_HOUR  },
    {"us",  0.001        },
    {"µs", 0.001        },
    {"ns",  0.000001     },
};

static bool parse_unit(const char **text, double *out_ms)
{
    size_t length = strcspn(*text, "0123456789.");

    for (size_t i = 0; i < sizeof DURATION_UNITS / sizeof DURATION_UNITS[0]; i++)
        if (strlen(DURATION_UNITS[i].name) == length &&
            memcmp(DURATION_UNITS[i].name, *text, length) == 0) {
            *out_ms = DURATION_UNITS[i].ms;
            *text += length;
            return true;
        }
    return false;
}

/* "1.5": digits and at most one point, where strtod would also take signs, exponents and "inf". */
static bool parse_amount(const char **text, double *out_amount)
{
    char digits[32];
    size_t length = strspn(*text, "0123456789.");

    if (length == 0 || length >= sizeof digits)
        return false;
    memcpy(digits, *text, length);
    digits[length] = '\0';
    if (strspn(digits, ".") == length || strchr(digits, '.') != strrchr(digits, '.'))
        return false;
    *out_amount = strtod(digits, NULL);
    *text += length;
    return true;
}

bool clock_parse_duration(const char *text, int64_t *out_ms)
{
    /* Go's time.Duration counts nanoseconds in 64 bits; more than that is no duration there either. */
    const double most_ms = 9.2e12;
    double total_ms = 0;
    bool is_negative = text[0] == '-';

    if (text[0] == '-' || text[0] == '+')
        text++;
    if (strcmp(text, "0") == 0) {
        *out_ms = 0;
        return true;
    }
    if (*text == '\0')
        return false;
    while (*text != '\0') {
        double amount, unit_ms;

        if (!parse_amount(&text, &amount) || !parse_unit(&text, &unit_ms))
            return false;
        total_ms += amount * unit_ms;
    }
    if (total_ms > most_ms)
        return false;
    /* Half a microsecond up, so that 1.001s, which no double holds exactly, stays 1001 ms. */
    *out_ms = (int64_t)(total_ms + 0.0005);
    if (is_negative)
        *out_ms = -*out_ms;
    return true;
}
