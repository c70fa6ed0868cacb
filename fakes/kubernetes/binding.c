/*
 * fakes/kubernetes/binding.c - POST pods/NAME/binding, or bindings: a scheduler puts a pod on a node.
 *
 * Source: kube-apiserver 1.32, registry/core/pod/storage/storage.go.
 */
#include <string.h>

#include "base/clock.h"
#include "fakes/kubernetes/request.h"

static bool refuse(const KubeRequest *request, const char *why, KubeStatus *status)
{
    return status_set(status, 409, "Conflict", status_details(request->name, "", "pods/binding"),
                      "Operation cannot be fulfilled on pods/binding \"%s\": %s", request->name,
                      why);
}

static bool check_pod(const KubeRequest *request, const cJSON *pod, KubeStatus *status)
{
    const char *node = json_string_or(pod, "spec/nodeName", "");

    if (pod == NULL)
        return status_set(status, 404, "NotFound",
                          status_details(request->name, "", "pods/binding"),
                          "pods/binding \"%s\" not found", request->name);
    if (*kube_metadata_text(pod, "deletionTimestamp"))
        return refuse(request,
                      arena_format(request->arena,
                                   "pod %s is being deleted, cannot be assigned to a host",
                                   request->name),
                      status);
    return *node == 0 ||
           refuse(request,
                  arena_format(request->arena, "pod %s is already assigned to node \"%s\"",
                               request->name, node),
                  status);
}

static bool check_target(const cJSON *binding, KubeStatus *status)
{
    const char *kind = json_string_or(binding, "target/kind", "");

    if (*kind && strcmp(kind, "Node") != 0)
        return status_set(status, 500, "", NULL,
                          "target.kind: Unsupported value: \"%s\": supported values: \"Node\", "
                          "\"<empty>\"",
                          kind);
    return *json_string_or(binding, "target/name", "") ||
           status_set(status, 500, "", NULL, "target.name: Required value");
}

/* The node, and the condition in the place of what was said of it before. */
static cJSON *new_patch(const cJSON *pod, const char *node)
{
    cJSON *patch = cJSON_CreateObject(), *conditions = cJSON_CreateArray(), *scheduled;
    const cJSON *condition;
    char now[CLOCK_TEXT_MAX];

    json_put_string(patch, "spec/nodeName", node);
    json_put(patch, "status/conditions", conditions);
    cJSON_ArrayForEach(condition, json_find(pod, "status/conditions"))
    {
        if (strcmp(json_string_or(condition, "type", ""), "PodScheduled") != 0)
            cJSON_AddItemToArray(conditions, cJSON_Duplicate(condition, true));
    }
    cJSON_AddItemToArray(conditions, scheduled = cJSON_CreateObject());
    cJSON_AddStringToObject(scheduled, "type", "PodScheduled");
    cJSON_AddStringToObject(scheduled, "status", "True");
    cJSON_AddStringToObject(scheduled, "lastTransitionTime", clock_rfc3339(clock_wall_ms(), now));
    return patch;
}

bool request_bind(KubeRequest *request, const cJSON *binding, KubeStatus *status)
{
    const cJSON *pod;
    cJSON *patch;
    bool ok;

    if (*request->name == 0)
        request->name = arena_text(request->arena, kube_metadata_text(binding, "name"));
    pod = kube_find(request->cluster, "pods", request->ns, request->name);
    if (!check_target(binding, status) || !check_pod(request, pod, status))
        return false;
    patch = new_patch(pod, json_string_or(binding, "target/name", ""));
    ok = kube_patch(request->cluster, "pods", request->ns, request->name, KUBE_BINDING_PART,
                    KUBE_MERGE_PATCH, patch, NULL, NULL, status); /* nobody owns it */
    cJSON_Delete(patch);
    if (!ok)
        return false;
    request_answer_success(request, 201);
    return true;
}

void request_answer_binding(KubeRequest *request)
{
    KubeStatus status = {0};
    cJSON *body = NULL;

    if (!request_body(request, &body, &status) || !request_bind(request, body, &status))
        request_refuse(request, &status);
    cJSON_Delete(body);
}
