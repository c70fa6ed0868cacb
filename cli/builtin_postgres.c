/*
 * cli/builtin_postgres.c - a fake primary and its standby in the same process, in simulated time, as a target for the Postgres corpus.
 */
#include "cli/builtin_postgres.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/postgres/server.h"
#include "sim/seam/seam.h"

enum { WARM_UP_MS = 5000, PORT = 5432, SEED = 1, NODES = 2 };
static const char *const ADDRESSES[NODES] = {"127.77.0.1", "127.77.0.2"};
static const char *const NAMES[NODES] = {"tsb-postgres-1", "tsb-postgres-2"};
static const char PASSWORD[] = "secret";
static const int64_t BEGIN_MS = 1795219200000; /* 2026-11-21 */

struct BuiltinPostgres {
    Loop *loop;
    Trace *trace;
    PgInstance *instances[NODES];
    PgServer *servers[NODES];
};

Loop *builtin_postgres_loop(BuiltinPostgres *fake)
{
    return fake->loop;
}

BuiltinPostgres *builtin_postgres_new(void)
{
    BuiltinPostgres *fake = MEMORY_NEW(BuiltinPostgres);

    seam_simulate(&(SeamOptions){.seed = SEED, .start_wall_ms = BEGIN_MS, .from = "desk"});
    fake->loop = loop_new();
    return fake;
}

/* As the recorded pair was filled. */
static void fill(PgInstance *primary)
{
    static const char *const KEYS[] = {"organizations/tetrate", "tenants/payments",
                                       "tenants/retail", "workspaces/checkout"};

    for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++) {
        cJSON *value = cJSON_CreateObject();

        cJSON_AddStringToObject(value, "name", strchr(KEYS[i], '/') + 1);
        pg_write(primary, KEYS[i], value, NULL);
        cJSON_Delete(value);
    }
}

static PgServer *serve(const BuiltinPostgres *fake, PgInstance *instance)
{
    static const PgRole ROLES[] = {
        {.name = "postgres",     .password = PASSWORD, .is_superuser = true, .may_replicate = true},
        {.name = "replication", .password = PASSWORD,                     .may_replicate = true},
        {.name = "tsb",  .password = PASSWORD},
    };
    static const char *const DATABASES[] = {"postgres", "tsb", NULL};

    return pg_server_new(&(PgServerOptions){
        .loop = fake->loop,
        .trace = fake->trace,
        .site = "parity",
        .instance = instance,
        .roles = ROLES,
        .role_count = sizeof ROLES / sizeof ROLES[0],
        .databases = DATABASES,
    });
}

void builtin_postgres_begin(BuiltinPostgres *fake, PgParityTarget *out_target)
{
    fake->trace = trace_new();
    for (int i = 0; i < NODES; i++)
        fake->instances[i] = pg_instance_new(&(PgInstanceOptions){
            .name = NAMES[i],
            .system_identifier = 7710404653448864183,
            .server_version_num = 150020,
            .timeline = 1,
            .start_lsn = 0x3000180,
        });
    fill(fake->instances[0]);
    pg_follow(fake->instances[1], fake->instances[0], &(PgLink){.is_connected = true});
    for (int i = 0; i < NODES; i++) {
        fake->servers[i] = serve(fake, fake->instances[i]);
        seam_listen(ADDRESSES[i], PORT, false, "parity", pg_server_accept, fake->servers[i]);
    }
    loop_wait(fake->loop, WARM_UP_MS, NULL); /* who has just been started has nothing to tell */
    *out_target = (PgParityTarget){
        .primary = {ADDRESSES[0], PORT},
        .standby = {ADDRESSES[1], PORT},
        .user = "postgres",
        .password = PASSWORD,
    };
}

void builtin_postgres_end(BuiltinPostgres *fake)
{
    for (int i = 0; i < NODES; i++) {
        seam_unlisten(ADDRESSES[i], PORT, false);
        pg_server_free(fake->servers[i]);
    }
    loop_wait(fake->loop, 1, NULL); /* its connections close in the loop */
    for (int i = NODES; i-- > 0;)
        pg_instance_free(fake->instances[i]);
    trace_free(fake->trace);
}

void builtin_postgres_free(BuiltinPostgres *fake)
{
    loop_free(fake->loop);
    free(fake);
}
