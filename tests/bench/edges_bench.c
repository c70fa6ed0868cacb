/*
 * tests/bench/edges_bench.c - what modelled control planes cost: a start, ten idle minutes, one failover, one list of clusters.
 *
 * The aim (tests run thousands of drills): less than 90 us for each control plane of a drill.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "sim/inside.h"
#include "sim/objects.h"
#include "sim/seam/seam.h"

enum { CONTROL_PLANES = 1000, TOKENS = 4000 };

static void report(const char *what, int64_t begun_ns, int count)
{
    double ns = (double)(clock_real_ns() - begun_ns);

    printf("%-44s %10.3f us each (%d)\n", what, ns / 1000 / count, count);
}

static void scale(Plane *plane, const char *deployment, int replicas)
{
    object_merge(plane->cluster, "deployments", plane->ns, deployment, "kubectl-scale",
                 object_format("{'spec':{'replicas':%d}}", replicas));
}

static bool is_serving(void *owner)
{
    const World *world = owner;

    return plane_is_open(world->planes[1]) && plane_is_writable(world->planes[1]);
}

static bool are_synced(void *owner)
{
    return world_synced(owner, "mp2", 0) == CONTROL_PLANES;
}

static void promote(World *world)
{
    scale(world->planes[0], "tsb", 0);
    scale(world->planes[0], "iam", 0);
    loop_wait(world->loop, 15000, NULL);
    object_merge(world->planes[1]->cluster, "managementplanes", world->planes[1]->ns,
                 "managementplane", "kubectl-patch",
                 object_format("{'spec':{'highAvailability':{'standby':null,'active':{"
                               "'exposeEmbeddedPostgresInFrontEnvoy':true}}}}"));
    while (!is_serving(world))
        loop_wait(world->loop, 1000, NULL);
    dns_zone_point(dns_side_zone(world->dns, 0), "mp2.tsb.example.com.", DNS_CNAME,
                   "mp2-1.elb.example.net.", 60, NULL);
    dns_zone_point(dns_side_zone(world->dns, 0), "tsb.example.com.", DNS_CNAME,
                   "mp2.tsb.example.com.", 60, NULL);
    loop_wait(world->loop, 180000, NULL);
}

static void measure_list(World *world)
{
    const FrontModel *model = plane_front_model(world->planes[1]->front);
    int64_t begun = clock_real_ns();
    cJSON *clusters = model->clusters(model->self);
    char *text = cJSON_PrintUnformatted(clusters);

    report("a list of clusters, for each of them", begun, CONTROL_PLANES);
    free(text);
    cJSON_Delete(clusters);
}

static void measure_tokens(const World *world)
{
    int64_t begun = clock_real_ns();

    for (int i = 0; i < TOKENS; i++)
        free(token_sign(world->iam_key, "xcp-edge-cp-0001", 0, 3600000));
    report("a token signed", begun, TOKENS);
}

static void measure_world(World *world)
{
    int64_t begun = clock_real_ns(), failover;
    Error err = {0};
    bool is_started = world_start(world, &err);

    assert(is_started);
    (void)is_started;
    report("a control plane started", begun, CONTROL_PLANES);
    begun = clock_real_ns();
    loop_wait(world->loop, 600000, NULL);
    report("ten idle minutes", begun, CONTROL_PLANES);
    begun = clock_real_ns();
    promote(world);
    report("fence, promotion, names: both planes' share", begun, CONTROL_PLANES);
    failover = clock_real_ns();
    scale(world->planes[0], "envoy", 0);
    while (!are_synced(world))
        loop_wait(world->loop, 100, NULL);
    report("an edge through one failover", failover, CONTROL_PLANES);
    begun = clock_real_ns();
    loop_wait(world->loop, 1200000, NULL);
    report("twenty minutes more", begun, CONTROL_PLANES);
    measure_list(world);
    measure_tokens(world);
}

int main(void)
{
    WorldParameters parameters;
    Loop *loop;
    Trace *trace;
    Topology *topology;
    World *world;
    int64_t begun;

    seam_simulate(&(SeamOptions){.seed = 1, .start_wall_ms = 1772334000000, .from = "desk"});
    world_parameters_default(&parameters);
    parameters.control_planes = CONTROL_PLANES;
    loop = loop_new();
    trace = trace_new();
    topology = topology_new(1);
    begun = clock_real_ns();
    world = world_new(&(WorldOptions){.loop = loop,
                                      .trace = trace,
                                      .topology = topology,
                                      .parameters = &parameters,
                                      .seed = 1,
                                      .is_simulated = true,
                                      .folder = "/tmp"});
    report("a control plane made", begun, CONTROL_PLANES);
    measure_world(world);
    printf("%zu events\n", trace_count(trace));
    world_free(world);
    topology_free(topology);
    loop_free(loop);
    trace_free(trace);
    return 0;
}
