/*
 * sim/faults/backups.c - what becomes of a backup after it was taken, where it lies: the newest one in the world's folder `backups`.
 *
 * Whoever restores from it has to find out. Of what it holds nothing is changed, since it is sealed: only files and the manifest.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "sim/faults/table.h"

typedef enum { SPOILED_CUT, SPOILED_DAMAGED, SPOILED_REMOVED, SPOILED_OLD, SPOILED_FOREIGN } How;
static const char *const HOWS[] = {"cut", "damaged", "removed", "old", "foreign", NULL};

typedef struct {
    int how;
    const char *holds;
    int64_t age_ms;
} SpoiledArguments;

static const Field SPOILED_FIELDS[] = {
    {"how",   FIELD_CHOICE,   offsetof(SpoiledArguments, how),    true,
     "cut, damaged, removed: a file of it; old, foreign: what its manifest says", HOWS},
    {"holds", FIELD_TEXT,     offsetof(SpoiledArguments, holds),  false,
     "which file: database, secrets, values, managementPlane",                    NULL},
    {"age",   FIELD_DURATION, offsetof(SpoiledArguments, age_ms), false,
     "how old it says that it is; a week",                                        NULL},
};
enum { WEEK_MS = 7 * 24 * 60 * 60 * 1000, CUT_BYTES = 100 };

/* ---- finding it --------------------------------------------------------------------------------------------------------------------- */

/* Names end in the time that they were taken. */
static const char *stamp_of(const char *name)
{
    const char *dash = strrchr(name, '-');

    return dash ? dash : name;
}

/* The folder of the newest; NULL: there is none. free() it. */
static char *newest(const World *world)
{
    char *folder = memory_format("%s/backups", world->folder), *name = NULL, *path;
    DIR *entries = opendir(folder);
    const struct dirent *entry;

    while (entries && (entry = readdir(entries))) {
        if (entry->d_name[0] == '.' ||
            (name && strcmp(stamp_of(entry->d_name), stamp_of(name)) < 0))
            continue;
        free(name);
        name = memory_text(entry->d_name);
    }
    if (entries)
        closedir(entries);
    path = name ? memory_format("%s/%s", folder, name) : NULL;
    free(name);
    free(folder);
    return path;
}

static cJSON *read_manifest(const char *folder)
{
    char *path = memory_format("%s/manifest.json", folder), *text = NULL;
    size_t length = 0;
    cJSON *manifest = NULL;

    if (!file_read(path, &text, &length, NULL) || !json_parse(text, length, &manifest, NULL))
        manifest = NULL;
    free(text);
    free(path);
    return manifest;
}

static void write_manifest(const char *folder, const cJSON *manifest)
{
    char *path = memory_format("%s/manifest.json", folder), *text = json_text(manifest);

    file_write(path, text, strlen(text), 0600, NULL);
    free(text);
    free(path);
}

/* ---- spoiling it ---------------------------------------------------------------------------------------------------------------------- */

static void cut(const char *path)
{
    struct stat there;

    if (stat(path, &there) == 0 &&
        truncate(path, there.st_size > CUT_BYTES ? there.st_size - CUT_BYTES : 0) != 0)
        return;
}

/* Of the same length, with another byte in its middle. */
static void damage(const char *path)
{
    char *bytes = NULL;
    size_t length = 0;

    if (file_read(path, &bytes, &length, NULL) && length > 0) {
        bytes[length / 2] ^= 1;
        file_write(path, bytes, length, 0600, NULL);
    }
    free(bytes);
}

static void spoil_file(const char *folder, const cJSON *manifest, const SpoiledArguments *spoiled)
{
    const char *holds = spoiled->holds ? spoiled->holds : "database";
    const cJSON *file;

    cJSON_ArrayForEach(file, json_find(manifest, "files"))
    {
        char *path;

        if (strcmp(json_string_or(file, "holds", ""), holds) != 0)
            continue;
        path = memory_format("%s/%s", folder, json_string_or(file, "name", ""));
        if (spoiled->how == SPOILED_CUT)
            cut(path);
        else if (spoiled->how == SPOILED_DAMAGED)
            damage(path);
        else
            unlink(path);
        free(path);
    }
}

static void change_manifest(const char *folder, cJSON *manifest, const SpoiledArguments *spoiled)
{
    int64_t age_ms = spoiled->age_ms ? spoiled->age_ms : WEEK_MS;
    char at[CLOCK_TEXT_MAX];

    if (spoiled->how == SPOILED_OLD) {
        json_put_string(manifest, "takenAt", clock_rfc3339(clock_wall_ms() - age_ms, at));
    } else {
        json_put_string(manifest, "organization", "somebody-else");
        json_put_string(manifest, "environment", "elsewhere");
        json_put_string(manifest, "plane/clusterUID", "00000000-0000-4000-8000-000000000000");
    }
    write_manifest(folder, manifest);
}

static void spoil(World *world, ArmedFault *fault, const void *arguments)
{
    const SpoiledArguments *spoiled = arguments;
    char *folder = newest(world);
    cJSON *manifest = folder ? read_manifest(folder) : NULL;

    if (manifest) {
        if (spoiled->how == SPOILED_OLD || spoiled->how == SPOILED_FOREIGN)
            change_manifest(folder, manifest, spoiled);
        else
            spoil_file(folder, manifest, spoiled);
        fault_prove(fault, "the newest backup: %s", HOWS[spoiled->how]);
    }
    cJSON_Delete(manifest);
    free(folder);
}

const FaultType FAULT_BACKUP_SPOILED = {
    .name = "backupSpoiled",
    .summary = "the newest backup is not what it was any more",
    .dossier = "F-806",
    .witness = "the backup that was changed",
    .fields = SPOILED_FIELDS,
    .field_count = sizeof SPOILED_FIELDS / sizeof *SPOILED_FIELDS,
    .argument_size = sizeof(SpoiledArguments),
    .inject = spoil,
};
