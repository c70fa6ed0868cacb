/*
 * fakes/kubernetes/write/ask.c - webhooks are asked, and what they make of an object is brought into form again.
 */
#include "fakes/kubernetes/write/inside.h"

#include "fakes/kubernetes/scale.h"
#include "fakes/kubernetes/status.h"

KubeAdmitted write_admitted(const Write *write, const char *operation, const cJSON *object,
                            const cJSON *old)
{
    return (KubeAdmitted){.cluster = write->cluster,
                          .kind = write->kind,
                          .subresource = write_part_name(write->part),
                          .operation = operation,
                          .ns = write->ns,
                          .name = write->name,
                          .object = object,
                          .old = old};
}

static KubeAdmission *admission_of(const Write *write)
{
    return write->writer ? write->writer->admission : NULL;
}

/* Who scales is asked about with the Scale, which cannot be changed on the way. */
static bool ask_about_scale(const Write *write, const cJSON *old, const cJSON *json,
                            bool is_validating)
{
    cJSON *before = scale_of_kind(write->kind, old), *after = scale_of_kind(write->kind, json);
    KubeAdmitted admitted = write_admitted(write, "UPDATE", after, before);
    bool is_changed, ok = is_validating
                              ? webhooks_validate(admission_of(write), &admitted, write->status)
                              : webhooks_mutate(admission_of(write), &admitted, NULL, &is_changed,
                                                write->status);

    cJSON_Delete(before);
    cJSON_Delete(after);
    return ok;
}

bool write_ask_mutating(const Write *write, const cJSON *old, cJSON **json)
{
    const KubeKind *kept = kube_kind_kept(write->kind);
    KubeAdmitted admitted = write_admitted(write, old ? "UPDATE" : "CREATE", *json, old);
    char why[FORM_WHY_MAX];
    bool is_changed;

    if (admission_of(write) == NULL)
        return true;
    if (write->part == KUBE_SCALE_PART)
        return ask_about_scale(write, old, *json, false);
    if (!webhooks_mutate(admission_of(write), &admitted, json, &is_changed, write->status))
        return false;
    if (!is_changed)
        return true;
    if (!rules_decode(kept, *json, why))
        return status_set(write->status, 500, "InternalError", NULL, "Internal error occurred: %s",
                          why);
    if (write->part == KUBE_STATUS_PART)
        rules_normalize_status(kept, *json);
    else
        rules_normalize(kept, old, *json);
    return true;
}

bool write_ask_validating(const Write *write, const cJSON *old, const cJSON *json)
{
    KubeAdmitted admitted = write_admitted(write, old ? "UPDATE" : "CREATE", json, old);

    if (admission_of(write) == NULL)
        return true;
    return write->part == KUBE_SCALE_PART
               ? ask_about_scale(write, old, json, true)
               : webhooks_validate(admission_of(write), &admitted, write->status);
}
