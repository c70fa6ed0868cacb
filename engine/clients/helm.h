/*
 * engine/clients/helm.h - releases of a chart in one cluster, by the program helm 3.
 *
 * Source: helm's manual (helm upgrade, get values, status, uninstall). Which cluster it is, is said by flags each time, never by what happens
 *         to be the current context. Values go through its standard input ("-f -"), so that no secret of theirs lies on a disk.
 * Errors: ERR_INVALID helm is not there, is no helm 3, or says no; ERR_NOT_FOUND there is no such release; ERR_CONFLICT another operation of the
 *         release is under way, or was killed; ERR_TIMEOUT helm gave up waiting; ERR_UNAVAILABLE it cannot reach the cluster;
 *         ERR_AMBIGUOUS it was killed. What an error left behind is seen by looking at the cluster, not at helm (F-819).
 */
#ifndef ENGINE_CLIENTS_HELM_H
#define ENGINE_CLIENTS_HELM_H

#include "base/error.h"
#include "base/loop.h"

/* Which cluster, and whom to stop for. Texts are borrowed for the call. */
typedef struct {
    Loop *loop;
    const bool *stop;
    const char *kubeconfig; /* a path; NULL: as helm finds it */
    const char *context, *ns;
    int64_t timeout_ms; /* of helm itself, and a little later of the program */
} HelmCluster;

/* Is helm 3 there? */
bool helm_check(const HelmCluster *cluster, Error *err);

typedef struct {
    const char *name, *chart, *version; /* version NULL: the latest */
    const char *values;                 /* YAML; NULL: none */
    const char *values_file;            /* over values; NULL: none */
} HelmRelease;
/* helm upgrade --install --create-namespace. May be repeated. */
bool helm_install(const HelmCluster *cluster, const HelmRelease *release, Error *err);

/* "deployed", "failed", "pending-install", ... */
bool helm_status(const HelmCluster *cluster, const char *name, char out_status[40], Error *err);
/* The values that it was given, as YAML; free() it, wiped. */
bool helm_values(const HelmCluster *cluster, const char *name, char **out_values, Error *err);
/* One that is not there is uninstalled already. */
bool helm_uninstall(const HelmCluster *cluster, const char *name, Error *err);

#endif
