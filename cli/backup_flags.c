/*
 * cli/backup_flags.c - the flags that are put over `backup:` of an environment.
 */
#include "cli/backup_flags.h"

#include <string.h>

void backup_flags_list(BackupFlags *flags, Option out_options[BACKUP_FLAG_COUNT])
{
    const Option options[BACKUP_FLAG_COUNT] = {
        {"--output",        'o', OPTION_TEXT,   &flags->folder        },
        {"--recipient",     0,   OPTION_TEXT,   &flags->recipient_file},
        {"--password-file", 0,   OPTION_TEXT,   &flags->password_file },
        {"--unencrypted",   0,   OPTION_FLAG,   &flags->is_unencrypted},
        {"--keep",          0,   OPTION_NUMBER, &flags->keep          },
        {"--database",      0,   OPTION_TEXT,   &flags->database      },
        {"--cron-job",      0,   OPTION_TEXT,   &flags->cron_job      },
    };

    flags->keep = -1;
    memcpy(out_options, options, sizeof options);
}

/* In the order of EnvironmentBackupDatabase. */
static const char *const DATABASES[] = {"dump", "job", "none", NULL};

static bool put_database(const BackupFlags *flags, EnvironmentBackup *backup, Error *err)
{
    for (int i = 0; flags->database && DATABASES[i]; i++) {
        if (strcmp(flags->database, DATABASES[i]) == 0) {
            backup->database = (EnvironmentBackupDatabase)i;
            return true;
        }
    }
    return !flags->database ||
           error_set(err, ERR_INPUT, "--database: dump, job or none, not \"%s\"", flags->database);
}

/* Who names a reader means this one, and not those of the file. */
bool backup_flags_put(const BackupFlags *flags, EnvironmentBackup *backup, Error *err)
{
    if (flags->folder)
        backup->folder = flags->folder;
    if (flags->recipient_file || flags->password_file || flags->is_unencrypted) {
        backup->recipient_file = flags->recipient_file;
        backup->password_file = flags->password_file;
        backup->is_unencrypted = flags->is_unencrypted;
    }
    if (flags->cron_job)
        backup->cron_job = flags->cron_job;
    if (flags->keep >= 0)
        backup->keep = flags->keep;
    if (backup->is_unencrypted && (backup->recipient_file || backup->password_file))
        return error_set(err, ERR_INPUT, "--unencrypted, or somebody who can decrypt it: not both");
    return put_database(flags, backup, err);
}
