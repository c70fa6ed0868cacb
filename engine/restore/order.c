/*
 * engine/restore/order.c - what a restore was ordered to bring back, and the backup that it comes from.
 */
#include "engine/restore/order.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

static char *absolute(const char *path)
{
    char *here = *path == '/' ? NULL : getcwd(NULL, 0);
    char *whole = here ? memory_format("%s/%s", here, path) : memory_text(path);

    free(here);
    return whole;
}

static void put_path(cJSON *order, const char *key, const char *path)
{
    char *whole = path ? absolute(path) : NULL;

    if (whole)
        json_put_string(order, key, whole);
    free(whole);
}

static bool is_backup(const char *folder)
{
    char *manifest = memory_format("%s/%s", folder, BACKUP_MANIFEST);
    bool is_there = file_exists(manifest);

    free(manifest);
    return is_there;
}

/* Of a folder of backups the one that was taken last; free() it. NULL: there is none. */
static char *latest_in(const char *folder)
{
    DIR *entries = opendir(folder);
    struct dirent *entry;
    char *latest = NULL;
    int64_t latest_ms = -1;

    while (entries && (entry = readdir(entries))) {
        char *path = memory_format("%s/%s", folder, entry->d_name);
        Backup backup = {0};

        if (entry->d_name[0] != '.' && is_backup(path) && backup_find(path, &backup, NULL) &&
            backup_taken_ms(&backup) > latest_ms) {
            latest_ms = backup_taken_ms(&backup);
            free(latest);
            latest = memory_text(path);
        }
        backup_release(&backup);
        free(path);
    }
    if (entries)
        closedir(entries);
    return latest;
}

bool restore_order_note(Operation *operation, Error *err)
{
    const RestoreOrder *ordered = &operation->restore;
    cJSON *order;
    char *folder;

    if (json_has(operation->record, "restore/order"))
        return true;
    if (!ordered->from)
        return error_set(err, ERR_INPUT, "no backup is named: --from FOLDER");
    folder = is_backup(ordered->from) ? memory_text(ordered->from) : latest_in(ordered->from);
    if (!folder)
        return error_set(err, ERR_INPUT, "%s: neither a backup nor a folder of backups",
                         ordered->from);
    order = cJSON_CreateObject();
    put_path(order, "folder", folder);
    put_path(order, "keyFile", ordered->key_file);
    put_path(order, "passwordFile", ordered->password_file);
    json_put_bool(order, "withoutKey", ordered->is_without_key);
    json_put(operation->record, "restore/order", order);
    free(folder);
    return true;
}

bool restore_is_without_key(const Operation *operation)
{
    return json_bool_or(operation->record, "restore/order/withoutKey", false);
}

const char *restore_folder(const Operation *operation)
{
    return json_string_or(operation->record, "restore/order/folder", "");
}

SealKeys restore_keys(const Operation *operation)
{
    const cJSON *order = json_find(operation->record, "restore/order");

    return (SealKeys){.key_file = json_string(order, "keyFile"),
                      .password_file = json_string(order, "passwordFile")};
}

void restore_verify(const Operation *operation, Backup *out_backup, BackupReport *out_report)
{
    const SealKeys keys = restore_keys(operation);

    backup_verify(restore_folder(operation), &keys, out_backup, out_report);
}

bool restore_open(const Operation *operation, Backup *out_backup, Error *err)
{
    const SealKeys keys = restore_keys(operation);

    return backup_find(restore_folder(operation), out_backup, err) &&
           backup_open(out_backup, &keys, err);
}
