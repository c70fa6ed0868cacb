/*
 * sim/postgres.c - one Postgres instance with its pod and its server: stopped, copied, started, promoted.
 *
 * All goes well: a restart stops the server at once, half of the drawn time later it starts (57P03), and at its end it is ready. With the
 * trigger file it is promoted at its next poll. A member that is to be copied waits, before it starts, until its upstream can be reached.
 * Goes wrong: while "postgres" is blocked it stays starting; from Postgres 16 on the trigger file does nothing (F-309).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "sim/inside.h"

enum { FIRST_HOST = 10, PORT = 5432, COPY_RETRY_MS = 5000, FIRST_WITHOUT_TRIGGER = 160000 };

bool pg_member_is_ready(const PgMember *member)
{
    return pg_state(member->instance) == PG_READY;
}

/* ---- what everybody should know ------------------------------------------------------------------------------------------------------ */

static cJSON *facts(PgMember *member)
{
    bool is_standby = pg_is_in_recovery(member->instance);
    char lsn[24];
    cJSON *data = cJSON_CreateObject();

    pg_lsn_text(is_standby ? pg_replay_lsn(member->instance) : pg_current_lsn(member->instance),
                lsn);
    cJSON_AddStringToObject(data, "instance", member->name);
    cJSON_AddNumberToObject(data, "timeline", pg_timeline(member->instance));
    cJSON_AddStringToObject(data, "lsn", lsn);
    return data;
}

void pg_member_tell(PgMember *member)
{
    bool is_standby = pg_is_in_recovery(member->instance);
    cJSON *data = facts(member);

    cJSON_AddStringToObject(data, "role", is_standby ? "standby" : "primary");
    trace_add(member->plane->world->trace, member->plane->name, EVENT_POSTGRES_ROLE, data,
              "%s: %s is a %s", member->plane->name, member->name,
              is_standby ? "standby" : "primary");
    plane_settle(member->plane);
    replication_settle(member->plane->world);
    kubegres_saw_pod(member->plane->kubegres, member);
}

static void promote(PgMember *member)
{
    cJSON *data = NULL;

    member->has_trigger = false;
    pg_promote(member->instance);
    data = facts(member);
    trace_add(member->plane->world->trace, member->plane->name, EVENT_POSTGRES_PROMOTED, data,
              "%s: %s left recovery and is on timeline %u: there is no way back",
              member->plane->name, member->name, pg_timeline(member->instance));
    pg_member_tell(member);
}

/* A client said SELECT pg_promote(), and the instance obeyed. */
static void on_command(void *self, const char *command)
{
    PgMember *member = self;

    if (strstr(command, "promote")) {
        trace_add(member->plane->world->trace, member->plane->name, EVENT_POSTGRES_PROMOTED,
                  facts(member), "%s: %s was told to leave recovery, and did", member->plane->name,
                  member->name);
        pg_member_tell(member);
    }
}

/* ---- its server ------------------------------------------------------------------------------------------------------------------- */

static bool open_door(PgMember *member, Error *err)
{
    return member->door || door_open(member->plane->world, member->ip, PORT, member->plane->name,
                                     pg_server_accept, member->server, &member->door, err);
}

static void close_door(PgMember *member)
{
    door_close(member->door);
    member->door = NULL;
}

static void go_down(PgMember *member)
{
    pg_server_drop_connections(member->server, true);
    close_door(member);
    pg_set_state(member->instance, PG_STOPPED);
    replication_disconnect(member);
    pg_pod_show(member, false);
    member->phase = PG_POD_STOPPED;
    plane_settle(member->plane);
    replication_settle(member->plane->world);
}

void pg_member_stop(PgMember *member)
{
    timer_stop(member->timer);
    go_down(member);
    kubegres_saw_pod(member->plane->kubegres, member);
}

/* ---- restarting ------------------------------------------------------------------------------------------------------------------- */

static void restart_in(PgMember *member)
{
    int64_t whole = span_draw(&member->plane->world->parameters.kubegres.restart, &member->random);

    member->ready_ms = clock_mono_ms() + whole;
    timer_start(member->timer, whole / 2);
}

void pg_member_restart(PgMember *member, bool with_trigger)
{
    member->has_trigger = member->has_trigger || with_trigger;
    go_down(member);
    restart_in(member);
}

void pg_member_reseed(PgMember *member, const char *upstream_host)
{
    snprintf(member->upstream_host, sizeof member->upstream_host, "%s", upstream_host);
    member->is_to_be_copied = true;
    member->has_trigger = false;
    pg_member_label(member, false);
    go_down(member);
    restart_in(member);
}

void pg_member_label(PgMember *member, bool is_primary)
{
    if (member->is_primary_by_label == is_primary)
        return;
    member->is_primary_by_label = is_primary;
    pg_pod_label(member);
}

/* The init container: takes the base backup if its upstream can be reached, or tries again later. */
static bool copy(PgMember *member)
{
    const World *world = member->plane->world;
    PgMember *upstream = replication_upstream(member);
    PgLink link = {.lag_bytes = (PgLsn)world->parameters.replication.lag};

    if (!upstream || upstream == member) {
        member->phase = PG_POD_COPYING;
        timer_start(member->timer, COPY_RETRY_MS);
        return false;
    }
    member->is_to_be_copied = false;
    pg_reseed(member->instance, upstream->instance, &link);
    world_note(member->plane->world, member->plane->name, "kubegres", "statefulsets", member->name,
               "took a base backup");
    return true;
}

static void come_up(PgMember *member)
{
    int64_t left = member->ready_ms - clock_mono_ms();
    Error err = {0};

    if (member->is_to_be_copied && !copy(member))
        return;
    if (!open_door(member, &err))
        world_note(member->plane->world, member->plane->name, "kubegres", "pods", member->pod,
                   err.message);
    pg_set_state(member->instance, PG_STARTING);
    member->phase = PG_POD_STARTING;
    timer_start(member->timer, left > 0 ? left : 0);
}

static void get_ready(PgMember *member)
{
    const WorldParameters *parameters = &member->plane->world->parameters;

    if (plane_is_blocked(member->plane, "postgres"))
        return;
    pg_set_state(member->instance, PG_READY);
    pg_pod_show(member, true);
    member->phase = PG_POD_RUNNING;
    pg_member_tell(member);
    if (member->has_trigger && pg_is_in_recovery(member->instance) &&
        parameters->replication.server_version_num < FIRST_WITHOUT_TRIGGER) {
        member->phase = PG_POD_TRIGGERED;
        timer_start(member->timer,
                    span_draw(&parameters->replication.trigger_poll, &member->random));
    }
}

static void on_time(void *owner)
{
    PgMember *member = owner;

    switch (member->phase) {
    case PG_POD_STOPPED:
    case PG_POD_COPYING:
        come_up(member);
        break;
    case PG_POD_STARTING:
        get_ready(member);
        break;
    case PG_POD_TRIGGERED:
        member->phase = PG_POD_RUNNING;
        promote(member);
        break;
    case PG_POD_RUNNING:
        break;
    }
}

void pg_member_kick(PgMember *member)
{
    if (member->phase == PG_POD_STARTING && !timer_is_running(member->timer))
        timer_start(member->timer, 0);
}

/* ---- its beginning and end ---------------------------------------------------------------------------------------------------------- */

/* The password is 24 random characters, and its strength is not what is rehearsed: 4096 rounds would cost 4 ms a login. */
enum { ITERATIONS = 64 };

static void make_server(PgMember *member)
{
    World *world = member->plane->world;
    static const char *const DATABASES[] = {"postgres", "tsb", NULL};
    const PgRole roles[] = {
        {"postgres",    world->postgres_password, true,  true,  ITERATIONS},
        {"tsb",         world->postgres_password, false, false, ITERATIONS},
        {"replication", world->postgres_password, false, true,  ITERATIONS},
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
                                                      .on_command = on_command,
                                                      .self = member});
}

PgMember *pg_member_new(Plane *plane, int index)
{
    PgMember *member = MEMORY_NEW(PgMember);
    World *world = plane->world;
    Random system = world_random(world, "postgres/system");
    char stream[48];

    member->plane = plane;
    member->index = index;
    snprintf(member->name, sizeof member->name, "tsb-postgres-%d", index);
    snprintf(member->pod, sizeof member->pod, "%s-0", member->name);
    world_address(world, 0, plane->index + 1, FIRST_HOST + index, member->ip);
    snprintf(stream, sizeof stream, "postgres/%s/%d", plane->name, index);
    member->random = world_random(world, stream);
    member->timer = timer_new(world->loop, on_time, member);
    member->instance = pg_instance_new(
        &(PgInstanceOptions){.name = member->name,
                             .system_identifier = (random_u64(&system) >> 1) | 1,
                             .server_version_num =
                                 (int)world->parameters.replication.server_version_num,
                             .timeline = 1,
                             .start_lsn = 0x3000000,
                             .write_bytes_per_s = 0});
    make_server(member);
    return member;
}

bool pg_member_start(PgMember *member, Error *err)
{
    return open_door(member, err);
}

void pg_member_free(PgMember *member)
{
    if (!member)
        return;
    close_door(member);
    timer_free(member->timer);
    pg_server_free(member->server);
    pg_instance_free(member->instance);
    free(member);
}
