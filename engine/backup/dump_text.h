/*
 * engine/backup/dump_text.h - what shows that a plain dump is whole, watched while it comes.
 *
 * Source: pg_dump writes "-- PostgreSQL database dump complete" last; behind it only what psql is told (`\unrestrict`). A program that failed in
 *         a pipe leaves a small file that is well-formed all the same (F-807).
 */
#ifndef ENGINE_BACKUP_DUMP_TEXT_H
#define ENGINE_BACKUP_DUMP_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { DUMP_TAIL = 1024 };

/* Zeroed it has seen nothing yet. */
typedef struct {
    int64_t bytes;
    bool has_table;
    char tail[DUMP_TAIL];
    size_t tail_length;
} DumpText;

void dump_text_add(DumpText *dump, const char *bytes, size_t length);

/* Fails with ERR_INPUT; out_check (may be NULL) gets F-806 (cut off) or F-807 (holds nothing). */
bool dump_text_is_whole(const DumpText *dump, const char **out_check, Error *err);

#endif
