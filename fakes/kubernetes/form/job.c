/*
 * fakes/kubernetes/form/job.c - the labels of a Job's template, by their old names and by their new ones.
 */
#include "fakes/kubernetes/form/job.h"

#include "fakes/kubernetes/object.h"

static const char UID[] = "batch.kubernetes.io/controller-uid";
static const char NAME[] = "batch.kubernetes.io/job-name";

static cJSON *member(cJSON *json, const char *key)
{
    cJSON *found = cJSON_GetObjectItemCaseSensitive(json, key);

    if (cJSON_IsObject(found))
        return found;
    cJSON_DeleteItemFromObjectCaseSensitive(json, key);
    return cJSON_AddObjectToObject(json, key);
}

static void set(cJSON *labels, const char *key, const char *value)
{
    cJSON_DeleteItemFromObjectCaseSensitive(labels, key);
    cJSON_AddStringToObject(labels, key, value);
}

void job_assign(cJSON *json)
{
    const char *uid = kube_metadata_text(json, "uid"), *name = kube_metadata_text(json, "name");
    cJSON *spec = member(json, "spec");
    cJSON *labels = member(member(member(spec, "template"), "metadata"), "labels");

    if (json_bool_or(spec, "manualSelector", false))
        return;
    set(labels, UID, uid);
    set(labels, NAME, name);
    set(labels, "controller-uid", uid);
    set(labels, "job-name", name);
    set(member(member(spec, "selector"), "matchLabels"), UID, uid);
}
