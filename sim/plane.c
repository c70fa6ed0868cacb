/*
 * sim/plane.c - one management plane: its parts put together, and what can be said of it as a whole.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "sim/faults/faults.h"
#include "sim/inside.h"
#include "sim/operators/cert_manager.h"
#include "sim/operators/external_dns.h"
#include "sim/operators/feed.h"
#include "sim/operators/keys.h"
#include "sim/population.h"

/* ---- what can be said of it ------------------------------------------------------------------------------------------------------- */

int64_t plane_clock_ms(const Plane *plane, int64_t wall_ms)
{
    return wall_ms + kube_cluster_clock_ahead_ms(plane->cluster);
}

const cJSON *plane_resource(const Plane *plane)
{
    return kube_find(plane->cluster, "managementplanes", plane->ns, "managementplane");
}

bool plane_begins_installed(const Plane *plane)
{
    const WorldParameters *parameters = &plane->world->parameters;

    return (plane->index == 0 ? parameters->planes.mp1 : parameters->planes.mp2) ==
           WORLD_PLANE_INSTALLED;
}

bool plane_wants_standby(const Plane *plane)
{
    return json_has(plane_resource(plane), "spec/highAvailability/standby");
}

int plane_ready_pods(const Plane *plane, const char *deployment)
{
    return controllers_ready(plane->controllers, plane->ns, deployment);
}

bool plane_is_api_serving(const Plane *plane)
{
    return controllers_serving(plane->controllers, plane->ns, "tsb") > 0 &&
           controllers_serving(plane->controllers, plane->ns, "iam") > 0;
}

PgMember *plane_primary(const Plane *plane)
{
    for (int i = 0; i < plane->member_count; i++) {
        PgMember *member = plane->members[i];

        if (pg_member_is_ready(member) && !pg_member_is_standby(member))
            return member;
    }
    return NULL;
}

bool plane_is_writable(const Plane *plane)
{
    return plane_is_api_serving(plane) && plane_primary(plane);
}

bool plane_is_open(const Plane *plane)
{
    return load_balancer_is_open(plane->balancer);
}

const char *plane_address(const Plane *plane)
{
    return load_balancer_address(plane->balancer);
}

/* ---- settling ---------------------------------------------------------------------------------------------------------------------- */

void plane_listen(Plane *plane, PlaneListener *listener, void *owner)
{
    assert(plane->listener_count < PLANE_LISTENERS_MAX);
    plane->listeners[plane->listener_count].call = listener;
    plane->listeners[plane->listener_count++].owner = owner;
}

static void tell(Plane *plane, PlaneChange change)
{
    for (int i = 0; i < plane->listener_count; i++)
        plane->listeners[i].call(plane->listeners[i].owner, plane, change);
}

static const char *why_not_serving(const Plane *plane)
{
    bool has_tsb = controllers_serving(plane->controllers, plane->ns, "tsb") > 0;
    bool has_iam = controllers_serving(plane->controllers, plane->ns, "iam") > 0;

    if (has_tsb)
        return "iam has no pods";
    return has_iam ? "tsb has no pods" : "tsb and iam have no pods";
}

static void settle_api(Plane *plane)
{
    bool is_serving = plane_is_api_serving(plane), is_writable = plane_is_writable(plane);
    const char *why = "tsb and iam have pods, and the database takes writes";
    cJSON *data = NULL;

    if (is_serving == plane->was_serving && is_writable == plane->was_writable)
        return;
    plane->was_serving = is_serving;
    plane->was_writable = is_writable;
    if (!is_serving)
        why = why_not_serving(plane);
    else if (!is_writable)
        why = "tsb and iam have pods, and no database takes writes";
    data = cJSON_CreateObject();
    cJSON_AddBoolToObject(data, "serving", is_serving);
    cJSON_AddBoolToObject(data, "writable", is_writable);
    cJSON_AddStringToObject(data, "why", why);
    trace_add(plane->world->trace, plane->name, EVENT_PLANE_API, data, "%s: the API %s: %s",
              plane->name,
              is_writable  ? "takes configuration"
              : is_serving ? "answers, and takes no configuration"
                           : "does not answer",
              why);
    tell(plane, PLANE_API_CHANGED);
}

static void settle_entrance(Plane *plane)
{
    bool is_open = plane_is_open(plane);
    const char *address = plane_address(plane);

    if (is_open == plane->was_open && strcmp(address, plane->was_address) == 0)
        return;
    plane->was_open = is_open;
    snprintf(plane->was_address, sizeof plane->was_address, "%s", address);
    tell(plane, PLANE_ENTRANCE_CHANGED);
}

/* The database's log grows by itself only while TSB works with it. */
static void settle_database(Plane *plane)
{
    const WorldParameters *parameters = &plane->world->parameters;
    PgMember *primary = plane_primary(plane);

    if (primary)
        primary->database->set_write_rate(primary, plane->was_serving
                                                       ? (double)parameters->replication.write_rate
                                                       : 0);
    if (primary == plane->was_primary)
        return;
    plane->was_primary = primary;
    controllers_kick(plane->controllers);
    tell(plane, PLANE_DATABASE_CHANGED);
}

static const char *state_of(const Plane *plane, const char **out_why)
{
    const cJSON *tsb = kube_find(plane->cluster, "deployments", plane->ns, "tsb");

    if (plane->was_writable) {
        *out_why = "its API takes configuration";
        return "active";
    }
    if (!plane_resource(plane)) {
        *out_why = "there is nothing of TSB in its cluster";
        return "empty";
    }
    if (plane_wants_standby(plane)) {
        *out_why = plane_primary(plane) ? "it is to be a standby, and its database takes writes"
                                        : "it follows the other plane";
        return plane_primary(plane) ? "demoting" : "standby";
    }
    if (tsb && json_integer_or(tsb, "spec/replicas", 1) == 0 && feed_is_fed(plane)) {
        *out_why = "it is fed by restoring the other plane's dumps";
        return "standby";
    }
    if (tsb && json_integer_or(tsb, "spec/replicas", 1) == 0) {
        *out_why = "tsb is scaled to 0";
        return "fenced";
    }
    *out_why = why_not_serving(plane);
    return "starting";
}

static void settle_state(Plane *plane)
{
    const char *why = "", *state = state_of(plane, &why);
    cJSON *data = NULL;

    if (strcmp(state, plane->was_state) == 0)
        return;
    snprintf(plane->was_state, sizeof plane->was_state, "%s", state);
    data = cJSON_CreateObject();
    cJSON_AddStringToObject(data, "state", state);
    cJSON_AddStringToObject(data, "why", why);
    trace_add(plane->world->trace, plane->name, EVENT_PLANE_STATE, data, "%s is %s: %s",
              plane->name, state, why);
}

void plane_settle(Plane *plane)
{
    if (!plane->world->is_started)
        return;
    settle_database(plane);
    settle_api(plane);
    settle_database(plane);
    settle_entrance(plane);
    settle_state(plane);
}

/* ---- blocks ------------------------------------------------------------------------------------------------------------------------ */

static int block_index(const Plane *plane, const char *what)
{
    for (int i = 0; i < plane->blocked_count; i++)
        if (strcmp(plane->blocked[i], what) == 0)
            return i;
    return -1;
}

bool plane_is_blocked(const Plane *plane, const char *what)
{
    if (block_index(plane, what) < 0)
        return false;
    faults_on_held(plane->world->faults, plane->name, what);
    return true;
}

void plane_block(Plane *plane, const char *what)
{
    const int max = sizeof plane->blocked / sizeof plane->blocked[0];

    if (block_index(plane, what) >= 0)
        return;
    assert(plane->blocked_count < max);
    (void)max;
    snprintf(plane->blocked[plane->blocked_count++], sizeof plane->blocked[0], "%s", what);
}

void plane_unblock(Plane *plane, const char *what)
{
    int index = block_index(plane, what);

    if (index < 0)
        return;
    plane->blocked_count--;
    memmove(plane->blocked[index], plane->blocked[index + 1],
            (size_t)(plane->blocked_count - index) * sizeof plane->blocked[0]);
    controllers_kick(plane->controllers);
    load_balancer_kick(plane->balancer);
    plane_operator_kick(plane->plane_operator);
    kubegres_kick(plane->kubegres);
    for (int i = 0; i < plane->member_count; i++)
        pg_member_kick(plane->members[i]);
}

/* ---- its parts --------------------------------------------------------------------------------------------------------------------- */

/* tsb has nothing to work with before its database takes writes, iam without a key. */
static bool may_be_ready(void *owner, const char *deployment)
{
    Plane *plane = owner;
    char what[80];

    snprintf(what, sizeof what, "deployment/%s", deployment);
    if (plane_is_blocked(plane, what))
        return false;
    if (strcmp(deployment, "iam") == 0)
        return plane_key_find(plane) != NULL;
    return strcmp(deployment, "tsb") != 0 || plane_primary(plane);
}

static bool may_end(void *owner, const char *deployment)
{
    char what[80];

    snprintf(what, sizeof what, "pod/%s", deployment);
    return !plane_is_blocked(owner, what);
}

static void on_pods(void *owner, const char *ns, const char *deployment, int ready,
                    bool pods_replaced)
{
    Plane *plane = owner;

    (void)ns;
    (void)pods_replaced;
    if (!plane->world->is_started)
        return;
    if (strcmp(deployment, "envoy") == 0)
        load_balancer_kick(plane->balancer);
    if (strcmp(deployment, "iam") == 0 && ready > 0)
        plane_key_mount(plane);
    if (strcmp(deployment, "kubegres-controller-manager") == 0)
        kubegres_kick(plane->kubegres);
    plane_operator_saw_pods(plane->plane_operator, deployment);
    plane_settle(plane);
}

/* Postgres' pods are the members', and the Service of envoy is the load balancer's. */
static bool is_foreign(void *owner, const cJSON *object)
{
    const Plane *plane = owner;

    if (strcmp(json_string_or(object, "metadata/namespace", ""), plane->ns) != 0)
        return false;
    if (strcmp(json_string_or(object, "kind", ""), "Service") == 0)
        return strcmp(json_string_or(object, "metadata/name", ""), "envoy") == 0;
    return strcmp(json_string_or(object, "metadata/labels/app", ""), "tsb-postgres") == 0;
}

/* Somebody deleted a Postgres pod: it is made again, with the data it had. */
static void on_foreign_gone(void *owner, const char *pod)
{
    Plane *plane = owner;

    for (int i = 0; i < plane->member_count; i++)
        if (strcmp(plane->members[i]->pod, pod) == 0 &&
            plane->members[i]->phase == PG_POD_RUNNING && pg_member_is_ready(plane->members[i]))
            pg_member_restart(plane->members[i], false);
}

static void make_certificates(Plane *plane)
{
    const char *names[] = {plane->permanent_name, plane->world->floating_name, NULL};
    const CertificateOptions options = {.common_name = plane->permanent_name, .names = names};

    plane->certificate = pki_issue(plane->world->pki, &options);
    plane->central_certificate = pki_issue(plane->world->pki, &options);
    plane->front_tls = certificate_server_context(plane->certificate, NULL);
    plane->postgres_tls = certificate_server_context(plane->central_certificate, plane->world->pki);
}

static SSL_CTX *expired_context(const Plane *plane)
{
    const char *names[] = {plane->permanent_name, plane->world->floating_name, NULL};
    int64_t began_ms = plane->world->began_ms;
    Certificate *certificate =
        pki_issue(plane->world->pki,
                  &(CertificateOptions){.common_name = plane->permanent_name,
                                        .names = names,
                                        .not_before_ms = began_ms - INT64_C(1000) * 3600 * 24,
                                        .not_after_ms = began_ms - 1000});
    SSL_CTX *context = certificate_server_context(certificate, NULL);

    certificate_free(certificate);
    return context;
}

void plane_expire_databases(Plane *plane, const CertificateRefusal *refusal)
{
    if (!plane->expired_tls)
        plane->expired_tls = expired_context(plane);
    if (refusal)
        certificate_on_refused(plane->expired_tls, refusal);
    for (int i = 0; i < plane->member_count; i++)
        if (plane->members[i]->server)
            pg_server_show(plane->members[i]->server, refusal ? plane->expired_tls : NULL);
}

Plane *plane_new(World *world, int index)
{
    Plane *plane = MEMORY_NEW(Plane);
    char stream[32];
    Random random;

    plane->world = world;
    plane->index = index;
    plane->ns = world->parameters.ns;
    snprintf(plane->name, sizeof plane->name, "mp%d", index + 1);
    snprintf(plane->permanent_name, sizeof plane->permanent_name, "%s.%s", plane->name,
             world->floating_name);
    snprintf(stream, sizeof stream, "kubernetes/%s", plane->name);
    random = world_random(world, stream);
    plane->cluster = kube_cluster_new(plane->name, &random);
    plane->iam_key = world->iam_key;
    make_certificates(plane);
    plane->member_count = (int)world->parameters.replication.instances;
    for (int i = 0; i < plane->member_count; i++)
        plane->members[i] = pg_member_new(plane, i + 1);
    plane->controllers = controllers_new(
        &(ControllersOptions){.cluster = plane->cluster,
                              .world = world,
                              .lane = plane->name,
                              .may_be_ready = may_be_ready,
                              .may_end = may_end,
                              .on_change = on_pods,
                              .is_foreign = is_foreign,
                              .on_foreign_gone = on_foreign_gone,
                              .owner = plane,
                              .first_start = &world->parameters.mp_operator.deployment_ready});
    plane->balancer = load_balancer_new(plane);
    plane->plane_operator = plane_operator_new(plane);
    plane->kubegres = kubegres_new(plane);
    plane->front = plane_front_new(plane);
    plane->central = central_new(plane);
    return plane;
}

bool plane_start(Plane *plane, Error *err)
{
    population_plane(plane);
    controllers_adopt(plane->controllers);
    for (int i = 0; i < plane->member_count; i++)
        if (!pg_member_start(plane->members[i], err))
            return false;
    if (!load_balancer_start(plane->balancer, err))
        return false;
    kubegres_start(plane->kubegres);
    plane_operator_start(plane->plane_operator);
    central_start(plane->central);
    if (plane_begins_installed(plane) || plane->world->parameters.planes.has_cert_manager)
        plane->cert_manager = cert_manager_new(plane);
    if (plane->world->parameters.external_dns.is_installed && plane_begins_installed(plane))
        plane->external_dns = external_dns_new(plane);
    return true;
}

void plane_free(Plane *plane)
{
    if (!plane)
        return;
    central_free(plane->central);
    load_balancer_free(plane->balancer);
    plane_front_free(plane->front);
    plane_operator_free(plane->plane_operator);
    kubegres_free(plane->kubegres);
    cert_manager_free(plane->cert_manager);
    external_dns_free(plane->external_dns);
    feed_free(plane->feed);
    controllers_free(plane->controllers);
    for (int i = 0; i < plane->member_count; i++)
        pg_member_free(plane->members[i]);
    kube_cluster_free(plane->cluster);
    SSL_CTX_free(plane->front_tls);
    SSL_CTX_free(plane->postgres_tls);
    SSL_CTX_free(plane->expired_tls);
    certificate_free(plane->certificate);
    certificate_free(plane->central_certificate);
    free(plane);
}
