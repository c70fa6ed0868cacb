/*
 * fakes/postgres/report.c - one error or warning in the words of Postgres.
 */
#include "fakes/postgres/report.h"

#include <stdarg.h>
#include <stdio.h>

static bool fill(PgReport *report, int position, const char *code, PgSource source,
                 const char *format, va_list arguments)
{
    *report = (PgReport){.severity = "ERROR", .code = code, .position = position, .source = source};
    vsnprintf(report->message, sizeof report->message, format, arguments);
    return false;
}

bool pg_error(PgReport *report, const char *code, PgSource source, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fill(report, 0, code, source, format, arguments);
    va_end(arguments);
    return false;
}

bool pg_error_at(PgReport *report, int position, const char *code, PgSource source,
                 const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fill(report, position, code, source, format, arguments);
    va_end(arguments);
    return false;
}
