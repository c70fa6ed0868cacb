/*
 * sim/operators/kubegres.c - Tetrate's Kubegres: out of standby by way of a failover, and back.
 *
 * All goes well: spec.standby.enabled becomes false; there is no primary, so it notes a blocking operation and waits; then the first ready
 * replica in index order (not the most advanced one) is labelled primary and restarted with the trigger file; once it is ready, and not
 * before the minimum time, the operation is over and the other replicas are restarted with a new PRIMARY_HOST_NAME.
 * Goes wrong: no ready replica: an Event, and it looks again. standby comes back during the wait: nothing happened. Not ready within the
 * time-out: blockingOperation.hasTimedOut, an Event, and nothing more until the primary is ready.
 * Source: domain.md 4.2 (R1).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "sim/controllers/controller.h"
#include "sim/inside.h"
#include "sim/objects.h"
#include "sim/operators/instances.h"

static const char MANAGER[] = "kubegres-controller-manager";
static const char NAME[] = "tsb-postgres";
static const Span LAG = {1000, 3000};
enum { REQUEUE_MS = 20000 };

typedef enum { KUBEGRES_IDLE, KUBEGRES_WAITING, KUBEGRES_FAILING_OVER, KUBEGRES_STUCK } Phase;

typedef struct Kubegres Kubegres;
struct Kubegres {
    Plane *plane;
    Random random;
    Controller *controller;
    Timer *wait, *limit;
    Phase phase;
    PgMember *chosen;
    int64_t began_ms; /* clock_mono_ms */
    char said[48];    /* the reason of its last Event, which is not repeated */
};

static const cJSON *resource(const Kubegres *kubegres)
{
    return kube_find(kubegres->plane->cluster, "kubegres", kubegres->plane->ns, NAME);
}

static void say(Kubegres *kubegres, const char *type, const char *reason, const char *message)
{
    if (strcmp(kubegres->said, reason) == 0)
        return;
    snprintf(kubegres->said, sizeof kubegres->said, "%s", reason);
    plane_log(kubegres->plane, MANAGER, "%s\t%s: %s",
              strcmp(type, "Warning") == 0 ? "ERROR" : "INFO", reason, message);
    object_event(kubegres->plane->cluster, kubegres->plane->ns, MANAGER, "Kubegres", NAME, type,
                 reason, message);
    world_note(kubegres->plane->world, kubegres->plane->name, "kubegres", "kubegres", NAME,
               message);
}

static void note_operation(Kubegres *kubegres, const char *step, bool has_timed_out)
{
    const Plane *plane = kubegres->plane;
    int64_t ends_s = (clock_wall_ms() + plane->world->parameters.kubegres.timeout_ms) / 1000;

    object_set_status(
        plane->cluster, "kubegres", plane->ns, NAME, MANAGER,
        object_format("{'blockingOperation':{'operationId':'Primary DB count spec enforcement',"
                      "'stepId':'%s','timeOutEpocInSeconds':%lld,'hasTimedOut':%s,"
                      "'statefulSetOperation':{'instanceIndex':%d,'name':'%s'}}}",
                      step, (long long)ends_s, has_timed_out ? "true" : "false",
                      kubegres->chosen ? kubegres->chosen->index : 0,
                      kubegres->chosen ? kubegres->chosen->name : ""));
    world_note(plane->world, plane->name, "kubegres", "kubegres", NAME, step);
    plane_log(plane, MANAGER, "INFO\tBlocking-Operation: %s", step);
}

static void forget_operation(Kubegres *kubegres)
{
    const Plane *plane = kubegres->plane;
    cJSON *patch = object_format("{'blockingOperation':null}");
    const cJSON *now = json_find(resource(kubegres), "status/blockingOperation");

    if (now)
        json_put(patch, "previousBlockingOperation", cJSON_Duplicate(now, true));
    object_set_status(plane->cluster, "kubegres", plane->ns, NAME, MANAGER, patch);
    kubegres->phase = KUBEGRES_IDLE;
    timer_stop(kubegres->wait);
    timer_stop(kubegres->limit);
}

/* ---- failing over ------------------------------------------------------------------------------------------------------------------- */

static PgMember *first_ready_replica(const Kubegres *kubegres)
{
    const char *wanted = json_string_or(resource(kubegres), "spec/failover/promotePod", "");

    for (int i = 0; i < kubegres->plane->member_count; i++) {
        PgMember *member = kubegres->plane->members[i];

        if (pg_member_is_ready(member) && !member->is_primary_by_label &&
            (!*wanted || strcmp(wanted, member->pod) == 0))
            return member;
    }
    return NULL;
}

static PgMember *labelled_primary(const Kubegres *kubegres)
{
    for (int i = 0; i < kubegres->plane->member_count; i++)
        if (kubegres->plane->members[i]->is_primary_by_label)
            return kubegres->plane->members[i];
    return NULL;
}

static void begin(Kubegres *kubegres)
{
    const cJSON *spec = json_find(resource(kubegres), "spec");

    if (json_bool_or(spec, "failover/isDisabled", false) &&
        !json_has(spec, "failover/promotePod")) {
        say(kubegres, "Warning", "AutomaticFailoverIsDisabled",
            "a failover is needed and failover.isDisabled forbids it");
        return;
    }
    if (!first_ready_replica(kubegres)) {
        say(kubegres, "Warning", "FailoverCannotHappenAsNoReplicaDeployed",
            "a failover is needed and no replica is ready");
        controller_after(kubegres->controller, kubegres->plane->ns, NAME, REQUEUE_MS);
        return;
    }
    kubegres->phase = KUBEGRES_WAITING;
    kubegres->chosen = NULL;
    note_operation(kubegres, "Waiting few seconds before failing over to a replica", false);
    timer_start(kubegres->wait,
                span_draw(&kubegres->plane->world->parameters.kubegres.wait, &kubegres->random));
}

static void fail_over(Kubegres *kubegres)
{
    const WorldParameters *parameters = &kubegres->plane->world->parameters;

    kubegres->chosen = first_ready_replica(kubegres);
    if (!kubegres->chosen) {
        forget_operation(kubegres);
        begin(kubegres);
        return;
    }
    kubegres->phase = KUBEGRES_FAILING_OVER;
    kubegres->began_ms = clock_mono_ms();
    note_operation(kubegres, "Failing over by promoting a Replica DB as a Primary DB", false);
    pg_member_label(kubegres->chosen, true);
    timer_start(kubegres->limit, parameters->kubegres.timeout_ms);
    pg_member_restart(kubegres->chosen, true);
}

/* The others get a new PRIMARY_HOST_NAME and restart; with data in place that changes nothing for them by itself. */
static void restart_siblings(Kubegres *kubegres)
{
    const Plane *plane = kubegres->plane;

    for (int i = 0; i < plane->member_count; i++) {
        PgMember *member = plane->members[i];

        if (member == kubegres->chosen || member->phase != PG_POD_RUNNING)
            continue;
        if (!plane->world->parameters.replication.siblings_follow_old)
            member->upstream_host[0] = '\0';
        pg_member_restart(member, false);
    }
}

static void complete(Kubegres *kubegres)
{
    forget_operation(kubegres);
    kubegres->chosen->upstream_host[0] = '\0';
    *kubegres->said = '\0';
    object_event(kubegres->plane->cluster, kubegres->plane->ns, MANAGER, "Kubegres", NAME, "Normal",
                 "FailOver", "FailOver: Successfully promoted a Replica DB as a Primary DB");
    world_note(kubegres->plane->world, kubegres->plane->name, "kubegres", "kubegres", NAME,
               "the failover is complete");
    restart_siblings(kubegres);
}

/* Ready, and not before the minimum time. That it is ready does not say that it left recovery. */
static void try_to_complete(Kubegres *kubegres)
{
    int64_t minimum = kubegres->plane->world->parameters.kubegres.minimum_ms;
    int64_t passed = clock_mono_ms() - kubegres->began_ms;

    if (!pg_member_is_ready(kubegres->chosen))
        return;
    if (passed < minimum)
        controller_after(kubegres->controller, kubegres->plane->ns, NAME, minimum - passed);
    else
        complete(kubegres);
}

static void on_limit(void *owner)
{
    Kubegres *kubegres = owner;

    kubegres->phase = KUBEGRES_STUCK;
    note_operation(kubegres, "Failing over by promoting a Replica DB as a Primary DB", true);
    say(kubegres, "Warning", "FailOverTimedOutErr",
        "the failover timed out and must be fixed manually; most features are disabled until the "
        "primary is ready");
}

/* ---- looking ------------------------------------------------------------------------------------------------------------------------ */

static bool is_running(const Kubegres *kubegres)
{
    if (controller_is_crashed(kubegres->controller))
        controller_show(kubegres->controller, "was held back when it was to act");
    return resource(kubegres) && !controller_is_crashed(kubegres->controller) &&
           plane_ready_pods(kubegres->plane, "kubegres-controller-manager") > 0;
}

static void look_at_standby(Kubegres *kubegres)
{
    if (kubegres->phase == KUBEGRES_WAITING) {
        forget_operation(kubegres);
        say(kubegres, "Normal", "PrimaryDbCountSpecEnforcerDisabled",
            "standby again before the failover began: nothing is promoted");
    }
    if (!json_has(resource(kubegres), "spec/standby/primaryEndpoint"))
        say(kubegres, "Warning", "SpecCheckErr", "standby.enabled needs standby.primaryEndpoint");
}

static PgMember *member_of(const Kubegres *kubegres, const char *name)
{
    for (int i = 0; i < kubegres->plane->member_count; i++)
        if (strcmp(kubegres->plane->members[i]->name, name) == 0)
            return kubegres->plane->members[i];
    return NULL;
}

static void reconcile(void *owner, const char *ns, const char *name)
{
    Kubegres *kubegres = owner;
    PgMember *member = member_of(kubegres, name);

    (void)ns;
    if (!resource(kubegres)) {
        instances_remove(kubegres->plane);
        return;
    }
    if (!is_running(kubegres))
        return;
    if (member) {
        instance_make_again(member, resource(kubegres));
        return;
    }
    if (instances_deploy(kubegres->plane, resource(kubegres)))
        return;
    if (kubegres->phase == KUBEGRES_FAILING_OVER || kubegres->phase == KUBEGRES_STUCK)
        try_to_complete(kubegres);
    else if (json_bool_or(resource(kubegres), "spec/standby/enabled", false))
        look_at_standby(kubegres);
    else if (kubegres->phase == KUBEGRES_IDLE && !labelled_primary(kubegres))
        begin(kubegres);
}

/* The wait is over; what was asked for may have changed while it went on. */
static void on_waited(void *owner)
{
    Kubegres *kubegres = owner;

    if (kubegres->phase != KUBEGRES_WAITING)
        return;
    if (!is_running(kubegres))
        timer_start(kubegres->wait, REQUEUE_MS);
    else if (json_bool_or(resource(kubegres), "spec/standby/enabled", false))
        look_at_standby(kubegres);
    else
        fail_over(kubegres);
}

void kubegres_kick(Kubegres *kubegres)
{
    if (!controller_is_waiting(kubegres->controller, kubegres->plane->ns, NAME))
        controller_after(kubegres->controller, kubegres->plane->ns, NAME,
                         span_draw(&LAG, &kubegres->random));
}

void kubegres_saw_pod(Kubegres *kubegres, PgMember *member)
{
    const Plane *plane = kubegres->plane;

    (void)member;
    if (kubegres->phase != KUBEGRES_IDLE || !labelled_primary(kubegres) ||
        !plane->members[plane->member_count - 1]->is_deployed)
        kubegres_kick(kubegres);
}

static void on_change(void *owner, const KubeChange *change)
{
    if (strcmp(change->manager, MANAGER) != 0)
        kubegres_kick(owner);
}

/* A StatefulSet, a claim or a pod of an instance: whoever deleted one of them, all three are looked at. */
static void on_part(void *owner, const KubeChange *change)
{
    const Kubegres *kubegres = owner;
    const char *name = json_string_or(change->object, "metadata/name", "");

    if (change->type != KUBE_DELETED && !json_has(change->object, "metadata/deletionTimestamp"))
        return;
    for (int i = 0; i < kubegres->plane->member_count; i++) {
        const PgMember *member = kubegres->plane->members[i];

        if (strstr(name, member->name) &&
            !controller_is_waiting(kubegres->controller, kubegres->plane->ns, member->name))
            controller_after(kubegres->controller, kubegres->plane->ns, member->name, LAG.lowest);
    }
}

Kubegres *kubegres_new(Plane *plane)
{
    Kubegres *kubegres = MEMORY_NEW(Kubegres);
    char stream[32];

    snprintf(stream, sizeof stream, "kubegres/%s", plane->name);
    kubegres->plane = plane;
    kubegres->random = world_random(plane->world, stream);
    kubegres->controller = controller_new(&(ControllerOptions){.world = plane->world,
                                                               .cluster = plane->cluster,
                                                               .lane = plane->name,
                                                               .name = "kubegres",
                                                               .manager = MANAGER,
                                                               .sync = reconcile,
                                                               .owner = kubegres});
    kubegres->wait = timer_new(plane->world->loop, on_waited, kubegres);
    kubegres->limit = timer_new(plane->world->loop, on_limit, kubegres);
    return kubegres;
}

void kubegres_start(Kubegres *kubegres)
{
    controller_watch(kubegres->controller, "kubegres", on_change);
    controller_watch(kubegres->controller, "statefulsets", on_part);
    controller_watch(kubegres->controller, "persistentvolumeclaims", on_part);
    controller_watch(kubegres->controller, "pods", on_part);
}

void kubegres_free(Kubegres *kubegres)
{
    if (!kubegres)
        return;
    controller_free(kubegres->controller);
    timer_free(kubegres->wait);
    timer_free(kubegres->limit);
    free(kubegres);
}
