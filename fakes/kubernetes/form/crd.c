/*
 * fakes/kubernetes/form/crd.c - the life of a CustomResourceDefinition: accepted, serving, terminating, gone.
 */
#include "fakes/kubernetes/form/crd.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/memory.h"
#include "fakes/kubernetes/form/schema.h"

static const char MANAGER[] = "kube-apiserver";
static const char FINALIZER[] = "customresourcecleanup.apiextensions.k8s.io";

struct KubeDefinitions {
    Arena arena;
    Schema **schemas;
    int count, capacity;
};

void kube_definitions_free(KubeDefinitions *definitions)
{
    if (definitions == NULL)
        return;
    for (int i = 0; i < definitions->count; i++)
        schema_free(definitions->schemas[i]);
    free(definitions->schemas);
    arena_release(&definitions->arena);
    free(definitions);
}

bool crd_is_definition(const KubeKind *kind)
{
    return strcmp(kind->plural, "customresourcedefinitions") == 0 &&
           strcmp(kind->group, "apiextensions.k8s.io") == 0;
}

/* ---- status ----------------------------------------------------------------------------------- */

static const cJSON *storage_version(const cJSON *definition)
{
    const cJSON *version;

    cJSON_ArrayForEach(version, json_find(definition, "spec/versions"))
    {
        if (json_bool_or(version, "storage", false))
            return version;
    }
    return NULL;
}

static bool is_listed(const cJSON *list, const char *text)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, list)
    {
        if (cJSON_IsString(item) && strcmp(item->valuestring, text) == 0)
            return true;
    }
    return false;
}

void crd_settle_status(const cJSON *old, cJSON *json)
{
    const char *version = json_string_or(storage_version(json), "name", "");
    cJSON *stored = json_find(json, "status/storedVersions");

    if (old == NULL || !cJSON_IsArray(stored)) {
        stored = cJSON_CreateArray();
        json_put(json, "status/storedVersions", stored);
    }
    if (*version && !is_listed(stored, version))
        cJSON_AddItemToArray(stored, cJSON_CreateString(version));
}

/* A condition that is there already keeps its place, and its time if it says the same. */
static void set_condition(cJSON *definition, const char *type, const char *reason,
                          const char *message)
{
    cJSON *conditions = json_find(definition, "status/conditions"), *condition;
    char now[CLOCK_TEXT_MAX];

    if (!cJSON_IsArray(conditions)) {
        conditions = cJSON_CreateArray();
        json_put(definition, "status/conditions", conditions);
    }
    cJSON_ArrayForEach(condition, conditions)
    {
        if (strcmp(json_string_or(condition, "type", ""), type) == 0)
            return;
    }
    condition = cJSON_CreateObject();
    cJSON_AddStringToObject(condition, "type", type);
    cJSON_AddStringToObject(condition, "status", "True");
    cJSON_AddStringToObject(condition, "lastTransitionTime", clock_rfc3339(clock_wall_ms(), now));
    cJSON_AddStringToObject(condition, "reason", reason);
    cJSON_AddStringToObject(condition, "message", message);
    cJSON_AddItemToArray(conditions, condition);
}

/* A status of its own, as its controller writes it. */
static void accept_names(KubeCluster *cluster, const KubeObject *definition)
{
    const KubeWriter writer = {.manager = MANAGER};
    cJSON *next = cJSON_Duplicate(kube_object_json(definition), true),
          *patch = cJSON_CreateObject();
    char *name = memory_text(definition->name);

    json_put(next, "status/acceptedNames", cJSON_Duplicate(json_find(next, "spec/names"), true));
    set_condition(next, "NamesAccepted", "NoConflicts", "no conflicts found");
    set_condition(next, "Established", "InitialNamesAccepted",
                  "the initial names have been accepted");
    cJSON_AddItemToObject(patch, "status", cJSON_DetachItemFromObjectCaseSensitive(next, "status"));
    kube_patch(cluster, "customresourcedefinitions", NULL, name, KUBE_STATUS_PART, KUBE_MERGE_PATCH,
               patch, &writer, NULL, NULL);
    free(name);
    cJSON_Delete(patch);
    cJSON_Delete(next);
}

/* ---- its kinds -------------------------------------------------------------------------------- */

static char *join(Arena *arena, const cJSON *list)
{
    char *text = arena_text(arena, "");
    const cJSON *item;

    cJSON_ArrayForEach(item, list)
    {
        if (cJSON_IsString(item))
            text = arena_format(arena, "%s%s%s", text, *text ? "," : "", item->valuestring);
    }
    return text;
}

static const KubeType *read_schema(KubeDefinitions *definitions, const cJSON *version,
                                   const char *kind)
{
    Schema *schema = schema_new(json_find(version, "schema/openAPIV3Schema"), kind,
                                json_find(version, "subresources/scale"));

    MEMORY_GROW(definitions->schemas, definitions->count, definitions->capacity);
    definitions->schemas[definitions->count++] = schema;
    return schema_type(schema);
}

static unsigned traits_of(const cJSON *definition, const cJSON *version)
{
    const char *scope = json_string_or(definition, "spec/scope", "");

    return KUBE_CUSTOM | KUBE_WITH_GENERATION |
           (strcmp(scope, "Namespaced") == 0 ? KUBE_NAMESPACED : 0) |
           (json_has(version, "subresources/status") ? KUBE_WITH_STATUS : 0) |
           (json_has(version, "subresources/scale") ? KUBE_WITH_SCALE : 0);
}

static void serve(KubeCluster *cluster, const cJSON *definition, const cJSON *version)
{
    KubeDefinitions *definitions = cluster->definitions;
    Arena *arena = &definitions->arena;
    const cJSON *names = json_find(definition, "spec/names");
    const char *kind = arena_text(arena, json_string_or(names, "kind", ""));

    kube_kinds_serve(&cluster->kinds,
                     &(KubeKind){.group = arena_text(arena,
                                                     json_string_or(definition, "spec/group", "")),
                                 .version = arena_text(arena, json_string_or(version, "name", "")),
                                 .plural = arena_text(arena, json_string_or(names, "plural", "")),
                                 .singular =
                                     arena_text(arena, json_string_or(names, "singular", "")),
                                 .kind = kind,
                                 .short_names = join(arena, json_find(names, "shortNames")),
                                 .categories = join(arena, json_find(names, "categories")),
                                 .traits = traits_of(definition, version),
                                 .type = read_schema(definitions, version, kind)});
    store_fit(cluster);
}

/* The storage version first: it is what the resource's name means. */
static void serve_all(KubeCluster *cluster, const cJSON *definition)
{
    const cJSON *storage = storage_version(definition), *version;

    if (cluster->definitions == NULL)
        cluster->definitions = MEMORY_NEW(KubeDefinitions);
    kube_kinds_withdraw(&cluster->kinds, json_string_or(definition, "spec/group", ""),
                        json_string_or(definition, "spec/names/plural", ""));
    if (json_bool_or(storage, "served", false))
        serve(cluster, definition, storage);
    cJSON_ArrayForEach(version, json_find(definition, "spec/versions"))
    {
        if (version != storage && json_bool_or(version, "served", false))
            serve(cluster, definition, version);
    }
}

void crd_establish(KubeCluster *cluster, KubeObject *definition)
{
    serve_all(cluster, kube_object_json(definition));
    accept_names(cluster, definition);
}

/* ---- its end ---------------------------------------------------------------------------------- */

void crd_mark_leaving(cJSON *definition)
{
    cJSON *finalizers = json_find(definition, "metadata/finalizers");

    if (finalizers == NULL) {
        finalizers = cJSON_CreateArray();
        json_put(definition, "metadata/finalizers", finalizers);
    }
    if (!is_listed(finalizers, FINALIZER))
        cJSON_AddItemToArray(finalizers, cJSON_CreateString(FINALIZER));
    set_condition(
        definition, "Terminating", "InstanceDeletionPending",
        "CustomResourceDefinition marked for deletion; CustomResource deletion will begin "
        "soon");
}

/* Its objects; NULL if it serves no kind. */
static const KubeShelf *find_shelf(const KubeCluster *cluster, const cJSON *definition)
{
    const KubeKind *kind =
        kube_kind_find(&cluster->kinds, json_string_or(definition, "spec/group", ""), NULL,
                       json_string_or(definition, "spec/names/plural", ""));

    return kind != NULL ? store_shelf(cluster, kind) : NULL;
}

/* The first object that is not on its way already, or NULL. */
static const KubeObject *next_victim(const KubeShelf *shelf)
{
    for (int i = 0; shelf != NULL && i < shelf->count; i++)
        if (*kube_metadata_text(kube_object_json(shelf->items[i]), "deletionTimestamp") == '\0')
            return shelf->items[i];
    return NULL;
}

static void delete_victim(KubeCluster *cluster, const KubeObject *victim)
{
    char *resource = memory_format("%s.%s", victim->kind->plural, victim->kind->group);
    char *ns = memory_text(victim->ns), *name = memory_text(victim->name);

    kube_delete(cluster, resource, ns, name, &(KubeDeletion){.manager = MANAGER}, NULL, NULL);
    free(resource);
    free(ns);
    free(name);
}

static void finish(KubeCluster *cluster, KubeObject *definition)
{
    cJSON *next = cJSON_Duplicate(kube_object_json(definition), true);
    cJSON *finalizers = json_find(next, "metadata/finalizers"), *finalizer;

    cJSON_ArrayForEach(finalizer, finalizers)
    {
        if (strcmp(finalizer->valuestring, FINALIZER) == 0)
            break;
    }
    cJSON_Delete(cJSON_DetachItemViaPointer(finalizers, finalizer));
    if (finalizers->child != NULL) {
        store_put(cluster, definition->kind, next, MANAGER);
        return;
    }
    json_remove(next, "metadata/finalizers");
    kube_kinds_withdraw(&cluster->kinds, json_string_or(next, "spec/group", ""),
                        json_string_or(next, "spec/names/plural", ""));
    store_remove(cluster, definition, next, MANAGER);
}

bool crd_collect(KubeCluster *cluster, KubeObject *definition)
{
    const cJSON *json = kube_object_json(definition);
    const KubeShelf *shelf = find_shelf(cluster, json);
    const KubeObject *victim = next_victim(shelf);

    if (*kube_metadata_text(json, "deletionTimestamp") == '\0' ||
        !is_listed(json_find(json, "metadata/finalizers"), FINALIZER))
        return false;
    if (victim != NULL)
        delete_victim(cluster, victim);
    else if (shelf == NULL || shelf->count == 0)
        finish(cluster, definition);
    else
        return false;
    return true;
}

bool crd_check_open(const KubeCluster *cluster, const KubeKind *kind, KubeStatus *status)
{
    char name[128];
    const KubeObject *found;

    if (cluster->definitions == NULL)
        return true;
    found = store_find(cluster,
                       kube_kind_find(&cluster->kinds, "apiextensions.k8s.io", "v1",
                                      "customresourcedefinitions"),
                       "", status_resource_name(kind, name));
    if (found == NULL || *kube_metadata_text(kube_object_json(found), "deletionTimestamp") == '\0')
        return true;
    return status_set(status, 405, "MethodNotAllowed", cJSON_CreateObject(),
                      "create not allowed while custom resource definition is terminating");
}
