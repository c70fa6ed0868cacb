/*
 * sim/files.c - the folder of a world: what a client needs to find its way in it.
 *
 * kubeconfig and environment.yaml are written as JSON, which is YAML, one entry a line: with a thousand control planes they are quick to
 * write and to read.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/memory.h"
#include "sim/faults/faults.h"
#include "sim/inside.h"
#include "sim/operators/chart.h"

static bool write_file(const World *world, const char *name, const char *text, int mode, Error *err)
{
    char *path = memory_format("%s/%s", world->folder, name);
    bool ok = file_write(path, text, strlen(text), mode, err);

    free(path);
    return ok;
}

static bool write_buffer(const World *world, const char *name, Buffer *buffer, int mode, Error *err)
{
    char *text = buffer_take(buffer);
    bool ok = write_file(world, name, text, mode, err);

    free(text);
    return ok;
}

/* ---- kubeconfig ---------------------------------------------------------------------------------------------------------------------- */

/* Calls add for each cluster: both planes, then the control planes. */
typedef void AddCluster(Buffer *buffer, const World *world, const char *name, const char *ns,
                        const char *more);

static void each_cluster(Buffer *buffer, const World *world, AddCluster *add, const char *more)
{
    for (int i = 0; i < WORLD_PLANES; i++) {
        add(buffer, world, world->planes[i]->name, world->parameters.ns, more);
        buffer_add_text(buffer,
                        i + 1 < WORLD_PLANES || world->parameters.control_planes ? ",\n" : "\n");
    }
    for (int64_t i = 0; i < world->parameters.control_planes; i++) {
        add(buffer, world, world->sites[i]->name, "istio-system", more);
        buffer_add_text(buffer, i + 1 < world->parameters.control_planes ? ",\n" : "\n");
    }
}

static void add_cluster(Buffer *buffer, const World *world, const char *name, const char *ns,
                        const char *ca)
{
    char *url = cluster_side_url(world->clusters, faults_context_target(world->faults, name));

    (void)ns;
    buffer_format(buffer,
                  "{\"name\":\"%s\",\"cluster\":{\"server\":\"%s\","
                  "\"certificate-authority-data\":\"%s\"}}",
                  name, url, ca);
    free(url);
}

static void add_context(Buffer *buffer, const World *world, const char *name, const char *ns,
                        const char *user)
{
    (void)world;
    buffer_format(buffer,
                  "{\"name\":\"%s\",\"context\":{\"cluster\":\"%s\",\"user\":\"%s\","
                  "\"namespace\":\"%s\"}}",
                  name, name, user, ns);
}

static void add_certificate(Buffer *buffer, const Certificate *user)
{
    const char *pem = certificate_pem(user), *key_pem = certificate_key_pem(user);
    char *certificate = json_base64(pem, strlen(pem)), *key = json_base64(key_pem, strlen(key_pem));

    buffer_format(buffer, "{\"client-certificate-data\":\"%s\",\"client-key-data\":\"%s\"}",
                  certificate, key);
    free(certificate);
    free(key);
}

static void add_user(Buffer *buffer, const World *world)
{
    buffer_add_text(buffer, "],\n\"users\":[{\"name\":\"understudy\",\"user\":");
    if (world->parameters.desk.credentials == WORLD_PLUGIN)
        buffer_add_text(buffer, "{\"exec\":{\"apiVersion\":\"client.authentication.k8s.io/v1\","
                                "\"command\":\"cluster-login\",\"args\":[\"get-token\"],"
                                "\"interactiveMode\":\"Never\"}}");
    else
        add_certificate(buffer, cluster_side_user(world->clusters));
    buffer_add_text(buffer, "}],\n\"contexts\":[\n");
}

static bool write_kubeconfig(const World *world, Error *err)
{
    const char *ca_pem = pki_ca_pem(world->pki);
    char *ca = json_base64(ca_pem, strlen(ca_pem));
    Buffer buffer = {0};

    buffer_add_text(&buffer, "{\"apiVersion\":\"v1\",\"kind\":\"Config\",\"preferences\":{},"
                             "\"current-context\":\"mp1\",\n\"clusters\":[\n");
    each_cluster(&buffer, world, add_cluster, ca);
    add_user(&buffer, world);
    each_cluster(&buffer, world, add_context, "understudy");
    buffer_add_text(&buffer, "]}\n");
    free(ca);
    return write_buffer(world, "kubeconfig", &buffer, 0600, err);
}

/* ---- values for helm ------------------------------------------------------------------------------------------------------------------ */

static const char VALUES[] = "values.json";

/* What a cluster that begins empty has of its own: certificates for its names. All else is in a backup, or in whoever installs it. */
static bool write_values(const World *world, Error *err)
{
    bool ok = true;

    for (int i = 0; i < WORLD_PLANES && ok; i++) {
        const Plane *plane = world->planes[i];
        char *name = memory_format("%s-%s", plane->name, VALUES), *text;
        cJSON *values = plane_begins_installed(plane) ? NULL : chart_cluster_values(plane);

        if (values) {
            text = json_text(values);
            ok = write_file(world, name, text, 0600, err);
            free(text);
        }
        cJSON_Delete(values);
        free(name);
    }
    return ok;
}

/* ---- environment.yaml ------------------------------------------------------------------------------------------------------------------ */

static void add_plane(Buffer *buffer, const World *world, const Plane *plane)
{
    buffer_format(buffer,
                  "\"%s\":{\"context\":\"%s\",\"namespace\":\"%s\","
                  "\"managementPlane\":\"managementplane\",\"permanentName\":\"%s\",\"postgres\":[",
                  plane->name, plane->name, world->parameters.ns, plane->permanent_name);
    for (int i = 0; i < plane->member_count; i++)
        buffer_format(buffer, "%s{\"name\":\"%s\",\"address\":\"%s:5432\"}", i ? "," : "",
                      plane->members[i]->name, plane->members[i]->ip);
    buffer_add_text(buffer, "]");
    if (!plane_begins_installed(plane))
        buffer_format(buffer,
                      ",\"install\":{\"chart\":\"%s\",\"version\":\"%s\",\"values\":\"%s-%s\"}",
                      CHART_NAME, CHART_VERSION, plane->name, VALUES);
    else if (world->parameters.backup.knows_release)
        buffer_format(buffer, ",\"install\":{\"chart\":\"%s\",\"version\":\"%s\"}", CHART_NAME,
                      CHART_VERSION);
    buffer_add_text(buffer, "}");
}

static void add_control_planes(Buffer *buffer, const World *world)
{
    char ip[16];

    for (int64_t i = 0; i < world->parameters.control_planes; i++) {
        const ControlPlaneSite *site = world->sites[i];

        buffer_format(buffer,
                      "%s{\"name\":\"%s\",\"context\":\"%s\",\"namespace\":\"istio-system\","
                      "\"resolver\":\"%s:5353\"}",
                      i ? ",\n" : "", site->name, site->name,
                      world_address(world, 1, site->number / 250, site->number % 250 + 1, ip));
    }
}

/* How names are changed: by external-dns in the active's cluster, which owns them, by a program, at Route 53, or by us. */
static char *provider_of(const World *world)
{
    switch (world->parameters.dns_provider) {
    case WORLD_DNS_BY_EXTERNAL_DNS:
        return memory_format("\"provider\":\"externaldns\",\"externaldns\":{\"plane\":\"%s\","
                             "\"namespace\":\"%s\",\"endpoint\":\"floating\"}",
                             world->planes[0]->name, world->parameters.ns);
    case WORLD_DNS_BY_HOOK:
        return memory_text("\"provider\":\"hook\",\"hook\":{\"command\":[\"dns-hook\"]}");
    case WORLD_DNS_BY_ROUTE53:
        return dns_route53_environment(dns_side_route53(world->dns));
    case WORLD_DNS_BY_UPDATE:
        break;
    }
    return memory_text("\"provider\":\"rfc2136\",\"keyFile\":\"tsig.key\"");
}

static void add_dns(Buffer *buffer, const World *world)
{
    char ip[16], zone[64], *provider = provider_of(world);

    snprintf(zone, sizeof zone, "%s", world->zone_name);
    zone[strlen(zone) - 1] = '\0';
    buffer_add_text(buffer, "\"dns\":{");
    buffer_add_text(buffer, provider);
    free(provider);
    buffer_format(buffer, ",\"zone\":\"%s\",\"servers\":[", zone);
    for (int i = 0; i < dns_side_count(world->dns); i++)
        buffer_format(buffer, "%s\"%s:5353\"", i ? "," : "",
                      world_address(world, 0, 0, 53 + i, ip));
    buffer_format(buffer, "],\"records\":\"%s\"},\n",
                  world->parameters.record_style == WORLD_DNS_A ? "a" : "cname");
}

static void add_backup(Buffer *buffer, const World *world)
{
    static const char *const DATABASES[] = {[WORLD_BACKUP_BY_DUMP] = "dump",
                                            [WORLD_BACKUP_BY_JOB] = "job",
                                            [WORLD_BACKUP_NOT] = "none"};

    if (world->backup_reader)
        buffer_format(buffer,
                      "\"backup\":{\"folder\":\"backups\",\"recipientFile\":\"backup.pem\","
                      "\"database\":\"%s\",\"keep\":%lld},\n",
                      DATABASES[world->parameters.backup.database],
                      (long long)world->parameters.backup.keep);
}

static void add_front(Buffer *buffer, const World *world)
{
    buffer_format(buffer,
                  "\"frontEnvoy\":{\"port\":%lld,\"caFile\":\"ca.pem\",\"user\":\"admin\","
                  "\"passwordFile\":\"admin-password\"",
                  (long long)world->parameters.front_port);
    if (world->parameters.front_login == WORLD_LOGIN_TOKEN)
        buffer_add_text(buffer, ",\"login\":\"token\",\"loginPath\":\"" WORLD_LOGIN_PATH "\"");
    buffer_add_text(buffer, "},\n");
}

/* As a person got it wrong. */
static bool write_misprinted(const World *world, Buffer *buffer, Error *err)
{
    char *text = buffer_take(buffer);
    cJSON *tree = NULL;
    bool ok = json_parse(text, strlen(text), &tree, err);

    free(text);
    if (!ok)
        return false;
    faults_misprint(world->faults, tree);
    text = json_text(tree);
    ok = write_file(world, "environment.yaml", text, 0644, err);
    free(text);
    cJSON_Delete(tree);
    return ok;
}

static void add_elastic(Buffer *buffer, const World *world)
{
    char *url = world->elastic ? elastic_side_url(world->elastic) : NULL;

    if (url)
        buffer_format(
            buffer,
            "\"elasticsearch\":{\"url\":\"%s\",\"caFile\":\"ca.pem\",\"user\":\"elastic\","
            "\"passwordFile\":\"elastic-password\"},\n",
            url);
    free(url);
}

static bool write_elastic(const World *world, Error *err)
{
    return !world->elastic ||
           write_file(world, "elastic-password", elastic_side_password(world->elastic), 0600, err);
}

static bool write_environment(const World *world, Error *err)
{
    Buffer buffer = {0};

    buffer_format(&buffer,
                  "{\"apiVersion\":\"understudy.dev/v1\",\"kind\":\"Environment\","
                  "\"metadata\":{\"name\":\"world\"},\n\"kubeconfig\":\"kubeconfig\","
                  "\"organization\":\"%s\",\"floatingName\":\"%s\",\"active\":\"mp1\",\n"
                  "\"planes\":{\n",
                  world->parameters.organization, world->floating_name);
    for (int i = 0; i < WORLD_PLANES; i++) {
        add_plane(&buffer, world, world->planes[i]);
        buffer_add_text(&buffer, i + 1 < WORLD_PLANES ? ",\n" : "},\n");
    }
    if (world->parameters.standby.fed_by == WORLD_FED_BY_RESTORE)
        buffer_add_text(&buffer, "\"standby\":{\"fedBy\":\"restore\"},\n");
    buffer_add_text(&buffer, "\"controlPlanes\":[\n");
    add_control_planes(&buffer, world);
    buffer_add_text(&buffer, "],\n");
    add_front(&buffer, world);
    add_elastic(&buffer, world);
    buffer_add_text(&buffer, "\"postgres\":{\"user\":\"postgres\","
                             "\"passwordFile\":\"postgres-password\",\"database\":\"postgres\","
                             "\"sslmode\":\"verify-ca\",\"caFile\":\"ca.pem\","
                             "\"clientCertificateFile\":\"postgres.pem\","
                             "\"clientKeyFile\":\"postgres.key\"},\n");
    add_dns(&buffer, world);
    add_backup(&buffer, world);
    buffer_add_text(&buffer, "\"policies\":{}}\n");
    if (!faults_have_misprints(world->faults))
        return write_buffer(world, "environment.yaml", &buffer, 0644, err);
    return write_misprinted(world, &buffer, err);
}

/* ---- env and the rest --------------------------------------------------------------------------------------------------------------------- */

static bool write_env(const World *world, const char *folder, Error *err)
{
    Buffer buffer = {0};
    char ip[16];

    buffer_format(&buffer, "export KUBECONFIG='%s/kubeconfig'\n", folder);
    buffer_format(&buffer, "export DNS_SERVER=%s\n", world_address(world, 0, 0, 53, ip));
    buffer_format(&buffer,
                  "export DNS_PORT=5353\nexport TSIG_KEYFILE='%s/tsig.key'\n"
                  "export ENVIRONMENT='%s/environment.yaml'\n",
                  folder, folder);
    for (int p = 0; p < WORLD_PLANES; p++)
        buffer_format(&buffer, "export PGHOST_MP%d=%s\n", p + 1, world->planes[p]->members[0]->ip);
    buffer_format(&buffer,
                  "export PGPORT=5432\nexport PGUSER=postgres\nexport PGDATABASE=postgres\n"
                  "export PGSSLMODE=verify-ca\nexport PGSSLROOTCERT='%s/ca.pem'\n"
                  "export PGSSLCERT='%s/postgres.pem'\nexport PGSSLKEY='%s/postgres.key'\n"
                  "export PGPASSWORD=\"$(cat '%s/postgres-password')\"\n"
                  "export FLOATING_NAME=%s\nexport FRONT_PORT=%lld\nexport ORGANIZATION=%s\n",
                  folder, folder, folder, folder, world->floating_name,
                  (long long)world->parameters.front_port, world->parameters.organization);
    return write_buffer(world, "env", &buffer, 0644, err);
}

static bool write_tsig(const World *world, Error *err)
{
    Buffer buffer = {0};

    buffer_format(&buffer,
                  "key \"understudy.\" {\n\talgorithm hmac-sha256;\n\tsecret \"%s\";\n};\n",
                  world->tsig_secret);
    return write_buffer(world, "tsig.key", &buffer, 0600, err);
}

static bool write_backup_reader(const World *world, Error *err)
{
    const Certificate *reader = world->backup_reader;

    return !reader || (write_file(world, "backup.pem", certificate_pem(reader), 0644, err) &&
                       write_file(world, "backup.key", certificate_key_pem(reader), 0600, err));
}

static bool write_aws_credentials(const World *world, Error *err)
{
    const struct DnsRoute53 *route53 = dns_side_route53(world->dns);
    char *text = route53 ? dns_route53_credentials(route53) : NULL;
    bool ok = !text || write_file(world, "aws-credentials", text, 0600, err);

    free(text);
    return ok;
}

bool world_write_files(World *world, Error *err)
{
    char *folder = NULL;
    bool ok = false;

    assert(world->folder);
    if (!file_make_folder(world->folder, err))
        return error_wrap(err, "world");
    folder = realpath(world->folder, NULL);
    ok =
        folder && write_kubeconfig(world, err) && write_environment(world, err) &&
        write_env(world, folder, err) && write_tsig(world, err) && write_values(world, err) &&
        write_aws_credentials(world, err) &&
        write_file(world, "ca.pem", pki_ca_pem(world->pki), 0644, err) &&
        write_file(world, "admin-password", world->admin_password, 0600, err) &&
        write_file(world, "postgres-password", world->postgres_password, 0600, err) &&
        write_file(world, "postgres.pem", certificate_pem(world->postgres_client), 0644, err) &&
        write_file(world, "postgres.key", certificate_key_pem(world->postgres_client), 0600, err) &&
        write_backup_reader(world, err) && write_elastic(world, err);
    free(folder);
    return ok || error_wrap(err, "world");
}
