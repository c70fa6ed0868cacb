/*
 * engine/clients/kube_path.h - where an object of the Kubernetes API is, for the server and for a person.
 *
 * Private to the kube client. Pure.
 * Source: Kubernetes, "API Concepts", resource URIs.
 */
#ifndef ENGINE_CLIENTS_KUBE_PATH_H
#define ENGINE_CLIENTS_KUBE_PATH_H

#include "engine/clients/kube.h"

/* "https://10.0.0.1:6443/apis/apps/v1/namespaces/tsb/deployments/iam/scale"; free() it. */
char *kube_path_url(const char *server, const KubePath *path);

/* "deployments/scale tsb/iam", "namespaces tsb", "secrets in tsb"; free() it. */
char *kube_path_label(const KubePath *path);

/* Error texts about it may quote what nobody may read. */
bool kube_path_is_secret(const KubePath *path);

#endif
