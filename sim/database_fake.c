/*
 * sim/database_fake.c - a member's database as a fake instance with its server, in this process.
 *
 * What it is told it has done when the call returns; the times that a real one takes are drawn by its pod (postgres.c).
 */
#include "sim/database.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "fakes/postgres/peers.h"
#include "sim/inside.h"

/* The password is 24 random characters, and its strength is not what is rehearsed: 4096 rounds would cost 4 ms a login. */
enum { ITERATIONS = 64 };

/* A client said SELECT pg_promote(), and the instance obeyed. */
static void on_command(void *self, const char *command)
{
    if (strstr(command, "promote"))
        pg_member_look(self);
}

static void make_server(PgMember *member)
{
    World *world = member->plane->world;
    static const char *const DATABASES[] = {"postgres", "tsb", NULL};
    const PgRole roles[] = {
        {.name = "postgres",
         .password = world->postgres_password,
         .is_superuser = true,
         .may_replicate = true,
         .iterations = ITERATIONS},
        {.name = "tsb",                     .password = world->postgres_password,                      .iterations = ITERATIONS},
        {.name = "replication",
         .password = world->postgres_password,
         .may_replicate = true,
         .iterations = ITERATIONS},
    };

    member->server = pg_server_new(&(PgServerOptions){.loop = world->loop,
                                                      .trace = world->trace,
                                                      .tls = member->plane->postgres_tls,
                                                      .site = member->plane->name,
                                                      .faults = world_points(world),
                                                      .instance = member->instance,
                                                      .roles = roles,
                                                      .role_count = 3,
                                                      .databases = DATABASES,
                                                      .hba = world->postgres_hba,
                                                      .on_command = on_command,
                                                      .self = member});
}

static void make(PgMember *member)
{
    World *world = member->plane->world;
    const WorldParameters *parameters = &world->parameters;
    bool is_own = member->plane->index > 0 && parameters->standby.fed_by == WORLD_FED_BY_RESTORE;
    Random system = world_random(world, is_own ? "postgres/system/2" : "postgres/system");

    member->instance = pg_instance_new(
        &(PgInstanceOptions){.name = member->name,
                             .system_identifier = (random_u64(&system) >> 1) | 1,
                             .server_version_num = (int)parameters->replication.server_version_num,
                             .timeline = 1,
                             .start_lsn = 0x3000000,
                             .write_bytes_per_s = 0,
                             .replication_password = world->postgres_password,
                             .wal_keep_bytes = (PgLsn)parameters->replication.wal_keep,
                             .checkpoint_every_ms = parameters->replication.checkpoint_every_ms,
                             .checkpoint_ms =
                                 span_draw(&parameters->replication.checkpoint, &member->random)});
    make_server(member);
}

static void drop(PgMember *member)
{
    pg_server_free(member->server);
    pg_instance_free(member->instance);
}

/* ---- what it is -------------------------------------------------------------------------------------------------------------------- */

static PgState state(const PgMember *member)
{
    return pg_state(member->instance);
}

static bool is_standby(const PgMember *member)
{
    return pg_is_in_recovery(member->instance);
}

static uint32_t timeline(const PgMember *member)
{
    return pg_timeline(member->instance);
}

static PgLsn lsn(const PgMember *member)
{
    return is_standby(member) ? pg_replay_lsn(member->instance) : pg_current_lsn(member->instance);
}

static void accept_client(PgMember *member, int fd)
{
    pg_server_accept(member->server, fd);
}

/* ---- its life ---------------------------------------------------------------------------------------------------------------------- */

static void stop(PgMember *member)
{
    pg_server_drop_connections(member->server, true);
    pg_set_state(member->instance, PG_STOPPED);
}

/* Another cluster than any before it, so of another identity. */
static bool initialise(PgMember *member)
{
    pg_promote(member->instance);
    pg_initialise(member->instance, (random_u64(&member->random) >> 1) | 1);
    return true;
}

/* pg_basebackup asks for no fast checkpoint: the first byte comes when a spread one is done. */
static bool copy(PgMember *member, PgMember *upstream)
{
    const WorldParameters *parameters = &member->plane->world->parameters;
    int64_t now = clock_mono_ms();

    if (member->copied_ms == 0)
        member->copied_ms = now + pg_checkpoint_ms(upstream->instance);
    if (now < member->copied_ms)
        return false;
    member->copied_ms = 0;
    pg_reseed(member->instance, upstream->instance,
              &(PgLink){.lag_bytes = (PgLsn)parameters->replication.lag});
    return true;
}

static void start(PgMember *member)
{
    pg_set_state(member->instance, PG_STARTING);
}

static void admit(PgMember *member)
{
    pg_set_state(member->instance, PG_READY);
}

static void find_trigger(PgMember *member)
{
    pg_promote(member->instance);
}

static void pause_replay(PgMember *member, bool is_paused)
{
    PgLink link = *pg_link(member->instance);

    link.is_replay_paused = is_paused;
    pg_set_link(member->instance, &link);
}

static void set_write_rate(PgMember *member, double bytes_per_s)
{
    pg_set_write_rate(member->instance, bytes_per_s);
}

/* ---- its rows ---------------------------------------------------------------------------------------------------------------------- */

static const cJSON *row(const PgMember *member, const char *key)
{
    return pg_row(member->instance, key);
}

static void each_row(const PgMember *member, const char *prefix, PgRowVisitor *visitor, void *owner)
{
    pg_each_row(member->instance, prefix, visitor, owner);
}

static bool write_row(PgMember *member, const char *key, const cJSON *value,
                      DatabaseWritten *on_written, void *owner)
{
    PgLsn at = 0;

    if (!pg_write(member->instance, key, value, &at))
        return false;
    if (on_written)
        on_written(owner, true, at);
    return true;
}

/* ---- its stream -------------------------------------------------------------------------------------------------------------------- */

static DatabaseStream stream(const PgMember *member)
{
    const PgLink *link = pg_link(member->instance);
    DatabaseStream stream = {.is_connected = link->is_connected, .is_stalled = link->is_silent};

    pg_receiver_text(member->instance, stream.failure);
    return stream;
}

static void set_stream(PgMember *member, DatabaseStream wanted)
{
    PgLink link = *pg_link(member->instance);

    link.is_connected = wanted.is_connected;
    link.is_silent = wanted.is_stalled;
    pg_set_link(member->instance, &link);
}

static const PgMember *upstream_of(const PgMember *member)
{
    PgInstance *upstream = pg_upstream(member->instance);
    const World *world = member->plane->world;

    for (int p = 0; p < WORLD_PLANES; p++)
        for (int i = 0; i < world->planes[p]->member_count; i++)
            if (upstream && world->planes[p]->members[i]->instance == upstream)
                return world->planes[p]->members[i];
    return NULL;
}

/* primary_slot_name, and the slot that its upstream made for it at the beginning; NULL: this world has none. */
static const char *make_slot(PgMember *member, PgMember *upstream)
{
    const World *world = member->plane->world;
    PgReport ignored = {0};

    if (!world->parameters.replication.has_slots)
        return NULL;
    snprintf(member->slot, sizeof member->slot, "%s_%d", member->plane->name, member->index);
    if (!world->is_started)
        pg_slot_create(pg_peers(upstream->instance), member->slot, &ignored);
    return member->slot;
}

static void follow(PgMember *member, PgMember *upstream, const DatabaseWay *way)
{
    PgLink link = *pg_link(member->instance);

    link.is_connected = true;
    link.is_silent = false;
    link.slot = make_slot(member, upstream);
    link.delay_ms = way->delay_ms;
    link.lag_bytes = way->lag_bytes;
    link.drain_bytes_per_s = way->drain_bytes_per_s;
    link.host = *member->upstream_host ? member->upstream_host : NULL;
    if (pg_upstream(member->instance) != upstream->instance)
        pg_follow(member->instance, upstream->instance, &link);
    pg_set_link(member->instance, &link);
}

const DatabaseKind DATABASE_FAKE = {
    .make = make,
    .drop = drop,
    .state = state,
    .is_standby = is_standby,
    .timeline = timeline,
    .lsn = lsn,
    .accept = accept_client,
    .stop = stop,
    .initialise = initialise,
    .copy = copy,
    .start = start,
    .admit = admit,
    .find_trigger = find_trigger,
    .pause_replay = pause_replay,
    .set_write_rate = set_write_rate,
    .row = row,
    .each_row = each_row,
    .write = write_row,
    .stream = stream,
    .set_stream = set_stream,
    .upstream = upstream_of,
    .follow = follow,
};
