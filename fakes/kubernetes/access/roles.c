/*
 * fakes/kubernetes/access/roles.c - the rules of a role, and the roles and bindings that every cluster has from the start.
 */
#include "fakes/kubernetes/access/roles.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "fakes/kubernetes/selector.h"

static const char GROUP[] = "rbac.authorization.k8s.io";

/* ---- from the start --------------------------------------------------------------------------- */

#define READ       "get,list,watch"
#define WRITE      "create,delete,deletecollection,patch,update"
#define READ_WRITE "create,delete,deletecollection,get,list,patch,update,watch"

typedef struct {
    const char *role, *verbs, *groups, *resources, *urls;
} RuleRow;

/* clang-format off */
static const RuleRow RULES[] = {
    {"cluster-admin", "*", "*", "*", NULL},
    {"cluster-admin", "*", NULL, NULL, "*"},
    {"system:aggregate-to-admin", "create", "authorization.k8s.io", "localsubjectaccessreviews", NULL},
    {"system:aggregate-to-admin", READ_WRITE, "rbac.authorization.k8s.io", "rolebindings,roles", NULL},
    {"system:aggregate-to-edit", READ, "", "pods/attach,pods/exec,pods/portforward,pods/proxy,secrets,services/proxy", NULL},
    {"system:aggregate-to-edit", "impersonate", "", "serviceaccounts", NULL},
    {"system:aggregate-to-edit", WRITE, "", "pods,pods/attach,pods/exec,pods/portforward,pods/proxy", NULL},
    {"system:aggregate-to-edit", "create", "", "pods/eviction", NULL},
    {"system:aggregate-to-edit", WRITE, "",
     "configmaps,events,persistentvolumeclaims,replicationcontrollers,replicationcontrollers/scale,secrets,"
     "serviceaccounts,services,services/proxy", NULL},
    {"system:aggregate-to-edit", "create", "", "serviceaccounts/token", NULL},
    {"system:aggregate-to-edit", WRITE, "apps",
     "daemonsets,deployments,deployments/rollback,deployments/scale,replicasets,replicasets/scale,statefulsets,"
     "statefulsets/scale", NULL},
    {"system:aggregate-to-edit", WRITE, "autoscaling", "horizontalpodautoscalers", NULL},
    {"system:aggregate-to-edit", WRITE, "batch", "cronjobs,jobs", NULL},
    {"system:aggregate-to-edit", WRITE, "extensions",
     "daemonsets,deployments,deployments/rollback,deployments/scale,ingresses,networkpolicies,replicasets,"
     "replicasets/scale,replicationcontrollers/scale", NULL},
    {"system:aggregate-to-edit", WRITE, "policy", "poddisruptionbudgets", NULL},
    {"system:aggregate-to-edit", WRITE, "networking.k8s.io", "ingresses,networkpolicies", NULL},
    {"system:aggregate-to-edit", READ_WRITE, "coordination.k8s.io", "leases", NULL},
    {"system:aggregate-to-view", READ, "",
     "configmaps,endpoints,persistentvolumeclaims,persistentvolumeclaims/status,pods,replicationcontrollers,"
     "replicationcontrollers/scale,serviceaccounts,services,services/status", NULL},
    {"system:aggregate-to-view", READ, "",
     "bindings,events,limitranges,namespaces/status,pods/log,pods/status,replicationcontrollers/status,resourcequotas,"
     "resourcequotas/status", NULL},
    {"system:aggregate-to-view", READ, "", "namespaces", NULL},
    {"system:aggregate-to-view", READ, "discovery.k8s.io", "endpointslices", NULL},
    {"system:aggregate-to-view", READ, "apps",
     "controllerrevisions,daemonsets,daemonsets/status,deployments,deployments/scale,deployments/status,replicasets,"
     "replicasets/scale,replicasets/status,statefulsets,statefulsets/scale,statefulsets/status", NULL},
    {"system:aggregate-to-view", READ, "autoscaling", "horizontalpodautoscalers,horizontalpodautoscalers/status", NULL},
    {"system:aggregate-to-view", READ, "batch", "cronjobs,cronjobs/status,jobs,jobs/status", NULL},
    {"system:aggregate-to-view", READ, "extensions",
     "daemonsets,daemonsets/status,deployments,deployments/scale,deployments/status,ingresses,ingresses/status,"
     "networkpolicies,replicasets,replicasets/scale,replicasets/status,replicationcontrollers/scale", NULL},
    {"system:aggregate-to-view", READ, "policy", "poddisruptionbudgets,poddisruptionbudgets/status", NULL},
    {"system:aggregate-to-view", READ, "networking.k8s.io", "ingresses,ingresses/status,networkpolicies", NULL},
    {"system:auth-delegator", "create", "authentication.k8s.io", "tokenreviews", NULL},
    {"system:auth-delegator", "create", "authorization.k8s.io", "subjectaccessreviews", NULL},
    {"system:basic-user", "create", "authorization.k8s.io", "selfsubjectaccessreviews,selfsubjectrulesreviews", NULL},
    {"system:basic-user", "create", "authentication.k8s.io", "selfsubjectreviews", NULL},
    {"system:discovery", "get", NULL, NULL,
     "/api,/api/*,/apis,/apis/*,/healthz,/livez,/openapi,/openapi/*,/readyz,/version,/version/"},
    {"system:monitoring", "get", NULL, NULL,
     "/healthz,/healthz/*,/livez,/livez/*,/metrics,/metrics/slis,/readyz,/readyz/*"},
    {"system:public-info-viewer", "get", NULL, NULL, "/healthz,/livez,/readyz,/version,/version/"},
    {"system:service-account-issuer-discovery", "get", NULL, NULL,
     "/.well-known/openid-configuration,/.well-known/openid-configuration/,/openid/v1/jwks,/openid/v1/jwks/"},
};

/* gathers: the label of the roles whose rules are this one's too. */
static const struct {
    const char *role, *gathers, *label;
} ROLES[] = {
    {"admin", "aggregate-to-admin", NULL},
    {"cluster-admin", NULL, NULL},
    {"edit", "aggregate-to-edit", "aggregate-to-admin"},
    {"system:aggregate-to-admin", NULL, "aggregate-to-admin"},
    {"system:aggregate-to-edit", NULL, "aggregate-to-edit"},
    {"system:aggregate-to-view", NULL, "aggregate-to-view"},
    {"system:auth-delegator", NULL, NULL},
    {"system:basic-user", NULL, NULL},
    {"system:discovery", NULL, NULL},
    {"system:monitoring", NULL, NULL},
    {"system:public-info-viewer", NULL, NULL},
    {"system:service-account-issuer-discovery", NULL, NULL},
    {"view", "aggregate-to-view", "aggregate-to-edit"},
};

static const RoleBindingRow BINDINGS[] = {
    {"cluster-admin", "system:masters"},
    {"system:basic-user", "system:authenticated"},
    {"system:discovery", "system:authenticated"},
    {"system:monitoring", "system:monitoring"},
    {"system:public-info-viewer", "system:authenticated,system:unauthenticated"},
    {"system:service-account-issuer-discovery", "system:serviceaccounts"},
    {NULL, NULL},
};
/* clang-format on */

enum { RULE_COUNT = sizeof RULES / sizeof *RULES, ROLE_COUNT = sizeof ROLES / sizeof *ROLES };

const RoleBindingRow *roles_bindings(const KubeCluster *cluster)
{
    const RoleBindingRow *row = BINDINGS;

    while (cluster->has_roles && row->role != NULL)
        row++;
    return row;
}

bool roles_is_rbac(const KubeKind *kind)
{
    return kind != NULL && strcmp(kind->group, GROUP) == 0;
}

static bool is_from_the_start(const char *name)
{
    for (int i = 0; i < ROLE_COUNT; i++)
        if (strcmp(ROLES[i].role, name) == 0)
            return true;
    return false;
}

/* Every binding's name is that of its role, too. */
bool roles_are_looked_at(const KubeKind *kind, const char *name, const char *verb)
{
    if (!roles_is_rbac(kind) || kube_kind_has(kind, KUBE_NAMESPACED))
        return false;
    return *name ? is_from_the_start(name) : strcmp(verb, "create") != 0;
}

/* ---- words ------------------------------------------------------------------------------------ */

bool words_next(RuleWords *words, const char **out_word, size_t *out_length)
{
    if (words->text != NULL) {
        *out_word = words->text;
        *out_length = strcspn(words->text, ",");
        words->text = words->text[*out_length] ? words->text + *out_length + 1 : NULL;
        return true;
    }
    if (words->item == NULL)
        return false;
    *out_word = cJSON_IsString(words->item) ? words->item->valuestring : "";
    *out_length = strlen(*out_word);
    words->item = words->item->next;
    return true;
}

bool words_are_none(RuleWords words)
{
    return words.text == NULL && words.item == NULL;
}

cJSON *words_json(RuleWords words)
{
    cJSON *array = cJSON_CreateArray();
    const char *word;
    size_t length;

    while (words_next(&words, &word, &length)) {
        char text[256];

        snprintf(text, sizeof text, "%.*s", (int)length, word);
        cJSON_AddItemToArray(array, cJSON_CreateString(text));
    }
    return array;
}

static RuleWords words_of(const cJSON *rule, const char *key)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(rule, key);

    return (RuleWords){.item = list != NULL ? list->child : NULL};
}

RoleRule role_rule_of(const cJSON *rule)
{
    return (RoleRule){.verbs = words_of(rule, "verbs"),
                      .groups = words_of(rule, "apiGroups"),
                      .resources = words_of(rule, "resources"),
                      .names = words_of(rule, "resourceNames"),
                      .urls = words_of(rule, "nonResourceURLs")};
}

static RoleRule rule_of_row(const RuleRow *row)
{
    return (RoleRule){.verbs = {.text = row->verbs},
                      .groups = {.text = row->groups},
                      .resources = {.text = row->resources},
                      .urls = {.text = row->urls}};
}

static void add_words(cJSON *json, const char *key, RuleWords words)
{
    if (!words_are_none(words))
        cJSON_AddItemToObject(json, key, words_json(words));
}

cJSON *role_rule_json(const RoleRule *rule)
{
    cJSON *json = cJSON_CreateObject();

    add_words(json, "verbs", rule->verbs);
    add_words(json, "apiGroups", rule->groups);
    add_words(json, "resources", rule->resources);
    add_words(json, "resourceNames", rule->names);
    add_words(json, "nonResourceURLs", rule->urls);
    return json;
}

/* ---- the rules of a role ---------------------------------------------------------------------- */

static bool is_text(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static bool visit_rows(const char *role, RoleVisitor *visitor, void *owner)
{
    for (int i = 0; i < RULE_COUNT; i++)
        if (strcmp(RULES[i].role, role) == 0) {
            RoleRule rule = rule_of_row(&RULES[i]);

            if (!visitor(owner, &rule))
                return false;
        }
    return true;
}

/* Its own rules, then those that it gathers: the table has no circles. */
static bool visit_role(int at, RoleVisitor *visitor, void *owner)
{
    if (!visit_rows(ROLES[at].role, visitor, owner))
        return false;
    for (int i = 0; i < ROLE_COUNT; i++)
        if (is_text(ROLES[at].gathers, ROLES[i].label) && !visit_role(i, visitor, owner))
            return false;
    return true;
}

static bool visit_object(const cJSON *role, RoleVisitor *visitor, void *owner)
{
    const cJSON *json;

    cJSON_ArrayForEach(json, cJSON_GetObjectItemCaseSensitive(role, "rules"))
    {
        RoleRule rule = role_rule_of(json);

        if (!visitor(owner, &rule))
            return false;
    }
    return true;
}

bool roles_each_rule(const KubeCluster *cluster, const char *ns, const char *name,
                     RoleVisitor *visitor, void *owner, bool *out_ended)
{
    const cJSON *role = kube_find(cluster, *ns ? "roles" : "clusterroles", ns, name);
    bool goes_on = true;
    int i = 0;

    if (role != NULL)
        goes_on = visit_object(role, visitor, owner);
    else {
        while (i < ROLE_COUNT && strcmp(ROLES[i].role, name) != 0)
            i++;
        if (*ns || cluster->has_roles || i == ROLE_COUNT)
            return false;
        goes_on = visit_role(i, visitor, owner);
    }
    if (out_ended != NULL)
        *out_ended = !goes_on;
    return true;
}

/* ---- as objects ------------------------------------------------------------------------------- */

static cJSON *new_object(const char *name, const char *label)
{
    cJSON *json = cJSON_CreateObject(), *metadata = kube_metadata(json), *labels, *annotations;
    char key[80];

    cJSON_AddStringToObject(metadata, "name", name);
    labels = cJSON_AddObjectToObject(metadata, "labels");
    cJSON_AddStringToObject(labels, "kubernetes.io/bootstrapping", "rbac-defaults");
    if (label != NULL) {
        snprintf(key, sizeof key, "rbac.authorization.k8s.io/%s", label);
        cJSON_AddStringToObject(labels, key, "true");
    }
    annotations = cJSON_AddObjectToObject(metadata, "annotations");
    cJSON_AddStringToObject(annotations, "rbac.authorization.kubernetes.io/autoupdate", "true");
    return json;
}

static void add_object(KubeCluster *cluster, const char *resource, cJSON *json)
{
    bool ok = kube_create(cluster, resource, "", json, NULL, NULL, NULL);

    assert(ok);
    (void)ok;
    cJSON_Delete(json);
}

static bool add_rule(void *owner, const RoleRule *rule)
{
    cJSON_AddItemToArray(owner, role_rule_json(rule));
    return true;
}

static void add_role(KubeCluster *cluster, int at)
{
    cJSON *json = new_object(ROLES[at].role, ROLES[at].label), *selector;
    char key[80];

    if (ROLES[at].gathers != NULL) {
        selector = cJSON_CreateObject();
        snprintf(key, sizeof key, "rbac.authorization.k8s.io/%s", ROLES[at].gathers);
        cJSON_AddStringToObject(cJSON_AddObjectToObject(selector, "matchLabels"), key, "true");
        cJSON_AddItemToArray(cJSON_AddArrayToObject(cJSON_AddObjectToObject(json,
                                                                            "aggregationRule"),
                                                    "clusterRoleSelectors"),
                             selector);
    }
    visit_role(at, add_rule, cJSON_AddArrayToObject(json, "rules"));
    add_object(cluster, "clusterroles", json);
}

static void add_binding(KubeCluster *cluster, const RoleBindingRow *row)
{
    cJSON *json = new_object(row->role, NULL), *reference, *subjects;
    RuleWords groups = {.text = row->groups};
    const char *word;
    size_t length;

    reference = cJSON_AddObjectToObject(json, "roleRef");
    cJSON_AddStringToObject(reference, "apiGroup", GROUP);
    cJSON_AddStringToObject(reference, "kind", "ClusterRole");
    cJSON_AddStringToObject(reference, "name", row->role);
    subjects = cJSON_AddArrayToObject(json, "subjects");
    while (words_next(&groups, &word, &length)) {
        cJSON *subject = cJSON_CreateObject();
        char group[64];

        snprintf(group, sizeof group, "%.*s", (int)length, word);
        cJSON_AddStringToObject(subject, "kind", "Group");
        cJSON_AddStringToObject(subject, "apiGroup", GROUP);
        cJSON_AddStringToObject(subject, "name", group);
        cJSON_AddItemToArray(subjects, subject);
    }
    add_object(cluster, "clusterrolebindings", json);
}

void roles_materialize(KubeCluster *cluster)
{
    if (cluster->has_roles)
        return;
    cluster->has_roles = true;
    for (int i = 0; i < ROLE_COUNT; i++)
        add_role(cluster, i);
    for (const RoleBindingRow *row = BINDINGS; row->role != NULL; row++)
        add_binding(cluster, row);
}

/* ---- aggregation ------------------------------------------------------------------------------ */

static bool is_selected(const cJSON *selectors, const cJSON *role)
{
    const cJSON *selector;

    cJSON_ArrayForEach(selector, selectors)
    {
        if (selector_object_matches(selector, role))
            return true;
    }
    return false;
}

static bool has_rule(const cJSON *rules, const cJSON *rule)
{
    const cJSON *known;

    cJSON_ArrayForEach(known, rules) if (json_equal(known, rule)) return true;
    return false;
}

static cJSON *gather(const KubeShelf *shelf, const cJSON *role)
{
    cJSON *rules = cJSON_CreateArray();
    const cJSON *selectors = json_find(role, "aggregationRule/clusterRoleSelectors"), *rule;

    for (int i = 0; i < shelf->count; i++) {
        const cJSON *other = kube_object_json(shelf->items[i]);

        if (other == role || !is_selected(selectors, other))
            continue;
        cJSON_ArrayForEach(rule, cJSON_GetObjectItemCaseSensitive(other, "rules"))
        {
            if (!has_rule(rules, rule))
                cJSON_AddItemToArray(rules, cJSON_Duplicate(rule, true));
        }
    }
    return rules;
}

/* True if it was changed. */
static bool aggregate_one(KubeCluster *cluster, const KubeShelf *shelf, const cJSON *role)
{
    cJSON *patch = cJSON_CreateObject(), *rules = gather(shelf, role);
    bool differs = !json_equal(rules, cJSON_GetObjectItemCaseSensitive(role, "rules"));

    cJSON_AddItemToObject(patch, "rules", rules);
    if (differs)
        kube_merge(cluster, "clusterroles", "", kube_metadata_text(role, "name"),
                   "clusterrole-aggregation-controller", patch);
    cJSON_Delete(patch);
    return differs;
}

/* Its rules are to become part of admin's, edit's or view's. */
static bool adds_to_others(const cJSON *role)
{
    static const char START[] = "rbac.authorization.k8s.io/aggregate-to-";
    const cJSON *label;

    cJSON_ArrayForEach(label, json_find(role, "metadata/labels"))
    {
        if (strncmp(label->string, START, strlen(START)) == 0)
            return true;
    }
    return false;
}

void roles_aggregate(KubeCluster *cluster)
{
    const KubeShelf *shelf = store_shelf(cluster, kube_kind_named(&cluster->kinds, "clusterroles"));
    bool changed = true;

    for (int i = 0; !cluster->has_roles && i < shelf->count; i++)
        if (adds_to_others(kube_object_json(shelf->items[i])))
            roles_materialize(cluster);

    /* view's rules become edit's, and edit's admin's; a circle of roles adds nothing after the first turns. */
    for (int turn = 0; changed && turn < shelf->count; turn++) {
        changed = false;
        for (int i = 0; i < shelf->count; i++) {
            const cJSON *role = kube_object_json(shelf->items[i]);

            if (cJSON_GetObjectItemCaseSensitive(role, "aggregationRule") != NULL)
                changed |= aggregate_one(cluster, shelf, role);
        }
    }
}
