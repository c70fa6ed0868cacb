/*
 * fakes/kubernetes/surface/cells_pods.c - what a pod is doing, in a word.
 */
#include <stdio.h>
#include <string.h>

#include "fakes/kubernetes/surface/cells.h"

cJSON *cell_pod_ready(const cJSON *object, const Column *column)
{
    const cJSON *status;
    int ready = 0;
    char text[48];

    (void)column;
    cJSON_ArrayForEach(status, json_find(object, "status/containerStatuses"))
    {
        ready += json_bool_or(status, "ready", false);
    }
    snprintf(text, sizeof text, "%d/%d", ready,
             cJSON_GetArraySize(json_find(object, "spec/containers")));
    return cJSON_CreateString(text);
}

/* "ExitCode:1" of a container that ended without saying why. */
static const char *ended_text(const cJSON *terminated, char out_text[64])
{
    const char *reason = json_string_or(terminated, "reason", "");
    int64_t signal = json_integer_or(terminated, "signal", 0);

    if (*reason)
        snprintf(out_text, 64, "%s", reason);
    else if (signal != 0)
        snprintf(out_text, 64, "Signal:%lld", (long long)signal);
    else
        snprintf(out_text, 64, "ExitCode:%lld",
                 (long long)json_integer_or(terminated, "exitCode", 0));
    return out_text;
}

/* The first init container that has not come through says how far they are: "Init:0/2", "Init:CrashLoopBackOff". */
static bool find_init_status(const cJSON *object, char out_text[80])
{
    const cJSON *status;
    int index = 0, count = cJSON_GetArraySize(json_find(object, "spec/initContainers"));
    char ended[64];

    cJSON_ArrayForEach(status, json_find(object, "status/initContainerStatuses"))
    {
        const cJSON *terminated = json_find(status, "state/terminated");
        const char *waiting = json_string_or(status, "state/waiting/reason", "");

        if (terminated != NULL ? json_integer_or(terminated, "exitCode", 0) == 0
                               : json_bool_or(status, "started", false)) {
            index++;
            continue;
        }
        if (terminated != NULL)
            snprintf(out_text, 80, "Init:%s", ended_text(terminated, ended));
        else if (*waiting && strcmp(waiting, "PodInitializing") != 0)
            snprintf(out_text, 80, "Init:%.60s", waiting);
        else
            snprintf(out_text, 80, "Init:%d/%d", index, count);
        return true;
    }
    return false;
}

/* The first container that waits or has ended gives the pod its word, unless another one still runs. */
static void find_status(const cJSON *object, char out_text[80])
{
    const cJSON *status;
    bool is_running = false, is_found = false;
    char ended[64];

    snprintf(out_text, 80, "%.70s",
             json_string_or(object, "status/reason",
                            json_string_or(object, "status/phase", "Unknown")));
    cJSON_ArrayForEach(status, json_find(object, "status/containerStatuses"))
    {
        const char *waiting = json_string_or(status, "state/waiting/reason", "");
        const cJSON *terminated = json_find(status, "state/terminated");

        is_running = is_running ||
                     (json_bool_or(status, "ready", false) && json_has(status, "state/running"));
        if (is_found || (*waiting == 0 && terminated == NULL))
            continue;
        snprintf(out_text, 80, "%.70s", *waiting ? waiting : ended_text(terminated, ended));
        is_found = true;
    }
    if (strcmp(out_text, "Completed") == 0 && is_running)
        snprintf(out_text, 80, "Running");
}

cJSON *cell_pod_status(const cJSON *object, const Column *column)
{
    char text[80];

    (void)column;
    if (json_has(object, "metadata/deletionTimestamp"))
        return cJSON_CreateString(
            strcmp(json_string_or(object, "status/reason", ""), "NodeLost") == 0 ? "Unknown"
                                                                                 : "Terminating");
    if (!find_init_status(object, text))
        find_status(object, text);
    return cJSON_CreateString(text);
}

/* "3 (2m ago)" */
cJSON *cell_pod_restarts(const cJSON *object, const Column *column)
{
    const cJSON *status;
    int64_t restarts = 0;
    const char *last = "";
    char text[64], age[24];

    (void)column;
    cJSON_ArrayForEach(status, json_find(object, "status/containerStatuses"))
    {
        const char *ended = json_string_or(status, "lastState/terminated/finishedAt", "");

        restarts += json_integer_or(status, "restartCount", 0);
        last = strcmp(ended, last) > 0 ? ended : last;
    }
    if (restarts > 0 && *last)
        snprintf(text, sizeof text, "%lld (%s ago)", (long long)restarts, cells_age(last, age));
    else
        snprintf(text, sizeof text, "%lld", (long long)restarts);
    return cJSON_CreateString(text);
}

cJSON *cell_pod_ip(const cJSON *object, const Column *column)
{
    const char *ip = json_string_or(object, "status/podIP", "");

    return cJSON_CreateString(
        *ip ? ip : json_string_or(object, "status/podIPs/0/ip", column->otherwise));
}

/* "1/2": how many of the readiness gates are open. */
cJSON *cell_pod_gates(const cJSON *object, const Column *column)
{
    const cJSON *gates = json_find(object, "spec/readinessGates"), *gate, *condition;
    int open = 0;
    char text[32];

    cJSON_ArrayForEach(gate, gates)
    {
        cJSON_ArrayForEach(condition, json_find(object, "status/conditions"))
        {
            open += strcmp(json_string_or(condition, "type", ""),
                           json_string_or(gate, "conditionType", "-")) == 0 &&
                    strcmp(json_string_or(condition, "status", ""), "True") == 0;
        }
    }
    snprintf(text, sizeof text, "%d/%d", open, cJSON_GetArraySize(gates));
    return cJSON_CreateString(cJSON_GetArraySize(gates) > 0 ? text : column->otherwise);
}
