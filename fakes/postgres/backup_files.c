/*
 * fakes/postgres/backup_files.c - what is in a base backup: the files of a data directory, in the order in which they are sent.
 */
#include "fakes/postgres/backup_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "fakes/postgres/wal.h"

/* Source: basebackup.c of 15, excludeFiles and excludeDirContents; label and control file are made anew. */
static const char *const LEFT_OUT[] = {
    "backup_label",      "backup_label.old", "backup_manifest",  "current_logfiles",
    "global/pg_control", "logfile",          "pg_internal.init", "postgresql.auto.conf.tmp",
    "postmaster.opts",   "postmaster.pid",   "standby.signal",   "tablespace_map",
};
static const char *const LEFT_EMPTY[] = {
    "pg_dynshmem",  "pg_notify",   "pg_replslot", "pg_serial",
    "pg_snapshots", "pg_stat_tmp", "pg_subtrans", "pg_wal",
};
static const char *const FOLDERS[] = {"base", "global", "pg_tblspc", "pg_wal"};

static PgBackupFile *add(PgBackupFiles *files, char *path, int64_t now_ms)
{
    MEMORY_GROW(files->files, files->count, files->capacity);
    files->files[files->count] = (PgBackupFile){.path = path, .mtime_s = now_ms / 1000};
    return &files->files[files->count++];
}

void pg_backup_files_add(PgBackupFiles *files, const char *path, char *content, size_t size,
                         int64_t now_ms)
{
    PgBackupFile *file = add(files, memory_text(path), now_ms);

    file->content = content;
    file->size = size;
}

static void add_folder(PgBackupFiles *files, const char *path, int64_t now_ms)
{
    add(files, memory_text(path), now_ms)->is_folder = true;
}

static bool is_among(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0)
            return true;
    }
    return false;
}

static bool is_left_out(const char *path)
{
    const char *name = strrchr(path, '/');

    return is_among(path, LEFT_OUT, sizeof LEFT_OUT / sizeof LEFT_OUT[0]) ||
           strncmp(path, "pgsql_tmp", 9) == 0 ||
           (name != NULL && strcmp(name + 1, "pg_internal.init") == 0);
}

static int compare_names(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool read_folder(PgBackupFiles *files, const char *root, const char *path, Error *err);

static bool read_entry(PgBackupFiles *files, const char *root, const char *path, Error *err)
{
    char *source = memory_format("%s/%s", root, path);
    struct stat status;
    PgBackupFile *file;

    if (stat(source, &status) != 0) {
        error_set(err, ERR_INPUT, "%s: %s", source, strerror(errno));
        free(source);
        return false;
    }
    file = add(files, memory_text(path), (int64_t)status.st_mtime * 1000);
    if (S_ISDIR(status.st_mode)) {
        file->is_folder = true;
        free(source);
        return is_among(path, LEFT_EMPTY, sizeof LEFT_EMPTY / sizeof LEFT_EMPTY[0]) ||
               read_folder(files, root, path, err);
    }
    file->source = source;
    file->size = (size_t)status.st_size;
    return true;
}

static bool read_folder(PgBackupFiles *files, const char *root, const char *path, Error *err)
{
    char *folder = memory_format("%s/%s", root, path);
    struct dirent **entries;
    int count = scandir(folder, &entries, NULL, compare_names);
    bool ok = count >= 0;

    if (!ok)
        error_set(err, ERR_INPUT, "%s: %s", folder, strerror(errno));
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        char *inner = *path != '\0' ? memory_format("%s/%s", path, name) : memory_text(name);

        if (ok && strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && !is_left_out(inner))
            ok = read_entry(files, root, inner, err);
        free(inner);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    free(folder);
    return ok;
}

bool pg_backup_files_read(PgBackupFiles *files, const char *folder, int64_t now_ms, Error *err)
{
    if (folder != NULL) {
        if (!read_folder(files, folder, "", err))
            return false;
        add_folder(files, "pg_wal/archive_status", now_ms);
        return true;
    }
    pg_backup_files_add(files, "PG_VERSION", memory_text("15\n"), strlen("15\n"), now_ms);
    for (size_t i = 0; i < sizeof FOLDERS / sizeof FOLDERS[0]; i++)
        add_folder(files, FOLDERS[i], now_ms);
    add_folder(files, "pg_wal/archive_status", now_ms);
    return true;
}

void pg_backup_files_replace(PgBackupFiles *files, const char *path, char *content, size_t size)
{
    for (size_t i = 0; i < files->count; i++) {
        PgBackupFile *file = &files->files[i];

        if (strcmp(file->path, path) != 0)
            continue;
        free(file->source);
        file->source = NULL;
        file->content = content;
        file->size = size;
        return;
    }
    free(content);
}

void pg_backup_files_add_log(PgBackupFiles *files, uint32_t timeline, PgLsn from, PgLsn to,
                             int64_t now_ms)
{
    for (PgLsn segment = pg_wal_segment(from); segment < to; segment += PG_SEGMENT_SIZE) {
        char name[PG_SEGMENT_NAME_SIZE];
        PgBackupFile *file =
            add(files, memory_format("pg_wal/%s", pg_wal_segment_name(timeline, segment, name)),
                now_ms);

        file->is_log = true;
        file->log = segment;
        file->size = PG_SEGMENT_SIZE;
    }
}

size_t pg_backup_files_size(const PgBackupFiles *files)
{
    size_t size = 0;

    for (size_t i = 0; i < files->count; i++)
        size += files->files[i].size;
    return size;
}

void pg_backup_files_release(PgBackupFiles *files)
{
    for (size_t i = 0; i < files->count; i++) {
        free(files->files[i].path);
        free(files->files[i].source);
        free(files->files[i].content);
    }
    free(files->files);
    *files = (PgBackupFiles){0};
}
