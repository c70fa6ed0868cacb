/*
 * fakes/kubernetes/connect.h - subresources that lead through the server to a node: exec, attach, portforward, proxy.
 *
 * Nobody runs on the nodes of these clusters, so each is refused, as a real API server refuses: for what is absent, for what
 * was not asked as it has to be, and at last because the node cannot be reached.
 * Source: kube-apiserver 1.32, registry/core/pod (strategy.go, rest/subresources.go); UpgradeAwareHandler of apimachinery.
 */
#ifndef FAKES_KUBERNETES_CONNECT_H
#define FAKES_KUBERNETES_CONNECT_H

#include "fakes/kubernetes/request.h"

bool connect_is_part(const KubeKind *kind, const char *subresource);
/* "get", "create"; NULL: the method is not allowed. */
const char *connect_verb(const KubeRequest *request);
/* True of every other request. */
bool connect_check(const KubeRequest *request, KubeStatus *status);

#endif
