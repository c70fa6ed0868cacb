/*
 * engine/backup/order.c - what backup was ordered, by whom it can be read, and of which plane.
 */
#include "engine/backup/order.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "engine/backup/backup.h"

SealFor backup_readers(const EnvironmentBackup *order)
{
    return (SealFor){order->recipient_file, order->password_file};
}

/* Whoever resumes may stand in another folder. */
static void put_path(cJSON *order, const char *key, const char *path)
{
    char *here, *whole;

    if (!path)
        return;
    here = *path == '/' ? NULL : getcwd(NULL, 0);
    whole = here ? memory_format("%s/%s", here, path) : memory_text(path);
    json_put_string(order, key, whole);
    free(whole);
    free(here);
}

static cJSON *order_tree(const EnvironmentBackup *backup)
{
    cJSON *order = cJSON_CreateObject();

    put_path(order, "folder", backup->folder);
    put_path(order, "recipientFile", backup->recipient_file);
    put_path(order, "passwordFile", backup->password_file);
    json_put_bool(order, "unencrypted", backup->is_unencrypted);
    json_put_integer(order, "keep", backup->keep);
    json_put_integer(order, "database", (int64_t)backup->database);
    json_put_string(order, "databaseName", backup->database_name);
    json_put_string(order, "cronJob", backup->cron_job);
    json_put_string(order, "pgDump", backup->pg_dump);
    json_put_integer(order, "limitMs", backup->limit_ms);
    return order;
}

EnvironmentBackup backup_order(const Operation *operation)
{
    const cJSON *order = json_find(operation->record, "backup/order");

    if (!order)
        return operation->environment->backup;
    return (EnvironmentBackup){
        .folder = json_string(order, "folder"),
        .recipient_file = json_string(order, "recipientFile"),
        .password_file = json_string(order, "passwordFile"),
        .is_unencrypted = json_bool_or(order, "unencrypted", false),
        .keep = json_integer_or(order, "keep", 0),
        .database = (EnvironmentBackupDatabase)json_integer_or(order, "database", 0),
        .database_name = json_string(order, "databaseName"),
        .cron_job = json_string(order, "cronJob"),
        .pg_dump = json_string(order, "pgDump"),
        .limit_ms = json_integer_or(order, "limitMs", 0),
    };
}

void backup_order_of(Operation *operation, const Plane *plane, const char *purpose)
{
    if (json_has(operation->record, "backup/plane"))
        return;
    json_put(operation->record, "backup/order", order_tree(&operation->environment->backup));
    json_put_string(operation->record, "backup/plane", plane->spec->name);
    json_put_string(operation->record, "backup/purpose", purpose);
}

Plane *backup_plane(Operation *operation)
{
    const char *name = json_string_or(operation->record, "backup/plane", "");

    for (int i = 0; i < 2; i++)
        if (strcmp(operation->planes[i].spec->name, name) == 0)
            return &operation->planes[i];
    return NULL;
}

bool backup_is_whole(const Operation *operation)
{
    return strcmp(json_string_or(operation->record, "backup/purpose", ""), BACKUP_WHOLE) == 0;
}
