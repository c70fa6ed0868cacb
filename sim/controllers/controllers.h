/*
 * sim/controllers/controllers.h - the controllers of one cluster, together: what they share, and how each is made.
 *
 * Inside this folder only; the rest of the room uses inside.h.
 */
#ifndef SIM_CONTROLLERS_CONTROLLERS_H
#define SIM_CONTROLLERS_CONTROLLERS_H

#include "sim/controllers/controller.h"
#include "sim/controllers/facts.h"

extern const char CONTROLLER_MANAGER[]; /* "kube-controller-manager" */

struct Controllers {
    ControllersOptions options;
    Controller **all; /* in the order of the table */
    int count;
    struct Kubelet *kubelet;
    bool is_adopting;
};

/* Made by the kube-controller-manager unless it says otherwise; owner and free as in ControllerOptions. */
Controller *controllers_make(Controllers *set, const char *name,
                             void (*sync)(void *owner, const char *ns, const char *name),
                             void *owner, void (*free_owner)(void *owner));
/* The ready pods of a Deployment changed, or a rollout put new ones in place of the old. */
void controllers_tell_pods(Controllers *set, const char *ns, const char *deployment,
                           bool pods_replaced);

/* Somebody else looks after that object. */
bool controllers_is_foreign(const Controllers *set, const cJSON *object);

/* One for each controller: makes it with its watches. */
Controller *deployment_controller_new(Controllers *set);
Controller *replicaset_controller_new(Controllers *set);
Controller *kubelet_controller_new(Controllers *set); /* also sets set->kubelet */
Controller *endpoint_controller_new(Controllers *set);
Controller *statefulset_controller_new(Controllers *set);
Controller *job_controller_new(Controllers *set);
Controller *cronjob_controller_new(Controllers *set);
Controller *autoscaler_controller_new(Controllers *set);
Controller *service_controller_new(Controllers *set);
Controller *garbage_controller_new(Controllers *set);

/* ---- pods.c: what controllers do with pods ------------------------------------------------------------------------------------------ */

/* A pod of template for owner, with one more label (NULL: none); its name comes from prefix. Given away. */
cJSON *pod_of_template(const Controllers *set, const cJSON *owner, const cJSON *template,
                       const char *generate_name);

typedef struct {
    const cJSON **items; /* borrowed until the next write to them */
    int count, capacity;
} Objects;
/* Those of ns that owner controls; release with objects_release. */
Objects objects_controlled(Controller *controller, const char *resource, const cJSON *owner);
/*
 * The same, after owner has taken those in that its selector finds and nobody controls, and has let go of those it does not find any
 * more.
 */
Objects objects_claimed(Controller *controller, const char *resource, const cJSON *owner);
void objects_release(Objects *objects);

/* ---- kubelet.c --------------------------------------------------------------------------------------------------------------------- */

int kubelet_ready(const struct Kubelet *kubelet, const char *ns, const char *workload);
int kubelet_ending(const struct Kubelet *kubelet, const char *ns, const char *workload);
void kubelet_kick(struct Kubelet *kubelet);

/* ---- node.c ------------------------------------------------------------------------------------------------------------------------ */

/* The node "node-1", where every pod runs. */
void node_register(KubeCluster *cluster);

#endif
