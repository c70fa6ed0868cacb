/*
 * engine/restore/values.h - the chart's values for the new cluster: those of the backup, with what `install.values` puts over them.
 *
 * Source: tsb-docs "restore" (the same values as the failed cluster, but for hub, registry and what depends on the environment), domain.md RR5.
 * Helm itself merges them; here the same is done to look at them before anything is changed.
 */
#ifndef ENGINE_RESTORE_VALUES_H
#define ENGINE_RESTORE_VALUES_H

#include "engine/backup/backup.h"
#include "engine/operation.h"

/*
 * The backup's, as they are given to helm: those that it was installed with, or else made of its ManagementPlane, whose secrets are then brought
 * beside. cJSON_Delete() after secrets_wipe. ERR_INPUT: no YAML; ERR_NOT_FOUND: it has neither.
 */
bool restore_base_values(const Backup *backup, cJSON **out_values, Error *err);
/* What of a ManagementPlane are values; given away. */
cJSON *values_of_resource(const cJSON *resource);
/* Puts `install.values` of the standby over values, as helm will. ERR_INPUT names the file. */
bool values_put_over(const Operation *operation, cJSON *values, Error *err);
/* With what the new cluster puts over them; cJSON_Delete() after secrets_wipe. ERR_INPUT names the file. */
bool restore_values(const Operation *operation, const Backup *backup, cJSON **out_values,
                    Error *err);
/* The first thing in `install.values` that a restore has no reason to change: "spec.organization"; "" if there is none. */
bool restore_values_drift(const Operation *operation, char out_path[120], Error *err);

/* The data store is none of the cluster's own: it outlived it. */
bool values_are_external(const cJSON *values);
/* Does the chart make that Secret, of these values? */
bool values_make_secret(const cJSON *values, const char *name);

#endif
