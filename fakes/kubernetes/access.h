/*
 * fakes/kubernetes/access.h - the denials of a cluster; kube_deny and kube_may are in cluster.h.
 */
#ifndef FAKES_KUBERNETES_ACCESS_H
#define FAKES_KUBERNETES_ACCESS_H

#include "fakes/kubernetes/store.h"

void kube_denials_free(KubeDenials *denials); /* accepts NULL */

#endif
