/*
 * sim/faults/secrets.c - secrets that are missing, and keys that are other ones than they should be.
 *
 * The witness is whoever looks at the secret.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "sim/faults/table.h"
#include "sim/objects.h"

static KubeCluster *cluster_of(World *world, const char *name)
{
    Plane *plane = world_plane(world, name);
    ControlPlaneSite *site = plane ? NULL : world_site(world, name);

    return plane ? plane->cluster : site ? site_cluster(site) : NULL;
}

typedef struct {
    const char *cluster, *ns, *name;
} MissingArguments;

static const Field MISSING_FIELDS[] = {
    {"cluster",   FIELD_TEXT, offsetof(MissingArguments, cluster), true, "mp1, mp2 or cp-0001", NULL},
    {"namespace", FIELD_TEXT, offsetof(MissingArguments, ns),      true, "where the secret is", NULL},
    {"name",      FIELD_TEXT, offsetof(MissingArguments, name),    true, "its name",            NULL},
};

/* What the secret is, without what the API server wrote into it. */
static cJSON *bare_secret(const cJSON *secret)
{
    cJSON *bare = object_format("{'apiVersion':'v1','kind':'Secret','metadata':{}}");

    json_put_string(bare, "metadata/name", json_string_or(secret, "metadata/name", ""));
    json_put_string(bare, "metadata/namespace", json_string_or(secret, "metadata/namespace", ""));
    json_put_string(bare, "type", json_string_or(secret, "type", "Opaque"));
    json_put(bare, "data", cJSON_Duplicate(json_find(secret, "data"), true));
    return bare;
}

static void remove_secret(World *world, ArmedFault *fault, const void *arguments)
{
    const MissingArguments *missing = arguments;
    KubeCluster *cluster = cluster_of(world, missing->cluster);
    const cJSON *secret =
        cluster ? kube_find(cluster, "secrets", missing->ns, missing->name) : NULL;

    if (!secret)
        return;
    fault_keep(fault, bare_secret(secret));
    object_delete(cluster, "secrets", missing->ns, missing->name);
    fault_prove_by_call(fault, "kube.request", missing->cluster, "GET", "secrets", missing->name);
}

static void bring_secret(World *world, ArmedFault *fault, const void *arguments)
{
    const MissingArguments *missing = arguments;
    KubeCluster *cluster = cluster_of(world, missing->cluster);

    if (cluster && fault_kept(fault) && !kube_find(cluster, "secrets", missing->ns, missing->name))
        object_create(cluster, "secrets", missing->ns, "somebody",
                      cJSON_Duplicate(fault_kept(fault), true));
}

const FaultType FAULT_SECRET_MISSING = {
    .name = "secretMissing",
    .summary = "a secret is not there",
    .dossier = "F-001",
    .witness = "a request for it",
    .fields = MISSING_FIELDS,
    .field_count = sizeof MISSING_FIELDS / sizeof *MISSING_FIELDS,
    .argument_size = sizeof(MissingArguments),
    .inject = remove_secret,
    .clear = bring_secret,
};

typedef struct {
    const char *cluster, *ns, *name, *key, *append, *value;
    bool is_removed;
} ValueArguments;

static const Field VALUE_FIELDS[] = {
    {"cluster",   FIELD_TEXT, offsetof(ValueArguments, cluster),    true,  "mp1, mp2 or cp-0001",          NULL},
    {"namespace", FIELD_TEXT, offsetof(ValueArguments, ns),         true,  "where the secret is",          NULL},
    {"name",      FIELD_TEXT, offsetof(ValueArguments, name),       true,  "its name",                     NULL},
    {"key",       FIELD_TEXT, offsetof(ValueArguments, key),        true,  "which of its data",            NULL},
    {"append",    FIELD_TEXT, offsetof(ValueArguments, append),     false, "what is put behind its value",
     NULL                                                                                                      },
    {"value",     FIELD_TEXT, offsetof(ValueArguments, value),      false, "what it holds instead",        NULL},
    {"remove",    FIELD_BOOL, offsetof(ValueArguments, is_removed), false, "the key is not there",
     NULL                                                                                                      },
};

/* The value as it is to be, as base64; NULL: removed. */
static cJSON *new_value(const ValueArguments *value, const char *before)
{
    Buffer text = {0};
    char *bytes = NULL, *encoded;
    size_t length = 0;
    cJSON *node;

    if (value->is_removed)
        return cJSON_CreateNull();
    if (!value->value && json_base64_decode(before, &bytes, &length, NULL))
        buffer_add(&text, bytes, length);
    buffer_add_text(&text, value->value ? value->value : "");
    buffer_add_text(&text, value->append ? value->append : "");
    encoded = json_base64(text.data, text.length);
    node = cJSON_CreateString(encoded);
    free(encoded);
    free(bytes);
    buffer_release(&text);
    return node;
}

static void change_value(World *world, ArmedFault *fault, const void *arguments)
{
    const ValueArguments *value = arguments;
    KubeCluster *cluster = cluster_of(world, value->cluster);
    const cJSON *secret = cluster ? kube_find(cluster, "secrets", value->ns, value->name) : NULL;
    const cJSON *before = cJSON_GetObjectItemCaseSensitive(json_find(secret, "data"), value->key);
    cJSON *patch, *data;

    if (!cJSON_IsString(before))
        return;
    patch = cJSON_CreateObject();
    data = cJSON_AddObjectToObject(patch, "data");
    cJSON_AddItemToObject(data, value->key, new_value(value, before->valuestring));
    object_merge(cluster, "secrets", value->ns, value->name, "somebody", patch);
    fault_prove_by_call(fault, "kube.request", value->cluster, "GET", "secrets", value->name);
}

const FaultType FAULT_SECRET_CHANGED = {
    .name = "secretChanged",
    .summary = "a secret holds something else than it should",
    .dossier = "F-006",
    .witness = "a request for it",
    .fields = VALUE_FIELDS,
    .field_count = sizeof VALUE_FIELDS / sizeof *VALUE_FIELDS,
    .argument_size = sizeof(ValueArguments),
    .inject = change_value,
};

typedef struct {
    const char *plane;
} KeyArguments;

static const Field KEY_FIELDS[] = {
    {"plane", FIELD_TEXT, offsetof(KeyArguments, plane), true, "mp1 or mp2", NULL},
};

/* What the plane's IAM signs and checks with from now on, and what its secrets say. */
static void change_key(World *world, ArmedFault *fault, const void *arguments)
{
    Plane *plane = world_plane(world, ((const KeyArguments *)arguments)->plane);
    SigningKey *key;

    if (!plane)
        return;
    key = fault_new_key(fault);
    plane->iam_key = key;
    object_delete(plane->cluster, "secrets", plane->ns, "iam-signing-key");
    object_delete(plane->cluster, "secrets", plane->ns, "tsb-iam-jwks");
    object_secret(plane->cluster, plane->ns, "iam-signing-key", NULL, "kid", signing_key_kid(key),
                  "private.key", signing_key_pem(key), NULL);
    object_secret(plane->cluster, plane->ns, "tsb-iam-jwks", NULL, "kid", signing_key_kid(key),
                  NULL);
    fault_prove_by_call(fault, "kube.request", plane->name, "GET", "secrets", "iam-signing-key");
}

const FaultType FAULT_OTHER_SIGNING_KEY = {
    .name = "otherSigningKey",
    .summary = "a plane has an iam-signing-key of its own",
    .dossier = "F-002",
    .witness = "a request for the key",
    .fields = KEY_FIELDS,
    .field_count = 1,
    .argument_size = sizeof(KeyArguments),
    .inject = change_key,
};

typedef struct {
    const char *control_plane;
} TokenArguments;

static const Field TOKEN_FIELDS[] = {
    {"controlPlane", FIELD_TEXT, offsetof(TokenArguments, control_plane), true, "cp-0001", NULL},
};

static void stray_tokens(World *world, ArmedFault *fault, const void *arguments)
{
    ControlPlaneSite *site = world_site(world, ((const TokenArguments *)arguments)->control_plane);

    if (!site)
        return;
    tokens_stray(site->tokens, fault_new_key(fault));
    fault_prove_by_event(fault, EVENT_EDGE_STATE, site->name, "token");
    fault_prove_by_call(fault, "kube.request", site->name, "GET", "secrets",
                        "xcp-edge-central-auth-token");
}

static void empty_tokens(World *world, ArmedFault *fault, const void *arguments)
{
    ControlPlaneSite *site = world_site(world, ((const TokenArguments *)arguments)->control_plane);

    if (!site)
        return;
    tokens_spoil(site->tokens, true);
    fault_prove_by_event(fault, EVENT_TOKEN_CREATED, site->name, NULL);
}

static void fill_tokens(World *world, ArmedFault *fault, const void *arguments)
{
    ControlPlaneSite *site = world_site(world, ((const TokenArguments *)arguments)->control_plane);

    (void)fault;
    if (site)
        tokens_spoil(site->tokens, false);
}

const FaultType FAULT_TOKENS_EMPTY = {
    .name = "emptyTokens",
    .summary = "a control plane's operator writes token secrets that hold nothing",
    .dossier = "F-717",
    .witness = "a token secret that it wrote",
    .fields = TOKEN_FIELDS,
    .field_count = 1,
    .argument_size = sizeof(TokenArguments),
    .inject = empty_tokens,
    .clear = fill_tokens,
};

const FaultType FAULT_TOKENS_STRAY = {
    .name = "strayTokens",
    .summary = "a control plane's tokens are of another key, as after a rotation that it missed",
    .dossier = "F-004",
    .witness = "its edge, whose token is refused, or a request for that token",
    .fields = TOKEN_FIELDS,
    .field_count = 1,
    .argument_size = sizeof(TokenArguments),
    .inject = stray_tokens,
};
