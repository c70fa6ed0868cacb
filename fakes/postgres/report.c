/*
 * fakes/postgres/report.c - one error or warning in the words of Postgres.
 */
#include "fakes/postgres/report.h"

#include <stdarg.h>
#include <stdio.h>

void pg_report_error(PgReport *report, int position, const char *code, PgSource source,
                     const char *format, ...)
{
    va_list arguments;

    *report = (PgReport){.severity = "ERROR", .code = code, .position = position, .source = source};
    va_start(arguments, format);
    vsnprintf(report->message, sizeof report->message, format, arguments);
    va_end(arguments);
}

void pg_report_hint(PgReport *report, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(report->hint_text, sizeof report->hint_text, format, arguments);
    va_end(arguments);
}
