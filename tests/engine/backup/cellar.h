/*
 * tests/engine/backup/cellar.h - a folder with keys, for tests that write and read backups.
 */
#ifndef TESTS_ENGINE_BACKUP_CELLAR_H
#define TESTS_ENGINE_BACKUP_CELLAR_H

#include "engine/backup/backup.h"

typedef struct {
    char folder[64];
    char *rsa, *rsa_key, *ec, *ec_key, *password, *other_password; /* paths */
} Cellar;

void cellar_open(Cellar *cellar);
void cellar_close(Cellar *cellar);
char *cellar_path(const Cellar *cellar, const char *name); /* free() it */
/* A shell command in its folder has ended with 0. */
bool cellar_runs(const Cellar *cellar, const char *command);
void cellar_write(const Cellar *cellar, const char *name, const char *text);

/* A backup as it has to be, in the folder `name` of the cellar: unencrypted, with an empty database. */
char *cellar_backup(const Cellar *cellar, const char *name);
extern const char CELLAR_DUMP[]; /* what its database holds */

/* Puts one member of its manifest to a value, NULL: away. */
void cellar_change(const char *folder, const char *path, cJSON *value);
/* The same of the first Secret of its file; digest and size in the manifest follow. */
void cellar_change_secret(const char *folder, const char *path, cJSON *value);
/* Another text as its dump, packed; digest and size follow. */
void cellar_change_dump(const char *folder, const char *text);

#endif
