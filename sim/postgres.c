/*
 * sim/postgres.c - one Postgres instance with its pod and its server: stopped, copied, started, promoted.
 *
 * All goes well: a restart stops the server at once, half of the drawn time later it starts (57P03), and at its end it is ready. With the
 * trigger file it is promoted at its next poll. A member that is to be copied waits, before it starts, until its upstream can be reached.
 * Goes wrong: while "postgres" is blocked it stays starting; from Postgres 16 on, or with "trigger" blocked, the trigger file does nothing
 * (F-309); while "promotion" is blocked it has found it and does not come to the end of recovery.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "sim/faults/faults.h"
#include "sim/inside.h"
#include "sim/postgres_real/real.h"

enum { FIRST_HOST = 10, PORT = 5432, COPY_RETRY_MS = 5000, FIRST_WITHOUT_TRIGGER = 160000 };

PgState pg_member_state(const PgMember *member)
{
    return member->database->state(member);
}

bool pg_member_is_ready(const PgMember *member)
{
    return pg_member_state(member) == PG_READY;
}

bool pg_member_is_standby(const PgMember *member)
{
    return member->database->is_standby(member);
}

/* ---- what everybody should know ------------------------------------------------------------------------------------------------------ */

static cJSON *facts(const PgMember *member)
{
    char lsn[24];
    cJSON *data = cJSON_CreateObject();

    cJSON_AddStringToObject(data, "instance", member->name);
    cJSON_AddNumberToObject(data, "timeline", member->database->timeline(member));
    cJSON_AddStringToObject(data, "lsn", pg_lsn_text(member->database->lsn(member), lsn));
    return data;
}

void pg_member_tell(PgMember *member)
{
    bool is_standby = pg_member_is_standby(member);
    cJSON *data = facts(member);

    member->was_standby = is_standby;
    cJSON_AddStringToObject(data, "role", is_standby ? "standby" : "primary");
    trace_add(member->plane->world->trace, member->plane->name, EVENT_POSTGRES_ROLE, data,
              "%s: %s is a %s", member->plane->name, member->name,
              is_standby ? "standby" : "primary");
    plane_settle(member->plane);
    replication_settle(member->plane->world);
    kubegres_saw_pod(member->plane->kubegres, member);
}

/* It left recovery: it found its trigger file, or a client said SELECT pg_promote(). */
static void see_promotion(PgMember *member)
{
    const Plane *plane = member->plane;
    bool is_by_trigger = member->phase == PG_POD_TRIGGERED;
    cJSON *data = facts(member);

    if (is_by_trigger) {
        member->has_trigger = false;
        member->phase = PG_POD_RUNNING;
        trace_add(plane->world->trace, plane->name, EVENT_POSTGRES_PROMOTED, data,
                  "%s: %s left recovery and is on timeline %u: there is no way back", plane->name,
                  member->name, member->database->timeline(member));
    } else {
        trace_add(plane->world->trace, plane->name, EVENT_POSTGRES_PROMOTED, data,
                  "%s: %s was told to leave recovery, and did", plane->name, member->name);
    }
    pg_member_tell(member);
}

/* ---- its server ------------------------------------------------------------------------------------------------------------------- */

void pg_member_accept(void *self, int fd)
{
    PgMember *member = self;

    member->database->accept(member, fd);
}

bool pg_member_write(PgMember *member, const char *key, const cJSON *value,
                     DatabaseWritten *on_written, void *owner)
{
    return member->database->write(member, key, value, on_written, owner);
}

const cJSON *pg_member_row(const PgMember *member, const char *key)
{
    return member->database->row(member, key);
}

void pg_member_each_row(const PgMember *member, const char *prefix, PgRowVisitor *visitor,
                        void *owner)
{
    member->database->each_row(member, prefix, visitor, owner);
}

static bool open_door(PgMember *member, Error *err)
{
    return member->door || door_open(member->plane->world, member->ip, PORT, member->plane->name,
                                     pg_member_accept, member, &member->door, err);
}

static void close_door(PgMember *member)
{
    door_close(member->door);
    member->door = NULL;
}

static void go_down(PgMember *member)
{
    member->database->stop(member);
    close_door(member);
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

/* Is it up, so that it can go down? */
static bool is_running(const PgMember *member)
{
    return member->phase == PG_POD_RUNNING || member->phase == PG_POD_TRIGGERED;
}

void pg_member_crash(PgMember *member)
{
    if (!is_running(member))
        return;
    member->crashes++;
    world_note(member->plane->world, member->plane->name, "postgres", "pods", member->pod,
               "crashed");
    pg_member_restart(member, false);
}

void pg_member_recover(PgMember *member)
{
    if (!is_running(member) || !member->instance)
        return;
    world_note(member->plane->world, member->plane->name, "postgres", "pods", member->pod,
               "recovers: one of its processes crashed");
    pg_server_drop_connections(member->server, false);
    pg_set_state(member->instance, PG_RECOVERING);
    replication_disconnect(member);
    pg_pod_show(member, false);
    member->phase = PG_POD_STARTING;
    timer_start(member->timer,
                span_draw(&member->plane->world->parameters.kubegres.restart, &member->random) / 2);
    plane_settle(member->plane);
    replication_settle(member->plane->world);
}

void pg_member_reseed(PgMember *member, const char *upstream_host)
{
    snprintf(member->upstream_host, sizeof member->upstream_host, "%s", upstream_host);
    member->is_to_be_copied = true;
    member->copied_ms = 0;
    member->has_trigger = false;
    pg_member_label(member, false);
    go_down(member);
    restart_in(member);
}

void pg_member_deploy(PgMember *member, bool is_primary, const char *upstream_host)
{
    member->is_deployed = true;
    member->is_primary_by_label = is_primary;
    snprintf(member->upstream_host, sizeof member->upstream_host, "%s", upstream_host);
    member->is_to_be_begun = is_primary;
    member->is_to_be_copied = !is_primary;
    member->copied_ms = 0;
    member->has_trigger = false;
    member->was_standby = !is_primary;
    pg_pod_make(member, false);
    restart_in(member);
}

void pg_member_remove(PgMember *member)
{
    timer_stop(member->timer);
    member->is_deployed = false;
    member->database->stop(member);
    close_door(member);
    replication_disconnect(member);
    member->phase = PG_POD_STOPPED;
    plane_settle(member->plane);
    replication_settle(member->plane->world);
}

void pg_member_label(PgMember *member, bool is_primary)
{
    if (member->is_primary_by_label == is_primary)
        return;
    member->is_primary_by_label = is_primary;
    pg_pod_label(member);
}

/* The init container of the first primary: an empty database cluster. */
static bool begin_data(PgMember *member)
{
    if (!member->database->initialise(member)) {
        member->phase = PG_POD_COPYING;
        timer_start(member->timer, COPY_RETRY_MS);
        return false;
    }
    member->is_to_be_begun = false;
    world_note(member->plane->world, member->plane->name, "kubegres", "statefulsets", member->name,
               "has an empty database");
    return true;
}

/* The init container: takes the base backup if its upstream can be reached, or tries again later. */
static bool copy(PgMember *member)
{
    PgMember *upstream = replication_upstream(member);

    if (!upstream)
        member->copied_ms = 0; /* what had begun is lost */
    if (!upstream || !member->database->copy(member, upstream)) {
        member->phase = PG_POD_COPYING;
        timer_start(member->timer, COPY_RETRY_MS);
        return false;
    }
    member->is_to_be_copied = false;
    world_note(member->plane->world, member->plane->name, "kubegres", "statefulsets", member->name,
               "took a base backup");
    return true;
}

static void come_up(PgMember *member)
{
    int64_t left = member->ready_ms - clock_mono_ms();
    Error err = {0};

    if ((member->is_to_be_copied && !copy(member)) ||
        (member->is_to_be_begun && !begin_data(member)))
        return;
    if (!open_door(member, &err))
        world_note(member->plane->world, member->plane->name, "kubegres", "pods", member->pod,
                   err.message);
    member->database->start(member);
    member->phase = PG_POD_STARTING;
    timer_start(member->timer, left > 0 ? left : 0);
}

/* Its start-up process ends, and with it the server: its container comes again, and so it goes on. */
static void panic(PgMember *member)
{
    pg_pod_log(member, "PANIC:  %s", member->panic);
    faults_on_held(member->plane->world->faults, member->plane->name, "database");
    member->crashes++;
    pg_member_restart(member, false);
}

static void get_ready(PgMember *member)
{
    const WorldParameters *parameters = &member->plane->world->parameters;

    if (plane_is_blocked(member->plane, "postgres"))
        return;
    if (member->panic) {
        panic(member);
        return;
    }
    member->database->admit(member);
    if (!pg_member_is_ready(member))
        return;
    pg_pod_show(member, true);
    member->phase = PG_POD_RUNNING;
    if (member->has_trigger && member->was_standby && !pg_member_is_standby(member)) {
        member->phase = PG_POD_TRIGGERED; /* a real server had found its trigger file by then */
        see_promotion(member);
        return;
    }
    pg_member_tell(member);
    if (member->has_trigger && plane_is_blocked(member->plane, "trigger"))
        member->has_trigger = false; /* the script failed, and said nothing */
    if (member->has_trigger && member->was_standby &&
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
        if (plane_is_blocked(member->plane, "promotion"))
            break;
        member->database->find_trigger(member);
        pg_member_look(member);
        break;
    case PG_POD_RUNNING:
        break;
    }
}

void pg_member_kick(PgMember *member)
{
    if ((member->phase == PG_POD_STARTING || member->phase == PG_POD_TRIGGERED) &&
        !timer_is_running(member->timer))
        timer_start(member->timer, 0);
}

void pg_member_look(PgMember *member)
{
    if (member->phase == PG_POD_COPYING)
        timer_start(member->timer, 0);
    pg_member_kick(member);
    if ((member->phase == PG_POD_RUNNING || member->phase == PG_POD_TRIGGERED) &&
        member->was_standby && pg_member_is_ready(member) && !pg_member_is_standby(member))
        see_promotion(member);
    plane_settle(member->plane);
}

/* ---- its beginning and end ---------------------------------------------------------------------------------------------------------- */

PgMember *pg_member_new(Plane *plane, int index)
{
    PgMember *member = MEMORY_NEW(PgMember);
    World *world = plane->world;
    char stream[48];

    member->plane = plane;
    member->index = index;
    snprintf(member->name, sizeof member->name, "tsb-postgres-%d", index);
    snprintf(member->pod, sizeof member->pod, "%s-0", member->name);
    world_address(world, 0, plane->index + 1, FIRST_HOST + index, member->ip);
    snprintf(stream, sizeof stream, "postgres/%s/%d", plane->name, index);
    member->random = world_random(world, stream);
    member->timer = timer_new(world->loop, on_time, member);
    member->database = world->real ? &DATABASE_REAL : &DATABASE_FAKE;
    member->database->make(member);
    member->is_deployed = plane_begins_installed(plane);
    if (!member->is_deployed) {
        member->phase = PG_POD_STOPPED;
        member->database->stop(member);
    }
    return member;
}

bool pg_member_start(PgMember *member, Error *err)
{
    return !member->is_deployed || open_door(member, err);
}

void pg_member_free(PgMember *member)
{
    if (!member)
        return;
    close_door(member);
    timer_free(member->timer);
    member->database->drop(member);
    free(member);
}
