/*
 * fakes/kubernetes/access/validate_roles.c - what is wrong with a role or a binding.
 */
#include "fakes/kubernetes/access/validate_roles.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char GROUP[] = "rbac.authorization.k8s.io";

static bool is_empty(const cJSON *json, const char *key)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(json, key);

    return list == NULL || list->child == NULL;
}

static const char *text_of(const cJSON *json, const char *key)
{
    return json_string_or(cJSON_GetObjectItemCaseSensitive(json, key), "", "");
}

/* ---- roles ------------------------------------------------------------------------------------ */

static void require(KubeCauses *causes, int at, const char *field, const char *what)
{
    char path[80];

    snprintf(path, sizeof path, "rules[%d].%s", at, field);
    causes_add(causes, "FieldValueRequired", path, "Required value: %s", what);
}

static void refuse_urls(KubeCauses *causes, int at, const cJSON *rule, const char *why)
{
    char path[80], *urls = json_text(cJSON_GetObjectItemCaseSensitive(rule, "nonResourceURLs"));

    snprintf(path, sizeof path, "rules[%d].nonResourceURLs", at);
    causes_add(causes, "FieldValueInvalid", path, "Invalid value: %s: %s", urls, why);
    free(urls);
}

static void validate_rule(KubeCauses *causes, int at, const cJSON *rule, bool is_namespaced)
{
    if (is_empty(rule, "verbs"))
        require(causes, at, "verbs", "verbs must contain at least one value");
    if (!is_empty(rule, "nonResourceURLs")) {
        if (is_namespaced)
            refuse_urls(causes, at, rule, "namespaced rules cannot apply to non-resource URLs");
        if (!is_empty(rule, "apiGroups") || !is_empty(rule, "resources") ||
            !is_empty(rule, "resourceNames"))
            refuse_urls(causes, at, rule,
                        "rules cannot apply to both regular resources and non-resource URLs");
        return;
    }
    if (is_empty(rule, "apiGroups"))
        require(causes, at, "apiGroups", "resource rules must supply at least one api group");
    if (is_empty(rule, "resources"))
        require(causes, at, "resources", "resource rules must supply at least one resource");
}

static void validate_rules(KubeCauses *causes, const cJSON *role, bool is_namespaced)
{
    const cJSON *rule;
    int at = 0;

    cJSON_ArrayForEach(rule, cJSON_GetObjectItemCaseSensitive(role, "rules"))
        validate_rule(causes, at++, rule, is_namespaced);
}

/* ---- bindings --------------------------------------------------------------------------------- */

static void refuse_word(KubeCauses *causes, const char *field, const char *value,
                        const char *supported)
{
    causes_add(causes, "FieldValueNotSupported", field,
               "Unsupported value: \"%s\": supported values: %s", value, supported);
}

static void validate_subject(KubeCauses *causes, int at, const cJSON *subject, bool is_namespaced)
{
    const char *kind = text_of(subject, "kind"), *group = text_of(subject, "apiGroup");
    bool is_account = strcmp(kind, "ServiceAccount") == 0;
    char path[80];

    snprintf(path, sizeof path, "subjects[%d].name", at);
    if (*text_of(subject, "name") == 0)
        causes_require(causes, path);
    snprintf(path, sizeof path, "subjects[%d].apiGroup", at);
    if (strcmp(group, is_account ? "" : GROUP) != 0)
        refuse_word(causes, path, group, is_account ? "\"\"" : "\"rbac.authorization.k8s.io\"");
    snprintf(path, sizeof path, "subjects[%d].namespace", at);
    if (is_account && !is_namespaced && *text_of(subject, "namespace") == 0)
        causes_require(causes, path);
    snprintf(path, sizeof path, "subjects[%d].kind", at);
    if (!is_account && strcmp(kind, "User") != 0 && strcmp(kind, "Group") != 0)
        refuse_word(causes, path, kind, "\"ServiceAccount\", \"User\", \"Group\"");
}

static void validate_reference(KubeCauses *causes, const cJSON *reference, bool is_namespaced)
{
    const char *group = text_of(reference, "apiGroup"), *kind = text_of(reference, "kind");

    if (strcmp(group, GROUP) != 0)
        refuse_word(causes, "roleRef.apiGroup", group, "\"rbac.authorization.k8s.io\"");
    if (strcmp(kind, "ClusterRole") != 0 && (!is_namespaced || strcmp(kind, "Role") != 0))
        refuse_word(causes, "roleRef.kind", kind,
                    is_namespaced ? "\"Role\", \"ClusterRole\"" : "\"ClusterRole\"");
    if (*text_of(reference, "name") == 0)
        causes_require(causes, "roleRef.name");
}

static void validate_binding(KubeCauses *causes, const cJSON *old, const cJSON *binding,
                             bool is_namespaced)
{
    const cJSON *reference = cJSON_GetObjectItemCaseSensitive(binding, "roleRef"), *subject;
    int at = 0;

    validate_reference(causes, reference, is_namespaced);
    cJSON_ArrayForEach(subject, cJSON_GetObjectItemCaseSensitive(binding, "subjects"))
        validate_subject(causes, at++, subject, is_namespaced);
    if (old != NULL && !json_equal(cJSON_GetObjectItemCaseSensitive(old, "roleRef"), reference))
        causes_add(causes, "FieldValueInvalid", "roleRef",
                   "Invalid value: rbac.RoleRef{APIGroup:\"%s\", Kind:\"%s\", Name:\"%s\"}: cannot "
                   "change roleRef",
                   text_of(reference, "apiGroup"), text_of(reference, "kind"),
                   text_of(reference, "name"));
}

void validate_role(KubeCauses *causes, const KubeKind *kind, const cJSON *old, const cJSON *json)
{
    bool is_namespaced = kube_kind_has(kind, KUBE_NAMESPACED);

    if (strstr(kind->plural, "binding") != NULL)
        validate_binding(causes, old, json, is_namespaced);
    else
        validate_rules(causes, json, is_namespaced);
}

/* ---- what was left out ------------------------------------------------------------------------ */

static void set_group(cJSON *json)
{
    if (cJSON_IsObject(json) && *text_of(json, "apiGroup") == 0)
        json_put_string(json, "apiGroup", GROUP);
}

void default_role_groups(cJSON *binding)
{
    cJSON *subject;

    set_group(cJSON_GetObjectItemCaseSensitive(binding, "roleRef"));
    cJSON_ArrayForEach(subject, cJSON_GetObjectItemCaseSensitive(binding, "subjects"))
    {
        if (strcmp(text_of(subject, "kind"), "ServiceAccount") != 0)
            set_group(subject);
    }
}
