/*
 * sim/operators/management_plane.c - the operator of one management plane: gives it the shape its ManagementPlane asks for.
 *
 * All goes well: the spec changes; after a drawn start the operator looks at it. Active: Kubegres leaves standby, Services, Deployments and
 * the autoscaler of envoy are made, and once every Deployment is ready the status says so. Standby: Kubegres is told whom to follow, and
 * what serves is removed; an old primary is seeded anew if the operator does that (U12).
 * Goes wrong: while it is blocked or has no pod it does nothing, and looks when it is back. If it reverts manual scaling (U13) it puts
 * replicas back after a drawn time.
 * Source: domain.md 1.3 to 1.5, 4.2, 7.4 (F-023), 9.1.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "sim/controllers/controller.h"
#include "sim/inside.h"
#include "sim/objects.h"
#include "sim/operators/foundation.h"
#include "sim/operators/keys.h"
#include "sim/operators/workloads.h"

static const char OWN_DEPLOYMENT[] = "tsb-operator-management-plane";
enum { WORKLOADS_MAX = 16 };

typedef struct PlaneOperator PlaneOperator;
struct PlaneOperator {
    Plane *plane;
    Controller *controller;
    Random random, revert_random;
    bool is_started;
    bool is_standby;             /* the shape it gave last */
    int64_t seen_generation;     /* of the ManagementPlane, when it gave it */
    int replicas[WORKLOADS_MAX]; /* that it wants, by row of plane_workloads; 0: left alone */
};

/* What it may have to look at: names in its queue. */
static const char RESOURCE[] = "managementplane", REPLICAS[] = "replicas", MISSING[] = "missing",
                  KEY[] = "iam-signing-key";

static void note(PlaneOperator *self, const char *resource, const char *name, const char *what)
{
    world_note(self->plane->world, self->plane->name, "tsb-operator", resource, name, what);
}

static void log_reconciled(const PlaneOperator *self)
{
    plane_log(self->plane, OWN_DEPLOYMENT,
              "info\tmanagementplane\treconciled %s to be %s "
              "[scope=\"managementplane\"]",
              RESOURCE, self->is_standby ? "a standby" : "active");
}

static bool is_running(const PlaneOperator *self)
{
    return !controller_is_crashed(self->controller) &&
           plane_ready_pods(self->plane, OWN_DEPLOYMENT) > 0;
}

bool plane_operator_is_running(const PlaneOperator *self)
{
    return is_running(self);
}

/* Merges what differs, so that nothing is written, and no generation moves, where nothing changes. */
static void set_kubegres(PlaneOperator *self, bool is_standby, const char *host, int64_t port)
{
    Plane *plane = self->plane;
    cJSON *patch = NULL;

    if (!kube_find(plane->cluster, "kubegres", plane->ns, "tsb-postgres"))
        return;
    if (is_standby)
        patch = object_format("{'spec':{'standby':{'enabled':true,'primaryEndpoint':'%s:%lld'}}}",
                              host, (long long)port);
    else
        patch = object_format("{'spec':{'standby':{'enabled':false,'primaryEndpoint':null}}}");
    object_merge(plane->cluster, "kubegres", plane->ns, "tsb-postgres", PLANE_OPERATOR, patch);
}

/* ---- the active shape ---------------------------------------------------------------------------------------------------------------- */

/* A Deployment that is at 0 from a last life; in this life a 0 is somebody's will. */
static void raise_leftover(PlaneOperator *self, const PlaneWorkload *workload)
{
    Plane *plane = self->plane;
    const cJSON *deployment =
        kube_find(plane->cluster, "deployments", plane->ns, workload->deployment);

    if (plane->world->parameters.mp_operator.keeps_zero_replicas ||
        json_integer_or(deployment, "spec/replicas", 1) > 0)
        return;
    object_merge(plane->cluster, "deployments", plane->ns, workload->deployment, PLANE_OPERATOR,
                 object_format("{'spec':{'replicas':%d}}", workload->replicas));
    note(self, "deployments", workload->deployment, "scaled up what its last life left at 0");
}

static void make_active(PlaneOperator *self, bool is_new)
{
    Plane *plane = self->plane;
    int count = 0;
    const PlaneWorkload *workloads = plane_workloads(&count);

    plane_kubegres_make(plane, NULL);
    set_kubegres(self, false, NULL, 0);
    plane_envoy_make(plane);
    for (int i = 0; i < count; i++) {
        plane_service_make(plane, &workloads[i]);
        plane_workload_make(plane, &workloads[i]);
        if (is_new)
            raise_leftover(self, &workloads[i]);
        self->replicas[i] = workloads[i].replicas;
    }
    plane_autoscaler_make(plane);
    plane_teamsync_make(plane);
}

/* ---- the standby shape --------------------------------------------------------------------------------------------------------------- */

static void remove_workloads(PlaneOperator *self)
{
    Plane *plane = self->plane;
    int count = 0;
    const PlaneWorkload *workloads = plane_workloads(&count);

    object_delete(plane->cluster, "horizontalpodautoscalers", plane->ns, "envoy");
    object_delete(plane->cluster, "cronjobs", plane->ns, "teamsync");
    for (int i = 0; i < count; i++) {
        const char *name = workloads[i].deployment;

        self->replicas[i] = 0;
        object_delete(plane->cluster, "services", plane->ns, name);
        if (!kube_find(plane->cluster, "deployments", plane->ns, name))
            continue;
        if (plane->world->parameters.mp_operator.leaves_old_deployments)
            object_merge(plane->cluster, "deployments", plane->ns, name, PLANE_OPERATOR,
                         object_format("{'spec':{'replicas':0}}"));
        else
            object_delete(plane->cluster, "deployments", plane->ns, name);
    }
}

/* Seeds every instance anew that is there and does not follow host; whatever only it had is lost. */
static void demote(PlaneOperator *self, const char *host)
{
    Plane *plane = self->plane;

    if (!plane->world->parameters.mp_operator.demotes_primary)
        return;
    for (int i = 0; i < plane->member_count; i++) {
        PgMember *member = plane->members[i];

        if (!member->is_deployed ||
            (pg_member_is_standby(member) && strcmp(member->upstream_host, host) == 0))
            continue;
        pg_member_reseed(member, host);
        note(self, "statefulsets", member->name, "made it a standby again, from a new base backup");
    }
}

/* Before anything was promoted, going back to standby leaves the data alone. */
static bool is_still_in_recovery(const Plane *plane)
{
    for (int i = 0; i < plane->member_count; i++)
        if (plane->members[i]->is_deployed && !pg_member_is_standby(plane->members[i]))
            return false;
    return true;
}

static void make_standby(PlaneOperator *self)
{
    Plane *plane = self->plane;
    const cJSON *endpoint =
        json_find(plane_resource(plane),
                  "spec/highAvailability/standby/activeMpSynchronizationEndpoint");
    const char *host = json_string_or(endpoint, "host", "");

    plane_kubegres_make(plane, host);
    set_kubegres(self, true, host, 5432);
    remove_workloads(self);
    if (*host && !is_still_in_recovery(plane))
        demote(self, host);
}

/* ---- status -------------------------------------------------------------------------------------------------------------------------- */

static bool is_all_ready(const PlaneOperator *self)
{
    int count = 0;
    const PlaneWorkload *workloads = plane_workloads(&count);

    if (self->is_standby)
        return true;
    for (int i = 0; i < count; i++)
        if (plane_ready_pods(self->plane, workloads[i].deployment) == 0)
            return false;
    return true;
}

static void put_component(cJSON *components, const char *path, const char *version)
{
    json_put(components, path, object_format("{'status':'INSTALLED','version':'%s'}", version));
}

/* In a standby there is no component but the database: what its last life had goes. */
static void drop_component(cJSON *components, const char *path)
{
    char first[32];

    snprintf(first, sizeof first, "%.*s", (int)strcspn(path, "/"), path);
    json_put(components, first, cJSON_CreateNull());
}

static cJSON *components_of(const PlaneOperator *self)
{
    cJSON *components = cJSON_CreateObject();
    int count = 0;
    const PlaneWorkload *workloads = plane_workloads(&count);

    for (int i = 0; i < count; i++)
        if (self->is_standby)
            drop_component(components, workloads[i].component);
        else
            put_component(components, workloads[i].component, "v1.12.0");
    put_component(components, "kubegres", "v1.16.0-tetrate-v14");
    return components;
}

static void write_status(PlaneOperator *self)
{
    Plane *plane = self->plane;
    const cJSON *resource = plane_resource(plane);
    char generation[24], now[CLOCK_TEXT_MAX];
    cJSON *status = NULL;

    snprintf(generation, sizeof generation, "%lld", (long long)self->seen_generation);
    if (!plane->world->parameters.mp_operator.has_status || !is_all_ready(self) ||
        strcmp(json_string_or(resource, "status/observedGeneration", ""), generation) == 0)
        return;
    status = object_format("{'phase':'INSTALLED','observedGeneration':'%s','lastUpdated':'%s',"
                           "'tsbVersion':'v1.12.0'}",
                           generation, clock_rfc3339(clock_wall_ms(), now));
    json_put(status, "components", components_of(self));
    object_set_status(plane->cluster, "managementplanes", plane->ns, "managementplane",
                      PLANE_OPERATOR, status);
    if (plane->world->is_started)
        note(self, "managementplanes", "managementplane", "installed what generation asks for");
}

/* ---- looking ------------------------------------------------------------------------------------------------------------------------- */

static void look(PlaneOperator *self)
{
    const cJSON *resource = plane_resource(self->plane);
    int64_t generation = json_integer_or(resource, "metadata/generation", 0);
    bool was_standby = self->is_standby;

    if (!resource || !is_running(self) || generation == self->seen_generation)
        return;
    self->is_standby = plane_wants_standby(self->plane);
    self->seen_generation = generation;
    note(self, "managementplanes", "managementplane",
         self->is_standby ? "begins to make it a standby" : "begins to make it active");
    plane_keys_make(self->plane);
    plane_foundation_make(self->plane);
    if (self->is_standby)
        make_standby(self);
    else
        make_active(self, was_standby);
    log_reconciled(self);
    write_status(self);
    load_balancer_kick(self->plane->balancer);
    plane_settle(self->plane);
}

void plane_operator_kick(PlaneOperator *self)
{
    if (!controller_is_waiting(self->controller, self->plane->ns, RESOURCE))
        controller_after(self->controller, self->plane->ns, RESOURCE,
                         span_draw(&self->plane->world->parameters.mp_operator.start,
                                   &self->random));
}

static void put_back(PlaneOperator *self)
{
    Plane *plane = self->plane;
    int count = 0;
    const PlaneWorkload *workloads = plane_workloads(&count);

    if (!is_running(self) || self->is_standby)
        return;
    for (int i = 0; i < count; i++) {
        const char *name = workloads[i].deployment;
        const cJSON *deployment = kube_find(plane->cluster, "deployments", plane->ns, name);

        if (!deployment || self->replicas[i] == 0 ||
            json_integer_or(deployment, "spec/replicas", 1) == self->replicas[i])
            continue;
        object_merge(plane->cluster, "deployments", plane->ns, name, PLANE_OPERATOR,
                     object_format("{'spec':{'replicas':%d}}", self->replicas[i]));
        note(self, "deployments", name, "put its replicas back");
    }
}

/* What it made and somebody deleted is made again. */
static void make_missing(PlaneOperator *self)
{
    Plane *plane = self->plane;
    int count = 0;
    const PlaneWorkload *workloads = plane_workloads(&count);

    if (!is_running(self) || self->is_standby)
        return;
    plane_envoy_make(plane);
    plane_teamsync_make(plane);
    for (int i = 0; i < count; i++) {
        const char *name = workloads[i].deployment;

        plane_service_make(plane, &workloads[i]);
        if (self->replicas[i] == 0 || kube_find(plane->cluster, "deployments", plane->ns, name))
            continue;
        plane_workload_make(plane, &workloads[i]);
        note(self, "deployments", name, "made it again");
        plane_log(plane, OWN_DEPLOYMENT,
                  "info\tmanagementplane\tcreated missing Deployment %s "
                  "[scope=\"managementplane\"]",
                  name);
    }
}

static void revert_later(PlaneOperator *self, const char *what)
{
    const Span *after = &self->plane->world->parameters.mp_operator.revert_after;

    if (!controller_is_waiting(self->controller, self->plane->ns, what))
        controller_after(self->controller, self->plane->ns, what,
                         span_draw(after, &self->revert_random));
}

static void look_at_scale(PlaneOperator *self)
{
    if (self->plane->world->parameters.mp_operator.reverts_scale)
        revert_later(self, REPLICAS);
}

/* Somebody exchanged the key: the key set is made from the new one. */
static void follow_key(PlaneOperator *self)
{
    if (is_running(self) && plane_resource(self->plane))
        plane_key_set_make(self->plane);
}

static void on_secret(void *owner, const KubeChange *change)
{
    PlaneOperator *self = owner;

    if (change->type == KUBE_MODIFIED &&
        strcmp(json_string_or(change->object, "metadata/name", ""), KEY) == 0 &&
        !controller_is_waiting(self->controller, self->plane->ns, KEY))
        controller_after(self->controller, self->plane->ns, KEY,
                         span_draw(&self->plane->world->parameters.mp_operator.start,
                                   &self->revert_random));
}

static void reconcile(void *owner, const char *ns, const char *name)
{
    (void)ns;
    if (strcmp(name, REPLICAS) == 0)
        put_back(owner);
    else if (strcmp(name, MISSING) == 0)
        make_missing(owner);
    else if (strcmp(name, KEY) == 0)
        follow_key(owner);
    else
        look(owner);
}

void plane_operator_saw_pods(PlaneOperator *self, const char *deployment)
{
    if (!self->is_started)
        return;
    if (strcmp(deployment, OWN_DEPLOYMENT) == 0) {
        plane_operator_kick(self);
        look_at_scale(self);
    } else if (is_running(self)) {
        write_status(self);
    }
}

/* Another life may begin with the generation that the last one ended with. */
static void on_resource(void *owner, const KubeChange *change)
{
    PlaneOperator *self = owner;

    if (change->type == KUBE_DELETED)
        self->seen_generation = 0;
    if (strcmp(change->manager, PLANE_OPERATOR) != 0)
        plane_operator_kick(self);
}

/* A Deployment or Service that an active plane needs. */
static void on_deleted(PlaneOperator *self, const KubeChange *change)
{
    if (!self->is_standby && strcmp(change->manager, PLANE_OPERATOR) != 0 &&
        plane_workload_find(json_string_or(change->object, "metadata/name", "")))
        revert_later(self, MISSING);
}

static void on_service(void *owner, const KubeChange *change)
{
    if (change->type == KUBE_DELETED)
        on_deleted(owner, change);
}

static void on_deployment(void *owner, const KubeChange *change)
{
    if (change->type == KUBE_DELETED)
        on_deleted(owner, change);
    if (change->type == KUBE_MODIFIED && strcmp(change->manager, PLANE_OPERATOR) != 0 &&
        plane_workload_find(json_string_or(change->object, "metadata/name", "")) &&
        json_integer_or(change->object, "spec/replicas", 1) !=
            json_integer_or(change->previous, "spec/replicas", 1))
        look_at_scale(owner);
}

/* ---- the whole ----------------------------------------------------------------------------------------------------------------------- */

PlaneOperator *plane_operator_new(Plane *plane)
{
    PlaneOperator *self = MEMORY_NEW(PlaneOperator);
    char stream[48];

    snprintf(stream, sizeof stream, "operator/%s", plane->name);
    self->plane = plane;
    self->random = world_random(plane->world, stream);
    snprintf(stream, sizeof stream, "operator/%s/revert", plane->name);
    self->revert_random = world_random(plane->world, stream);
    self->controller = controller_new(&(ControllerOptions){.world = plane->world,
                                                           .cluster = plane->cluster,
                                                           .lane = plane->name,
                                                           .name = "tsb-operator",
                                                           .manager = PLANE_OPERATOR,
                                                           .sync = reconcile,
                                                           .owner = self});
    return self;
}

/* The steady state: the shape that the population gave is the one that is asked for. */
void plane_operator_start(PlaneOperator *self)
{
    int count = 0;
    const PlaneWorkload *workloads = plane_workloads(&count);

    self->is_standby = plane_wants_standby(self->plane);
    self->seen_generation = json_integer_or(plane_resource(self->plane), "metadata/generation", 0);
    for (int i = 0; i < count && plane_resource(self->plane) && !self->is_standby; i++)
        self->replicas[i] = workloads[i].replicas;
    if (plane_resource(self->plane)) {
        write_status(self);
        log_reconciled(self);
    }
    self->is_started = true;
    controller_watch(self->controller, "managementplanes", on_resource);
    controller_watch(self->controller, "deployments", on_deployment);
    controller_watch(self->controller, "services", on_service);
    controller_watch(self->controller, "secrets", on_secret);
}

void plane_operator_free(PlaneOperator *self)
{
    if (!self)
        return;
    controller_free(self->controller);
    free(self);
}
