/*
 * cli/backup_flags.h - the flags that are put over `backup:` of an environment.
 */
#ifndef CLI_BACKUP_FLAGS_H
#define CLI_BACKUP_FLAGS_H

#include "cli/options.h"
#include "engine/environment.h"

typedef struct {
    const char *folder, *recipient_file, *password_file, *database, *cron_job;
    bool is_unencrypted;
    int64_t keep; /* -1: not said */
} BackupFlags;

enum { BACKUP_FLAG_COUNT = 7 };
void backup_flags_list(BackupFlags *flags, Option out_options[BACKUP_FLAG_COUNT]);

/* What was not said stays as it is. Fails with ERR_INPUT. */
bool backup_flags_put(const BackupFlags *flags, EnvironmentBackup *backup, Error *err);

#endif
