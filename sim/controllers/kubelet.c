/*
 * sim/controllers/kubelet.c - the node that all pods of a cluster run on: it starts them, says whether they are ready, and ends them.
 *
 * All goes well: a new pod gets a node, runs after its start time and is ready at once; one that is deleted is no longer ready, stays
 * Terminating for its stop time, and is gone. A pod that is not to be restarted runs its command to its end. Held back: it runs without
 * being ready, or stays Terminating, until the kubelet is kicked and it may.
 *
 * Start and stop times are drawn from the stream "pods/LANE/WORKLOAD". What a command does is told by its last words: "false" and "exit 1"
 * fail, "sleep 30" takes so long.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "sim/controllers/controllers.h"
#include "sim/objects.h"

static const char MANAGER[] = "kubelet";
static const char NODE[] = "node-1";
static const Span PROBE = {100, 5000};        /* a readiness probe that failed is asked again */
static const Span COMMAND_TIME = {500, 3000}; /* of a job whose command says nothing about it */

typedef enum {
    POD_STARTING,
    POD_WAITING, /* runs, and its readiness probe fails */
    POD_READY,
    POD_ENDING, /* Terminating: no longer in Endpoints, still there */
} PodState;

/* What pods of one owner have in common. */
typedef struct {
    char *ns, *name, *lane;
    Random random;
    bool has_run; /* its images are on the node */
    bool is_deployment;
    int told_ready;
} Workload;

typedef struct {
    char *ns, *name;
    Workload *workload;
    PodState state;
    int64_t next_ms; /* clock_mono_ms at which it starts, is over, or is gone */
    bool is_finite;  /* it is not restarted */
    bool is_foreign; /* somebody else runs it */
    char ip[20];
    char started_at[CLOCK_TEXT_MAX];
} Pod;

typedef struct Kubelet {
    Controllers *set;
    Controller *controller;
    Workload **workloads;
    int workload_count, workload_capacity;
    Pod **pods;
    int pod_count, pod_capacity, made;
} Kubelet;

/* ---- workloads --------------------------------------------------------------------------------------------------------------------- */

/* The Deployment behind a pod's ReplicaSet, another owner, or the pod itself. */
static const char *workload_name(const Kubelet *self, const cJSON *pod, bool *out_is_deployment)
{
    const char *set = fact_controller_of_kind(pod, "ReplicaSet");
    const cJSON *replicaset =
        set ? kube_find(self->set->options.cluster, "replicasets", fact_ns(pod), set) : NULL;
    const char *deployment = fact_controller_of_kind(replicaset, "Deployment");

    *out_is_deployment = deployment != NULL;
    return deployment ? deployment : json_string_or(fact_controller(pod), "name", fact_name(pod));
}

static Workload *workload_of(Kubelet *self, const cJSON *pod)
{
    bool is_deployment = false;
    const char *name = workload_name(self, pod, &is_deployment);
    Workload *workload;

    for (int i = 0; i < self->workload_count; i++)
        if (strcmp(self->workloads[i]->name, name) == 0 &&
            strcmp(self->workloads[i]->ns, fact_ns(pod)) == 0)
            return self->workloads[i];
    workload = MEMORY_NEW(Workload);
    workload->ns = memory_text(fact_ns(pod));
    workload->name = memory_text(name);
    workload->is_deployment = is_deployment;
    workload->lane = memory_format("pods/%s/%s", self->set->options.lane, name);
    workload->random = world_random(self->set->options.world, workload->lane);
    MEMORY_GROW(self->workloads, self->workload_count, self->workload_capacity);
    self->workloads[self->workload_count++] = workload;
    return workload;
}

static int count(const Kubelet *self, const char *ns, const char *workload, PodState state)
{
    int sum = 0;

    for (int i = 0; i < self->pod_count; i++) {
        const Pod *pod = self->pods[i];

        sum += pod->state == state && !pod->is_foreign &&
               strcmp(pod->workload->name, workload) == 0 && strcmp(pod->ns, ns) == 0;
    }
    return sum;
}

int kubelet_ready(const Kubelet *self, const char *ns, const char *workload)
{
    return count(self, ns, workload, POD_READY);
}

int kubelet_ending(const Kubelet *self, const char *ns, const char *workload)
{
    return count(self, ns, workload, POD_ENDING);
}

static void note(const Kubelet *self, Workload *workload)
{
    const ControllersOptions *options = &self->set->options;
    const cJSON *deployment =
        kube_find(options->cluster, "deployments", workload->ns, workload->name);
    int ready = count(self, workload->ns, workload->name, POD_READY);
    int wanted = deployment ? (int)json_integer_or(deployment, "spec/replicas", 1) : 0;
    char what[64];

    if (ready == workload->told_ready)
        return;
    workload->told_ready = ready;
    if (wanted == 0 && ready == 0)
        snprintf(what, sizeof what, "no pods any more");
    else
        snprintf(what, sizeof what, "%d of %d pods ready", ready, wanted);
    if (!self->set->is_adopting)
        world_note(options->world, options->lane, "deployment-controller", "deployments",
                   workload->name, what);
}

static void tell(const Kubelet *self, const Pod *pod)
{
    if (!pod->workload->is_deployment || pod->is_foreign)
        return;
    note(self, pod->workload);
    controllers_tell_pods(self->set, pod->workload->ns, pod->workload->name, false);
}

/* ---- what a pod says of itself ------------------------------------------------------------------------------------------------------- */

static cJSON *conditions(const Pod *pod, bool is_ready, const char *reason)
{
    static const char *const TYPES[] = {"PodReadyToStartContainers", "Initialized", "Ready",
                                        "ContainersReady", "PodScheduled"};
    cJSON *all = cJSON_CreateArray();
    char now[CLOCK_TEXT_MAX];

    clock_rfc3339(clock_wall_ms(), now);
    for (int i = 0; i < 5; i++) {
        bool is_true = is_ready || (i != 2 && i != 3);
        cJSON *condition = object_format(
            "{'type':'%s','status':'%s','lastProbeTime':null,'lastTransitionTime':'%s'}", TYPES[i],
            is_true ? "True" : "False", is_true && i != 2 && i != 3 ? pod->started_at : now);

        if (!is_true && reason)
            cJSON_AddStringToObject(condition, "reason", reason);
        cJSON_AddItemToArray(all, condition);
    }
    return all;
}

/* code: -1 while it runs. */
static cJSON *container_status(const Pod *pod, const cJSON *container, bool is_ready, int code)
{
    cJSON *status = object_format("{'name':'%s','ready':%s,'restartCount':0,'started':%s,"
                                  "'lastState':{},'imageID':'','containerID':''}",
                                  json_string_or(container, "name", ""),
                                  is_ready ? "true" : "false", code < 0 ? "true" : "false");
    char now[CLOCK_TEXT_MAX];

    cJSON_AddStringToObject(status, "image", json_string_or(container, "image", ""));
    if (code < 0)
        json_put(status, "state", object_format("{'running':{'startedAt':'%s'}}", pod->started_at));
    else
        json_put(status, "state",
                 object_format("{'terminated':{'exitCode':%d,'reason':'%s','startedAt':'%s',"
                               "'finishedAt':'%s'}}",
                               code, code ? "Error" : "Completed", pod->started_at,
                               clock_rfc3339(clock_wall_ms(), now)));
    return status;
}

static void show(Kubelet *self, Pod *pod, const cJSON *object, bool is_ready, int code)
{
    const char *phase = code < 0 ? "Running" : code ? "Failed" : "Succeeded";
    cJSON *status, *containers = cJSON_CreateArray();
    const cJSON *container;

    if (!*pod->started_at)
        clock_rfc3339(clock_wall_ms(), pod->started_at);
    status =
        object_format("{'phase':'%s','podIP':'%s','podIPs':[{'ip':'%s'}],'hostIP':'10.0.0.1',"
                      "'hostIPs':[{'ip':'10.0.0.1'}],'startTime':'%s','qosClass':'BestEffort'}",
                      phase, pod->ip, pod->ip, pod->started_at);
    cJSON_ArrayForEach(container, json_find(object, "spec/containers"))
        cJSON_AddItemToArray(containers, container_status(pod, container, is_ready, code));
    cJSON_AddItemToObject(status, "conditions",
                          conditions(pod, is_ready,
                                     code == 0 ? "PodCompleted" : "ContainersNotReady"));
    cJSON_AddItemToObject(status, "containerStatuses", containers);
    controller_status(self->controller, "pods", pod->ns, pod->name, status);
}

/* ---- a pod's life -------------------------------------------------------------------------------------------------------------------- */

static bool may_be_ready(const Kubelet *self, const Pod *pod)
{
    const ControllersOptions *options = &self->set->options;

    return !options->may_be_ready || options->may_be_ready(options->owner, pod->workload->name);
}

static bool may_end(const Kubelet *self, const Pod *pod)
{
    const ControllersOptions *options = &self->set->options;

    return !options->may_end || options->may_end(options->owner, pod->workload->name);
}

static int64_t start_time(const Kubelet *self, Workload *workload)
{
    const ControllersOptions *options = &self->set->options;
    const Span *span = &options->world->parameters.pods.start;

    if (self->set->is_adopting)
        return 0;
    if (workload->is_deployment && !workload->has_run && options->first_start)
        span = options->first_start;
    return span_draw(span, &workload->random) + 1;
}

static Pod *begin(Kubelet *self, const cJSON *object)
{
    Pod *pod = MEMORY_NEW(Pod);
    int number = self->made++;

    pod->ns = memory_text(fact_ns(object));
    pod->name = memory_text(fact_name(object));
    pod->workload = workload_of(self, object);
    pod->is_foreign = controllers_is_foreign(self->set, object);
    pod->is_finite = strcmp(json_string_or(object, "spec/restartPolicy", "Always"), "Always") != 0;
    snprintf(pod->ip, sizeof pod->ip, "10.%d.%d.%d", 1 + number / 62500, number / 250 % 250,
             number % 250 + 1);
    pod->next_ms = clock_mono_ms() + (pod->is_foreign ? 0 : start_time(self, pod->workload));
    MEMORY_GROW(self->pods, self->pod_count, self->pod_capacity);
    self->pods[self->pod_count++] = pod;
    if (!pod->is_foreign && !json_has(object, "spec/nodeName"))
        controller_merge(self->controller, "pods", pod->ns, pod->name,
                         object_format("{'spec':{'nodeName':'%s'}}", NODE));
    return pod;
}

static Pod *pod_find(const Kubelet *self, const char *ns, const char *name)
{
    for (int i = 0; i < self->pod_count; i++)
        if (strcmp(self->pods[i]->name, name) == 0 && strcmp(self->pods[i]->ns, ns) == 0)
            return self->pods[i];
    return NULL;
}

static void pod_free(Pod *pod)
{
    free(pod->ns);
    free(pod->name);
    free(pod);
}

static void take_out(Kubelet *self, Pod *pod)
{
    for (int i = 0; i < self->pod_count; i++)
        if (self->pods[i] == pod) {
            self->pod_count--;
            memmove(self->pods + i, self->pods + i + 1,
                    (size_t)(self->pod_count - i) * sizeof *self->pods);
            return;
        }
}

static void forget(Kubelet *self, Pod *pod)
{
    const ControllersOptions *options = &self->set->options;

    take_out(self, pod);
    tell(self, pod);
    if (pod->is_foreign && options->on_foreign_gone)
        options->on_foreign_gone(options->owner, pod->name);
    pod_free(pod);
}

/* The last words of the first container's command. */
static const char *command_of(const cJSON *object)
{
    const cJSON *container = json_find(object, "spec/containers/0");
    const cJSON *words = json_find(container, "args");
    const cJSON *last = NULL, *word;

    if (!words || !words->child)
        words = json_find(container, "command");
    cJSON_ArrayForEach(word, words) last = word;
    return last && cJSON_IsString(last) ? last->valuestring : "";
}

static int exit_code(const cJSON *object)
{
    const char *command = command_of(object), *exit = strstr(command, "exit ");

    if (strcmp(command, "false") == 0)
        return 1;
    return exit ? atoi(exit + 5) : 0;
}

static int64_t command_time(Pod *pod, const cJSON *object)
{
    const char *command = command_of(object), *sleep = strstr(command, "sleep ");
    const cJSON *words = json_find(object, "spec/containers/0/command");

    if (sleep)
        return atoll(sleep + 6) * 1000;
    if (words && cJSON_GetArraySize(words) == 2 &&
        strcmp(json_string_or(words, "0", ""), "sleep") == 0)
        return atoll(command) * 1000;
    return span_draw(&COMMAND_TIME, &pod->workload->random);
}

static void run(Kubelet *self, Pod *pod, const cJSON *object)
{
    bool is_ready = may_be_ready(self, pod);

    if (!is_ready && pod->state == POD_WAITING)
        return;
    pod->state = is_ready ? POD_READY : POD_WAITING;
    pod->workload->has_run |= is_ready;
    pod->next_ms = pod->is_finite ? clock_mono_ms() + command_time(pod, object) : 0;
    show(self, pod, object, is_ready, -1);
    if (pod->is_finite)
        controller_after(self->controller, pod->ns, pod->name, pod->next_ms - clock_mono_ms());
    tell(self, pod);
}

static void finish(Kubelet *self, Pod *pod, const cJSON *object)
{
    show(self, pod, object, false, exit_code(object));
    forget(self, pod);
}

static void begin_end(Kubelet *self, Pod *pod)
{
    pod->state = POD_ENDING;
    pod->next_ms = clock_mono_ms() + span_draw(&self->set->options.world->parameters.pods.stop,
                                               &pod->workload->random);
    controller_after(self->controller, pod->ns, pod->name, pod->next_ms - clock_mono_ms());
    tell(self, pod);
}

static void end(Kubelet *self, Pod *pod)
{
    const ControllersOptions *options = &self->set->options;
    KubeStatus status = {0};

    if (!may_end(self, pod))
        return;
    kube_delete(options->cluster, "pods", pod->ns, pod->name,
                &(KubeDeletion){.manager = MANAGER, .grace_s = &(int64_t){0}}, NULL, &status);
    kube_status_release(&status);
    forget(self, pod);
}

static void reconcile(void *data, const char *ns, const char *name)
{
    Kubelet *self = data;
    const cJSON *object = controller_read(self->controller, "pods", ns, name);
    Pod *pod = pod_find(self, ns, name);
    int64_t wait_ms;

    if (!object || (!pod && fact_pod_is_over(object) && !fact_is_leaving(object))) {
        if (pod)
            forget(self, pod);
        return;
    }
    if (!pod)
        pod = begin(self, object);
    if (fact_is_leaving(object) && pod->state != POD_ENDING) {
        begin_end(self, pod);
        return;
    }
    wait_ms = pod->next_ms - clock_mono_ms();
    if (wait_ms > 0)
        controller_after(self->controller, ns, name, wait_ms);
    else if (pod->state == POD_ENDING)
        end(self, pod);
    else if (pod->is_foreign)
        return;
    else if (pod->state == POD_READY && pod->is_finite)
        finish(self, pod, object);
    else if (pod->state != POD_READY)
        run(self, pod, controller_read(self->controller, "pods", ns, name));
}

/* Those that are held back may ask again. */
void kubelet_kick(Kubelet *self)
{
    for (int i = 0; i < self->pod_count; i++) {
        Pod *pod = self->pods[i];

        if ((pod->state == POD_WAITING || pod->state == POD_ENDING) &&
            !controller_is_waiting(self->controller, pod->ns, pod->name))
            controller_after(self->controller, pod->ns, pod->name,
                             span_draw(&PROBE, &pod->workload->random));
    }
}

/* ---- the whole --------------------------------------------------------------------------------------------------------------------- */

static void on_pod(void *data, const KubeChange *change)
{
    Kubelet *self = data;

    if (change->type == KUBE_ADDED || fact_is_leaving(change->object) ||
        (change->type == KUBE_DELETED &&
         pod_find(self, fact_ns(change->object), fact_name(change->object))))
        controller_dirty_object(self->controller, change->object);
}

static void kubelet_free(void *data)
{
    Kubelet *self = data;

    for (int i = 0; i < self->pod_count; i++)
        pod_free(self->pods[i]);
    for (int i = 0; i < self->workload_count; i++) {
        free(self->workloads[i]->ns);
        free(self->workloads[i]->name);
        free(self->workloads[i]->lane);
        free(self->workloads[i]);
    }
    free(self->pods);
    free(self->workloads);
    free(self);
}

Controller *kubelet_controller_new(Controllers *set)
{
    Kubelet *self = MEMORY_NEW(Kubelet);

    self->set = set;
    set->kubelet = self;
    self->controller = controller_new(&(ControllerOptions){
        .world = set->options.world,
        .cluster = set->options.cluster,
        .lane = set->options.lane,
        .name = "kubelet",
        .manager = MANAGER,
        .delay = {5, 30},
        .sync = reconcile,
        .owner = self,
        .free = kubelet_free
    });
    controller_watch(self->controller, "pods", on_pod);
    node_register(set->options.cluster);
    return self->controller;
}
