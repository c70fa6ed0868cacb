/*
 * fakes/kubernetes/access/grant.h - nobody gives away what he has not got: roles and bindings are looked at before they are written.
 *
 * Source: Kubernetes, privilege escalation prevention: whoever may `escalate` a role or `bind` one, may all the same.
 */
#ifndef FAKES_KUBERNETES_ACCESS_GRANT_H
#define FAKES_KUBERNETES_ACCESS_GRANT_H

#include "fakes/kubernetes/request.h"

/* Such a write has to be looked at: a role or binding, and its writer is not of system:masters. */
bool grant_is_limited(const KubeRequest *request);
/* object as it would be. 403 if more is in it than the user may; 404 if a binding leads to no role. */
bool grant_check(KubeRequest *request, const cJSON *object, KubeStatus *status);

#endif
