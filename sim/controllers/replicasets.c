/*
 * sim/controllers/replicasets.c - ReplicaSets: as many pods of one template as are asked for.
 *
 * Of too many, those go first that are not ready, then the youngest. A pod that was deleted, or whose labels do not fit any more, is
 * replaced; one without an owner that fits is taken in.
 * Source: kubernetes.md fact 39, recording 11-deployment_flow (what the status says, and when).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "sim/controllers/controllers.h"
#include "sim/objects.h"

typedef struct {
    Controllers *set;
    Controller *controller;
} ReplicaSets;

static int count(const Objects *pods, bool (*is_one)(const cJSON *pod))
{
    int sum = 0;

    for (int i = 0; i < pods->count; i++)
        sum += fact_pod_is_active(pods->items[i]) && is_one(pods->items[i]);
    return sum;
}

/* Which goes first: negative if a does. */
static int compare(const void *a, const void *b)
{
    const cJSON *one = *(const cJSON *const *)a, *other = *(const cJSON *const *)b;
    int order = (int)fact_pod_is_ready(one) - (int)fact_pod_is_ready(other);

    if (order == 0)
        order = (int)json_has(one, "spec/nodeName") - (int)json_has(other, "spec/nodeName");
    if (order == 0)
        order = strcmp(json_string_or(other, "metadata/creationTimestamp", ""),
                       json_string_or(one, "metadata/creationTimestamp", ""));
    return order ? order : strcmp(fact_name(one), fact_name(other));
}

static void end_pods(ReplicaSets *self, const cJSON *owner, const Objects *pods, int surplus)
{
    Objects ranked = {0};

    for (int i = 0; i < pods->count; i++)
        if (fact_pod_is_active(pods->items[i])) {
            MEMORY_GROW(ranked.items, ranked.count, ranked.capacity);
            ranked.items[ranked.count++] = pods->items[i];
        }
    if (ranked.count > 0)
        qsort(ranked.items, (size_t)ranked.count, sizeof *ranked.items, compare);
    for (int i = 0; i < surplus && i < ranked.count; i++) {
        char name[256];

        snprintf(name, sizeof name, "%s", fact_name(ranked.items[i]));
        if (controller_delete(self->controller, "pods", fact_ns(owner), name))
            controller_event(self->controller, owner, "Normal", "SuccessfulDelete",
                             "Deleted pod: %s", name);
    }
    objects_release(&ranked);
}

static void start_pods(ReplicaSets *self, const cJSON *owner, int missing)
{
    char prefix[256], name[256];

    snprintf(prefix, sizeof prefix, "%s-", fact_name(owner));
    for (int i = 0; i < missing; i++)
        if (controller_create_named(self->controller, "pods", fact_ns(owner),
                                    pod_of_template(self->set, owner,
                                                    json_find(owner, "spec/template"), prefix),
                                    name))
            controller_event(self->controller, owner, "Normal", "SuccessfulCreate",
                             "Created pod: %s", name);
}

static void put_counter(cJSON *status, const char *key, int value)
{
    if (value > 0)
        cJSON_AddNumberToObject(status, key, value);
    else
        cJSON_AddNullToObject(status, key);
}

static bool is_any(const cJSON *pod)
{
    (void)pod;
    return true;
}

static void write_status(ReplicaSets *self, const char *ns, const char *name, const cJSON *owner,
                         const Objects *pods)
{
    int ready = count(pods, fact_pod_is_ready), all = count(pods, is_any);
    cJSON *status = cJSON_CreateObject();

    cJSON_AddNumberToObject(status, "replicas", all);
    put_counter(status, "fullyLabeledReplicas", all);
    put_counter(status, "readyReplicas", ready);
    put_counter(status, "availableReplicas", ready);
    json_put_integer(status, "observedGeneration",
                     json_integer_or(owner, "metadata/generation", 1));
    controller_status(self->controller, "replicasets", ns, name, status);
}

static void reconcile(void *data, const char *ns, const char *name)
{
    ReplicaSets *self = data;
    const cJSON *owner = controller_read(self->controller, "replicasets", ns, name);
    Objects pods;
    int surplus;

    if (!owner)
        return;
    pods = objects_claimed(self->controller, "pods", owner);
    surplus = count(&pods, is_any) - (int)json_integer_or(owner, "spec/replicas", 1);
    /* The status is of what it saw; what it does now shows at its next look. */
    if (!self->set->is_adopting ||
        count(&pods, fact_pod_is_ready) == count(&pods, is_any) - surplus)
        write_status(self, ns, name, owner, &pods);
    owner = controller_read(self->controller, "replicasets", ns, name);
    if (owner && !fact_is_leaving(owner)) {
        if (surplus < 0)
            start_pods(self, owner, -surplus);
        else if (surplus > 0)
            end_pods(self, owner, &pods, surplus);
    }
    objects_release(&pods);
}

static void on_set(void *data, const KubeChange *change)
{
    ReplicaSets *self = data;

    if (change->type == KUBE_DELETED ||
        (change->type == KUBE_MODIFIED &&
         json_integer_or(change->previous, "metadata/generation", 0) ==
             json_integer_or(change->object, "metadata/generation", 0)))
        return;
    controller_dirty_object(self->controller, change->object);
}

typedef struct {
    ReplicaSets *self;
    const cJSON *pod;
} Search;

static bool look_for_owner(void *data, const cJSON *set)
{
    Search *search = data;

    if (fact_selects(json_find(set, "spec/selector"), search->pod))
        controller_dirty_object(search->self->controller, set);
    return true;
}

static void tell_owner(ReplicaSets *self, const cJSON *pod)
{
    const char *owner = fact_controller_of_kind(pod, "ReplicaSet");
    Search search = {self, pod};

    if (owner)
        controller_dirty(self->controller, fact_ns(pod), owner);
    else if (!fact_controller(pod))
        kube_each(self->set->options.cluster, "replicasets", fact_ns(pod), NULL, look_for_owner,
                  &search);
}

static void on_pod(void *data, const KubeChange *change)
{
    ReplicaSets *self = data;

    if (change->type == KUBE_MODIFIED && !fact_pod_counts_changed(change->previous, change->object))
        return;
    tell_owner(self, change->object);
    if (change->type == KUBE_MODIFIED && fact_controller(change->previous) &&
        !fact_controller(change->object))
        tell_owner(self, change->previous);
}

Controller *replicaset_controller_new(Controllers *set)
{
    ReplicaSets *self = MEMORY_NEW(ReplicaSets);

    self->set = set;
    self->controller = controllers_make(set, "replicaset", reconcile, self, free);
    controller_watch(self->controller, "replicasets", on_set);
    controller_watch(self->controller, "pods", on_pod);
    return self->controller;
}
