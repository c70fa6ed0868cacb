/*
 * engine/steps/feed.h - what the steps of a pair that is fed by restoring have in common: its CronJobs, and Jobs made from them.
 *
 * Source: domain.md 8.8. The CronJob of the standby overwrites its database; V11: never where tsb is wanted.
 */
#ifndef ENGINE_STEPS_FEED_H
#define ENGINE_STEPS_FEED_H

#include "engine/observations.h"

/*
 * Is the standby's restore suspended, and does no Job of it run? If not, out says what is lacking: pending while suspend_restore is to be
 * called, failed (with that reaction) once it was put back too often.
 */
bool is_restore_suspended(Operation *operation, Reaction reaction, Observation *out);
bool suspend_restore(Operation *operation, Error *err);

/* Suspends it again whoever put it back, while the standby's tsb is wanted: between any two looks (Procedure.meanwhile). */
void keep_restore_suspended(Operation *operation);

/* Writes spec.suspend of a CronJob, if it is another. */
bool set_suspended(const Plane *plane, const char *cronjob, bool is_suspended, Error *err);

/*
 * A Job made from the CronJob's template, as `kubectl create job --from` makes it. Its name is kept in the record under key before it is made, so that a
 * resumed run finds it. observe: pending until it is made, then waiting, holds once it is complete, failed with the reaction if it failed.
 */
void observe_job(Operation *operation, const Plane *plane, const char *cronjob, const char *key,
                 Reaction reaction, Observation *out);
bool make_job(Operation *operation, const Plane *plane, const char *cronjob, const char *key,
              Error *err);

int64_t feed_deadline(const Operation *operation); /* policies.feed */

#endif
