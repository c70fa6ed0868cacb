/*
 * fakes/kubernetes/access/access.h - whether somebody may: the denials of a cluster first, then its roles.
 */
#ifndef FAKES_KUBERNETES_ACCESS_ACCESS_H
#define FAKES_KUBERNETES_ACCESS_ACCESS_H

#include "fakes/kubernetes/access/rbac.h"

/*
 * What kube_deny took away nobody has, whatever the roles say; then system:masters may everything, and everybody else
 * what a role allows. out_reason (may be NULL): in the API server's words, or "".
 */
bool kube_may(const KubeCluster *cluster, const KubeUser *user, const KubeAttributes *attributes,
              char out_reason[RBAC_REASON_MAX]);
/* Something is denied to user: a list of roles does not tell all. */
bool kube_is_restricted(const KubeCluster *cluster, const KubeUser *user);

void kube_denials_free(KubeDenials *denials); /* accepts NULL */

#endif
