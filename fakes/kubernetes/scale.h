/*
 * fakes/kubernetes/scale.h - autoscaling/v1 Scale, the view of a workload that is only its number of replicas.
 *
 * Source: Kubernetes API reference, Scale v1; facts 36 of the recordings: 0 replicas is an empty spec.
 */
#ifndef FAKES_KUBERNETES_SCALE_H
#define FAKES_KUBERNETES_SCALE_H

#include "base/json.h"

/* cJSON_Delete() it. */
cJSON *scale_of(const cJSON *workload);
/* "app=tsb,tier=a": a label selector as text; free() it. */
char *scale_selector(const cJSON *workload);

#endif
