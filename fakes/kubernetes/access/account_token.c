/*
 * fakes/kubernetes/access/account_token.c - whose token it is that says to be of a service account.
 *
 * There are two forms of token. What TokenRequest signs expires and may be bound to a Pod or Secret; what a Secret of type
 * kubernetes.io/service-account-token holds is good as long as that Secret holds it.
 */
#include "fakes/kubernetes/access/account.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"

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

char *account_sign(KubeCluster *cluster, cJSON *claims)
{
    char *text = json_text(claims);
    char *token = jwt_sign(key_of(cluster), text);

    free(text);
    cJSON_Delete(claims);
    return token;
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
    int64_t now_s = kube_cluster_now_ms(check->cluster) / 1000;

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
    if (strcmp(issuer, ACCOUNT_OLD_ISSUER) == 0)
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
