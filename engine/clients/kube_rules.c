/*
 * engine/clients/kube_rules.c - what a list of rules allows.
 */
#include "engine/clients/kube_rules.h"

#include <stdio.h>
#include <string.h>

static bool has(const cJSON *rule, const char *key, const char *wanted)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(rule, key))
    {
        const char *word = json_string_or(item, "", "");

        if (strcmp(word, "*") == 0 || strcmp(word, wanted) == 0)
            return true;
    }
    return false;
}

/* "deployments/scale" may stand there as itself, or as the scale of everything. */
static bool has_resource(const cJSON *rule, const KubeRight *right)
{
    char full[160], any[80];

    if (right->subresource == NULL)
        return has(rule, "resources", right->resource);
    snprintf(full, sizeof full, "%s/%s", right->resource, right->subresource);
    snprintf(any, sizeof any, "*/%s", right->subresource);
    return has(rule, "resources", full) || has(rule, "resources", any);
}

/* A rule that lists names holds for these alone, and a star is none. */
static bool has_name(const cJSON *rule, const char *name)
{
    const cJSON *names = cJSON_GetObjectItemCaseSensitive(rule, "resourceNames"), *item;

    if (names == NULL || names->child == NULL)
        return true;
    cJSON_ArrayForEach(item, names)
    {
        if (name != NULL && strcmp(json_string_or(item, "", ""), name) == 0)
            return true;
    }
    return false;
}

bool kube_rules_allow(const cJSON *rules, const KubeRight *right)
{
    const cJSON *rule;

    cJSON_ArrayForEach(rule, rules)
    {
        if (has(rule, "verbs", right->verb) &&
            has(rule, "apiGroups", right->group ? right->group : "") && has_resource(rule, right) &&
            has_name(rule, right->name))
            return true;
    }
    return false;
}
