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

enum { PORT = 6443 };

/* One listener for all, then, where it is asked for, one each: the planes', then the control planes' in their order. */

typedef struct ClusterSide ClusterSide;
struct ClusterSide {
    World *world;
    Certificate *certificate, *user;
    KubeAudit *audit; /* in real time */
    SSL_CTX *tls;
    KubeServer *server;
    Door *door, **doors; /* doors: of single clusters */
    int door_count, door_capacity;
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

ClusterSide *cluster_side_new(World *world)
{
    ClusterSide *side = MEMORY_NEW(ClusterSide);
    char ip[16];
    const char *names[] = {world_address(world, 0, 0, 1, ip), "kubernetes", NULL};

    side->world = world;
    side->certificate = pki_issue(world->pki, &(CertificateOptions){.common_name = "kube-apiserver",
                                                                    .names = names});
    side->user = pki_issue(world->pki, &(CertificateOptions){.common_name = "understudy",
                                                             .organization = "system:masters"});
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
                                                        .self = side});
    world_keep_secret(world, certificate_key_pem(side->user));
    return side;
}

static uint16_t own_port(const World *world, const char *cluster)
{
    const ControlPlaneSite *site = world_site((World *)world, cluster);

    if (site)
        return (uint16_t)(PORT + 1 + WORLD_PLANES + site->number);
    return (uint16_t)(PORT + 1 + (strcmp(cluster, world->planes[0]->name) != 0));
}

static bool open_own_door(ClusterSide *side, const char *cluster, Error *err)
{
    char ip[16];

    MEMORY_GROW(side->doors, side->door_count, side->door_capacity);
    if (!door_open(side->world, world_address(side->world, 0, 0, 1, ip),
                   own_port(side->world, cluster), "clusters", kube_entrance_accept,
                   kube_server_entrance(side->server, cluster), &side->doors[side->door_count],
                   err))
        return error_wrap(err, "API server of %s", cluster);
    side->door_count++;
    return true;
}

bool cluster_side_add(ClusterSide *side, KubeCluster *cluster, Error *err)
{
    kube_server_add(side->server, cluster);
    return !side->world->listens_per_cluster ||
           open_own_door(side, kube_cluster_name(cluster), err);
}

char *cluster_side_url(const ClusterSide *side, const char *cluster)
{
    char ip[16];
    const char *address = world_address(side->world, 0, 0, 1, ip);

    if (side->world->listens_per_cluster)
        return memory_format("https://%s:%u", address, own_port(side->world, cluster));
    return memory_format("https://%s:%d/clusters/%s", address, PORT, cluster);
}

const Certificate *cluster_side_user(const ClusterSide *side)
{
    return side->user;
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
        door_close(side->doors[i]);
    free(side->doors);
    kube_server_free(side->server);
    kube_audit_close(side->audit);
    SSL_CTX_free(side->tls);
    certificate_free(side->certificate);
    certificate_free(side->user);
    free(side);
}
