/*
 * fakes/kubernetes/cluster.c - a cluster's beginning and end, and how it is read.
 */
#include "fakes/kubernetes/cluster.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fakes/kubernetes/access/access.h"
#include "fakes/kubernetes/form/crd.h"
#include "fakes/kubernetes/logs.h"
#include "fakes/kubernetes/selector.h"
#include "fakes/kubernetes/store.h"

static void create_namespace(KubeCluster *cluster, const char *name)
{
    cJSON *json = cJSON_CreateObject();
    bool ok;

    cJSON_AddStringToObject(kube_metadata(json), "name", name);
    ok = kube_create(cluster, "namespaces", "", json, NULL, NULL, NULL);
    assert(ok);
    (void)ok;
    cJSON_Delete(json);
}

KubeCluster *kube_cluster_new(const char *name, const Random *random)
{
    KubeCluster *cluster = MEMORY_NEW(KubeCluster);

    cluster->name = memory_text(name);
    cluster->random = *random;
    store_fit(cluster);
    create_namespace(cluster, "default");
    create_namespace(cluster, "kube-system");
    return cluster;
}

void kube_cluster_free(KubeCluster *cluster)
{
    if (cluster == NULL)
        return;
    store_release(cluster);
    kube_denials_free(cluster->denials);
    signing_key_free(cluster->account_key);
    kube_logs_free(cluster->logs);
    kube_definitions_free(cluster->definitions);
    free(cluster->name);
    free(cluster);
}

const char *kube_cluster_name(const KubeCluster *cluster)
{
    return cluster->name;
}

void kube_cluster_without(KubeCluster *cluster, const char *group, const char *resource)
{
    kube_kinds_withdraw(&cluster->kinds, group, resource);
}

int64_t kube_cluster_resource_version(const KubeCluster *cluster)
{
    return cluster->resource_version;
}

int64_t kube_cluster_now_ms(const KubeCluster *cluster)
{
    return clock_wall_ms() + cluster->clock_ahead_ms;
}

int64_t kube_cluster_clock_ahead_ms(const KubeCluster *cluster)
{
    return cluster->clock_ahead_ms;
}

void kube_cluster_set_clock(KubeCluster *cluster, int64_t ahead_ms)
{
    cluster->clock_ahead_ms = ahead_ms;
}

const cJSON *kube_find(const KubeCluster *cluster, const char *resource, const char *ns,
                       const char *name)
{
    const KubeKind *kind = kube_kind_named(&cluster->kinds, resource);
    KubeObject *object;

    if (kind == NULL)
        return NULL;
    object = store_find(cluster, kind, ns ? ns : "", name);
    return object ? kube_object_json(object) : NULL;
}

void kube_each(const KubeCluster *cluster, const char *resource, const char *ns,
               const char *selector, KubeVisitor *visitor, void *owner)
{
    const KubeKind *kind = kube_kind_named(&cluster->kinds, resource);
    const KubeShelf *shelf;
    Arena arena = {0};
    Selector *labels = NULL;
    int first, end;

    if (kind == NULL)
        return;
    if (selector != NULL && !selector_parse(&arena, selector, &labels, NULL))
        assert(false && "a selector of our own that is none");
    shelf = store_range(cluster, kind, ns, &first, &end);
    for (int i = first; i < end; i++)
        if ((labels == NULL ||
             selector_matches_labels(labels, kube_object_json(shelf->items[i]))) &&
            !visitor(owner, kube_object_json(shelf->items[i])))
            break;
    arena_release(&arena);
}

void kube_each_content(const KubeCluster *cluster, const char *ns, KubeContentVisitor *visitor,
                       void *owner)
{
    for (int row = 0; row < cluster->shelf_count; row++)
        for (int i = 0; i < cluster->shelves[row].count; i++) {
            const KubeObject *object = cluster->shelves[row].items[i];

            if (*object->ns && strcmp(object->ns, ns) == 0)
                visitor(owner, object->kind, kube_object_json(object));
        }
}
