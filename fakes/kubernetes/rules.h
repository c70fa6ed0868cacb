/*
 * fakes/kubernetes/rules.h - what an object must look like, kind by kind: defaults, validation, what never changes.
 *
 * Source: the API server's strategies and validation, as far as their refusals were recorded (1.32).
 */
#ifndef FAKES_KUBERNETES_RULES_H
#define FAKES_KUBERNETES_RULES_H

#include "fakes/kubernetes/cluster.h"

/*
 * Whether json could be decoded into its kind's Go type. If not, out_why says so in Go's words; a create or update makes
 * a 400 of it, a patch a 422.
 */
enum { RULES_WHY_MAX = 200 };
bool rules_decode(const KubeKind *kind, const cJSON *json, char out_why[RULES_WHY_MAX]);

/* Brings json into the form that is stored: defaults set, stringData merged, empty maps gone. */
void rules_normalize(const KubeKind *kind, cJSON *json);

/* 422 with every cause. old NULL: a new object. */
bool rules_validate(const KubeKind *kind, const cJSON *old, const cJSON *json, KubeStatus *status);

/* Whether metadata.generation moves (labels and finalizers never move it). */
bool rules_moves_generation(const KubeKind *kind, const cJSON *old, const cJSON *json);

#endif
