/*
 * fakes/kubernetes/podlog.c - GET pods/NAME/log: what a pod has printed, and with follow=true what it goes on to print.
 *
 * A followed log ends when the pod is gone, or its client.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fakes/kubernetes/logs.h"
#include "fakes/kubernetes/request.h"

typedef struct {
    KubeRequest *request;
    int log_handle, pod_handle;
    Timer *end;
    bool has_times;
} Follow;

static void add_line(Buffer *text, const KubeLogLine *line, bool has_time)
{
    char at[CLOCK_TEXT_MAX];

    if (has_time)
        buffer_format(text, "%s ", clock_rfc3339_micro(line->at_ms, at));
    buffer_add_text(text, line->text);
    buffer_add_text(text, "\n");
}

/* ---- following -------------------------------------------------------------------------------- */

static void follow_free(Follow *follow)
{
    request_audit(follow->request, "ResponseComplete", 200);
    kube_log_unfollow(follow->request->cluster, follow->log_handle);
    kube_unlisten(follow->request->cluster, follow->pod_handle);
    timer_free(follow->end);
    free(follow);
}

static void on_gone(void *owner)
{
    follow_free(owner);
}

static void on_line(void *owner, const KubeLogLine *line)
{
    Follow *follow = owner;
    Buffer text = {0};

    add_line(&text, line, follow->has_times);
    http_chunk(follow->request->exchange, text.data, text.length);
    buffer_release(&text);
}

static void on_end(void *owner)
{
    Follow *follow = owner;
    HttpExchange *exchange = follow->request->exchange;

    http_on_gone(exchange, NULL, NULL);
    follow_free(follow);
    http_end(exchange);
}

/* The end itself waits for the loop: this is told from inside the write that took the pod. */
static void on_pod_change(void *owner, const KubePast *past, const char *manager)
{
    Follow *follow = owner;

    (void)manager;
    if (past->type == KUBE_DELETED && strcmp(past->object->name, follow->request->name) == 0 &&
        strcmp(past->object->ns, follow->request->ns) == 0)
        timer_start(follow->end, 0);
}

static void start_following(KubeRequest *request, const Buffer *so_far)
{
    Follow *follow = MEMORY_NEW(Follow);

    follow->request = request;
    follow->has_times = request_flag(request, "timestamps");
    follow->end = timer_new(request->loop, on_end, follow);
    follow->log_handle =
        kube_log_follow(request->cluster, request->ns, request->name, on_line, follow);
    follow->pod_handle = store_listen(request->cluster, request->kind, on_pod_change, follow);
    http_on_gone(request->exchange, on_gone, follow);
    http_begin(request->exchange, 200, "text/plain");
    request_audit(request, "ResponseStarted", 200);
    if (so_far->length > 0)
        http_chunk(request->exchange, so_far->data, so_far->length);
}

/* ---- what is asked for ------------------------------------------------------------------------ */

static bool has_container(const cJSON *pod, const char *name)
{
    const cJSON *container;

    cJSON_ArrayForEach(container, json_find(pod, "spec/containers"))
    {
        if (strcmp(json_string_or(container, "name", ""), name) == 0)
            return true;
    }
    return false;
}

static bool refuse_choice(const KubeRequest *request, const cJSON *containers, KubeStatus *status)
{
    const cJSON *container;
    const char *names = "";

    cJSON_ArrayForEach(container, containers)
    {
        names = arena_format(request->arena, "%s%s%s", names, *names ? " " : "",
                             json_string_or(container, "name", ""));
    }
    return status_bad_request(status,
                              "a container name must be specified for pod %s, choose one of: [%s]",
                              request->name, names);
}

static bool check_container(const KubeRequest *request, const cJSON *pod, KubeStatus *status)
{
    const char *name = http_parameter(request->exchange, "container");
    const cJSON *containers = json_find(pod, "spec/containers");

    if (name == NULL || *name == 0)
        return cJSON_GetArraySize(containers) <= 1 || refuse_choice(request, containers, status);
    return has_container(pod, name) ||
           status_bad_request(status, "container %s is not valid for pod %s", name, request->name);
}

/* No container of these pods has ever been started twice. */
static bool refuse_previous(const KubeRequest *request, const cJSON *pod, KubeStatus *status)
{
    const char *name = http_parameter(request->exchange, "container");

    if (!request_flag(request, "previous"))
        return true;
    if (name == NULL || *name == 0)
        name = json_string_or(pod, "spec/containers/0/name", "");
    return status_bad_request(status,
                              "previous terminated container \"%s\" in pod \"%s\" not found", name,
                              request->name);
}

static bool read_tail(const KubeRequest *request, int64_t *out_lines, KubeStatus *status)
{
    KubeCauses causes = {0};

    if (!request_integer(request, "tailLines", KUBE_LOG_LINES_MAX, out_lines, status))
        return false;
    if (*out_lines < 0)
        causes_add(&causes, "FieldValueInvalid", "tailLines",
                   "Invalid value: %lld: must be greater than or equal to 0",
                   (long long)*out_lines);
    return causes_end(&causes, "", "PodLogOptions", request->name, status);
}

static void add_lines(Buffer *text, const KubeRequest *request, int64_t tail, int64_t since_s)
{
    int count = kube_log_count(request->cluster, request->ns, request->name);
    int64_t oldest_ms = since_s > 0 ? clock_wall_ms() - since_s * 1000 : 0;

    for (int i = tail < count ? count - (int)tail : 0; i < count; i++) {
        const KubeLogLine *line = kube_log_line(request->cluster, request->ns, request->name, i);

        if (line->at_ms >= oldest_ms)
            add_line(text, line, request_flag(request, "timestamps"));
    }
}

void request_follow_log(KubeRequest *request)
{
    const KubeObject *pod = store_find(request->cluster, request->kind, request->ns, request->name);
    KubeStatus status = {0};
    Buffer text = {0};
    int64_t tail, since_s;

    if (pod == NULL)
        status_not_found(&status, request->kind, request->name);
    else if (check_container(request, kube_object_json(pod), &status) &&
             refuse_previous(request, kube_object_json(pod), &status) &&
             read_tail(request, &tail, &status) &&
             request_integer(request, "sinceSeconds", 0, &since_s, &status)) {
        add_lines(&text, request, tail, since_s);
        request_add_headers(request, 200, NULL);
        if (request_flag(request, "follow"))
            start_following(request, &text);
        else
            http_answer(request->exchange, 200, "text/plain", text.data ? text.data : "",
                        text.length);
        buffer_release(&text);
        return;
    }
    request_refuse(request, &status);
}
