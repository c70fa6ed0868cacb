/*
 * fakes/kubernetes/write/patch.c - an object after a JSON patch, a merge patch or a strategic merge; controllers write this way too.
 */
#include "fakes/kubernetes/write/inside.h"

#include <assert.h>
#include <string.h>

#include "fakes/kubernetes/owners/managed.h"
#include "fakes/kubernetes/patch/patch.h"
#include "fakes/kubernetes/patch/patched.h"
#include "fakes/kubernetes/scale.h"
#include "fakes/kubernetes/status.h"

bool write_check_patched(const Write *write, const KubeObject *old, KubePatch type,
                         const cJSON *patch, const cJSON *patched)
{
    char why[FORM_WHY_MAX], api_version[64];
    const char *uid = kube_metadata_text(patched, "uid");
    KubeCauses causes = {0};

    if (!cJSON_IsObject(patched))
        return patched_refuse(write, type, patch, patched, "json: cannot unmarshal into Go value");
    if (!rules_decode(write->kind, patched, why) || !write_check_fields(write, patched, why))
        return patched_refuse(write, type, patch, patched, why);
    kube_api_version(write->kind, api_version);
    if (strcmp(json_string_or(patched, "kind", ""), write->kind->kind) != 0 ||
        strcmp(json_string_or(patched, "apiVersion", ""), api_version) != 0)
        return patched_refuse_kind(write, type, patch, patched);
    if (!write_check_place(write, patched) || !write_check_version(write, old, patched, false))
        return false;
    if (*uid && strcmp(uid, kube_metadata_text(kube_object_json(old), "uid")) != 0)
        for (int i = 0; i < 2; i++) /* it is looked at for all kinds, and again for each */
            causes_add(&causes, "FieldValueInvalid", "metadata.uid",
                       "Invalid value: \"%s\": field is immutable", uid);
    return causes_end(&causes, write->kind->group, write->kind->kind, write->name, write->status);
}

static bool apply_merge(cJSON **target, const cJSON *patch, KubeStatus *status)
{
    if (!cJSON_IsObject(patch))
        return status_bad_request(
            status,
            "error decoding patch: json: cannot unmarshal %s into Go value of "
            "type map[string]interface {}",
            cJSON_IsArray(patch) ? "array" : "value");
    *target = patch_merge(*target, patch);
    return true;
}

static bool apply_operations(cJSON **target, const cJSON *patch, KubeStatus *status)
{
    if (!cJSON_IsArray(patch))
        return status_bad_request(status, "error decoding patch: json: cannot unmarshal object "
                                          "into Go value of type []handlers.jsonPatchOp");
    return patch_json(target, patch, NULL) ||
           status_set(status, 422, "Invalid", cJSON_CreateObject(),
                      "the server rejected our request due to an error in our request");
}

/* The fields of what is patched. */
static const KubeType *type_of(const Write *write)
{
    return write->part == KUBE_SCALE_PART ? kube_type_of("autoscaling/v1", "Scale")
                                          : kube_kind_type(write->kind);
}

static bool apply_strategic(const Write *write, cJSON **target, const cJSON *patch)
{
    Error err = {0};

    if (!cJSON_IsObject(patch))
        return apply_merge(target, patch, write->status);
    if (patch_strategic(target, patch, type_of(write), &err))
        return true;
    return err.code == ERR_INPUT ? status_bad_request(write->status, "%s", err.message)
                                 : status_set(write->status, 500, "", NULL, "%s", err.message);
}

static bool apply_patch(const Write *write, KubePatch type, const cJSON *patch, cJSON **target)
{
    bool is_custom = kube_kind_has(write->kind, KUBE_CUSTOM);

    switch (type) {
    case KUBE_MERGE_PATCH:
        return apply_merge(target, patch, write->status);
    case KUBE_JSON_PATCH:
        return apply_operations(target, patch, write->status);
    case KUBE_STRATEGIC_PATCH:
        if (!is_custom || write->part == KUBE_SCALE_PART)
            return apply_strategic(write, target, patch);
        break;
    case KUBE_APPLY_PATCH:
        assert(false); /* apply_config */
    }
    return status_set(write->status, 415, "UnsupportedMediaType", NULL,
                      "the body of the request was in an unknown format - accepted media types "
                      "include: application/json-patch+json, application/merge-patch+json, "
                      "application/apply-patch+yaml");
}

static bool patch_scale(const Write *write, KubeObject *old, KubePatch type, const cJSON *patch)
{
    cJSON *scale = scale_of_kind(write->kind, kube_object_json(old)), *next = NULL;
    const cJSON *replicas;

    managed_show_scale(kube_object_json(old), scale);
    if (type == KUBE_JSON_PATCH)
        managers_expand(scale);
    if (apply_patch(write, type, patch, &scale)) {
        replicas = json_find(scale, "spec/replicas");
        if (replicas != NULL && !cJSON_IsNumber(replicas))
            patched_refuse(write, type, patch, scale,
                           "json: cannot unmarshal string into Go struct field "
                           "ScaleSpec.spec.replicas of type int32");
        else if (write_check_place(write, scale) && write_check_version(write, old, scale, false))
            next = write_unscale(write, old, scale);
    }
    cJSON_Delete(scale);
    return next != NULL && write_next(write, old, next);
}

static bool patch_object(const Write *write, KubeObject *old, KubePatch type, const cJSON *patch)
{
    cJSON *next = write_as_written(write->kind, kube_object_json(old));

    write_set_type(write->kind, next);
    if (type == KUBE_JSON_PATCH) /* which may point into them */
        managers_expand(next);
    if (apply_patch(write, type, patch, &next) &&
        write_check_patched(write, old, type, patch, next))
        return write_version(write, old, next);
    cJSON_Delete(next);
    return false;
}

/* Its many parameters are the parts of a URL. NOLINTNEXTLINE(readability-function-size) */
bool kube_patch(KubeCluster *cluster, const char *resource, const char *ns, const char *name,
                KubePart part, KubePatch type, const cJSON *patch, const KubeWriter *writer,
                const cJSON **out_object, KubeStatus *status)
{
    Write write = write_new(cluster, resource, ns, name, writer, out_object, status);
    KubeObject *old = store_find(cluster, write.kind, write.ns, write.name);

    write.part = part;
    if (old == NULL && (type != KUBE_APPLY_PATCH || part != KUBE_MAIN))
        return status_not_found(status, write.kind, name);
    if (type == KUBE_APPLY_PATCH)
        return write_apply_config(&write, old, patch);
    return part == KUBE_SCALE_PART ? patch_scale(&write, old, type, patch)
                                   : patch_object(&write, old, type, patch);
}

void kube_set_status(KubeCluster *cluster, const char *resource, const char *ns, const char *name,
                     const char *manager, const cJSON *status_patch)
{
    const KubeWriter writer = {.manager = manager};
    cJSON *patch = cJSON_CreateObject();
    bool ok;

    cJSON_AddItemReferenceToObject(patch, "status", (cJSON *)status_patch);
    ok = kube_patch(cluster, resource, ns, name, KUBE_STATUS_PART, KUBE_MERGE_PATCH, patch, &writer,
                    NULL, NULL);
    assert(ok && "a controller's status patch was refused");
    cJSON_Delete(patch);
}

void kube_merge(KubeCluster *cluster, const char *resource, const char *ns, const char *name,
                const char *manager, const cJSON *patch)
{
    const KubeWriter writer = {.manager = manager};
    bool ok = kube_patch(cluster, resource, ns, name, KUBE_MAIN, KUBE_MERGE_PATCH, patch, &writer,
                         NULL, NULL);

    assert(ok && "a controller's patch was refused");
    (void)ok;
}
