/*
 * sim/controllers/jobs.c - Jobs: pods that run to their end, so many at once, so many in all, and not more failures than allowed.
 *
 * All goes well: pods are made until enough have succeeded, and the Job is Complete. Goes wrong: a pod fails, and another is made after a
 * wait that doubles; beyond backoffLimit, or past activeDeadlineSeconds, the rest is ended and the Job is Failed. A finished Job goes after
 * its ttlSecondsAfterFinished.
 * Source: batch/v1 types; what the status says, and in which words, from the Job documentation.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "sim/controllers/controllers.h"
#include "sim/objects.h"

enum { BACKOFF_MS = 10000, BACKOFF_MAX_MS = 360000 };

typedef struct {
    Controllers *set;
    Controller *controller;
} Jobs;

typedef struct {
    Jobs *self;
    const cJSON *job;
    const char *ns, *name;
    Objects pods;
    int active, ready, succeeded, failed, terminating;
    bool is_suspended, is_finished;
    int64_t started_ms, last_failure_ms;
} Look;

static void tally(Look *look)
{
    for (int i = 0; i < look->pods.count; i++) {
        const cJSON *pod = look->pods.items[i];
        const char *phase = json_string_or(pod, "status/phase", "");
        int64_t ended_ms = 0;

        look->succeeded += strcmp(phase, "Succeeded") == 0;
        look->failed += strcmp(phase, "Failed") == 0;
        look->active += fact_pod_is_active(pod);
        look->ready += fact_pod_is_active(pod) && fact_pod_is_ready(pod);
        look->terminating += fact_is_leaving(pod) && !fact_pod_is_over(pod);
        if (clock_parse(json_string_or(pod,
                                       "status/containerStatuses/0/state/terminated/finishedAt",
                                       ""),
                        &ended_ms) &&
            strcmp(phase, "Failed") == 0 && ended_ms > look->last_failure_ms)
            look->last_failure_ms = ended_ms;
    }
}

static bool begin(Look *look, Jobs *self, const char *ns, const char *name)
{
    *look = (Look){.self = self, .ns = ns, .name = name};
    look->job = controller_read(self->controller, "jobs", ns, name);
    if (!look->job)
        return false;
    look->is_suspended = json_bool_or(look->job, "spec/suspend", false);
    look->is_finished = fact_condition_is(look->job, "Complete", "True") ||
                        fact_condition_is(look->job, "Failed", "True");
    if (!clock_parse(json_string_or(look->job, "status/startTime", ""), &look->started_ms))
        look->started_ms = clock_wall_ms();
    look->pods = objects_controlled(self->controller, "pods", look->job);
    tally(look);
    return true;
}

/* ---- pods ---------------------------------------------------------------------------------------------------------------------------- */

static void start_pod(Look *look)
{
    char prefix[256], name[256];
    cJSON *pod;

    snprintf(prefix, sizeof prefix, "%s-", look->name);
    pod =
        pod_of_template(look->self->set, look->job, json_find(look->job, "spec/template"), prefix);
    if (controller_create_named(look->self->controller, "pods", look->ns, pod, name)) {
        look->active++;
        controller_event(look->self->controller, look->job, "Normal", "SuccessfulCreate",
                         "Created pod: %s", name);
    }
}

/* Ends up to count active pods. */
static void end_pods(Look *look, int count)
{
    for (int i = 0; i < look->pods.count && count > 0; i++) {
        char name[256];

        if (!fact_pod_is_active(look->pods.items[i]))
            continue;
        snprintf(name, sizeof name, "%s", fact_name(look->pods.items[i]));
        controller_delete(look->self->controller, "pods", look->ns, name);
        look->active--;
        look->terminating++;
        count--;
    }
}

/* How long a failed pod is waited for before the next; 0: not at all. */
static int64_t wait_ms(const Look *look)
{
    int64_t wait = BACKOFF_MS;

    if (look->failed == 0)
        return 0;
    for (int i = 1; i < look->failed && wait < BACKOFF_MAX_MS; i++)
        wait *= 2;
    if (wait > BACKOFF_MAX_MS)
        wait = BACKOFF_MAX_MS;
    wait -= clock_wall_ms() - look->last_failure_ms;
    return wait > 0 ? wait : 0;
}

static void bring_pods(Look *look)
{
    int parallelism = (int)json_integer_or(look->job, "spec/parallelism", 1);
    int left = (int)json_integer_or(look->job, "spec/completions", 1) - look->succeeded;
    int wanted = left < parallelism ? left : parallelism;
    int64_t wait = wait_ms(look);

    if (look->is_suspended)
        wanted = 0;
    if (look->active > wanted)
        end_pods(look, look->active - wanted);
    if (look->active < wanted && wait > 0)
        controller_after(look->self->controller, look->ns, look->name, wait);
    while (look->active < wanted && wait == 0) {
        int before = look->active;

        start_pod(look);
        if (look->active == before)
            return; /* refused: it looks again later */
    }
}

/* ---- status ------------------------------------------------------------------------------------------------------------------------ */

/* Why it has failed, or NULL. */
static const char *why_failed(const Look *look)
{
    int64_t deadline_ms = json_integer_or(look->job, "spec/activeDeadlineSeconds", 0) * 1000;
    int64_t left_ms = look->started_ms + deadline_ms - clock_wall_ms();

    if (look->failed > json_integer_or(look->job, "spec/backoffLimit", 6))
        return "BackoffLimitExceeded";
    if (deadline_ms == 0 || look->is_suspended)
        return NULL;
    if (left_ms <= 0)
        return "DeadlineExceeded";
    controller_after(look->self->controller, look->ns, look->name, left_ms);
    return NULL;
}

static void conclude(Look *look, cJSON *status, cJSON *conditions)
{
    const char *why = why_failed(look);
    bool is_complete = look->succeeded >= json_integer_or(look->job, "spec/completions", 1);
    char now[CLOCK_TEXT_MAX];

    if (is_complete) {
        static const char MESSAGE[] = "Reached expected number of succeeded pods";

        fact_put_condition(conditions, &(Condition){"SuccessCriteriaMet", "True",
                                                    "CompletionsReached", MESSAGE, false, false});
        fact_put_condition(conditions, &(Condition){"Complete", "True", "CompletionsReached",
                                                    MESSAGE, false, false});
        json_put_string(status, "completionTime", clock_rfc3339(clock_wall_ms(), now));
        controller_event(look->self->controller, look->job, "Normal", "Completed", "Job completed");
    } else if (why) {
        const char *message = strcmp(why, "DeadlineExceeded") == 0
                                  ? "Job was active longer than specified deadline"
                                  : "Job has reached the specified backoff limit";

        end_pods(look, look->active);
        fact_put_condition(conditions,
                           &(Condition){"FailureTarget", "True", why, message, false, false});
        fact_put_condition(conditions, &(Condition){"Failed", "True", why, message, false, false});
        controller_event(look->self->controller, look->job, "Warning", why, "%s", message);
    }
    look->is_finished = is_complete || why;
}

static void put_suspended(const Look *look, cJSON *conditions)
{
    if (look->is_suspended)
        fact_put_condition(conditions, &(Condition){"Suspended", "True", "JobSuspended",
                                                    "Job suspended", false, false});
    else if (fact_condition(look->job, "Suspended"))
        fact_put_condition(conditions, &(Condition){"Suspended", "False", "JobResumed",
                                                    "Job resumed", false, false});
}

static void put_counter(cJSON *status, const char *key, int value)
{
    if (value > 0)
        cJSON_AddNumberToObject(status, key, value);
    else
        cJSON_AddNullToObject(status, key);
}

static void write_status(Look *look, cJSON *status, cJSON *conditions)
{
    char started[CLOCK_TEXT_MAX];

    put_counter(status, "active", look->active);
    json_put_integer(status, "ready", look->ready);
    json_put_integer(status, "terminating", look->terminating);
    put_counter(status, "succeeded", look->succeeded);
    put_counter(status, "failed", look->failed);
    json_put(status, "uncountedTerminatedPods", cJSON_CreateObject());
    if (look->is_suspended)
        cJSON_AddNullToObject(status, "startTime");
    else
        json_put_string(status, "startTime", clock_rfc3339(look->started_ms, started));
    if (conditions->child)
        cJSON_AddItemToObject(status, "conditions", conditions);
    else
        cJSON_Delete(conditions);
    controller_status(look->self->controller, "jobs", look->ns, look->name, status);
}

/* ---- syncing ----------------------------------------------------------------------------------------------------------------------- */

/* Away with it, ttlSecondsAfterFinished after its end. */
static void expire(Look *look)
{
    int64_t ended_ms = 0, left_ms;
    const cJSON *end = fact_condition(look->job, "Complete");

    if (!json_has(look->job, "spec/ttlSecondsAfterFinished"))
        return;
    if (!end)
        end = fact_condition(look->job, "Failed");
    if (!clock_parse(json_string_or(end, "lastTransitionTime", ""), &ended_ms))
        return;
    left_ms = ended_ms + json_integer_or(look->job, "spec/ttlSecondsAfterFinished", 0) * 1000 -
              clock_wall_ms();
    if (left_ms > 0)
        controller_after(look->self->controller, look->ns, look->name, left_ms);
    else
        controller_delete(look->self->controller, "jobs", look->ns, look->name);
}

static void reconcile(void *data, const char *ns, const char *name)
{
    Jobs *self = data;
    Look look;
    cJSON *status, *conditions;
    const cJSON *old;

    if (!begin(&look, self, ns, name))
        return;
    if (look.is_finished) {
        expire(&look);
    } else if (!fact_is_leaving(look.job)) {
        old = json_find(look.job, "status/conditions");
        conditions = old ? cJSON_Duplicate(old, true) : cJSON_CreateArray();
        status = cJSON_CreateObject();
        put_suspended(&look, conditions);
        conclude(&look, status, conditions);
        if (!look.is_finished)
            bring_pods(&look);
        write_status(&look, status, conditions);
        if (look.is_finished)
            controller_dirty(self->controller, ns, name);
    }
    objects_release(&look.pods);
}

static void on_job(void *data, const KubeChange *change)
{
    Jobs *self = data;

    if (change->type == KUBE_ADDED ||
        (change->type == KUBE_MODIFIED &&
         !json_equal(json_find(change->previous, "spec"), json_find(change->object, "spec"))))
        controller_dirty_object(self->controller, change->object);
}

static void on_pod(void *data, const KubeChange *change)
{
    Jobs *self = data;
    const char *owner = fact_controller_of_kind(change->object, "Job");

    if (owner && (change->type != KUBE_MODIFIED ||
                  fact_pod_counts_changed(change->previous, change->object)))
        controller_dirty(self->controller, fact_ns(change->object), owner);
}

Controller *job_controller_new(Controllers *set)
{
    Jobs *self = MEMORY_NEW(Jobs);

    self->set = set;
    self->controller = controllers_make(set, "job", reconcile, self, free);
    controller_watch(self->controller, "jobs", on_job);
    controller_watch(self->controller, "pods", on_pod);
    return self->controller;
}
