/*
 * fakes/kubernetes/store.c - shelves, the counter, the past, and who is told.
 */
#include "fakes/kubernetes/store.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"

/* ---- shelves ---------------------------------------------------------------------------------- */

static int compare(const KubeObject *object, const char *ns, const char *name)
{
    int order = strcmp(object->ns, ns);

    return order != 0 ? order : strcmp(object->name, name);
}

int store_place(const KubeShelf *shelf, const char *ns, const char *name, bool *out_found)
{
    int low = 0, high = shelf->count;

    *out_found = false;
    while (low < high) {
        int middle = low + (high - low) / 2;
        int order = compare(shelf->items[middle], ns, name);

        if (order == 0) {
            *out_found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void shelf_insert(KubeShelf *shelf, int at, KubeObject *object)
{
    MEMORY_GROW(shelf->items, shelf->count, shelf->capacity);
    memmove(shelf->items + at + 1, shelf->items + at, (shelf->count - at) * sizeof *shelf->items);
    shelf->items[at] = object;
    shelf->count++;
}

static KubeObject *shelf_take(KubeShelf *shelf, int at)
{
    KubeObject *object = shelf->items[at];

    shelf->count--;
    memmove(shelf->items + at, shelf->items + at + 1, (shelf->count - at) * sizeof *shelf->items);
    return object;
}

/* Puts a reference to object there, or (NULL) nothing, and lets go of what was. */
static void shelf_set(KubeShelf *shelf, const char *ns, const char *name, KubeObject *object)
{
    bool is_there;
    int at = store_place(shelf, ns, name, &is_there);
    KubeObject *old;

    assert(!is_there || shelf->items != NULL);
    old = is_there ? shelf->items[at] : NULL;
    if (object == NULL && is_there)
        shelf_take(shelf, at);
    else if (object != NULL && is_there)
        shelf->items[at] = kube_object_keep(object);
    else if (object != NULL)
        shelf_insert(shelf, at, kube_object_keep(object));
    kube_object_drop(old);
}

void store_shelf_release(KubeShelf *shelf)
{
    for (int i = 0; i < shelf->count; i++)
        kube_object_drop(shelf->items[i]);
    free(shelf->items);
    memset(shelf, 0, sizeof *shelf);
}

void store_fit(KubeCluster *cluster)
{
    int old = cluster->shelf_count, count = kube_kinds_shelves(&cluster->kinds);

    if (count == old)
        return;
    cluster->shelves = memory_resize(cluster->shelves, count, sizeof *cluster->shelves);
    cluster->forgotten = memory_resize(cluster->forgotten, count, sizeof *cluster->forgotten);
    memset(cluster->shelves + old, 0, (count - old) * sizeof *cluster->shelves);
    memset(cluster->forgotten + old, 0, (count - old) * sizeof *cluster->forgotten);
    cluster->shelf_count = count;
}

const KubeShelf *store_shelf(const KubeCluster *cluster, const KubeKind *kind)
{
    return &cluster->shelves[kube_kind_shelf(kind)];
}

KubeObject *store_find(const KubeCluster *cluster, const KubeKind *kind, const char *ns,
                       const char *name)
{
    const KubeShelf *shelf = store_shelf(cluster, kind);
    bool is_there;
    int at = store_place(shelf, kube_kind_has(kind, KUBE_NAMESPACED) ? ns : "", name, &is_there);

    return is_there ? shelf->items[at] : NULL;
}

const KubeShelf *store_range(const KubeCluster *cluster, const KubeKind *kind, const char *ns,
                             int *out_first, int *out_end)
{
    const KubeShelf *shelf = store_shelf(cluster, kind);
    bool is_there;

    *out_first = 0;
    *out_end = shelf->count;
    if (ns == NULL || !kube_kind_has(kind, KUBE_NAMESPACED))
        return shelf;
    *out_first = store_place(shelf, ns, "", &is_there);
    for (*out_end = *out_first; *out_end < shelf->count; (*out_end)++)
        if (strcmp(shelf->items[*out_end]->ns, ns) != 0)
            break;
    return shelf;
}

/* ---- the past --------------------------------------------------------------------------------- */

static void past_release(KubePast *past)
{
    kube_object_drop(past->object);
    kube_object_drop(past->previous);
}

static void forget_oldest(KubeCluster *cluster)
{
    KubePast *oldest = &cluster->past[cluster->past_first];

    cluster->forgotten[kube_kind_shelf(oldest->object->kind)] = oldest->object->resource_version;
    past_release(oldest);
    cluster->past_first = (cluster->past_first + 1) % cluster->past_capacity;
    cluster->past_count--;
}

static void remember(KubeCluster *cluster, const KubePast *change)
{
    int row = kube_kind_shelf(change->object->kind);

    if (!cluster->keeps_past) {
        cluster->forgotten[row] = change->object->resource_version;
        return;
    }
    if (cluster->past_count == KUBE_PAST_MAX)
        forget_oldest(cluster);
    else if (cluster->past_first == 0) /* the ring has not turned yet, so it may still grow */
        MEMORY_GROW(cluster->past, cluster->past_count, cluster->past_capacity);
    kube_object_keep(change->object);
    if (change->previous != NULL)
        kube_object_keep(change->previous);
    cluster->past[(cluster->past_first + cluster->past_count++) % cluster->past_capacity] = *change;
}

void store_keep_past(KubeCluster *cluster)
{
    cluster->keeps_past = true;
}

/* Enough for a controller's or an engine's next look; more would be felt with 1 000 clusters. */
enum { AWAKE_MAX = 12 };

void store_let_rest(KubeCluster *cluster)
{
    cluster->rests = true;
    for (int i = 0; i < cluster->shelf_count; i++)
        for (int k = 0; k < cluster->shelves[i].count; k++)
            kube_object_may_rest(cluster->shelves[i].items[k], &cluster->awake);
    store_rest(cluster);
}

void store_rest(KubeCluster *cluster)
{
    kube_awake_trim(&cluster->awake, AWAKE_MAX);
}

bool store_remembers(const KubeCluster *cluster, const KubeKind *kind, int64_t resource_version)
{
    return resource_version >= cluster->forgotten[kube_kind_shelf(kind)];
}

const KubePast *store_past(const KubeCluster *cluster, int i)
{
    return &cluster->past[(cluster->past_first + i) % cluster->past_capacity];
}

int64_t store_version_at(const KubeCluster *cluster, const KubeKind *kind, int64_t mono_ms)
{
    int64_t oldest = cluster->forgotten[kube_kind_shelf(kind)];
    int64_t version = cluster->resource_version;

    if (oldest < cluster->found)
        oldest = cluster->found;
    for (int i = cluster->past_count - 1; i >= 0 && store_past(cluster, i)->at_ms > mono_ms; i--)
        version = store_past(cluster, i)->object->resource_version - 1;
    return version > oldest ? version : oldest;
}

KubeShelf store_shelf_at(const KubeCluster *cluster, const KubeKind *kind, int64_t resource_version)
{
    const KubeShelf *now = store_shelf(cluster, kind);
    KubeShelf then = {0};

    assert(store_remembers(cluster, kind, resource_version));
    for (int i = 0; i < now->count; i++)
        shelf_insert(&then, i, kube_object_keep(now->items[i]));
    for (int i = cluster->past_count - 1; i >= 0; i--) {
        const KubePast *past = store_past(cluster, i);

        if (past->object->resource_version <= resource_version)
            break;
        if (kube_kind_shelf(past->object->kind) == kube_kind_shelf(kind))
            shelf_set(&then, past->object->ns, past->object->name, past->previous);
    }
    return then;
}

/* ---- who is told ------------------------------------------------------------------------------ */

static int subscribe(KubeCluster *cluster, StoreSubscription subscription)
{
    subscription.handle = ++cluster->last_handle;
    MEMORY_GROW(cluster->subscriptions, cluster->subscription_count,
                cluster->subscription_capacity);
    cluster->subscriptions[cluster->subscription_count++] = subscription;
    return subscription.handle;
}

int store_listen(KubeCluster *cluster, const KubeKind *kind, StoreListener *listener, void *owner)
{
    return subscribe(cluster,
                     (StoreSubscription){.kind = kind, .on_past = listener, .owner = owner});
}

int kube_listen(KubeCluster *cluster, const char *resource, KubeListener *listener, void *owner)
{
    const KubeKind *kind = resource ? kube_kind_named(&cluster->kinds, resource) : NULL;

    assert(resource == NULL || kind != NULL);
    return subscribe(cluster,
                     (StoreSubscription){.kind = kind, .on_change = listener, .owner = owner});
}

static void drop_given_back(KubeCluster *cluster)
{
    int kept = 0;

    for (int i = 0; i < cluster->subscription_count; i++)
        if (cluster->subscriptions[i].handle != 0)
            cluster->subscriptions[kept++] = cluster->subscriptions[i];
    cluster->subscription_count = kept;
}

void kube_unlisten(KubeCluster *cluster, int handle)
{
    for (int i = 0; i < cluster->subscription_count; i++)
        if (cluster->subscriptions[i].handle == handle)
            cluster->subscriptions[i].handle = 0;
    if (!cluster->is_telling)
        drop_given_back(cluster);
}

static void tell(KubeCluster *cluster, const KubePast *past, const char *manager)
{
    KubeChange change = {past->type,
                         past->object->kind,
                         kube_object_json(past->object),
                         past->previous ? kube_object_json(past->previous) : NULL,
                         manager ? manager : "",
                         past->object->resource_version};
    int count = cluster->subscription_count; /* who comes during the call hears the next change */

    cluster->is_telling = true;
    for (int i = 0; i < count; i++) {
        StoreSubscription subscription = cluster->subscriptions[i];

        if (subscription.handle == 0 ||
            (subscription.kind != NULL &&
             kube_kind_shelf(subscription.kind) != kube_kind_shelf(change.kind)))
            continue;
        if (subscription.on_past != NULL)
            subscription.on_past(subscription.owner, past, change.manager);
        else
            subscription.on_change(subscription.owner, &change);
    }
    cluster->is_telling = false;
    drop_given_back(cluster);
}

/* ---- changes ---------------------------------------------------------------------------------- */

static KubeObject *next_state(KubeCluster *cluster, const KubeKind *kind, cJSON *json)
{
    cJSON *metadata = kube_metadata(json);
    cJSON *number = cJSON_GetObjectItemCaseSensitive(metadata, "resourceVersion");
    KubeObject *object;
    char text[24];

    assert(!cluster->is_telling && "a listener must not write from inside the call");
    snprintf(text, sizeof text, "%lld", (long long)++cluster->resource_version);
    if (cJSON_IsString(number))
        cJSON_SetValuestring(number, text);
    else {
        cJSON_DeleteItemFromObjectCaseSensitive(metadata, "resourceVersion");
        cJSON_AddStringToObject(metadata, "resourceVersion", text);
    }
    object = kube_object_new(kind, json, cluster->resource_version);
    if (cluster->rests)
        kube_object_may_rest(object, &cluster->awake);
    return object;
}

KubeObject *store_put(KubeCluster *cluster, const KubeKind *kind, cJSON *json, const char *manager)
{
    KubeObject *object = next_state(cluster, kind, json);
    KubeShelf *shelf = &cluster->shelves[kube_kind_shelf(kind)];
    KubePast change = {KUBE_ADDED, object, NULL, clock_mono_ms()};
    bool is_there;
    int at = store_place(shelf, object->ns, object->name, &is_there);

    if (is_there) {
        change.type = KUBE_MODIFIED;
        change.previous = shelf->items[at];
        shelf->items[at] = object;
    } else
        shelf_insert(shelf, at, object);
    remember(cluster, &change);
    tell(cluster, &change, manager);
    kube_object_drop(change.previous);
    return object;
}

KubeObject *store_remove(KubeCluster *cluster, KubeObject *object, cJSON *json, const char *manager)
{
    KubeShelf *shelf = &cluster->shelves[kube_kind_shelf(object->kind)];
    KubeObject *last = next_state(cluster, object->kind,
                                  json ? json : cJSON_Duplicate(kube_object_json(object), true));
    KubePast change = {KUBE_DELETED, last, object, clock_mono_ms()};
    bool is_there;

    shelf_take(shelf, store_place(shelf, object->ns, object->name, &is_there));
    assert(is_there);
    remember(cluster, &change);
    tell(cluster, &change, manager);
    kube_object_drop(object);
    kube_object_drop(cluster->scratch);
    cluster->scratch = last;
    return last;
}

KubeObject *store_scratch(KubeCluster *cluster, const KubeKind *kind, cJSON *json)
{
    KubeObject *object = kube_object_new(kind, json, 0);

    kube_object_drop(cluster->scratch);
    cluster->scratch = object;
    return object;
}

void store_release(KubeCluster *cluster)
{
    for (int i = 0; i < cluster->shelf_count; i++)
        store_shelf_release(&cluster->shelves[i]);
    for (int i = 0; i < cluster->past_count; i++)
        past_release(&cluster->past[(cluster->past_first + i) % cluster->past_capacity]);
    free(cluster->shelves);
    free(cluster->forgotten);
    free(cluster->past);
    free(cluster->subscriptions);
    kube_object_drop(cluster->scratch);
    kube_awake_release(&cluster->awake);
    kube_kinds_release(&cluster->kinds);
}
