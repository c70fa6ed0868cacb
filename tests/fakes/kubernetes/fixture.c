/*
 * tests/fakes/kubernetes/fixture.c - see fixture.h.
 */
#include "tests/fakes/kubernetes/fixture.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"

const char FIXTURE_DEPLOYMENT[] =
    "{'metadata':{'name':'tsb'},'spec':{'replicas':1,'selector':{'matchLabels':{'app':'tsb'}},"
    "'template':{'metadata':{'labels':{'app':'tsb'}},"
    "'spec':{'containers':[{'name':'tsb','image':'registry.test/tsb:1'}]}}}}";

cJSON *fixture_json(const char *text)
{
    char *copy = memory_text(text);
    cJSON *json;

    for (char *at = copy; *at; at++)
        if (*at == '\'')
            *at = '"';
    json = cJSON_Parse(copy);
    free(copy);
    assert(json != NULL);
    return json;
}

KubeCluster *fixture_cluster(void)
{
    Random random;
    KubeCluster *cluster;
    cJSON *json = fixture_json("{'metadata':{'name':'tsb'}}");
    bool ok;

    random_init(&random, 1, "kubernetes");
    cluster = kube_cluster_new("mp1", &random);
    ok = kube_create(cluster, "namespaces", NULL, json, NULL, NULL, NULL);
    assert(ok);
    (void)ok;
    cJSON_Delete(json);
    return cluster;
}

bool fixture_create(KubeCluster *cluster, const char *resource, const char *object,
                    KubeStatus *status)
{
    cJSON *json = fixture_json(object);
    bool ok = kube_create(cluster, resource, "tsb", json, NULL, NULL, status);

    cJSON_Delete(json);
    return ok;
}

bool fixture_merge(KubeCluster *cluster, const char *resource, const char *name, KubePart part,
                   const char *patch, KubeStatus *status)
{
    cJSON *json = fixture_json(patch);
    bool ok = kube_patch(cluster, resource, "tsb", name, part, KUBE_MERGE_PATCH, json, NULL, NULL,
                         status);

    cJSON_Delete(json);
    return ok;
}

const cJSON *fixture_find(const KubeCluster *cluster, const char *resource, const char *name)
{
    return kube_find(cluster, resource, "tsb", name);
}
