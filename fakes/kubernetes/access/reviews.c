/*
 * fakes/kubernetes/access/reviews.c - questions that are answered and forgotten: who am I, whose token is this, who may do what.
 *
 * Source: authentication.k8s.io/v1 and authorization.k8s.io/v1; answers as recorded from 1.32.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "fakes/kubernetes/access/account.h"
#include "fakes/kubernetes/access/authenticate.h"
#include "fakes/kubernetes/owners/managed.h"

/* The answer up to its status. Who asked owns the question. */
static cJSON *begin_answer(const KubeRequest *request, cJSON *spec)
{
    const KubeWriter writer = {.manager = request_manager(request)};
    const Write write = {.cluster = request->cluster, .kind = request->kind, .writer = &writer};
    cJSON *json = cJSON_CreateObject();
    char api_version[64];

    cJSON_AddStringToObject(json, "kind", request->kind->kind);
    cJSON_AddStringToObject(json, "apiVersion", kube_api_version(request->kind, api_version));
    cJSON_AddNullToObject(cJSON_AddObjectToObject(json, "metadata"), "creationTimestamp");
    if (spec != NULL)
        cJSON_AddItemToObject(json, "spec", spec);
    managed_update(&write, NULL, json);
    return json;
}

static cJSON *copy_spec(const cJSON *review)
{
    const cJSON *spec = cJSON_GetObjectItemCaseSensitive(review, "spec");

    return cJSON_IsObject(spec) ? cJSON_Duplicate(spec, true) : cJSON_CreateObject();
}

/* ---- who may do what -------------------------------------------------------------------------- */

static KubeAttributes attributes_of(const cJSON *spec)
{
    const cJSON *resource = cJSON_GetObjectItemCaseSensitive(spec, "resourceAttributes");
    const cJSON *other = cJSON_GetObjectItemCaseSensitive(spec, "nonResourceAttributes");

    if (!cJSON_IsObject(resource))
        return (KubeAttributes){.verb = json_string_or(other, "verb", ""),
                                .path = json_string_or(other, "path", "")};
    return (KubeAttributes){.verb = json_string_or(resource, "verb", ""),
                            .group = json_string_or(resource, "group", ""),
                            .resource = json_string_or(resource, "resource", ""),
                            .subresource = json_string_or(resource, "subresource", ""),
                            .ns = json_string_or(resource, "namespace", ""),
                            .name = json_string_or(resource, "name", "")};
}

static bool check_question(const KubeRequest *request, const cJSON *spec, bool names_user,
                           KubeStatus *status)
{
    bool has_resource = json_has(spec, "resourceAttributes");
    bool has_other = json_has(spec, "nonResourceAttributes");
    KubeCauses causes = {0};

    if (has_resource && has_other)
        causes_add(&causes, "FieldValueInvalid", "spec.nonResourceAttributes",
                   "Invalid value: {}: cannot be specified in combination with "
                   "resourceAttributes");
    if (!has_resource && !has_other)
        causes_add(&causes, "FieldValueInvalid", "spec.resourceAttributes",
                   "Invalid value: null: exactly one of nonResourceAttributes or "
                   "resourceAttributes must be specified");
    if (names_user && *json_string_or(spec, "user", "") == 0 && !json_has(spec, "groups/0"))
        causes_add(&causes, "FieldValueInvalid", "spec.user",
                   "Invalid value: \"\": at least one of user or group must be specified");
    return causes_end(&causes, request->kind->group, request->kind->kind, "", status);
}

static void answer_access(KubeRequest *request, const cJSON *review, const KubeUser *user)
{
    cJSON *spec = copy_spec(review), *json = begin_answer(request, spec), *status;
    KubeAttributes attributes = attributes_of(spec);
    char reason[RBAC_REASON_MAX];

    status = cJSON_AddObjectToObject(json, "status");
    cJSON_AddBoolToObject(status, "allowed", kube_may(request->cluster, user, &attributes, reason));
    if (*reason)
        cJSON_AddStringToObject(status, "reason", reason);
    request_answer_json(request, 201, json);
}

static bool review_own_access(KubeRequest *request, const cJSON *review, KubeStatus *status)
{
    if (!check_question(request, json_find(review, "spec"), false, status))
        return false;
    answer_access(request, review, &request->user);
    return true;
}

static void read_user(const KubeRequest *request, const cJSON *spec, KubeUser *user)
{
    const cJSON *group;

    user_init(user, request->arena, json_string_or(spec, "user", ""));
    cJSON_ArrayForEach(group, cJSON_GetObjectItemCaseSensitive(spec, "groups"))
        user_add_group(user, request->arena, json_string_or(group, "", ""));
}

static bool review_access(KubeRequest *request, const cJSON *review, KubeStatus *status)
{
    const cJSON *spec = json_find(review, "spec");
    KubeUser user;

    if (!check_question(request, spec, true, status))
        return false;
    if (kube_kind_has(request->kind, KUBE_NAMESPACED) &&
        strcmp(json_string_or(spec, "resourceAttributes/namespace", ""), request->ns) != 0)
        return status_bad_request(status,
                                  "spec.resourceAttributes.namespace must match namespace: %s",
                                  request->ns);
    read_user(request, spec, &user);
    answer_access(request, review, &user);
    return true;
}

/* ---- what may I do ---------------------------------------------------------------------------- */

typedef struct {
    cJSON *resources, *others;
} Rules;

static bool add_rule(void *owner, const RoleRule *rule)
{
    Rules *rules = owner;

    cJSON_AddItemToArray(words_are_none(rule->urls) ? rules->resources : rules->others,
                         role_rule_json(rule));
    return true;
}

/* A denial cannot be told in rules: then they are not the whole truth, and it has to be asked for one by one. */
static bool review_rules(KubeRequest *request, const cJSON *review, KubeStatus *status)
{
    const char *ns = json_string_or(review, "spec/namespace", "");
    bool is_restricted = kube_is_restricted(request->cluster, &request->user);
    cJSON *json, *answer;
    Rules rules;

    if (*ns == 0)
        return status_bad_request(status, "no namespace on request");
    json = begin_answer(request, cJSON_CreateObject());
    answer = cJSON_AddObjectToObject(json, "status");
    rules.resources = cJSON_AddArrayToObject(answer, "resourceRules");
    rules.others = cJSON_AddArrayToObject(answer, "nonResourceRules");
    rbac_each_rule(request->cluster, &request->user, ns, add_rule, &rules);
    cJSON_AddBoolToObject(answer, "incomplete", is_restricted);
    if (is_restricted)
        cJSON_AddStringToObject(answer, "evaluationError",
                                "an authorizer does not support user rule resolution");
    request_answer_json(request, 201, json);
    return true;
}

/* ---- who is it -------------------------------------------------------------------------------- */

static bool review_self(KubeRequest *request, const cJSON *review, KubeStatus *status)
{
    cJSON *json = begin_answer(request, NULL);
    char now[CLOCK_TEXT_MAX];

    (void)review;
    (void)status;
    json_put_string(json, "metadata/creationTimestamp",
                    clock_rfc3339(kube_cluster_now_ms(request->cluster), now));
    json_put(json, "status/userInfo", user_json(&request->user));
    request_answer_json(request, 201, json);
    return true;
}

/* The first of the audiences that were asked for for which the token is good; those of the API server if none were. */
static const char *find_audience(KubeRequest *request, const cJSON *spec, KubeUser *out_user,
                                 const char **out_why)
{
    const char *token = json_string_or(spec, "token", "");
    const cJSON *audiences = cJSON_GetObjectItemCaseSensitive(spec, "audiences"), *item;

    if (audiences == NULL || audiences->child == NULL)
        return authenticate_token(request, token, ACCOUNT_ISSUER, out_user, out_why)
                   ? ACCOUNT_ISSUER
                   : NULL;
    cJSON_ArrayForEach(item, audiences)
    {
        const char *audience = json_string_or(item, "", "");

        if (authenticate_token(request, token, audience, out_user, out_why))
            return audience;
    }
    return NULL;
}

static bool review_token(KubeRequest *request, const cJSON *review, KubeStatus *status)
{
    cJSON *spec, *json, *answer;
    const char *why = "invalid bearer token", *audience;
    KubeUser user;

    if (*json_string_or(review, "spec/token", "") == 0)
        return status_bad_request(status, "token is required for TokenReview in authentication");
    spec = copy_spec(review);
    json = begin_answer(request, spec);
    answer = cJSON_AddObjectToObject(json, "status");
    audience = find_audience(request, spec, &user, &why);
    if (audience != NULL) {
        cJSON_AddBoolToObject(answer, "authenticated", true);
        cJSON_AddItemToObject(answer, "user", user_json(&user));
        cJSON_AddItemToObject(answer, "audiences", cJSON_CreateStringArray(&audience, 1));
    } else {
        cJSON_AddObjectToObject(answer, "user");
        cJSON_AddStringToObject(answer, "error", why);
    }
    request_answer_json(request, 201, json);
    return true;
}

void request_answer_review(KubeRequest *request, const cJSON *review)
{
    static const struct {
        const char *kind;
        bool (*answer)(KubeRequest *request, const cJSON *review, KubeStatus *status);
    } REVIEWS[] = {
        {"SelfSubjectAccessReview",  review_own_access},
        {"SelfSubjectRulesReview",   review_rules     },
        {"SubjectAccessReview",      review_access    },
        {"LocalSubjectAccessReview", review_access    },
        {"SelfSubjectReview",        review_self      },
        {"TokenReview",              review_token     },
        {"Binding",                  request_bind     },
    };
    KubeStatus status = {0};

    for (size_t i = 0; i < sizeof REVIEWS / sizeof *REVIEWS; i++)
        if (strcmp(REVIEWS[i].kind, request->kind->kind) == 0) {
            if (!REVIEWS[i].answer(request, review, &status))
                request_refuse(request, &status);
            return;
        }
}
