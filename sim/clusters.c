/*
 * sim/clusters.c - one API server address for all clusters of a world, and the desk's right to use it.
 *
 * A control plane's objects are made when the first request for its cluster comes in. Whether a cluster answers at all is the network's
 * decision between the desk and its site.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "sim/inside.h"

enum { PORT = 6443, SECOND_MS = 1000 };

static const int64_t YEAR_MS = INT64_C(365) * 24 * 3600 * 1000;

/* One listener for all, then, where it is asked for, one each: the planes', then the control planes' in their order. */

typedef struct ClusterSide ClusterSide;

/* A cluster with a port of its own. */
typedef struct {
    char name[16];
    Door *door; /* NULL until the world starts */
    KubeEntrance *entrance;
    SSL_CTX *expired; /* shows a certificate whose time is over; NULL: it never had to */
} OwnDoor;

struct ClusterSide {
    World *world;
    Certificate *certificate, *user;
    KubeAudit *audit; /* in real time */
    SSL_CTX *tls;
    KubeServer *server;
    Door *door;
    OwnDoor *doors;
    int door_count, door_capacity;
    Certificate *expired; /* NULL until one is shown */
};

static bool is_reachable(void *self, const char *cluster)
{
    ClusterSide *side = self;

    return topology_ask(side->world->topology, "desk", cluster, PORT).fate == NETWORK_DELIVER;
}

/* Whoever asks only where its plane is (the engine, of every cluster) gets that object alone: the rest costs forty times as much. */
static void before_objects(void *self, const char *cluster, const char *resource, bool is_write)
{
    ControlPlaneSite *site = world_site(((ClusterSide *)self)->world, cluster);

    if (site && strcmp(resource, "controlplanes") == 0 && !is_write)
        site_resource(site);
    else if (site)
        site_cluster(site);
}

static void call_webhook(void *self, KubeCluster *cluster, const KubeWebhookCall *call,
                         KubeWebhookAnswer *out_answer)
{
    world_answer_webhook(((ClusterSide *)self)->world, cluster, call, out_answer);
}

static Certificate *issue_server(World *world, int64_t not_before_ms, int64_t not_after_ms)
{
    char ip[16];
    const char *names[] = {world_address(world, 0, 0, 1, ip), "kubernetes", NULL};

    return pki_issue(world->pki, &(CertificateOptions){.common_name = "kube-apiserver",
                                                       .names = names,
                                                       .not_before_ms = not_before_ms,
                                                       .not_after_ms = not_after_ms});
}

static void issue_user(ClusterSide *side, int64_t not_before_ms, int64_t not_after_ms)
{
    side->user = pki_issue(side->world->pki, &(CertificateOptions){.common_name = "understudy",
                                                                   .organization = "system:masters",
                                                                   .not_before_ms = not_before_ms,
                                                                   .not_after_ms = not_after_ms});
    world_keep_secret(side->world, certificate_key_pem(side->user));
}

ClusterSide *cluster_side_new(World *world)
{
    ClusterSide *side = MEMORY_NEW(ClusterSide);

    side->world = world;
    side->certificate = issue_server(world, 0, 0);
    issue_user(side, 0, 0);
    side->tls = certificate_server_context(side->certificate, world->pki);
    side->server = kube_server_new(&(KubeServerOptions){.loop = world->loop,
                                                        .trace = world->trace,
                                                        .tls = side->tls,
                                                        .ca_pem = pki_ca_pem(world->pki),
                                                        .offers_http2 = !world->is_simulated,
                                                        .saves_memory = !world->is_simulated,
                                                        .faults = world_points(world),
                                                        .is_reachable = is_reachable,
                                                        .before_objects = before_objects,
                                                        .call_webhook = call_webhook,
                                                        .self = side});
    return side;
}

static uint16_t own_port(const World *world, const char *cluster)
{
    const ControlPlaneSite *site = world_site((World *)world, cluster);

    if (site)
        return (uint16_t)(PORT + 1 + WORLD_PLANES + site->number);
    return (uint16_t)(PORT + 1 + (strcmp(cluster, world->planes[0]->name) != 0));
}

static OwnDoor *find_own_door(const ClusterSide *side, const char *cluster)
{
    for (int i = 0; i < side->door_count; i++)
        if (strcmp(side->doors[i].name, cluster) == 0)
            return &side->doors[i];
    return NULL;
}

void cluster_side_single_out(ClusterSide *side, const char *cluster)
{
    OwnDoor own = {.door = NULL};

    if (find_own_door(side, cluster))
        return;
    MEMORY_GROW(side->doors, side->door_count, side->door_capacity);
    snprintf(own.name, sizeof own.name, "%s", cluster);
    side->doors[side->door_count++] = own;
}

static void own_door_release(OwnDoor *own)
{
    door_close(own->door);
    SSL_CTX_free(own->expired);
}

static bool open_own_door(ClusterSide *side, OwnDoor *own, Error *err)
{
    char ip[16];

    own->entrance = kube_server_entrance(side->server, own->name);
    if (!door_open(side->world, world_address(side->world, 0, 0, 1, ip),
                   own_port(side->world, own->name), "clusters", kube_entrance_accept,
                   own->entrance, &own->door, err))
        return error_wrap(err, "API server of %s", own->name);
    return true;
}

bool cluster_side_add(ClusterSide *side, KubeCluster *cluster, Error *err)
{
    const char *name = kube_cluster_name(cluster);
    OwnDoor *own;

    kube_server_add(side->server, cluster);
    if (side->world->listens_per_cluster)
        cluster_side_single_out(side, name);
    own = find_own_door(side, name);
    return !own || open_own_door(side, own, err);
}

char *cluster_side_url(const ClusterSide *side, const char *cluster)
{
    char ip[16];
    const char *address = world_address(side->world, 0, 0, 1, ip);

    if (find_own_door(side, cluster))
        return memory_format("https://%s:%u", address, own_port(side->world, cluster));
    return memory_format("https://%s:%d/clusters/%s", address, PORT, cluster);
}

const Certificate *cluster_side_user(const ClusterSide *side)
{
    return side->user;
}

void cluster_side_limit_user(ClusterSide *side, int64_t until_ms)
{
    certificate_free(side->user);
    issue_user(side, side->world->began_ms - YEAR_MS, until_ms);
}

void cluster_side_admit(ClusterSide *side, const char *token, int64_t until_ms)
{
    world_keep_secret(side->world, token);
    kube_server_add_token(side->server, &(KubeTokenUser){.token = token,
                                                         .user = "understudy",
                                                         .groups = "system:masters",
                                                         .expires_ms = until_ms});
}

static SSL_CTX *expired_context(ClusterSide *side)
{
    int64_t began_ms = side->world->began_ms;

    if (!side->expired)
        side->expired = issue_server(side->world, began_ms - YEAR_MS, began_ms - SECOND_MS);
    return certificate_server_context(side->expired, side->world->pki);
}

void cluster_side_expire(ClusterSide *side, const char *cluster, const CertificateRefusal *refusal)
{
    OwnDoor *own = find_own_door(side, cluster);

    if (!own || !own->entrance)
        return;
    if (!own->expired)
        own->expired = expired_context(side);
    if (refusal)
        certificate_on_refused(own->expired, refusal);
    kube_entrance_show(own->entrance, refusal ? own->expired : NULL);
}

/* Of simulated runs the trace tells it. */
static bool start_audit(ClusterSide *side, Error *err)
{
    const World *world = side->world;

    if (world->is_simulated)
        return true;
    if (!kube_audit_open(world->seed, world->audit_log, &side->audit, err))
        return error_wrap(err, "audit log");
    kube_server_audit(side->server, side->audit);
    return true;
}

bool cluster_side_start(ClusterSide *side, Error *err)
{
    char ip[16];

    return start_audit(side, err) &&
           door_open(side->world, world_address(side->world, 0, 0, 1, ip), PORT, "clusters",
                     kube_server_accept, side->server, &side->door, err);
}

void cluster_side_free(ClusterSide *side)
{
    if (!side)
        return;
    door_close(side->door);
    for (int i = 0; i < side->door_count; i++)
        own_door_release(&side->doors[i]);
    free(side->doors);
    kube_server_free(side->server);
    kube_audit_close(side->audit);
    SSL_CTX_free(side->tls);
    certificate_free(side->expired);
    certificate_free(side->certificate);
    certificate_free(side->user);
    free(side);
}
