/*
 * sim/controllers/autoscalers.c - HorizontalPodAutoscalers: as many pods as the load asks for, within their bounds.
 *
 * The load is the world's parameter autoscaler.load, shared by the target's ready pods. More pods come at once, fewer only when fewer have
 * been enough for the stabilization time. A target at 0 replicas is left alone: that is how people switch one off.
 * Source: autoscaling/v2 types and the documentation of the algorithm (ceil(pods * use / wanted), 10 % tolerance, 15 s, 300 s).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "sim/controllers/controllers.h"
#include "sim/objects.h"

enum { TOLERANCE_PERCENT = 10, TARGET_PERCENT = 80 };

typedef struct {
    Controllers *set;
    Controller *controller;
} Autoscalers;

typedef struct {
    Autoscalers *self;
    const cJSON *scaler, *target;
    const char *ns, *name, *resource;
    char target_name[256];
    int replicas, ready, wanted;
    int64_t use_percent; /* of what a pod requests, on average */
    bool is_limited;
} Look;

static bool begin(Look *look, Autoscalers *self, const char *ns, const char *name)
{
    const char *kind;

    *look = (Look){.self = self, .ns = ns, .name = name};
    look->scaler = controller_read(self->controller, "horizontalpodautoscalers", ns, name);
    if (!look->scaler)
        return false;
    kind = json_string_or(look->scaler, "spec/scaleTargetRef/kind", "");
    look->resource = strcmp(kind, "StatefulSet") == 0  ? "statefulsets"
                     : strcmp(kind, "ReplicaSet") == 0 ? "replicasets"
                                                       : "deployments";
    snprintf(look->target_name, sizeof look->target_name, "%s",
             json_string_or(look->scaler, "spec/scaleTargetRef/name", ""));
    look->target = controller_read(self->controller, look->resource, ns, look->target_name);
    look->replicas = (int)json_integer_or(look->target, "spec/replicas", 1);
    look->ready = kubelet_ready(self->set->kubelet, ns, look->target_name);
    if (look->ready > 0)
        look->use_percent =
            self->set->options.world->parameters.autoscaler.load_percent / look->ready;
    return true;
}

/* ---- how many ---------------------------------------------------------------------------------------------------------------------- */

static int64_t target_percent(const Look *look)
{
    return json_integer_or(look->scaler, "spec/metrics/0/resource/target/averageUtilization",
                           TARGET_PERCENT);
}

static int within_bounds(Look *look, int pods)
{
    int lowest = (int)json_integer_or(look->scaler, "spec/minReplicas", 1);
    int highest = (int)json_integer_or(look->scaler, "spec/maxReplicas", pods);
    int bounded = pods < lowest ? lowest : pods > highest ? highest : pods;

    look->is_limited = bounded != pods;
    return bounded;
}

/* What its pods use against what they should. Pods that are not ready yet may be the answer: it waits for them. */
static int by_load(const Look *look)
{
    int64_t target = target_percent(look), off = look->use_percent - target;

    if (look->ready == 0 || (off > 0 && look->ready < look->replicas) ||
        llabs(off) * 100 <= target * TOLERANCE_PERCENT)
        return look->replicas;
    return (int)((look->ready * look->use_percent + target - 1) / target);
}

/* Fewer pods only when the highest wish of the last minutes says so: since it last scaled, here. */
static bool has_settled(const Look *look)
{
    int64_t since_ms = 0, now = clock_wall_ms();

    if (!clock_parse(json_string_or(look->scaler, "status/lastScaleTime", ""), &since_ms))
        clock_parse(json_string_or(look->scaler, "metadata/creationTimestamp", ""), &since_ms);
    return now - since_ms >= look->self->set->options.world->parameters.autoscaler.stabilization_ms;
}

/* ---- status ------------------------------------------------------------------------------------------------------------------------ */

static cJSON *conditions_of(const Look *look)
{
    const cJSON *old = json_find(look->scaler, "status/conditions");
    cJSON *conditions = old ? cJSON_Duplicate(old, true) : cJSON_CreateArray();
    bool is_active = look->target && look->replicas > 0;

    fact_put_condition(conditions,
                       &(Condition){"AbleToScale", look->target ? "True" : "False",
                                    look->target ? "ReadyForNewScale" : "FailedGetScale",
                                    look->target ? "recommended size matches current size"
                                                 : "the HPA controller was unable to get the "
                                                   "target's current scale",
                                    false, false});
    fact_put_condition(
        conditions,
        &(Condition){"ScalingActive", is_active ? "True" : "False",
                     is_active ? "ValidMetricFound" : "ScalingDisabled",
                     is_active
                         ? "the HPA was able to successfully calculate a replica count from "
                           "cpu resource utilization (percentage of request)"
                         : "scaling is disabled since the replica count of the target is zero",
                     false, false});
    if (is_active)
        fact_put_condition(
            conditions,
            &(Condition){"ScalingLimited", look->is_limited ? "True" : "False",
                         look->is_limited ? "TooFewReplicas" : "DesiredWithinRange",
                         look->is_limited
                             ? "the desired replica count is less than the minimum replica count"
                             : "the desired count is within the acceptable range",
                         false, false});
    return conditions;
}

static void write_status(Look *look, bool has_scaled)
{
    cJSON *status = cJSON_CreateObject();
    char now[CLOCK_TEXT_MAX];

    json_put_integer(status, "observedGeneration",
                     json_integer_or(look->scaler, "metadata/generation", 1));
    json_put_integer(status, "currentReplicas", look->target ? look->replicas : 0);
    json_put_integer(status, "desiredReplicas", look->wanted);
    if (has_scaled)
        json_put_string(status, "lastScaleTime", clock_rfc3339(clock_wall_ms(), now));
    if (look->ready > 0)
        json_put(status, "currentMetrics",
                 object_format("[{'type':'Resource','resource':{'name':'cpu','current':"
                               "{'averageUtilization':%lld,'averageValue':'%lldm'}}}]",
                               (long long)look->use_percent, (long long)look->use_percent));
    cJSON_AddItemToObject(status, "conditions", conditions_of(look));
    controller_status(look->self->controller, "horizontalpodautoscalers", look->ns, look->name,
                      status);
}

/* Nothing has changed since it wrote its status: most looks are such. */
static bool is_told(const Look *look)
{
    const char *active = look->target && look->replicas > 0 ? "True" : "False";

    return json_integer_or(look->scaler, "status/currentReplicas", -1) == look->replicas &&
           json_integer_or(look->scaler, "status/desiredReplicas", -1) == look->wanted &&
           json_integer_or(look->scaler,
                           "status/currentMetrics/0/resource/current/averageUtilization",
                           0) == look->use_percent &&
           fact_condition_is(look->scaler, "ScalingActive", active);
}

/* ---- syncing ----------------------------------------------------------------------------------------------------------------------- */

static bool rescale(Look *look)
{
    const ControllersOptions *options = &look->self->set->options;
    char what[64];

    if (!controller_merge(look->self->controller, look->resource, look->ns, look->target_name,
                          object_format("{'spec':{'replicas':%d}}", look->wanted)))
        return false;
    snprintf(what, sizeof what, "scaled from %d to %d by its load", look->replicas, look->wanted);
    world_note(options->world, options->lane, "horizontal-pod-autoscaler", look->resource,
               look->target_name, what);
    controller_event(look->self->controller, look->scaler, "Normal", "SuccessfulRescale",
                     "New size: %d; reason: cpu resource utilization (percentage of request) %s "
                     "target",
                     look->wanted, look->wanted > look->replicas ? "above" : "below");
    return true;
}

static void reconcile(void *data, const char *ns, const char *name)
{
    Autoscalers *self = data;
    bool has_scaled = false;
    Look look;

    if (!begin(&look, self, ns, name))
        return;
    if (look.target && look.replicas > 0) {
        look.wanted = within_bounds(&look, by_load(&look));
        if (look.wanted < look.replicas && !has_settled(&look))
            look.wanted = look.replicas;
        if (look.wanted != look.replicas)
            has_scaled = rescale(&look);
    }
    if (has_scaled || !is_told(&look))
        write_status(&look, has_scaled);
    controller_after(self->controller, ns, name,
                     self->set->options.world->parameters.autoscaler.period_ms);
}

static void on_scaler(void *data, const KubeChange *change)
{
    Autoscalers *self = data;

    if (change->type == KUBE_ADDED ||
        (change->type == KUBE_MODIFIED &&
         !json_equal(json_find(change->previous, "spec"), json_find(change->object, "spec"))))
        controller_dirty_object(self->controller, change->object);
}

Controller *autoscaler_controller_new(Controllers *set)
{
    Autoscalers *self = MEMORY_NEW(Autoscalers);

    self->set = set;
    self->controller = controllers_make(set, "horizontalpodautoscaler", reconcile, self, free);
    controller_watch(self->controller, "horizontalpodautoscalers", on_scaler);
    return self->controller;
}
