/*
 * fakes/kubernetes/write/update.c - an object, or its scale, as a client wants it to be.
 */
#include "fakes/kubernetes/write/inside.h"

#include <string.h>

#include "fakes/kubernetes/scale.h"
#include "fakes/kubernetes/status.h"

cJSON *write_unscale(const Write *write, const KubeObject *old, const cJSON *scale)
{
    int64_t replicas = json_integer_or(scale, "spec/replicas", 0);
    KubeCauses causes = {0};
    cJSON *next;

    if (replicas < 0)
        causes_add(&causes, "FieldValueInvalid", "spec.replicas",
                   "Invalid value: %lld: must be greater than or equal to 0", (long long)replicas);
    if (!causes_end(&causes, "autoscaling", "Scale", write->name, write->status))
        return NULL;
    next = cJSON_Duplicate(kube_object_json(old), true);
    json_put_integer(next, scale_replicas_path(write->kind), replicas);
    return next;
}

static bool update(const Write *write, const cJSON *object)
{
    KubeObject *old = store_find(write->cluster, write->kind, write->ns, write->name);
    const char *uid = kube_metadata_text(object, "uid");
    bool is_scale = write->part == KUBE_SCALE_PART;
    cJSON *next;

    if (!write_check_place(write, object) || (!is_scale && !write_check_form(write, object)))
        return false;
    if (old == NULL)
        return *uid ? write_refuse_uid(write, uid, "")
                    : status_not_found(write->status, write->kind, write->name);
    if (*uid && strcmp(uid, kube_metadata_text(kube_object_json(old), "uid")) != 0)
        return write_refuse_uid(write, uid, kube_metadata_text(kube_object_json(old), "uid"));
    if (!write_check_version(write, old, object,
                             kube_kind_has(write->kind, KUBE_CUSTOM) && !is_scale))
        return false;
    next = is_scale ? write_unscale(write, old, object) : cJSON_Duplicate(object, true);
    return next != NULL && write_version(write, old, next);
}

/* Its many parameters are the parts of a URL. NOLINTNEXTLINE(readability-function-size) */
bool kube_update(KubeCluster *cluster, const char *resource, const char *ns, const char *name,
                 KubePart part, const cJSON *object, const KubeWriter *writer,
                 const cJSON **out_object, KubeStatus *status)
{
    Write write = write_new(cluster, resource, ns, name, writer, out_object, status);

    write.part = part;
    return update(&write, object);
}
