/*
 * engine/backup/parts.h - the steps that a backup consists of, once it is known of which plane, for whoever takes one on the way.
 *
 * `backup` walks them one by one; a failover's last step and a rejoin take them all in one (backup_observe, backup_act).
 */
#ifndef ENGINE_BACKUP_PARTS_H
#define ENGINE_BACKUP_PARTS_H

#include "engine/step.h"

/* Every part in its order: what of them does not hold yet, and its act. The order has been given (order.h). */
void backup_observe(Operation *operation, Observation *out);
bool backup_act(Operation *operation, Error *err);

#endif
