/*
 * sim/inside.h - the inner header of the room: the parts a world is made of, and how they call each other.
 *
 * Nothing outside sim/ includes it. Every part is one file with one noun and is level-based: a change marks it dirty and starts a timer
 * with a drawn delay; when the timer fires it looks at what is there and acts. So a part may be told the same thing twice.
 *
 * The rules of calling:
 *   - Listeners of a cluster or a plane run inside somebody else's write. They note and start a timer; they write nothing.
 *   - Every draw is from a stream of the part's own: world_random(world, "operator/mp2").
 *   - A part that changed pods, Postgres, the load balancer or the front's entrance calls plane_settle afterwards; it compares,
 *     writes plane.api and plane.state, and tells the plane's listeners. It may be called whenever something might have changed.
 *   - new makes the part in its steady state without side effects on other parts, start begins its timers (everything exists by then).
 *
 * Ownership: World owns everything below it.
 */
#ifndef SIM_INSIDE_H
#define SIM_INSIDE_H

#include "fakes/dns/server.h"
#include "fakes/dns/zone.h"
#include "fakes/frontenvoy/front.h"
#include "fakes/kubernetes/cluster.h"
#include "fakes/kubernetes/server.h"
#include "fakes/net/listener.h"
#include "fakes/net/pki.h"
#include "fakes/postgres/instance.h"
#include "fakes/postgres/server.h"
#include "sim/database.h"
#include "sim/iam.h"
#include "sim/world.h"

typedef struct Plane Plane;
typedef struct ControlPlaneSite ControlPlaneSite;

/* ---- world.c ---------------------------------------------------------------------------------------------------------------- */

/* Where a person logs in at TSB: nobody documents it (engine/front.h). */
#define WORLD_LOGIN_PATH "/v2/login"

enum { WORLD_PLANES = 2, PG_MEMBERS_MAX = 9, PLANE_LISTENERS_MAX = 16, KEYS_MAX = 32 };

struct World {
    Loop *loop;
    Trace *trace;
    Topology *topology;
    WorldParameters parameters;
    uint64_t seed;
    int block;
    bool is_simulated, is_private;
    const char *audit_log; /* NULL: none */
    bool listens_per_cluster;
    bool is_started;
    char *folder;
    int64_t began_ms; /* clock_wall_ms() when it was made */

    Pki *pki;
    Certificate *postgres_client; /* what who connects to Postgres shows */
    Certificate *backup_reader;   /* who can decrypt backups; NULL: none are configured */
    PgHba *postgres_hba;
    char admin_password[40], postgres_password[40], tsig_secret[64];
    const char *floating_name; /* "tsb.example.com", no dot at the end */
    const char *zone_name;     /* "example.com." */

    Plane *planes[WORLD_PLANES];     /* "mp1", "mp2" */
    ControlPlaneSite **sites;        /* by number; parameters.control_planes of them */
    struct ClusterSide *clusters;    /* API servers of all clusters (clusters.c) */
    struct DnsSide *dns;             /* authoritative servers (dns/) */
    struct ElasticSide *elastic;     /* elastic.c; NULL: the estate has none */
    struct Replication *replication; /* replication.c */
    struct Workload *workload;       /* workload.c */
    struct RealSide *real;           /* postgres_real/; NULL: its servers are fake */
    struct Faults *faults;           /* faults/faults.c */
    struct Programs *programs;       /* programs/ */
    struct Controller *controllers; /* all there are, the latest first (controllers/controller.c) */

    SigningKey *keys[KEYS_MAX]; /* world_new_key */
    int key_count;
    SigningKey *iam_key;        /* what both planes begin with */
    SigningKey *standby_sa_key; /* of the service account tsb-standby-sa */

    char **secrets; /* NULL-ended once asked for */
    size_t secret_count, secret_capacity;
};

Random world_random(const World *world, const char *stream);
/* text (a key, password or token) must never be seen in any output. Copied. */
void world_keep_secret(World *world, const char *text);
/* A fresh key, whose secret is kept (V9); the world's. */
SigningKey *world_new_key(World *world);
/* The key that pem is, of this world or brought from elsewhere; the world's. NULL: it is none. */
SigningKey *world_find_key(World *world, const char *pem);
/* "127.80.2.1" in out; block_offset 0, or 1 for resolvers. */
const char *world_address(const World *world, int block_offset, int third, int fourth,
                          char out_ip[16]);
Plane *world_plane(World *world, const char *name);           /* "mp1"; NULL if there is none */
ControlPlaneSite *world_site(World *world, const char *name); /* "cp-0001"; NULL if there is none */
/* The plane whose load balancer has this address now, or NULL: nobody answers there (a connect times out). */
Plane *world_plane_at(World *world, const char *ip);
/* Points for the fakes' options; decided in faults/. */
const FaultPoints *world_points(World *world);
/* controller.change: what by did to resource/name in lane's cluster. */
void world_note(World *world, const char *lane, const char *by, const char *resource,
                const char *name, const char *what);

/* ---- doors.c: one listening address, on the seam or on loopback ------------------------------------------------------------------ */

typedef struct Door Door;
typedef void DoorConnection(void *owner, int fd);
/* site: where it stands, for the network; borrowed. In real time fails with ERR_CONFLICT if ip:port is taken. TCP only. */
bool door_open(World *world, const char *ip, uint16_t port, const char *site,
               DoorConnection *on_connection, void *owner, Door **out_door, Error *err);
void door_refuse(int fd);    /* as a host where nobody listens does, in real time */
void door_close(Door *door); /* new connects are refused; accepts NULL */
/* UDP and TCP of a DnsServer at once. */
bool door_open_dns(World *world, const char *ip, uint16_t port, const char *site, DnsServer *server,
                   Door **out_door, Error *err);

/* ---- plane.c: one management plane ---------------------------------------------------------------------------------------------- */

typedef enum {
    PLANE_API_CHANGED,      /* plane_is_api_serving or plane_is_writable did */
    PLANE_ENTRANCE_CHANGED, /* plane_is_open did, or its address */
    PLANE_DATABASE_CHANGED, /* plane_primary did */
} PlaneChange;
typedef void PlaneListener(void *owner, Plane *plane, PlaneChange change);

struct Plane {
    World *world;
    int index;               /* 0, 1 */
    char name[16];           /* "mp1": site, lane, context, cluster */
    char permanent_name[64]; /* "mp1.tsb.example.com" */
    const char *ns;          /* "tsb" */
    KubeCluster *cluster;
    SigningKey *
        iam_key; /* the same pair of keys on both planes unless a fault changes it; owned by the plane */
    Certificate *certificate, *central_certificate; /* tsb-certs, xcp-central-cert */
    SSL_CTX *front_tls, *postgres_tls;
    SSL_CTX *
        expired_tls; /* what its databases show after plane_expire_databases; NULL: they never had to */

    struct Controllers *controllers;      /* controllers/controllers.c */
    struct LoadBalancer *balancer;        /* controllers/load_balancer.c */
    struct PlaneOperator *plane_operator; /* operators/management_plane.c */
    struct Kubegres *kubegres;            /* operators/kubegres.c */
    struct CertManager *cert_manager;     /* operators/cert_manager.c */
    struct Feed *feed;                    /* operators/feed.c; NULL: it replicates */
    struct ExternalDns *external_dns;     /* operators/external_dns.c; NULL: there is none */
    PgMember
        *members[PG_MEMBERS_MAX]; /* postgres.c; by index, kubegres promotes the lowest ready */
    int member_count;
    struct PlaneFront *front; /* front.c */
    struct Central *central;  /* central.c */

    struct {
        PlaneListener *call;
        void *owner;
    } listeners[PLANE_LISTENERS_MAX];
    int listener_count;

    /* As last told. */
    bool was_serving, was_writable, was_open;
    const PgMember *was_primary;
    char was_address[16], was_state[24];

    char blocked[16][48]; /* plane_block */
    int blocked_count;
};

Plane *plane_new(World *world, int index);
bool plane_start(Plane *plane, Error *err);
void plane_free(Plane *plane);
void plane_listen(Plane *plane, PlaneListener *listener, void *owner);
void plane_settle(Plane *plane);

/* tsb and iam have ready pods: the front answers other than 503. */
bool plane_is_api_serving(const Plane *plane);
/* ... and its database takes writes. */
bool plane_is_writable(const Plane *plane);
/* Somebody accepts connections at the load balancer's address: it has one, and envoy has ready (or draining) pods. */
bool plane_is_open(const Plane *plane);
/* "" while it has none. This is what world_plane_at looks for. */
const char *plane_address(const Plane *plane);
/* The ready pods behind Deployment name. */
int plane_ready_pods(const Plane *plane, const char *deployment);
/* The Postgres instance that is a ready primary, lowest index first; NULL if there is none. */
PgMember *plane_primary(const Plane *plane);
/* They show a certificate that has expired to whoever comes anew, and tell refusal who does not take it; NULL: their own again. */
void plane_expire_databases(Plane *plane, const CertificateRefusal *refusal);
/* How the world begins: it has TSB, or nothing of it. */
bool plane_begins_installed(const Plane *plane);
/* By spec.highAvailability of its ManagementPlane as it stands: it is to be a standby. */
bool plane_wants_standby(const Plane *plane);
int64_t plane_clock_ms(const Plane *plane, int64_t wall_ms); /* what its own clock shows then */
const cJSON *plane_resource(const Plane *plane);             /* the ManagementPlane */

/*
 * Faults hold a part back by name until it is let go; the part looks each time it is about to act:
 *   "postgres"            a Postgres pod that restarts does not become ready
 *   "load-balancer"       no address is assigned
 *   "trigger"             kubegres' script leaves no trigger file (F-309)
 *   "promotion"           a Postgres that found its trigger file does not come to the end of recovery
 *   "deployment/envoy"    its new pods do not become ready
 *   "pod/tsb"             a pod of it that ends stays Terminating, and serves
 *   "certificate/central" edges refuse the certificate that central shows: it is of another name (F-607, F-609)
 *   "authority/central"   ... it is of an authority that they do not know (F-608)
 */
void plane_block(Plane *plane, const char *what);
void plane_unblock(Plane *plane, const char *what); /* and everything of the plane looks again */
bool plane_is_blocked(const Plane *plane, const char *what);

/* ---- postgres.c: one instance with its pod, its server and its place in replication; replication.c: the links ------------------------ */

/* What a Postgres pod is doing. */
typedef enum {
    PG_POD_RUNNING,   /* its instance is ready, or was stopped for good */
    PG_POD_STOPPED,   /* gone, to be made again */
    PG_POD_COPYING,   /* waits for a primary to take a base backup from */
    PG_POD_STARTING,  /* runs, not ready */
    PG_POD_TRIGGERED, /* ready, about to find its trigger file */
} PgPodPhase;

struct PgMember {
    Plane *plane;
    int index;              /* 1.. */
    char name[32], pod[40]; /* "tsb-postgres-1", "tsb-postgres-1-0" */
    char ip[16];            /* 127.B.p.(10+index), port 5432 */
    const DatabaseKind *database;
    PgInstance *instance; /* DATABASE_FAKE's */
    PgServer *server;
    struct RealServer *real; /* DATABASE_REAL's (postgres_real/) */
    Door *door;              /* NULL while it is down */
    Timer *timer;
    Random random;
    bool is_deployed; /* kubegres made it: it has a StatefulSet, a pod and a volume */
    PgPodPhase phase;
    int64_t ready_ms;         /* clock_mono_ms at which a restart is over */
    bool is_primary_by_label; /* replicationRole */
    bool has_trigger;         /* promote_trigger_file was touched */
    bool was_standby;         /* when it was last looked at, running */
    bool is_to_be_copied;     /* PGDATA is empty: a base backup comes first */
    bool is_to_be_begun;      /* PGDATA is empty: initdb comes first */
    int64_t
        copied_ms; /* clock_mono_ms at which the checkpoint is done that it waits for; 0: none */
    int crashes;   /* restartCount of its container */
    char slot[24]; /* the upstream's slot that it streams from; "": none */
    const char *panic;   /* why its server ends whenever it starts; NULL: it does not */
    const char *refusal; /* what a new stream of it is answered with; NULL: it is let in */
    bool is_half_open;   /* its stream is dead, and neither end was told */
    /* primary_conninfo as its base backup wrote it: a host behind which the other plane's load balancer stands; "": the
     * local primary. */
    char upstream_host[64];
};

PgMember *pg_member_new(Plane *plane, int index);
bool pg_member_start(PgMember *member, Error *err);
void pg_member_free(PgMember *member);
/* Its pod is Ready, which says nothing about lag or role. */
bool pg_member_is_ready(const PgMember *member);
/* Pod deleted and made again after a drawn time; with the trigger file it leaves recovery (before Postgres 16). */
void pg_member_restart(PgMember *member, bool with_trigger);
void pg_member_stop(PgMember *member); /* until pg_member_restart */
void pg_member_label(PgMember *member, bool is_primary);
/* Pod and volume deleted, made again with a base backup of whoever upstream_host leads to ("": the local primary). */
void pg_member_reseed(PgMember *member, const char *upstream_host);
/* Made where there was none: a primary by initdb, a replica by a base backup of whoever upstream_host leads to. */
void pg_member_deploy(PgMember *member, bool is_primary, const char *upstream_host);
void pg_member_remove(PgMember *member); /* StatefulSet, pod and volume are gone */
void pg_member_kick(PgMember *member);   /* looks again whether it may go on */
void pg_member_look(PgMember *member); /* its database's state or role may have changed by itself */
/* SIGKILL to its postmaster, and the pod starts anew, with the data it had. */
void pg_member_crash(PgMember *member);
/* A process of its crashed: all sessions end, and it is in recovery mode for a while, in the pod that it has. Not of a real server. */
void pg_member_recover(PgMember *member);
PgState pg_member_state(const PgMember *member);
bool pg_member_is_standby(const PgMember *member); /* in recovery */
void pg_member_accept(void *member, int fd);       /* a DoorConnection to its database */
/* Rows, of a ready primary (database.h). */
const cJSON *pg_member_row(const PgMember *member, const char *key);
void pg_member_each_row(const PgMember *member, const char *prefix, PgRowVisitor *visitor,
                        void *owner);
bool pg_member_write(PgMember *member, const char *key, const cJSON *value,
                     DatabaseWritten *on_written, void *owner);
/* Writes postgres.role as it is now, and tells everybody who has to know that something changed. */
void pg_member_tell(PgMember *member);

/* postgres_pod.c: the objects that a member is in Kubernetes. */
void pg_pod_make(PgMember *member, bool is_ready); /* what of them is missing */
void pg_pod_show(PgMember *member, bool is_ready);
void pg_pod_label(PgMember *member);
/* A line in the log of its pod. */
void pg_pod_log(const PgMember *member, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

struct Replication *replication_new(World *world);
void replication_start(struct Replication *replication);
void replication_free(struct Replication *replication);
/* After any change of a member, a link's network, a load balancer or a standby's endpoint: who follows whom, and how. */
void replication_settle(World *world);
/* A member that dials by itself has reached upstream. */
void replication_connected(PgMember *member, PgMember *upstream);
void replication_disconnect(PgMember *member); /* its walreceiver ends with its server */
void replication_break(PgMember *member);      /* its stream is reset; it comes anew */
/* Who member would copy or stream from now, if that can be reached; NULL otherwise. */
PgMember *replication_upstream(PgMember *member);

/* ---- controllers/: those of one cluster, also of a control plane's ------------------------------------------------------------------ */

typedef struct {
    KubeCluster *cluster;
    World *world;
    const char *lane; /* "mp1", "cp-0001" */
    /* May the new pods of this Deployment (StatefulSet, Job) become ready? Asked again on controllers_kick. NULL: always. */
    bool (*may_be_ready)(void *owner, const char *workload);
    bool (*may_end)(void *owner,
                    const char *workload); /* may a pod that is to end, end? NULL: always */
    /* The number of ready or ending pods of a Deployment changed, or (pods_replaced) a rollout put new ones in their place. */
    void (*on_change)(void *owner, const char *ns, const char *deployment, int ready,
                      bool pods_replaced);
    /* That pod, StatefulSet or Service is somebody else's. NULL: none is. Told when such a pod was deleted and is gone. */
    bool (*is_foreign)(void *owner, const cJSON *object);
    void (*on_foreign_gone)(void *owner, const char *pod);
    void *owner;
    const Span *
        first_start; /* first pods of a new Deployment, whose images are pulled; NULL: as any pod */
} ControllersOptions;
typedef struct Controllers Controllers;
Controllers *controllers_new(const ControllersOptions *options);
void controllers_free(Controllers *controllers); /* accepts NULL */
/* Takes what is in the cluster now as settled: what belongs to it is made, pods are ready, every status is written. */
void controllers_adopt(Controllers *controllers);
void controllers_kick(Controllers *controllers);
int controllers_ready(const Controllers *controllers, const char *ns, const char *deployment);
/* Also those that are Terminating and not gone yet: they may still serve. */
int controllers_serving(const Controllers *controllers, const char *ns, const char *deployment);

/* ---- clusters.c: API servers ------------------------------------------------------------------------------------------------------ */

struct ClusterSide *cluster_side_new(World *world);
bool cluster_side_start(struct ClusterSide *side, Error *err);
void cluster_side_free(struct ClusterSide *side);
/* Listens for it alone, too, if the world does so; only then it can fail. */
bool cluster_side_add(struct ClusterSide *side, KubeCluster *cluster, Error *err);
/* Where its API server is; free() it. */
char *cluster_side_url(const struct ClusterSide *side, const char *cluster);
/* The client certificate of the desk, for the kubeconfig. */
const Certificate *cluster_side_user(const struct ClusterSide *side);
/* That certificate is valid until then (wall time) instead; before the kubeconfig is written. */
void cluster_side_limit_user(struct ClusterSide *side, int64_t until_ms);
/* Every API server takes that token for the desk's until then (wall time). It is a secret. */
void cluster_side_admit(struct ClusterSide *side, const char *token, int64_t until_ms);
/* The API server of that cluster gets a port of its own; before the world starts. */
void cluster_side_single_out(struct ClusterSide *side, const char *cluster);
/*
 * Whoever connects from now on to that cluster, which was singled out, is shown a certificate that has expired; refusal (borrowed)
 * is told who does not take it. NULL: the right one again. Nothing if there is no such cluster.
 */
void cluster_side_expire(struct ClusterSide *side, const char *cluster,
                         const CertificateRefusal *refusal);

/* ---- dns/: authoritative servers of the zone and of the load balancers' names ---------------------------------------------------- */

struct DnsSide *dns_side_new(World *world);
bool dns_side_start(struct DnsSide *side, Error *err);
void dns_side_free(struct DnsSide *side);
int dns_side_count(const struct DnsSide *side);
/* Server i as the world's resolvers ask it (dns_server_handle); 0 is the primary, which takes updates. Site "dns", port 5353. */
DnsServer *dns_side_server(const struct DnsSide *side, int index);
/* The one that answers from the private view, in a world that has one. */
DnsServer *dns_side_private(const struct DnsSide *side);
DnsZone *dns_side_zone(const struct DnsSide *side,
                       int index); /* of example.com, as server i shows it */
/* Somebody else than an engine points name to target (both with the dot); writer, a literal, is told with the change. */
void dns_side_rewrite(struct DnsSide *side, const char *name, const char *target,
                      const char *writer);
/* The same for any record; text NULL: it goes. */
void dns_side_write(struct DnsSide *side, const char *name, uint16_t type, const char *text,
                    uint32_t ttl_s, const char *writer);
/* Faults of server name ("ns2"), false if there is none: it fetches changes so much later (-1: not at all, 0: as ever); its clock is wrong. */
bool dns_side_slow(struct DnsSide *side, const char *name, int64_t slow_ms);
bool dns_side_set_clock(struct DnsSide *side, const char *name, int64_t ahead_ms);
/* The address behind name (no dot at the end) by server 0, through CNAMEs; false if there is none. */
bool dns_side_resolve(const struct DnsSide *side, const char *name, char out_ip[16]);
/* The API of Route 53; NULL: there is none. */
const struct DnsRoute53 *dns_side_route53(const struct DnsSide *side);
/* Its part of `dns:` in environment.yaml, and the credentials file; free() them. */
char *dns_route53_environment(const struct DnsRoute53 *route53);
char *dns_route53_credentials(const struct DnsRoute53 *route53);
/* Name of a load balancer, resolvable a while later; NULL removes it. */
void dns_side_name_balancer(struct DnsSide *side, const char *hostname, const char *ip_or_null);

/* ---- site.c: one control plane's cluster ------------------------------------------------------------------------------------------- */

struct ControlPlaneSite {
    World *world;
    int number;    /* 0.. */
    char name[16]; /* "cp-0001": site, lane, context, cluster, TSB's cluster name */
    /*
     * Its API objects are made when somebody first looks (a world has thousands): use site_cluster. Empty until then.
     */
    KubeCluster *cluster;
    bool has_resource, is_populated, edge_is_up;
    struct Controllers *controllers;
    struct Resolver *resolver; /* resolver/ */
    struct Edge *edge;         /* edge.c */
    struct Tokens *tokens;     /* operators/control_plane.c: the facts of its four token secrets */
};

ControlPlaneSite *site_new(World *world, int number);
bool site_start(ControlPlaneSite *site, Error *err);
void site_free(ControlPlaneSite *site);
/* Its cluster with all its objects, populated now if nobody looked before. */
KubeCluster *site_cluster(ControlPlaneSite *site);
/* Its cluster with its namespace and ControlPlane at least. */
KubeCluster *site_resource(ControlPlaneSite *site);
/* Ready pods of one of its Deployments ("edge"); 1 before anybody looked. */
int site_ready_pods(const ControlPlaneSite *site, const char *deployment);

/* ---- operators/ -------------------------------------------------------------------------------------------------------------------- */

struct PlaneOperator *plane_operator_new(Plane *plane);
void plane_operator_start(struct PlaneOperator *plane_operator);
void plane_operator_kick(
    struct PlaneOperator *plane_operator); /* look again, after the start delay */
/* Pods of a Deployment got ready or went. */
void plane_operator_saw_pods(struct PlaneOperator *plane_operator, const char *deployment);
void plane_operator_free(struct PlaneOperator *plane_operator);
/* It runs: has a ready pod, and has not crashed. */
bool plane_operator_is_running(const struct PlaneOperator *plane_operator);

/* operators/webhooks.c: the admission webhooks of a plane's operator, and what answers them. */
void plane_webhooks_make(Plane *plane);
void world_answer_webhook(World *world, KubeCluster *cluster, const KubeWebhookCall *call,
                          KubeWebhookAnswer *out_answer);

struct Kubegres *kubegres_new(Plane *plane);
void kubegres_start(struct Kubegres *kubegres);
void kubegres_kick(struct Kubegres *kubegres);
/* A Postgres pod of the plane got ready, was promoted or went. */
void kubegres_saw_pod(struct Kubegres *kubegres, PgMember *member);
void kubegres_free(struct Kubegres *kubegres);

struct LoadBalancer *load_balancer_new(Plane *plane);
bool load_balancer_start(struct LoadBalancer *balancer, Error *err);
void load_balancer_kick(struct LoadBalancer *balancer);
void load_balancer_free(struct LoadBalancer *balancer);
/* Writes the loadbalancer event as it is now. */
void load_balancer_tell(struct LoadBalancer *balancer);
/* Gives the Service another address now (F-313). */
void load_balancer_change_address(struct LoadBalancer *balancer);
bool load_balancer_is_open(const struct LoadBalancer *balancer); /* for new connections */
bool load_balancer_carries(const struct LoadBalancer *balancer); /* those that were made live on */
const char *load_balancer_address(const struct LoadBalancer *balancer); /* "" while pending */
bool load_balancer_has_postgres(const struct LoadBalancer *balancer);   /* 5432 is exposed */

/* ---- The second builder's parts ---------------------------------------------------------------------------------------------------- */

/* resolver/: a cluster's caching resolver, at 127.(B+1).(n/250).(n%250+1):5353. */
struct Resolver *resolver_new(ControlPlaneSite *site);
/* The same cache without a door, for a client elsewhere ("desk"). */
struct Resolver *resolver_new_at(World *world, const char *site);
bool resolver_start(struct Resolver *resolver, Error *err);
void resolver_free(struct Resolver *resolver);
/* Where it sees the floating name, as the world begins; from then on each change is told. */
void resolver_tell(struct Resolver *resolver);
/*
 * The IPv4 address of name (no dot at the end), which is known out_delay_ms (may be NULL) later. Returns the rcode; out_ip is ""
 * if there is no address. Name servers that do not answer cost time, and lead to SERVFAIL.
 */
int resolver_lookup(struct Resolver *resolver, const char *name, char out_ip[16],
                    int64_t *out_delay_ms);
/* Fault: keeps each answer it has or gets for so long, whatever its TTL (-1: for ever); 0: lets go of them all. */
void resolver_pin(struct Resolver *resolver, int64_t for_ms);

/* edge.c: one long connection to a management plane. Starts connected to mp1 and synced. */
struct Edge *edge_new(ControlPlaneSite *site);
void edge_start(struct Edge *edge);
void edge_free(struct Edge *edge);
/* Its connection to plane broke (envoy is gone, it was reset): dials again by its back-off law. Nothing if it is not there. */
void edge_kick(struct Edge *edge, const Plane *plane, const char *why);
/* Its pods were replaced: it connects anew, with the tokens as mounted now. is_up false: it has no pods. */
void edge_restart(struct Edge *edge, bool is_up);
/* Its line about the connection that it has, if it has one: again, for a cluster that has only now been populated. */
void edge_log_connection(const struct Edge *edge);
bool edge_is_connected(const struct Edge *edge, const Plane *plane); /* plane NULL: to any */
bool edge_is_synced(const struct Edge *edge, const Plane *plane);
int64_t edge_last_sync_ms(const struct Edge *edge); /* trace time; -1: never */
/* When it last synced with plane, in wall time, also before the trace began; 0: its last sync was not with that one. */
int64_t edge_synced_wall_ms(const struct Edge *edge, const Plane *plane);
/* The network changed: a connection that carries nothing any more is noticed after its keep-alive. */
void edge_check_network(struct Edge *edge);
/* The central that it is connected to has become able to feed it. */
void edge_check_central(struct Edge *edge);
/* Its token secret is there again: a pod that could not mount it starts. */
void edge_check_tokens(struct Edge *edge);

/* operators/control_plane.c: the tokens of one control plane, rotated by its operator. Facts until the cluster is populated. */
struct Tokens *tokens_new(ControlPlaneSite *site);
void tokens_start(struct Tokens *tokens);
void tokens_free(struct Tokens *tokens);
/* Writes the token secrets into site->cluster as they stand, and cluster-service-account; from then on listens to it. */
void tokens_populate(struct Tokens *tokens);
/* tsb-operator-control-plane was restarted. */
void tokens_kick(struct Tokens *tokens);
/* The edge's token as its running pods see it: what the kubelet last brought there. */
const TokenFacts *tokens_mounted(struct Tokens *tokens);
/* New pods mount the secrets as they are now. False: one is missing, so that no pod starts (FailedMount). */
bool tokens_mount(struct Tokens *tokens);
bool tokens_are_mountable(const struct Tokens *tokens);
/* All of them are of that key from now on, as after a rotation that this cluster missed (F-004). The key must outlive the world. */
void tokens_stray(struct Tokens *tokens, const SigningKey *key);

/* What its operator writes from now on holds nothing (F-717). */
void tokens_spoil(struct Tokens *tokens, bool writes_empty);

/* dialling.c: how a control plane looks at a management plane, and what it says about it. */
/* The name it was told to find its plane by: ControlPlane's spec.managementPlane.host, or the floating name. */
const char *site_plane_host(const ControlPlaneSite *site);
/* May a connection from there to ip be made now? out_plane: whose entrance that is, NULL if nobody's. */
NetworkVerdict site_dial(const ControlPlaneSite *site, const char *ip, Plane **out_plane);
/* The plane whose API answers behind that name as seen from there, or NULL; out_why (may be NULL) then says why, as Go would. */
Plane *site_find_api(ControlPlaneSite *site, const char **out_why);
/* A line in the log of a Deployment's first pod; nothing before the cluster is populated. */
void site_log(const ControlPlaneSite *site, const char *deployment, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for a management plane. */
void plane_log(const Plane *plane, const char *deployment, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* front.c: TSB's API over the plane's database. */
struct PlaneFront *plane_front_new(Plane *plane);
void plane_front_free(struct PlaneFront *front);
void plane_front_accept(void *front, int fd); /* a DoorConnection: owner is the struct PlaneFront */
void plane_front_drop(struct PlaneFront *front); /* every open connection is reset */
/* The rows of a world at its start, into mp1's primary: organization, clusters, tenants, workspaces. */
void plane_front_populate(Plane *plane);
const FrontModel *
plane_front_model(const struct PlaneFront *front); /* what it answers; for tests */
/* A configuration write that reached plane, told as acknowledged or refused. */
bool plane_front_write_tenant(Plane *plane, const char *name);
/* A cluster's state.lastSyncTime, into the plane's database; nothing if that takes no writes. */
void plane_front_write_sync(Plane *plane, const char *cluster, int64_t wall_ms);
/* When TSB, mpc and central accepted the clusters' configuration; one row for all of them. */
void plane_front_write_accepted(Plane *plane, int64_t tsb_ms, int64_t mpc_ms, int64_t xcp_ms);

/* central.c: mpc and XCP central, which must have been fed before edges get what they should (F-411). */
struct Central *central_new(Plane *plane);
void central_start(struct Central *central);
void central_free(struct Central *central);
bool central_is_warm(const struct Central *central);
int central_pushes(const struct Central *central); /* how often mpc fed it since the world began */

/* elastic.c: the Elasticsearch of both planes */
struct ElasticSide *elastic_side_new(World *world);
bool elastic_side_start(struct ElasticSide *side, Error *err);
void elastic_side_free(struct ElasticSide *side); /* accepts NULL */
const char *elastic_side_password(const struct ElasticSide *side);
char *elastic_side_url(const struct ElasticSide *side); /* free() it */

/* workload.c: configuration writes by a client through the floating name. */
struct Workload *workload_new(World *world);
void workload_start(struct Workload *workload);
void workload_free(struct Workload *workload);
/* A client got its answer for the row key: it has to be there in the end. */
void workload_acknowledge(struct Workload *workload, const char *key);
/* {acknowledged, readable, missing:[keys]} against the database of active (NULL: nothing is readable); given away. */
cJSON *workload_report(struct Workload *workload, Plane *active);

/* faults/faults.c */
struct Faults *faults_new(World *world);
void faults_free(struct Faults *faults);
const FaultPoints *faults_points(struct Faults *faults);

#endif
