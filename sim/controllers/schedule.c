/*
 * sim/controllers/schedule.c - when a CronJob is due.
 */
#include "sim/controllers/schedule.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum { MINUTE_MS = 60000, YEARS = 5 };

static const char *const MONTHS[] = {"jan", "feb", "mar", "apr", "may", "jun", "jul",
                                     "aug", "sep", "oct", "nov", "dec", NULL};
static const char *const DAYS[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat", NULL};

typedef struct {
    int lowest, highest;
    const char *const *names; /* of lowest and on; NULL: none */
} Range;

static const Range RANGES[] = {
    {0, 59, NULL  },
    {0, 23, NULL  },
    {1, 31, NULL  },
    {1, 12, MONTHS},
    {0, 7,  DAYS  },
};
enum { FIELDS = sizeof RANGES / sizeof *RANGES };

static const struct {
    const char *name, *meaning;
} SHORT_FORMS[] = {
    {"@hourly",   "0 * * * *"},
    {"@daily",    "0 0 * * *"},
    {"@midnight", "0 0 * * *"},
    {"@weekly",   "0 0 * * 0"},
    {"@monthly",  "0 0 1 * *"},
    {"@yearly",   "0 0 1 1 *"},
    {"@annually", "0 0 1 1 *"},
};

static bool read_number(const char **at, const Range *range, int *out_number)
{
    char *end = NULL;

    for (int i = 0; range->names && range->names[i]; i++)
        if (strncasecmp(*at, range->names[i], 3) == 0) {
            *at += 3;
            *out_number = range->lowest + i;
            return true;
        }
    if (!isdigit((unsigned char)**at))
        return false;
    *out_number = (int)strtol(*at, &end, 10);
    *at = end;
    return *out_number >= range->lowest && *out_number <= range->highest;
}

/* "*", "5", "1-5", each with "/2" behind it or not. */
static bool read_part(const char **at, const Range *range, uint64_t *bits)
{
    int first = range->lowest, last = range->highest, step = 1;
    bool is_one = false;

    if (**at == '*' || **at == '?') {
        ++*at;
    } else {
        if (!read_number(at, range, &first))
            return false;
        is_one = **at != '-';
        last = first;
        if (!is_one && (++*at, !read_number(at, range, &last)))
            return false;
    }
    if (**at == '/') {
        ++*at;
        if (!isdigit((unsigned char)**at) || (step = atoi(*at)) <= 0)
            return false;
        *at += strspn(*at, "0123456789");
        last = is_one ? range->highest : last;
    }
    for (int number = first; number <= last; number += step)
        *bits |= (uint64_t)1 << number;
    return first <= last;
}

static bool read_field(const char **at, const Range *range, uint64_t *bits)
{
    *at += strspn(*at, " \t");
    while (read_part(at, range, bits)) {
        if (**at != ',')
            return **at == '\0' || **at == ' ' || **at == '\t';
        ++*at;
    }
    return false;
}

bool schedule_parse(const char *text, Schedule *out_schedule)
{
    uint64_t bits[FIELDS] = {0};
    bool is_any[FIELDS] = {false};

    for (size_t i = 0; i < sizeof SHORT_FORMS / sizeof *SHORT_FORMS; i++)
        if (strcmp(text, SHORT_FORMS[i].name) == 0)
            text = SHORT_FORMS[i].meaning;
    for (int i = 0; i < FIELDS; i++) {
        is_any[i] = text[strspn(text, " \t")] == '*';
        if (!read_field(&text, &RANGES[i], &bits[i]))
            return false;
    }
    if (text[strspn(text, " \t")] != '\0')
        return false;
    bits[4] |= bits[4] >> 7 & 1; /* 7 is Sunday, too */
    *out_schedule = (Schedule){bits[0], bits[1], bits[2], bits[3], bits[4], is_any[2], is_any[4]};
    return true;
}

static bool has(uint64_t bits, int number)
{
    return bits >> number & 1;
}

static bool is_day(const Schedule *schedule, const struct tm *time)
{
    bool day = has(schedule->days, time->tm_mday), weekday = has(schedule->weekdays, time->tm_wday);

    if (!has(schedule->months, time->tm_mon + 1))
        return false;
    return schedule->any_day || schedule->any_weekday ? day && weekday : day || weekday;
}

int64_t schedule_next(const Schedule *schedule, int64_t after_ms)
{
    time_t at = (time_t)((after_ms / MINUTE_MS + 1) * (MINUTE_MS / 1000));
    time_t end = at + (time_t)YEARS * 366 * 86400;

    while (at < end) {
        struct tm time;

        gmtime_r(&at, &time);
        if (!is_day(schedule, &time))
            at += 86400 - (time.tm_hour * 3600 + time.tm_min * 60);
        else if (!has(schedule->hours, time.tm_hour))
            at += 3600 - time.tm_min * 60;
        else if (!has(schedule->minutes, time.tm_min))
            at += 60;
        else
            return (int64_t)at * 1000;
    }
    return -1;
}
