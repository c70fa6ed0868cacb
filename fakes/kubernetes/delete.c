/*
 * fakes/kubernetes/delete.c - deletion, which may take its time, and what goes with it.
 *
 * Without finalizers an object is gone at once. With them, or with Foreground or Orphan (which are finalizers too), it is
 * marked and stays until the last one is taken away; kube_collect does what the garbage collector would. A pod that has a
 * node is marked and stays until somebody (the kubelet) deletes it with a grace period of 0.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "fakes/kubernetes/form/crd.h"
#include "fakes/kubernetes/status.h"
#include "fakes/kubernetes/write/write.h"

static bool check_preconditions(const Write *write, const KubeObject *object,
                                const KubeDeletion *deletion)
{
    const char *uid = kube_metadata_text(kube_object_json(object), "uid");
    const char *version = kube_metadata_text(kube_object_json(object), "resourceVersion");
    char why[240];

    if (deletion->uid != NULL && strcmp(deletion->uid, uid) != 0) {
        snprintf(why, sizeof why,
                 "the UID in the precondition (%s) does not match the UID in record (%s). The "
                 "object might have been deleted and then recreated",
                 deletion->uid, uid);
        return status_conflict(write->status, write->kind, write->name, why);
    }
    if (deletion->resource_version != NULL && strcmp(deletion->resource_version, version) != 0) {
        snprintf(why, sizeof why,
                 "the ResourceVersion in the precondition (%s) does not match the ResourceVersion "
                 "in record (%s). The object might have been modified",
                 deletion->resource_version, version);
        return status_conflict(write->status, write->kind, write->name, why);
    }
    return true;
}

static bool is_kept_forever(const Write *write)
{
    return strcmp(write->kind->plural, "namespaces") == 0 &&
           (strcmp(write->name, "default") == 0 || strcmp(write->name, "kube-system") == 0);
}

/* What holds an object besides its own finalizers; NULL: nothing. */
static const char *waiting_finalizer(const KubeDeletion *deletion)
{
    const char *propagation = deletion->propagation ? deletion->propagation : "";

    if (strcmp(propagation, "Foreground") == 0)
        return "foregroundDeletion";
    return strcmp(propagation, "Orphan") == 0 ? "orphan" : NULL;
}

static bool has_finalizer(const cJSON *json, const char *name)
{
    const cJSON *finalizer;

    cJSON_ArrayForEach(finalizer,
                       json_find(json, "metadata/finalizers")) if (cJSON_IsString(finalizer) &&
                                                                   (name == NULL ||
                                                                    strcmp(finalizer->valuestring,
                                                                           name) == 0)) return true;
    return false;
}

static void add_finalizer(cJSON *json, const char *name)
{
    cJSON *metadata = kube_metadata(json);
    cJSON *finalizers = cJSON_GetObjectItemCaseSensitive(metadata, "finalizers");

    if (finalizers == NULL)
        finalizers = cJSON_AddArrayToObject(metadata, "finalizers");
    cJSON_AddItemToArray(finalizers, cJSON_CreateString(name));
}

/* Seconds that a pod may take to end; 0 for one that does not run, and for everything else. */
static int64_t grace_of(const KubeObject *object, const KubeDeletion *deletion)
{
    const cJSON *json = kube_object_json(object);
    const char *phase = json_string_or(json, "status/phase", "");

    if (strcmp(object->kind->plural, "pods") != 0 || !*json_string_or(json, "spec/nodeName", "") ||
        strcmp(phase, "Succeeded") == 0 || strcmp(phase, "Failed") == 0)
        return 0;
    return deletion->grace_s ? *deletion->grace_s
                             : json_integer_or(json, "spec/terminationGracePeriodSeconds", 30);
}

/* The object as it waits for its finalizers, or its end. */
static cJSON *mark_leaving(const KubeCluster *cluster, const KubeObject *object,
                           const char *finalizer, int64_t grace_s)
{
    cJSON *json = cJSON_Duplicate(kube_object_json(object), true);
    int64_t generation = json_integer_or(json, "metadata/generation", 0);
    char text[CLOCK_TEXT_MAX];

    json_put_string(json, "metadata/deletionTimestamp",
                    clock_rfc3339(kube_cluster_now_ms(cluster) + grace_s * 1000, text));
    if (strcmp(object->kind->plural, "namespaces") == 0)
        json_put_string(json, "status/phase", "Terminating");
    else if (!crd_is_definition(object->kind))
        json_put_integer(json, "metadata/deletionGracePeriodSeconds", grace_s);
    if (generation > 0 && !crd_is_definition(object->kind))
        json_put_integer(json, "metadata/generation", generation + 1);
    if (finalizer != NULL && !has_finalizer(json, finalizer))
        add_finalizer(json, finalizer);
    if (crd_is_definition(object->kind))
        crd_mark_leaving(json);
    return json;
}

static bool delete_object(const Write *write, KubeObject *object, const KubeDeletion *deletion)
{
    const char *finalizer = waiting_finalizer(deletion);
    int64_t grace_s = grace_of(object, deletion);
    bool waits = finalizer != NULL || has_finalizer(kube_object_json(object), NULL) ||
                 strcmp(write->kind->plural, "namespaces") == 0 || grace_s > 0 ||
                 crd_is_definition(write->kind);

    if (write_is_leaving(kube_object_json(object)) && waits)
        return write_done(write, object);
    if (write_is_dry(write))
        return write_done(write, object);
    if (waits)
        return write_done(write, store_put(write->cluster, write->kind,
                                           mark_leaving(write->cluster, object, finalizer, grace_s),
                                           write_manager(write)));
    return write_done(write, store_remove(write->cluster, object, NULL, write_manager(write)));
}

/* Both sorts are shown what goes, and nothing that comes. */
static bool ask_webhooks(const Write *write, const KubeObject *object)
{
    KubeAdmission *admission = write->writer->admission;
    KubeAdmitted admitted = write_admitted(write, "DELETE", NULL, kube_object_json(object));
    bool is_changed;

    return webhooks_mutate(admission, &admitted, NULL, &is_changed, write->status) &&
           webhooks_validate(admission, &admitted, write->status);
}

bool kube_delete(KubeCluster *cluster, const char *resource, const char *ns, const char *name,
                 const KubeDeletion *deletion, const cJSON **out_object, KubeStatus *status)
{
    static const KubeDeletion PLAIN = {0};
    const KubeKind *kind = kube_kind_kept(kube_kind_named(&cluster->kinds, resource));
    KubeWriter writer = {.dry_run = deletion != NULL && deletion->dry_run,
                         .manager = deletion ? deletion->manager : NULL,
                         .admission = deletion ? deletion->admission : NULL};
    Write write = {cluster,    kind,      kube_kind_has(kind, KUBE_NAMESPACED) && ns ? ns : "",
                   name,       KUBE_MAIN, &writer,
                   out_object, status,    false,
                   NULL};
    KubeObject *object = store_find(cluster, kind, write.ns, name);

    if (is_kept_forever(&write))
        return status_set(status, 403, "Forbidden", status_details(name, "", kind->plural),
                          "%s \"%s\" is forbidden: this namespace may not be deleted", kind->plural,
                          name);
    if (object == NULL)
        return status_not_found(status, kind, name);
    if (deletion == NULL)
        deletion = &PLAIN;
    return check_preconditions(&write, object, deletion) && ask_webhooks(&write, object) &&
           delete_object(&write, object, deletion);
}

/* ---- what the garbage collector and the namespace controller do ------------------------------- */

static bool has_uid(const KubeCluster *cluster, const char *uid)
{
    for (int row = 0; row < cluster->shelf_count; row++)
        for (int i = 0; i < cluster->shelves[row].count; i++)
            if (strcmp(kube_metadata_text(kube_object_json(cluster->shelves[row].items[i]), "uid"),
                       uid) == 0)
                return true;
    return false;
}

/* It names owners, and none of them is there any more. */
static bool is_orphan(const KubeCluster *cluster, const KubeObject *object)
{
    const cJSON *owners = json_find(kube_object_json(object), "metadata/ownerReferences"), *owner;

    cJSON_ArrayForEach(owner,
                       owners) if (has_uid(cluster, json_string_or(owner, "uid", ""))) return false;
    return owners != NULL && owners->child != NULL;
}

static bool is_owned_by(const KubeObject *object, const char *uid)
{
    const cJSON *owner;

    cJSON_ArrayForEach(owner,
                       json_find(kube_object_json(object),
                                 "metadata/ownerReferences")) if (strcmp(json_string_or(owner,
                                                                                        "uid", ""),
                                                                         uid) == 0) return true;
    return false;
}

/* Another object that belongs to this one, or NULL. */
static KubeObject *find_dependent(const KubeCluster *cluster, const KubeObject *owner)
{
    const char *uid = kube_metadata_text(kube_object_json(owner), "uid");

    for (int row = 0; row < cluster->shelf_count; row++)
        for (int i = 0; i < cluster->shelves[row].count; i++)
            if (is_owned_by(cluster->shelves[row].items[i], uid))
                return cluster->shelves[row].items[i];
    return NULL;
}

static void take_item(cJSON *json, const char *list_path, const char *key, const char *text)
{
    cJSON *list = json_find(json, list_path);

    for (cJSON *item = list ? list->child : NULL, *next; item != NULL; item = next) {
        const char *value = key                    ? json_string_or(item, key, "")
                            : cJSON_IsString(item) ? item->valuestring
                                                   : "";

        next = item->next;
        if (strcmp(value, text) == 0)
            cJSON_Delete(cJSON_DetachItemViaPointer(list, item));
    }
}

static void write_without(KubeCluster *cluster, KubeObject *object, const char *list_path,
                          const char *key, const char *text)
{
    static const KubeWriter COLLECTOR = {.manager = "kube-controller-manager"};
    Write write = {cluster,    object->kind, object->ns, object->name, KUBE_MAIN,
                   &COLLECTOR, NULL,         NULL,       false,        NULL};
    cJSON *next = cJSON_Duplicate(kube_object_json(object), true);

    take_item(next, list_path, key, text);
    write_next(&write, object, next);
}

static void collect_delete(KubeCluster *cluster, KubeObject *object, const char *propagation)
{
    static const KubeWriter COLLECTOR = {.manager = "kube-controller-manager"};
    const KubeDeletion deletion = {.propagation = propagation};
    Write write = {cluster,    object->kind, object->ns, object->name, KUBE_MAIN,
                   &COLLECTOR, NULL,         NULL,       false,        NULL};

    delete_object(&write, object, &deletion);
}

/* A deletion that waits for its dependents: deletes one, lets one go, or ends. */
static void collect_waiting(KubeCluster *cluster, KubeObject *object)
{
    KubeObject *dependent = find_dependent(cluster, object);

    if (has_finalizer(kube_object_json(object), "orphan")) {
        if (dependent != NULL)
            write_without(cluster, dependent, "metadata/ownerReferences", "uid",
                          kube_metadata_text(kube_object_json(object), "uid"));
        else
            write_without(cluster, object, "metadata/finalizers", NULL, "orphan");
    } else if (dependent != NULL)
        /* What has dependents of its own waits for them, too. */
        collect_delete(cluster, dependent,
                       find_dependent(cluster, dependent) ? "Foreground" : NULL);
    else
        write_without(cluster, object, "metadata/finalizers", NULL, "foregroundDeletion");
}

static bool is_in_leaving_namespace(const KubeCluster *cluster, const KubeObject *object)
{
    const KubeObject *found =
        store_find(cluster, kube_kind_named(&cluster->kinds, "namespaces"), "", object->ns);

    return kube_kind_has(object->kind, KUBE_NAMESPACED) && found != NULL &&
           write_is_leaving(kube_object_json(found));
}

static bool is_empty_namespace(const KubeCluster *cluster, const char *name)
{
    const KubeKind *kind = NULL;
    int first, end;

    while ((kind = kube_kind_next(&cluster->kinds, kind)) != NULL) {
        if (!kube_kind_has(kind, KUBE_NAMESPACED))
            continue;
        store_range(cluster, kind, name, &first, &end);
        if (first != end)
            return false;
    }
    return true;
}

/* Does what has to be done to one object; false if that is nothing. */
static bool collect_one(KubeCluster *cluster, KubeObject *object)
{
    bool is_leaving = write_is_leaving(kube_object_json(object));

    if (strcmp(object->kind->plural, "namespaces") == 0) {
        if (!is_leaving || !is_empty_namespace(cluster, object->name))
            return false;
        store_remove(cluster, object, NULL, "kube-controller-manager");
        return true;
    }
    if (crd_is_definition(object->kind) && crd_collect(cluster, object))
        return true;
    if (is_leaving && (has_finalizer(kube_object_json(object), "foregroundDeletion") ||
                       has_finalizer(kube_object_json(object), "orphan"))) {
        KubeObject *dependent = find_dependent(cluster, object);

        if (dependent != NULL && write_is_leaving(kube_object_json(dependent)))
            return false;
        collect_waiting(cluster, object);
        return true;
    }
    if (is_leaving || (!is_orphan(cluster, object) && !is_in_leaving_namespace(cluster, object)))
        return false;
    collect_delete(cluster, object, NULL);
    return true;
}

int kube_collect(KubeCluster *cluster)
{
    int writes = 0;

    for (int row = 0; row < cluster->shelf_count; row++) {
        KubeShelf *shelf = &cluster->shelves[row];

        for (int i = 0; i < shelf->count;) {
            KubeObject *object = kube_object_keep(shelf->items[i]);
            bool is_there;

            writes += collect_one(cluster, object);
            /* Past this name: what left has made room for the next one. */
            i = store_place(shelf, object->ns, object->name, &is_there) + is_there;
            kube_object_drop(object);
        }
    }
    return writes;
}
