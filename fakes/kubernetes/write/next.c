/*
 * fakes/kubernetes/write/next.c - the state of an object after another one: what clients cannot change is carried over, the part that is written chosen.
 */
#include "fakes/kubernetes/write/inside.h"

#include <string.h>

#include "fakes/kubernetes/form/convert.h"
#include "fakes/kubernetes/owners/managed.h"
#include "fakes/kubernetes/status.h"

/* What no update moves; resourceVersion so that two equal states compare equal. */
static void carry_identity(cJSON *next, const cJSON *old)
{
    static const char *const KEYS[] = {"name",
                                       "namespace",
                                       "uid",
                                       "generation",
                                       "creationTimestamp",
                                       "deletionTimestamp",
                                       "generateName",
                                       "deletionGracePeriodSeconds",
                                       "resourceVersion"};
    const cJSON *before = cJSON_GetObjectItemCaseSensitive(old, "metadata");
    cJSON *metadata = kube_metadata(next);

    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++)
        write_carry_over(metadata, before, KEYS[i]);
}

/* Of some subresources one field is all that they write; NULL: of this one not. */
static const char *only_path(KubePart part)
{
    static const char *const PATHS[] = {[KUBE_FINALIZE_PART] = "spec/finalizers",
                                        [KUBE_APPROVAL_PART] = "status/conditions",
                                        [KUBE_EPHEMERAL_PART] = "spec/ephemeralContainers",
                                        [KUBE_BINDING_PART] = NULL};

    return PATHS[part];
}

/* The old state with what next has at the path. next is consumed. */
static cJSON *choose_path(const KubeObject *old, cJSON *next, const char *path)
{
    cJSON *chosen = cJSON_Duplicate(kube_object_json(old), true);
    const cJSON *value = json_find(next, path);

    json_remove(chosen, path);
    if (value != NULL)
        json_put(chosen, path, cJSON_Duplicate(value, true));
    write_carry_over(kube_metadata(chosen), kube_metadata(next), "managedFields");
    cJSON_Delete(next);
    return chosen;
}

static bool is_among(const char *const *keys, const char *key)
{
    while (*keys != NULL && strcmp(*keys, key) != 0)
        keys++;
    return *keys != NULL;
}

/* All of to becomes what it is in from, but for these keys. */
static void carry_others(cJSON *to, const cJSON *from, const char *const *kept)
{
    const cJSON *item;

    for (cJSON *member = to->child, *next; member != NULL; member = next) {
        next = member->next;
        if (!is_among(kept, member->string) &&
            cJSON_GetObjectItemCaseSensitive(from, member->string) == NULL)
            cJSON_Delete(cJSON_DetachItemViaPointer(to, member));
    }
    cJSON_ArrayForEach(item, from)
    {
        if (!is_among(kept, item->string))
            write_carry_over(to, from, item->string);
    }
}

/* The Deployment controller writes the revision together with the status. */
static void keep_status(const Write *write, const cJSON *old, cJSON *next)
{
    static const char *const PARTS[] = {"status", "metadata", NULL};
    static const char *const METADATA[] = {"managedFields", "annotations", NULL};
    static const char *const MANAGERS[] = {"managedFields", NULL};
    bool is_deployment = strcmp(write->kind->plural, "deployments") == 0;

    carry_others(next, old, PARTS);
    carry_others(kube_metadata(next), cJSON_GetObjectItemCaseSensitive(old, "metadata"),
                 is_deployment ? METADATA : MANAGERS);
}

/* The next state as far as this part may write it. next is consumed. */
static cJSON *choose_part(const Write *write, const KubeObject *old, cJSON *next)
{
    if (only_path(write->part) != NULL)
        return choose_path(old, next, only_path(write->part));
    if (write->part == KUBE_STATUS_PART)
        keep_status(write, kube_object_json(old), next);
    else if (write->part != KUBE_BINDING_PART && kube_kind_has(write->kind, KUBE_WITH_STATUS))
        write_carry_over(next, kube_object_json(old), "status");
    return next;
}

static bool check_finalizers(const Write *write, const cJSON *old, const cJSON *next)
{
    const cJSON *before = json_find(old, "metadata/finalizers"), *finalizer, *known;
    KubeCauses causes = {0};

    if (!write_is_leaving(old))
        return true;
    cJSON_ArrayForEach(finalizer, json_find(next, "metadata/finalizers"))
    {
        bool was_there = false;

        cJSON_ArrayForEach(known, before) was_there |= json_equal(known, finalizer);
        if (!was_there)
            causes_add(&causes, "FieldValueForbidden", "metadata.finalizers",
                       "Forbidden: no new finalizers can be added if the object is being deleted, "
                       "found new finalizers []string{\"%s\"}",
                       json_string_or(finalizer, "", ""));
    }
    return causes_end(&causes, write->kind->group, write->kind->kind, write->name, write->status);
}

static void move_generation(const KubeKind *kind, const cJSON *old, cJSON *next)
{
    int64_t generation = json_integer_or(old, "metadata/generation", 0);

    if (rules_moves_generation(kind, old, next))
        json_put_integer(next, "metadata/generation", generation + 1);
}

static bool is_empty(const cJSON *json, const char *path)
{
    const cJSON *list = json_find(json, path);

    return list == NULL || list->child == NULL;
}

/* A namespace goes when it is empty, not when its finalizers are, unless somebody says that it is finalized. */
static bool is_free_to_go(const Write *write, const cJSON *json)
{
    bool is_kept = strcmp(write->kind->plural, "namespaces") == 0 &&
                   (write->part != KUBE_FINALIZE_PART || !is_empty(json, "spec/finalizers"));

    return !is_kept && write_is_leaving(json) && is_empty(json, "metadata/finalizers") &&
           json_integer_or(json, "metadata/deletionGracePeriodSeconds", 0) == 0;
}

bool write_version(const Write *write, KubeObject *old, cJSON *next)
{
    const Write kept = write_kept(write);

    if (kept.kind != write->kind)
        convert_to_kept(write->kind, next);
    return write_next(&kept, old, next);
}

bool write_next(const Write *write, KubeObject *old, cJSON *next)
{
    KubeCluster *cluster = write->cluster;

    managed_prepare(next);
    /* Who writes a status owns what it sent, even where it is not heard; of other writes, what they come to. */
    if (write->part == KUBE_STATUS_PART)
        write_note_owners(write, kube_object_json(old), next);
    next = choose_part(write, old, next);
    carry_identity(next, kube_object_json(old));
    write_set_type(write_stored_kind(write), next);
    if (write->part == KUBE_STATUS_PART)
        rules_normalize_status(write->kind, next);
    else {
        rules_normalize(write->kind, kube_object_json(old), next);
        write_note_owners(write, kube_object_json(old), next);
    }
    if (!write_ask_mutating(write, kube_object_json(old), &next) ||
        (write->part == KUBE_MAIN && !write_give(write, kube_object_json(old), next)) ||
        !rules_validate(write->kind, only_path(write->part) ? NULL : kube_object_json(old), next,
                        write->status) ||
        !check_finalizers(write, kube_object_json(old), next) ||
        !write_ask_validating(write, kube_object_json(old), next)) {
        cJSON_Delete(next);
        return false;
    }
    if (write->part != KUBE_STATUS_PART)
        move_generation(write->kind, kube_object_json(old), next);
    if (managed_is_same(kube_object_json(old), next)) {
        cJSON_Delete(next);
        return write_done(write, old);
    }
    if (write_is_dry(write))
        return write_done(write, store_scratch(cluster, write->kind, next));
    if (is_free_to_go(write, next))
        return write_done(write, store_remove(cluster, old, next, write_manager(write)));
    return write_put(write, next);
}
