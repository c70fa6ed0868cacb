/*
 * engine/backup/backup.c - a finished backup: a folder with a manifest, and what the manifest names.
 */
#include "engine/backup/backup.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "engine/backup/packing.h"
#include "engine/backup/secrets.h"

static bool read_manifest(const char *path, cJSON **out_manifest, Error *err)
{
    char *text = NULL;
    size_t length = 0;
    cJSON *manifest = NULL;
    bool ok = file_read(path, &text, &length, err) && json_parse(text, length, &manifest, err);

    free(text);
    if (ok && json_integer_or(manifest, "format", 0) != BACKUP_FORMAT)
        ok = error_set(err, ERR_INPUT, "of a format that this version does not know");
    if (ok)
        *out_manifest = manifest;
    else
        cJSON_Delete(manifest);
    return ok;
}

bool backup_find(const char *folder, Backup *out_backup, Error *err)
{
    char *path = memory_format("%s/" BACKUP_MANIFEST, folder);
    bool ok = false;

    *out_backup = (Backup){.folder = memory_text(folder)};
    if (!file_exists(path))
        error_set(err, ERR_NOT_FOUND, "%s: no " BACKUP_MANIFEST ", so this is no finished backup",
                  folder);
    else
        ok = read_manifest(path, &out_backup->manifest, err) || error_wrap(err, "%s", path);
    free(path);
    return ok;
}

static const cJSON *find_file(const Backup *backup, const char *holds)
{
    const cJSON *file;

    cJSON_ArrayForEach(file, json_find(backup->manifest, "files"))
    {
        if (strcmp(json_string_or(file, "holds", ""), holds) == 0)
            return file;
    }
    return NULL;
}

/* A manifest that somebody else wrote must not lead out of the folder. */
static char *path_of(const Backup *backup, const cJSON *file)
{
    const char *name = json_string_or(file, "name", "");

    return *name && !strchr(name, '/') ? memory_format("%s/%s", backup->folder, name) : NULL;
}

char *backup_path(const Backup *backup, const char *holds)
{
    return path_of(backup, find_file(backup, holds));
}

bool backup_file_is_whole(const Backup *backup, const cJSON *file, Error *err)
{
    const char *name = json_string_or(file, "name", "?");
    int64_t bytes = json_integer_or(file, "bytes", -1);
    char *path = path_of(backup, file);
    SealedFile there = {0};
    bool exists = path && file_exists(path);
    bool ok = exists && seal_look(path, &there, err);

    free(path);
    if (!exists)
        return error_set(err, ERR_INPUT, "%s: the manifest names it, and it is not there", name);
    if (ok && there.bytes != bytes)
        return error_set(err, ERR_INPUT, "%s: %lld bytes, the manifest says %lld: %s", name,
                         (long long)there.bytes, (long long)bytes,
                         there.bytes < bytes ? "cut off" : "not the same file");
    if (ok && strcmp(there.sha256, json_string_or(file, "sha256", "")) != 0)
        return error_set(err, ERR_INPUT, "%s: its digest is not that of the manifest: damaged",
                         name);
    return ok;
}

/* ---- its content ------------------------------------------------------------------------------------------------------ */

typedef bool TakeContent(Backup *backup, Buffer *content, Error *err);

static bool take_secrets(Backup *backup, Buffer *content, Error *err)
{
    return json_parse(content->data ? content->data : "", content->length, &backup->secrets, err);
}

static bool take_resource(Backup *backup, Buffer *content, Error *err)
{
    return json_parse(content->data ? content->data : "", content->length, &backup->resource, err);
}

static bool take_values(Backup *backup, Buffer *content, Error *err)
{
    (void)err;
    backup->values = memory_text(content->data ? content->data : "");
    return true;
}

static bool take_database(Backup *backup, Buffer *content, Error *err)
{
    return unpack(content->data ? content->data : "", content->length, &backup->database, err);
}

static const struct {
    const char *holds;
    TakeContent *take;
} CONTENTS[] = {
    {BACKUP_SECRETS,  take_secrets },
    {BACKUP_VALUES,   take_values  },
    {BACKUP_RESOURCE, take_resource},
    {BACKUP_DATABASE, take_database},
};

static bool read_content(Backup *backup, const SealKeys *keys, const cJSON *file, TakeContent *take,
                         Error *err)
{
    char *path = path_of(backup, file);
    Buffer content = {0};
    bool ok = backup_file_is_whole(backup, file, err) && seal_read(path, keys, &content, err) &&
              (take(backup, &content, err) || error_wrap(err, "%s", json_string(file, "name")));

    seal_forget(&content);
    free(path);
    return ok;
}

bool backup_open(Backup *backup, const SealKeys *keys, Error *err)
{
    for (size_t i = 0; i < sizeof CONTENTS / sizeof *CONTENTS; i++) {
        const cJSON *file = find_file(backup, CONTENTS[i].holds);

        if (file && !read_content(backup, keys, file, CONTENTS[i].take, err))
            return false;
    }
    return true;
}

const cJSON *backup_secret(const Backup *backup, const char *name)
{
    const cJSON *secret;

    cJSON_ArrayForEach(secret, json_find(backup->secrets, "items"))
    {
        if (strcmp(json_string_or(secret, "metadata/name", ""), name) == 0)
            return secret;
    }
    return NULL;
}

int64_t backup_taken_ms(const Backup *backup)
{
    int64_t taken = 0;

    return clock_parse(json_string_or(backup->manifest, "takenAt", ""), &taken) ? taken : 0;
}

void backup_release(Backup *backup)
{
    secrets_wipe(backup->secrets);
    cJSON_Delete(backup->secrets);
    cJSON_Delete(backup->resource);
    cJSON_Delete(backup->manifest);
    if (backup->values)
        explicit_bzero(backup->values, strlen(backup->values));
    free(backup->values);
    seal_forget(&backup->database);
    free(backup->folder);
    *backup = (Backup){0};
}
