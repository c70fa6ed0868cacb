/*
 * fakes/postgres/copy_syntax.h - COPY, read: what from or to where, and in which form.
 *
 * Source: PostgreSQL 15 manual, COPY; copy.c of 15.20 (options, in both spellings).
 * Only to STDOUT and from STDIN: there are no files here. What the real one knows besides is 0A000.
 */
#ifndef FAKES_POSTGRES_COPY_SYNTAX_H
#define FAKES_POSTGRES_COPY_SYNTAX_H

#include "fakes/postgres/syntax.h"

typedef enum { COPY_TEXT, COPY_CSV, COPY_BINARY } CopyFormat;

enum { COPY_COLUMNS_MAX = 16 };

typedef struct {
    bool is_from;
    const char *table; /* NULL: a query */
    const char *query;
    int query_position; /* in the whole text, from 1 */
    const char *columns[COPY_COLUMNS_MAX];
    int column_count; /* 0: all */
    CopyFormat format;
    char delimiter, quote, escape;
    const char *null; /* how NULL is written */
    bool has_header;
} CopyStatement;

/* A statement that sql_parse took for a COPY. Everything lives in arena. */
bool copy_parse(const SqlStatement *statement, Arena *arena, CopyStatement *out, PgReport *report);

#endif
