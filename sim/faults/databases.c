/*
 * sim/faults/databases.c - a standby whose database stands still.
 */
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
        PgLink link = *pg_link(plane->members[i]->instance);

        if (replay->instance && plane->members[i]->index != replay->instance)
            continue;
        link.is_replay_paused = is_paused;
        pg_set_link(plane->members[i]->instance, &link);
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
