/*
 * fakes/kubernetes/access/webhook_match.c - whether a webhook is asked about a write: its rules and selectors.
 */
#include <string.h>

#include "fakes/kubernetes/object.h"
#include "fakes/kubernetes/selector.h"
#include "fakes/kubernetes/store.h"
#include "fakes/kubernetes/access/webhooks.h"

/* ---- rules ------------------------------------------------------------------------------------ */

static bool has_word(const cJSON *words, const char *text)
{
    const cJSON *word;

    cJSON_ArrayForEach(word, words)
    {
        const char *value = json_string_or(word, "", "");

        if (strcmp(value, "*") == 0 || strcmp(value, text) == 0)
            return true;
    }
    return false;
}

/* "pods", "pods/status", and "*" on either side of the slash. Without one it is the resource itself. */
static bool is_resource(const char *pattern, const char *plural, const char *subresource)
{
    size_t length = strcspn(pattern, "/");
    const char *sub = pattern[length] ? pattern + length + 1 : "";
    bool is_any = length == 1 && *pattern == '*';

    return (is_any || (strlen(plural) == length && strncmp(pattern, plural, length) == 0)) &&
           (strcmp(sub, "*") == 0 || strcmp(sub, subresource) == 0);
}

static bool has_resource(const cJSON *rule, const KubeKind *kind, const char *subresource)
{
    const cJSON *pattern;

    cJSON_ArrayForEach(pattern, json_find(rule, "resources"))
    {
        if (is_resource(json_string_or(pattern, "", ""), kind->plural, subresource))
            return true;
    }
    return false;
}

static bool is_namespace(const KubeAdmitted *write)
{
    return strcmp(write->kind->plural, "namespaces") == 0 && *write->kind->group == '\0';
}

static bool has_scope(const cJSON *rule, const KubeAdmitted *write)
{
    const char *scope = json_string_or(rule, "scope", "*");

    if (strcmp(scope, "Namespaced") == 0)
        return kube_kind_has(write->kind, KUBE_NAMESPACED);
    return strcmp(scope, "Cluster") != 0 || !kube_kind_has(write->kind, KUBE_NAMESPACED);
}

static bool rule_matches(const cJSON *rule, const KubeAdmitted *write, const KubeKind *kind)
{
    return has_word(json_find(rule, "operations"), write->operation) &&
           has_word(json_find(rule, "apiGroups"), kind->group) &&
           has_word(json_find(rule, "apiVersions"), kind->version) &&
           has_resource(rule, kind, write->subresource) && has_scope(rule, write);
}

static bool any_rule_matches(const cJSON *webhook, const KubeAdmitted *write, const KubeKind *kind)
{
    const cJSON *rule;

    cJSON_ArrayForEach(rule, json_find(webhook, "rules"))
    {
        if (rule_matches(rule, write, kind))
            return true;
    }
    return false;
}

/* Equivalent: a rule for any version of what is written. */
static bool rules_match(const cJSON *webhook, const KubeAdmitted *write)
{
    const KubeKind *kind = NULL;

    if (any_rule_matches(webhook, write, write->kind))
        return true;
    if (strcmp(json_string_or(webhook, "matchPolicy", "Equivalent"), "Exact") == 0)
        return false;
    while ((kind = kube_kind_next(&write->cluster->kinds, kind)) != NULL)
        if (kube_kind_shelf(kind) == kube_kind_shelf(write->kind) &&
            any_rule_matches(webhook, write, kind))
            return true;
    return false;
}

/* ---- selectors -------------------------------------------------------------------------------- */

/* The namespace it lies in; of a namespace that is written, what it becomes. */
static const cJSON *namespace_of(const KubeAdmitted *write)
{
    if (is_namespace(write))
        return write->object ? write->object : write->old;
    return kube_find(write->cluster, "namespaces", NULL, write->ns);
}

static bool namespace_matches(const cJSON *webhook, const KubeAdmitted *write)
{
    const cJSON *selector = json_find(webhook, "namespaceSelector");

    if (selector == NULL || selector->child == NULL ||
        (!kube_kind_has(write->kind, KUBE_NAMESPACED) && !is_namespace(write)))
        return true;
    return selector_object_matches(selector, namespace_of(write));
}

static bool object_matches(const cJSON *webhook, const KubeAdmitted *write)
{
    const cJSON *selector = json_find(webhook, "objectSelector");

    if (selector == NULL || selector->child == NULL)
        return true;
    return (write->object != NULL && selector_object_matches(selector, write->object)) ||
           (write->old != NULL && selector_object_matches(selector, write->old));
}

/* Nobody may lock himself out: who is asked is not asked about. */
static bool is_exempt(const KubeKind *kind)
{
    return strcmp(kind->group, "admissionregistration.k8s.io") == 0;
}

bool webhook_matches(const cJSON *webhook, const KubeAdmitted *write)
{
    return !is_exempt(write->kind) && rules_match(webhook, write) &&
           namespace_matches(webhook, write) && object_matches(webhook, write);
}
