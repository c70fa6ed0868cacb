/*
 * sim/operators/chart.c - TSB's management plane chart: what helm makes of it at once, and what it takes away again. The rest is the operator's.
 */
#include "sim/operators/chart.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "sim/definitions.h"
#include "sim/objects.h"
#include "sim/operators/foundation.h"

static const char HELM[] = "helm";
static const char RESOURCE[] = "managementplane";

/* ---- secrets ------------------------------------------------------------------------------------------------------------------------- */

/* A key of a Secret, the value that it comes from, and the one without which there is no such Secret. */
typedef struct {
    const char *secret, *key, *value, *with;
    bool is_tls;
} SecretRow;

static const char CERT[] = "secrets/tsb/cert", CENTRAL[] = "secrets/xcp/central/cert",
                  ADMIN[] = "secrets/tsb/adminPassword", ROOT[] = "secrets/xcp/rootca",
                  ELASTIC[] = "secrets/elasticsearch/username",
                  ELASTIC_CA[] = "secrets/elasticsearch/cacert";

static const SecretRow SECRETS[] = {
    {"tsb-certs",           "tls.crt",  CERT,                             CERT,       true },
    {"tsb-certs",           "tls.key",  "secrets/tsb/key",                CERT,       true },
    {"tsb-certs",           "ca.crt",   ROOT,                             CERT,       true },
    {"xcp-central-cert",    "tls.crt",  CENTRAL,                          CENTRAL,    true },
    {"xcp-central-cert",    "tls.key",  "secrets/xcp/central/key",        CENTRAL,    true },
    {"xcp-central-cert",    "ca.crt",   ROOT,                             CENTRAL,    true },
    {"admin-credentials",   "admin",    ADMIN,                            ADMIN,      false},
    {"elastic-credentials", "username", ELASTIC,                          ELASTIC,    false},
    {"elastic-credentials", "password", "secrets/elasticsearch/password", ELASTIC,    false},
    {"es-certs",            "ca.crt",   ELASTIC_CA,                       ELASTIC_CA, false},
};
enum { SECRET_COUNT = sizeof SECRETS / sizeof *SECRETS };

static const char TLS[] = "{'metadata':{'name':'%s','labels':{"
                          "'app.kubernetes.io/managed-by':'Helm'}},'type':'kubernetes.io/tls',"
                          "'data':{'tls.crt':'','tls.key':''}}";
static const char OPAQUE[] = "{'metadata':{'name':'%s','labels':{"
                             "'app.kubernetes.io/managed-by':'Helm'}},'type':'Opaque'}";

static void put_secret(Plane *plane, const SecretRow *row, const char *text)
{
    char *encoded = json_base64(text, strlen(text));
    cJSON *patch = cJSON_CreateObject();

    if (!kube_find(plane->cluster, "secrets", plane->ns, row->secret))
        object_create(plane->cluster, "secrets", plane->ns, HELM,
                      object_format(row->is_tls ? TLS : OPAQUE, row->secret));
    cJSON_AddStringToObject(cJSON_AddObjectToObject(patch, "data"), row->key, encoded);
    object_merge(plane->cluster, "secrets", plane->ns, row->secret, HELM, patch);
    free(encoded);
}

static void put_secrets(Plane *plane, const cJSON *values)
{
    static const SecretRow DATABASE = {"postgres-credentials", "config.yaml", "", "", false};
    const char *user = json_string_or(values, "secrets/postgres/username", "");
    char *database = memory_format("data:\n  username: %s\n  password: %s\n", user,
                                   json_string_or(values, "secrets/postgres/password", ""));

    for (int i = 0; i < SECRET_COUNT; i++) {
        const char *text = json_string(values, SECRETS[i].value);

        if (text && json_string(values, SECRETS[i].with))
            put_secret(plane, &SECRETS[i], text);
    }
    if (*user)
        put_secret(plane, &DATABASE, database);
    free(database);
}

static bool is_foreign(const Plane *plane, const char *name)
{
    const cJSON *secret = kube_find(plane->cluster, "secrets", plane->ns, name);
    const cJSON *owner = cJSON_GetObjectItemCaseSensitive(json_find(secret, "metadata/labels"),
                                                          "app.kubernetes.io/managed-by");

    return secret && !(cJSON_IsString(owner) && strcmp(owner->valuestring, "Helm") == 0);
}

const char *chart_finds_foreign(const Plane *plane, const cJSON *values)
{
    for (int i = 0; i < SECRET_COUNT; i++)
        if (json_string(values, SECRETS[i].with) && is_foreign(plane, SECRETS[i].secret))
            return SECRETS[i].secret;
    return json_has(values, "secrets/postgres/username") &&
                   is_foreign(plane, "postgres-credentials")
               ? "postgres-credentials"
               : NULL;
}

/* ---- the ManagementPlane --------------------------------------------------------------------------------------------------------------- */

static cJSON *spec_of(const cJSON *values)
{
    cJSON *spec = cJSON_Duplicate(json_find(values, "spec"), true);

    json_put_string(spec, "hub", json_string_or(values, "image/registry", ""));
    return spec;
}

static void put_management_plane(Plane *plane, const cJSON *values)
{
    cJSON *object = plane_resource(plane)
                        ? cJSON_CreateObject()
                        : object_format("{'apiVersion':'install.tetrate.io/v1alpha1',"
                                        "'kind':'ManagementPlane','metadata':{'name':'%s'}}",
                                        RESOURCE);

    json_put(object, "spec", spec_of(values));
    if (plane_resource(plane))
        object_merge(plane->cluster, "managementplanes", plane->ns, RESOURCE, HELM, object);
    else
        object_create(plane->cluster, "managementplanes", plane->ns, HELM, object);
}

bool chart_install(Plane *plane, const cJSON *values, Error *err)
{
    static const char *const NEEDED[] = {"image/registry", "spec/organization"};

    for (size_t i = 0; i < sizeof NEEDED / sizeof *NEEDED; i++)
        if (!json_string(values, NEEDED[i]))
            return error_set(err, ERR_INPUT, "%s is required", NEEDED[i]);
    if (!kube_find(plane->cluster, "namespaces", NULL, plane->ns))
        object_namespace(plane->cluster, plane->ns);
    definitions_plane(plane->cluster);
    put_secrets(plane, values);
    plane_operator_make(plane);
    put_management_plane(plane, values);
    return true;
}

void chart_uninstall(Plane *plane)
{
    object_delete(plane->cluster, "managementplanes", plane->ns, RESOURCE);
    object_delete(plane->cluster, "deployments", plane->ns, "tsb-operator-management-plane");
    for (int i = 0; i < SECRET_COUNT; i++)
        if (!is_foreign(plane, SECRETS[i].secret))
            object_delete(plane->cluster, "secrets", plane->ns, SECRETS[i].secret);
    if (!is_foreign(plane, "postgres-credentials"))
        object_delete(plane->cluster, "secrets", plane->ns, "postgres-credentials");
}

/* ---- values ------------------------------------------------------------------------------------------------------------------------------ */

static void put_certificates(const Plane *plane, cJSON *values)
{
    const char *ca = pki_ca_pem(plane->world->pki);

    json_put_string(values, "secrets/tsb/cert", certificate_pem(plane->certificate));
    json_put_string(values, "secrets/tsb/key", certificate_key_pem(plane->certificate));
    json_put_bool(values, "secrets/xcp/autoGenerateCerts", false);
    json_put_string(values, "secrets/xcp/central/cert",
                    certificate_pem(plane->central_certificate));
    json_put_string(values, "secrets/xcp/central/key",
                    certificate_key_pem(plane->central_certificate));
    json_put_string(values, "secrets/xcp/rootca", ca);
    json_put_string(values, "secrets/elasticsearch/cacert", ca);
}

cJSON *chart_cluster_values(const Plane *plane)
{
    cJSON *values = cJSON_CreateObject();

    put_certificates(plane, values);
    json_remove(values, "secrets/elasticsearch");
    return values;
}

static cJSON *base_values(const World *world)
{
    return object_format(
        "{'image':{'registry':'containers.dl.tetrate.io','tag':'1.12.0'},"
        "'secrets':{'tsb':{'adminPassword':'%s'},"
        "'postgres':{'username':'tsb','password':'%s'},"
        "'elasticsearch':{'username':'elastic','password':'%s'}},"
        "'spec':{'organization':'%s',"
        "'components':{'frontEnvoy':{'port':%lld},'internalCertProvider':{'certManager':"
        "{'managed':'EXTERNAL'}}},'dataStore':{'embeddedPostgres':{'name':'tsb',"
        "'storageSize':'50Gi','backupStorageSize':'10Gi','backupCronSchedule':'0 2 * * */1'}},"
        "'tokenIssuer':{'jwt':{'expiration':'3600s','signingKeysSecret':'iam-signing-key'}}}}",
        world->admin_password, world->postgres_password, world->postgres_password,
        world->parameters.organization, (long long)world->parameters.front_port);
}

cJSON *chart_values(const Plane *plane, const char *host)
{
    cJSON *values = base_values(plane->world);

    put_certificates(plane, values);
    if (host)
        json_put(values, "spec/highAvailability/standby/activeMpSynchronizationEndpoint",
                 object_format("{'host':'%s','port':%lld,'selfSigned':true}", host,
                               (long long)plane->world->parameters.front_port));
    else
        json_put_bool(values, "spec/highAvailability/active/exposeEmbeddedPostgresInFrontEnvoy",
                      true);
    return values;
}
