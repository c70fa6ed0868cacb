/*
 * sim/controllers/cache.h - what a controller's watches have brought it so far: the cluster, or the cluster as it was a while ago.
 *
 * Only while it lags does it keep anything: each change with what was there before, until the change is older than the lag.
 */
#ifndef SIM_CONTROLLERS_CACHE_H
#define SIM_CONTROLLERS_CACHE_H

#include "fakes/kubernetes/cluster.h"

typedef struct Cache Cache;

Cache *cache_new(KubeCluster *cluster);
void cache_free(Cache *cache); /* accepts NULL */
/* From now on it shows what was there ms ago, and nothing older than this call; 0: what is there. */
void cache_lag(Cache *cache, int64_t ms);
/* out_is_stale (may be NULL): what is there is something else. */
const cJSON *cache_find(Cache *cache, const char *resource, const char *ns, const char *name,
                        bool *out_is_stale);
/* In order of namespace and name, except that what is gone and not yet known to be comes last. */
void cache_each(Cache *cache, const char *resource, const char *ns, KubeVisitor *visitor,
                void *owner);

#endif
