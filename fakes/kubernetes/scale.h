/*
 * fakes/kubernetes/scale.h - autoscaling/v1 Scale, the view of a workload that is only its number of replicas.
 *
 * Source: Kubernetes API reference, Scale v1; facts 36 of the recordings: 0 replicas is an empty spec.
 */
#ifndef FAKES_KUBERNETES_SCALE_H
#define FAKES_KUBERNETES_SCALE_H

#include "base/json.h"
#include "fakes/kubernetes/kinds.h"

/* cJSON_Delete() it. */
cJSON *scale_of(const cJSON *workload);
/* As above where a CRD says where the numbers are. */
cJSON *scale_of_kind(const KubeKind *kind, const cJSON *object);
/* "spec/replicas" */
const char *scale_replicas_path(const KubeKind *kind);
/* "app=tsb,tier=a": a label selector as text; free() it. */
char *scale_selector(const cJSON *workload);

#endif
