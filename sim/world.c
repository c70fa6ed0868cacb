/*
 * sim/world.c - a world's beginning and end, and what its parts ask it.
 *
 * world_new makes all parts; world_start fills clusters and databases, brings up every server, and begins the story in the steady
 * state: only from then on is anything told.
 */
#include "sim/world.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "sim/faults/faults.h"
#include "sim/inside.h"
#include "sim/operators/feed.h"
#include "sim/postgres_real/real.h"
#include "sim/programs/programs.h"

/* ---- what its parts ask ---------------------------------------------------------------------------------------------------------------- */

Random world_random(const World *world, const char *stream)
{
    Random random;

    random_init(&random, world->seed, stream);
    return random;
}

void world_keep_secret(World *world, const char *text)
{
    if (world->secret_count + 1 >= world->secret_capacity) {
        world->secret_capacity = world->secret_capacity ? world->secret_capacity * 2 : 32;
        world->secrets =
            memory_resize(world->secrets, world->secret_capacity, sizeof *world->secrets);
    }
    world->secrets[world->secret_count++] = memory_text(text);
    world->secrets[world->secret_count] = NULL;
}

const char *const *world_secrets(World *world)
{
    return (const char *const *)world->secrets;
}

SigningKey *world_new_key(World *world)
{
    SigningKey *key = signing_key_new();

    assert(world->key_count < KEYS_MAX);
    world->keys[world->key_count++] = key;
    world_keep_secret(world, signing_key_pem(key));
    return key;
}

SigningKey *world_find_key(World *world, const char *pem)
{
    SigningKey *key = NULL;

    for (int i = 0; i < world->key_count; i++)
        if (strcmp(signing_key_pem(world->keys[i]), pem) == 0)
            return world->keys[i];
    if (world->key_count == KEYS_MAX || !signing_key_parse(pem, &key, NULL))
        return NULL;
    world->keys[world->key_count++] = key;
    world_keep_secret(world, signing_key_pem(key));
    return key;
}

const char *world_address(const World *world, int block_offset, int third, int fourth,
                          char out_ip[16])
{
    snprintf(out_ip, 16, "127.%d.%d.%d", (world->block + block_offset) & 255, third & 255,
             fourth & 255);
    return out_ip;
}

Plane *world_plane(World *world, const char *name)
{
    for (int i = 0; i < WORLD_PLANES; i++)
        if (strcmp(world->planes[i]->name, name) == 0)
            return world->planes[i];
    return NULL;
}

ControlPlaneSite *world_site(World *world, const char *name)
{
    char *end = NULL;
    long number = strncmp(name, "cp-", 3) == 0 ? strtol(name + 3, &end, 10) : 0;

    if (number < 1 || number > world->parameters.control_planes || *end != '\0')
        return NULL;
    return strcmp(world->sites[number - 1]->name, name) == 0 ? world->sites[number - 1] : NULL;
}

Plane *world_plane_at(World *world, const char *ip)
{
    for (int i = 0; i < WORLD_PLANES; i++)
        if (*ip && strcmp(plane_address(world->planes[i]), ip) == 0)
            return world->planes[i];
    return NULL;
}

const FaultPoints *world_points(World *world)
{
    return faults_points(world->faults);
}

void world_note(World *world, const char *lane, const char *by, const char *resource,
                const char *name, const char *what)
{
    cJSON *data = NULL;

    if (!world->is_started)
        return;
    data = cJSON_CreateObject();
    cJSON_AddStringToObject(data, "by", by);
    cJSON_AddStringToObject(data, "resource", resource);
    cJSON_AddStringToObject(data, "name", name);
    cJSON_AddStringToObject(data, "what", what);
    trace_add(world->trace, lane, EVENT_CONTROLLER_CHANGE, data, "%s: %s: %s/%s: %s", lane, by,
              resource, name, what);
}

int64_t world_synced(const World *world, const char *plane, int64_t since_ms)
{
    const Plane *wanted = world_plane((World *)world, plane);
    int64_t count = 0;

    for (int64_t i = 0; i < world->parameters.control_planes; i++) {
        const struct Edge *edge = world->sites[i]->edge;

        if (edge_is_connected(edge, wanted) && edge_is_synced(edge, wanted) &&
            edge_last_sync_ms(edge) >= since_ms)
            count++;
    }
    return count;
}

/* ---- making ------------------------------------------------------------------------------------------------------------------------------ */

static void draw_password(World *world, const char *stream, char *out_text, size_t size)
{
    static const char LETTERS[] = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    Random random = world_random(world, stream);

    for (size_t i = 0; i + 1 < size; i++)
        out_text[i] = LETTERS[random_below(&random, sizeof LETTERS - 1)];
    out_text[size - 1] = '\0';
    world_keep_secret(world, out_text);
}

static void make_secrets(World *world)
{
    Random random = world_random(world, "secrets/tsig");
    uint8_t bytes[32];
    char *text = NULL;

    draw_password(world, "secrets/admin", world->admin_password, 25);
    draw_password(world, "secrets/postgres", world->postgres_password, 25);
    random_fill(&random, bytes, sizeof bytes);
    text = json_base64(bytes, sizeof bytes);
    snprintf(world->tsig_secret, sizeof world->tsig_secret, "%s", text);
    world_keep_secret(world, text);
    free(text);
    world->iam_key = world_new_key(world);
    world->standby_sa_key = world_new_key(world);
}

/* kubegres' rules, which are right. */
static PgHba *make_hba(bool asks_certificates)
{
    PgHba *hba = NULL;
    bool is_right = pg_hba_parse(pg_hba_kubegres(asks_certificates), &hba, NULL);

    assert(is_right);
    (void)is_right;
    return hba;
}

World *world_new(const WorldOptions *options)
{
    World *world = MEMORY_NEW(World);

    world->loop = options->loop;
    world->trace = options->trace;
    world->topology = options->topology;
    world->parameters = *options->parameters;
    world->seed = options->seed;
    world->block = options->block ? options->block : 80;
    world->is_simulated = options->is_simulated;
    world->is_private = options->is_private;
    world->audit_log = options->audit_log;
    world->listens_per_cluster = options->listens_per_cluster;
    world->folder = memory_text(options->folder);
    world->began_ms = clock_wall_ms();
    world->floating_name = "tsb.example.com";
    world->zone_name = "example.com.";
    world->pki = pki_new("Understudy Root CA");
    make_secrets(world);
    world->postgres_client =
        pki_issue(world->pki, &(CertificateOptions){.common_name = "postgres"});
    if (world->parameters.backup.is_configured) {
        world->backup_reader =
            pki_issue(world->pki, &(CertificateOptions){.common_name = "backups"});
        world_keep_secret(world, certificate_key_pem(world->backup_reader));
    }
    world->postgres_hba = make_hba(world->parameters.replication.asks_certificates);
    world->faults = faults_new(world);
    world->programs = programs_new(world);
    world->dns = dns_side_new(world);
    world->clusters = cluster_side_new(world);
    if (world->parameters.elastic.is_installed)
        world->elastic = elastic_side_new(world);
    if (world->parameters.postgres == WORLD_POSTGRES_REAL)
        world->real = real_side_new(world);
    for (int i = 0; i < WORLD_PLANES; i++)
        world->planes[i] = plane_new(world, i);
    world->replication = replication_new(world);
    world->sites = memory_new((size_t)world->parameters.control_planes + 1, sizeof *world->sites);
    for (int64_t i = 0; i < world->parameters.control_planes; i++)
        world->sites[i] = site_new(world, (int)i);
    world->workload = workload_new(world);
    return world;
}

void world_free(World *world)
{
    if (!world)
        return;
    real_side_end(world->real);
    programs_free(world->programs);
    workload_free(world->workload);
    for (int64_t i = 0; i < world->parameters.control_planes; i++)
        site_free(world->sites[i]);
    free(world->sites);
    replication_free(world->replication);
    elastic_side_free(world->elastic);
    cluster_side_free(world->clusters);
    for (int i = 0; i < WORLD_PLANES; i++)
        plane_free(world->planes[i]);
    real_side_free(world->real);
    dns_side_free(world->dns);
    faults_free(world->faults);
    for (int i = 0; i < world->key_count; i++)
        signing_key_free(world->keys[i]);
    pg_hba_free(world->postgres_hba);
    certificate_free(world->postgres_client);
    certificate_free(world->backup_reader);
    pki_free(world->pki);
    for (size_t i = 0; i < world->secret_count; i++)
        free(world->secrets[i]);
    free(world->secrets);
    free(world->folder);
    free(world);
}

/* ---- telling the beginning and the end ---------------------------------------------------------------------------------------------------- */

static void put_replicas(cJSON *replicas, const Plane *plane, const char *name)
{
    const cJSON *deployment = kube_find(plane->cluster, "deployments", plane->ns, name);

    cJSON_AddItemToObject(replicas, name,
                          deployment ? cJSON_CreateNumber(
                                           (double)json_integer_or(deployment, "spec/replicas", 1))
                                     : cJSON_CreateNull());
}

static cJSON *plane_picture(const Plane *plane)
{
    cJSON *picture = cJSON_CreateObject(), *replicas = cJSON_CreateObject();
    const cJSON *spec = json_find(plane_resource(plane), "spec");

    cJSON_AddItemToObject(picture, "spec", spec ? cJSON_Duplicate(spec, true) : cJSON_CreateNull());
    put_replicas(replicas, plane, "tsb");
    put_replicas(replicas, plane, "iam");
    put_replicas(replicas, plane, "envoy");
    cJSON_AddItemToObject(picture, "replicas", replicas);
    return picture;
}

static cJSON *picture(const World *world)
{
    cJSON *all = cJSON_CreateObject();

    for (int i = 0; i < WORLD_PLANES; i++)
        cJSON_AddItemToObject(all, world->planes[i]->name, plane_picture(world->planes[i]));
    return all;
}

static void tell_begin(World *world)
{
    cJSON *data = cJSON_CreateObject(), *planes = cJSON_CreateArray();
    char seed[24];

    snprintf(seed, sizeof seed, "%llu", (unsigned long long)world->seed);
    for (int i = 0; i < WORLD_PLANES; i++) {
        cJSON *plane = cJSON_CreateObject();

        cJSON_AddStringToObject(plane, "name", world->planes[i]->name);
        cJSON_AddStringToObject(plane, "permanentName", world->planes[i]->permanent_name);
        cJSON_AddItemToArray(planes, plane);
    }
    cJSON_AddNumberToObject(data, "controlPlanes", (double)world->parameters.control_planes);
    cJSON_AddItemToObject(data, "planes", planes);
    cJSON_AddStringToObject(data, "floatingName", world->floating_name);
    cJSON_AddStringToObject(data, "seed", seed);
    cJSON_AddItemToObject(data, "parameters", world_parameters_json(&world->parameters));
    cJSON_AddItemToObject(data, "initial", picture(world));
    trace_add(world->trace, "world", EVENT_WORLD_BEGIN, data,
              "The world begins: mp1 is %s, mp2 %s, %lld control planes hang on %s",
              plane_begins_installed(world->planes[0]) ? "active" : "empty",
              plane_begins_installed(world->planes[1]) ? "its standby" : "empty",
              (long long)world->parameters.control_planes, world->floating_name);
}

void world_tell_found(World *world)
{
    cJSON *data = cJSON_CreateObject();

    cJSON_AddItemToObject(data, "planes", picture(world));
    trace_add(world->trace, "world", EVENT_WORLD_FOUND, data, "This is how an engine finds it");
}

/* Where the floating name leads, by the first authoritative server. */
static Plane *floating_plane(World *world, char out_ip[16])
{
    *out_ip = '\0';
    if (!dns_side_resolve(world->dns, world->floating_name, out_ip))
        return NULL;
    return world_plane_at(world, out_ip);
}

/* The one that takes configuration; of two, the one the floating name leads to. */
static Plane *active_plane(World *world, Plane *floating)
{
    Plane *active = NULL;

    for (int i = 0; i < WORLD_PLANES; i++)
        if (plane_is_writable(world->planes[i]) && (!active || world->planes[i] == floating))
            active = world->planes[i];
    return active;
}

static cJSON *clusters_report(const World *world, const Plane *active)
{
    cJSON *report = cJSON_CreateObject(), *missing = cJSON_CreateArray();
    int64_t synced = 0, connected = 0;

    for (int64_t i = 0; i < world->parameters.control_planes; i++) {
        const ControlPlaneSite *site = world->sites[i];
        bool is_connected = active && edge_is_connected(site->edge, active);

        if (is_connected)
            connected++;
        if (is_connected && edge_is_synced(site->edge, active))
            synced++;
        else
            cJSON_AddItemToArray(missing, cJSON_CreateString(site->name));
    }
    cJSON_AddNumberToObject(report, "total", (double)world->parameters.control_planes);
    cJSON_AddNumberToObject(report, "synced", (double)synced);
    cJSON_AddNumberToObject(report, "connected", (double)connected);
    cJSON_AddItemToObject(report, "notSynced", missing);
    return report;
}

static cJSON *name_or_null(const Plane *plane)
{
    return plane ? cJSON_CreateString(plane->name) : cJSON_CreateNull();
}

void world_end(World *world)
{
    char ip[16];
    Plane *floating = floating_plane(world, ip), *active = active_plane(world, floating);
    cJSON *data = cJSON_CreateObject(), *name = cJSON_CreateObject();

    cJSON_AddItemToObject(data, "final", picture(world));
    cJSON_AddItemToObject(data, "activePlane", name_or_null(active));
    cJSON_AddItemToObject(data, "clusters", clusters_report(world, active));
    cJSON_AddItemToObject(data, "writes", workload_report(world->workload, active));
    cJSON_AddItemToObject(name, "target", *ip ? cJSON_CreateString(ip) : cJSON_CreateNull());
    cJSON_AddItemToObject(name, "plane", name_or_null(floating));
    cJSON_AddItemToObject(data, "floating", name);
    trace_add(world->trace, "world", EVENT_WORLD_END, data,
              "The world ends: %s takes configuration, and %s leads to %s",
              active ? active->name : "nobody", world->floating_name,
              floating ? floating->name : "nobody");
}

/* ---- starting ---------------------------------------------------------------------------------------------------------------------------- */

/* The standby holds what was restored into it last, which is all that there is. */
static void start_feeding(World *world)
{
    plane_front_populate(world->planes[1]);
    for (int i = 0; i < WORLD_PLANES; i++)
        world->planes[i]->feed = feed_new(world->planes[i]);
}

static bool start_servers(World *world, Error *err)
{
    if (world->real && !real_side_start(world->real, err))
        return false;
    for (int i = 0; i < WORLD_PLANES; i++) {
        if (!plane_start(world->planes[i], err))
            return error_wrap(err, "%s", world->planes[i]->name);
        if (!cluster_side_add(world->clusters, world->planes[i]->cluster, err))
            return false;
    }
    if (plane_begins_installed(world->planes[0]))
        plane_front_populate(world->planes[0]);
    if (world->parameters.standby.fed_by == WORLD_FED_BY_RESTORE)
        start_feeding(world);
    replication_start(world->replication);
    if (!dns_side_start(world->dns, err) || !cluster_side_start(world->clusters, err) ||
        (world->elastic && !elastic_side_start(world->elastic, err)))
        return false;
    for (int64_t i = 0; i < world->parameters.control_planes; i++) {
        if (!cluster_side_add(world->clusters, world->sites[i]->cluster, err))
            return false;
        if (!site_start(world->sites[i], err))
            return error_wrap(err, "%s", world->sites[i]->name);
    }
    return true;
}

bool world_start(World *world, Error *err)
{
    if (!start_servers(world, err))
        return error_wrap(err, "world");
    tell_begin(world);
    world->is_started = true;
    for (int i = 0; i < WORLD_PLANES; i++)
        if (*plane_address(world->planes[i]))
            load_balancer_tell(world->planes[i]->balancer);
    for (int i = 0; i < WORLD_PLANES; i++)
        plane_settle(world->planes[i]);
    for (int i = 0; i < WORLD_PLANES; i++)
        for (int k = 0; k < world->planes[i]->member_count; k++)
            if (world->planes[i]->members[k]->is_deployed)
                pg_member_tell(world->planes[i]->members[k]);
    workload_start(world->workload);
    faults_start(world->faults);
    return true;
}
