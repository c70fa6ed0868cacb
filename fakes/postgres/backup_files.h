/*
 * fakes/postgres/backup_files.h - what is in a base backup: the files of a data directory, in the order in which they are sent.
 *
 * The bulk of it (catalogues, configuration) comes from a data directory of a real Postgres that was stopped properly; this is for real
 * clients only, and without one a backup has just what makes it look like one. Label and control file are ours.
 */
#ifndef FAKES_POSTGRES_BACKUP_FILES_H
#define FAKES_POSTGRES_BACKUP_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "fakes/postgres/instance.h"

typedef struct {
    char *path;    /* in the backup */
    char *source;  /* on this machine; NULL: `content` is all of it, or the log from `log` on */
    char *content; /* may be NULL */
    size_t size;
    int64_t mtime_s;
    bool is_folder;
    bool is_log; /* a segment: made when it is sent, and in no manifest */
    PgLsn log;
} PgBackupFile;

typedef struct {
    PgBackupFile *files;
    size_t count, capacity;
} PgBackupFiles;

/* Content is taken over. */
void pg_backup_files_add(PgBackupFiles *files, const char *path, char *content, size_t size,
                         int64_t now_ms);
/* Everything from the folder but what a backup leaves out; NULL: what there has to be. */
bool pg_backup_files_read(PgBackupFiles *files, const char *folder, int64_t now_ms, Error *err);
/* A file that is there gets other content, which is taken over; one that is not stays away. */
void pg_backup_files_replace(PgBackupFiles *files, const char *path, char *content, size_t size);
/* The segments that hold the log from one position up to another. */
void pg_backup_files_add_log(PgBackupFiles *files, uint32_t timeline, PgLsn from, PgLsn to,
                             int64_t now_ms);
size_t pg_backup_files_size(const PgBackupFiles *files); /* in bytes */
void pg_backup_files_release(PgBackupFiles *files);

#endif
