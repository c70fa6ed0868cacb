/*
 * fakes/kubernetes/access/grant.c - nobody gives away what he has not got: roles and bindings are looked at before they are written.
 */
#include "fakes/kubernetes/access/grant.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

typedef struct {
    KubeRequest *request;
    const char *ns;
    char **lines; /* what is not held, a sentence each */
    int count, capacity;
} Grant;

bool grant_is_limited(const KubeRequest *request)
{
    return roles_is_rbac(request->kind) && !request->user.is_master;
}

/* ---- what is not held ------------------------------------------------------------------------- */

typedef struct {
    const KubeAttributes *attributes;
    bool is_held;
} Question;

static bool ask(void *owner, const RoleRule *rule)
{
    Question *question = owner;

    question->is_held = rbac_rule_allows(rule, question->attributes);
    return !question->is_held;
}

static bool holds(const Grant *grant, const KubeAttributes *attributes)
{
    Question question = {.attributes = attributes};

    rbac_each_rule(grant->request->cluster, &grant->request->user, grant->ns, ask, &question);
    return question.is_held;
}

static void add_quoted(Buffer *line, const char *key, RuleWords words)
{
    const char *word, *before = "[";
    size_t length;

    if (words_are_none(words))
        return;
    buffer_format(line, "%s%s:", line->length > 1 ? ", " : "", key);
    while (words_next(&words, &word, &length)) {
        buffer_format(line, "%s\"%.*s\"", before, (int)length, word);
        before = " ";
    }
    buffer_add_text(line, "]");
}

/* The verbs of rule that are not held for one thing. */
static cJSON *missing_verbs(const Grant *grant, const RoleRule *rule, KubeAttributes *attributes)
{
    RuleWords verbs = rule->verbs;
    cJSON *missing = cJSON_CreateArray();
    const char *word;
    size_t length;

    while (words_next(&verbs, &word, &length)) {
        attributes->verb = arena_text_of(grant->request->arena, word, length);
        if (!holds(grant, attributes))
            cJSON_AddItemToArray(missing, cJSON_CreateString(attributes->verb));
    }
    return missing;
}

static void add_line(Grant *grant, const RoleRule *missing)
{
    Buffer line = {0};

    buffer_add_text(&line, "{");
    add_quoted(&line, "APIGroups", missing->groups);
    add_quoted(&line, "Resources", missing->resources);
    add_quoted(&line, "NonResourceURLs", missing->urls);
    add_quoted(&line, "ResourceNames", missing->names);
    add_quoted(&line, "Verbs", missing->verbs);
    buffer_add_text(&line, "}");
    MEMORY_GROW(grant->lines, grant->count, grant->capacity);
    grant->lines[grant->count++] = buffer_take(&line);
}

/* attributes but for the verb; name "" where the rule names nothing. */
static void check_thing(Grant *grant, const RoleRule *rule, KubeAttributes *attributes,
                        const char *full)
{
    cJSON *missing = missing_verbs(grant, rule, attributes);
    RoleRule told = {.verbs = {.item = missing->child}};

    if (attributes->path != NULL)
        told.urls.text = attributes->path;
    else {
        told.groups.text = attributes->group;
        told.resources.text = full;
        told.names.text = attributes->name && *attributes->name ? attributes->name : NULL;
    }
    if (missing->child != NULL)
        add_line(grant, &told);
    cJSON_Delete(missing);
}

static void check_names(Grant *grant, const RoleRule *rule, KubeAttributes *attributes,
                        const char *full)
{
    RuleWords names = rule->names;
    const char *word;
    size_t length;

    attributes->name = "";
    if (words_are_none(names))
        check_thing(grant, rule, attributes, full);
    while (words_next(&names, &word, &length)) {
        attributes->name = arena_text_of(grant->request->arena, word, length);
        check_thing(grant, rule, attributes, full);
    }
}

static void check_resources(Grant *grant, const RoleRule *rule, const char *group)
{
    Arena *arena = grant->request->arena;
    RuleWords resources = rule->resources;
    const char *word;
    size_t length;

    while (words_next(&resources, &word, &length)) {
        const char *full = arena_text_of(arena, word, length), *slash = strchr(full, '/');
        KubeAttributes attributes = {.group = group,
                                     .resource =
                                         slash ? arena_text_of(arena, full, slash - full) : full,
                                     .subresource = slash ? slash + 1 : "",
                                     .ns = grant->ns};

        check_names(grant, rule, &attributes, full);
    }
}

static bool check_rule(void *owner, const RoleRule *rule)
{
    Grant *grant = owner;
    Arena *arena = grant->request->arena;
    RuleWords words = rule->groups;
    const char *word;
    size_t length;

    while (words_next(&words, &word, &length))
        check_resources(grant, rule, arena_text_of(arena, word, length));
    words = rule->urls;
    while (words_next(&words, &word, &length)) {
        KubeAttributes attributes = {.path = arena_text_of(arena, word, length)};

        check_thing(grant, rule, &attributes, NULL);
    }
    return true;
}

/* ---- the refusal ------------------------------------------------------------------------------ */

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void add_groups(Buffer *text, const KubeUser *user)
{
    for (int i = 0; i < user->group_count; i++)
        buffer_format(text, "%s\"%s\"", i ? " " : "", user->groups[i]);
}

static bool refuse(const Grant *grant, const cJSON *object, KubeStatus *status)
{
    const KubeRequest *request = grant->request;
    const char *name = kube_metadata_text(object, "name");
    Buffer text = {0};
    char full[128];

    qsort(grant->lines, grant->count, sizeof *grant->lines, compare_lines);
    buffer_format(&text, "user \"%s\" (groups=[", request->user.name);
    add_groups(&text, &request->user);
    buffer_add_text(&text, "]) is attempting to grant RBAC permissions not currently held:");
    for (int i = 0; i < grant->count; i++)
        buffer_format(&text, "\n%s", grant->lines[i]);
    status_set(status, 403, "Forbidden",
               status_details(name, request->kind->group, request->kind->plural),
               "%s \"%s\" is forbidden: %s", status_resource_name(request->kind, full), name,
               text.data);
    buffer_release(&text);
    return false;
}

/* May do so all the same: `escalate` for a role, `bind` for what a binding leads to. */
static bool may_anyway(const Grant *grant, const char *verb, const char *resource, const char *name)
{
    const KubeAttributes attributes = {.verb = verb,
                                       .group = grant->request->kind->group,
                                       .resource = resource,
                                       .subresource = "",
                                       .ns = grant->ns,
                                       .name = name};

    return kube_may(grant->request->cluster, &grant->request->user, &attributes, NULL);
}

static void check_role(Grant *grant, const cJSON *role)
{
    const cJSON *json;

    if (may_anyway(grant, "escalate", grant->request->kind->plural,
                   kube_metadata_text(role, "name")))
        return;
    cJSON_ArrayForEach(json, cJSON_GetObjectItemCaseSensitive(role, "rules"))
    {
        RoleRule rule = role_rule_of(json);

        check_rule(grant, &rule);
    }
}

static bool check_binding(Grant *grant, const cJSON *binding, KubeStatus *status)
{
    const KubeCluster *cluster = grant->request->cluster;
    const char *name = json_string_or(binding, "roleRef/name", "");
    bool is_role = strcmp(json_string_or(binding, "roleRef/kind", ""), "Role") == 0;
    const char *resource = is_role ? "roles" : "clusterroles";

    if (may_anyway(grant, "bind", resource, name))
        return true;
    return roles_each_rule(cluster, is_role ? grant->ns : "", name, check_rule, grant, NULL) ||
           status_not_found(status, kube_kind_named(&cluster->kinds, resource), name);
}

bool grant_check(KubeRequest *request, const cJSON *object, KubeStatus *status)
{
    Grant grant = {.request = request, .ns = request->ns};
    bool ok = true;

    if (strstr(request->kind->plural, "binding") != NULL)
        ok = check_binding(&grant, object, status);
    else
        check_role(&grant, object);
    if (ok && grant.count > 0)
        ok = refuse(&grant, object, status);
    for (int i = 0; i < grant.count; i++)
        free(grant.lines[i]);
    free(grant.lines);
    return ok;
}
