/*
 * sim/postgres_real/kind.c - a member's database as a real server: what its pod tells and asks, passed on.
 */
#include "sim/postgres_real/real.h"
#include "sim/postgres_real/server.h"

static void make(PgMember *member)
{
    member->real = real_server_new(member);
}

static void drop(PgMember *member)
{
    real_server_free(member->real);
}

static PgState state(const PgMember *member)
{
    const RealServer *server = member->real;

    if (server->phase != REAL_RUNNING)
        return server->is_wanted ? PG_STARTING : PG_STOPPED;
    return server->is_ready && server->is_admitted ? PG_READY : PG_STARTING;
}

static bool is_standby(const PgMember *member)
{
    return member->real->is_standby;
}

static uint32_t timeline(const PgMember *member)
{
    return member->real->timeline;
}

static PgLsn lsn(const PgMember *member)
{
    return member->real->lsn;
}

static void accept_client(PgMember *member, int fd)
{
    real_accept(member->real, fd);
}

static void stop(PgMember *member)
{
    real_server_stop(member->real);
}

static bool initialise(PgMember *member)
{
    return real_server_begin(member->real);
}

/* From whom: the uplink asks again, as it connects. */
static bool copy(PgMember *member, PgMember *upstream)
{
    (void)upstream;
    return real_server_copy(member->real);
}

/* A pod that is kept from becoming ready has no server: a real one would not only be hidden, it would go on. */
static void start(PgMember *member)
{
    member->real->is_admitted = false;
    if (!plane_is_blocked(member->plane, "postgres"))
        real_server_start(member->real);
    if (member->real->is_unfilled && member->real->phase == REAL_RUNNING) {
        member->real->is_unfilled = false;
        real_fill(member->real);
    }
}

/* The probe of its pod: from now on it is ready when it says so. */
static void admit(PgMember *member)
{
    member->real->is_admitted = true;
    if (member->real->phase == REAL_DOWN)
        real_server_start(member->real);
}

/* It looks for it by itself. */
static void find_trigger(PgMember *member)
{
    (void)member;
}

static void pause_replay(PgMember *member, bool is_paused)
{
    real_pause_replay(member->real, is_paused);
}

static void set_write_rate(PgMember *member, double bytes_per_s)
{
    real_set_write_rate(member->real, bytes_per_s);
}

static const cJSON *row(const PgMember *member, const char *key)
{
    return rows_find(&member->real->rows, key);
}

static void each_row(const PgMember *member, const char *prefix, PgRowVisitor *visitor, void *owner)
{
    rows_each(&member->real->rows, prefix, visitor, owner);
}

static bool write_row(PgMember *member, const char *key, const cJSON *value,
                      DatabaseWritten *on_written, void *owner)
{
    return real_write(member->real, key, value, on_written, owner);
}

static DatabaseStream stream(const PgMember *member)
{
    const Relays *uplinks = &member->real->uplinks;

    return (DatabaseStream){.is_connected = uplinks->count > 0,
                            .is_stalled =
                                uplinks->count > 0 && relay_is_stalled(uplinks->relays[0])};
}

static void set_stream(PgMember *member, DatabaseStream wanted)
{
    if (wanted.is_connected)
        real_stall_uplinks(member->real, wanted.is_stalled);
    else
        real_drop_uplinks(member->real);
}

static const PgMember *upstream(const PgMember *member)
{
    return member->real->uplinks.count > 0 ? member->real->upstream : NULL;
}

const DatabaseKind DATABASE_REAL = {
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
    .upstream = upstream,
};
