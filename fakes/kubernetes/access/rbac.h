/*
 * fakes/kubernetes/access/rbac.h - what the roles and bindings of a cluster allow.
 *
 * Source: Kubernetes' RBAC authorizer: rules only ever add up, a ClusterRoleBinding holds everywhere, a RoleBinding in its
 *         namespace; reasons in its words.
 */
#ifndef FAKES_KUBERNETES_ACCESS_RBAC_H
#define FAKES_KUBERNETES_ACCESS_RBAC_H

#include "fakes/kubernetes/access/roles.h"
#include "fakes/kubernetes/access/user.h"

enum { RBAC_REASON_MAX = 400 };

/* reason (may be NULL): "RBAC: allowed by RoleBinding ...", or "". */
bool rbac_allows(const KubeCluster *cluster, const KubeUser *user, const KubeAttributes *attributes,
                 char out_reason[RBAC_REASON_MAX]);

/* Every rule that holds for user in ns ("": everywhere). */
void rbac_each_rule(const KubeCluster *cluster, const KubeUser *user, const char *ns,
                    RoleVisitor *visitor, void *owner);

bool rbac_rule_allows(const RoleRule *rule, const KubeAttributes *attributes);

#endif
