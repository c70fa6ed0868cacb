/*
 * engine/environment.h - the estate a procedure runs on, as its Environment file describes it.
 *
 * A person writes it for live clusters; a simulated world writes its own; the engine cannot tell which. Format and every field:
 * docs/environment.md. Secrets are named by file, never written in it.
 *
 * Units:     durations in ms (in the file as "90s"), sizes in bytes ("16MiB").
 * Ownership: an Environment owns its texts.
 */
#ifndef ENGINE_ENVIRONMENT_H
#define ENGINE_ENVIRONMENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/yaml.h"
#include "engine/clients/dns.h"

typedef struct {
    const char *name; /* "tsb-postgres-1" */
    const char *ip;
    uint16_t port;
} PostgresEndpoint;

typedef struct {
    const char *name;           /* "mp1" */
    const char *context;        /* kubeconfig context */
    const char *ns;             /* "tsb" or "tse" */
    const char *resource_name;  /* of the ManagementPlane: "managementplane" */
    const char *permanent_name; /* "mp1.tsb.example.com" */
    PostgresEndpoint *postgres; /* in index order: kubegres promotes the lowest ready */
    size_t postgres_count;
    const char *cluster_uid; /* kube-system's uid if the file pins it, or NULL */
    struct {                 /* how helm installs it; chart NULL: it cannot be */
        const char *chart, *version, *values, *release;
    } install;
} EnvironmentPlane;

typedef struct {
    const char *name; /* TSB cluster name: "cp-0001" */
    const char *context;
    const char *ns; /* "istio-system" */
    DnsServerAddress
        resolver; /* the cluster's own resolver, to see DNS as its edge sees it; port 0: unknown */
} EnvironmentControlPlane;

typedef struct {
    int64_t preflight_ms, fence_ms, fence_stays_ms, drain_ms, promote_ms, services_ms, verify_ms,
        settle_ms, dns_ms, kick_ms, reconnect_ms, reconnect_quiet_ms,
        remediate_ms;            /* deadlines of the steps; *_stays, settle: how long */
    int64_t promote_stuck_ms;    /* kubegres declares it stuck: 310 s */
    int64_t poll_ms;             /* between two looks */
    int64_t replication_lag_max; /* bytes at preflight */
    int64_t receiver_silence_max_ms;
    int64_t clock_skew_max_ms;
    int64_t cooldown_ms;         /* since the last failover; sooner, the next one needs consent */
    int64_t floating_ttl_max_ms; /* lower the TTL first if it is above */
    int64_t fence_debt_ms;       /* how long a lost active is waited for, to be fenced */
    int64_t demote_ms;           /* how long the operator has to make an old primary a replica */
    int64_t feed_ms;             /* for each Job that dumps or restores */
    int64_t backup_age_max_ms;   /* an older one is restored only with consent */
    int64_t restore_ms;          /* for loading a dump */
    int64_t reseed_ms;           /* for a base backup of each plane's database */
    int64_t divergence_noise;    /* log that an idle primary writes by itself, bytes */
    int64_t lease_ms, lease_renew_ms;
    int64_t width; /* how many control planes at once */
} EnvironmentPolicies;

/* Who changes the names (engine/providers). */
typedef enum {
    ENVIRONMENT_DNS_RFC2136,
    ENVIRONMENT_DNS_HOOK,
    ENVIRONMENT_DNS_MANUAL,
    ENVIRONMENT_DNS_EXTERNAL_DNS,
    ENVIRONMENT_DNS_ROUTE53
} EnvironmentDnsProvider;

typedef struct {
    EnvironmentDnsProvider provider;
    const char *zone;
    DnsServerAddress *servers; /* every authoritative one; the first takes updates */
    size_t server_count;
    bool uses_addresses;  /* records are A instead of CNAME (X7) */
    uint32_t ttl_s;       /* of what we write; 0: keep */
    int64_t patience_ms;  /* how long a change that was accepted may take to show */
    const char *key_file; /* rfc2136 */
    struct {
        const char *const *command; /* NULL-ended words */
        int64_t timeout_ms;
    } hook;
    struct {
        int plane; /* whose cluster external-dns looks at: index of planes */
        const char *ns, *endpoint;
    } external_dns;
    struct {
        const char *zone_id, *region, *endpoint;
        const char *profile, *credentials_file,
            *ca_file; /* NULL: as AWS's own tools; the system's */
    } route53;
} EnvironmentDns;

/* How the database is backed up. */
typedef enum {
    ENVIRONMENT_BACKUP_BY_DUMP,
    ENVIRONMENT_BACKUP_BY_JOB,
    ENVIRONMENT_BACKUP_NOT
} EnvironmentBackupDatabase;

/* Where backups go, and who can read them (engine/backup). */
typedef struct {
    const char *folder; /* NULL: none are taken unless somebody orders one */
    const char *recipient_file, *password_file; /* or NULL */
    bool is_unencrypted;                        /* and that is meant */
    int64_t keep;                               /* so many good ones; 0: all */
    EnvironmentBackupDatabase database;
    const char *database_name, *cron_job, *pg_dump;
    int64_t limit_ms;
} EnvironmentBackup;

typedef struct {
    const char *file;
    const char *api_version, *kind;
    const char *name;
    const char *kubeconfig; /* path, or NULL for the usual rules */
    const char *organization;
    const char *floating_name;
    EnvironmentPlane planes[2];
    int active; /* index of the plane that is the active, if the file says so; -1: it is looked for */
    EnvironmentControlPlane *control_planes;
    size_t control_plane_count;
    struct {
        uint16_t port; /* 8443 or 443 */
        const char *ca_file, *user, *password_file;
        bool uses_token;                     /* x-tetrate-token, instead of user and password */
        const char *token_file, *login_path; /* where it comes from: one of the two; or NULL */
    } front;
    struct {
        const char *user, *password_file, *database, *sslmode, *ca_file;
        const char *certificate_file, *key_file; /* what we show; both or none */
    } postgres;
    struct {
        bool is_fed_by_restore;      /* not by replication */
        const char *restore_cronjob; /* the dumps it restores are made by backup.cron_job */
    } standby;
    struct {
        const char *url;     /* NULL: there is none to look at */
        const char *address; /* to connect to, where the URL has a name; NULL: DNS tells */
        const char *ca_file, *user, *password_file;
    } elastic;
    EnvironmentDns dns;
    EnvironmentBackup backup;
    EnvironmentPolicies policies;
    void *owned; /* the document the texts live in */
} Environment;

/* Fails with ERR_INPUT: "environment.yaml:12:5: planes.mp2.context: missing; name the kubeconfig context of this plane". */
bool environment_read(const char *path, Environment *out_environment, Error *err);
void environment_release(Environment *environment);

/* What holds where a file says nothing. */
void environment_standard_policies(EnvironmentPolicies *out_policies);
/* Reads a `policies:` mapping over what is there: of this file, or of a scenario's `run:`. ERR_INPUT with the place. */
bool environment_read_policies(const YamlDocument *document, const cJSON *mapping,
                               EnvironmentPolicies *policies, Error *err);

#endif
