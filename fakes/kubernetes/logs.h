/*
 * fakes/kubernetes/logs.h - what the containers of a cluster's pods have printed.
 *
 * Units: wall time in milliseconds. A pod keeps its last KUBE_LOG_LINES_MAX lines; kube_log (cluster.h) adds one.
 */
#ifndef FAKES_KUBERNETES_LOGS_H
#define FAKES_KUBERNETES_LOGS_H

#include "fakes/kubernetes/store.h"

enum { KUBE_LOG_LINES_MAX = 1000 };

typedef struct {
    int64_t at_ms;
    char *text; /* without a newline */
} KubeLogLine;

/* Lines of one pod, oldest first; 0 if it never printed. Borrowed until the next kube_log. */
int kube_log_count(const KubeCluster *cluster, const char *ns, const char *pod);
const KubeLogLine *kube_log_line(const KubeCluster *cluster, const char *ns, const char *pod,
                                 int i);

/* Told of each new line. Returns a handle for kube_log_unfollow. */
typedef void KubeLogFollower(void *owner, const KubeLogLine *line);
int kube_log_follow(KubeCluster *cluster, const char *ns, const char *pod,
                    KubeLogFollower *follower, void *owner);
void kube_log_unfollow(KubeCluster *cluster, int handle);

void kube_logs_free(KubeLogs *logs); /* accepts NULL */

#endif
