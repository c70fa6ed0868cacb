/*
 * engine/environment.c - the estate a procedure runs on, as its Environment file describes it.
 */
#include "engine/environment.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fields.h"
#include "base/file.h"
#include "base/memory.h"
#include "engine/environment_parts.h"

/* What lives as long as the Environment: the document its texts point into, and the texts made from it. */
typedef struct {
    YamlDocument *document;
    Arena arena;
} Owned;

typedef struct {
    const char *api_version, *kind;
    const cJSON *metadata, *planes, *control_planes, *front, *postgres, *dns, *policies;
    const char *kubeconfig, *organization, *floating_name, *active;
} Root;

static const Field ROOT_FIELDS[] = {
    {"apiVersion",    FIELD_TEXT, offsetof(Root, api_version),    true,  "understudy.dev/v1",              NULL},
    {"kind",          FIELD_TEXT, offsetof(Root, kind),           true,  "Environment",                    NULL},
    {"metadata",      FIELD_TREE, offsetof(Root, metadata),       false, "a name for reports",             NULL},
    {"kubeconfig",    FIELD_TEXT, offsetof(Root, kubeconfig),     false, "path of a kubeconfig",           NULL},
    {"organization",  FIELD_TEXT, offsetof(Root, organization),   true,  "the TSB organization",           NULL},
    {"floatingName",  FIELD_TEXT, offsetof(Root, floating_name),  true,
     "the name that control planes use",                                                                   NULL},
    {"active",        FIELD_TEXT, offsetof(Root, active),         false, "which plane is active now",      NULL},
    {"planes",        FIELD_TREE, offsetof(Root, planes),         true,  "both management planes",         NULL},
    {"controlPlanes", FIELD_TREE, offsetof(Root, control_planes), true,
     "the list of control planes",                                                                         NULL},
    {"frontEnvoy",    FIELD_TREE, offsetof(Root, front),          true,  "how to reach TSB's API",         NULL},
    {"postgres",      FIELD_TREE, offsetof(Root, postgres),       true,  "how to reach the databases",     NULL},
    {"dns",           FIELD_TREE, offsetof(Root, dns),            true,  "who changes the names, and how", NULL},
    {"policies",      FIELD_TREE, offsetof(Root, policies),       false, "deadlines and limits",           NULL},
};

typedef struct {
    const char *context, *ns, *resource_name, *permanent_name, *cluster_uid;
    const cJSON *postgres;
} PlaneFields;

static const Field PLANE_FIELDS[] = {
    {"context",         FIELD_TEXT, offsetof(PlaneFields, context),        true,
     "name the kubeconfig context of this plane",                                               NULL},
    {"namespace",       FIELD_TEXT, offsetof(PlaneFields, ns),             false, "tsb or tse", NULL},
    {"managementPlane", FIELD_TEXT, offsetof(PlaneFields, resource_name),  false,
     "name of the ManagementPlane resource",                                                    NULL},
    {"permanentName",   FIELD_TEXT, offsetof(PlaneFields, permanent_name), true,
     "give the plane's own DNS name",                                                           NULL},
    {"clusterUID",      FIELD_TEXT, offsetof(PlaneFields, cluster_uid),    false,
     "uid of the kube-system namespace",                                                        NULL},
    {"postgres",        FIELD_TREE, offsetof(PlaneFields, postgres),       true,
     "list its Postgres instances in index order",                                              NULL},
};

typedef struct {
    const char *name, *context, *ns, *address;
} EntryFields;

static const Field ENDPOINT_FIELDS[] = {
    {"name",    FIELD_TEXT, offsetof(EntryFields, name),    true,
     "name of the StatefulSet, tsb-postgres-1", NULL},
    {"address", FIELD_TEXT, offsetof(EntryFields, address), true,
     "ip:port that reaches it from here",       NULL},
};

static const Field CONTROL_PLANE_FIELDS[] = {
    {"name",      FIELD_TEXT, offsetof(EntryFields, name),    true,  "the cluster's name in TSB",    NULL},
    {"context",   FIELD_TEXT, offsetof(EntryFields, context), false, "its kubeconfig context",       NULL},
    {"namespace", FIELD_TEXT, offsetof(EntryFields, ns),      false, "where its control plane runs",
     NULL                                                                                                },
    {"resolver",  FIELD_TEXT, offsetof(EntryFields, address), false,
     "ip:port of the cluster's DNS resolver",                                                        NULL},
};

typedef struct {
    int64_t port;
    const char *ca_file, *user, *password_file;
} FrontFields;

static const Field FRONT_FIELDS[] = {
    {"port",         FIELD_INTEGER, offsetof(FrontFields, port),          false, "8443",             NULL},
    {"caFile",       FIELD_TEXT,    offsetof(FrontFields, ca_file),       false, "root certificate", NULL},
    {"user",         FIELD_TEXT,    offsetof(FrontFields, user),          false, "TSB user",         NULL},
    {"passwordFile", FIELD_TEXT,    offsetof(FrontFields, password_file), true,
     "a file that holds the user's password",                                                        NULL},
};

typedef struct {
    const char *user, *password_file, *database, *sslmode, *ca_file, *certificate_file, *key_file;
} PostgresFields;

static const Field POSTGRES_FIELDS[] = {
    {"user",                  FIELD_TEXT, offsetof(PostgresFields, user),             false, "database user",          NULL},
    {"passwordFile",          FIELD_TEXT, offsetof(PostgresFields, password_file),    true,
     "a file that holds the user's password",                                                                          NULL},
    {"database",              FIELD_TEXT, offsetof(PostgresFields, database),         false, "database to connect to",
     NULL                                                                                                                  },
    {"sslmode",               FIELD_TEXT, offsetof(PostgresFields, sslmode),          false,
     "verify-full, verify-ca, require",                                                                                NULL},
    {"caFile",                FIELD_TEXT, offsetof(PostgresFields, ca_file),          false, "root certificate",       NULL},
    {"clientCertificateFile", FIELD_TEXT, offsetof(PostgresFields, certificate_file), false,
     "the certificate that we show",                                                                                   NULL},
    {"clientKeyFile",         FIELD_TEXT, offsetof(PostgresFields, key_file),         false, "its key",                NULL},
};

#define POLICY(key, type, member, what)                                     \
    {                                                                       \
        key, type, offsetof(EnvironmentPolicies, member), false, what, NULL \
    }
static const Field POLICY_FIELDS[] = {
    POLICY("preflight", FIELD_DURATION, preflight_ms,
           "limit of all checks before the first change"),
    POLICY("fence", FIELD_DURATION, fence_ms, "limit for tsb and iam to be gone"),
    POLICY("fenceStays", FIELD_DURATION, fence_stays_ms, "how long the fence must hold"),
    POLICY("drain", FIELD_DURATION, drain_ms, "limit for the standby to replay everything"),
    POLICY("promote", FIELD_DURATION, promote_ms, "limit for the patch to be read back"),
    POLICY("promoteStuck", FIELD_DURATION, promote_stuck_ms, "when Postgres counts as stuck"),
    POLICY("services", FIELD_DURATION, services_ms,
           "limit for TSB's services, moved while they progress"),
    POLICY("verify", FIELD_DURATION, verify_ms, "limit for the new plane to prove itself"),
    POLICY("settle", FIELD_DURATION, settle_ms, "how long central gets to rebuild its cache"),
    POLICY("dns", FIELD_DURATION, dns_ms, "limit for a changed record, beside its old TTL"),
    POLICY("kick", FIELD_DURATION, kick_ms, "limit for the old front envoy to be gone"),
    POLICY("reconnect", FIELD_DURATION, reconnect_ms,
           "limit for control planes to come by themselves"),
    POLICY("reconnectQuiet", FIELD_DURATION, reconnect_quiet_ms,
           "no progress for so long: help those that are missing"),
    POLICY("remediate", FIELD_DURATION, remediate_ms,
           "limit for each control plane that needs help"),
    POLICY("poll", FIELD_DURATION, poll_ms, "between two looks"),
    POLICY("replicationLagMax", FIELD_SIZE, replication_lag_max,
           "lag that a planned failover may start with"),
    POLICY("receiverSilenceMax", FIELD_DURATION, receiver_silence_max_ms,
           "silence of a healthy walreceiver"),
    POLICY("clockSkewMax", FIELD_DURATION, clock_skew_max_ms, "difference of the clusters' clocks"),
    POLICY("fenceDebt", FIELD_DURATION, fence_debt_ms,
           "how long a lost active is waited for, to be fenced"),
    POLICY("demote", FIELD_DURATION, demote_ms,
           "how long the operator has to make an old primary a replica"),
    POLICY("reseed", FIELD_DURATION, reseed_ms, "limit for base backups of the old active"),
    POLICY("divergenceNoise", FIELD_SIZE, divergence_noise,
           "log that an idle primary writes by itself"),
    POLICY("lease", FIELD_DURATION, lease_ms, "how long a silent engine keeps the others out"),
    POLICY("leaseRenew", FIELD_DURATION, lease_renew_ms, "how often the lease is renewed"),
    POLICY("width", FIELD_INTEGER, width, "how many control planes are worked on at once"),
};
#undef POLICY

static const EnvironmentPolicies STANDARD_POLICIES = {
    .preflight_ms = 300000,
    .fence_ms = 120000,
    .fence_stays_ms = 10000,
    .drain_ms = 120000,
    .promote_ms = 30000,
    .promote_stuck_ms = 310000,
    .services_ms = 600000,
    .verify_ms = 120000,
    .settle_ms = 180000,
    .dns_ms = 60000,
    .kick_ms = 60000,
    .reconnect_ms = 1300000,
    .reconnect_quiet_ms = 700000, /* longer than the edges' resync interval of 10 min (F-615) */
    .remediate_ms = 300000,
    .poll_ms = 2000,
    .replication_lag_max = 64 << 20,
    .receiver_silence_max_ms = 60000,
    .clock_skew_max_ms = 60000,
    .floating_ttl_max_ms = 300000,
    .fence_debt_ms = 600000,
    .demote_ms = 300000,
    .reseed_ms = 1800000,
    .divergence_noise = 16 << 10,
    .lease_ms = 60000,
    .lease_renew_ms = 10000,
    .width = 16,
};

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static Owned *owned_of(const Environment *environment)
{
    return environment->owned;
}

const YamlDocument *environment_document(const Environment *environment)
{
    return owned_of(environment)->document;
}

Arena *environment_arena(const Environment *environment)
{
    return &owned_of(environment)->arena;
}

const char *environment_path(Environment *environment, const char *name)
{
    char *path;
    const char *kept;

    if (!name)
        return NULL;
    path = file_beside(environment->file, name);
    kept = arena_text(environment_arena(environment), path);
    free(path);
    return kept;
}

bool environment_read_address(const Environment *environment, const cJSON *node, const char *text,
                              DnsServerAddress *out_address, Error *err)
{
    Error why = {0};

    return dns_address_parse(text, out_address, &why) ||
           yaml_error(environment_document(environment), node, err, "%s", why.message);
}

enum { POSTGRES_PORT = 5432 };

/* As a name server's address, but for the port that is meant if none is there. */
static bool read_database(const YamlDocument *document, const cJSON *node, const char *text,
                          DnsServerAddress *out_address, Error *err)
{
    bool has_port = *text == '[' ? strstr(text, "]:") != NULL
                                 : strchr(text, ':') && strchr(text, ':') == strrchr(text, ':');

    if (!dns_address_parse(text, out_address, NULL))
        return yaml_error(document, node, err,
                          "\"%s\" is not the address of a database; write 192.0.2.11 or "
                          "192.0.2.11:5432",
                          text);
    if (!has_port)
        out_address->port = POSTGRES_PORT;
    return true;
}

static bool read_endpoints(Environment *environment, const cJSON *list, EnvironmentPlane *plane,
                           Error *err)
{
    YamlDocument *document = owned_of(environment)->document;
    const cJSON *node;

    if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) == 0)
        return yaml_error(document, list, err, "planes.%s.postgres: expected a list of instances",
                          plane->name);
    plane->postgres = arena_new(&owned_of(environment)->arena,
                                (size_t)cJSON_GetArraySize(list) * sizeof *plane->postgres);
    cJSON_ArrayForEach(node, list)
    {
        EntryFields fields = {0};
        DnsServerAddress address;

        if (!fields_read(document, node, "postgres", ENDPOINT_FIELDS, COUNT(ENDPOINT_FIELDS),
                         &fields, err) ||
            !read_database(document, node, fields.address, &address, err))
            return false;
        plane->postgres[plane->postgres_count++] =
            (PostgresEndpoint){fields.name, arena_text(&owned_of(environment)->arena, address.ip),
                               address.port};
    }
    return true;
}

static bool read_plane(Environment *environment, const cJSON *node, EnvironmentPlane *plane,
                       Error *err)
{
    PlaneFields fields = {.ns = "tsb", .resource_name = "managementplane"};

    if (!fields_read(owned_of(environment)->document, node, node->string, PLANE_FIELDS,
                     COUNT(PLANE_FIELDS), &fields, err))
        return false;
    plane->name = node->string;
    plane->context = fields.context;
    plane->ns = fields.ns;
    plane->resource_name = fields.resource_name;
    plane->permanent_name = fields.permanent_name;
    plane->cluster_uid = fields.cluster_uid;
    return read_endpoints(environment, fields.postgres, plane, err);
}

static bool read_planes(Environment *environment, const Root *root, const cJSON *whole, Error *err)
{
    YamlDocument *document = owned_of(environment)->document;
    const cJSON *active = cJSON_GetObjectItemCaseSensitive(whole, "active");
    int index = 0;
    const cJSON *node;

    if (!cJSON_IsObject(root->planes) || cJSON_GetArraySize(root->planes) != 2)
        return yaml_error(document, root->planes, err,
                          "planes: expected exactly two, the active and the standby");
    environment->active = -1;
    cJSON_ArrayForEach(node, root->planes)
    {
        if (root->active && strcmp(node->string, root->active) == 0)
            environment->active = index;
        if (!read_plane(environment, node, &environment->planes[index++], err))
            return false;
    }
    if (root->active && environment->active < 0)
        return yaml_error(document, active, err, "active: \"%s\" is not one of planes (%s, %s)",
                          root->active, environment->planes[0].name, environment->planes[1].name);
    return true;
}

static bool read_control_planes(Environment *environment, const cJSON *list, Error *err)
{
    YamlDocument *document = owned_of(environment)->document;
    const cJSON *node;

    if (!cJSON_IsArray(list))
        return yaml_error(document, list, err, "controlPlanes: expected a list");
    environment->control_planes =
        arena_new(&owned_of(environment)->arena,
                  (size_t)(cJSON_GetArraySize(list) + 1) * sizeof *environment->control_planes);
    cJSON_ArrayForEach(node, list)
    {
        EntryFields fields = {.ns = "istio-system"};
        EnvironmentControlPlane *site =
            &environment->control_planes[environment->control_plane_count++];

        if (!fields_read(document, node, "controlPlanes", CONTROL_PLANE_FIELDS,
                         COUNT(CONTROL_PLANE_FIELDS), &fields, err))
            return false;
        site->name = fields.name;
        site->context = fields.context ? fields.context : fields.name;
        site->ns = fields.ns;
        if (fields.address &&
            !environment_read_address(environment, node, fields.address, &site->resolver, err))
            return false;
    }
    return true;
}

static bool read_front(Environment *environment, const cJSON *node, Error *err)
{
    YamlDocument *document = owned_of(environment)->document;
    FrontFields fields = {.port = 8443, .user = "admin"};

    if (!fields_read(document, node, "frontEnvoy", FRONT_FIELDS, COUNT(FRONT_FIELDS), &fields, err))
        return false;
    if (fields.port < 1 || fields.port > 65535)
        return yaml_error(document, node, err, "frontEnvoy.port: expected 1 to 65535");
    environment->front.port = (uint16_t)fields.port;
    environment->front.ca_file = environment_path(environment, fields.ca_file);
    environment->front.user = fields.user;
    environment->front.password_file = environment_path(environment, fields.password_file);
    return true;
}

static bool read_postgres(Environment *environment, const cJSON *node, Error *err)
{
    PostgresFields fields = {.user = "postgres", .database = "postgres", .sslmode = "verify-full"};

    if (!fields_read(owned_of(environment)->document, node, "postgres", POSTGRES_FIELDS,
                     COUNT(POSTGRES_FIELDS), &fields, err))
        return false;
    if ((fields.certificate_file == NULL) != (fields.key_file == NULL))
        return yaml_error(owned_of(environment)->document, node, err,
                          "postgres: clientCertificateFile and clientKeyFile go together");
    environment->postgres.user = fields.user;
    environment->postgres.password_file = environment_path(environment, fields.password_file);
    environment->postgres.database = fields.database;
    environment->postgres.sslmode = fields.sslmode;
    environment->postgres.ca_file = environment_path(environment, fields.ca_file);
    environment->postgres.certificate_file = environment_path(environment, fields.certificate_file);
    environment->postgres.key_file = environment_path(environment, fields.key_file);
    return true;
}

/* Values that each are of the right type, and with which no run could work. */
static bool check_policies(const YamlDocument *document, const cJSON *mapping,
                           const EnvironmentPolicies *policies, Error *err)
{
    if (policies->width < 1)
        return yaml_error(document, mapping, err, "policies.width: expected at least 1");
    if (policies->poll_ms < 1)
        return yaml_error(document, mapping, err, "policies.poll: expected more than 0s");
    if (policies->lease_ms < 1000)
        return yaml_error(document, mapping, err, "policies.lease: expected at least 1s");
    return policies->lease_renew_ms < policies->lease_ms ||
           yaml_error(
               document, mapping, err,
               "policies.leaseRenew: expected less than policies.lease, or the lease expires "
               "between two renewals");
}

void environment_standard_policies(EnvironmentPolicies *out_policies)
{
    *out_policies = STANDARD_POLICIES;
}

bool environment_read_policies(const YamlDocument *document, const cJSON *mapping,
                               EnvironmentPolicies *policies, Error *err)
{
    return fields_read(document, mapping, "policies", POLICY_FIELDS, COUNT(POLICY_FIELDS), policies,
                       err) &&
           check_policies(document, mapping, policies, err);
}

static bool read_policies(Environment *environment, const cJSON *node, Error *err)
{
    environment->policies = STANDARD_POLICIES;
    return !node || environment_read_policies(owned_of(environment)->document, node,
                                              &environment->policies, err);
}

static bool read_root(Environment *environment, Error *err)
{
    YamlDocument *document = owned_of(environment)->document;
    cJSON *whole = yaml_root(document);
    Root root = {0};

    if (!fields_read(document, whole, "", ROOT_FIELDS, COUNT(ROOT_FIELDS), &root, err))
        return false;
    if (strcmp(root.kind, "Environment") != 0 || strcmp(root.api_version, "understudy.dev/v1") != 0)
        return yaml_error(document, whole, err,
                          "expected kind Environment of understudy.dev/v1, found %s of %s",
                          root.kind, root.api_version);
    environment->name = json_string_or(root.metadata, "name", "environment");
    environment->kubeconfig = environment_path(environment, root.kubeconfig);
    environment->organization = root.organization;
    environment->floating_name = root.floating_name;
    return read_planes(environment, &root, whole, err) &&
           read_control_planes(environment, root.control_planes, err) &&
           read_front(environment, root.front, err) &&
           read_postgres(environment, root.postgres, err) &&
           environment_read_dns(environment, root.dns, err) &&
           read_policies(environment, root.policies, err) &&
           environment_check_dns(environment, root.dns, err);
}

bool environment_read(const char *path, Environment *out_environment, Error *err)
{
    Owned *owned = MEMORY_NEW(Owned);

    *out_environment = (Environment){.owned = owned};
    out_environment->file = arena_text(&owned->arena, path);
    if (yaml_read(path, &owned->document, err) && read_root(out_environment, err))
        return true;
    environment_release(out_environment);
    return false;
}

void environment_release(Environment *environment)
{
    Owned *owned = environment->owned;

    if (owned) {
        yaml_free(owned->document);
        arena_release(&owned->arena);
        free(owned);
    }
    *environment = (Environment){0};
}
