/*
 * sim/controllers/cronjobs.c - CronJobs: a Job each time the clock says so.
 *
 * Its name ends in the minute that it was due, so that nothing is started twice. What is missed while it is suspended or the controller is
 * away is made good once, the latest time only, unless startingDeadlineSeconds is over. While one still runs the concurrencyPolicy
 * decides. Finished ones beyond the history limits go.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "sim/controllers/controllers.h"
#include "sim/controllers/schedule.h"
#include "sim/objects.h"

typedef struct {
    Controllers *set;
    Controller *controller;
} CronJobs;

typedef struct {
    CronJobs *self;
    const cJSON *cron;
    const char *ns, *name;
    Objects jobs;
    int active;
} Look;

static bool has_ended(const cJSON *job)
{
    return fact_condition_is(job, "Complete", "True") || fact_condition_is(job, "Failed", "True");
}

/* The latest time that is due and was not served, in wall ms; 0: none. Sets when to look again. */
static int64_t due_ms(Look *look)
{
    int64_t since_ms = 0, due = 0, next, now = clock_wall_ms();
    int64_t deadline_ms = json_integer_or(look->cron, "spec/startingDeadlineSeconds", 0) * 1000;
    Schedule schedule;

    if (!schedule_parse(json_string_or(look->cron, "spec/schedule", ""), &schedule)) {
        controller_event(look->self->controller, look->cron, "Warning", "UnparseableSchedule",
                         "unparseable schedule: %s",
                         json_string_or(look->cron, "spec/schedule", ""));
        return 0;
    }
    if (!clock_parse(json_string_or(look->cron, "status/lastScheduleTime", ""), &since_ms))
        clock_parse(json_string_or(look->cron, "metadata/creationTimestamp", ""), &since_ms);
    if (deadline_ms && since_ms < now - deadline_ms)
        since_ms = now - deadline_ms;
    for (next = schedule_next(&schedule, since_ms); next >= 0 && next <= now;
         next = schedule_next(&schedule, next))
        due = next;
    if (next >= 0)
        controller_after(look->self->controller, look->ns, look->name, next - now);
    return due;
}

/* ---- Jobs -------------------------------------------------------------------------------------------------------------------------- */

static cJSON *job_at(const Look *look, int64_t at_ms)
{
    const cJSON *template = json_find(look->cron, "spec/jobTemplate");
    const cJSON *labels = json_find(template, "metadata/labels");
    const cJSON *annotations = json_find(template, "metadata/annotations");
    cJSON *job = cJSON_CreateObject();
    char name[256], when[CLOCK_TEXT_MAX];

    snprintf(name, sizeof name, "%.52s-%lld", look->name, (long long)(at_ms / 60000));
    json_put_string(job, "metadata/name", name);
    if (labels)
        json_put(job, "metadata/labels", cJSON_Duplicate(labels, true));
    json_put(job, "metadata/annotations",
             annotations ? cJSON_Duplicate(annotations, true) : cJSON_CreateObject());
    cJSON_AddStringToObject(json_find(job, "metadata/annotations"),
                            "batch.kubernetes.io/cronjob-scheduled-timestamp",
                            clock_rfc3339(at_ms, when));
    json_put(job, "metadata/ownerReferences", fact_references(look->cron));
    json_put(job, "spec", cJSON_Duplicate(json_find(template, "spec"), true));
    return job;
}

static void replace_active(Look *look)
{
    for (int i = 0; i < look->jobs.count; i++) {
        char name[256];

        if (has_ended(look->jobs.items[i]))
            continue;
        snprintf(name, sizeof name, "%s", fact_name(look->jobs.items[i]));
        controller_delete(look->self->controller, "jobs", look->ns, name);
    }
}

static void start(Look *look, int64_t at_ms)
{
    const char *policy = json_string_or(look->cron, "spec/concurrencyPolicy", "Allow");
    const World *world = look->self->set->options.world;
    cJSON *job;
    char when[CLOCK_TEXT_MAX], name[256];

    if (look->active > 0 && strcmp(policy, "Forbid") == 0)
        return;
    if (look->active > 0 && strcmp(policy, "Replace") == 0)
        replace_active(look);
    job = job_at(look, at_ms);
    snprintf(name, sizeof name, "%s", fact_name(job));
    if (!controller_create(look->self->controller, "jobs", look->ns, job))
        return;
    world_note((World *)world, look->self->set->options.lane, "cronjob-controller", "jobs", name,
               "started, as its CronJob asks for");
    controller_event(look->self->controller, look->cron, "Normal", "SuccessfulCreate",
                     "Created job %s", name);
    controller_status(look->self->controller, "cronjobs", look->ns, look->name,
                      object_format("{'lastScheduleTime':'%s'}", clock_rfc3339(at_ms, when)));
}

static const cJSON *oldest_ended(const Look *look, const char *type, int *out_count)
{
    const cJSON *oldest = NULL;

    *out_count = 0;
    for (int i = 0; i < look->jobs.count; i++) {
        const cJSON *job = look->jobs.items[i];

        if (!fact_condition_is(job, type, "True") || fact_is_leaving(job))
            continue;
        ++*out_count;
        if (!oldest || strcmp(json_string_or(job, "metadata/creationTimestamp", ""),
                              json_string_or(oldest, "metadata/creationTimestamp", "")) < 0)
            oldest = job;
    }
    return oldest;
}

/* One at a time, since its deletion makes it look again. Returns whether one went. */
static bool clean_up(Look *look, const char *type, const char *limit_path, int otherwise)
{
    int count = 0;
    const cJSON *oldest = oldest_ended(look, type, &count);
    char name[256];

    if (count <= json_integer_or(look->cron, limit_path, otherwise))
        return false;
    snprintf(name, sizeof name, "%s", fact_name(oldest));
    return controller_delete(look->self->controller, "jobs", look->ns, name);
}

/* ---- status ------------------------------------------------------------------------------------------------------------------------ */

static void write_status(Look *look)
{
    cJSON *status = cJSON_CreateObject(), *active = cJSON_CreateArray();
    const char *latest = json_string_or(look->cron, "status/lastSuccessfulTime", "");

    for (int i = 0; i < look->jobs.count; i++) {
        const cJSON *job = look->jobs.items[i];
        const char *ended = json_string_or(job, "status/completionTime", "");

        if (!has_ended(job))
            cJSON_AddItemToArray(
                active,
                object_format("{'kind':'Job','namespace':'%s','name':'%s','uid':'%s',"
                              "'apiVersion':'batch/v1','resourceVersion':'%s'}",
                              look->ns, fact_name(job), json_string_or(job, "metadata/uid", ""),
                              json_string_or(job, "metadata/resourceVersion", "")));
        if (strcmp(ended, latest) > 0)
            latest = ended;
    }
    if (*latest)
        json_put_string(status, "lastSuccessfulTime", latest);
    if (active->child) {
        cJSON_AddItemToObject(status, "active", active);
    } else {
        cJSON_AddNullToObject(status, "active");
        cJSON_Delete(active);
    }
    controller_status(look->self->controller, "cronjobs", look->ns, look->name, status);
}

/* ---- syncing ----------------------------------------------------------------------------------------------------------------------- */

static bool begin(Look *look, CronJobs *self, const char *ns, const char *name)
{
    *look = (Look){.self = self, .ns = ns, .name = name};
    look->cron = controller_read(self->controller, "cronjobs", ns, name);
    if (!look->cron)
        return false;
    look->jobs = objects_controlled(self->controller, "jobs", look->cron);
    for (int i = 0; i < look->jobs.count; i++)
        look->active += !has_ended(look->jobs.items[i]);
    return true;
}

static void serve(Look *look)
{
    int64_t due;

    write_status(look);
    if (clean_up(look, "Complete", "spec/successfulJobsHistoryLimit", 3) ||
        clean_up(look, "Failed", "spec/failedJobsHistoryLimit", 1))
        return;
    look->cron = controller_read(look->self->controller, "cronjobs", look->ns, look->name);
    if (!look->cron || json_bool_or(look->cron, "spec/suspend", false))
        return;
    due = due_ms(look);
    if (due)
        start(look, due);
}

static void reconcile(void *data, const char *ns, const char *name)
{
    CronJobs *self = data;
    Look look;

    if (!begin(&look, self, ns, name))
        return;
    if (!fact_is_leaving(look.cron))
        serve(&look);
    objects_release(&look.jobs);
}

static void on_cron(void *data, const KubeChange *change)
{
    CronJobs *self = data;

    if (change->type == KUBE_ADDED ||
        (change->type == KUBE_MODIFIED &&
         !json_equal(json_find(change->previous, "spec"), json_find(change->object, "spec"))))
        controller_dirty_object(self->controller, change->object);
}

static void on_job(void *data, const KubeChange *change)
{
    CronJobs *self = data;
    const char *owner = fact_controller_of_kind(change->object, "CronJob");

    if (owner)
        controller_dirty(self->controller, fact_ns(change->object), owner);
}

Controller *cronjob_controller_new(Controllers *set)
{
    CronJobs *self = MEMORY_NEW(CronJobs);

    self->set = set;
    self->controller = controllers_make(set, "cronjob", reconcile, self, free);
    controller_watch(self->controller, "cronjobs", on_cron);
    controller_watch(self->controller, "jobs", on_job);
    return self->controller;
}
