/*
 * engine/backup/order.h - what backup was ordered, by whom it can be read, and of which plane.
 *
 * The environment says it (`backup:`, over which the command line's flags were put). The run's record keeps it, since a run that is
 * resumed is told nothing. In the record, all under "backup":
 *   order {folder, recipientFile, ...}   plane   purpose
 *   manifest (draft.h)   name   isKept   job {name}   isPruned
 */
#ifndef ENGINE_BACKUP_ORDER_H
#define ENGINE_BACKUP_ORDER_H

#include "engine/backup/seal.h"
#include "engine/operation.h"

/* Texts are borrowed from record or environment. folder NULL: none was ordered. */
EnvironmentBackup backup_order(const Operation *operation);
SealFor backup_readers(const EnvironmentBackup *order);

/* From now on this run backs up that plane, with the order as it stands; nothing if it does so already. */
void backup_order_of(Operation *operation, const Plane *plane, const char *purpose);
/* The plane of the order, NULL before backup_order_of. */
Plane *backup_plane(Operation *operation);
bool backup_is_whole(const Operation *operation); /* not the database only */

#endif
