/*
 * fakes/postgres/report.h - one error or warning in the words of Postgres.
 *
 * Source: PostgreSQL 15 manual, 55.8 (fields), appendix A (SQLSTATEs); file, line and routine are those of 15.20, as seen on the wire.
 * Ownership: everything but the message is a text that lives for ever.
 */
#ifndef FAKES_POSTGRES_REPORT_H
#define FAKES_POSTGRES_REPORT_H

#include <stdbool.h>

typedef struct {
    const char *file, *line, *routine;
} PgSource;

enum { PG_REPORT_TEXT_MAX = 600, PG_REPORT_HINT_MAX = 200 };

typedef struct {
    const char *severity; /* "ERROR", "FATAL", "WARNING" */
    const char *code;     /* "28P01" */
    char message[PG_REPORT_TEXT_MAX];
    const char *detail, *hint;          /* may be NULL */
    char hint_text[PG_REPORT_HINT_MAX]; /* pg_report_hint's, in place of hint */
    const char *
        context; /* "COPY tenants, line 1"; may be NULL, and may be the session's for the message at work */
    int position; /* in the statement, counted from 1; 0: nowhere in particular */
    PgSource source;
} PgReport;

/* Fills an ERROR. position: as in PgReport. */
void pg_report_error(PgReport *report, int position, const char *code, PgSource source,
                     const char *format, ...) __attribute__((format(printf, 5, 6)));

/* A hint that is put together. */
void pg_report_hint(PgReport *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static inline bool pg_failed(void)
{
    return false;
}

/*
 * pg_error(report, code, source, format, ...) and pg_error_at(report, position, code, source, format, ...) fill an ERROR and are
 * false, so that `return pg_error(...)` reads as what it is. Macros, so that who checks a caller's paths sees the false too.
 */
#define pg_error(report, ...)    (pg_report_error((report), 0, __VA_ARGS__), pg_failed())
#define pg_error_at(report, ...) (pg_report_error((report), __VA_ARGS__), pg_failed())

#endif
