/*
 * fakes/postgres/setting_values.c - one setting's value: read with its unit and bounds, printed with the largest unit that fits.
 */
#include "fakes/postgres/setting_values.h"

#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "fakes/postgres/types.h"

static const PgSource PARSE_VALUE = {"guc.c", "7307", "parse_and_validate_value"};
static const PgSource STRING_HOOK = {"guc.c", "12085", "call_string_check_hook"};

/* From the largest: how many of the smallest. */
typedef struct {
    const char *unit;
    int64_t size;
} Unit;

static const Unit MEMORY[] = {
    {"TB", INT64_C(1) << 40},
    {"GB", 1 << 30         },
    {"MB", 1 << 20         },
    {"kB", 1 << 10         },
    {"B",  1               },
    {NULL, 0               },
};
static const Unit TIMES[] = {
    {"d",   INT64_C(86400000000)},
    {"h",   INT64_C(3600000000) },
    {"min", 60000000            },
    {"s",   1000000             },
    {"ms",  1000                },
    {"us",  1                   },
    {NULL,  0                   },
};

/* A row's own unit, "8kB" or "ms", in the smallest of its kind. */
static const Unit *units_of(const PgSettingRow *row, int64_t *out_size)
{
    int64_t count;
    char *name;

    *out_size = 0;
    if (row->unit == NULL)
        return NULL;
    count = strtoll(row->unit, &name, 10);
    for (const Unit *kind = MEMORY; kind != NULL; kind = kind == MEMORY ? TIMES : NULL) {
        for (const Unit *unit = kind; unit->unit != NULL; unit++) {
            if (strcmp(unit->unit, name) != 0)
                continue;
            *out_size = unit->size * (count > 0 ? count : 1);
            return kind;
        }
    }
    return NULL;
}

const char *setting_show(const PgSettingRow *row, const char *raw, Arena *arena)
{
    int64_t size, value = strtoll(raw, NULL, 10), whole;
    const Unit *unit = units_of(row, &size);

    if (unit == NULL || value <= 0 || strchr(raw, '.') != NULL)
        return unit != NULL && value > 0 ? arena_format(arena, "%s%s", raw, row->unit) : raw;
    whole = value * size;
    while (unit->unit != NULL && whole % unit->size != 0)
        unit++;
    return arena_format(arena, "%" PRId64 "%s", whole / unit->size, unit->unit);
}

bool setting_may_change(const PgSettingRow *row, PgReport *report)
{
    static const struct {
        const char *context, *how, *line;
    } REFUSALS[] = {
        {"internal",          "cannot be changed",                               "7728"},
        {"postmaster",        "cannot be changed without restarting the server", "7751"},
        {"sighup",            "cannot be changed now",                           "7541"},
        {"backend",           "cannot be set after connection start",            "7600"},
        {"superuser-backend", "cannot be set after connection start",            "7600"},
    };

    for (size_t i = 0; i < sizeof REFUSALS / sizeof REFUSALS[0]; i++) {
        if (strcmp(REFUSALS[i].context, row->context) == 0)
            return pg_error(report, "55P02",
                            (PgSource){"guc.c", REFUSALS[i].line, "set_config_option_ext"},
                            "parameter \"%s\" %s", row->name, REFUSALS[i].how);
    }
    return true;
}

static bool invalid(const PgSettingRow *row, const char *text, const char *hint, PgReport *report)
{
    pg_error(report, "22023", PARSE_VALUE, "invalid value for parameter \"%s\": \"%s\"", row->name,
             text);
    report->hint = hint;
    return false;
}

static bool read_bool(const PgSettingRow *row, const char *text, const char **out, PgReport *report)
{
    PgReport ignored;
    PgValue value;

    if (!pg_value_parse(PG_BOOL, text, 0, NULL, &value, &ignored))
        return pg_error(report, "22023", (PgSource){"guc.c", "7271", "parse_and_validate_value"},
                        "parameter \"%s\" requires a Boolean value", row->name);
    *out = value.integer ? "on" : "off";
    return true;
}

/* The values are given in quotes or not: {a,"b c"}. */
static bool read_enum(const PgSettingRow *row, const char *text, Arena *arena, const char **out,
                      PgReport *report)
{
    const char *at = row->words + 1, *list = "";

    while (*at != '\0' && *at != '}') {
        bool is_quoted = *at == '"';
        size_t length = strcspn(at + is_quoted, is_quoted ? "\"" : ",}");
        const char *word = arena_text_of(arena, at + is_quoted, length);

        if (strcasecmp(word, text) == 0) {
            *out = word;
            return true;
        }
        list = arena_format(arena, "%s%s%s", list, *list != '\0' ? ", " : "", word);
        at += length + (is_quoted ? 2 : 0);
        at += *at == ',';
    }
    pg_error(report, "22023", PARSE_VALUE, "invalid value for parameter \"%s\": \"%s\"", row->name,
             text);
    pg_report_hint(report, "Available values: %s.", list);
    return false;
}

static const char *unit_hint(const Unit *units)
{
    return units == MEMORY
               ? "Valid units for this parameter are \"B\", \"kB\", \"MB\", \"GB\", and \"TB\"."
           : units == TIMES ? "Valid units for this parameter are \"us\", \"ms\", \"s\", \"min\", "
                              "\"h\", and \"d\"."
                            : NULL;
}

/* What a number is in the row's own unit; false: it is none. */
static bool convert(const PgSettingRow *row, double number, const char *unit, double *out)
{
    int64_t size;
    const Unit *units = units_of(row, &size);

    *out = number;
    if (*unit == '\0')
        return true;
    for (; units != NULL && units->unit != NULL; units++) {
        if (strcmp(units->unit, unit) == 0) {
            *out = number * (double)units->size / (double)size;
            return true;
        }
    }
    return false;
}

static bool read_number(const PgSettingRow *row, const char *text, bool is_whole, Arena *arena,
                        const char **out, PgReport *report)
{
    double number, least = row->least != NULL ? strtod(row->least, NULL) : -INFINITY;
    double most = row->most != NULL ? strtod(row->most, NULL) : INFINITY;
    const char *unit = row->unit != NULL ? row->unit + strspn(row->unit, "0123456789") : "";
    int64_t size;
    char *end;

    number = strtod(text, &end);
    if (end == text || !isfinite(number))
        return invalid(row, text, NULL, report);
    end += strspn(end, " ");
    if (!convert(row, number, end, &number))
        return invalid(row, text, unit_hint(units_of(row, &size)), report);
    if (is_whole)
        number = rint(number);
    *out = arena_format(arena, is_whole ? "%.0f" : "%g", number);
    if (number >= least && number <= most)
        return true;
    return pg_error(report, "22023", (PgSource){"guc.c", "7322", "parse_and_validate_value"},
                    "%s%s%s is outside the valid range for parameter \"%s\" (%s .. %s)", *out,
                    *unit != '\0' ? " " : "", unit, row->name, row->least, row->most);
}

/* Texts that Postgres looks at, and of which this server knows but one meaning. */
static bool read_text(const PgSettingRow *row, const char *text, Arena *arena, const char **out,
                      PgReport *report)
{
    static const char *const ENCODINGS[][2] = {
        {"utf8",      "UTF8"     },
        {"utf-8",     "UTF8"     },
        {"unicode",   "UTF8"     },
        {"latin1",    "LATIN1"   },
        {"sql_ascii", "SQL_ASCII"}
    };

    *out = arena_text(arena, text);
    if (strcmp(row->name, "client_encoding") != 0)
        return true;
    for (size_t i = 0; i < sizeof ENCODINGS / sizeof ENCODINGS[0]; i++) {
        if (strcasecmp(ENCODINGS[i][0], text) == 0) {
            *out = ENCODINGS[i][1];
            return true;
        }
    }
    return pg_error(report, "22023", STRING_HOOK, "invalid value for parameter \"%s\": \"%s\"",
                    row->name, text);
}

bool setting_read(const PgSettingRow *row, const char *text, Arena *arena, const char **out,
                  PgReport *report)
{
    if (strcmp(row->type, "bool") == 0)
        return read_bool(row, text, out, report);
    if (strcmp(row->type, "enum") == 0)
        return read_enum(row, text, arena, out, report);
    if (strcmp(row->type, "integer") == 0 || strcmp(row->type, "real") == 0)
        return read_number(row, text, row->type[0] == 'i', arena, out, report);
    return read_text(row, text, arena, out, report);
}
