/*
 * engine/restore/ground.c - objects in the new cluster, made so that an undo takes away what this run made and nothing else.
 */
#include "engine/restore/ground.h"

#include <string.h>

static const char NAMESPACES[] = "v1/namespaces", RUN_ANNOTATION[] = "understudy.dev/run";

static KubePath path_of(const Plane *plane, const char *resource, const char *name)
{
    return (KubePath){.resource = resource,
                      .ns = strcmp(resource, NAMESPACES) == 0 ? NULL : plane->spec->ns,
                      .name = name};
}

bool ground_see(const Plane *plane, const char *resource, const char *name, bool *out_exists,
                cJSON **out_object, Error *err)
{
    KubePath path = path_of(plane, resource, name);
    cJSON *object = NULL;
    Error why = {0};

    *out_exists = kube_client_get(plane->kube, &path, &object, &why);
    if (out_object)
        *out_object = object;
    else
        cJSON_Delete(object);
    return *out_exists || why.code == ERR_NOT_FOUND || error_set(err, why.code, "%s", why.message);
}

bool ground_make(Operation *operation, const char *resource, cJSON *object, Error *err)
{
    KubePath folder = path_of(operation->standby, resource, NULL);
    Error why = {0};

    if (!json_has(object, "metadata/annotations"))
        json_put(object, "metadata/annotations", cJSON_CreateObject());
    cJSON_AddStringToObject(json_find(object, "metadata/annotations"), RUN_ANNOTATION,
                            operation->run);
    return kube_client_create(operation->standby->kube, &folder, object, NULL, &why) ||
           why.code == ERR_CONFLICT || error_set(err, why.code, "%s", why.message);
}

static bool is_of_this_run(const Operation *operation, const cJSON *object)
{
    const cJSON *run =
        cJSON_GetObjectItemCaseSensitive(json_find(object, "metadata/annotations"), RUN_ANNOTATION);

    return cJSON_IsString(run) && strcmp(run->valuestring, operation->run) == 0;
}

static bool is_made(Operation *operation, const char *resource, const char *name, bool *out_is_made,
                    Error *err)
{
    cJSON *object = NULL;
    bool exists, ok = ground_see(operation->standby, resource, name, &exists, &object, err);

    *out_is_made = ok && exists && is_of_this_run(operation, object);
    cJSON_Delete(object);
    return ok;
}

bool ground_take_away(Operation *operation, const char *resource, const char *name, Error *err)
{
    KubePath path = path_of(operation->standby, resource, name);
    bool is_ours;
    Error why = {0};

    if (!is_made(operation, resource, name, &is_ours, err))
        return false;
    return !is_ours || kube_client_delete(operation->standby->kube, &path, &why) ||
           why.code == ERR_NOT_FOUND || error_set(err, why.code, "%s", why.message);
}

bool ground_is_ours(Operation *operation, bool *out_is_ours, Error *err)
{
    return is_made(operation, NAMESPACES, operation->standby->spec->ns, out_is_ours, err);
}
