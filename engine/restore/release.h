/*
 * engine/restore/release.h - the release that helm makes of a plane, as its environment describes it.
 */
#ifndef ENGINE_RESTORE_RELEASE_H
#define ENGINE_RESTORE_RELEASE_H

#include "engine/clients/helm.h"
#include "engine/operation.h"

/* Where helm has to work for that plane. Borrowed from the operation. */
HelmCluster release_cluster(const Operation *operation, const Plane *plane);

/*
 * helm upgrade --install of its chart with values (YAML; NULL: none) and what `install.values` puts over them. A release whose last operation was
 * killed is uninstalled first; then ERR_UNAVAILABLE, to be tried again. Helm that gave up waiting has not failed (F-819): that is told, and true.
 */
bool release_install(Operation *operation, const Plane *plane, const char *values, Error *err);
bool release_uninstall(Operation *operation, const Plane *plane, Error *err);

/* What a release leaves in a cluster: the operator's Deployment and the ManagementPlane. */
bool see_release(const Plane *plane, bool *out_is_there, Error *err);

#endif
