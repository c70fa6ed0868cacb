/*
 * fakes/kubernetes/form/rules.c - what holds kind by kind: its type, its stored form, what moves its generation.
 *
 * Validation is in validate.c.
 */
#include "fakes/kubernetes/form/rules.h"

#include <stdlib.h>
#include <string.h>

#include "fakes/kubernetes/form/crd.h"
#include "fakes/kubernetes/form/job.h"
#include "fakes/kubernetes/object.h"
#include "fakes/kubernetes/form/schema.h"
#include "fakes/kubernetes/types/inside.h"
#include "fakes/kubernetes/access/validate_roles.h"

static bool is_kind(const KubeKind *kind, const char *plural)
{
    return strcmp(kind->plural, plural) == 0 && !kube_kind_has(kind, KUBE_CUSTOM);
}

/* ---- types ------------------------------------------------------------------------------------ */

/* A custom resource of which no schema is known. */
static const KubeRules AN_OBJECT = {.type = "object"};
static const KubeType ANY_OBJECT = {.shape = KUBE_OBJECT,
                                    .unit = KUBE_GRANULAR,
                                    .keeps_unknown = true,
                                    .rules = &AN_OBJECT};
static const KubeField UNTYPED_FIELDS[] = {
    {.name = "apiVersion", .type = &TYPE_STRING     },
    {.name = "kind",       .type = &TYPE_STRING     },
    {.name = "metadata",   .type = &TYPE_OBJECT_META},
    {.name = "spec",       .type = &ANY_OBJECT      },
    {.name = "status",     .type = &ANY_OBJECT      },
};
static const KubeType UNTYPED = {OBJECT(UNTYPED_FIELDS), .rules = &AN_OBJECT};

/* A built-in kind without a table. */
static const KubeField UNLISTED_FIELDS[] = {
    {.name = "metadata", .type = &TYPE_OBJECT_META, .keeps_zero = true},
};
static const KubeType UNLISTED = {OBJECT(UNLISTED_FIELDS), .keeps_unknown = true};

const KubeType *rules_type(const KubeKind *kind)
{
    const KubeType *type = kube_kind_type(kind);

    if (type != NULL)
        return type;
    return kube_kind_has(kind, KUBE_CUSTOM) ? &UNTYPED : &UNLISTED;
}

bool rules_decode(const KubeKind *kind, const cJSON *json, char out_why[FORM_WHY_MAX])
{
    const cJSON *metadata = cJSON_GetObjectItemCaseSensitive(json, "metadata");

    if (!kube_kind_has(kind, KUBE_CUSTOM))
        return form_decode(rules_type(kind), json, out_why);
    return metadata == NULL || form_decode(&TYPE_OBJECT_META, metadata, out_why);
}

/* ---- the stored form -------------------------------------------------------------------------- */

/* What a client may send and the server writes itself, or never. */
static void normalize_metadata(cJSON *metadata)
{
    static const char *const DROPPED[] = {"selfLink"};

    for (size_t i = 0; i < sizeof DROPPED / sizeof *DROPPED; i++)
        cJSON_DeleteItemFromObjectCaseSensitive(metadata, DROPPED[i]);
}

static void merge_string_data(cJSON *json)
{
    cJSON *plain = cJSON_DetachItemFromObjectCaseSensitive(json, "stringData"), *item;
    cJSON *data = cJSON_GetObjectItemCaseSensitive(json, "data");

    if (plain != NULL && data == NULL)
        data = cJSON_AddObjectToObject(json, "data");
    cJSON_ArrayForEach(item, plain)
    {
        const char *text = cJSON_IsString(item) ? item->valuestring : "";
        char *encoded = json_base64(text, strlen(text));

        cJSON_DeleteItemFromObjectCaseSensitive(data, item->string);
        cJSON_AddStringToObject(data, item->string, encoded);
        free(encoded);
    }
    cJSON_Delete(plain);
}

static void normalize_namespace(cJSON *json)
{
    const char *name = kube_metadata_text(json, "name");
    cJSON *metadata = kube_metadata(json), *labels;

    labels = cJSON_GetObjectItemCaseSensitive(metadata, "labels");
    if (!cJSON_IsObject(labels)) {
        cJSON_DeleteItemFromObjectCaseSensitive(metadata, "labels");
        labels = cJSON_AddObjectToObject(metadata, "labels");
    }
    if (cJSON_GetObjectItemCaseSensitive(labels, "kubernetes.io/metadata.name") == NULL)
        cJSON_AddStringToObject(labels, "kubernetes.io/metadata.name", name);
}

void rules_normalize(const KubeKind *kind, const cJSON *old, cJSON *json)
{
    normalize_metadata(kube_metadata(json));
    if (strcmp(kind->group, "rbac.authorization.k8s.io") == 0)
        default_role_groups(json);
    if (is_kind(kind, "secrets"))
        merge_string_data(json);
    if (is_kind(kind, "namespaces"))
        normalize_namespace(json);
    if (crd_is_definition(kind))
        crd_settle_status(old, json);
    form_settle(rules_type(kind), json);
}

static bool tolerates(const cJSON *tolerations, const char *key)
{
    const cJSON *toleration;

    cJSON_ArrayForEach(toleration, tolerations)
    {
        const char *other = json_string_or(toleration, "key", "");
        const char *effect = json_string_or(toleration, "effect", "");

        if ((*other == 0 || strcmp(other, key) == 0) &&
            (*effect == 0 || strcmp(effect, "NoExecute") == 0))
            return true;
    }
    return false;
}

/* A node may be away for five minutes before its pods go, unless they say otherwise. */
static void tolerate_absence(cJSON *spec)
{
    static const char *const KEYS[] = {"node.kubernetes.io/not-ready",
                                       "node.kubernetes.io/unreachable"};
    cJSON *tolerations = cJSON_GetObjectItemCaseSensitive(spec, "tolerations");

    if (!cJSON_IsArray(tolerations))
        tolerations = cJSON_AddArrayToObject(spec, "tolerations");
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++) {
        cJSON *toleration;

        if (tolerates(tolerations, KEYS[i]))
            continue;
        cJSON_AddItemToArray(tolerations, toleration = cJSON_CreateObject());
        cJSON_AddStringToObject(toleration, "key", KEYS[i]);
        cJSON_AddStringToObject(toleration, "operator", "Exists");
        cJSON_AddStringToObject(toleration, "effect", "NoExecute");
        cJSON_AddNumberToObject(toleration, "tolerationSeconds", 300);
    }
}

/* What the admission plugins give a pod. */
static void admit_pod(const KubeKind *kind, cJSON *json)
{
    cJSON *spec = cJSON_GetObjectItemCaseSensitive(json, "spec");

    if (!cJSON_IsObject(spec))
        return;
    tolerate_absence(spec);
    if (!json_has(spec, "priority")) {
        cJSON_AddNumberToObject(spec, "priority", 0);
        json_put_string(spec, "preemptionPolicy", "PreemptLowerPriority");
    }
    form_settle_member(rules_type(kind), json, "spec");
}

void rules_complete(const KubeKind *kind, const cJSON *old, cJSON *json)
{
    if (is_kind(kind, "namespaces") && old == NULL) {
        if (json_find(json, "spec/finalizers/0") == NULL)
            json_put(json, "spec/finalizers",
                     cJSON_CreateStringArray((const char *[]){"kubernetes"}, 1));
        json_put_string(json, "status/phase", "Active");
    }
    if (is_kind(kind, "pods"))
        admit_pod(kind, json);
    if (is_kind(kind, "jobs") && old == NULL) {
        job_assign(json);
        form_settle_member(rules_type(kind), json, "spec");
    }
    if (is_kind(kind, "services"))
        form_settle_member(rules_type(kind), json, "spec");
}

void rules_normalize_status(const KubeKind *kind, cJSON *json)
{
    form_settle_member(rules_type(kind), json, "status");
}

/* ---- generation ------------------------------------------------------------------------------- */

static bool differs(const cJSON *a, const cJSON *b, const char *key)
{
    const cJSON *left = cJSON_GetObjectItemCaseSensitive(a, key);
    const cJSON *right = cJSON_GetObjectItemCaseSensitive(b, key);

    if (left == NULL || right == NULL)
        return left != right;
    return !json_equal(left, right);
}

/* Any key but metadata, and status where that is a part of its own, that a has and b has not, or has otherwise. */
static bool has_change(const KubeKind *kind, const cJSON *a, const cJSON *b)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, a)
    {
        if (strcmp(item->string, "metadata") == 0 ||
            (strcmp(item->string, "status") == 0 && kube_kind_has(kind, KUBE_WITH_STATUS)))
            continue;
        if (differs(a, b, item->string))
            return true;
    }
    return false;
}

bool rules_moves_generation(const KubeKind *kind, const cJSON *old, const cJSON *json)
{
    if (!kube_kind_has(kind, KUBE_WITH_GENERATION))
        return false;
    if (is_kind(kind, "deployments") &&
        differs(json_find(old, "metadata"), json_find(json, "metadata"), "annotations"))
        return true;
    return has_change(kind, old, json) || has_change(kind, json, old);
}
