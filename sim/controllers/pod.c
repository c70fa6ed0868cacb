/*
 * sim/controllers/pod.c - one pod of a Deployment.
 *
 * All goes well: it is made (Pending), runs after its start time, is ready at once, and when it is ended stays Terminating for its stop
 * time. Held back: it runs without being ready, or stays Terminating, until it is kicked and may.
 */
#include "sim/controllers/pod.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "sim/objects.h"

static const char MANAGER[] = "kubelet";

struct Pod {
    PodOptions options;
    PodState state;
    char name[96], ip[20], hash[16];
    Timer *timer;
};

static cJSON *status_of(const Pod *pod, bool is_ready)
{
    const char *name = pod->options.deployment, *ready = is_ready ? "True" : "False";
    char now[CLOCK_TEXT_MAX];

    clock_rfc3339(clock_wall_ms(), now);
    return object_format(
        "{'phase':'Running','podIP':'%s','startTime':'%s','conditions':["
        "{'type':'PodScheduled','status':'True','lastTransitionTime':'%s'},"
        "{'type':'Initialized','status':'True','lastTransitionTime':'%s'},"
        "{'type':'ContainersReady','status':'%s','lastTransitionTime':'%s'},"
        "{'type':'Ready','status':'%s','lastTransitionTime':'%s'}],"
        "'containerStatuses':[{'name':'%s','ready':%s,'restartCount':0,'started':true,"
        "'image':'containers.dl.tetrate.io/%s:1.12.0','state':{'running':{'startedAt':'%s'}}}]}",
        pod->ip, now, now, now, ready, now, ready, now, name, is_ready ? "true" : "false", name,
        now);
}

/* is_ready: it has run since before the world began. */
static void object_make(Pod *pod, bool is_ready)
{
    const PodOptions *options = &pod->options;
    cJSON *object = object_format(
        "{'metadata':{'name':'%s','generateName':'%s-%s-'},"
        "'spec':{'containers':[{'name':'%s','image':'containers.dl.tetrate.io/%s:1.12.0'}],"
        "'nodeName':'node-1','restartPolicy':'Always'}}",
        pod->name, options->deployment, pod->hash, options->deployment, options->deployment);
    cJSON *labels = cJSON_Duplicate(options->labels, true);

    if (!labels)
        labels = cJSON_CreateObject();
    json_put_string(labels, "pod-template-hash", pod->hash);
    json_put(object, "metadata/labels", labels);
    json_put(object, "status",
             is_ready ? status_of(pod, true) : object_format("{'phase':'Pending'}"));
    object_create(options->cluster, "pods", options->ns, "kube-controller-manager", object);
}

static void object_show(Pod *pod, bool is_ready)
{
    if (kube_find(pod->options.cluster, "pods", pod->options.ns, pod->name))
        object_set_status(pod->options.cluster, "pods", pod->options.ns, pod->name, MANAGER,
                          status_of(pod, is_ready));
}

/* While it is Terminating the object stays, with its deletionTimestamp; a finalizer stands for the kubelet's grace period. */
static void object_terminate(Pod *pod)
{
    const PodOptions *options = &pod->options;

    if (!kube_find(options->cluster, "pods", options->ns, pod->name))
        return;
    object_merge(options->cluster, "pods", options->ns, pod->name, MANAGER,
                 object_format("{'metadata':{'finalizers':['understudy.dev/grace-period']}}"));
    object_delete(options->cluster, "pods", options->ns, pod->name);
}

static void object_drop(Pod *pod)
{
    const PodOptions *options = &pod->options;

    if (kube_find(options->cluster, "pods", options->ns, pod->name))
        object_merge(options->cluster, "pods", options->ns, pod->name, MANAGER,
                     object_format("{'metadata':{'finalizers':null}}"));
}

static void become(Pod *pod, PodState state)
{
    pod->state = state;
    if (state == POD_GONE)
        object_drop(pod);
    else if (state != POD_ENDING)
        object_show(pod, state == POD_READY);
    pod->options.on_change(pod->options.owner, pod);
}

static void on_time(void *owner)
{
    Pod *pod = owner;
    const PodOptions *options = &pod->options;

    if (pod->state == POD_ENDING) {
        if (options->may_end(options->owner))
            become(pod, POD_GONE);
    } else if (pod->state == POD_STARTING || pod->state == POD_WAITING) {
        if (options->may_be_ready(options->owner))
            become(pod, POD_READY);
        else if (pod->state == POD_STARTING)
            become(pod, POD_WAITING);
    }
}

/* Five letters as Kubernetes draws them, from deployment, template and number, so that no draw is needed. */
static void name_make(Pod *pod)
{
    static const char LETTERS[] = "bcdfghjklmnpqrstvwxz2456789";
    uint64_t hash = 1469598103934665603u;
    char tail[6];

    for (const char *at = pod->options.deployment; *at; at++)
        hash = (hash ^ (uint8_t)*at) * 1099511628211u;
    for (const char *at = pod->hash; *at; at++)
        hash = (hash ^ (uint8_t)*at) * 1099511628211u;
    hash = (hash ^ (uint64_t)pod->options.number) * 1099511628211u;
    for (int i = 0; i < 5; i++, hash /= 27)
        tail[i] = LETTERS[hash % 27];
    tail[5] = '\0';
    snprintf(pod->name, sizeof pod->name, "%.60s-%s-%s", pod->options.deployment, pod->hash, tail);
}

Pod *pod_new(const PodOptions *options, int64_t start_ms)
{
    Pod *pod = MEMORY_NEW(Pod);

    pod->options = *options;
    snprintf(pod->hash, sizeof pod->hash, "%s", options->hash);
    snprintf(pod->ip, sizeof pod->ip, "10.%d.%d.%d", 1 + options->number / 62500,
             options->number / 250 % 250, options->number % 250 + 1);
    name_make(pod);
    while (kube_find(options->cluster, "pods", options->ns, pod->name)) {
        pod->options.number += 1000;
        name_make(pod);
    }
    pod->timer = timer_new(options->loop, on_time, pod);
    object_make(pod, start_ms == 0);
    if (start_ms > 0)
        timer_start(pod->timer, start_ms);
    else
        pod->state = POD_READY;
    return pod;
}

void pod_free(Pod *pod)
{
    if (!pod)
        return;
    timer_free(pod->timer);
    free(pod);
}

void pod_end(Pod *pod, int64_t stop_ms)
{
    if (pod->state == POD_ENDING || pod->state == POD_GONE)
        return;
    object_terminate(pod);
    become(pod, POD_ENDING);
    timer_start(pod->timer, stop_ms);
}

void pod_kick(Pod *pod, int64_t delay_ms)
{
    if ((pod->state == POD_WAITING || pod->state == POD_ENDING) && !timer_is_running(pod->timer))
        timer_start(pod->timer, delay_ms);
}

void pod_vanish(Pod *pod)
{
    timer_stop(pod->timer);
    if (pod->state != POD_GONE)
        become(pod, POD_GONE);
}

PodState pod_state(const Pod *pod)
{
    return pod->state;
}

const char *pod_hash(const Pod *pod)
{
    return pod->hash;
}

const char *pod_name(const Pod *pod)
{
    return pod->name;
}

const char *pod_ip(const Pod *pod)
{
    return pod->ip;
}
