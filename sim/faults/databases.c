/*
 * sim/faults/databases.c - a standby whose database stands still, or is not what it seems to be.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "sim/faults/table.h"

typedef struct {
    const char *plane;
    int64_t instance;
} ReplayArguments;

static const Field REPLAY_FIELDS[] = {
    {"plane",    FIELD_TEXT,    offsetof(ReplayArguments, plane),    true,  "mp1 or mp2",           NULL},
    {"instance", FIELD_INTEGER, offsetof(ReplayArguments, instance), false, "1.. ; 0: all of them",
     NULL                                                                                               },
};

static void set_paused(World *world, const ReplayArguments *replay, bool is_paused)
{
    Plane *plane = world_plane(world, replay->plane);

    for (int i = 0; plane && i < plane->member_count; i++) {
        PgMember *member = plane->members[i];

        if (!replay->instance || member->index == replay->instance)
            member->database->pause_replay(member, is_paused);
    }
}

static void pause_replay(World *world, ArmedFault *fault, const void *arguments)
{
    const ReplayArguments *replay = arguments;

    set_paused(world, replay, true);
    fault_prove_by_call(fault, "postgres.query", replay->plane, NULL, NULL, NULL);
}

static void resume_replay(World *world, ArmedFault *fault, const void *arguments)
{
    (void)fault;
    set_paused(world, arguments, false);
}

const FaultType FAULT_REPLAY_PAUSED = {
    .name = "replayPaused",
    .summary = "a standby receives the log and does not replay it",
    .dossier = "F-122",
    .witness = "a query to a database of that plane while it stands still",
    .fields = REPLAY_FIELDS,
    .field_count = sizeof REPLAY_FIELDS / sizeof *REPLAY_FIELDS,
    .argument_size = sizeof(ReplayArguments),
    .inject = pause_replay,
    .clear = resume_replay,
};

/* ---- rows that are not there ---------------------------------------------------------------------------------------------------- */

typedef struct {
    const char *plane, *prefix;
} RowsArguments;

static const Field ROWS_FIELDS[] = {
    {"plane",  FIELD_TEXT, offsetof(RowsArguments, plane),  true,  "mp1 or mp2", NULL},
    {"prefix", FIELD_TEXT, offsetof(RowsArguments, prefix), false,
     "which: tenants/, clusters/; all",                                          NULL},
};

typedef struct {
    char **keys;
    size_t count, capacity;
} Keys;

static bool add_key(void *owner, const char *key, const cJSON *value)
{
    Keys *keys = owner;

    (void)value;
    MEMORY_GROW(keys->keys, keys->count, keys->capacity);
    keys->keys[keys->count++] = memory_text(key);
    return true;
}

/* What its replica never had, or lost: as if the copy had been taken from the wrong place. */
static void lose_rows(World *world, ArmedFault *fault, const void *arguments)
{
    const RowsArguments *rows = arguments;
    Plane *plane = world_plane(world, rows->plane);
    PgMember *database = plane ? plane_primary(plane) : NULL;
    Keys keys = {0};

    if (!database)
        return;
    pg_member_each_row(database, rows->prefix ? rows->prefix : "", add_key, &keys);
    for (size_t i = 0; i < keys.count; i++) {
        pg_member_write(database, keys.keys[i], NULL, NULL, NULL);
        free(keys.keys[i]);
    }
    if (keys.count > 0)
        fault_prove_by_call(fault, "front.request", plane->name, "GET", NULL, NULL);
    free(keys.keys);
}

const FaultType FAULT_ROWS_LOST = {
    .name = "rowsLost",
    .summary = "a plane's primary lacks rows that it should have",
    .dossier = "F-401",
    .witness = "a request to that plane's API",
    .fields = ROWS_FIELDS,
    .field_count = sizeof ROWS_FIELDS / sizeof *ROWS_FIELDS,
    .argument_size = sizeof(RowsArguments),
    .inject = lose_rows,
};
