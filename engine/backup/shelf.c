/*
 * engine/backup/shelf.c - the backups in a folder, of one environment: what they were like, and which may go.
 */
#include "engine/backup/shelf.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "engine/backup/verify.h"

static void add_entry(Shelf *shelf, const char *folder, const char *name, const char *environment)
{
    char *path = memory_format("%s/%s", folder, name);
    Backup backup;
    BackupReport report;

    backup_verify(path, NULL, &backup, &report);
    if (backup.manifest &&
        strcmp(json_string_or(backup.manifest, "environment", ""), environment) == 0 &&
        strcmp(json_string_or(backup.manifest, "purpose", ""), BACKUP_WHOLE) == 0) {
        MEMORY_GROW(shelf->entries, shelf->count, shelf->capacity);
        shelf->entries[shelf->count++] =
            (ShelfEntry){memory_text(name), backup_taken_ms(&backup),
                         json_integer_or(backup.manifest, "database/bytes", 0),
                         backup_report_is_good(&report)};
    }
    backup_release(&backup);
    free(path);
}

static int newest_first(const void *a, const void *b)
{
    const ShelfEntry *one = a, *other = b;

    if (one->taken_ms != other->taken_ms)
        return one->taken_ms < other->taken_ms ? 1 : -1;
    return strcmp(other->name, one->name);
}

bool shelf_read(const char *folder, const char *environment, Shelf *out_shelf, Error *err)
{
    DIR *entries = opendir(folder);
    struct dirent *entry;

    *out_shelf = (Shelf){0};
    if (!entries && errno == ENOENT)
        return true;
    if (!entries)
        return error_set(err, ERR_IO, "cannot read %s: %s", folder, strerror(errno));
    while ((entry = readdir(entries))) {
        if (entry->d_name[0] != '.')
            add_entry(out_shelf, folder, entry->d_name, environment);
    }
    closedir(entries);
    if (out_shelf->count)
        qsort(out_shelf->entries, out_shelf->count, sizeof *out_shelf->entries, newest_first);
    return true;
}

void shelf_release(Shelf *shelf)
{
    for (size_t i = 0; i < shelf->count; i++)
        free(shelf->entries[i].name);
    free(shelf->entries);
    *shelf = (Shelf){0};
}

int64_t shelf_last_size(const Shelf *shelf, const char *name)
{
    for (size_t i = 0; i < shelf->count; i++) {
        const ShelfEntry *entry = &shelf->entries[i];

        if (entry->is_good && entry->database_bytes > 0 && strcmp(entry->name, name) != 0)
            return entry->database_bytes;
    }
    return 0;
}

/* The first that may go: behind as many good ones as are to be kept. */
static size_t first_surplus(const Shelf *shelf, int64_t keep)
{
    int64_t good = 0;
    size_t i = 0;

    if (keep <= 0)
        return shelf->count;
    while (i < shelf->count && good < keep)
        good += shelf->entries[i++].is_good;
    return good < keep ? shelf->count : i;
}

size_t shelf_surplus(const Shelf *shelf, int64_t keep)
{
    return shelf->count - first_surplus(shelf, keep);
}

/* First it stops being a backup, then it goes: half of one must never be taken for one. */
static bool remove_backup(const char *folder, const char *name, Error *err)
{
    char *path = memory_format("%s/%s", folder, name);
    char *hidden = memory_format("%s/.%s.removed", folder, name);
    bool ok = file_remove_folder(hidden, err) &&
              (rename(path, hidden) == 0 ||
               error_set(err, ERR_IO, "cannot rename %s: %s", path, strerror(errno))) &&
              file_sync_folder(path, err) && file_remove_folder(hidden, err);

    free(hidden);
    free(path);
    return ok;
}

/* What a removal that was cut short left behind. */
static void sweep(const char *folder)
{
    static const char ENDING[] = ".removed";
    DIR *entries = opendir(folder);
    struct dirent *entry;

    while (entries && (entry = readdir(entries))) {
        size_t length = strlen(entry->d_name);
        char *path = memory_format("%s/%s", folder, entry->d_name);

        if (entry->d_name[0] == '.' && length > sizeof ENDING &&
            strcmp(entry->d_name + length - (sizeof ENDING - 1), ENDING) == 0)
            file_remove_folder(path, NULL);
        free(path);
    }
    if (entries)
        closedir(entries);
}

bool shelf_prune(const char *folder, const Shelf *shelf, int64_t keep, size_t *out_removed,
                 Error *err)
{
    *out_removed = 0;
    sweep(folder);
    for (size_t i = first_surplus(shelf, keep); i < shelf->count; i++) {
        if (!remove_backup(folder, shelf->entries[i].name, err))
            return false;
        ++*out_removed;
    }
    return true;
}
