/*
 * tests/bench/kubernetes_bench.c - how long a world's clusters take to fill, and a status to be written.
 *
 * The aim: 1 000 clusters of 25 objects in less than 150 ms, on one core of 2.5 GHz.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fakes/kubernetes/cluster.h"

enum { CLUSTERS = 1000, OBJECTS = 22, PLANE = 2, KINDS = 3 };

static const char *const RESOURCES[KINDS] = {"secrets", "deployments", "controlplanes"};
static const char *const OBJECTS_OF[KINDS] = {
    "{\"metadata\":{\"name\":\"x\",\"labels\":{\"app\":\"tsb\"}},\"data\":{\"a\":\"YQ==\",\"b\":\"YQ==\"}}",
    "{\"metadata\":{\"name\":\"x\"},\"spec\":{\"replicas\":1,\"selector\":{\"matchLabels\":{\"app\":\"x\"}},"
    "\"template\":{\"metadata\":{\"labels\":{\"app\":\"x\"}},\"spec\":{\"containers\":[{\"name\":\"c\","
    "\"image\":\"registry.test/c:1\"}]}}}}",
    "{\"metadata\":{\"name\":\"x\"},\"spec\":{\"hub\":\"registry.test\",\"managementPlane\":{\"host\":"
    "\"tsb.test\",\"port\":443,\"clusterName\":\"c\",\"selfSigned\":true}}}",
};

/* manager NULL: nobody owns what is written, as of what a world makes for itself. */
static void create(KubeCluster *cluster, const char *resource, const char *manager, cJSON *object,
                   int i)
{
    const KubeWriter writer = {.manager = manager};
    char name[24];
    bool ok;

    snprintf(name, sizeof name, "object-%d", i);
    json_put_string(object, "metadata/name", name);
    ok = kube_create(cluster, resource, "default", object, &writer, NULL, NULL);
    assert(ok);
    (void)ok;
}

static KubeCluster *new_cluster(const Random *random, const char *manager, cJSON *const *objects)
{
    KubeCluster *cluster = kube_cluster_new("cp", random);

    for (int i = 0; i < OBJECTS; i++)
        create(cluster, RESOURCES[i % KINDS], manager, objects[i % KINDS], i);
    return cluster;
}

static void write_statuses(KubeCluster *const *clusters)
{
    cJSON *status = cJSON_Parse("{\"phase\":\"Ready\"}");

    for (int i = 0; i < CLUSTERS; i++)
        kube_set_status(clusters[i], "controlplanes", "default", "object-2", "bench", status);
    cJSON_Delete(status);
}

static double ms_since(int64_t start_ns)
{
    return (double)(clock_real_ns() - start_ns) / 1e6;
}

static void measure(const Random *random, const char *manager, cJSON *const *objects)
{
    KubeCluster **clusters = memory_new(CLUSTERS, sizeof(KubeCluster *));
    const char *who = manager ? ", with owners" : "";
    int64_t start_ns = clock_real_ns();

    for (int i = 0; i < CLUSTERS; i++)
        clusters[i] = new_cluster(random, manager, objects);
    printf("kubernetes: %d clusters of %d objects%s: %.1f ms\n", CLUSTERS, OBJECTS + 2, who,
           ms_since(start_ns));
    start_ns = clock_real_ns();
    write_statuses(clusters);
    printf("kubernetes: a status write%s: %.2f us\n", who, ms_since(start_ns) * 1000 / CLUSTERS);
    for (int i = 0; i < CLUSTERS; i++)
        kube_cluster_free(clusters[i]);
    free(clusters);
}

int main(void)
{
    cJSON *objects[KINDS];
    Random random;

    random_init(&random, 1, "bench");
    for (int i = 0; i < KINDS; i++)
        objects[i] = cJSON_Parse(OBJECTS_OF[i]);
    measure(&random, NULL, objects);
    measure(&random, "helm", objects);
    for (int i = 0; i < KINDS; i++)
        cJSON_Delete(objects[i]);
    return 0;
}
