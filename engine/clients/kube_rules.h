/*
 * engine/clients/kube_rules.h - what a list of rules allows.
 *
 * Source: authorization.k8s.io/v1, SelfSubjectRulesReview (status.resourceRules); RBAC's matching of rules.
 */
#ifndef ENGINE_CLIENTS_KUBE_RULES_H
#define ENGINE_CLIENTS_KUBE_RULES_H

#include "engine/clients/kube.h"

bool kube_rules_allow(const cJSON *rules, const KubeRight *right);

#endif
