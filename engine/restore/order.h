/*
 * engine/restore/order.h - what a restore was ordered to bring back, and the backup that it comes from.
 *
 * The command line says it; the run's record keeps it ("restore/order"), since a run that is resumed is told nothing. No secret of the backup is
 * ever kept: who needs its content opens it, and lets it go.
 */
#ifndef ENGINE_RESTORE_ORDER_H
#define ENGINE_RESTORE_ORDER_H

#include "engine/backup/verify.h"
#include "engine/operation.h"

/* Writes the order down; paths become absolute. Nothing if that was done before. ERR_INPUT: there is no such backup. */
bool restore_order_note(Operation *operation, Error *err);

/* Of the order as it is written down. Texts are borrowed from the record. */
bool restore_is_without_key(const Operation *operation); /* RN: the old signing key is not had */
const char *restore_folder(const Operation *operation);
SealKeys restore_keys(const Operation *operation);

/* Is it one that can be restored? The caller releases backup whatever comes of it. */
void restore_verify(const Operation *operation, Backup *out_backup, BackupReport *out_report);
/* Its content. */
bool restore_open(const Operation *operation, Backup *out_backup, Error *err);

#endif
