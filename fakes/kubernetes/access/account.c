/*
 * fakes/kubernetes/access/account.c - what the controllers of service accounts do: an account for every namespace, tokens for Secrets.
 */
#include "fakes/kubernetes/access/account.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static const char SECRET_TYPE[] = "kubernetes.io/service-account-token";
static const char NAME_KEY[] = "kubernetes.io/service-account.name";
static const char UID_KEY[] = "kubernetes.io/service-account.uid";

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

    cJSON_AddStringToObject(claims, "iss", ACCOUNT_OLD_ISSUER);
    add_old_claim(claims, "namespace", ns);
    add_old_claim(claims, "secret.name", secret);
    add_old_claim(claims, "service-account.name", name);
    add_old_claim(claims, "service-account.uid", kube_metadata_text(account, "uid"));
    cJSON_AddStringToObject(claims, "sub", subject);
    free(subject);
    return account_sign(cluster, claims);
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
