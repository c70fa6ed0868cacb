/*
 * engine/steps/repoint.h - what the steps of a re-pointing share: the name that control planes are to find their plane by, and how far each is.
 *
 * Source: domain.md 8.9, F-618. In the record: host, repoint {hosts {NAME: what it followed before}, of {NAME: {patchedMs, troubleMs, state, why}}}.
 */
#ifndef ENGINE_STEPS_REPOINT_H
#define ENGINE_STEPS_REPOINT_H

#include "engine/operation.h"

/* As ordered, or the environment's floating name. */
const char *repoint_host(const Operation *operation);
/* What it followed when the run began; NULL: not known (it could not be read). */
const char *repoint_old_host(const Operation *operation, const ControlPlane *site);

/* spec.managementPlane.host of its ControlPlane. */
bool see_followed(const ControlPlane *site, char out_host[256], Error *err);
bool follow_host(const ControlPlane *site, const char *host, Error *err);

#endif
