/*
 * sim/operators/feed.h - what feeds a standby without replication: the active's dumps, restored again and again.
 *
 * Both planes have two CronJobs: backup-tsb-postgres dumps the plane's database at 02:00, tsb-restore overwrites it at 04:00 with the newest
 * dump of the other plane. On the active the restore is suspended, on the standby the backup is. A dump holds what was there when its
 * pod began; a restore empties the database when its pod begins, and has filled it when that succeeds: one that is cut short
 * leaves nothing. Dumps are kept where both planes see them.
 *
 * Source: domain.md 4.4, 8.8 [DOC P5]; names, schedules and what a restore does to a live database [INFER R1].
 */
#ifndef SIM_OPERATORS_FEED_H
#define SIM_OPERATORS_FEED_H

#include "sim/inside.h"

typedef struct Feed Feed;

/* The CronJobs, as a plane's cluster begins. */
void feed_populate(Plane *plane);

/* After both databases have their rows. The newest dump is of the hour before the world began. */
Feed *feed_new(Plane *plane);
void feed_free(Feed *feed); /* accepts NULL */

/* Is its database, by its CronJob, somebody else's copy? */
bool feed_is_fed(const Plane *plane);

#endif
