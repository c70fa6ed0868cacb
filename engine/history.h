/*
 * engine/history.h - what the last failover left for the next procedure, from whatever machine that is carried out.
 *
 * Kept as JSON in the annotation understudy.dev/last-failover of the Lease "understudy" in both planes' clusters:
 *   {from, to, at (RFC 3339), timeline, forkLsn, changes (rows, see_changes), standby: the spec.highAvailability.standby that the new active had}
 * Never a secret.
 */
#ifndef ENGINE_HISTORY_H
#define ENGINE_HISTORY_H

#include "engine/operation.h"

/* Writes it on both planes; one that does not answer is left out. Fails if none could be written. Needs the lease. */
bool history_write(Operation *operation, const cJSON *failover, Error *err);

/* The newer of both planes'; *out_failover is NULL if there is none. cJSON_Delete() it. Fails if neither plane answers. */
bool history_read(Operation *operation, cJSON **out_failover, Error *err);

#endif
