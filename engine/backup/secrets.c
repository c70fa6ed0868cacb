/*
 * engine/backup/secrets.c - the Secrets of a management plane that a new one needs, as a file that any cluster takes.
 */
#include "engine/backup/secrets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "engine/observations.h"

static const SecretRow ROWS[] = {
    {"admin-credentials",      false},
    {"postgres-credentials",   false},
    {"tsb-certs",              false},
    {"xcp-central-cert",       false},
    {"tsb-standby-sa",         true },
    {"elastic-credentials",    true },
    {"es-certs",               true },
    {"ldap-credentials",       true },
    {"custom-host-ca",         true },
    {"azure-credentials",      true },
    {"iam-oidc-client-secret", true },
};
enum { ROW_COUNT = sizeof ROWS / sizeof *ROWS };

const SecretRow *secret_row(int index)
{
    return index >= 0 && index < ROW_COUNT ? &ROWS[index] : NULL;
}

const char *signing_key_name(const cJSON *management_plane)
{
    return json_string_or(management_plane, "spec/tokenIssuer/jwt/signingKeysSecret", SIGNING_KEY);
}

/* ---- what belongs to one cluster ---------------------------------------------------------------------------------------- */

/* Of metadata; all else goes, so that what a later version of Kubernetes adds goes, too. */
static const char *const KEPT[] = {"name", "namespace", "labels", "annotations", NULL};

static bool is_among(const char *const *names, const char *name)
{
    while (*names && strcmp(*names, name) != 0)
        names++;
    return *names != NULL;
}

static cJSON *metadata_stripped(const cJSON *metadata)
{
    cJSON *kept = cJSON_CreateObject();
    const cJSON *member;

    cJSON_ArrayForEach(member, metadata)
    {
        if (is_among(KEPT, member->string))
            cJSON_AddItemToObject(kept, member->string, cJSON_Duplicate(member, true));
    }
    /* A whole older copy of the object, secrets included. */
    cJSON_DeleteItemFromObjectCaseSensitive(cJSON_GetObjectItemCaseSensitive(kept, "annotations"),
                                            "kubectl.kubernetes.io/last-applied-configuration");
    return kept;
}

cJSON *object_stripped(const cJSON *object)
{
    cJSON *copy = cJSON_Duplicate(object, true);

    json_put(copy, "metadata", metadata_stripped(json_find(object, "metadata")));
    json_remove(copy, "status");
    return copy;
}

const char *object_foreign_part(const cJSON *object)
{
    const cJSON *member;

    cJSON_ArrayForEach(member, json_find(object, "metadata"))
    {
        if (!is_among(KEPT, member->string))
            return member->string;
    }
    return NULL;
}

/* ---- the set ------------------------------------------------------------------------------------------------------------ */

void secrets_wipe(cJSON *tree)
{
    for (; tree; tree = tree->next) {
        if (tree->valuestring && !(tree->type & cJSON_IsReference))
            explicit_bzero(tree->valuestring, strlen(tree->valuestring));
        secrets_wipe(tree->child);
    }
}

void secrets_release(SecretSet *set)
{
    secrets_wipe(set->list);
    cJSON_Delete(set->list);
    cJSON_Delete(set->present);
    cJSON_Delete(set->absent);
    *set = (SecretSet){0};
}

static void add_secret(SecretSet *set, const char *name, const cJSON *secret)
{
    cJSON *stripped = object_stripped(secret);

    json_put_string(stripped, "apiVersion", "v1");
    json_put_string(stripped, "kind", "Secret");
    cJSON_AddItemToArray(json_find(set->list, "items"), stripped);
    cJSON_AddItemToArray(set->present, cJSON_CreateString(name));
}

/* missing: names, to be told together. */
static bool take_read(SecretSet *set, KubeRead *read, bool is_optional, char missing[240],
                      Error *err)
{
    const char *name = read->path.name;
    size_t length = strlen(missing);

    if (read->object) {
        add_secret(set, name, read->object);
        secrets_wipe(read->object);
        cJSON_Delete(read->object);
        read->object = NULL;
        return true;
    }
    if (read->error.code != ERR_NOT_FOUND)
        return error_set(err, read->error.code, "%s", read->error.message);
    if (is_optional)
        cJSON_AddItemToArray(set->absent, cJSON_CreateString(name));
    else
        snprintf(missing + length, 240 - length, "%s%s", length ? ", " : "", name);
    return true;
}

bool secrets_read(const Plane *plane, const char *signing_key, SecretSet *out_set, Error *err)
{
    KubeRead reads[ROW_COUNT + 1];
    char missing[240] = "";
    bool ok = true;

    *out_set = (SecretSet){cJSON_CreateObject(), cJSON_CreateArray(), cJSON_CreateArray()};
    json_put_string(out_set->list, "apiVersion", "v1");
    json_put_string(out_set->list, "kind", "List");
    json_put(out_set->list, "items", cJSON_CreateArray());
    for (int i = 0; i <= ROW_COUNT; i++)
        reads[i] = (KubeRead){
            .client = plane->kube,
            .path = {.resource = "v1/secrets",
                     .ns = plane->spec->ns,
                     .name = i == 0 ? signing_key : ROWS[i - 1].name}
        };
    kube_client_get_all(reads, ROW_COUNT + 1, ROW_COUNT + 1);
    for (int i = 0; i <= ROW_COUNT && ok; i++)
        ok = take_read(out_set, &reads[i], i > 0 && ROWS[i - 1].is_optional, missing, err);
    for (int i = 0; i <= ROW_COUNT; i++) {
        secrets_wipe(reads[i].object);
        cJSON_Delete(reads[i].object);
    }
    if (ok && !*missing)
        return true;
    secrets_release(out_set);
    return ok ? error_set(err, ERR_NOT_FOUND, "%s has no Secret %s", plane->spec->name, missing)
              : false;
}

/* ---- the signing key ---------------------------------------------------------------------------------------------------- */

static void put_fingerprint(EVP_PKEY *key, char out_id[96])
{
    unsigned char *der = NULL, digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    int der_length = i2d_PUBKEY(key, &der);

    EVP_Digest(der, (size_t)der_length, digest, &length, EVP_sha256(), NULL);
    snprintf(out_id, 96, "sha256:");
    for (unsigned int i = 0; i < length; i++)
        snprintf(out_id + 7 + 2 * (size_t)i, 3, "%02x", digest[i]);
    OPENSSL_free(der);
}

/* A private key in PEM, whatever the entry is called (U7). */
static bool fingerprint(const char *text, char out_id[96])
{
    BIO *bio = BIO_new_mem_buf(text, -1);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);

    if (key)
        put_fingerprint(key, out_id);
    EVP_PKEY_free(key);
    BIO_free(bio);
    return key != NULL;
}

static void forget(char *text)
{
    if (text)
        explicit_bzero(text, strlen(text));
    free(text);
}

bool signing_key_id(const cJSON *secret, char out_id[96])
{
    char *kid = secret_value(secret, "kid");
    const cJSON *entry;
    bool is_known = kid && *kid;

    if (is_known)
        snprintf(out_id, 96, "%s", kid);
    free(kid);
    cJSON_ArrayForEach(entry, json_find(secret, "data"))
    {
        char *value = is_known ? NULL : secret_value(secret, entry->string);

        is_known = is_known || (value && fingerprint(value, out_id));
        forget(value);
    }
    return is_known;
}

const char *secret_encoded_twice(const cJSON *secret)
{
    static const char BEGIN[] = "LS0tLS1CRUdJTi"; /* "-----BEGIN" in base64 */
    const cJSON *entry;

    cJSON_ArrayForEach(entry, json_find(secret, "data"))
    {
        char *value = secret_value(secret, entry->string);
        bool is_twice = value && strncmp(value, BEGIN, sizeof BEGIN - 1) == 0;

        forget(value);
        if (is_twice)
            return entry->string;
    }
    return NULL;
}
