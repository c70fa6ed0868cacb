/*
 * fakes/kubernetes/access/validate_roles.h - what is wrong with a role or a binding.
 *
 * Source: the validation of rbac.authorization.k8s.io/v1 in 1.32.
 */
#ifndef FAKES_KUBERNETES_ACCESS_VALIDATE_ROLES_H
#define FAKES_KUBERNETES_ACCESS_VALIDATE_ROLES_H

#include "fakes/kubernetes/status.h"

/* kind is one of rbac.authorization.k8s.io; old NULL: a new object. */
void validate_role(KubeCauses *causes, const KubeKind *kind, const cJSON *old, const cJSON *json);
/* Who did not say of which group a subject or role is, meant this one. */
void default_role_groups(cJSON *binding);

#endif
