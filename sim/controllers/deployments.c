/*
 * sim/controllers/deployments.c - Deployments with their pods and Endpoints in one cluster.
 *
 * All goes well: a Deployment changes; its row's timer is started with a short lag, in which observedGeneration is behind and Available
 * may be stale; then pods are started or ended, and with each pod that gets ready or goes the status and the Endpoints of the Service
 * with the same name follow. A changed template starts new pods first, and ends the old ones once all new ones are ready.
 * Source: kubernetes.md fact 39 (recorded from a real controller manager).
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/memory.h"
#include "sim/controllers/pod.h"
#include "sim/objects.h"

static const char MANAGER[] = "kube-controller-manager";
static const Span SYNC_LAG = {20, 300}; /* seen: 10 to 30 ms on an idle machine */
static const Span PROBE = {100, 5000};  /* a readiness probe that failed is asked again */

typedef struct {
    Deployments *all;
    char ns[64], name[64], lane[96];
    Random random;
    Timer *timer;
    Pod **pods; /* oldest first */
    int pod_count, pod_capacity, made;
    bool has_run; /* its images are on the node */
    bool is_told_replaced;
    bool is_available;
    int last_ready;
    char available_since[CLOCK_TEXT_MAX], progressed_at[CLOCK_TEXT_MAX];
} Row;

struct Deployments {
    DeploymentsOptions options;
    Row **rows; /* in the order they were met */
    int row_count, row_capacity;
    int handles[3];
    bool is_adopting;
};

static void sync_row(void *owner);

static Row *row_find(const Deployments *all, const char *ns, const char *name)
{
    for (int i = 0; i < all->row_count; i++)
        if (strcmp(all->rows[i]->name, name) == 0 && strcmp(all->rows[i]->ns, ns) == 0)
            return all->rows[i];
    return NULL;
}

static Row *row_of(Deployments *all, const char *ns, const char *name)
{
    Row *row = row_find(all, ns, name);

    if (row)
        return row;
    row = MEMORY_NEW(Row);
    row->all = all;
    snprintf(row->ns, sizeof row->ns, "%s", ns);
    snprintf(row->name, sizeof row->name, "%s", name);
    snprintf(row->lane, sizeof row->lane, "pods/%s/%s", all->options.lane, row->name);
    row->random = world_random(all->options.world, row->lane);
    row->timer = timer_new(all->options.world->loop, sync_row, row);
    MEMORY_GROW(all->rows, all->row_count, all->row_capacity);
    all->rows[all->row_count++] = row;
    return row;
}

static void row_free(Row *row)
{
    for (int i = 0; i < row->pod_count; i++)
        pod_free(row->pods[i]);
    free(row->pods);
    timer_free(row->timer);
    free(row);
}

static const cJSON *row_object(const Row *row)
{
    return kube_find(row->all->options.cluster, "deployments", row->ns, row->name);
}

static void row_dirty(Row *row)
{
    if (!timer_is_running(row->timer))
        timer_start(row->timer, span_draw(&SYNC_LAG, &row->random));
}

static int count_pods(const Row *row, PodState state, const char *hash)
{
    int count = 0;

    for (int i = 0; i < row->pod_count; i++)
        if (pod_state(row->pods[i]) == state &&
            (!hash || strcmp(pod_hash(row->pods[i]), hash) == 0))
            count++;
    return count;
}

static int ready_pods(const Row *row)
{
    return count_pods(row, POD_READY, NULL);
}

/* Pods that a client's request may still reach: ready, or Terminating and not gone. */
int deployments_serving(const Deployments *all, const char *ns, const char *name)
{
    const Row *row = row_find(all, ns, name);

    return row ? ready_pods(row) + count_pods(row, POD_ENDING, NULL) : 0;
}

int deployments_ready(const Deployments *all, const char *ns, const char *name)
{
    const Row *row = row_find(all, ns, name);

    return row ? ready_pods(row) : 0;
}

/* Ten characters that stand for the template, as the pod-template-hash label does. */
static void template_hash(const cJSON *deployment, char out_hash[16])
{
    char *text = json_text(json_find(deployment, "spec/template"));
    uint64_t hash = 1469598103934665603u;

    for (const char *at = text; at && *at; at++)
        hash = (hash ^ (uint8_t)*at) * 1099511628211u;
    free(text);
    snprintf(out_hash, 16, "%09llx", (unsigned long long)(hash & 0xfffffffffu));
}

/* ---- pods ---------------------------------------------------------------------------------------------------------------------- */

static bool may_be_ready(void *owner)
{
    const Row *row = owner;
    const DeploymentsOptions *options = &row->all->options;

    return !options->may_be_ready || options->may_be_ready(options->owner, row->name);
}

static bool may_end(void *owner)
{
    const Row *row = owner;
    const DeploymentsOptions *options = &row->all->options;

    return !options->may_end || options->may_end(options->owner, row->name);
}

static void on_pod(void *owner, Pod *pod)
{
    Row *row = owner;

    if (row->all->is_adopting)
        return;
    if (pod_state(pod) == POD_READY)
        row->has_run = true;
    timer_start(row->timer, 0);
}

static int64_t start_time(Row *row)
{
    const DeploymentsOptions *options = &row->all->options;
    const Span *span = &options->world->parameters.pods.start;

    if (row->all->is_adopting)
        return 0;
    if (!row->has_run && options->first_start)
        span = options->first_start;
    return span_draw(span, &row->random) + 1;
}

static void start_pod(Row *row, const cJSON *deployment, const char *hash)
{
    Pod *pod = NULL;

    MEMORY_GROW(row->pods, row->pod_count, row->pod_capacity);
    pod = pod_new(&(PodOptions){.loop = row->all->options.world->loop,
                                .cluster = row->all->options.cluster,
                                .ns = row->ns,
                                .deployment = row->name,
                                .labels = json_find(deployment, "spec/template/metadata/labels"),
                                .hash = hash,
                                .number = row->made++,
                                .may_be_ready = may_be_ready,
                                .may_end = may_end,
                                .on_change = on_pod,
                                .owner = row},
                  start_time(row));
    row->pods[row->pod_count++] = pod;
}

/* Ends up to count live pods: those that are not ready first, then the youngest. hash NULL: any. except: a hash to spare. */
static void end_pods(Row *row, int count, const char *except)
{
    for (int pass = 0; pass < 2; pass++)
        for (int i = row->pod_count; i-- > 0 && count > 0;) {
            Pod *pod = row->pods[i];
            PodState state = pod_state(pod);

            if (state >= POD_ENDING || (pass == 0 && state == POD_READY) ||
                (except && strcmp(pod_hash(pod), except) == 0))
                continue;
            pod_end(pod, span_draw(&row->all->options.world->parameters.pods.stop, &row->random));
            count--;
        }
}

static void forget_gone(Row *row)
{
    int kept = 0;

    for (int i = 0; i < row->pod_count; i++) {
        if (pod_state(row->pods[i]) == POD_GONE)
            pod_free(row->pods[i]);
        else
            row->pods[kept++] = row->pods[i];
    }
    row->pod_count = kept;
}

static int alive(const Row *row, const char *hash)
{
    return count_pods(row, POD_STARTING, hash) + count_pods(row, POD_WAITING, hash) +
           count_pods(row, POD_READY, hash);
}

/* Brings the pods towards what the Deployment asks for. Returns true once old pods gave way to new ones. */
static bool bring_pods(Row *row, const cJSON *deployment, const char *hash)
{
    int wanted = deployment ? (int)json_integer_or(deployment, "spec/replicas", 1) : 0;
    int current = alive(row, hash), old = alive(row, NULL) - current;

    for (; current < wanted; current++)
        start_pod(row, deployment, hash);
    if (current > wanted)
        end_pods(row, current - wanted, NULL);
    if (old == 0 || (wanted > 0 && count_pods(row, POD_READY, hash) < wanted))
        return false;
    end_pods(row, old, wanted > 0 ? hash : NULL);
    return wanted > 0;
}

/* ---- status and Endpoints -------------------------------------------------------------------------------------------------------- */

static void put_counter(cJSON *status, const char *key, int value)
{
    if (value > 0)
        cJSON_AddNumberToObject(status, key, value);
    else
        cJSON_AddNullToObject(status, key);
}

static cJSON *conditions(Row *row, int wanted, int ready, const char *hash)
{
    bool is_available = ready >= wanted - wanted / 4;
    bool is_done = ready >= wanted;
    char now[CLOCK_TEXT_MAX] = "";

    clock_rfc3339(clock_wall_ms(), now);
    if (is_available != row->is_available || !*row->available_since)
        memcpy(row->available_since, now, sizeof now);
    if (!*row->progressed_at || (is_done && row->last_ready < wanted))
        memcpy(row->progressed_at, now, sizeof now);
    row->is_available = is_available;
    return object_format(
        "[{'type':'Available','status':'%s','reason':'%s','message':'%s','lastUpdateTime':'%s',"
        "'lastTransitionTime':'%s'},"
        "{'type':'Progressing','status':'True','reason':'%s','message':'ReplicaSet \\u0022%s-%s\\u0022 "
        "%s.','lastUpdateTime':'%s','lastTransitionTime':'%s'}]",
        is_available ? "True" : "False",
        is_available ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
        is_available ? "Deployment has minimum availability."
                     : "Deployment does not have minimum availability.",
        row->available_since, row->available_since,
        is_done ? "NewReplicaSetAvailable" : "ReplicaSetUpdated", row->name, hash,
        is_done ? "has successfully progressed" : "is progressing", row->progressed_at,
        row->progressed_at);
}

static void write_status(Row *row, const cJSON *deployment, const char *hash)
{
    int wanted = (int)json_integer_or(deployment, "spec/replicas", 1);
    int ready = ready_pods(row), live = alive(row, NULL);
    cJSON *status = cJSON_CreateObject();

    json_put_integer(status, "observedGeneration",
                     json_integer_or(deployment, "metadata/generation", 1));
    put_counter(status, "replicas", live);
    put_counter(status, "updatedReplicas", alive(row, hash));
    put_counter(status, "readyReplicas", ready);
    put_counter(status, "availableReplicas", ready);
    put_counter(status, "unavailableReplicas", (live > wanted ? live : wanted) - ready);
    json_put(status, "conditions", conditions(row, wanted, ready, hash));
    object_set_status(row->all->options.cluster, "deployments", row->ns, row->name, MANAGER,
                      status);
}

/* The Endpoints of the Service with this Deployment's name, if there is one. */
static void write_endpoints(Row *row)
{
    KubeCluster *cluster = row->all->options.cluster;
    const cJSON *service = kube_find(cluster, "services", row->ns, row->name);
    cJSON *endpoints = NULL, *addresses = NULL, *ports = NULL;
    const cJSON *port = NULL;

    if (!service)
        return;
    addresses = cJSON_CreateArray();
    for (int i = 0; i < row->pod_count; i++)
        if (pod_state(row->pods[i]) == POD_READY)
            cJSON_AddItemToArray(
                addresses, object_format("{'ip':'%s','nodeName':'node-1','targetRef':{'kind':'Pod',"
                                         "'namespace':'%s','name':'%s'}}",
                                         pod_ip(row->pods[i]), row->ns, pod_name(row->pods[i])));
    if (!addresses->child) {
        cJSON_Delete(addresses);
        endpoints = object_format("{'subsets':null}");
    } else {
        ports = cJSON_CreateArray();
        cJSON_ArrayForEach(port, json_find(service, "spec/ports"))
            cJSON_AddItemToArray(ports,
                                 object_format("{'name':'%s','port':%d,'protocol':'TCP'}",
                                               json_string_or(port, "name", "https"),
                                               (int)json_integer_or(port, "targetPort", 8443)));
        endpoints = object_format("{'subsets':[{}]}");
        json_put(endpoints, "subsets/0/addresses", addresses);
        json_put(endpoints, "subsets/0/ports", ports);
    }
    if (!kube_find(cluster, "endpoints", row->ns, row->name))
        object_create(cluster, "endpoints", row->ns, MANAGER,
                      object_format("{'metadata':{'name':'%s'}}", row->name));
    object_merge(cluster, "endpoints", row->ns, row->name, MANAGER, endpoints);
}

/* ---- syncing --------------------------------------------------------------------------------------------------------------------- */

static void tell(Row *row, const cJSON *deployment, int ready)
{
    const DeploymentsOptions *options = &row->all->options;
    int wanted = deployment ? (int)json_integer_or(deployment, "spec/replicas", 1) : 0;
    bool is_replaced = row->is_told_replaced;
    char what[64];

    row->is_told_replaced = false;
    if (ready != row->last_ready && !row->all->is_adopting) {
        if (wanted == 0 && ready == 0)
            snprintf(what, sizeof what, "no pods any more");
        else
            snprintf(what, sizeof what, "%d of %d pods ready", ready, wanted);
        world_note(options->world, options->lane, "deployment-controller", "deployments", row->name,
                   what);
    }
    row->last_ready = ready;
    /* A pod that ends changes what is served without changing what is ready, so this is told each time. */
    if (options->on_change)
        options->on_change(options->owner, row->ns, row->name, ready, is_replaced);
}

static void sync_row(void *owner)
{
    Row *row = owner;
    const cJSON *deployment = row_object(row);
    char hash[16] = "";

    forget_gone(row);
    if (deployment)
        template_hash(deployment, hash);
    if (bring_pods(row, deployment, hash))
        row->is_told_replaced = true;
    deployment = row_object(row);
    if (deployment)
        write_status(row, deployment, hash);
    write_endpoints(row);
    tell(row, row_object(row), ready_pods(row));
}

static void on_deployment(void *owner, const KubeChange *change)
{
    Deployments *all = owner;
    const cJSON *before = change->previous;

    if (all->is_adopting || strcmp(change->manager, MANAGER) == 0)
        return;
    if (change->type == KUBE_MODIFIED &&
        json_integer_or(before, "metadata/generation", 0) ==
            json_integer_or(change->object, "metadata/generation", 0))
        return;
    row_dirty(row_of(all, json_string_or(change->object, "metadata/namespace", ""),
                     json_string_or(change->object, "metadata/name", "")));
}

static void on_service(void *owner, const KubeChange *change)
{
    Deployments *all = owner;
    Row *row = row_find(all, json_string_or(change->object, "metadata/namespace", ""),
                        json_string_or(change->object, "metadata/name", ""));

    if (row && !all->is_adopting)
        row_dirty(row);
}

/* Deleted by a client: a new pod takes its place. */
static void on_pod_object(void *owner, const KubeChange *change)
{
    Deployments *all = owner;
    const char *name = json_string_or(change->object, "metadata/name", "");

    if (change->type != KUBE_DELETED || strcmp(change->manager, "kubelet") == 0)
        return;
    for (int i = 0; i < all->row_count; i++)
        for (int k = 0; k < all->rows[i]->pod_count; k++)
            if (strcmp(pod_name(all->rows[i]->pods[k]), name) == 0 &&
                pod_state(all->rows[i]->pods[k]) < POD_ENDING)
                pod_vanish(all->rows[i]->pods[k]);
}

/* ---- the whole --------------------------------------------------------------------------------------------------------------------- */

Deployments *deployments_new(const DeploymentsOptions *options)
{
    Deployments *all = MEMORY_NEW(Deployments);

    all->options = *options;
    all->handles[0] = kube_listen(options->cluster, "deployments", on_deployment, all);
    all->handles[1] = kube_listen(options->cluster, "services", on_service, all);
    all->handles[2] = kube_listen(options->cluster, "pods", on_pod_object, all);
    return all;
}

void deployments_free(Deployments *all)
{
    if (!all)
        return;
    for (int i = 0; i < 3; i++)
        kube_unlisten(all->options.cluster, all->handles[i]);
    for (int i = 0; i < all->row_count; i++)
        row_free(all->rows[i]);
    free(all->rows);
    free(all);
}

typedef struct {
    char (*names)[2][64];
    int count, capacity;
} Names;

static bool collect(void *owner, const cJSON *object)
{
    Names *names = owner;

    MEMORY_GROW(names->names, names->count, names->capacity);
    snprintf(names->names[names->count][0], 64, "%s",
             json_string_or(object, "metadata/namespace", ""));
    snprintf(names->names[names->count][1], 64, "%s", json_string_or(object, "metadata/name", ""));
    names->count++;
    return true;
}

void deployments_adopt(Deployments *all)
{
    Names names = {0};

    all->is_adopting = true;
    kube_each(all->options.cluster, "deployments", NULL, NULL, collect, &names);
    for (int i = 0; i < names.count; i++) {
        Row *row = row_of(all, names.names[i][0], names.names[i][1]);

        row->has_run = true;
        sync_row(row);
        timer_stop(row->timer);
    }
    all->is_adopting = false;
    free(names.names);
}

void deployments_kick(Deployments *all)
{
    for (int i = 0; i < all->row_count; i++)
        for (int k = 0; k < all->rows[i]->pod_count; k++)
            pod_kick(all->rows[i]->pods[k], span_draw(&PROBE, &all->rows[i]->random));
}
