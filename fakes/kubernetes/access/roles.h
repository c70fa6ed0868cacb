/*
 * fakes/kubernetes/access/roles.h - the rules of a role, and the roles and bindings that every cluster has from the start.
 *
 * The ones from the start are a table. They become objects of a cluster only when somebody looks at roles there, so that a
 * thousand clusters do not carry them; from then on the objects count, as with a real server.
 *
 * Source: the bootstrap policy of 1.32, as far as users of a cluster meet it: what nodes and the control plane's own users
 *         may do is left out, since there are none here.
 */
#ifndef FAKES_KUBERNETES_ACCESS_ROLES_H
#define FAKES_KUBERNETES_ACCESS_ROLES_H

#include "fakes/kubernetes/store.h"

/* Words of a rule, from a table ("get,list") or a list of an object. A copy is a cursor: see words_next. */
typedef struct {
    const char *text; /* NULL: none. "" is one empty word: the core group */
    const cJSON *item;
} RuleWords;

/* Takes the first word off. */
bool words_next(RuleWords *words, const char **out_word, size_t *out_length);
bool words_are_none(RuleWords words);
cJSON *words_json(RuleWords words); /* an array; cJSON_Delete() it */

typedef struct {
    RuleWords verbs, groups, resources, names, urls;
} RoleRule;

RoleRule role_rule_of(const cJSON *rule);
cJSON *role_rule_json(const RoleRule *rule); /* cJSON_Delete() it */

/* false ends the visit */
typedef bool RoleVisitor(void *owner, const RoleRule *rule);
/* The rules of a Role (of ns) or ClusterRole (ns ""). False if there is no such role; *out_ended (may be NULL): a visitor had enough. */
bool roles_each_rule(const KubeCluster *cluster, const char *ns, const char *name,
                     RoleVisitor *visitor, void *owner, bool *out_ended);

/* A ClusterRoleBinding from the start: always to groups. */
typedef struct {
    const char *role;   /* and the binding's name */
    const char *groups; /* "a,b" */
} RoleBindingRow;
/* NULL-named at the end; an empty table once they are objects. */
const RoleBindingRow *roles_bindings(const KubeCluster *cluster);

/* kind is one of rbac.authorization.k8s.io. */
bool roles_is_rbac(const KubeKind *kind);
/* Such a request (name "": of all, or a new one) can tell whether they are objects. */
bool roles_are_looked_at(const KubeKind *kind, const char *name, const char *verb);
/* Makes objects of them, once. */
void roles_materialize(KubeCluster *cluster);

/*
 * What the aggregation controller does after a ClusterRole has changed: the rules of one with an aggregationRule are those of
 * all that its selectors find.
 */
void roles_aggregate(KubeCluster *cluster);

#endif
