/*
 * fakes/kubernetes/write/write.c - what every write has in common: what it is of, whose it is, and how its outcome reaches the shelf.
 */
#include "fakes/kubernetes/write/inside.h"

#include <assert.h>
#include <string.h>

#include "fakes/kubernetes/form/convert.h"
#include "fakes/kubernetes/form/crd.h"
#include "fakes/kubernetes/form/service.h"
#include "fakes/kubernetes/owners/managed.h"

const char *write_manager(const Write *write)
{
    return write->writer && write->writer->manager ? write->writer->manager : "";
}

const char *write_part_name(KubePart part)
{
    static const char *const NAMES[] = {
        [KUBE_MAIN] = "",
        [KUBE_STATUS_PART] = "status",
        [KUBE_SCALE_PART] = "scale",
        [KUBE_FINALIZE_PART] = "finalize",
        [KUBE_APPROVAL_PART] = "approval",
        [KUBE_EPHEMERAL_PART] = "ephemeralcontainers",
        [KUBE_BINDING_PART] = "binding",
    };

    return NAMES[part];
}

bool write_is_dry(const Write *write)
{
    return write->writer != NULL && write->writer->dry_run;
}

bool write_done(const Write *write, const KubeObject *object)
{
    if (write->out_object != NULL)
        *write->out_object = kube_object_json(object);
    return true;
}

bool write_is_leaving(const cJSON *json)
{
    return *kube_metadata_text(json, "deletionTimestamp") != 0;
}

Write write_new(KubeCluster *cluster, const char *resource, const char *ns, const char *name,
                const KubeWriter *writer, const cJSON **out_object, KubeStatus *status)
{
    const KubeKind *kind =
        writer && writer->as ? writer->as : kube_kind_named(&cluster->kinds, resource);

    assert(kind != NULL && !kube_kind_has(kind, KUBE_REVIEW));
    return (Write){cluster,
                   kind,
                   ns && kube_kind_has(kind, KUBE_NAMESPACED) ? ns : "",
                   name ? name : "",
                   KUBE_MAIN,
                   writer,
                   out_object,
                   status,
                   false,
                   NULL};
}

void write_set_text(cJSON *json, const char *key, const char *text)
{
    cJSON_DeleteItemFromObjectCaseSensitive(json, key);
    cJSON_AddStringToObject(json, key, text);
}

const KubeKind *write_stored_kind(const Write *write)
{
    return write->writer != NULL && write->writer->as != NULL &&
                   kube_kind_has(write->kind, KUBE_CUSTOM)
               ? kube_kind_find(&write->cluster->kinds, write->kind->group, NULL,
                                write->kind->plural)
               : write->kind;
}

Write write_kept(const Write *write)
{
    Write kept = *write;

    kept.kind = kube_kind_kept(write->kind);
    return kept;
}

cJSON *write_as_written(const KubeKind *kind, const cJSON *kept)
{
    cJSON *json = cJSON_Duplicate(kept, true);

    if (json != NULL && kube_kind_has(kind, KUBE_CONVERTED))
        convert_from_kept(kind, json);
    return json;
}

void write_carry_over(cJSON *to, const cJSON *from, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(from, key);

    if (json_equal(item, cJSON_GetObjectItemCaseSensitive(to, key)))
        return;
    cJSON_DeleteItemFromObjectCaseSensitive(to, key);
    if (item != NULL)
        cJSON_AddItemToObject(to, key, cJSON_Duplicate(item, true));
}

void write_note_owners(const Write *write, const cJSON *old, cJSON *next)
{
    const KubeKind *as = write->writer != NULL ? write->writer->as : NULL;
    Write written = *write;
    cJSON *before, *after;

    if (as == NULL || !kube_kind_has(as, KUBE_CONVERTED)) {
        managed_update(write, old, next);
        return;
    }
    written.kind = as;
    before = write_as_written(as, old);
    after = write_as_written(as, next);
    managed_update(&written, before, after);
    write_carry_over(kube_metadata(next), kube_metadata(after), "managedFields");
    cJSON_Delete(before);
    cJSON_Delete(after);
}

bool write_put(const Write *write, cJSON *json)
{
    KubeObject *object =
        store_put(write->cluster, write_stored_kind(write), json, write_manager(write));

    if (!crd_is_definition(write->kind) || write->part != KUBE_MAIN)
        return write_done(write, object);
    write_done(write, store_scratch(write->cluster, write->kind, cJSON_Duplicate(json, true)));
    crd_establish(write->cluster, object);
    return true;
}

void write_set_type(const KubeKind *kind, cJSON *json)
{
    char api_version[64];

    if (strcmp(json_string_or(json, "kind", ""), kind->kind) != 0)
        write_set_text(json, "kind", kind->kind);
    if (strcmp(json_string_or(json, "apiVersion", ""), kube_api_version(kind, api_version)) != 0)
        write_set_text(json, "apiVersion", api_version);
}

static bool is_service(const KubeKind *kind)
{
    return strcmp(kind->plural, "services") == 0 && *kind->group == '\0';
}

bool write_give(const Write *write, const cJSON *old, cJSON *json)
{
    if (is_service(write->kind) && !service_assign(write->cluster, old, json, write->status))
        return false;
    rules_complete(write->kind, old, json);
    return true;
}
