/*
 * engine/backup/job.c - the plane's own dump: a Job made of its CronJob, and waited for.
 */
#include "engine/backup/job.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

static KubePath cron_path(const Plane *plane, const char *name)
{
    return (KubePath){.resource = "batch/v1/cronjobs", .ns = plane->spec->ns, .name = name};
}

static KubePath job_path(const Plane *plane, const char *name)
{
    return (KubePath){.resource = "batch/v1/jobs", .ns = plane->spec->ns, .name = name};
}

/* NULL: there is none. */
static bool get(const Plane *plane, KubePath path, cJSON **out_object, Error *err)
{
    Error why = {0};

    *out_object = NULL;
    return kube_client_get(plane->kube, &path, out_object, &why) || why.code == ERR_NOT_FOUND ||
           error_set(err, why.code, "%s", why.message);
}

bool see_cron(const Plane *plane, const char *name, CronView *out, Error *err)
{
    cJSON *cron;
    int64_t since_ms;

    *out = (CronView){.silence_ms = -1};
    if (!get(plane, cron_path(plane, name), &cron, err))
        return false;
    out->exists = cron != NULL;
    out->is_suspended = json_bool_or(cron, "spec/suspend", false);
    if (clock_parse(json_string_or(cron, "status/lastSuccessfulTime", ""), &since_ms) ||
        clock_parse(json_string_or(cron, "metadata/creationTimestamp", ""), &since_ms))
        out->silence_ms = clock_wall_ms() + kube_client_skew_ms(plane->kube) - since_ms;
    cJSON_Delete(cron);
    return true;
}

static const cJSON *condition(const cJSON *job, const char *type)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, json_find(job, "status/conditions"))
    {
        if (strcmp(json_string_or(item, "type", ""), type) == 0 &&
            strcmp(json_string_or(item, "status", ""), "True") == 0)
            return item;
    }
    return NULL;
}

bool see_job(const Plane *plane, const char *name, JobState *out_state, char out_text[160],
             Error *err)
{
    cJSON *job;
    const cJSON *failed;

    if (!get(plane, job_path(plane, name), &job, err))
        return false;
    failed = condition(job, "Failed");
    *out_state = !job                         ? JOB_ABSENT
                 : failed                     ? JOB_FAILED
                 : condition(job, "Complete") ? JOB_COMPLETE
                                              : JOB_RUNNING;
    snprintf(out_text, 160, "%.100s: %s", failed ? json_string_or(failed, "reason", "") : name,
             failed                                     ? json_string_or(failed, "message", "")
             : *out_state == JOB_COMPLETE               ? "complete"
             : json_integer_or(job, "status/failed", 0) ? "a pod failed, another one tries"
                                                        : "its pod runs");
    cJSON_Delete(job);
    return true;
}

static cJSON *job_of(const cJSON *cron, const char *name)
{
    cJSON *job = cJSON_CreateObject(), *owner = cJSON_CreateObject(), *owners = cJSON_CreateArray();
    const cJSON *labels = json_find(cron, "spec/jobTemplate/metadata/labels");

    json_put_string(job, "apiVersion", "batch/v1");
    json_put_string(job, "kind", "Job");
    json_put_string(job, "metadata/name", name);
    if (labels)
        json_put(job, "metadata/labels", cJSON_Duplicate(labels, true));
    json_put(job, "metadata/annotations", cJSON_CreateObject());
    cJSON_AddStringToObject(json_find(job, "metadata/annotations"),
                            "cronjob.kubernetes.io/instantiate", "manual");
    json_put_string(owner, "apiVersion", "batch/v1");
    json_put_string(owner, "kind", "CronJob");
    json_put_string(owner, "name", json_string_or(cron, "metadata/name", ""));
    json_put_string(owner, "uid", json_string_or(cron, "metadata/uid", ""));
    json_put_bool(owner, "controller", true);
    cJSON_AddItemToArray(owners, owner);
    json_put(job, "metadata/ownerReferences", owners);
    json_put(job, "spec", cJSON_Duplicate(json_find(cron, "spec/jobTemplate/spec"), true));
    return job;
}

bool job_create(const Plane *plane, const char *cron, const char *name, Error *err)
{
    KubePath path = job_path(plane, NULL);
    cJSON *template, *job, *made = NULL;
    Error why = {0};
    bool ok;

    if (!get(plane, cron_path(plane, cron), &template, err))
        return false;
    if (!template)
        return error_set(err, ERR_NOT_FOUND, "%s has no CronJob %s", plane->spec->name, cron);
    job = job_of(template, name);
    ok = kube_client_create(plane->kube, &path, job, &made, &why) || why.code == ERR_CONFLICT;
    cJSON_Delete(made);
    cJSON_Delete(job);
    cJSON_Delete(template);
    return ok || error_set(err, why.code, "%s", why.message);
}

bool job_delete(const Plane *plane, const char *name, Error *err)
{
    KubePath path = job_path(plane, name);
    Error why = {0};

    path.query = "propagationPolicy=Background";
    return kube_client_delete(plane->kube, &path, &why) || why.code == ERR_NOT_FOUND ||
           error_set(err, why.code, "%s", why.message);
}
