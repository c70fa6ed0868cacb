/*
 * sim/operators/keys.c - the key that a plane's IAM signs with: generated, kept in secrets, read when IAM starts.
 */
#include "sim/operators/keys.h"

#include <stdlib.h>
#include <string.h>

#include "sim/objects.h"
#include "sim/operators/workloads.h"

static const char KEY[] = "iam-signing-key", KEY_SET[] = "tsb-iam-jwks";

static const cJSON *secret_of(const Plane *plane, const char *name)
{
    return kube_find(plane->cluster, "secrets", plane->ns, name);
}

/* A value of its data as text; free() it. NULL: there is none. */
static char *value_of(const cJSON *secret, const char *key)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(json_find(secret, "data"), key);
    char *text = NULL;
    size_t length;

    if (!cJSON_IsString(value) || !json_base64_decode(value->valuestring, &text, &length, NULL))
        return NULL;
    return text;
}

SigningKey *plane_key_find(const Plane *plane)
{
    char *pem = value_of(secret_of(plane, KEY), "private.key");
    SigningKey *key = pem ? world_find_key(plane->world, pem) : NULL;

    free(pem);
    return key;
}

void plane_key_mount(Plane *plane)
{
    SigningKey *key = plane_key_find(plane);

    if (key)
        plane->iam_key = key;
}

/* ---- the operator's ------------------------------------------------------------------------------------------------------------------ */

static void generate(Plane *plane)
{
    const SigningKey *key = world_new_key(plane->world);

    object_secret(plane->cluster, plane->ns, KEY, NULL, "kid", signing_key_kid(key), "private.key",
                  signing_key_pem(key), NULL);
    world_note(plane->world, plane->name, "tsb-operator", "secrets", KEY, "generated it");
}

static bool is_of(const cJSON *key_set, const SigningKey *key)
{
    char *kid = value_of(key_set, "kid");
    bool is_same = kid && strcmp(kid, signing_key_kid(key)) == 0;

    free(kid);
    return is_same;
}

void plane_key_set_make(Plane *plane)
{
    const SigningKey *key = plane_key_find(plane);
    cJSON *set;
    char *text;

    if (!key || is_of(secret_of(plane, KEY_SET), key))
        return;
    set = object_format("{'keys':[]}");
    cJSON_AddItemToArray(json_find(set, "keys"), signing_key_jwk(key));
    text = json_text(set);
    object_delete(plane->cluster, "secrets", plane->ns, KEY_SET);
    object_secret(plane->cluster, plane->ns, KEY_SET, NULL, "kid", signing_key_kid(key),
                  "jwks.json", text, NULL);
    world_note(plane->world, plane->name, "tsb-operator", "secrets", KEY_SET,
               "made it from iam-signing-key");
    free(text);
    cJSON_Delete(set);
}

bool plane_keys_make(Plane *plane)
{
    bool is_missing = !secret_of(plane, KEY);

    if (is_missing)
        generate(plane);
    plane_key_set_make(plane);
    return is_missing;
}
