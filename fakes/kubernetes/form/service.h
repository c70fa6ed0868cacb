/*
 * fakes/kubernetes/form/service.h - the addresses and node ports that a cluster gives to its Services.
 *
 * Addresses are of 10.96.0.0/16, node ports from 30000 to 32767. Which one a Service gets follows from the names of cluster,
 * namespace and Service, so that it is the same in every run and no other draw is moved by it.
 *
 * Source: Kubernetes documentation, "Service ClusterIP allocation"; recorded refusals of 1.32.
 */
#ifndef FAKES_KUBERNETES_FORM_SERVICE_H
#define FAKES_KUBERNETES_FORM_SERVICE_H

#include "fakes/kubernetes/status.h"
#include "fakes/kubernetes/store.h"

/*
 * Gives json what it lacks; what old had (NULL: it is new) it keeps, also where json does not say it. 422 for what another
 * Service has, and for a cluster address that would change.
 */
bool service_assign(const KubeCluster *cluster, const cJSON *old, cJSON *json, KubeStatus *status);

#endif
