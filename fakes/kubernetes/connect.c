/*
 * fakes/kubernetes/connect.c - the refusals of what would have to reach a node.
 */
#include "fakes/kubernetes/connect.h"

#include <string.h>

static const struct {
    const char *plural, *subresource;
    bool is_proxy; /* any method; the others upgrade a GET or POST */
} PARTS[] = {
    {"pods",     "attach",      false},
    {"pods",     "exec",        false},
    {"pods",     "portforward", false},
    {"pods",     "proxy",       true },
    {"services", "proxy",       true },
    {"nodes",    "proxy",       true },
};

enum { PART_COUNT = sizeof PARTS / sizeof *PARTS, NO_PART = -1 };

static int find_part(const KubeKind *kind, const char *subresource)
{
    for (int i = 0; i < PART_COUNT; i++)
        if (*kind->group == 0 && strcmp(PARTS[i].plural, kind->plural) == 0 &&
            strcmp(PARTS[i].subresource, subresource) == 0)
            return i;
    return NO_PART;
}

bool connect_is_part(const KubeKind *kind, const char *subresource)
{
    return find_part(kind, subresource) != NO_PART;
}

const char *connect_verb(const KubeRequest *request)
{
    static const struct {
        const char *method, *verb;
        bool only_proxy;
    } VERBS[] = {
        {"GET",    "get",    false},
        {"POST",   "create", false},
        {"PUT",    "update", true },
        {"PATCH",  "patch",  true },
        {"DELETE", "delete", true },
    };
    int part = find_part(request->kind, request->subresource);

    for (size_t i = 0; i < sizeof VERBS / sizeof *VERBS; i++)
        if (strcmp(http_method(request->exchange), VERBS[i].method) == 0)
            return VERBS[i].only_proxy && !PARTS[part].is_proxy ? NULL : VERBS[i].verb;
    return NULL;
}

/* "a b" */
static const char *container_names(const KubeRequest *request, const cJSON *containers)
{
    const cJSON *container;
    const char *names = "";

    cJSON_ArrayForEach(container, containers)
    {
        names = arena_format(request->arena, "%s%s%s", names, *names ? " " : "",
                             json_string_or(container, "name", ""));
    }
    return names;
}

/* A pod with more than one container has to be told which. */
static bool check_container(const KubeRequest *request, const cJSON *pod, KubeStatus *status)
{
    const cJSON *containers = json_find(pod, "spec/containers"), *container;
    const char *name = http_parameter(request->exchange, "container");

    if (strcmp(request->subresource, "portforward") == 0)
        return true;
    if (name == NULL || *name == 0)
        return cJSON_GetArraySize(containers) == 1 ||
               status_bad_request(status,
                                  "a container name must be specified for pod %s, choose one of: "
                                  "[%s]",
                                  request->name, container_names(request, containers));
    cJSON_ArrayForEach(container, containers)
    {
        if (strcmp(json_string_or(container, "name", ""), name) == 0)
            return true;
    }
    return status_bad_request(status, "container %s is not valid for pod %s", name, request->name);
}

static bool check_upgrade(const KubeRequest *request, const cJSON *pod, KubeStatus *status)
{
    const char *node = json_string_or(pod, "spec/nodeName", "");

    if (!check_container(request, pod, status))
        return false;
    if (*node == 0)
        return status_bad_request(status, "pod %s does not have a host assigned", request->name);
    if (http_request_header(request->exchange, "Upgrade") == NULL)
        return status_bad_request(status, "Upgrade request required");
    return status_set(status, 500, "", NULL,
                      "error dialing backend: dial tcp: lookup %s: no such host", node);
}

bool connect_check(const KubeRequest *request, KubeStatus *status)
{
    int part = request->kind != NULL ? find_part(request->kind, request->subresource) : NO_PART;
    const cJSON *object;

    if (part == NO_PART)
        return true;
    object = kube_find(request->cluster, request->kind->plural, request->ns, request->name);
    if (object == NULL)
        return status_not_found(status, request->kind, request->name);
    if (!PARTS[part].is_proxy)
        return check_upgrade(request, object, status);
    if (strcmp(request->kind->plural, "services") == 0)
        return status_set(status, 503, "ServiceUnavailable", NULL,
                          "no endpoints available for service \"%s\"", request->name);
    return status_set(status, 503, "ServiceUnavailable", NULL,
                      "error trying to reach service: dial tcp: lookup %s: no such host",
                      json_string_or(object, "spec/nodeName", request->name));
}
