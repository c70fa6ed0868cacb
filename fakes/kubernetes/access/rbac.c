/*
 * fakes/kubernetes/access/rbac.c - what the roles and bindings of a cluster allow.
 */
#include "fakes/kubernetes/access/rbac.h"

#include <stdio.h>
#include <string.h>

/* ---- one rule --------------------------------------------------------------------------------- */

static bool is_word(const char *word, size_t length, const char *text)
{
    return strlen(text) == length && strncmp(word, text, length) == 0;
}

/* "*" is everything. */
static bool has_word(RuleWords words, const char *text)
{
    const char *word;
    size_t length;

    while (words_next(&words, &word, &length))
        if (is_word(word, length, "*") || is_word(word, length, text))
            return true;
    return false;
}

/* "deployments/scale" is named as itself, or as the scale of everything: "*" + "/scale". */
static bool has_resource(RuleWords words, const char *resource, const char *part)
{
    char full[160], any[80];
    const char *word;
    size_t length;

    snprintf(full, sizeof full, "%s%s%s", resource, *part ? "/" : "", part);
    snprintf(any, sizeof any, "*/%s", part);
    while (words_next(&words, &word, &length))
        if (is_word(word, length, "*") || is_word(word, length, full) ||
            (*part && is_word(word, length, any)))
            return true;
    return false;
}

/* "/healthz/" + "*": what begins so. */
static bool has_url(RuleWords words, const char *path)
{
    const char *word;
    size_t length;

    while (words_next(&words, &word, &length))
        if (is_word(word, length, path) ||
            (length > 0 && word[length - 1] == '*' && strncmp(word, path, length - 1) == 0))
            return true;
    return false;
}

static bool has_name(RuleWords words, const char *name)
{
    const char *word;
    size_t length;

    if (words_are_none(words))
        return true;
    while (words_next(&words, &word, &length))
        if (is_word(word, length, name))
            return true;
    return false;
}

bool rbac_rule_allows(const RoleRule *rule, const KubeAttributes *attributes)
{
    if (!has_word(rule->verbs, attributes->verb))
        return false;
    if (attributes->path != NULL)
        return has_url(rule->urls, attributes->path);
    return has_word(rule->groups, attributes->group) &&
           has_resource(rule->resources, attributes->resource, attributes->subresource) &&
           has_name(rule->names, attributes->name);
}

/* ---- bindings --------------------------------------------------------------------------------- */

/* A subject of a binding that lies in ns ("": a ClusterRoleBinding, whose accounts name their namespace). */
static bool is_subject(const KubeUser *user, const cJSON *subject, const char *ns)
{
    const char *kind = json_string_or(subject, "kind", "");
    const char *name = json_string_or(subject, "name", "");
    size_t length = strlen(USER_ACCOUNT_PREFIX);
    const char *account = user->name + length;

    if (strcmp(kind, "User") == 0)
        return strcmp(name, user->name) == 0;
    if (strcmp(kind, "Group") == 0)
        return user_is_in(user, name);
    if (strcmp(kind, "ServiceAccount") != 0 ||
        strncmp(user->name, USER_ACCOUNT_PREFIX, length) != 0)
        return false;
    ns = json_string_or(subject, "namespace", ns);
    length = strlen(ns);
    return length > 0 && strncmp(account, ns, length) == 0 && account[length] == ':' &&
           strcmp(account + length + 1, name) == 0;
}

/* Who of binding's subjects user is; NULL: nobody. */
static const cJSON *find_subject(const cJSON *binding, const KubeUser *user, const char *ns)
{
    const cJSON *subject;

    cJSON_ArrayForEach(subject, cJSON_GetObjectItemCaseSensitive(binding, "subjects"))
    {
        if (is_subject(user, subject, ns))
            return subject;
    }
    return NULL;
}

/* The group of a row that user is in, in out_group. */
static bool find_group(const RoleBindingRow *row, const KubeUser *user, char out_group[64])
{
    RuleWords groups = {.text = row->groups};
    const char *word;
    size_t length;

    while (words_next(&groups, &word, &length)) {
        snprintf(out_group, 64, "%.*s", (int)length, word);
        if (user_is_in(user, out_group))
            return true;
    }
    return false;
}

/* Where a rule comes from: a binding's object, or a row and the group that it names. */
typedef struct {
    const cJSON *binding, *subject;
    const RoleBindingRow *row;
    char group[64];
} Source;

typedef struct {
    const KubeCluster *cluster;
    const KubeUser *user;
    RoleVisitor *visitor;
    void *owner;
    Source source; /* of the rule that is being visited */
    bool is_over;
} Walk;

static void walk_rows(Walk *walk)
{
    const RoleBindingRow *row = roles_bindings(walk->cluster);

    for (; row->role != NULL && !walk->is_over; row++) {
        walk->source.row = row;
        if (find_group(row, walk->user, walk->source.group))
            roles_each_rule(walk->cluster, "", row->role, walk->visitor, walk->owner,
                            &walk->is_over);
    }
}

/* ns "": ClusterRoleBindings. */
static void walk_objects(Walk *walk, const char *ns)
{
    const KubeKind *kind =
        kube_kind_named(&walk->cluster->kinds, *ns ? "rolebindings" : "clusterrolebindings");
    int first, end;
    const KubeShelf *shelf = store_range(walk->cluster, kind, ns, &first, &end);

    for (int i = first; i < end && !walk->is_over; i++) {
        const cJSON *binding = kube_object_json(shelf->items[i]);
        const char *role_kind = json_string_or(binding, "roleRef/kind", "");

        walk->source.binding = binding;
        walk->source.subject = find_subject(binding, walk->user, ns);
        if (walk->source.subject != NULL)
            roles_each_rule(walk->cluster, strcmp(role_kind, "Role") == 0 ? ns : "",
                            json_string_or(binding, "roleRef/name", ""), walk->visitor, walk->owner,
                            &walk->is_over);
    }
}

static void walk_all(Walk *walk, const char *ns)
{
    walk_rows(walk);
    if (walk->is_over)
        return;
    walk->source.row = NULL;
    walk_objects(walk, "");
    if (*ns)
        walk_objects(walk, ns);
}

void rbac_each_rule(const KubeCluster *cluster, const KubeUser *user, const char *ns,
                    RoleVisitor *visitor, void *owner)
{
    Walk walk = {.cluster = cluster, .user = user, .visitor = visitor, .owner = owner};

    walk_all(&walk, ns);
}

/* ---- one question ----------------------------------------------------------------------------- */

typedef struct {
    const KubeAttributes *attributes;
    bool is_allowed;
} Question;

static bool ask(void *owner, const RoleRule *rule)
{
    Question *question = owner;

    question->is_allowed = rbac_rule_allows(rule, question->attributes);
    return !question->is_allowed;
}

static void describe_subject(const cJSON *subject, const char *ns, char *out_text, size_t size)
{
    const char *kind = json_string_or(subject, "kind", "");
    const char *name = json_string_or(subject, "name", "");

    if (strcmp(kind, "ServiceAccount") == 0)
        snprintf(out_text, size, "%s \"%s/%s\"", kind, name,
                 json_string_or(subject, "namespace", ns));
    else
        snprintf(out_text, size, "%s \"%s\"", kind, name);
}

static void describe(const Source *source, char out_reason[RBAC_REASON_MAX])
{
    const char *ns = kube_metadata_text(source->binding, "namespace");
    char subject[160];

    if (source->row != NULL) {
        snprintf(out_reason, RBAC_REASON_MAX,
                 "RBAC: allowed by ClusterRoleBinding \"%s\" of ClusterRole \"%s\" to Group \"%s\"",
                 source->row->role, source->row->role, source->group);
        return;
    }
    describe_subject(source->subject, ns, subject, sizeof subject);
    snprintf(out_reason, RBAC_REASON_MAX, "RBAC: allowed by %s \"%s%s%s\" of %s \"%s\" to %s",
             *ns ? "RoleBinding" : "ClusterRoleBinding",
             kube_metadata_text(source->binding, "name"), *ns ? "/" : "", ns,
             json_string_or(source->binding, "roleRef/kind", ""),
             json_string_or(source->binding, "roleRef/name", ""), subject);
}

bool rbac_allows(const KubeCluster *cluster, const KubeUser *user, const KubeAttributes *attributes,
                 char out_reason[RBAC_REASON_MAX])
{
    Question question = {.attributes = attributes};
    Walk walk = {.cluster = cluster, .user = user, .visitor = ask, .owner = &question};

    walk_all(&walk, attributes->path == NULL ? attributes->ns : "");
    if (out_reason != NULL)
        *out_reason = 0;
    if (question.is_allowed && out_reason != NULL)
        describe(&walk.source, out_reason);
    return question.is_allowed;
}
