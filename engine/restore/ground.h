/*
 * engine/restore/ground.h - objects in the new cluster, made so that an undo takes away what this run made and nothing else.
 *
 * Each carries the run's name in its annotation understudy.dev/run: that is found again after any crash, and by nobody else's run.
 */
#ifndef ENGINE_RESTORE_GROUND_H
#define ENGINE_RESTORE_GROUND_H

#include "engine/operation.h"

/* Is it there? *out_object may be NULL; else cJSON_Delete() it, NULL if it is not. */
bool ground_see(const Plane *plane, const char *resource, const char *name, bool *out_exists,
                cJSON **out_object, Error *err);

/* Makes object (changed: it gets the run's name); resource "v1/namespaces", or of the new plane's namespace. Nothing if it is there. */
bool ground_make(Operation *operation, const char *resource, cJSON *object, Error *err);
/* Deletes it if this run made it. */
bool ground_take_away(Operation *operation, const char *resource, const char *name, Error *err);
/* This run made the namespace: it goes with all that is in it. */
bool ground_is_ours(Operation *operation, bool *out_is_ours, Error *err);

#endif
