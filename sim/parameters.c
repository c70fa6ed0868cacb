/*
 * sim/parameters.c - everything about a world that may differ, as one table, and how a `world:` mapping is read by it.
 *
 * A row's standard value is text and goes through the same reader as a scenario's, so that what is documented is what holds.
 */
#include "sim/parameters.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fields.h"
#include "base/memory.h"
#include "base/schema.h"

typedef enum {
    TYPE_INTEGER,
    TYPE_BOOL,
    TYPE_TEXT,     /* letters, digits, '-', '.' */
    TYPE_CHOICE,   /* the words are in the row's limits */
    TYPE_SPAN,     /* "30s" or "5s..30s" */
    TYPE_DURATION, /* ms */
    TYPE_SECONDS,  /* a duration kept in whole seconds */
    TYPE_SIZE,     /* bytes, or bytes per second */
    TYPE_TIME,     /* RFC 3339 */
} Type;

typedef struct {
    ParameterRow row;
    Type type;
    size_t offset;
    int64_t lowest, highest;    /* TYPE_INTEGER; for TYPE_TEXT highest is the room for it */
    const char *const *choices; /* TYPE_CHOICE and TYPE_TEXT; NULL-ended */
    const char *alias;          /* a shorter name at the top of `world:` */
} Parameter;

static const char *const ADDRESS_STYLES[] = {"hostname", "ip", NULL};
static const char *const RECORD_STYLES[] = {"cname", "a", NULL};
static const char *const CREDENTIALS[] = {"certificate", "plugin", NULL};
static const char *const DNS_PROVIDERS[] = {"rfc2136", "externaldns", "hook", "route53", NULL};
static const char *const EXTERNAL_DNS_POLICIES[] = {"upsert-only", "sync", NULL};
static const char *const LOGINS[] = {"basic", "token", NULL};
static const char *const LOOKUPS[] = {"grpc", "envoy", "once", NULL};
static const char *const WEBHOOK_POLICIES[] = {"ignore", "fail", NULL};
static const char *const POSTGRES_KINDS[] = {"fake", "real", NULL};
static const char *const PLANE_BEGINNINGS[] = {"installed", "empty", NULL};
static const char *const FEEDS[] = {"replication", "restore", NULL};
static const char *const ELASTIC_HEALTH[] = {"green", "yellow", "red", NULL};
static const char *const BACKUP_DATABASES[] = {"dump", "job", "none", NULL};
static const char *const NAMESPACES[] = {"tsb", "tse", NULL};

#define AT(member) offsetof(WorldParameters, member)
#define INTEGER(path, member, standard, low, high, source, what)                                   \
    {                                                                                              \
        {path, "integer", standard, source, what}, TYPE_INTEGER, AT(member), low, high, NULL, NULL \
    }
#define BOOLEAN(path, member, standard, source, what)                                   \
    {                                                                                   \
        {path, "bool", standard, source, what}, TYPE_BOOL, AT(member), 0, 0, NULL, NULL \
    }
#define SPAN(path, member, standard, source, what)                                               \
    {                                                                                            \
        {path, "duration or range of durations", standard, source, what}, TYPE_SPAN, AT(member), \
            0, 0, NULL, NULL                                                                     \
    }
#define DURATION(path, member, standard, source, what)                                          \
    {                                                                                           \
        {path, "duration", standard, source, what}, TYPE_DURATION, AT(member), 0, 0, NULL, NULL \
    }
#define SECONDS(path, member, standard, source, what, alias)                                    \
    {                                                                                           \
        {path, "duration", standard, source, what}, TYPE_SECONDS, AT(member), 0, 0, NULL, alias \
    }
#define SIZE(path, member, standard, source, what, alias)                                         \
    {                                                                                             \
        {path, "size in bytes", standard, source, what}, TYPE_SIZE, AT(member), 0, 0, NULL, alias \
    }
#define CHOICE(path, member, standard, words, source, what)                                  \
    {                                                                                        \
        {path, "choice", standard, source, what}, TYPE_CHOICE, AT(member), 0, 0, words, NULL \
    }
#define TEXT(path, member, standard, room, words, source, what)                             \
    {                                                                                       \
        {path, "text", standard, source, what}, TYPE_TEXT, AT(member), 0, room, words, NULL \
    }

/* clang-format off */
static const Parameter PARAMETERS[] = {
    INTEGER("controlPlanes", control_planes, "2", 0, 10000, "DESIGN", "how many control-plane clusters hang on the floating name"),
    TEXT("namespace", ns, "tsb", 16, NAMESPACES, "domain 0.2, X6", "the management plane's namespace"),
    TEXT("organization", organization, "tetrate", 64, NULL, "domain 1.3", "the TSB organization"),
    {{"startsAt", "time", "2026-03-01T03:00:00Z", "", "what time it is when a simulated run begins"}, TYPE_TIME, AT(started_wall_ms), 0, 0, NULL, NULL},

    CHOICE("postgres", postgres, "fake", POSTGRES_KINDS, "", "what the databases are: real ones are servers of PostgreSQL 15, and the world lives in real time"),

    CHOICE("planes.mp1", planes.mp1, "installed", PLANE_BEGINNINGS, "domain 8.4", "an empty cluster has an API server, nodes, a storage class, a load balancer's controller, and nothing of TSB; then mp2 and controlPlanes are nothing either"),
    CHOICE("planes.mp2", planes.mp2, "installed", PLANE_BEGINNINGS, "domain 8.4, 8.5", "the same of the other one: where a restore installs, or a standby is added"),
    BOOLEAN("planes.certManager", planes.has_cert_manager, "true", "domain 1.5", "cert-manager runs in an empty cluster"),
    BOOLEAN("planes.helmGivesUp", planes.helm_gives_up, "false", "F-819", "helm waits for what it installed, and gives up at its time-out while that still goes on"),

    INTEGER("frontEnvoy.port", front_port, "8443", 1, 65535, "domain 1.2", "the front envoy's port, at the load balancer too"),

    CHOICE("frontEnvoy.login", front_login, "basic", LOGINS, "domain 5.2", "how the engine says who it is: HTTP Basic with every request, or a token that it logs in for"),
    DURATION("frontEnvoy.tokenTtl", front_token_ttl_ms, "1h", "domain 2.3", "how long a token is good that somebody logs in for"),

    CHOICE("dns.records", record_style, "cname", RECORD_STYLES, "X7", "what the floating and permanent names are made of"),
    CHOICE("dns.provider", dns_provider, "rfc2136", DNS_PROVIDERS, "postgres-and-dns 4.5", "how the engine changes names; externaldns needs externalDns.installed, hook is a program that the world plays, route53 an API that changes the same zone"),
    SECONDS("dns.floatingTtl", dns.floating_ttl_s, "60s", "DNS-05", "TTL of the floating name", "floatingTTL"),
    SECONDS("dns.permanentTtl", dns.permanent_ttl_s, "60s", "DNS-06", "TTL of the permanent names", NULL),
    SECONDS("dns.negativeTtl", dns.negative_ttl_s, "60s", "DNS-07", "SOA minimum: how long a missing name is remembered", NULL),
    INTEGER("dns.secondaries", dns.secondaries, "1", 0, 3, "DNS-08", "authoritative servers besides the first"),
    SPAN("dns.secondaryLag", dns.secondary_lag, "0s..2s", "F-5xx", "how long a secondary shows the old zone"),
    BOOLEAN("dns.notify", dns.notifies, "true", "F-513, RFC 1996", "the secondaries are told of each change; otherwise they find it when they look by themselves"),
    SECONDS("dns.refresh", dns.refresh_s, "3600s", "F-513, RFC 1034 4.3.5", "they look by themselves this often; 0s: never", NULL),
    SECONDS("dns.resolverCap", dns.resolver_cap_s, "3600s", "I11", "longest time a cluster's resolver keeps an answer", NULL),
    SECONDS("dns.resolverNegativeCap", dns.resolver_negative_cap_s, "1800s", "I11", "longest time it keeps a denial", NULL),
    SECONDS("dns.resolverFloor", dns.resolver_floor_s, "0s", "postgres-and-dns 4.3", "shortest time it keeps an answer", NULL),
    BOOLEAN("dns.nodeLocal.installed", dns.node_local.is_installed, "false", "postgres-and-dns 4.3", "pods ask a NodeLocal DNSCache, which asks the cluster's resolver"),
    SECONDS("dns.nodeLocal.cap", dns.node_local.cap_s, "30s", "postgres-and-dns 4.3", "longest time it keeps an answer", NULL),
    SECONDS("dns.nodeLocal.negativeCap", dns.node_local.negative_cap_s, "5s", "postgres-and-dns 4.3", "longest time it keeps a denial", NULL),
    BOOLEAN("dns.recursive.installed", dns.recursive.is_installed, "false", "postgres-and-dns 4.3", "the cluster's resolver asks a recursive one, which counts as unbound does"),
    SECONDS("dns.recursive.floor", dns.recursive.floor_s, "0s", "unbound.conf(5)", "its cache-min-ttl", NULL),
    SECONDS("dns.recursive.cap", dns.recursive.cap_s, "86400s", "unbound.conf(5)", "its cache-max-ttl", NULL),
    SECONDS("dns.recursive.negativeCap", dns.recursive.negative_cap_s, "3600s", "unbound.conf(5)", "its cache-max-negative-ttl", NULL),
    BOOLEAN("dns.recursive.prefetch", dns.recursive.prefetches, "false", "unbound.conf(5)", "its prefetch: who asks in the last tenth of an answer's time has it fetched anew"),
    BOOLEAN("dns.recursive.serveExpired", dns.recursive.serves_expired, "false", "unbound.conf(5), RFC 8767", "its serve-expired: what is over is told all the same, and fetched anew for the next who asks"),
    SECONDS("dns.recursive.serveExpiredFor", dns.recursive.expired_for_s, "0s", "unbound.conf(5)", "its serve-expired-ttl: so long after it was over; 0s: for ever", NULL),
    SECONDS("dns.recursive.serveExpiredTtl", dns.recursive.expired_ttl_s, "30s", "unbound.conf(5)", "its serve-expired-reply-ttl: the TTL that such an answer is told with", NULL),
    DURATION("dns.askedEvery", dns.asked_every_ms, "0s", "DNS-08", "a monitoring in each cluster looks up the floating and both permanent names this often; 0s: there is none"),
    INTEGER("dns.privateView", dns.private_view, "0", 0, 10000, "F-507, DNS-08", "so many clusters, the last ones, see a private view of the zone, which no update reaches"),
    SPAN("dns.privateViewLag", dns.private_view_lag, "0s", "F-507", "somebody puts a change into the private view this much later; 0s: never"),
    SPAN("dns.loadBalancerNameDelay", dns.load_balancer_name_delay, "0s..10s", "F-511", "a new load balancer's host name resolves this much later"),
    SPAN("dns.route53Delay", dns.route53_delay, "3s..40s", "Route 53 Developer Guide", "how long a change that Route 53 took needs to show at its servers"),

    INTEGER("replication.instances", replication.instances, "3", 1, 9, "U11", "Postgres instances of each plane"),
    SIZE("replication.writeRate", replication.write_rate, "64KiB", "", "log that the active's database writes by itself, per second", NULL),
    SIZE("replication.lag", replication.lag, "16KiB", "F-101", "how far the standby stays behind while the active writes", "replicationLag"),
    SIZE("replication.drainRate", replication.drain_rate, "1MiB", "F-101", "how fast it catches up once nothing is written, per second; 0: at once", NULL),
    SPAN("replication.delay", replication.delay, "5ms..20ms", "", "network delay of the log between the planes"),
    SPAN("replication.triggerPoll", replication.trigger_poll, "0s..5s", "domain 4.2", "Postgres looks for its trigger file this often"),
    INTEGER("replication.serverVersion", replication.server_version_num, "150020", 110000, 190000, "F-309, U11", "server_version_num; from 160000 on there is no trigger file"),
    SIZE("replication.walKeep", replication.wal_keep, "0", "wal_keep_size", "log that a primary keeps for standbys without a slot, whatever its checkpoints say", NULL),
    DURATION("replication.checkpointEvery", replication.checkpoint_every_ms, "300s", "checkpoint_timeout", "each checkpoint removes the log before it"),
    SPAN("replication.checkpoint", replication.checkpoint, "94s..270s", "postgres 1.3", "how long a spread checkpoint takes: a base backup waits for it"),
    BOOLEAN("replication.clientCertificates", replication.asks_certificates, "true", "postgres-and-dns 1", "who connects to Postgres shows a certificate of the authority's beside his password"),
    BOOLEAN("replication.slots", replication.has_slots, "false", "postgres 1.4", "each standby streams from a slot of its own"),
    BOOLEAN("replication.siblingsFollowOld", replication.siblings_follow_old, "true", "F-314", "after a promotion the other replicas keep the upstream they had"),

    CHOICE("standby.fedBy", standby.fed_by, "replication", FEEDS, "domain 8.8", "how the standby comes to its data: it replicates, or a CronJob restores the active's dumps into it; then it is no standby to its operator, and tsb and iam are at 0"),
    SPAN("standby.dumpTakes", standby.dump_takes, "20s..40s", "domain 4.4", "how long a dump takes, where dumps feed the standby"),
    SPAN("standby.restoreTakes", standby.restore_takes, "40s..80s", "domain 4.4", "how long its restore takes, in which the database is empty"),

    SPAN("kubegres.wait", kubegres.wait, "10s", "domain 4.2", "before it fails over"),
    SPAN("kubegres.restart", kubegres.restart, "10s..20s", "domain 4.2", "a Postgres pod's restart, to ready"),
    DURATION("kubegres.minimum", kubegres.minimum_ms, "40s", "domain 4.2", "a failover is not called complete before"),
    DURATION("kubegres.timeout", kubegres.timeout_ms, "300s", "domain 4.2, F-308", "and is called stuck after"),

    SPAN("operator.start", mp_operator.start, "5s..30s", "domain 9.1", "from a change of the ManagementPlane to the first action"),
    SPAN("operator.deploymentReady", mp_operator.deployment_ready, "30s..90s", "domain 9.1", "from a new Deployment to its first ready pod"),
    BOOLEAN("operator.revertsScale", mp_operator.reverts_scale, "false", "U13, F-202", "puts replicas back that somebody else changed"),
    SPAN("operator.revertAfter", mp_operator.revert_after, "5s..20s", "U13", "after this time"),
    BOOLEAN("operator.keepsZeroReplicas", mp_operator.keeps_zero_replicas, "false", "F-023", "a Deployment found at 0 replicas at a promotion stays at 0"),
    BOOLEAN("operator.leavesOldDeployments", mp_operator.leaves_old_deployments, "false", "F-023", "a standby still has the Deployments of its last life, at 0"),
    BOOLEAN("operator.hasStatus", mp_operator.has_status, "true", "U4, domain 1.4", "writes status.phase and status.observedGeneration"),
    BOOLEAN("operator.demotesPrimary", mp_operator.demotes_primary, "true", "U12, F-901", "seeds an old primary anew when its plane becomes a standby"),
    CHOICE("operator.webhookPolicy", mp_operator.webhook_policy, "ignore", WEBHOOK_POLICIES, "F-304, domain 1.3", "failurePolicy of its admission webhooks: what becomes of a change while nobody answers them"),

    DURATION("tokens.ttl", tokens.ttl_ms, "1h", "domain 2.3", "Cluster.tokenTtl"),
    DURATION("tokens.age", tokens.age_ms, "30m", "", "the oldest that a token is when the world begins"),
    INTEGER("tokens.rotatesAt", tokens.rotates_at_percent, "80", 1, 100, "domain 9.1", "percent of its life after which a token is replaced"),
    SPAN("tokens.regenerate", tokens.regenerate, "2s..10s", "U9", "from deletion to the new token"),
    BOOLEAN("tokens.byWatch", tokens.by_watch, "true", "U9", "a deletion is seen at once; otherwise at the operator's next tick"),
    SPAN("tokens.transportRetry", tokens.transport_retry, "1s..8s", "domain 2.4", "first wait after a plane could not be reached; grows"),
    DURATION("tokens.configurationRetry", tokens.configuration_retry_ms, "15m", "domain 2.4", "wait after a mistake in the configuration"),
    SPAN("tokens.kubeletRefresh", tokens.kubelet_refresh, "5s..90s", "domain 9.1", "until a pod sees a changed secret"),
    BOOLEAN("tokens.ngac", tokens.with_ngac, "true", "X18", "there is an ngac-token"),

    SPAN("central.cacheRebuild", central.cache_rebuild, "60s..120s", "F-411", "from start until central knows what mpc pushes"),
    SPAN("central.tsbToMpc", central.tsb_to_mpc, "4500ms", "domain 9.1", "from TSB_ACCEPTED to MPC_ACCEPTED"),
    SPAN("central.mpcToXcp", central.mpc_to_xcp, "30ms", "domain 9.1", "from MPC_ACCEPTED to XCP_ACCEPTED"),

    DURATION("edges.backoff", edges.backoff_ms, "1s", "domain 9.1", "first wait before connecting again; x1.6, +-20 %"),
    DURATION("edges.backoffCap", edges.backoff_cap_ms, "120s", "domain 9.1", "and the longest"),
    DURATION("edges.resync", edges.resync_ms, "10m", "domain 2.2", "lastSyncTime moves this often, and at each connect"),
    SPAN("edges.sync", edges.sync, "1s..10s", "", "from connected to synced"),
    DURATION("edges.keepalive", edges.keepalive_ms, "30s", "CP-13", "a connection that is silently dead is noticed after"),
    SPAN("edges.restart", edges.restart, "5s..20s", "", "from a restart of edge to its first connect"),
    BOOLEAN("edges.triesOldAddressFirst", edges.tries_old_address_first, "true", "I2", "after a break the address it had is tried first"),
    CHOICE("edges.lookup", edges.lookup, "grpc", LOOKUPS, "F-601, postgres-and-dns 4.3", "when an edge asks its resolver: when its connection broke, every few seconds whatever the TTL, or once, when its pods start"),
    DURATION("edges.lookupRefresh", edges.refresh_ms, "5s", "postgres-and-dns 4.3", "Envoy's dns_refresh_rate"),
    BOOLEAN("edges.staysOnTokenError", edges.stays_on_token_error, "false", "F-711", "keeps the token it had mounted until it is restarted"),

    CHOICE("loadBalancer.address", address_style, "hostname", ADDRESS_STYLES, "domain 5.4", "what status.loadBalancer.ingress holds"),
    SPAN("loadBalancer.provision", load_balancer.provision, "30s..90s", "domain 9.1", "until a new Service has an address"),
    SPAN("loadBalancer.drain", load_balancer.drain, "0s..5s", "U23", "connections go on this long after envoy went"),
    BOOLEAN("loadBalancer.changesAddress", load_balancer.changes_address, "false", "F-313", "gets one address and later another"),
    SPAN("loadBalancer.changesAfter", load_balancer.changes_after, "10s..60s", "F-313", "this much later"),

    SPAN("pods.start", pods.start, "3s..15s", "", "from a pod that is wanted to a pod that is ready"),
    SPAN("pods.stop", pods.stop, "1s..10s", "", "from a pod that is to go to a pod that is gone"),

    BOOLEAN("externalDns.installed", external_dns.is_installed, "false", "DNS-11, F-509", "external-dns runs in both planes' clusters, and the active's owns the floating name"),
    DURATION("externalDns.interval", external_dns.interval_ms, "1m", "F-509", "it compares its objects with the zone this often"),
    CHOICE("externalDns.policy", external_dns.policy, "upsert-only", EXTERNAL_DNS_POLICIES, "F-509", "whether it also removes records that nobody asks for any more"),
    BOOLEAN("externalDns.removesFirst", external_dns.removes_first, "false", "postgres-and-dns 4.5", "it changes a record by two updates, as its rfc2136 provider does: the old one is removed, then the new one added"),
    SPAN("externalDns.gap", external_dns.gap, "100ms..1s", "postgres-and-dns 4.5", "between the two the name does not exist"),

    INTEGER("autoscaler.load", autoscaler.load_percent, "100", 0, 100000, "domain 1.1", "processor time that a target's pods use together, in percent of what one of them requests"),
    DURATION("autoscaler.period", autoscaler.period_ms, "15s", "", "an autoscaler looks this often"),
    DURATION("autoscaler.stabilization", autoscaler.stabilization_ms, "300s", "", "fewer pods must have been enough for this long"),

    BOOLEAN("elasticsearch.installed", elastic.is_installed, "false", "domain 1.1", "there is an Elasticsearch, site `elastic`, and the environment file names it"),
    CHOICE("elasticsearch.health", elastic.health, "green", ELASTIC_HEALTH, "F-319", "the health that it tells"),
    INTEGER("elasticsearch.shards", elastic.shards, "14", 0, 100000, "F-817", "active primary shards; 0: it holds nothing"),

    BOOLEAN("backup.configured", backup.is_configured, "false", "domain 8.7", "the environment file has `backup:`, with folder `backups` and certificate `backup.pem`, whose key is `backup.key`; a failover then takes one"),
    BOOLEAN("backup.knowsRelease", backup.knows_release, "false", "SEC-18", "that file has `install:` also of a plane that begins installed, so that Helm's values are kept"),
    CHOICE("backup.database", backup.database, "dump", BACKUP_DATABASES, "domain 8.7", "what `backup.database` is there"),
    INTEGER("backup.keep", backup.keep, "0", 0, 1000, "domain 8.7", "and `backup.keep`"),
    BOOLEAN("backup.cronJob", backup.has_cron_job, "true", "domain 4.4", "kubegres has a CronJob backup-tsb-postgres in both clusters, every night at 02:00"),
    DURATION("backup.lastAgo", backup.last_ago_ms, "55m", "BK-02, F-820", "when its last Job succeeded, before the world began"),
    BOOLEAN("backup.jobFails", backup.job_fails, "false", "BK-02, F-820", "its Jobs fail"),
    SPAN("backup.jobTakes", backup.job_takes, "20s..60s", "", "how long one of its Jobs takes"),
    INTEGER("backup.clientVersion", backup.client_version, "0", 0, 30, "F-822", "major version of pg_dump and psql on the desk; 0: that of the servers"),
    SPAN("backup.dumpTakes", backup.dump_takes, "1s..6s", "", "how long pg_dump takes"),
    SPAN("backup.loadTakes", backup.load_takes, "2s..10s", "", "how long psql takes to load a dump"),

    DURATION("workload.tenantEvery", workload.tenant_every_ms, "0s", "V2", "a configuration write through the API this often; 0s: none"),
    INTEGER("workload.tenants", workload.tenants, "3", 0, 1000, "PG-23", "tenants in the database at the start"),
    INTEGER("workload.workspaces", workload.workspaces, "2", 0, 100, "PG-23", "workspaces of each tenant"),

    CHOICE("desk.credentials", desk.credentials, "certificate", CREDENTIALS, "F-021", "what the kubeconfig has for the API servers: a client certificate, or a plug-in, which the world plays and which gives tokens for a while"),
    DURATION("desk.tokenLifetime", desk.token_ms, "15m", "F-021", "how long a token of the plug-in is good for"),
    SPAN("api.latency", api.latency, "1ms..20ms", "", "of every exchange between the desk and the world"),
};
/* clang-format on */
enum { PARAMETER_COUNT = sizeof PARAMETERS / sizeof PARAMETERS[0] };

int64_t span_draw(const Span *span, Random *random)
{
    return random_between(random, span->lowest, span->highest);
}

/* "30s" or "5s..30s". */
static bool span_parse(const char *text, Span *out_span)
{
    const char *dots = strstr(text, "..");
    char lowest[32];

    if (!dots) {
        if (!clock_parse_duration(text, &out_span->lowest))
            return false;
        out_span->highest = out_span->lowest;
        return out_span->lowest >= 0;
    }
    if ((size_t)(dots - text) >= sizeof lowest)
        return false;
    memcpy(lowest, text, (size_t)(dots - text));
    lowest[dots - text] = '\0';
    return clock_parse_duration(lowest, &out_span->lowest) &&
           clock_parse_duration(dots + 2, &out_span->highest) && out_span->lowest >= 0 &&
           out_span->lowest <= out_span->highest;
}

static int word_index(const char *const *words, const char *text)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], text) == 0)
            return i;
    return -1;
}

static bool text_is_plain(const char *text, size_t room)
{
    size_t length = strlen(text);

    return length > 0 && length < room &&
           strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.") ==
               length;
}

/* Reads one value's text into parameters. False if it is none of this row. */
static bool value_parse(const Parameter *row, const char *text, WorldParameters *parameters)
{
    void *at = (char *)parameters + row->offset;
    int64_t number = 0;
    int word = 0;

    switch (row->type) {
    case TYPE_SPAN: {
        Span span;

        return span_parse(text, &span) && (*(Span *)at = span, true);
    }
    case TYPE_DURATION:
    case TYPE_SECONDS:
        if (!clock_parse_duration(text, &number) || number < 0 ||
            (row->type == TYPE_SECONDS && number % 1000 != 0))
            return false;
        *(int64_t *)at = row->type == TYPE_SECONDS ? number / 1000 : number;
        return true;
    case TYPE_SIZE:
        return size_parse(text, &number) && (*(int64_t *)at = number, true);
    case TYPE_TIME:
        return clock_parse(text, &number) && (*(int64_t *)at = number, true);
    case TYPE_TEXT:
        if (!text_is_plain(text, (size_t)row->highest) ||
            (row->choices && word_index(row->choices, text) < 0))
            return false;
        memcpy(at, text, strlen(text) + 1);
        return true;
    case TYPE_CHOICE:
        word = word_index(row->choices, text);
        return word >= 0 && (*(int *)at = word, true);
    default:
        return false;
    }
}

static bool number_read(const Parameter *row, double value, WorldParameters *parameters)
{
    int64_t *at = (int64_t *)((char *)parameters + row->offset);

    if (row->type != TYPE_INTEGER && row->type != TYPE_SIZE)
        return false;
    if (value < -9e15 || value > 9e15 || value != (double)(int64_t)value)
        return false;
    if (row->type == TYPE_SIZE ? value < 0
                               : value < (double)row->lowest || value > (double)row->highest)
        return false;
    *at = (int64_t)value;
    return true;
}

static bool node_read(const Parameter *row, const cJSON *node, WorldParameters *parameters)
{
    if (cJSON_IsNumber(node))
        return number_read(row, node->valuedouble, parameters);
    if (cJSON_IsBool(node) && row->type == TYPE_BOOL)
        return *(bool *)((char *)parameters + row->offset) = cJSON_IsTrue(node), true;
    return cJSON_IsString(node) && row->type != TYPE_INTEGER && row->type != TYPE_BOOL &&
           value_parse(row, node->valuestring, parameters);
}

/* "a duration such as 30s, or a range such as 5s..30s" */
static void expected(const Parameter *row, char *out_text, size_t size)
{
    static const char *const SAYS[] = {
        [TYPE_BOOL] = "true or false",
        [TYPE_SPAN] = "a duration such as 30s, or a range such as 5s..30s",
        [TYPE_DURATION] = "a duration such as 90s or 15m",
        [TYPE_SECONDS] = "a duration in whole seconds, such as 60s",
        [TYPE_SIZE] = "a size such as 2MiB or 4096",
        [TYPE_TIME] = "a time such as 2026-03-01T03:00:00Z",
    };

    if (row->type == TYPE_INTEGER)
        snprintf(out_text, size, "a whole number from %lld to %lld", (long long)row->lowest,
                 (long long)row->highest);
    else if (row->choices) {
        size_t at = 0;

        for (int i = 0; row->choices[i]; i++)
            at += (size_t)snprintf(out_text + at, size - at, "%s%s", i ? " or " : "",
                                   row->choices[i]);
    } else if (row->type == TYPE_TEXT)
        snprintf(out_text, size, "a name of at most %lld letters, digits, '-' and '.'",
                 (long long)row->highest - 1);
    else
        snprintf(out_text, size, "%s", SAYS[row->type]);
}

static bool wrong_value(const YamlDocument *document, const Parameter *row, const cJSON *node,
                        Error *err)
{
    char says[160], *found = json_text(node);
    bool result;

    expected(row, says, sizeof says);
    result = yaml_error(document, node, err, "world.%s: found %.60s, expected %s", row->row.path,
                        found, says);
    free(found);
    return result;
}

/* Copies the word of path after prefix up to the next dot; false if path is not under prefix. */
static bool next_word(const char *path, const char *prefix, char out_word[48])
{
    size_t length = strlen(prefix), end = 0;

    if (strncmp(path, prefix, length) != 0)
        return false;
    end = strcspn(path + length, ".");
    assert(end < 48);
    memcpy(out_word, path + length, end);
    out_word[end] = '\0';
    return true;
}

static bool unknown_key(const YamlDocument *document, const char *prefix, const cJSON *node,
                        Error *err)
{
    char words[PARAMETER_COUNT * 2][48];
    const char *list[PARAMETER_COUNT * 2 + 1];
    const char *nearest = NULL;
    int count = 0;

    for (int i = 0; i < PARAMETER_COUNT; i++) {
        if (next_word(PARAMETERS[i].row.path, prefix, words[count]))
            list[count] = words[count], count++;
        if (*prefix == '\0' && PARAMETERS[i].alias)
            list[count++] = PARAMETERS[i].alias;
    }
    list[count] = NULL;
    nearest = yaml_nearest(node->string, list);
    if (nearest)
        return yaml_error(document, node, err, "world.%s%s: no such parameter; did you mean %s?",
                          prefix, node->string, nearest);
    return yaml_error(document, node, err,
                      "world.%s%s: no such parameter (`understudy schema` lists them)", prefix,
                      node->string);
}

static bool is_group(const char *path)
{
    size_t length = strlen(path);

    for (int i = 0; i < PARAMETER_COUNT; i++)
        if (strncmp(PARAMETERS[i].row.path, path, length) == 0 &&
            PARAMETERS[i].row.path[length] == '.')
            return true;
    return false;
}

static const Parameter *find(const char *path)
{
    for (int i = 0; i < PARAMETER_COUNT; i++)
        if (strcmp(PARAMETERS[i].row.path, path) == 0 ||
            (PARAMETERS[i].alias && strcmp(PARAMETERS[i].alias, path) == 0))
            return &PARAMETERS[i];
    return NULL;
}

static bool mapping_read(const YamlDocument *document, const char *prefix, const cJSON *mapping,
                         WorldParameters *parameters, Error *err);

static bool key_read(const YamlDocument *document, const char *prefix, const cJSON *node,
                     WorldParameters *parameters, Error *err)
{
    char path[128], group[130];
    const Parameter *row = NULL;

    if (snprintf(path, sizeof path - 1, "%s%s", prefix, node->string) >= (int)sizeof path - 1)
        return unknown_key(document, prefix, node, err);
    row = find(path);
    if (row)
        return node_read(row, node, parameters) || wrong_value(document, row, node, err);
    if (!is_group(path))
        return unknown_key(document, prefix, node, err);
    if (!cJSON_IsObject(node))
        return yaml_error(document, node, err, "world.%s: expected a mapping of parameters", path);
    snprintf(group, sizeof group, "%s.", path);
    return mapping_read(document, group, node, parameters, err);
}

static bool mapping_read(const YamlDocument *document, const char *prefix, const cJSON *mapping,
                         WorldParameters *parameters, Error *err)
{
    const cJSON *node = NULL;

    cJSON_ArrayForEach(node, mapping) if (!key_read(document, prefix, node, parameters,
                                                    err)) return false;
    return true;
}

/* What one value cannot say by itself. */
static bool check_together(const YamlDocument *document, const cJSON *mapping,
                           const WorldParameters *parameters, Error *err)
{
    if (parameters->kubegres.minimum_ms > parameters->kubegres.timeout_ms)
        return yaml_error(document, mapping, err,
                          "world.kubegres: minimum is above timeout, so no promotion could end");
    if (parameters->standby.fed_by == WORLD_FED_BY_RESTORE &&
        parameters->postgres == WORLD_POSTGRES_REAL)
        return yaml_error(document, mapping, err,
                          "world: standby.fedBy restore needs postgres fake");
    if (parameters->tokens.age_ms >= parameters->tokens.ttl_ms)
        return yaml_error(document, mapping, err,
                          "world.tokens: age is not below ttl, so tokens would be expired when the "
                          "world begins");
    if (parameters->dns_provider == WORLD_DNS_BY_EXTERNAL_DNS &&
        !parameters->external_dns.is_installed)
        return yaml_error(document, mapping, err,
                          "world: dns.provider externaldns needs externalDns.installed");
    if (parameters->planes.mp1 == WORLD_PLANE_EMPTY &&
        (parameters->planes.mp2 != WORLD_PLANE_EMPTY || parameters->control_planes > 0))
        return yaml_error(document, mapping, err,
                          "world.planes: with an empty mp1, mp2 has to be empty, too, and "
                          "controlPlanes 0: nobody is there whom they could belong to");
    if (parameters->autoscaler.period_ms <= 0 || parameters->external_dns.interval_ms <= 0)
        return yaml_error(document, mapping, err,
                          "world: autoscaler.period and externalDns.interval must be longer than "
                          "0s");
    if (parameters->edges.backoff_ms <= 0 || parameters->edges.resync_ms <= 0 ||
        parameters->tokens.configuration_retry_ms <= 0)
        return yaml_error(
            document, mapping, err,
            "world: edges.backoff, edges.resync and tokens.configurationRetry must be "
            "longer than 0s");
    return true;
}

bool world_parameters_read(const YamlDocument *document, const cJSON *mapping,
                           WorldParameters *parameters, Error *err)
{
    WorldParameters read = *parameters;

    if (!mapping || cJSON_IsNull(mapping))
        return true;
    if (!cJSON_IsObject(mapping))
        return yaml_error(document, mapping, err, "world: expected a mapping of parameters");
    if (!mapping_read(document, "", mapping, &read, err) ||
        !check_together(document, mapping, &read, err))
        return false;
    *parameters = read;
    return true;
}

static bool standard_read(const Parameter *row, WorldParameters *parameters)
{
    const char *text = row->row.standard;

    if (row->type == TYPE_INTEGER)
        return number_read(row, strtod(text, NULL), parameters);
    if (row->type == TYPE_BOOL)
        return *(bool *)((char *)parameters + row->offset) = strcmp(text, "true") == 0, true;
    return value_parse(row, text, parameters);
}

void world_parameters_default(WorldParameters *parameters)
{
    memset(parameters, 0, sizeof *parameters);
    for (int i = 0; i < PARAMETER_COUNT; i++) {
        bool is_read = standard_read(&PARAMETERS[i], parameters);

        assert(is_read);
        (void)is_read;
    }
}

const ParameterRow *world_parameter_row(int index)
{
    return index < 0 || index >= PARAMETER_COUNT ? NULL : &PARAMETERS[index].row;
}

static cJSON *value_json(const Parameter *row, const WorldParameters *parameters)
{
    const void *at = (const char *)parameters + row->offset;
    const Span *span = at;
    char text[CLOCK_TEXT_MAX];

    switch (row->type) {
    case TYPE_BOOL:
        return cJSON_CreateBool(*(const bool *)at);
    case TYPE_TEXT:
        return cJSON_CreateString(at);
    case TYPE_CHOICE:
        return cJSON_CreateString(row->choices[*(const int *)at]);
    case TYPE_TIME:
        return cJSON_CreateString(clock_rfc3339(*(const int64_t *)at, text));
    case TYPE_SPAN: {
        char words[64];

        snprintf(words, sizeof words, "%lldms..%lldms", (long long)span->lowest,
                 (long long)span->highest);
        return cJSON_CreateString(words);
    }
    case TYPE_DURATION:
    case TYPE_SECONDS:
        snprintf(text, sizeof text, "%lld%s", (long long)*(const int64_t *)at,
                 row->type == TYPE_SECONDS ? "s" : "ms");
        return cJSON_CreateString(text);
    default:
        return cJSON_CreateNumber((double)*(const int64_t *)at);
    }
}

cJSON *world_parameters_json(const WorldParameters *parameters)
{
    cJSON *tree = cJSON_CreateObject();
    char path[64];

    for (int i = 0; i < PARAMETER_COUNT; i++) {
        snprintf(path, sizeof path, "%s", PARAMETERS[i].row.path);
        for (char *dot = path; (dot = strchr(dot, '.'));)
            *dot = '/';
        json_put(tree, path, value_json(&PARAMETERS[i], parameters));
    }
    return tree;
}

/* ---- as a schema ----------------------------------------------------------------------------------------------------------- */

static cJSON *span_schema(void)
{
    cJSON *schema = schema_value(FIELD_TEXT, NULL);

    cJSON_AddStringToObject(schema, "pattern", "^([0-9.]+[a-z]+)+(\\.\\.([0-9.]+[a-z]+)+)?$");
    return schema;
}

static cJSON *row_schema(const Parameter *row)
{
    switch (row->type) {
    case TYPE_INTEGER:
        return schema_value(FIELD_INTEGER, NULL);
    case TYPE_BOOL:
        return schema_value(FIELD_BOOL, NULL);
    case TYPE_CHOICE:
        return schema_value(FIELD_CHOICE, row->choices);
    case TYPE_TEXT:
        return row->choices ? schema_value(FIELD_CHOICE, row->choices)
                            : schema_value(FIELD_TEXT, NULL);
    case TYPE_SPAN:
        return span_schema();
    case TYPE_DURATION:
    case TYPE_SECONDS:
        return schema_value(FIELD_DURATION, NULL);
    case TYPE_SIZE:
        return schema_value(FIELD_SIZE, NULL);
    case TYPE_TIME:
        break;
    }
    return schema_value(FIELD_TEXT, NULL);
}

static cJSON *described(const Parameter *row)
{
    cJSON *schema = row_schema(row);

    cJSON_AddStringToObject(schema, "description", row->row.what);
    return schema;
}

/* The mapping that path's last word is a member of, made on the way; *out_word is that word. */
static cJSON *mapping_of(cJSON *whole, const char *path, const char **out_word)
{
    const char *dot = strchr(path, '.');
    cJSON *inner;
    char word[48];

    *out_word = path;
    if (!dot)
        return whole;
    snprintf(word, sizeof word, "%.*s", (int)(dot - path), path);
    inner = cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItem(whole, "properties"), word);
    if (!inner) {
        inner = schema_mapping(NULL);
        schema_member(whole, word, inner, false);
    }
    return mapping_of(inner, dot + 1, out_word);
}

cJSON *world_parameters_schema(void)
{
    cJSON *whole = schema_mapping("what differs from the standard world");

    for (int i = 0; i < PARAMETER_COUNT; i++) {
        const char *word;
        cJSON *mapping = mapping_of(whole, PARAMETERS[i].row.path, &word);

        schema_member(mapping, word, described(&PARAMETERS[i]), false);
        if (PARAMETERS[i].alias)
            schema_member(whole, PARAMETERS[i].alias, described(&PARAMETERS[i]), false);
    }
    return whole;
}
