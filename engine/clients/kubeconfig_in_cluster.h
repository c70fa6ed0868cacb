/*
 * engine/clients/kubeconfig_in_cluster.h - the kubeconfig of who runs in a pod and was given none.
 *
 * Private to the kubeconfig client.
 * Source: Kubernetes, "Accessing the Kubernetes API from a Pod"; client-go, rest.InClusterConfig.
 */
#ifndef ENGINE_CLIENTS_KUBECONFIG_IN_CLUSTER_H
#define ENGINE_CLIENTS_KUBECONFIG_IN_CLUSTER_H

#include "engine/clients/kubeconfig_file.h"

#define KUBECONFIG_SERVICE_ACCOUNT "/var/run/secrets/kubernetes.io/serviceaccount"

/*
 * One context, "in-cluster": the server of KUBERNETES_SERVICE_HOST and _PORT, the pod's own token, read again as it changes, the
 * cluster's authority, the pod's namespace. False if this is no pod: folder holds no token, or the variables are not set.
 */
bool kubeconfig_in_cluster(const char *folder, KubeconfigFile *out_file);

#endif
