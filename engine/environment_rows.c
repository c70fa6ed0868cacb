/*
 * engine/environment_rows.c - every field of an Environment file, as one table.
 */
#include "engine/environment_rows.h"

#include <string.h>

#include "engine/environment.h"

static const char *const API_VERSIONS[] = {"understudy.dev/v1", NULL};
static const char *const KINDS[] = {"Environment", NULL};
static const char *const SSL_MODES[] = {"verify-full", "verify-ca", "require", "prefer",
                                        "allow",       "disable",   NULL};
static const char *const FEEDS[] = {"replication", "restore", NULL};
static const char *const LOGINS[] = {"basic", "token", NULL};
static const char *const RECORDS[] = {"cname", "a", NULL};
/* In the order of EnvironmentDnsProvider. */
static const char *const DNS_PROVIDERS[] = {"rfc2136",     "hook",    "manual",
                                            "externaldns", "route53", NULL};

/* In the order of EnvironmentBackupDatabase. */
static const char *const BACKUP_DATABASES[] = {"dump", "job", "none", NULL};

/* clang-format off */
#define AT(owner, member) .offset = offsetof(owner, member)
#define ROW(key, kind, owner, member, text, ...) {.path = (key), .type = ROW_##kind, AT(owner, member), .what = (text), __VA_ARGS__}
#define MUST .is_required = true
#define STANDARD(text) .standard = (text)
#define EXAMPLE(text) .example = (text)
#define GROUP(key, text, ...) {.path = (key), .type = ROW_GROUP, .what = (text), __VA_ARGS__}
#define LIST(key, owner, member, count, Item, text, ...) \
    {.path = (key), .type = ROW_LIST, AT(owner, member), .count_offset = offsetof(owner, count), .item_size = sizeof(Item), .what = (text), __VA_ARGS__}
#define POLICY(key, kind, member, standard_text, text, ...) \
    ROW("policies." key, kind, EnvironmentPolicies, member, text, STANDARD(standard_text), __VA_ARGS__)

static const EnvironmentRow ROWS[] = {
    ROW("apiVersion", WORD, Environment, api_version, "version of this format", MUST, .choices = API_VERSIONS),
    ROW("kind", WORD, Environment, kind, "what this file is", MUST, .choices = KINDS),
    GROUP("metadata", "what the estate is called"),
    ROW("metadata.name", TEXT, Environment, name, "its name, in reports and of the journal", STANDARD("environment"), EXAMPLE("staging")),
    ROW("kubeconfig", FILE, Environment, kubeconfig, "the kubeconfig; left out, it is found as kubectl finds it", EXAMPLE("kubeconfig")),
    ROW("organization", TEXT, Environment, organization, "the TSB organization", MUST, EXAMPLE("tetrate")),
    ROW("floatingName", TEXT, Environment, floating_name, "the name that control planes use, as in ControlPlane.spec.managementPlane.host", MUST, EXAMPLE("tsb.example.com")),

    ROW("planes", PLANES, Environment, planes, "both management planes, the active and the standby", MUST),
    GROUP("planes.*", "a management plane, by a name of your choice"),
    ROW("planes.*.context", TEXT, EnvironmentPlane, context, "its kubeconfig context", MUST, EXAMPLE("mp1")),
    ROW("planes.*.namespace", TEXT, EnvironmentPlane, ns, "where TSB runs; `tse` for Service Express", STANDARD("tsb")),
    ROW("planes.*.managementPlane", TEXT, EnvironmentPlane, resource_name, "name of its ManagementPlane resource", STANDARD("managementplane")),
    ROW("planes.*.permanentName", TEXT, EnvironmentPlane, permanent_name, "the plane's own DNS name", MUST, EXAMPLE("mp1.tsb.example.com")),
    ROW("planes.*.clusterUID", TEXT, EnvironmentPlane, cluster_uid, "uid of the namespace kube-system; another cluster is refused", EXAMPLE("5e0c3b3e-0f7a-4d6c-8a57-0c9d6a4b1f10")),
    GROUP("planes.*.install", "how helm installs it, for `restore` and `install`"),
    ROW("planes.*.install.chart", TEXT, EnvironmentPlane, install.chart, "the chart, in helm's words: repo/name, oci://..., or a path", MUST, EXAMPLE("tetrate-tsb-helm/managementplane")),
    ROW("planes.*.install.version", TEXT, EnvironmentPlane, install.version, "its version; left out, the latest", EXAMPLE("1.12.0")),
    ROW("planes.*.install.values", FILE, EnvironmentPlane, install.values, "values for this cluster; a restore puts them over those of the backup", EXAMPLE("mp2-values.yaml")),
    ROW("planes.*.install.release", TEXT, EnvironmentPlane, install.release, "name of the release", STANDARD("managementplane")),
    LIST("planes.*.postgres", EnvironmentPlane, postgres, postgres_count, PostgresEndpoint, "its Postgres instances in index order: kubegres promotes the lowest ready one", MUST, .lowest = 1),
    GROUP("planes.*.postgres[]", "an instance"),
    ROW("planes.*.postgres[].name", TEXT, PostgresEndpoint, name, "name of its StatefulSet", MUST, EXAMPLE("tsb-postgres-1")),
    {.path = "planes.*.postgres[].address", .type = ROW_DATABASE, .what = "ip or ip:port that reaches it from here", MUST, EXAMPLE("10.0.1.11:5432")},
    ROW("active", PLANE, Environment, active, "which plane is the active now; left out, it is found by looking", EXAMPLE("mp1")),

    LIST("controlPlanes", Environment, control_planes, control_plane_count, EnvironmentControlPlane, "the control planes that use the floating name", MUST),
    GROUP("controlPlanes[]", "a control plane"),
    ROW("controlPlanes[].name", TEXT, EnvironmentControlPlane, name, "the cluster's name in TSB", MUST, EXAMPLE("cp-0001")),
    ROW("controlPlanes[].context", TEXT, EnvironmentControlPlane, context, "its kubeconfig context; left out, the name", EXAMPLE("cp-0001")),
    ROW("controlPlanes[].namespace", TEXT, EnvironmentControlPlane, ns, "where its control plane runs", STANDARD("istio-system")),
    ROW("controlPlanes[].resolver", SERVER, EnvironmentControlPlane, resolver, "ip:port of the cluster's own resolver: shows DNS as its edge sees it", EXAMPLE("10.1.0.10:53")),

    GROUP("frontEnvoy", "how TSB's API is reached, behind each plane's load balancer", MUST),
    ROW("frontEnvoy.port", PORT, Environment, front.port, "its port", STANDARD("8443"), .lowest = 1),
    ROW("frontEnvoy.caFile", FILE, Environment, front.ca_file, "the authority of its certificate; left out, the system's", EXAMPLE("ca.pem")),
    ROW("frontEnvoy.user", TEXT, Environment, front.user, "a TSB user who may read", STANDARD("admin")),
    ROW("frontEnvoy.passwordFile", FILE, Environment, front.password_file, "a file that holds the user's password; needed unless there is a tokenFile", EXAMPLE("admin-password")),
    ROW("frontEnvoy.login", EITHER, Environment, front.uses_token, "HTTP Basic with every request, or a token", STANDARD("basic"), .choices = LOGINS),
    ROW("frontEnvoy.tokenFile", FILE, Environment, front.token_file, "with `login: token`: a file that holds the JWT; read again when it is refused", EXAMPLE("tsb-token")),
    ROW("frontEnvoy.loginPath", TEXT, Environment, front.login_path, "with `login: token` and no tokenFile: where user and password are exchanged for a token (IAM's Authenticate; its path is not documented)", EXAMPLE("/v2/login")),

    GROUP("postgres", "how the databases are reached", MUST),
    ROW("postgres.user", TEXT, Environment, postgres.user, "a role with LOGIN and pg_monitor", STANDARD("postgres")),
    ROW("postgres.passwordFile", FILE, Environment, postgres.password_file, "a file that holds the role's password", MUST, EXAMPLE("postgres-password")),
    ROW("postgres.database", TEXT, Environment, postgres.database, "the database to connect to", STANDARD("postgres")),
    ROW("postgres.sslmode", WORD, Environment, postgres.sslmode, "as libpq's", STANDARD("verify-full"), .choices = SSL_MODES),
    ROW("postgres.caFile", FILE, Environment, postgres.ca_file, "the authority of the servers' certificates", EXAMPLE("ca.pem")),
    ROW("postgres.clientCertificateFile", FILE, Environment, postgres.certificate_file, "the certificate that we show; TSB's embedded Postgres asks for one (kubegres' pg_hba.conf: clientcert=verify-ca)", EXAMPLE("postgres.pem"), .beside = "clientKeyFile"),
    ROW("postgres.clientKeyFile", FILE, Environment, postgres.key_file, "its key, readable by nobody else", EXAMPLE("postgres.key"), .beside = "clientCertificateFile"),

    GROUP("standby", "how the standby comes to its data"),
    ROW("standby.fedBy", EITHER, Environment, standby.is_fed_by_restore, "it replicates, or the active's dumps are restored into it again and again", STANDARD("replication"), .choices = FEEDS),
    ROW("standby.restoreCronJob", TEXT, Environment, standby.restore_cronjob, "the CronJob that does that", STANDARD("tsb-restore")),

    GROUP("elasticsearch", "TSB's metrics; without it TSB goes on, so that a procedure only warns"),
    ROW("elasticsearch.url", TEXT, Environment, elastic.url, "where it is", MUST, EXAMPLE("https://10.3.0.20:9200")),
    ROW("elasticsearch.address", TEXT, Environment, elastic.address, "the ip to connect to, where the URL has a name that the zone does not know", EXAMPLE("10.3.0.20")),
    ROW("elasticsearch.caFile", FILE, Environment, elastic.ca_file, "the authority of its certificate; left out, the system's", EXAMPLE("es-ca.pem")),
    ROW("elasticsearch.user", TEXT, Environment, elastic.user, "a user who may see the cluster's health", STANDARD("elastic")),
    ROW("elasticsearch.passwordFile", FILE, Environment, elastic.password_file, "a file that holds the user's password; left out, it is asked without", EXAMPLE("elastic-password")),

    {.path = "dns", .type = ROW_GROUP, AT(Environment, dns), MUST, .what = "the zone of the names, and who changes them"},
    ROW("dns.provider", CHOICE, EnvironmentDns, provider, "who changes the names", STANDARD("rfc2136"), .choices = DNS_PROVIDERS),
    ROW("dns.zone", TEXT, EnvironmentDns, zone, "the zone that holds the names", MUST, EXAMPLE("example.com")),
    LIST("dns.servers", EnvironmentDns, servers, server_count, DnsServerAddress, "every authoritative name server; the first takes updates", MUST, .lowest = 1),
    {.path = "dns.servers[]", .type = ROW_SERVER, .what = "ip or ip:port", EXAMPLE("10.2.0.53:53")},
    ROW("dns.records", EITHER, EnvironmentDns, uses_addresses, "what the names are made of", STANDARD("cname"), .choices = RECORDS),
    ROW("dns.ttl", SECONDS, EnvironmentDns, ttl_s, "TTL of what is written; left out, the TTL stays", EXAMPLE("60s")),
    ROW("dns.patience", DURATION, EnvironmentDns, patience_ms, "how long a change that was accepted may take to show; left out, as the provider needs", EXAMPLE("0s")),
    ROW("dns.keyFile", FILE, EnvironmentDns, key_file, "the TSIG key, as tsig-keygen writes it", MUST, EXAMPLE("tsig.key"), .provider = "rfc2136"),
    GROUP("dns.hook", "the program to run", MUST, .provider = "hook"),
    ROW("dns.hook.command", COMMAND, EnvironmentDns, hook.command, "the program and its words", MUST, EXAMPLE("./change-name.sh")),
    ROW("dns.hook.timeout", DURATION, EnvironmentDns, hook.timeout_ms, "it is killed if it has not ended by then", STANDARD("20s"), .lowest = 1),
    GROUP("dns.externaldns", "the DNSEndpoint that external-dns follows", MUST, .provider = "externaldns"),
    ROW("dns.externaldns.plane", PLANE, EnvironmentDns, external_dns.plane, "whose cluster external-dns looks at", MUST, EXAMPLE("mp1")),
    ROW("dns.externaldns.namespace", TEXT, EnvironmentDns, external_dns.ns, "of the DNSEndpoint; left out, the plane's", EXAMPLE("tsb")),
    ROW("dns.externaldns.endpoint", TEXT, EnvironmentDns, external_dns.endpoint, "name of the DNSEndpoint", STANDARD("understudy")),
    GROUP("dns.route53", "the hosted zone of Amazon Route 53", MUST, .provider = "route53"),
    ROW("dns.route53.zoneId", TEXT, EnvironmentDns, route53.zone_id, "its id", MUST, EXAMPLE("Z0123456789ABCDEFGHIJ")),
    ROW("dns.route53.region", TEXT, EnvironmentDns, route53.region, "the region that requests are signed for", STANDARD("us-east-1")),
    ROW("dns.route53.profile", TEXT, EnvironmentDns, route53.profile, "of the credentials file; left out, the environment's credentials, else AWS_PROFILE or `default`", EXAMPLE("failover")),
    ROW("dns.route53.credentialsFile", FILE, EnvironmentDns, route53.credentials_file, "left out, AWS_SHARED_CREDENTIALS_FILE, else ~/.aws/credentials", EXAMPLE("aws-credentials")),
    ROW("dns.route53.endpoint", TEXT, EnvironmentDns, route53.endpoint, "where the API is", STANDARD("https://route53.amazonaws.com")),
    ROW("dns.route53.caFile", FILE, EnvironmentDns, route53.ca_file, "the authority of its certificate; left out, the system's", EXAMPLE("ca.pem")),

    {.path = "backup", .type = ROW_GROUP, AT(Environment, backup), .what = "where backups go and who can read them, for `backup`; with it, failover and rejoin take theirs"},
    ROW("backup.folder", FILE, EnvironmentBackup, folder, "each backup is a folder of its own in it; keep it outside of both clusters", MUST, EXAMPLE("backups")),
    ROW("backup.recipientFile", FILE, EnvironmentBackup, recipient_file, "certificates (PEM): who has the key of one of them can read it", EXAMPLE("operations.pem")),
    ROW("backup.passwordFile", FILE, EnvironmentBackup, password_file, "a file with a password that opens it, too", EXAMPLE("backup-password")),
    ROW("backup.unencrypted", BOOL, EnvironmentBackup, is_unencrypted, "true: nothing in it is encrypted, and that is meant", STANDARD("false")),
    ROW("backup.keep", INTEGER, EnvironmentBackup, keep, "how many good ones are kept; 0: all", STANDARD("0")),
    ROW("backup.database", CHOICE, EnvironmentBackup, database, "by pg_dump from here, by a Job of the plane's own CronJob (its dump stays in the cluster), or not at all", STANDARD("dump"), .choices = BACKUP_DATABASES),
    ROW("backup.databaseName", TEXT, EnvironmentBackup, database_name, "the database that is dumped; left out, postgres.database", EXAMPLE("tsb")),
    ROW("backup.cronJob", TEXT, EnvironmentBackup, cron_job, "the CronJob of the plane's own dumps", STANDARD("backup-tsb-postgres")),
    ROW("backup.pgDump", TEXT, EnvironmentBackup, pg_dump, "the program, of the servers' major version or a later one", STANDARD("pg_dump")),
    ROW("backup.limit", DURATION, EnvironmentBackup, limit_ms, "how long a dump may take", STANDARD("30m"), .lowest = 1000),

    {.path = "policies", .type = ROW_GROUP, AT(Environment, policies), .what = "deadlines and limits"},
    POLICY("preflight", DURATION, preflight_ms, "5m", "limit of all checks before the first change"),
    POLICY("fence", DURATION, fence_ms, "2m", "limit for tsb and iam of the active to be gone"),
    POLICY("fenceStays", DURATION, fence_stays_ms, "10s", "how long they must stay gone before anything is promoted"),
    POLICY("drain", DURATION, drain_ms, "2m", "limit for the standby to replay everything"),
    POLICY("promote", DURATION, promote_ms, "30s", "limit for the patch to be read back"),
    POLICY("promoteStuck", DURATION, promote_stuck_ms, "310s", "when Postgres counts as stuck (kubegres gives up at 300 s)"),
    POLICY("services", DURATION, services_ms, "10m", "limit for TSB's services; moved while they progress"),
    POLICY("verify", DURATION, verify_ms, "2m", "limit for the new plane to prove itself"),
    POLICY("settle", DURATION, settle_ms, "3m", "limit for XCP central to have its configuration again"),
    POLICY("dns", DURATION, dns_ms, "1m", "limit for a changed record, beside its old TTL"),
    POLICY("kick", DURATION, kick_ms, "1m", "limit for the old front envoy to be gone"),
    POLICY("reconnect", DURATION, reconnect_ms, "1300s", "limit for control planes to come by themselves"),
    POLICY("reconnectQuiet", DURATION, reconnect_quiet_ms, "700s", "no progress for so long: help those that are missing (edges sync every 10 minutes)"),
    POLICY("remediate", DURATION, remediate_ms, "5m", "limit for the help"),
    POLICY("poll", DURATION, poll_ms, "2s", "between two looks", .lowest = 1),
    POLICY("replicationLagMax", SIZE, replication_lag_max, "64MiB", "lag that a planned failover may start with"),
    POLICY("receiverSilenceMax", DURATION, receiver_silence_max_ms, "60s", "silence of a healthy walreceiver"),
    POLICY("clockSkewMax", DURATION, clock_skew_max_ms, "60s", "difference of the clusters' clocks"),
    POLICY("cooldown", DURATION, cooldown_ms, "1h", "a failover so soon after the last one needs consent: planes that change places again and again help nobody"),
    POLICY("floatingTTLMax", DURATION, floating_ttl_max_ms, "5m", "a higher TTL is lowered first, and its old value waited for"),
    POLICY("fenceDebt", DURATION, fence_debt_ms, "10m", "how long an unplanned failover waits in the end for a lost active, to fence it"),
    POLICY("demote", DURATION, demote_ms, "5m", "how long the operator has to make an old primary a replica before `rejoin` asks, or seeds it anew"),
    POLICY("reseed", DURATION, reseed_ms, "30m", "limit for the base backups of a rejoin"),
    POLICY("feed", DURATION, feed_ms, "30m", "limit for each Job that dumps or restores, where that feeds the standby"),
    POLICY("backupAgeMax", DURATION, backup_age_max_ms, "24h", "a backup that is older is restored only with consent"),
    POLICY("restore", DURATION, restore_ms, "30m", "limit for loading a dump into the new plane's database"),
    POLICY("divergenceNoise", SIZE, divergence_noise, "16KiB", "log beyond the fork that is taken for an idle server's, where the rows it changed were not counted"),
    POLICY("lease", DURATION, lease_ms, "60s", "how long a silent engine keeps others out", .lowest = 1000),
    POLICY("leaseRenew", DURATION, lease_renew_ms, "10s", "how often the lease is renewed"),
    POLICY("width", INTEGER, width, "16", "how many control planes are asked at once", .lowest = 1),
};
/* clang-format on */

enum { ROW_COUNT = sizeof ROWS / sizeof *ROWS };

const EnvironmentRow *environment_row(int index)
{
    return index < 0 || index >= ROW_COUNT ? NULL : &ROWS[index];
}

const EnvironmentRow *environment_row_find(const char *path)
{
    for (int i = 0; i < ROW_COUNT; i++)
        if (strcmp(ROWS[i].path, path) == 0)
            return &ROWS[i];
    return NULL;
}

/* Its word if path is that of group, a dot and one word; else NULL. */
static const char *word_of(const char *path, const char *group)
{
    size_t length = strlen(group);

    if (strncmp(path, group, length) != 0 || (length && path[length] != '.'))
        return NULL;
    path += length ? length + 1 : 0;
    return strpbrk(path, ".*[") ? NULL : path;
}

const EnvironmentRow *environment_row_member(const char *path, const EnvironmentRow *previous)
{
    for (const EnvironmentRow *row = previous ? previous + 1 : ROWS; row < ROWS + ROW_COUNT; row++)
        if (word_of(row->path, path))
            return row;
    return NULL;
}

const char *environment_row_key(const EnvironmentRow *row)
{
    const char *dot = strrchr(row->path, '.');

    return dot ? dot + 1 : row->path;
}
