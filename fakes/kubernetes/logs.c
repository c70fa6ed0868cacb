/*
 * fakes/kubernetes/logs.c - a ring of lines per pod, and those who follow it.
 */
#include "fakes/kubernetes/logs.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"

typedef struct {
    char *ns, *pod;
    KubeLogLine *lines; /* a ring, oldest at first */
    int first, count, capacity;
} PodLog;

typedef struct {
    int handle;
    char *ns, *pod;
    KubeLogFollower *follower;
    void *owner;
} Follower;

struct KubeLogs {
    PodLog *pods;
    int pod_count, pod_capacity;
    Follower *followers;
    int follower_count, follower_capacity, last_handle;
};

static KubeLogs *logs_of(KubeCluster *cluster)
{
    if (cluster->logs == NULL)
        cluster->logs = MEMORY_NEW(KubeLogs);
    return cluster->logs;
}

static PodLog *find_pod(const KubeCluster *cluster, const char *ns, const char *pod)
{
    KubeLogs *logs = cluster->logs;

    for (int i = 0; logs != NULL && i < logs->pod_count; i++)
        if (strcmp(logs->pods[i].ns, ns) == 0 && strcmp(logs->pods[i].pod, pod) == 0)
            return &logs->pods[i];
    return NULL;
}

static PodLog *add_pod(KubeCluster *cluster, const char *ns, const char *pod)
{
    KubeLogs *logs = logs_of(cluster);

    MEMORY_GROW(logs->pods, logs->pod_count, logs->pod_capacity);
    logs->pods[logs->pod_count] = (PodLog){.ns = memory_text(ns), .pod = memory_text(pod)};
    return &logs->pods[logs->pod_count++];
}

static KubeLogLine *add_line(PodLog *log, const char *text)
{
    KubeLogLine *line;

    if (log->count == KUBE_LOG_LINES_MAX) {
        free(log->lines[log->first].text);
        log->first = (log->first + 1) % log->capacity;
        log->count--;
    } else if (log->first == 0)
        MEMORY_GROW(log->lines, log->count, log->capacity);
    line = &log->lines[(log->first + log->count++) % log->capacity];
    *line = (KubeLogLine){clock_wall_ms(), memory_text(text)};
    return line;
}

void kube_log(KubeCluster *cluster, const char *ns, const char *pod, const char *line)
{
    PodLog *log = find_pod(cluster, ns, pod);
    KubeLogLine *added = add_line(log ? log : add_pod(cluster, ns, pod), line);
    KubeLogs *logs = cluster->logs;

    /* From the last to the first: a follower may go away from inside its call. */
    for (int i = logs->follower_count - 1; i >= 0; i--) {
        Follower follower = logs->followers[i];

        if (strcmp(follower.ns, ns) == 0 && strcmp(follower.pod, pod) == 0)
            follower.follower(follower.owner, added);
    }
}

int kube_log_count(const KubeCluster *cluster, const char *ns, const char *pod)
{
    const PodLog *log = find_pod(cluster, ns, pod);

    return log ? log->count : 0;
}

const KubeLogLine *kube_log_line(const KubeCluster *cluster, const char *ns, const char *pod, int i)
{
    const PodLog *log = find_pod(cluster, ns, pod);

    return &log->lines[(log->first + i) % log->capacity];
}

int kube_log_follow(KubeCluster *cluster, const char *ns, const char *pod,
                    KubeLogFollower *follower, void *owner)
{
    KubeLogs *logs = logs_of(cluster);

    MEMORY_GROW(logs->followers, logs->follower_count, logs->follower_capacity);
    logs->followers[logs->follower_count++] =
        (Follower){++logs->last_handle, memory_text(ns), memory_text(pod), follower, owner};
    return logs->last_handle;
}

void kube_log_unfollow(KubeCluster *cluster, int handle)
{
    KubeLogs *logs = cluster->logs;

    for (int i = 0; logs != NULL && i < logs->follower_count; i++) {
        if (logs->followers[i].handle != handle)
            continue;
        free(logs->followers[i].ns);
        free(logs->followers[i].pod);
        logs->follower_count--;
        memmove(logs->followers + i, logs->followers + i + 1,
                (logs->follower_count - i) * sizeof *logs->followers);
        return;
    }
}

static void release_pod(PodLog *log)
{
    for (int i = 0; i < log->count; i++)
        free(log->lines[(log->first + i) % log->capacity].text);
    free(log->lines);
    free(log->ns);
    free(log->pod);
}

void kube_logs_free(KubeLogs *logs)
{
    if (logs == NULL)
        return;
    for (int i = 0; i < logs->pod_count; i++)
        release_pod(&logs->pods[i]);
    for (int i = 0; i < logs->follower_count; i++) {
        free(logs->followers[i].ns);
        free(logs->followers[i].pod);
    }
    free(logs->pods);
    free(logs->followers);
    free(logs);
}
