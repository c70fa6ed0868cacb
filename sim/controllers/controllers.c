/*
 * sim/controllers/controllers.c - the controllers of one cluster, together.
 *
 * A world is made with its Deployments alone; controllers_adopt lets every controller work until nothing is left to do, in no time and
 * without telling anybody, so that the story begins with all that belongs to them in place.
 */
#include "sim/controllers/controllers.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

const char CONTROLLER_MANAGER[] = "kube-controller-manager";
static const Span DELAY = {5, 30}; /* seen on an idle machine */

/* What each looks at when a world is made; NULL: nothing is there for it yet. */
static const struct {
    Controller *(*make)(Controllers *set);
    const char *resource;
} TABLE[] = {
    {deployment_controller_new,  "deployments"             },
    {statefulset_controller_new, "statefulsets"            },
    {job_controller_new,         "jobs"                    },
    {cronjob_controller_new,     "cronjobs"                },
    {replicaset_controller_new,  "replicasets"             },
    {kubelet_controller_new,     "pods"                    },
    {endpoint_controller_new,    "services"                },
    {service_controller_new,     "services"                },
    {autoscaler_controller_new,  "horizontalpodautoscalers"},
    {garbage_controller_new,     NULL                      },
};
enum { TABLE_COUNT = sizeof TABLE / sizeof *TABLE };

Controller *controllers_make(Controllers *set, const char *name,
                             void (*sync)(void *owner, const char *ns, const char *name),
                             void *owner, void (*free_owner)(void *owner))
{
    return controller_new(&(ControllerOptions){.world = set->options.world,
                                               .cluster = set->options.cluster,
                                               .lane = set->options.lane,
                                               .name = name,
                                               .manager = CONTROLLER_MANAGER,
                                               .delay = DELAY,
                                               .sync = sync,
                                               .owner = owner,
                                               .free = free_owner});
}

bool controllers_is_foreign(const Controllers *set, const cJSON *object)
{
    return set->options.is_foreign && set->options.is_foreign(set->options.owner, object);
}

/* ---- pods --------------------------------------------------------------------------------------------------------------------------- */

int controllers_ready(const Controllers *set, const char *ns, const char *deployment)
{
    return kubelet_ready(set->kubelet, ns, deployment);
}

int controllers_serving(const Controllers *set, const char *ns, const char *deployment)
{
    return kubelet_ready(set->kubelet, ns, deployment) +
           kubelet_ending(set->kubelet, ns, deployment);
}

/* A pod that ends changes what is served without changing what is ready, so this is told each time. */
void controllers_tell_pods(Controllers *set, const char *ns, const char *deployment,
                           bool pods_replaced)
{
    const ControllersOptions *options = &set->options;

    if (!set->is_adopting && options->on_change)
        options->on_change(options->owner, ns, deployment,
                           kubelet_ready(set->kubelet, ns, deployment), pods_replaced);
}

void controllers_kick(Controllers *set)
{
    kubelet_kick(set->kubelet);
}

/* ---- the whole --------------------------------------------------------------------------------------------------------------------- */

Controllers *controllers_new(const ControllersOptions *options)
{
    Controllers *set = MEMORY_NEW(Controllers);

    set->options = *options;
    set->all = memory_new(TABLE_COUNT, sizeof *set->all);
    for (; set->count < TABLE_COUNT; set->count++)
        set->all[set->count] = TABLE[set->count].make(set);
    return set;
}

void controllers_free(Controllers *set)
{
    if (!set)
        return;
    for (int i = 0; i < set->count; i++)
        controller_free(set->all[i]);
    free(set->all);
    free(set);
}

static bool meet(void *owner, const cJSON *object)
{
    controller_dirty_object(owner, object);
    return true;
}

static void adopt(Controllers *set, bool is_adopting)
{
    set->is_adopting = is_adopting;
    for (int i = 0; i < set->count; i++)
        controller_adopt(set->all[i], is_adopting);
}

void controllers_adopt(Controllers *set)
{
    bool has_looked = true;

    adopt(set, true);
    for (int i = 0; i < set->count; i++)
        if (TABLE[i].resource)
            kube_each(set->options.cluster, TABLE[i].resource, NULL, NULL, meet, set->all[i]);
    while (has_looked) {
        has_looked = false;
        for (int i = 0; i < set->count; i++)
            has_looked |= controller_settle(set->all[i]);
    }
    adopt(set, false);
}
