/*
 * fakes/postgres/basebackup_options.h - what a client wants of a base backup: the options of BASE_BACKUP, read and checked.
 *
 * Source: PostgreSQL 15 manual, 55.4 (BASE_BACKUP); what 15.20 answers to options that it does not take.
 */
#ifndef FAKES_POSTGRES_BASEBACKUP_OPTIONS_H
#define FAKES_POSTGRES_BASEBACKUP_OPTIONS_H

#include <stdint.h>

#include "fakes/postgres/replication_words.h"
#include "fakes/postgres/report.h"

/* Texts are of the words' arena. */
typedef struct {
    const char *label, *checkpoint, *manifest, *checksums, *target, *target_detail;
    const char *compression,
        *compression_detail; /* NULL: none was given, as with all texts but label */
    bool has_progress, is_fast, has_log, waits, has_manifest, has_tablespace_map, verifies;
    int64_t rate_kb_per_s; /* 0: no limit */
    bool is_gzip;
    int level; /* of gzip */
} PgBackupOptions;

bool pg_backup_options_read(PgWords *words, PgBackupOptions *out, PgReport *report);

#endif
