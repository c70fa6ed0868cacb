/*
 * sim/controllers/cache.c - what a controller's watches have brought it so far.
 *
 * The state a while ago is the present with the changes since then taken back: for each object the oldest of them that is not known yet
 * says what was there before it.
 */
#include "sim/controllers/cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"

typedef struct {
    int64_t at_ms;
    char *plural, *ns, *name;
    cJSON *before; /* NULL: it was not there */
} Change;

struct Cache {
    KubeCluster *cluster;
    int64_t lag_ms;
    int handle;
    Change *changes; /* oldest first */
    int count, capacity;
};

Cache *cache_new(KubeCluster *cluster)
{
    Cache *cache = MEMORY_NEW(Cache);

    cache->cluster = cluster;
    return cache;
}

static void forget_first(Cache *cache, int count)
{
    for (int i = 0; i < count; i++) {
        Change *change = &cache->changes[i];

        free(change->plural);
        free(change->ns);
        free(change->name);
        cJSON_Delete(change->before);
    }
    cache->count -= count;
    if (count > 0 && cache->count > 0)
        memmove(cache->changes, cache->changes + count,
                (size_t)cache->count * sizeof *cache->changes);
}

static void forget_known(Cache *cache)
{
    int known = 0;

    while (known < cache->count && cache->changes[known].at_ms + cache->lag_ms <= clock_mono_ms())
        known++;
    forget_first(cache, known);
}

static void on_change(void *owner, const KubeChange *change)
{
    Cache *cache = owner;

    forget_known(cache);
    MEMORY_GROW(cache->changes, cache->count, cache->capacity);
    cache->changes[cache->count++] =
        (Change){clock_mono_ms(), memory_text(change->kind->plural),
                 memory_text(json_string_or(change->object, "metadata/namespace", "")),
                 memory_text(json_string_or(change->object, "metadata/name", "")),
                 change->previous ? cJSON_Duplicate(change->previous, true) : NULL};
}

void cache_lag(Cache *cache, int64_t ms)
{
    if (cache->handle && ms == 0) {
        kube_unlisten(cache->cluster, cache->handle);
        cache->handle = 0;
        forget_first(cache, cache->count);
    } else if (!cache->handle && ms > 0) {
        cache->handle = kube_listen(cache->cluster, NULL, on_change, cache);
    }
    cache->lag_ms = ms;
}

void cache_free(Cache *cache)
{
    if (!cache)
        return;
    cache_lag(cache, 0);
    free(cache->changes);
    free(cache);
}

/* "deployments.apps" is "deployments". */
static bool is_resource(const Change *change, const char *resource)
{
    size_t length = strcspn(resource, ".");

    return strncmp(change->plural, resource, length) == 0 && change->plural[length] == '\0';
}

/* The first change of that object that is not known yet, before place end; NULL: none. */
static const Change *unknown_change(const Cache *cache, const char *resource, const char *ns,
                                    const char *name, int end)
{
    for (int i = 0; i < end; i++) {
        const Change *change = &cache->changes[i];

        if (is_resource(change, resource) && strcmp(change->name, name) == 0 &&
            strcmp(change->ns, ns ? ns : "") == 0)
            return change;
    }
    return NULL;
}

const cJSON *cache_find(Cache *cache, const char *resource, const char *ns, const char *name,
                        bool *out_is_stale)
{
    const Change *change;

    forget_known(cache);
    change = unknown_change(cache, resource, ns, name, cache->count);
    if (out_is_stale)
        *out_is_stale = change != NULL;
    return change ? change->before : kube_find(cache->cluster, resource, ns, name);
}

typedef struct {
    const Cache *cache;
    const char *resource;
    KubeVisitor *visitor;
    void *owner;
    bool is_over;
} Visit;

static bool visit_present(void *owner, const cJSON *object)
{
    Visit *visit = owner;
    const Change *change =
        unknown_change(visit->cache, visit->resource,
                       json_string_or(object, "metadata/namespace", ""),
                       json_string_or(object, "metadata/name", ""), visit->cache->count);

    if (change)
        object = change->before;
    visit->is_over = object && !visit->visitor(visit->owner, object);
    return !visit->is_over;
}

/* What is gone, and not known to be. */
static void visit_gone(Visit *visit, const char *ns)
{
    const Cache *cache = visit->cache;

    for (int i = 0; i < cache->count && !visit->is_over; i++) {
        const Change *change = &cache->changes[i];

        if (!is_resource(change, visit->resource) || !change->before ||
            (ns && strcmp(ns, change->ns) != 0) ||
            unknown_change(cache, visit->resource, change->ns, change->name, i) ||
            kube_find(cache->cluster, visit->resource, change->ns, change->name))
            continue;
        visit->is_over = !visit->visitor(visit->owner, change->before);
    }
}

void cache_each(Cache *cache, const char *resource, const char *ns, KubeVisitor *visitor,
                void *owner)
{
    Visit visit = {cache, resource, visitor, owner, false};

    forget_known(cache);
    if (cache->count == 0) {
        kube_each(cache->cluster, resource, ns, NULL, visitor, owner);
        return;
    }
    kube_each(cache->cluster, resource, ns, NULL, visit_present, &visit);
    visit_gone(&visit, ns);
}
