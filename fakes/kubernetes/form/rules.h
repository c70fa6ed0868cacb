/*
 * fakes/kubernetes/form/rules.h - what an object must look like, kind by kind: defaults, validation, what never changes.
 *
 * Source: the API server's strategies and validation, as far as their refusals were recorded (1.32).
 */
#ifndef FAKES_KUBERNETES_FORM_RULES_H
#define FAKES_KUBERNETES_FORM_RULES_H

#include "fakes/kubernetes/cluster.h"
#include "fakes/kubernetes/form/form.h"

/* The table of its fields: of a custom resource without a schema, one that keeps whatever spec and status hold. */
const KubeType *rules_type(const KubeKind *kind);

/*
 * Whether json could be decoded into its kind's Go type; of a custom resource, its metadata. If not, out_why says so in Go's
 * words; a create or update makes a 400 of it, a patch a 422.
 */
bool rules_decode(const KubeKind *kind, const cJSON *json, char out_why[FORM_WHY_MAX]);

/* Brings json into the form that is stored: unknown fields gone, defaults set, stringData merged. old NULL: a new object. */
void rules_normalize(const KubeKind *kind, const cJSON *old, cJSON *json);
/* What the server adds once it is noted who owns what: a namespace's finalizer, a pod's tolerations, the order of what a Service was given. */
void rules_complete(const KubeKind *kind, const cJSON *old, cJSON *json);
/* As rules_normalize where nothing but status is new. */
void rules_normalize_status(const KubeKind *kind, cJSON *json);

/* 422 with every cause. old NULL: a new object. */
bool rules_validate(const KubeKind *kind, const cJSON *old, const cJSON *json, KubeStatus *status);

/* Whether metadata.generation moves (labels and finalizers never move it). */
bool rules_moves_generation(const KubeKind *kind, const cJSON *old, const cJSON *json);

#endif
