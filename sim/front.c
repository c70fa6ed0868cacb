/*
 * sim/front.c - TSB's API of one management plane: what its front envoy answers, read from the plane's database.
 *
 * Rows: "organizations/<o>", "clusters/<c>" (a Cluster, domain.md 2.5) with "syncs/<c>" (the wall time of its state.lastSyncTime, which
 * changes alone and often), "tenants/<t>", "workspaces/<t>/<w>", and "configEvents", which holds when TSB, mpc and central
 * last accepted the clusters. All of it is replicated, so that a plane that was promoted a
 * moment ago says READY of clusters that it never saw, with the lastSyncTime of its predecessor.
 *
 * While an edge is synced its lastSyncTime moves by itself: the row has the last one that was written, the answer the real one.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/memory.h"
#include "sim/inside.h"
#include "sim/objects.h"

typedef struct PlaneFront {
    Plane *plane;
    FrontModel model;
    Front *front;
} PlaneFront;

static const int64_t HOUR_MS = 3600 * INT64_C(1000);
static const char EVENTS_KEY[] = "configEvents";

/* ---- rows --------------------------------------------------------------------------------------------------------------------------- */

static const cJSON *row(PlaneFront *front, const char *folder, const char *name)
{
    const PgMember *database = plane_primary(front->plane);
    char key[200];

    if (!database || snprintf(key, sizeof key, "%s/%s", folder, name) >= (int)sizeof key)
        return NULL;
    return pg_member_row(database, key);
}

/* A copy of each row below prefix. */
static bool add_copy(void *owner, const char *key, const cJSON *value)
{
    (void)key;
    cJSON_AddItemToArray(owner, cJSON_Duplicate(value, true));
    return true;
}

static cJSON *rows(PlaneFront *front, const char *prefix)
{
    const PgMember *database = plane_primary(front->plane);
    cJSON *all = cJSON_CreateArray();

    if (database)
        pg_member_each_row(database, prefix, add_copy, all);
    return all;
}

/* A row's etag changes when its content does; what it looks like is nobody's business. */
static void put_etag(cJSON *value, uint64_t number)
{
    char etag[32];

    snprintf(etag, sizeof etag, "\"%016llx\"", (unsigned long long)number);
    json_put_string(value, "etag", etag);
}

static void put_time(cJSON *json, const char *path, int64_t wall_ms)
{
    char text[CLOCK_TEXT_MAX];

    json_put_string(json, path, clock_rfc3339_micro(wall_ms, text));
}

/* ---- clusters ------------------------------------------------------------------------------------------------------------------------ */

static const char *short_name(const cJSON *value)
{
    const char *fqn = json_string_or(value, "fqn", ""), *slash = strrchr(fqn, '/');

    return slash ? slash + 1 : fqn;
}

static void show_sync(PlaneFront *front, cJSON *value, const ControlPlaneSite *site)
{
    int64_t synced_ms = site ? edge_synced_wall_ms(site->edge, front->plane) : 0;

    if (synced_ms)
        synced_ms = plane_clock_ms(front->plane, synced_ms);
    else
        synced_ms = json_integer_or(row(front, "syncs", short_name(value)), "", 0);
    if (synced_ms)
        put_time(value, "state/lastSyncTime", synced_ms);
}

/* Rows come in the order of their names, which is nearly always that of the sites. */
static const ControlPlaneSite *site_near(World *world, int64_t number, const char *name)
{
    if (number < world->parameters.control_planes && strcmp(world->sites[number]->name, name) == 0)
        return world->sites[number];
    return world_site(world, name);
}

static cJSON *clusters(void *self)
{
    PlaneFront *front = self;
    cJSON *all = rows(front, "clusters/"), *cluster;
    int64_t number = 0;

    cJSON_ArrayForEach(cluster, all)
    {
        show_sync(front, cluster, site_near(front->plane->world, number++, short_name(cluster)));
    }
    return all;
}

static cJSON *cluster(void *self, const char *name)
{
    PlaneFront *front = self;
    const cJSON *value = row(front, "clusters", name);
    cJSON *copy = cJSON_Duplicate(value, true);

    if (copy)
        show_sync(front, copy, world_site(front->plane->world, name));
    return copy;
}

static void add_event(cJSON *events, const char *type, const cJSON *etag, int64_t wall_ms)
{
    cJSON *event = cJSON_CreateObject();

    json_put_string(event, "type", type);
    put_time(event, "timestamp", wall_ms);
    json_put(event, "etag", cJSON_Duplicate(etag, true));
    cJSON_AddItemToArray(events, event);
}

static cJSON *status_ready(const char *message)
{
    cJSON *status = cJSON_CreateObject();

    json_put_string(status, "status", "READY");
    json_put_string(status, "message", message);
    return status;
}

static cJSON *cluster_status(void *self, const char *name)
{
    PlaneFront *front = self;
    const cJSON *value = row(front, "clusters", name), *accepted;
    cJSON *status, *events;

    if (!value)
        return NULL;
    events = cJSON_CreateArray();
    accepted = pg_member_row(plane_primary(front->plane), EVENTS_KEY);
    status = status_ready("Cluster onboarded");
    add_event(events, "XCP_ACCEPTED", json_find(value, "etag"),
              json_integer_or(accepted, "xcp", 0));
    add_event(events, "MPC_ACCEPTED", json_find(value, "etag"),
              json_integer_or(accepted, "mpc", 0));
    add_event(events, "TSB_ACCEPTED", json_find(value, "etag"),
              json_integer_or(accepted, "tsb", 0));
    json_put(status, "configEvents/events", events);
    return status;
}

static void store_sync(Plane *plane, const char *name, int64_t wall_ms)
{
    cJSON *value = cJSON_CreateNumber((double)plane_clock_ms(plane, wall_ms));
    char key[64];

    snprintf(key, sizeof key, "syncs/%s", name);
    pg_member_write(plane_primary(plane), key, value, NULL, NULL);
    cJSON_Delete(value);
}

void plane_front_write_sync(Plane *plane, const char *name, int64_t wall_ms)
{
    if (plane_is_writable(plane) && row(plane->front, "clusters", name))
        store_sync(plane, name, wall_ms);
}

void plane_front_write_accepted(Plane *plane, int64_t tsb_ms, int64_t mpc_ms, int64_t xcp_ms)
{
    PgMember *database = plane_primary(plane);
    cJSON *value = cJSON_CreateObject();

    json_put_integer(value, "tsb", plane_clock_ms(plane, tsb_ms));
    json_put_integer(value, "mpc", plane_clock_ms(plane, mpc_ms));
    json_put_integer(value, "xcp", plane_clock_ms(plane, xcp_ms));
    if (database)
        pg_member_write(database, EVENTS_KEY, value, NULL, NULL);
    cJSON_Delete(value);
}

/* ---- the rest of the configuration ----------------------------------------------------------------------------------------------------- */

static cJSON *organization_status(void *self)
{
    (void)self;
    return status_ready("Organization is configured");
}

static cJSON *tenants(void *self)
{
    return rows(self, "tenants/");
}

static cJSON *workspaces(void *self, const char *tenant)
{
    char prefix[200];

    if (!row(self, "tenants", tenant))
        return NULL;
    snprintf(prefix, sizeof prefix, "workspaces/%s/", tenant);
    return rows(self, prefix);
}

static cJSON *tenant_new(const World *world, const char *name, uint64_t etag)
{
    cJSON *value = cJSON_CreateObject();
    char *fqn = memory_format("organizations/%s/tenants/%s", world->parameters.organization, name);

    json_put_string(value, "fqn", fqn);
    json_put_string(value, "displayName", name);
    put_etag(value, etag);
    free(fqn);
    return value;
}

static void tell_write(const Plane *plane, const char *key, bool is_written, PgLsn lsn)
{
    cJSON *data = cJSON_CreateObject();
    const char *why =
        plane_is_api_serving(plane) ? "its database takes no writes" : "its API does not answer";
    char text[24];

    json_put_string(data, "key", key);
    if (is_written) {
        json_put_string(data, "lsn", pg_lsn_text(lsn, text));
        trace_add(plane->world->trace, plane->name, EVENT_WRITE_ACKNOWLEDGED, data, "%s stored %s",
                  plane->name, key);
        return;
    }
    json_put_string(data, "why", why);
    trace_add(plane->world->trace, plane->name, EVENT_WRITE_REFUSED, data, "%s refused %s: %s",
              plane->name, key, why);
}

/* A tenant whose writer waits for the database. */
typedef struct {
    Plane *plane;
    char *key;
} TenantWrite;

static void on_tenant_written(void *owner, bool is_written, PgLsn lsn)
{
    TenantWrite *write = owner;

    tell_write(write->plane, write->key, is_written, lsn);
    if (is_written)
        workload_acknowledge(write->plane->world->workload, write->key);
    free(write->key);
    free(write);
}

bool plane_front_write_tenant(Plane *plane, const char *name)
{
    PgMember *database = plane_primary(plane);
    TenantWrite *write = MEMORY_NEW(TenantWrite);
    cJSON *value = tenant_new(plane->world, name, (uint64_t)clock_wall_ms());
    bool is_taken;

    *write = (TenantWrite){plane, memory_format("tenants/%s", name)};
    is_taken = plane_is_writable(plane) && database &&
               pg_member_write(database, write->key, value, on_tenant_written, write);
    if (!is_taken)
        on_tenant_written(write, false, 0);
    cJSON_Delete(value);
    return is_taken;
}

static bool create_tenant(void *self, const char *name)
{
    PlaneFront *front = self;

    return plane_front_write_tenant(front->plane, name);
}

/* ---- who asks, and tokens ---------------------------------------------------------------------------------------------------------------- */

/* tsb answers nothing without its database. */
static bool is_serving(void *self)
{
    const PlaneFront *front = self;

    return plane_is_api_serving(front->plane) && plane_primary(front->plane);
}

/* The password is what the plane's own secret says: the two planes' may differ (F-407). */
static bool may_log_in(void *self, const char *user, const char *password)
{
    const PlaneFront *front = self;
    const cJSON *secret =
        kube_find(front->plane->cluster, "secrets", front->plane->ns, "admin-credentials");
    char *right = NULL;
    size_t length;
    bool may;

    if (!json_base64_decode(json_string_or(secret, "data/admin", ""), &right, &length, NULL))
        return false;
    may = length > 0 && strcmp(user, "admin") == 0 && strcmp(password, right) == 0;
    OPENSSL_cleanse(right, length);
    free(right);
    return may;
}

static bool is_token_valid(void *self, const char *token)
{
    const PlaneFront *front = self;

    return token_check(token, front->plane->iam_key, plane_clock_ms(front->plane, clock_wall_ms()),
                       true) == TOKEN_GOOD;
}

/* Of a person who logs in. */
static char *issue_token(void *self, const char *user)
{
    const PlaneFront *front = self;
    World *world = front->plane->world;
    int64_t now_ms = plane_clock_ms(front->plane, clock_wall_ms());
    char *token = token_sign(front->plane->iam_key, user, now_ms,
                             now_ms + world->parameters.front_token_ttl_ms);

    world_keep_secret(world, token);
    return token;
}

static void add_token(const PlaneFront *front, cJSON *tokens, const char *agent, const char *name)
{
    int64_t now_ms = plane_clock_ms(front->plane, clock_wall_ms());
    char *subject = memory_format("%s-%s", agent, name);
    char *token = token_sign(front->plane->iam_key, subject, now_ms,
                             now_ms + front->plane->world->parameters.tokens.ttl_ms);

    world_keep_secret(front->plane->world, token);
    cJSON_AddStringToObject(tokens, subject, token);
    free(token);
    free(subject);
}

static cJSON *generate_tokens(void *self, const char *name)
{
    PlaneFront *front = self;
    cJSON *tokens, *reply;

    if (!row(front, "clusters", name))
        return NULL;
    reply = cJSON_CreateObject();
    tokens = cJSON_AddObjectToObject(reply, "tokens");
    add_token(front, tokens, "xcp-edge", name);
    add_token(front, tokens, "otel-collector", name);
    add_token(front, tokens, "oap-agent", name);
    if (front->plane->world->parameters.tokens.with_ngac)
        add_token(front, tokens, "ngac-agent", name);
    return reply;
}

/* ---- metrics, by the names of the published dashboards (domain.md 1.7) ------------------------------------------------------------------- */

static void add_gauge(Buffer *text, const char *name, const char *labels, int64_t value)
{
    buffer_format(text, "%s%s %lld\n", name, labels, (long long)value);
}

static char *metrics(void *self)
{
    const PlaneFront *front = self;
    const World *world = front->plane->world;
    Buffer text = {0};
    int64_t connected = 0;

    buffer_add_text(&text, "# TYPE xcp_central_current_onboarded_edge gauge\n");
    for (int64_t i = 0; i < world->parameters.control_planes; i++) {
        if (!edge_is_connected(world->sites[i]->edge, front->plane))
            continue;
        buffer_format(&text, "xcp_central_current_onboarded_edge{edge=\"%s\"} 1\n",
                      world->sites[i]->name);
        connected++;
    }
    buffer_add_text(&text, "# TYPE xcp_central_current_edge_connections gauge\n");
    add_gauge(&text, "xcp_central_current_edge_connections",
              "{connection_type=\"edge_config_distribution\"}", connected);
    add_gauge(&text, "xcp_central_current_edge_connections", "{connection_type=\"cluster_state\"}",
              connected);
    buffer_add_text(&text, "# TYPE mpc_tsb_config_received_count counter\n");
    add_gauge(&text, "mpc_tsb_config_received_count", "", central_pushes(front->plane->central));
    return buffer_take(&text);
}

/* ---- the rows of a world at its start ------------------------------------------------------------------------------------------------------ */

static void write_row(Plane *plane, const char *key, const cJSON *value)
{
    bool is_written = pg_member_write(plane_primary(plane), key, value, NULL, NULL);

    assert(is_written);
    (void)is_written;
}

static void populate_organization(Plane *plane)
{
    const char *organization = plane->world->parameters.organization;
    char *key = memory_format("organizations/%s", organization);
    cJSON *value =
        object_format("{'fqn':'organizations/%s','displayName':'%s'}", organization, organization);

    put_etag(value, 1);
    write_row(plane, key, value);
    cJSON_Delete(value);
    free(key);
}

static void populate_cluster(Plane *plane, const ControlPlaneSite *site, cJSON *value)
{
    char *fqn = memory_format("organizations/%s/clusters/%s", plane->world->parameters.organization,
                              site->name);
    char *key = memory_format("clusters/%s", site->name);

    json_put_string(value, "fqn", fqn);
    json_put_string(value, "displayName", site->name);
    put_etag(value, 100 + (uint64_t)site->number);
    write_row(plane, key, value);
    store_sync(plane, site->name, edge_synced_wall_ms(site->edge, plane));
    free(key);
    free(fqn);
}

static void populate_clusters(Plane *plane)
{
    World *world = plane->world;
    cJSON *value = object_format(
        "{'tokenTtl':'%llds','network':'global','trustDomain':'cluster.local','state':{"
        "'provider':'kubernetes','xcpVersion':'v1.12.0','tsbCpVersion':'1.12.0','mode':'CONTROL',"
        "'istioVersions':['1.24.1'],'discoveredLocality':{'region':'eu-west-1'}}}",
        (long long)world->parameters.tokens.ttl_ms / 1000);

    for (int64_t i = 0; i < world->parameters.control_planes; i++)
        populate_cluster(plane, world->sites[i], value);
    cJSON_Delete(value);
}

static void populate_workspaces(Plane *plane, const char *tenant, int64_t first_etag)
{
    for (int64_t i = 0; i < plane->world->parameters.workload.workspaces; i++) {
        char *key = memory_format("workspaces/%s/workspace-%lld", tenant, (long long)i + 1);
        cJSON *value =
            object_format("{'fqn':'organizations/%s/tenants/%s/workspaces/workspace-%lld'}",
                          plane->world->parameters.organization, tenant, (long long)i + 1);

        put_etag(value, (uint64_t)(first_etag + i));
        write_row(plane, key, value);
        cJSON_Delete(value);
        free(key);
    }
}

static void populate_tenants(Plane *plane)
{
    for (int64_t i = 0; i < plane->world->parameters.workload.tenants; i++) {
        char *name = memory_format("tenant-%lld", (long long)i + 1);
        char *key = memory_format("tenants/%s", name);
        cJSON *value = tenant_new(plane->world, name, (uint64_t)(1000000 + 1000 * i));

        write_row(plane, key, value);
        populate_workspaces(plane, name, 2000000 + 1000 * i);
        cJSON_Delete(value);
        free(key);
        free(name);
    }
}

void plane_front_populate(Plane *plane)
{
    int64_t accepted_ms = clock_wall_ms() - 6 * HOUR_MS;

    populate_organization(plane);
    populate_clusters(plane);
    populate_tenants(plane);
    plane_front_write_accepted(plane, accepted_ms, accepted_ms + 4500, accepted_ms + 4530);
}

/* ---- the whole ------------------------------------------------------------------------------------------------------------------------------ */

PlaneFront *plane_front_new(Plane *plane)
{
    PlaneFront *front = MEMORY_NEW(PlaneFront);
    World *world = plane->world;

    front->plane = plane;
    front->model = (FrontModel){.self = front,
                                .site = plane->name,
                                .organization = world->parameters.organization,
                                .is_serving = is_serving,
                                .may_log_in = may_log_in,
                                .is_token_valid = is_token_valid,
                                .login_path = WORLD_LOGIN_PATH,
                                .issue_token = issue_token,
                                .organization_status = organization_status,
                                .clusters = clusters,
                                .cluster = cluster,
                                .cluster_status = cluster_status,
                                .tenants = tenants,
                                .workspaces = workspaces,
                                .create_tenant = create_tenant,
                                .generate_tokens = generate_tokens,
                                .metrics = metrics};
    front->front = front_new(&(FrontOptions){.loop = world->loop,
                                             .trace = world->trace,
                                             .tls = plane->front_tls,
                                             .faults = world_points(world),
                                             .model = front->model});
    return front;
}

void plane_front_free(PlaneFront *front)
{
    if (!front)
        return;
    front_free(front->front);
    free(front);
}

void plane_front_accept(void *front, int fd)
{
    front_accept(((PlaneFront *)front)->front, fd);
}

void plane_front_drop(PlaneFront *front)
{
    front_drop_connections(front->front);
}

const FrontModel *plane_front_model(const PlaneFront *front)
{
    return &front->model;
}
