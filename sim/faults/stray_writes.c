/*
 * sim/faults/stray_writes.c - a job or a direct client writes into a plane's database, past TSB: also into one that is fenced.
 */
#include "sim/database.h"
#include "sim/faults/table.h"

typedef struct {
    const char *plane;
    int64_t rate;
} StrayArguments;

static const Field STRAY_FIELDS[] = {
    {"plane", FIELD_TEXT, offsetof(StrayArguments, plane), true, "mp1 or mp2",              NULL},
    {"rate",  FIELD_SIZE, offsetof(StrayArguments, rate),  true, "bytes of log per second", NULL},
};

static void set_rate(World *world, const char *plane, int64_t rate)
{
    PgMember *primary = plane_primary(world_plane(world, plane));

    if (primary)
        primary->database->set_write_rate(primary, (double)rate);
}

static void write_strayly(World *world, ArmedFault *fault, const void *arguments)
{
    const StrayArguments *stray = arguments;

    set_rate(world, stray->plane, stray->rate);
    fault_prove_by_call(fault, "postgres.query", stray->plane, NULL, NULL, NULL);
}

static void stop_writing(World *world, ArmedFault *fault, const void *arguments)
{
    const StrayArguments *stray = arguments;

    (void)fault;
    set_rate(world, stray->plane, 0);
}

const FaultType FAULT_STRAY_WRITES = {
    .name = "strayWrites",
    .summary = "somebody writes into a plane's database past TSB",
    .dossier = "F-902",
    .witness = "a query to a database of that plane",
    .fields = STRAY_FIELDS,
    .field_count = sizeof STRAY_FIELDS / sizeof *STRAY_FIELDS,
    .argument_size = sizeof(StrayArguments),
    .inject = write_strayly,
    .clear = stop_writing,
};
