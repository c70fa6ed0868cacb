/*
 * fakes/kubernetes/write/apply.c - an object after server-side apply.
 */
#include "fakes/kubernetes/write/inside.h"

#include <stdlib.h>

#include "base/memory.h"
#include "fakes/kubernetes/owners/managed.h"
#include "fakes/kubernetes/status.h"

/* What a configuration makes of nothing. next is owned from now on. */
static bool create_applied(const Write *write, cJSON *next)
{
    const char *uid = kube_metadata_text(next, "uid");
    char *why;

    if (*uid == 0 && *kube_metadata_text(next, "name")) {
        cJSON_DeleteItemFromObjectCaseSensitive(kube_metadata(next), "resourceVersion");
        return write_put_new(write, next);
    }
    why = memory_format("uid mismatch: the provided object specified uid %s, and no existing "
                        "object was found",
                        uid);
    if (*uid)
        status_conflict(write->status, write->kind, write->name, why);
    else
        status_bad_request(write->status, "the name of the object (based on URL) was "
                                          "undeterminable: name must be provided");
    free(why);
    cJSON_Delete(next);
    return false;
}

bool write_apply_config(const Write *write, KubeObject *old, const cJSON *config)
{
    Write applied = *write;
    const cJSON *live = old != NULL ? kube_object_json(old) : NULL;
    cJSON *converted = NULL, *next;
    bool ok;

    applied.is_applied = true;
    if (kube_kind_has(write->kind, KUBE_CONVERTED))
        live = converted = write_as_written(write->kind, live);
    ok = managed_apply(write, live, config, &next);
    cJSON_Delete(converted);
    if (!ok)
        return false;
    if (old == NULL)
        return create_applied(&applied, next);
    if (write->part == KUBE_SCALE_PART
            ? write_check_place(write, config)
            : write_check_patched(write, old, KUBE_APPLY_PATCH, config, next))
        return write_version(&applied, old, next);
    cJSON_Delete(next);
    return false;
}
