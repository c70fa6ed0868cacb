/*
 * engine/looks/cronjobs.c - CronJobs and the whether a Job of one of them runs.
 */
#include "engine/observations.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

#define CRONJOBS "batch/v1/cronjobs"
#define JOBS     "batch/v1/jobs"

static bool is_condition(const cJSON *job, const char *type)
{
    const cJSON *condition;

    cJSON_ArrayForEach(condition, json_find(job, "status/conditions"))
    {
        if (strcmp(json_string_or(condition, "type", ""), type) == 0)
            return strcmp(json_string_or(condition, "status", ""), "True") == 0;
    }
    return false;
}

/* Whoever made it from the CronJob, as kubectl does it too, named that as its owner. */
static bool is_of(const cJSON *job, const char *cronjob)
{
    const cJSON *owner;

    cJSON_ArrayForEach(owner, json_find(job, "metadata/ownerReferences"))
    {
        if (strcmp(json_string_or(owner, "kind", ""), "CronJob") == 0 &&
            strcmp(json_string_or(owner, "name", ""), cronjob) == 0)
            return true;
    }
    return false;
}

static bool find_running(const Plane *plane, const char *name, char out_job[128], Error *err)
{
    KubePath path = {.resource = JOBS, .ns = plane->spec->ns};
    cJSON *list = NULL;
    const cJSON *job;

    if (!kube_client_get(plane->kube, &path, &list, err))
        return false;
    cJSON_ArrayForEach(job, json_find(list, "items"))
    {
        if (is_of(job, name) && !is_condition(job, "Complete") && !is_condition(job, "Failed"))
            snprintf(out_job, 128, "%.127s", json_string_or(job, "metadata/name", "?"));
    }
    cJSON_Delete(list);
    return true;
}

static void note_writer(const cJSON *object, char out_writer[80])
{
    const cJSON *entry;
    const char *latest = "";

    snprintf(out_writer, 80, "somebody");
    cJSON_ArrayForEach(entry, json_find(object, "metadata/managedFields"))
    {
        const char *at = json_string_or(entry, "time", "");

        if (json_has(entry, "fieldsV1/f:spec/f:suspend") && strcmp(at, latest) >= 0) {
            latest = at;
            snprintf(out_writer, 80, "%.79s", json_string_or(entry, "manager", "somebody"));
        }
    }
}

bool see_cronjob(const Plane *plane, const char *name, CronJobView *out, Error *err)
{
    KubePath path = {.resource = CRONJOBS, .ns = plane->spec->ns, .name = name};
    cJSON *object = NULL;
    Error why = {0};

    *out = (CronJobView){0};
    if (!kube_client_get(plane->kube, &path, &object, &why))
        return why.code == ERR_NOT_FOUND || error_set(err, why.code, "%s", why.message);
    out->exists = true;
    out->is_suspended = json_bool_or(object, "spec/suspend", false);
    clock_parse(json_string_or(object, "status/lastSuccessfulTime", ""), &out->last_success_ms);
    note_writer(object, out->writer);
    cJSON_Delete(object);
    return find_running(plane, name, out->running, err);
}
