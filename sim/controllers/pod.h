/*
 * sim/controllers/pod.h - one pod of a Deployment: starting, ready, ending.
 *
 * A pod tells its owner when it got ready or is gone; the owner decides what follows.
 */
#ifndef SIM_CONTROLLERS_POD_H
#define SIM_CONTROLLERS_POD_H

#include "base/loop.h"
#include "base/random.h"
#include "sim/inside.h"

typedef struct Pod Pod;

typedef enum {
    POD_STARTING,
    POD_WAITING, /* runs, and its readiness probe fails */
    POD_READY,
    POD_ENDING, /* Terminating: no longer in Endpoints, still there */
    POD_GONE,
} PodState;

typedef struct {
    Loop *loop;
    KubeCluster *cluster;
    const char *ns, *deployment; /* borrowed */
    const cJSON *labels;         /* of the template; copied */
    const char *hash;            /* of the template */
    int number;                  /* makes name and address */
    bool (*may_be_ready)(void *owner);
    bool (*may_end)(void *owner);
    void (*on_change)(void *owner,
                      Pod *pod); /* after each change of state; must not free the pod */
    void *owner;
} PodOptions;

Pod *pod_new(const PodOptions *options, int64_t start_ms); /* start_ms 0: ready at once */
void pod_free(Pod *pod);
void pod_end(Pod *pod, int64_t stop_ms);
void pod_vanish(Pod *pod); /* somebody deleted its object */
/* What held it back may be gone: looks again after delay_ms. */
void pod_kick(Pod *pod, int64_t delay_ms);
PodState pod_state(const Pod *pod);
const char *pod_hash(const Pod *pod);
const char *pod_name(const Pod *pod);
const char *pod_ip(const Pod *pod);

#endif
