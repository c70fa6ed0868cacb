/*
 * fakes/kubernetes/access/token_request.c - POST serviceaccounts/NAME/token: a token for whom it is wanted, for as long, bound to what.
 */
#include "fakes/kubernetes/access/account.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "fakes/kubernetes/owners/managed.h"

typedef struct {
    KubeRequest *request;
    const cJSON *account;
    cJSON *spec; /* as asked for, and filled in */
    int64_t lasts_s;
} Wanted;

enum { LASTS_S = 3600, LASTS_MIN_S = 600 };
static const int64_t LASTS_MAX_S = INT64_C(1) << 32;

static bool read_wanted(Wanted *wanted, const cJSON *body, KubeStatus *status)
{
    const cJSON *spec = cJSON_GetObjectItemCaseSensitive(body, "spec"), *audiences;
    KubeCauses causes = {0};

    wanted->spec = cJSON_IsObject(spec) ? cJSON_Duplicate(spec, true) : cJSON_CreateObject();
    audiences = cJSON_GetObjectItemCaseSensitive(wanted->spec, "audiences");
    if (audiences == NULL || audiences->child == NULL) {
        const char *const standard[] = {ACCOUNT_ISSUER};

        json_put(wanted->spec, "audiences", cJSON_CreateStringArray(standard, 1));
    }
    wanted->lasts_s = json_integer_or(wanted->spec, "expirationSeconds", LASTS_S);
    if (wanted->lasts_s < LASTS_MIN_S)
        causes_add(&causes, "FieldValueInvalid", "spec.expirationSeconds",
                   "Invalid value: %lld: may not specify a duration less than 10 minutes",
                   (long long)wanted->lasts_s);
    if (wanted->lasts_s > LASTS_MAX_S)
        causes_add(&causes, "FieldValueInvalid", "spec.expirationSeconds",
                   "Invalid value: %lld: may not specify a duration larger than 2^32 seconds",
                   (long long)wanted->lasts_s);
    json_put_integer(wanted->spec, "expirationSeconds", wanted->lasts_s);
    if (!json_has(wanted->spec, "boundObjectRef"))
        json_put(wanted->spec, "boundObjectRef", cJSON_CreateNull());
    return causes_end(&causes, "authentication.k8s.io", "TokenRequest", "", status);
}

static void add_reference(cJSON *json, const char *key, const cJSON *object)
{
    cJSON *reference = cJSON_AddObjectToObject(json, key);

    cJSON_AddStringToObject(reference, "name", kube_metadata_text(object, "name"));
    cJSON_AddStringToObject(reference, "uid", kube_metadata_text(object, "uid"));
}

/* spec.boundObjectRef: a Pod or a Secret of the account's namespace. */
static bool bind_object(const Wanted *wanted, cJSON *facts, KubeStatus *status)
{
    const cJSON *reference = cJSON_GetObjectItemCaseSensitive(wanted->spec, "boundObjectRef");
    const char *name = json_string_or(reference, "name", "");
    const char *uid = json_string_or(reference, "uid", "");
    bool is_pod = strcmp(json_string_or(reference, "kind", ""), "Pod") == 0;
    const char *resource = is_pod ? "pods" : "secrets";
    KubeCluster *cluster = wanted->request->cluster;
    const cJSON *object;

    if (!cJSON_IsObject(reference))
        return true;
    if (!is_pod && strcmp(json_string_or(reference, "kind", ""), "Secret") != 0)
        return status_bad_request(status, "cannot bind token for serviceaccount to object kind %s",
                                  json_string_or(reference, "kind", ""));
    object = kube_find(cluster, resource, wanted->request->ns, name);
    if (object == NULL)
        return status_not_found(status, kube_kind_named(&cluster->kinds, resource), name);
    if (*uid && strcmp(uid, kube_metadata_text(object, "uid")) != 0)
        return status_conflict(
            status, kube_kind_named(&cluster->kinds, resource), name,
            arena_format(wanted->request->arena,
                         "the UID in the bound object reference (%s) does not match the UID in "
                         "record. The object might have been deleted and then recreated",
                         uid));
    add_reference(facts, is_pod ? "pod" : "secret", object);
    return true;
}

static cJSON *new_claims(const Wanted *wanted, int64_t now_s, cJSON *facts)
{
    cJSON *claims = cJSON_CreateObject();
    char id[37];

    random_uuid(&wanted->request->cluster->random, id);
    cJSON_AddItemToObject(claims, "aud",
                          cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(wanted->spec,
                                                                           "audiences"),
                                          true));
    cJSON_AddNumberToObject(claims, "exp", (double)(now_s + wanted->lasts_s));
    cJSON_AddNumberToObject(claims, "iat", (double)now_s);
    cJSON_AddStringToObject(claims, "iss", ACCOUNT_ISSUER);
    cJSON_AddStringToObject(claims, "jti", id);
    cJSON_AddItemToObject(claims, "kubernetes.io", facts);
    cJSON_AddNumberToObject(claims, "nbf", (double)now_s);
    cJSON_AddStringToObject(claims, "sub",
                            arena_format(wanted->request->arena, USER_ACCOUNT_PREFIX "%s:%s",
                                         wanted->request->ns, wanted->request->name));
    return claims;
}

/* The request is written to nothing, and owned all the same. */
static void add_owner(const KubeRequest *request, cJSON *json)
{
    const KubeKind kind = {.group = "authentication.k8s.io",
                           .version = "v1",
                           .plural = "",
                           .kind = "TokenRequest",
                           .type = kube_type_of("authentication.k8s.io/v1", "TokenRequest")};
    const KubeWriter writer = {.manager = request_manager(request)};
    const Write write = {.cluster = request->cluster,
                         .kind = &kind,
                         .writer = &writer,
                         .subresource = "token"};

    managed_update(&write, NULL, json);
}

static cJSON *answer_of(const Wanted *wanted, const char *token, int64_t now_s)
{
    cJSON *json = cJSON_CreateObject(), *metadata, *status;
    char text[CLOCK_TEXT_MAX];

    cJSON_AddStringToObject(json, "kind", "TokenRequest");
    cJSON_AddStringToObject(json, "apiVersion", "authentication.k8s.io/v1");
    metadata = kube_metadata(json);
    cJSON_AddStringToObject(metadata, "name", wanted->request->name);
    cJSON_AddStringToObject(metadata, "namespace", wanted->request->ns);
    cJSON_AddStringToObject(metadata, "creationTimestamp", clock_rfc3339(now_s * 1000, text));
    cJSON_AddItemToObject(json, "spec", cJSON_Duplicate(wanted->spec, true));
    add_owner(wanted->request, json);
    status = cJSON_AddObjectToObject(json, "status");
    cJSON_AddStringToObject(status, "token", token);
    cJSON_AddStringToObject(status, "expirationTimestamp",
                            clock_rfc3339((now_s + wanted->lasts_s) * 1000, text));
    return json;
}

static bool make_token(const Wanted *wanted, KubeStatus *status)
{
    KubeRequest *request = wanted->request;
    int64_t now_s = kube_cluster_now_ms(request->cluster) / 1000;
    cJSON *facts = cJSON_CreateObject();
    char *token;

    cJSON_AddStringToObject(facts, "namespace", request->ns);
    add_reference(facts, "serviceaccount", wanted->account);
    if (!bind_object(wanted, facts, status)) {
        cJSON_Delete(facts);
        return false;
    }
    token = account_sign(request->cluster, new_claims(wanted, now_s, facts));
    request_answer_json(request, 201, answer_of(wanted, token, now_s));
    free(token);
    return true;
}

void request_answer_token(KubeRequest *request)
{
    Wanted wanted = {.request = request};
    KubeStatus status = {0};
    cJSON *body = NULL;
    bool ok;

    wanted.account = kube_find(request->cluster, "serviceaccounts", request->ns, request->name);
    ok = request_body(request, &body, &status) && read_wanted(&wanted, body, &status);
    if (ok && wanted.account == NULL)
        ok = status_not_found(&status, request->kind, request->name);
    if (!ok || !make_token(&wanted, &status))
        request_refuse(request, &status);
    cJSON_Delete(wanted.spec);
    cJSON_Delete(body);
}
