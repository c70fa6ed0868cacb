/*
 * fakes/kubernetes/form/kept.h - what an update may not change, kind by kind.
 *
 * Source: the API server's validation of updates (1.32). The differences that it prints after some refusals are left out.
 */
#ifndef FAKES_KUBERNETES_FORM_KEPT_H
#define FAKES_KUBERNETES_FORM_KEPT_H

#include "fakes/kubernetes/status.h"

void kept_check(KubeCauses *causes, const KubeKind *kind, const cJSON *old, const cJSON *json);

#endif
