/*
 * sim/site.c - one control plane: a model with a resolver, an edge and tokens, and a cluster that is made when somebody looks.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "sim/definitions.h"
#include "sim/inside.h"
#include "sim/population.h"

static void on_pods(void *owner, const char *ns, const char *deployment, int ready,
                    bool pods_replaced)
{
    ControlPlaneSite *site = owner;
    bool was_up = site->edge_is_up;

    (void)ns;
    if (strcmp(deployment, "tsb-operator-control-plane") == 0 && pods_replaced)
        tokens_kick(site->tokens);
    if (strcmp(deployment, "edge") != 0 || !site->is_populated)
        return;
    site->edge_is_up = ready > 0;
    if (pods_replaced || was_up != site->edge_is_up)
        edge_restart(site->edge, site->edge_is_up);
}

ControlPlaneSite *site_new(World *world, int number)
{
    ControlPlaneSite *site = MEMORY_NEW(ControlPlaneSite);
    char stream[48];
    Random random;

    site->world = world;
    site->number = number;
    site->edge_is_up = true;
    snprintf(site->name, sizeof site->name, "cp-%04d", number + 1);
    snprintf(stream, sizeof stream, "kubernetes/%s", site->name);
    random = world_random(world, stream);
    site->cluster = kube_cluster_new(site->name, &random);
    site->resolver = resolver_new(site);
    site->edge = edge_new(site);
    site->tokens = tokens_new(site);
    return site;
}

bool site_start(ControlPlaneSite *site, Error *err)
{
    if (!resolver_start(site->resolver, err))
        return false;
    tokens_start(site->tokens);
    edge_start(site->edge);
    return true;
}

KubeCluster *site_resource(ControlPlaneSite *site)
{
    if (!site->has_resource)
        population_resource(site);
    site->has_resource = true;
    return site->cluster;
}

KubeCluster *site_cluster(ControlPlaneSite *site)
{
    if (site->is_populated)
        return site->cluster;
    definitions_site(site->cluster);
    site_resource(site);
    population_site(site);
    tokens_populate(site->tokens);
    site->controllers = controllers_new(&(ControllersOptions){.cluster = site->cluster,
                                                              .world = site->world,
                                                              .lane = site->name,
                                                              .on_change = on_pods,
                                                              .owner = site});
    controllers_adopt(site->controllers);
    site->is_populated = true;
    if (site->edge)
        edge_log_connection(site->edge);
    return site->cluster;
}

int site_ready_pods(const ControlPlaneSite *site, const char *deployment)
{
    return site->is_populated ? controllers_ready(site->controllers, "istio-system", deployment)
                              : 1;
}

void site_free(ControlPlaneSite *site)
{
    if (!site)
        return;
    edge_free(site->edge);
    tokens_free(site->tokens);
    resolver_free(site->resolver);
    controllers_free(site->controllers);
    kube_cluster_free(site->cluster);
    free(site);
}
