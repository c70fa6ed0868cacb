/*
 * engine/backup/verify.h - can this be restored? Asked of a folder alone, without any cluster.
 *
 * Source: domain.md 6.6 (BK-03), SEC-16, SEC-17, F-804 to F-807, F-823. Digests and sizes are held against the manifest, and the manifest
 * against what a backup has to hold; with what opens it, the content against the manifest, too.
 */
#ifndef ENGINE_BACKUP_VERIFY_H
#define ENGINE_BACKUP_VERIFY_H

#include "engine/backup/backup.h"

typedef struct {
    char check[16]; /* dossier id: "F-806" */
    bool is_fatal;  /* nothing should be restored from it */
    char text[280];
} BackupFlaw;

enum { BACKUP_FLAWS_MAX = 24 };
typedef struct {
    BackupFlaw flaws[BACKUP_FLAWS_MAX]; /* the fatal ones first */
    size_t count;
    bool was_opened; /* the content was looked at, too */
} BackupReport;
bool backup_report_is_good(const BackupReport *report); /* nothing fatal */

/* keys NULL: what is encrypted stays closed. Fills backup, which the caller releases whatever comes of it. */
void backup_verify(const char *folder, const SealKeys *keys, Backup *out_backup,
                   BackupReport *out_report);

#endif
