/*
 * engine/backup/backup.h - a finished backup: a folder with a manifest, and what the manifest names.
 *
 * Format:    docs/backup.md. manifest.json holds no secret and can always be read; every other file is sealed (seal.h) if the manifest says so.
 *            A folder without a manifest is no backup: it is written last, before the folder gets its name.
 * Ownership: a Backup owns its manifest and content; texts found in it are borrowed. backup_release wipes.
 */
#ifndef ENGINE_BACKUP_BACKUP_H
#define ENGINE_BACKUP_BACKUP_H

#include "base/json.h"
#include "engine/backup/seal.h"

#define BACKUP_MANIFEST "manifest.json"
enum { BACKUP_FORMAT = 1 };

/* What a file of it holds, as the manifest calls it. */
#define BACKUP_SECRETS  "secrets"         /* a v1 List of Secrets, as `kubectl apply` takes it */
#define BACKUP_VALUES   "values"          /* helm's, YAML */
#define BACKUP_RESOURCE "managementPlane" /* the ManagementPlane, as `kubectl apply` takes it */
#define BACKUP_DATABASE "database"        /* a plain dump, gzip */

/* Why it was taken. */
#define BACKUP_WHOLE         "backup"
#define BACKUP_BEFORE_RESEED "before-reseed" /* the database only (RS2) */

typedef struct {
    char *folder;
    cJSON *manifest;
    /* Once it was opened; NULL or empty: the manifest names none. */
    cJSON *secrets;  /* the List */
    char *values;    /* text */
    cJSON *resource; /* the ManagementPlane */
    Buffer database; /* plain SQL, unpacked */
} Backup;

/* Reads the manifest. ERR_NOT_FOUND: there is none; ERR_INPUT: it is none that this version understands. */
bool backup_find(const char *folder, Backup *out_backup, Error *err);
/*
 * Reads and unpacks everything that the manifest names; digests first. ERR_INPUT: damaged, cut or no such thing, naming the file;
 * ERR_DENIED: keys do not open it. What is in it may still be wrong: see verify.h.
 */
bool backup_open(Backup *backup, const SealKeys *keys, Error *err);
void backup_release(Backup *backup);

/* The path of the file that holds that; free() it. NULL: the manifest names none. */
char *backup_path(const Backup *backup, const char *holds);
/* Of the content: the Secret of that name, or NULL. Borrowed. */
const cJSON *backup_secret(const Backup *backup, const char *name);
int64_t backup_taken_ms(const Backup *backup); /* wall time; 0: it does not say */
/* The file as its manifest describes it is what lies there. ERR_INPUT says what differs. */
bool backup_file_is_whole(const Backup *backup, const cJSON *file, Error *err);

#endif
