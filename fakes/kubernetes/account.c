/*
 * fakes/kubernetes/account.c - service accounts: the one that every namespace has, and the tokens by which one proves to be one.
 *
 * There are two forms of token. What TokenRequest signs expires and may be bound to a Pod or Secret; what a Secret of type
 * kubernetes.io/service-account-token holds is good as long as that Secret holds it.
 */
#include "fakes/kubernetes/account.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"

static const char SECRET_TYPE[] = "kubernetes.io/service-account-token";
static const char OLD_ISSUER[] = "kubernetes/serviceaccount";
static const char NAME_KEY[] = "kubernetes.io/service-account.name";
static const char UID_KEY[] = "kubernetes.io/service-account.uid";

enum { LEEWAY_S = 60 }; /* how far clocks may be apart: go-jose's default */

static const SigningKey *key_of(KubeCluster *cluster)
{
    if (cluster->account_key == NULL)
        cluster->account_key = signing_key_new();
    return cluster->account_key;
}

cJSON *account_keys(KubeCluster *cluster)
{
    cJSON *set = cJSON_CreateObject();

    cJSON_AddItemToArray(cJSON_AddArrayToObject(set, "keys"), signing_key_jwk(key_of(cluster)));
    return set;
}

/* ---- whose token ------------------------------------------------------------------------------ */

typedef struct {
    KubeCluster *cluster;
    Arena *arena;
    const char *token, *audience;
    const cJSON *claims;
    const char *why;
} Check;

static bool refuse(Check *check, const char *why)
{
    check->why = why;
    return false;
}

/* The object is there, and still the same one. */
static bool is_there(const Check *check, const char *resource, const char *ns, const char *name,
                     const char *uid)
{
    const cJSON *object = kube_find(check->cluster, resource, ns, name);

    return object != NULL && strcmp(kube_metadata_text(object, "uid"), uid) == 0;
}

static bool is_for(const Check *check)
{
    const cJSON *audiences = cJSON_GetObjectItemCaseSensitive(check->claims, "aud"), *item;

    cJSON_ArrayForEach(item, audiences)
    {
        if (strcmp(json_string_or(item, "", ""), check->audience) == 0)
            return true;
    }
    return false;
}

static bool is_in_time(Check *check)
{
    int64_t now_s = clock_wall_ms() / 1000;

    if (now_s > json_integer_or(check->claims, "exp", 0) + LEEWAY_S)
        return refuse(check, "service account token has expired");
    return now_s + LEEWAY_S >= json_integer_or(check->claims, "nbf", 0) ||
           refuse(check, "service account token is not valid yet");
}

static bool is_still_bound(Check *check, const cJSON *bound, const char *ns)
{
    static const struct {
        const char *key, *resource, *why;
    } KINDS[] = {
        {"pod",    "pods",    "the pod that the service account token is bound to is gone"   },
        {"secret", "secrets", "the secret that the service account token is bound to is gone"},
    };

    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
        const cJSON *object = cJSON_GetObjectItemCaseSensitive(bound, KINDS[i].key);

        if (object != NULL &&
            !is_there(check, KINDS[i].resource, ns, json_string_or(object, "name", ""),
                      json_string_or(object, "uid", "")))
            return refuse(check, KINDS[i].why);
    }
    return true;
}

static void fill_user(const Check *check, const char *ns, const char *name, const char *uid,
                      KubeUser *user)
{
    user_init(user, check->arena,
              arena_format(check->arena, USER_ACCOUNT_PREFIX "%s:%s", ns, name));
    user->uid = arena_text(check->arena, uid);
    user_add_group(user, check->arena, GROUP_ACCOUNTS);
    user_add_group(user, check->arena, arena_format(check->arena, GROUP_ACCOUNTS ":%s", ns));
    user_add_group(user, check->arena, GROUP_AUTHENTICATED);
}

static void add_bindings(const Check *check, const cJSON *bound, KubeUser *user)
{
    const char *id = json_string(check->claims, "jti");
    const cJSON *pod = cJSON_GetObjectItemCaseSensitive(bound, "pod");

    if (id != NULL)
        user_add_extra(user, check->arena, "authentication.kubernetes.io/credential-id",
                       arena_format(check->arena, "JTI=%s", id));
    if (pod == NULL)
        return;
    user_add_extra(user, check->arena, "authentication.kubernetes.io/pod-name",
                   json_string_or(pod, "name", ""));
    user_add_extra(user, check->arena, "authentication.kubernetes.io/pod-uid",
                   json_string_or(pod, "uid", ""));
}

/* What TokenRequest signed. */
static bool check_requested(Check *check, KubeUser *user)
{
    const cJSON *bound = cJSON_GetObjectItemCaseSensitive(check->claims, "kubernetes.io");
    const char *ns = json_string_or(bound, "namespace", "");
    const char *name = json_string_or(bound, "serviceaccount/name", "");
    const char *uid = json_string_or(bound, "serviceaccount/uid", "");

    if (!is_for(check))
        return refuse(check, "token audiences are not those that are asked for");
    if (!is_in_time(check))
        return false;
    if (!is_there(check, "serviceaccounts", ns, name, uid))
        return refuse(check, "the service account of the token is gone");
    if (!is_still_bound(check, bound, ns))
        return false;
    fill_user(check, ns, name, uid, user);
    add_bindings(check, bound, user);
    return true;
}

static const char *old_claim(const Check *check, const char *name)
{
    char key[80] = "kubernetes.io/serviceaccount/";
    const cJSON *claim;

    strncat(key, name, sizeof key - strlen(key) - 1);
    claim = cJSON_GetObjectItemCaseSensitive(check->claims, key);
    return json_string_or(claim, "", "");
}

static bool holds_token(const Check *check, const cJSON *secret)
{
    const cJSON *data = cJSON_GetObjectItemCaseSensitive(secret, "data");
    char *held = json_base64(check->token, strlen(check->token));
    bool is_same = strcmp(json_string_or(data, "token", ""), held) == 0;

    free(held);
    return is_same;
}

/* What a Secret holds. */
static bool check_held(Check *check, KubeUser *user)
{
    const char *ns = old_claim(check, "namespace");
    const char *name = old_claim(check, "service-account.name");
    const char *uid = old_claim(check, "service-account.uid");

    if (!holds_token(check,
                     kube_find(check->cluster, "secrets", ns, old_claim(check, "secret.name"))))
        return refuse(check, "the secret of the service account token is gone");
    if (!is_there(check, "serviceaccounts", ns, name, uid))
        return refuse(check, "the service account of the token is gone");
    fill_user(check, ns, name, uid, user);
    return true;
}

static bool check_token(Check *check, KubeUser *user)
{
    const char *issuer = json_string_or(check->claims, "iss", "");

    if (!jwt_is_signed_by(check->token, key_of(check->cluster)))
        return refuse(check, "invalid bearer token");
    if (strcmp(issuer, OLD_ISSUER) == 0)
        return check_held(check, user);
    return strcmp(issuer, ACCOUNT_ISSUER) == 0 ? check_requested(check, user)
                                               : refuse(check, "invalid bearer token");
}

bool account_of_token(KubeCluster *cluster, Arena *arena, const char *token, const char *audience,
                      KubeUser *out_user, const char **out_why)
{
    Check check = {.cluster = cluster,
                   .arena = arena,
                   .token = token,
                   .audience = audience,
                   .why = "invalid bearer token"};
    cJSON *header = NULL, *claims = NULL;
    bool is_good = cluster->account_key != NULL && jwt_read(token, &header, &claims);

    check.claims = claims;
    is_good = is_good && check_token(&check, out_user);
    if (!is_good && out_why != NULL)
        *out_why = check.why;
    cJSON_Delete(header);
    cJSON_Delete(claims);
    return is_good;
}

/* ---- TokenRequest ----------------------------------------------------------------------------- */

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

/* Consumes claims; free() it. */
static char *sign(KubeCluster *cluster, cJSON *claims)
{
    char *text = json_text(claims);
    char *token = jwt_sign(key_of(cluster), text);

    free(text);
    cJSON_Delete(claims);
    return token;
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
    status = cJSON_AddObjectToObject(json, "status");
    cJSON_AddStringToObject(status, "token", token);
    cJSON_AddStringToObject(status, "expirationTimestamp",
                            clock_rfc3339((now_s + wanted->lasts_s) * 1000, text));
    return json;
}

static bool make_token(const Wanted *wanted, KubeStatus *status)
{
    KubeRequest *request = wanted->request;
    int64_t now_s = clock_wall_ms() / 1000;
    cJSON *facts = cJSON_CreateObject();
    char *token;

    cJSON_AddStringToObject(facts, "namespace", request->ns);
    add_reference(facts, "serviceaccount", wanted->account);
    if (!bind_object(wanted, facts, status)) {
        cJSON_Delete(facts);
        return false;
    }
    token = sign(request->cluster, new_claims(wanted, now_s, facts));
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

/* ---- the controllers -------------------------------------------------------------------------- */

static void give_default(KubeCluster *cluster, const char *ns)
{
    cJSON *json;

    if (kube_find(cluster, "serviceaccounts", ns, "default") != NULL)
        return;
    json = cJSON_CreateObject();
    cJSON_AddStringToObject(kube_metadata(json), "name", "default");
    kube_create(cluster, "serviceaccounts", ns, json, NULL, NULL, NULL);
    cJSON_Delete(json);
}

void accounts_fit(KubeCluster *cluster)
{
    const KubeShelf *shelf = store_shelf(cluster, kube_kind_named(&cluster->kinds, "namespaces"));

    for (int i = 0; i < shelf->count; i++)
        if (*kube_metadata_text(kube_object_json(shelf->items[i]), "deletionTimestamp") == 0)
            give_default(cluster, shelf->items[i]->name);
}

static const char *account_name(const cJSON *secret)
{
    const cJSON *annotations = json_find(secret, "metadata/annotations"), *name;

    if (strcmp(json_string_or(secret, "type", ""), SECRET_TYPE) != 0)
        return NULL;
    name = cJSON_GetObjectItemCaseSensitive(annotations, NAME_KEY);
    return cJSON_IsString(name) ? name->valuestring : NULL;
}

static void add_old_claim(cJSON *claims, const char *name, const char *value)
{
    char key[80] = "kubernetes.io/serviceaccount/";

    strncat(key, name, sizeof key - strlen(key) - 1);
    cJSON_AddStringToObject(claims, key, value);
}

static char *held_token(KubeCluster *cluster, const cJSON *account, const char *secret)
{
    const char *ns = kube_metadata_text(account, "namespace");
    const char *name = kube_metadata_text(account, "name");
    char *subject = memory_format(USER_ACCOUNT_PREFIX "%s:%s", ns, name);
    cJSON *claims = cJSON_CreateObject();

    cJSON_AddStringToObject(claims, "iss", OLD_ISSUER);
    add_old_claim(claims, "namespace", ns);
    add_old_claim(claims, "secret.name", secret);
    add_old_claim(claims, "service-account.name", name);
    add_old_claim(claims, "service-account.uid", kube_metadata_text(account, "uid"));
    cJSON_AddStringToObject(claims, "sub", subject);
    free(subject);
    return sign(cluster, claims);
}

static void add_base64(cJSON *data, const char *key, const char *text)
{
    char *encoded = json_base64(text, strlen(text));

    cJSON_AddStringToObject(data, key, encoded);
    free(encoded);
}

static void fill_secret(KubeCluster *cluster, const cJSON *account, const char *secret,
                        const char *ca_pem)
{
    cJSON *patch = cJSON_CreateObject(), *data = cJSON_AddObjectToObject(patch, "data");
    const char *ns = kube_metadata_text(account, "namespace");
    char *token = held_token(cluster, account, secret);

    cJSON_AddStringToObject(cJSON_AddObjectToObject(kube_metadata(patch), "annotations"), UID_KEY,
                            kube_metadata_text(account, "uid"));
    if (ca_pem != NULL)
        add_base64(data, "ca.crt", ca_pem);
    add_base64(data, "namespace", ns);
    add_base64(data, "token", token);
    kube_merge(cluster, "secrets", ns, secret, "kube-controller-manager", patch);
    free(token);
    cJSON_Delete(patch);
}

static void drop_secret(KubeCluster *cluster, const char *ns, const char *name)
{
    kube_delete(cluster, "secrets", ns, name, &(KubeDeletion){.manager = "kube-controller-manager"},
                NULL, NULL);
}

void account_fill_secret(KubeCluster *cluster, const char *ns, const char *name, const char *ca_pem)
{
    const cJSON *secret = kube_find(cluster, "secrets", ns, name), *account;
    const char *account_is = account_name(secret);

    if (account_is == NULL || json_has(secret, "data/token"))
        return;
    if (strcmp(account_is, "default") == 0)
        accounts_fit(cluster);
    account = kube_find(cluster, "serviceaccounts", ns, account_is);
    if (account != NULL)
        fill_secret(cluster, account, name, ca_pem);
    else
        drop_secret(cluster, ns, name);
}

void accounts_drop_secrets(KubeCluster *cluster, const char *ns)
{
    const KubeKind *kind = kube_kind_named(&cluster->kinds, "secrets");
    int first, end;
    const KubeShelf *shelf = store_range(cluster, kind, ns, &first, &end);

    for (int i = end - 1; i >= first; i--) { /* what is deleted moves only what comes after it */
        const char *account = account_name(kube_object_json(shelf->items[i]));

        if (account != NULL && kube_find(cluster, "serviceaccounts", ns, account) == NULL) {
            char *name = memory_text(shelf->items[i]->name);

            drop_secret(cluster, ns, name);
            free(name);
        }
    }
}
