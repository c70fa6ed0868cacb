/*
 * sim/parameters.h - everything about a world that may differ: sizes, timings, and the unknowns of the real product.
 *
 * One table (parameters.c) has a row for each: its path in a scenario's `world:`, default, unit, and the dossier section or mark that it
 * comes from. Loader, schema and documentation are made from that table. A Span is drawn from the seed where it is used.
 * Units: ms, bytes, bytes per second.
 */
#ifndef SIM_PARAMETERS_H
#define SIM_PARAMETERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/random.h"
#include "base/yaml.h"

/* "30s", or a range "5s..30s". */
typedef struct {
    int64_t lowest, highest;
} Span;
int64_t span_draw(const Span *span, Random *random);

typedef enum { WORLD_LB_HOSTNAME, WORLD_LB_IP } WorldAddressStyle;
typedef enum { WORLD_DNS_CNAME, WORLD_DNS_A } WorldRecordStyle;
typedef enum {
    WORLD_DNS_BY_UPDATE,
    WORLD_DNS_BY_EXTERNAL_DNS,
    WORLD_DNS_BY_HOOK,
    WORLD_DNS_BY_ROUTE53
} WorldDnsProvider;
typedef enum { WORLD_CERTIFICATE, WORLD_PLUGIN } WorldCredentials;
typedef enum { WORLD_LOGIN_BASIC, WORLD_LOGIN_TOKEN } WorldLogin;
typedef enum { WORLD_LOOKUP_GRPC, WORLD_LOOKUP_ENVOY, WORLD_LOOKUP_ONCE } WorldLookup;
typedef enum { WORLD_EXTERNAL_DNS_UPSERT, WORLD_EXTERNAL_DNS_SYNC } WorldExternalDnsPolicy;

typedef enum { WORLD_POSTGRES_FAKE, WORLD_POSTGRES_REAL } WorldPostgres;
typedef enum { WORLD_FED_BY_REPLICATION, WORLD_FED_BY_RESTORE } WorldFeed;
typedef enum { WORLD_ELASTIC_GREEN, WORLD_ELASTIC_YELLOW, WORLD_ELASTIC_RED } WorldElasticHealth;
typedef enum { WORLD_BACKUP_BY_DUMP, WORLD_BACKUP_BY_JOB, WORLD_BACKUP_NOT } WorldBackup;
typedef enum { WORLD_WEBHOOK_IGNORE, WORLD_WEBHOOK_FAIL } WorldWebhookPolicy;
typedef enum { WORLD_PLANE_INSTALLED, WORLD_PLANE_EMPTY } WorldPlaneBegins;

typedef struct {
    int64_t control_planes;          /* controlPlanes: 2 */
    WorldAddressStyle address_style; /* loadBalancer.address: hostname | ip */
    WorldRecordStyle record_style;   /* dns.records: cname | a */
    WorldDnsProvider dns_provider;   /* dns.provider: rfc2136 | externaldns | hook | route53 */
    char ns[16];                     /* namespace: tsb | tse */
    char organization[64];           /* organization: tetrate */
    int64_t front_port;              /* frontEnvoy.port: 8443 */
    WorldLogin front_login;          /* frontEnvoy.login: basic | token */
    int64_t front_token_ttl_ms;      /* frontEnvoy.tokenTtl: 1 h */
    WorldPostgres postgres;          /* postgres: fake | real; real servers live in real time */
    int64_t started_wall_ms;         /* startsAt: 2026-03-01T03:00:00Z; in real time: now */

    struct {                       /* planes: */
        WorldPlaneBegins mp1, mp2; /* installed | empty */
        bool has_cert_manager;     /* certManager: also in a cluster that is empty otherwise */
        bool helm_gives_up; /* helmGivesUp: it waits for the plane until its own time-out (F-819) */
    } planes;
    struct { /* dns: */
        int64_t floating_ttl_s, permanent_ttl_s, negative_ttl_s;
        int64_t secondaries; /* authoritative servers besides the first */
        Span
            secondary_lag; /* how long a secondary shows the old zone, once it was told of a change */
        bool notifies;     /* it is told */
        int64_t refresh_s;      /* it looks by itself this often */
        int64_t resolver_cap_s; /* CoreDNS: 3600 s positive */
        int64_t resolver_negative_cap_s, resolver_floor_s;
        struct { /* nodeLocal: NodeLocal DNSCache, before CoreDNS */
            bool is_installed;
            int64_t cap_s, negative_cap_s;
        } node_local;
        struct { /* recursive: unbound, behind CoreDNS */
            bool is_installed, prefetches, serves_expired;
            int64_t floor_s, cap_s, negative_cap_s;
            int64_t expired_for_s, expired_ttl_s;
        } recursive;
        int64_t
            asked_every_ms; /* a monitoring in each cluster asks for the three names; 0: there is none */
        int64_t private_view;  /* so many clusters, the last ones, see another view of the zone */
        Span private_view_lag; /* that view follows so much later; 0s: never */
        Span route53_delay;    /* a change that Route 53 took shows this much later */
        Span load_balancer_name_delay; /* a new LB hostname resolves this much later (F-511) */
    } dns;
    struct {                        /* replication: */
        int64_t instances;          /* Postgres instances per plane: 3 */
        int64_t write_rate;         /* background bytes per second of log on the active */
        int64_t lag;                /* bytes the standby stays behind while the active writes */
        int64_t drain_rate;         /* bytes per second once it writes no more; 0: at once */
        Span delay;                 /* network, between planes */
        Span trigger_poll;          /* promote_trigger_file is polled: 0s..5s */
        int64_t server_version_num; /* 150020; 16 and up know no trigger file (F-309) */
        int64_t wal_keep; /* wal_keep_size; 0: checkpoints remove all that is before them */
        int64_t checkpoint_every_ms; /* checkpoint_timeout: 300 s */
        Span checkpoint;             /* a spread one takes so long: 94 s..270 s */
        bool asks_certificates;      /* whoever connects shows one beside his password */
        bool has_slots;              /* standbys stream from slots; kubegres makes none */
        bool siblings_follow_old;    /* after promotion siblings keep their upstream (F-314) */
    } replication;
    struct {                            /* standby: */
        WorldFeed fed_by;               /* fedBy: replication | restore */
        Span dump_takes, restore_takes; /* a Job of a pair that is fed by restoring */
    } standby;
    struct {                            /* kubegres: domain.md 4.2, 9.1 */
        Span wait, restart;             /* 10 s; pod restart 10..20 s */
        int64_t minimum_ms, timeout_ms; /* 40 s, 300 s */
    } kubegres;
    struct {                   /* operator: the management plane's */
        Span start;            /* CR change to first action: 5s..30s */
        Span deployment_ready; /* a Deployment it made, to ready: 30s..90s */
        bool reverts_scale;    /* U13: puts replicas of what it manages back */
        Span revert_after;
        bool keeps_zero_replicas; /* F-023: a Deployment left at 0 from a last life stays at 0 */
        bool
            leaves_old_deployments; /* the standby still has tsb, iam, envoy Deployments of a last life */
        bool has_status;            /* U4: status.phase and observedGeneration are written */
        bool demotes_primary;       /* U12 */
        WorldWebhookPolicy webhook_policy; /* failurePolicy of its webhooks: ignore | fail */
    } mp_operator;
    struct {                        /* tokens: */
        int64_t ttl_ms;             /* Cluster.tokenTtl: 1 h */
        int64_t age_ms;             /* how old they are when the world starts, at most */
        int64_t rotates_at_percent; /* 80 */
        Span regenerate;            /* after deletion, when the secret watch works (U9): 2s..10s */
        bool by_watch;              /* U9: false: only at the operator's next tick */
        Span transport_retry;       /* 1s..8s first, growing */
        int64_t configuration_retry_ms; /* 15 min */
        Span kubelet_refresh;           /* mounted secrets follow: 5s..90s */
        bool with_ngac;                 /* X18: ngac-token exists */
    } tokens;
    struct {                         /* central: */
        Span cache_rebuild;          /* after start, mpc has pushed and central knows: 60s..120s */
        Span tsb_to_mpc, mpc_to_xcp; /* 4.5 s, 0.03 s */
    } central;
    struct {                                /* edges: */
        int64_t backoff_ms, backoff_cap_ms; /* gRPC: 1 s x1.6 +-20 %, cap 120 s */
        int64_t resync_ms; /* cluster state: 10 min; lastSyncTime moves that often and on connect */
        Span sync;         /* connected to synced: 1s..10s */
        int64_t keepalive_ms;         /* notices a half-open connection after this */
        Span restart;                 /* rollout restart deploy/edge to connecting: 5s..20s */
        bool tries_old_address_first; /* I2 */
        WorldLookup lookup;           /* when it asks its resolver: grpc | envoy | once */
        int64_t refresh_ms;           /* Envoy's dns_refresh_rate: 5 s */
        bool stays_on_token_error;    /* keeps its mounted token until restarted (F-711) */
    } edges;
    struct {                  /* loadBalancer: */
        Span provision;       /* 30s..90s */
        Span drain;           /* U23: connections after scale-down: 0s..5s */
        bool changes_address; /* F-313: gets A, later B */
        Span changes_after;
    } load_balancer;
    struct {              /* pods: the Deployment controller */
        Span start, stop; /* 3s..15s, 1s..10s */
    } pods;
    struct {                 /* externalDns: */
        bool is_installed;   /* in both planes' clusters; the active's owns the floating name */
        int64_t interval_ms; /* 1 min */
        WorldExternalDnsPolicy policy;
        bool removes_first; /* a change is two updates, the removal first */
        Span gap;           /* between the two */
    } external_dns;
    struct {                  /* autoscaler: */
        int64_t load_percent; /* of one pod's requested processor time, over all pods of a target */
        int64_t period_ms;    /* 15 s */
        int64_t stabilization_ms; /* 300 s before it takes pods away */
    } autoscaler;
    struct {                       /* elasticsearch: */
        bool is_installed;         /* and environment.yaml names it */
        WorldElasticHealth health; /* green | yellow | red */
        int64_t shards;            /* with data in them */
    } elastic;
    struct {                /* backup: */
        bool is_configured; /* environment.yaml names a folder for backups, and who may read them */
        bool knows_release; /* that file says how helm installs a plane that is installed, too */
        WorldBackup database;   /* backup.database of that file: dump | job | none */
        int64_t keep;           /* and backup.keep */
        bool has_cron_job;      /* kubegres dumps each plane's database every night */
        int64_t last_ago_ms;    /* its last success, before the world began */
        bool job_fails;         /* its Jobs do */
        Span job_takes;         /* and take so long */
        int64_t client_version; /* major version of pg_dump and psql on the desk; 0: the servers' */
        Span dump_takes, load_takes;
    } backup;
    struct {                         /* workload: */
        int64_t tenant_every_ms;     /* a configuration write through the API; 0: none */
        int64_t tenants, workspaces; /* in the database at the start */
    } workload;
    struct {                          /* desk: what the operator has */
        WorldCredentials credentials; /* certificate | plugin: for the API servers */
        int64_t token_ms;             /* of the plug-in's tokens, until they expire */
    } desk;
    struct {          /* api: */
        Span latency; /* of every exchange with the desk: 1ms..20ms */
    } api;
} WorldParameters;

void world_parameters_default(WorldParameters *parameters);
/* Reads a `world:` mapping over what is there. ERR_INPUT with place, what was expected, and the nearest name for a misspelt one. */
bool world_parameters_read(const YamlDocument *document, const cJSON *mapping,
                           WorldParameters *parameters, Error *err);

/* The same as a `world:` mapping, which reads back equal; given away. */
cJSON *world_parameters_json(const WorldParameters *parameters);

/* What JSON Schema says of a `world:` mapping; given away. */
cJSON *world_parameters_schema(void);

/* The rows, for documentation and schema, in the order of the documentation; NULL past the last. */
typedef struct {
    const char *path; /* "operator.start" */
    const char *type; /* "duration or range of durations" */
    const char *standard, *source, *what;
} ParameterRow;
const ParameterRow *world_parameter_row(int index);

#endif
