/*
 * fakes/kubernetes/form/convert.h - built-in resources that are served in two versions, and kept in one.
 *
 * autoscaling/v1 HorizontalPodAutoscalers are kept as autoscaling/v2, events.k8s.io/v1 Events as core ones. What an older
 * version has no field for is text in annotations of its objects, and only there.
 *
 * Source: k8s.io/api v0.32 (autoscaling/v1, autoscaling/v2, events/v1, core/v1); "Horizontal Pod Autoscaling", appendix on
 * the annotations autoscaling.alpha.kubernetes.io/... A kind that is KUBE_CONVERTED is meant by kind.
 */
#ifndef FAKES_KUBERNETES_FORM_CONVERT_H
#define FAKES_KUBERNETES_FORM_CONVERT_H

#include "base/json.h"
#include "fakes/kubernetes/kinds.h"

/* Makes of an object as it is kept what it is in the version of kind. managedFields stay as they are. */
void convert_from_kept(const KubeKind *kind, cJSON *json);
/* The way back. */
void convert_to_kept(const KubeKind *kind, cJSON *json);

#endif
