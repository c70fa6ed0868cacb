/*
 * fakes/kubernetes/write/create.c - an object that was not there.
 */
#include "fakes/kubernetes/write/inside.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fakes/kubernetes/form/convert.h"
#include "fakes/kubernetes/form/crd.h"
#include "fakes/kubernetes/owners/managed.h"
#include "fakes/kubernetes/status.h"

static bool check_namespace(const Write *write)
{
    const KubeKind *namespaces = kube_kind_named(&write->cluster->kinds, "namespaces");
    KubeObject *found;
    cJSON *details, *causes, *cause;
    char resource[128];

    if (!kube_kind_has(write->kind, KUBE_NAMESPACED))
        return true;
    found = store_find(write->cluster, namespaces, "", write->ns);
    if (found == NULL)
        return status_not_found(write->status, namespaces, write->ns);
    if (!write_is_leaving(kube_object_json(found)))
        return true;
    details = status_details(write->name, write->kind->group, write->kind->plural);
    causes = cJSON_AddArrayToObject(details, "causes");
    cJSON_AddItemToArray(causes, cause = cJSON_CreateObject());
    cJSON_AddStringToObject(cause, "reason", "NamespaceTerminating");
    cJSON_AddStringToObject(cause, "message", "namespace is being terminated");
    cJSON_AddStringToObject(cause, "field", "metadata.namespace");
    return status_set(
        write->status, 403, "Forbidden", details,
        "%s \"%s\" is forbidden: unable to create new content in namespace %s because "
        "it is being terminated",
        status_resource_name(write->kind, resource), write->name, write->ns);
}

/* generateName's suffix: letters and digits that make no words. */
static void generate_name(KubeCluster *cluster, cJSON *metadata, const char *base)
{
    static const char LETTERS[] = "bcdfghjklmnpqrstvwxz2456789";
    char *name = memory_format("%.58s-----", base);
    size_t length = strlen(name);

    for (size_t i = length - 5; i < length; i++)
        name[i] = LETTERS[random_below(&cluster->random, sizeof LETTERS - 1)];
    write_set_text(metadata, "name", name);
    free(name);
}

/* What every new object is given, in place of whatever the client said. */
static void give_birth(const Write *write, cJSON *json)
{
    static const char *const DROPPED[] = {"uid", "creationTimestamp", "deletionTimestamp",
                                          "deletionGracePeriodSeconds"};
    cJSON *metadata = kube_metadata(json);
    const char *base = kube_metadata_text(json, "generateName");
    char text[CLOCK_TEXT_MAX];

    for (size_t i = 0; i < sizeof DROPPED / sizeof *DROPPED; i++)
        cJSON_DeleteItemFromObjectCaseSensitive(metadata, DROPPED[i]);
    if (*kube_metadata_text(json, "name") == 0 && *base)
        generate_name(write->cluster, metadata, base);
    if (kube_kind_has(write->kind, KUBE_NAMESPACED))
        write_set_text(metadata, "namespace", write->ns);
    else
        cJSON_DeleteItemFromObjectCaseSensitive(metadata, "namespace");
    random_uuid(&write->cluster->random, text);
    cJSON_AddStringToObject(metadata, "uid", text);
    cJSON_AddStringToObject(metadata, "creationTimestamp",
                            clock_rfc3339(kube_cluster_now_ms(write->cluster), text));
    if (kube_kind_has(write->kind, KUBE_WITH_GENERATION)) {
        cJSON_DeleteItemFromObjectCaseSensitive(metadata, "generation");
        cJSON_AddNumberToObject(metadata, "generation", 1);
    }
    if (kube_kind_has(write->kind, KUBE_WITH_STATUS))
        cJSON_DeleteItemFromObjectCaseSensitive(json, "status");
    write_set_type(write_stored_kind(write), json);
}

static bool check_absence(const Write *write, const cJSON *json)
{
    const char *name = kube_metadata_text(json, "name");
    const char *version = kube_metadata_text(json, "resourceVersion");
    KubeObject *found;

    if (*version && strcmp(version, "0") != 0)
        return status_set(write->status, 500, "", NULL,
                          "resourceVersion should not be set on objects to be created");
    found = store_find(write->cluster, write->kind, write->ns, name);
    return found == NULL || status_exists(write->status, write->kind, name,
                                          write_is_leaving(kube_object_json(found)));
}

static bool create(const Write *write, cJSON **object)
{
    const Write kept = write_kept(write);
    cJSON *json = *object;

    if (!write_check_place(write, json) || !write_check_form(write, json) ||
        !check_namespace(write) ||
        (kube_kind_has(write->kind, KUBE_CUSTOM) &&
         !crd_check_open(write->cluster, write->kind, write->status)))
        return false;
    if (kept.kind != write->kind)
        convert_to_kept(write->kind, json);
    give_birth(&kept, json);
    managed_prepare(json);
    rules_normalize(kept.kind, NULL, json);
    write_note_owners(&kept, NULL, json);
    return write_ask_mutating(write, NULL, object) && write_give(&kept, NULL, *object) &&
           rules_validate(kept.kind, NULL, *object, write->status) &&
           write_ask_validating(write, NULL, *object) && check_absence(write, *object);
}

bool write_put_new(const Write *write, cJSON *json)
{
    const Write kept = write_kept(write);

    if (!create(write, &json)) {
        cJSON_Delete(json);
        return false;
    }
    if (!write_is_dry(write))
        return write_put(&kept, json);
    cJSON_DeleteItemFromObjectCaseSensitive(kube_metadata(json), "resourceVersion");
    return write_done(write, store_scratch(write->cluster, kept.kind, json));
}

bool kube_create(KubeCluster *cluster, const char *resource, const char *ns, const cJSON *object,
                 const KubeWriter *writer, const cJSON **out_object, KubeStatus *status)
{
    Write write = write_new(cluster, resource, ns, "", writer, out_object, status);

    if (kube_kind_has(write.kind, KUBE_NAMESPACED) && *write.ns == 0)
        write.ns = json_string_or(object, "metadata/namespace", "default");
    return write_put_new(&write, cJSON_Duplicate(object, true));
}
