/*
 * sim/postgres_real/side.c - the real servers of a world, from an empty folder to a primary with its standbys, and away again.
 *
 * It reads top-down, and waits by running the loop, before anything else of the world has begun. All goes well: initdb, the first server, its
 * tables; a base backup for every other one, which then follows. Goes wrong: any of it takes too long or fails: the error names the log.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "sim/postgres_real/real.h"
#include "sim/postgres_real/server.h"

enum { PATIENCE_MS = 120000 };

/* ---- each of them ------------------------------------------------------------------------------------------------------------------ */

typedef bool EachServer(RealServer *server, Error *err);

/* True if it was for all of them. */
static bool each(const World *world, EachServer *call, Error *err)
{
    for (int p = 0; p < WORLD_PLANES; p++)
        for (int i = 0; i < world->planes[p]->member_count; i++)
            if (!call(world->planes[p]->members[i]->real, err))
                return false;
    return true;
}

static RealServer *first_of(const World *world)
{
    return world->planes[0]->members[0]->real;
}

/* ---- waiting ----------------------------------------------------------------------------------------------------------------------- */

typedef struct {
    const RealServer *server;
    bool (*condition)(const RealServer *server);
    bool is_late;
} Wait;

static bool is_over(void *owner)
{
    const Wait *wait = owner;

    return wait->is_late || wait->condition(wait->server);
}

static void on_late(void *owner)
{
    ((Wait *)owner)->is_late = true;
}

static bool wait_for(const RealServer *server, bool (*condition)(const RealServer *server),
                     const char *what, Error *err)
{
    Loop *loop = server->member->plane->world->loop;
    Wait wait = {server, condition, false};
    Timer *late = timer_new(loop, on_late, &wait);

    timer_start(late, PATIENCE_MS);
    loop_run_until(loop, is_over, &wait);
    timer_free(late);
    return !wait.is_late || error_set(err, ERR_TIMEOUT, "%s of %s takes too long: see %s", what,
                                      server->member->name, server->log);
}

static bool has_no_process(const RealServer *server)
{
    return server->phase == REAL_DOWN;
}

static bool is_ready(const RealServer *server)
{
    return server->is_ready || server->phase == REAL_DOWN;
}

static bool is_following(const RealServer *server)
{
    return (server->is_ready && server->uplinks.count > 0) || server->phase == REAL_DOWN;
}

static bool fail(const RealServer *server, const char *what, Error *err)
{
    char *log = NULL;
    size_t length = 0;

    if (!file_read(server->log, &log, &length, NULL))
        log = memory_text("");
    while (length > 0 && log[length - 1] == '\n')
        log[--length] = '\0';
    error_set(err, ERR_IO, "%s of %s/%s failed: %.300s", what, server->member->plane->name,
              server->member->name, length > 300 ? log + length - 300 : log);
    free(log);
    return false;
}

/* ---- the cluster --------------------------------------------------------------------------------------------------------------------- */

static bool wait_until_copied(RealServer *server, const char *what, Error *err)
{
    if (!wait_for(server, has_no_process, what, err))
        return false;
    if (!server->is_copied)
        return fail(server, what, err);
    server->is_copied = false;
    return true;
}

static bool wait_until_up(RealServer *server, bool (*condition)(const RealServer *server),
                          Error *err)
{
    real_server_start(server);
    if (!wait_for(server, condition, "the start", err))
        return false;
    return server->phase == REAL_RUNNING || fail(server, "the start", err);
}

static bool begin_first(RealServer *first, Error *err)
{
    if (!first->member->is_deployed)
        return true;
    if (!real_server_initialize(first, err) || !wait_until_copied(first, "initdb", err))
        return false;
    real_server_start(first);
    if (first->phase != REAL_RUNNING)
        return fail(first, "the start", err);
    real_fill(first);
    return wait_until_up(first, is_ready, err);
}

static bool begin_other(RealServer *server, Error *err)
{
    if (server == first_of(server->member->plane->world) || !server->member->is_deployed)
        return true;
    if (server->member->plane->index > 0)
        snprintf(server->member->upstream_host, sizeof server->member->upstream_host, "%s",
                 server->member->plane->world->planes[0]->permanent_name);
    real_server_copy(server);
    return wait_until_copied(server, "the base backup", err) &&
           wait_until_up(server, is_following, err);
}

static bool open_uplink(RealServer *server, Error *err)
{
    real_server_place(server);
    return real_uplink_open(server, err);
}

/* ---- its folder ---------------------------------------------------------------------------------------------------------------------- */

/* The servers' account has to pass through the world's folder, which it cannot read, to its own. */
static bool make_folder(RealSide *side, Error *err)
{
    char *whole = NULL;
    struct stat facts;

    if (!file_make_folder(side->world->folder, err))
        return false;
    whole = realpath(side->world->folder, NULL);
    if (!whole || stat(whole, &facts) != 0 || chmod(whole, facts.st_mode | S_IXOTH) != 0) {
        free(whole);
        return error_set(err, ERR_IO, "%s: %s", side->world->folder, strerror(errno));
    }
    side->folder = memory_format("%s/postgres", whole);
    side->world_folder = whole;
    if (mkdir(side->folder, 0700) != 0)
        return error_set(err, errno == EEXIST ? ERR_CONFLICT : ERR_IO, "%s: %s", side->folder,
                         strerror(errno));
    return account_own(&side->account, side->folder, err);
}

static bool prepare(RealSide *side, Error *err)
{
    const World *world = side->world;

    if (world->is_simulated)
        return error_set(err, ERR_INPUT, "a real server does not live in simulated time");
    return real_programs_check(err) && account_find(&side->account, err) &&
           make_folder(side, err) &&
           keeper_start(world->loop, side->folder,
                        world->is_private ? side->world_folder : side->folder, &side->keeper,
                        err) &&
           real_files_write(side, err);
}

bool real_side_start(RealSide *side, Error *err)
{
    return (prepare(side, err) && each(side->world, open_uplink, err) &&
            begin_first(first_of(side->world), err) && each(side->world, begin_other, err)) ||
           error_wrap(err, "real Postgres");
}

RealSide *real_side_new(World *world)
{
    RealSide *side = MEMORY_NEW(RealSide);

    side->world = world;
    return side;
}

static bool end(RealServer *server, Error *err)
{
    (void)err;
    real_server_end(server);
    return true;
}

void real_side_end(RealSide *side)
{
    if (side)
        each(side->world, end, NULL);
}

void real_side_free(RealSide *side)
{
    if (!side)
        return;
    keeper_free(side->keeper);
    free(side->folder);
    free(side->world_folder);
    free(side);
}
