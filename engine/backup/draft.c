/*
 * engine/backup/draft.c - a backup that is being made: a hidden folder beside its place, which gets its name when it is whole.
 */
#include "engine/backup/draft.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "engine/backup/verify.h"

const char *draft_name(const Operation *operation)
{
    return json_string_or(operation->record, "backup/name", "");
}

cJSON *draft_manifest(Operation *operation)
{
    return json_find(operation->record, "backup/manifest");
}

char *draft_folder(const Operation *operation)
{
    EnvironmentBackup order = backup_order(operation);

    return memory_format("%s/%s", order.folder, draft_name(operation));
}

/* Whoever lists the folder does not see it, and no name that is not finished counts as a backup. */
static char *hidden_folder(const Operation *operation)
{
    EnvironmentBackup order = backup_order(operation);

    return memory_format("%s/.%s", order.folder, draft_name(operation));
}

static char *path_in(char *folder, const char *name)
{
    char *path = memory_format("%s/%s", folder, name);

    free(folder);
    return path;
}

/* ---- the beginning ------------------------------------------------------------------------------------------------------ */

/* "20260301T030000Z": sorts as it was taken, and no file system minds it. */
static void stamp(int64_t wall_ms, char out_text[CLOCK_TEXT_MAX])
{
    char *to = out_text;

    clock_rfc3339(wall_ms, out_text);
    for (const char *from = out_text; *from; from++)
        if (*from != '-' && *from != ':')
            *to++ = *from;
    *to = '\0';
}

static const char *encryption_of(const EnvironmentBackup *order)
{
    if (order->recipient_file)
        return order->password_file ? "recipient, password" : "recipient";
    return order->password_file ? "password" : "none";
}

static cJSON *begin_manifest(Operation *operation, const Plane *plane, int64_t now_ms)
{
    EnvironmentBackup order = backup_order(operation);
    cJSON *manifest = cJSON_CreateObject();
    char at[CLOCK_TEXT_MAX];

    json_put_integer(manifest, "format", BACKUP_FORMAT);
    json_put_string(manifest, "name", draft_name(operation));
    json_put_string(manifest, "purpose", json_string_or(operation->record, "backup/purpose", ""));
    json_put_string(manifest, "takenAt", clock_rfc3339(now_ms, at));
    json_put_string(manifest, "environment", operation->environment->name);
    json_put_string(manifest, "organization", operation->environment->organization);
    json_put_string(manifest, "encryption", encryption_of(&order));
    json_put_string(manifest, "plane/name", plane->spec->name);
    json_put_string(manifest, "plane/namespace", plane->spec->ns);
    json_put_string(manifest, "plane/permanentName", plane->spec->permanent_name);
    json_put_string(manifest, "plane/clusterUID", plane->uid);
    json_put(manifest, "files", cJSON_CreateArray());
    return manifest;
}

void draft_plan(Operation *operation)
{
    const Plane *plane = backup_plane(operation);
    int64_t now_ms = clock_wall_ms();
    char at[CLOCK_TEXT_MAX], *name;

    if (*draft_name(operation))
        return;
    stamp(now_ms, at);
    name = memory_format("%s-%s-%s%s", operation->environment->name, plane->spec->name, at,
                         backup_is_whole(operation) ? "" : "-" BACKUP_BEFORE_RESEED);
    json_put_string(operation->record, "backup/name", name);
    json_put(operation->record, "backup/manifest", begin_manifest(operation, plane, now_ms));
    free(name);
}

bool draft_begin(Operation *operation, Error *err)
{
    EnvironmentBackup order = backup_order(operation);
    char *folder;
    bool ok;

    folder = hidden_folder(operation);
    ok = file_make_folder(order.folder, err) && file_make_folder(folder, err) &&
         (chmod(folder, 0700) == 0 ||
          error_set(err, ERR_IO, "cannot make %s private: %s", folder, strerror(errno)));
    free(folder);
    return ok;
}

/* ---- its parts ---------------------------------------------------------------------------------------------------------- */

static cJSON *find_file(Operation *operation, const char *holds)
{
    cJSON *file;

    cJSON_ArrayForEach(file, json_find(draft_manifest(operation), "files"))
    {
        if (strcmp(json_string_or(file, "holds", ""), holds) == 0)
            return file;
    }
    return NULL;
}

bool draft_has(Operation *operation, const char *holds)
{
    const cJSON *file = find_file(operation, holds);
    Backup here;
    bool is_there;

    if (!file)
        return false;
    here = (Backup){.folder = hidden_folder(operation)};
    is_there = backup_file_is_whole(&here, file, NULL);
    backup_release(&here);
    return is_there;
}

bool draft_open(Operation *operation, const char *name, SealWriter **out_writer, char **out_name,
                Error *err)
{
    EnvironmentBackup order = backup_order(operation);
    SealFor readers = backup_readers(&order);
    char *whole, *path;
    bool ok;

    if (!draft_begin(operation, err))
        return false;
    whole = memory_format("%s%s", name, seal_is_closed(&readers) ? SEAL_ENDING : "");
    path = path_in(hidden_folder(operation), whole);
    ok = seal_open(path, &readers, out_writer, err);
    free(path);
    if (ok)
        *out_name = whole;
    else
        free(whole);
    return ok;
}

void draft_note(Operation *operation, const char *holds, const char *name, const SealedFile *file)
{
    cJSON *noted = find_file(operation, holds);

    if (!noted) {
        noted = cJSON_CreateObject();
        cJSON_AddItemToArray(json_find(draft_manifest(operation), "files"), noted);
    }
    json_put_string(noted, "holds", holds);
    json_put_string(noted, "name", name);
    json_put_string(noted, "sha256", file->sha256);
    json_put_integer(noted, "bytes", file->bytes);
}

bool draft_add(Operation *operation, const char *holds, const char *name, const void *bytes,
               size_t length, Error *err)
{
    SealWriter *writer = NULL;
    SealedFile file;
    char *whole = NULL;
    bool ok = draft_open(operation, name, &writer, &whole, err) &&
              seal_add(writer, bytes, length, err) && seal_finish(writer, &file, err);

    if (ok)
        draft_note(operation, holds, whole, &file);
    seal_free(writer);
    free(whole);
    return ok;
}

/* ---- the end ------------------------------------------------------------------------------------------------------------ */

static bool write_manifest(Operation *operation, Error *err)
{
    char *path = path_in(hidden_folder(operation), BACKUP_MANIFEST);
    char *text = cJSON_Print(draft_manifest(operation));
    bool ok = file_write(path, text, strlen(text), 0600, err);

    cJSON_free(text);
    free(path);
    return ok;
}

bool draft_is_kept(Operation *operation)
{
    char *path;
    bool is_there;

    if (!*draft_name(operation))
        return false;
    path = path_in(draft_folder(operation), BACKUP_MANIFEST);
    is_there = file_exists(path);
    free(path);
    return is_there;
}

/* As anybody can who finds it there; with a password we can also look into it. */
static bool verify(const Operation *operation, const char *folder, Error *err)
{
    EnvironmentBackup order = backup_order(operation);
    SealKeys keys = {.password_file = order.password_file};
    BackupReport report;
    Backup backup;
    bool is_good;

    backup_verify(folder, order.password_file ? &keys : NULL, &backup, &report);
    is_good = backup_report_is_good(&report);
    backup_release(&backup);
    return is_good || error_set(err, ERR_INVALID, "what was written cannot be restored: %s: %s",
                                report.flaws[0].check, report.flaws[0].text);
}

bool draft_keep(Operation *operation, Error *err)
{
    char *hidden = hidden_folder(operation), *folder = draft_folder(operation);
    bool ok = draft_is_kept(operation) ||
              (write_manifest(operation, err) && verify(operation, hidden, err) &&
               (rename(hidden, folder) == 0 ||
                error_set(err, ERR_IO, "cannot rename %s: %s", hidden, strerror(errno))) &&
               file_sync_folder(folder, err));

    free(folder);
    free(hidden);
    return ok;
}

bool draft_drop(Operation *operation, Error *err)
{
    char *hidden, *folder;
    bool ok;

    if (!*draft_name(operation))
        return true;
    hidden = hidden_folder(operation);
    folder = draft_folder(operation);
    ok = file_remove_folder(hidden, err) && file_remove_folder(folder, err);
    free(folder);
    free(hidden);
    return ok;
}
