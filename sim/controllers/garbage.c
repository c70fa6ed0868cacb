/*
 * sim/controllers/garbage.c - the garbage collector and the namespace controller: what has lost its owner goes, a namespace that is to go
 * is emptied first.
 *
 * kube_collect does one turn of both; here is when: a while after something was deleted on which something hangs, and again until
 * nothing is left to do. What a finalizer holds stays, and its namespace says so.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "sim/controllers/controllers.h"
#include "sim/objects.h"

enum { TURN_MS = 100, STUCK_MS = 15000, RESOURCES_MAX = 64 };
static const char ALL[] = "*"; /* the one name in its queue */

typedef struct {
    Controllers *set;
    Controller *controller;
} Garbage;

/* ---- what holds a namespace ------------------------------------------------------------------------------------------------------------ */

/* Resources with something in them, and finalizers with somebody who waits for them. */
typedef struct {
    char names[RESOURCES_MAX][128];
    int counts[RESOURCES_MAX];
    int count;
} Tally;

static void tally_add(Tally *tally, const char *name)
{
    int i = 0;

    while (i < tally->count && strcmp(tally->names[i], name) != 0)
        i++;
    if (i == RESOURCES_MAX)
        return;
    if (i == tally->count)
        snprintf(tally->names[tally->count++], sizeof tally->names[i], "%s", name);
    tally->counts[i]++;
}

typedef struct {
    Tally resources, finalizers;
} Remains;

static void count_remains(void *data, const KubeKind *kind, const cJSON *object)
{
    Remains *remains = data;
    const cJSON *finalizer;
    char resource[128];

    snprintf(resource, sizeof resource, "%s.%s", kind->plural, kind->group);
    tally_add(&remains->resources, resource);
    cJSON_ArrayForEach(finalizer, json_find(object, "metadata/finalizers"))
    {
        if (cJSON_IsString(finalizer))
            tally_add(&remains->finalizers, finalizer->valuestring);
    }
}

static char *sentence(const Tally *tally, const char *begin, const char *verb)
{
    char *text = memory_text(begin);

    for (int i = 0; i < tally->count; i++) {
        char *longer = memory_format("%s%s%s %s %d resource instances", text, i ? ", " : "",
                                     tally->names[i], verb, tally->counts[i]);

        free(text);
        text = longer;
    }
    return text;
}

static void put(cJSON *conditions, const char *type, const Tally *tally, const char *reason,
                const char *good_reason, char *message, const char *good)
{
    fact_put_condition(conditions, &(Condition){type, tally->count ? "True" : "False",
                                                tally->count ? reason : good_reason,
                                                tally->count ? message : good, false, true});
    free(message);
}

static void show_remains(Garbage *self, const cJSON *ns, const Remains *remains)
{
    cJSON *status = object_format("{'phase':'Terminating'}");
    const cJSON *old = json_find(ns, "status/conditions");
    cJSON *conditions = old ? cJSON_Duplicate(old, true) : cJSON_CreateArray();
    char name[64];

    snprintf(name, sizeof name, "%s", fact_name(ns));
    fact_put_condition(conditions,
                       &(Condition){"NamespaceDeletionDiscoveryFailure", "False",
                                    "ResourcesDiscovered", "All resources successfully discovered",
                                    false, false});
    fact_put_condition(conditions,
                       &(Condition){"NamespaceDeletionContentFailure", "False", "ContentDeleted",
                                    "All content successfully deleted, may be waiting on "
                                    "finalization",
                                    false, false});
    put(conditions, "NamespaceContentRemaining", &remains->resources, "SomeResourcesRemain",
        "ContentRemoved", sentence(&remains->resources, "Some resources are remaining: ", "has"),
        "All content successfully removed");
    put(conditions, "NamespaceFinalizersRemaining", &remains->finalizers, "SomeFinalizersRemain",
        "ContentHasNoFinalizers",
        sentence(&remains->finalizers,
                 "Some content in the namespace has finalizers remaining: ", "in"),
        "All content-preserving finalizers finished");
    cJSON_AddItemToObject(status, "conditions", conditions);
    controller_status(self->controller, "namespaces", NULL, name, status);
}

static bool find_leaving(void *data, const cJSON *ns)
{
    const cJSON **out_ns = data;

    if (fact_is_leaving(ns))
        *out_ns = ns;
    return *out_ns == NULL;
}

/* ---- syncing ----------------------------------------------------------------------------------------------------------------------- */

static void look_at_remains(Garbage *self)
{
    KubeCluster *cluster = self->set->options.cluster;
    const cJSON *ns = NULL;
    Remains remains = {0};

    kube_each(cluster, "namespaces", NULL, NULL, find_leaving, &ns);
    if (!ns)
        return;
    kube_each_content(cluster, fact_name(ns), count_remains, &remains);
    show_remains(self, ns, &remains);
    controller_after(self->controller, "", ALL, STUCK_MS);
}

static void reconcile(void *data, const char *ns, const char *name)
{
    Garbage *self = data;

    (void)ns;
    (void)name;
    if (kube_collect(self->set->options.cluster) > 0)
        controller_after(self->controller, "", ALL, TURN_MS);
    else
        look_at_remains(self);
}

/* ---- when ------------------------------------------------------------------------------------------------------------------------------ */

static bool is_leaving_namespace(const Garbage *self, const cJSON *object)
{
    return *fact_ns(object) && fact_is_leaving(kube_find(self->set->options.cluster, "namespaces",
                                                         NULL, fact_ns(object)));
}

/* Kinds that nothing hangs on. Most of what is deleted is one of them, and a look costs. */
static bool is_leaf(const KubeChange *change)
{
    static const char *const LEAVES[] = {"pods",   "endpoints", "endpointslices",
                                         "events", "leases",    NULL};

    for (int i = 0; LEAVES[i]; i++)
        if (strcmp(change->kind->plural, LEAVES[i]) == 0)
            return true;
    return false;
}

/* Its owner waits for it to be gone. */
static bool is_awaited(const KubeChange *change)
{
    const cJSON *reference;

    cJSON_ArrayForEach(reference, json_find(change->object, "metadata/ownerReferences"))
    {
        if (json_bool_or(reference, "blockOwnerDeletion", false))
            return true;
    }
    return false;
}

static void on_change(void *data, const KubeChange *change)
{
    Garbage *self = data;
    bool is_dirty;

    if (change->type == KUBE_DELETED)
        is_dirty = is_leaf(change) ? is_awaited(change) : true;
    else
        is_dirty = fact_is_leaving(change->object) && !fact_is_leaving(change->previous);
    if (is_dirty || (change->type == KUBE_DELETED && is_leaving_namespace(self, change->object)))
        controller_dirty(self->controller, "", ALL);
}

Controller *garbage_controller_new(Controllers *set)
{
    Garbage *self = MEMORY_NEW(Garbage);

    self->set = set;
    self->controller = controllers_make(set, "garbage-collector", reconcile, self, free);
    controller_watch(self->controller, NULL, on_change);
    return self->controller;
}
