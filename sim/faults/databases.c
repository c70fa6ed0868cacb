/*
 * sim/faults/databases.c - databases that stand still, crash, have no room, or are not what they seem to be.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "sim/faults/members.h"
#include "sim/faults/table.h"

static const Field FIELDS[] = {MEMBER_FIELDS};

static void set_paused(World *world, const MemberArguments *which, bool is_paused)
{
    EACH_MEMBER(member, world, which)
    member->database->pause_replay(member, is_paused);
}

static void pause_replay(World *world, ArmedFault *fault, const void *arguments)
{
    const MemberArguments *which = arguments;

    set_paused(world, which, true);
    fault_prove_by_call(fault, "postgres.query", which->plane, NULL, NULL, NULL);
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
    .fields = FIELDS,
    .field_count = 2,
    .argument_size = sizeof(MemberArguments),
    .inject = pause_replay,
    .clear = resume_replay,
};

/* ---- it is another one ------------------------------------------------------------------------------------------------------------- */

static void initialise(World *world, ArmedFault *fault, const void *arguments)
{
    const MemberArguments *which = arguments;
    Random system = world_random(world, "postgres/other system");

    fault_prove_by_call(fault, "postgres.query", which->plane, NULL, NULL, NULL);
    EACH_FAKE(member, world, which)
    pg_initialise(member->instance, (random_u64(&system) >> 1) | 1);
}

const FaultType FAULT_OTHER_SYSTEM = {
    .name = "otherSystem",
    .summary = "a database was initialised anew: it is empty, and of another system identifier",
    .dossier = "F-106",
    .witness = "a query to a database of that plane afterwards",
    .fields = FIELDS,
    .field_count = 2,
    .argument_size = sizeof(MemberArguments),
    .inject = initialise,
};

/* Promoted, and made a standby again with what it has: its log forked off. */
static void diverge(World *world, ArmedFault *fault, const void *arguments)
{
    const MemberArguments *which = arguments;

    fault_prove_by_call(fault, "postgres.query", which->plane, NULL, NULL, NULL);
    EACH_FAKE(member, world, which)
    {
        PgInstance *upstream = pg_upstream(member->instance);
        PgLink link = *pg_link(member->instance);

        pg_promote(member->instance);
        pg_follow(member->instance, upstream, &link);
    }
}

const FaultType FAULT_DIVERGED = {
    .name = "diverged",
    .summary = "a standby was promoted for a moment: it is on a timeline of its own",
    .dossier = "F-107",
    .witness = "a query to a database of that plane afterwards",
    .fields = FIELDS,
    .field_count = 2,
    .argument_size = sizeof(MemberArguments),
    .inject = diverge,
};

static void promote(World *world, ArmedFault *fault, const void *arguments)
{
    const MemberArguments *which = arguments;

    fault_prove_by_event(fault, EVENT_POSTGRES_PROMOTED, which->plane, "was told to");
    EACH_FAKE(member, world, which)
    {
        pg_promote(member->instance);
        pg_member_look(member);
    }
}

const FaultType FAULT_TWO_PRIMARIES = {
    .name = "twoPrimaries",
    .summary = "somebody promotes a standby's database by hand: both planes' take writes",
    .dossier = "PG-01",
    .witness = "the database that left recovery",
    .fields = FIELDS,
    .field_count = 2,
    .argument_size = sizeof(MemberArguments),
    .inject = promote,
};

/* ---- it has no room, or does not stay up ------------------------------------------------------------------------------------------- */

typedef struct {
    MemberArguments which;
    bool panics;
} DiskArguments;

static const Field DISK_FIELDS[] = {
    MEMBER_FIELDS,
    {"panics", FIELD_BOOL, offsetof(DiskArguments, panics), false,
      "no room for the log either: it ends, and whenever it starts", NULL},
};

static void fill_disk(World *world, ArmedFault *fault, const void *arguments)
{
    const DiskArguments *disk = arguments;

    if (disk->panics)
        fault_prove_by_hold(fault, disk->which.plane, "database");
    else
        fault_prove_by_call(fault, "postgres.query", disk->which.plane, NULL, NULL, NULL);
    EACH_FAKE(member, world, &disk->which)
    {
        pg_set_disk_full(member->instance, true);
        if (!disk->panics)
            continue;
        member->panic = "could not write to file \"pg_wal/xlogtemp.29\": No space left on device";
        pg_member_crash(member);
    }
    replication_settle(world);
}

static void make_room(World *world, ArmedFault *fault, const void *arguments)
{
    (void)fault;
    EACH_FAKE(member, world, arguments)
    {
        pg_set_disk_full(member->instance, false);
        member->panic = NULL;
    }
    replication_settle(world);
}

const FaultType FAULT_DISK_FULL = {
    .name = "diskFull",
    .summary =
        "the volume of a database is full: no write, and nothing that a standby receives, finds room",
    .dossier = "F-112",
    .witness = "a query to a database of that plane meanwhile, or its start that failed",
    .fields = DISK_FIELDS,
    .field_count = 3,
    .argument_size = sizeof(DiskArguments),
    .inject = fill_disk,
    .clear = make_room,
};

typedef struct {
    MemberArguments which;
    bool only_backend;
} CrashArguments;

static const Field CRASH_FIELDS[] = {
    MEMBER_FIELDS,
    {"backend", FIELD_BOOL, offsetof(CrashArguments, only_backend), false,
      "one backend: its pod stays, and it recovers", NULL},
};

static void crash(World *world, ArmedFault *fault, const void *arguments)
{
    const CrashArguments *crashed = arguments;

    fault_prove_by_event(fault, EVENT_CONTROLLER_CHANGE, crashed->which.plane, "crashed");
    EACH_MEMBER(member, world, &crashed->which)
    {
        if (crashed->only_backend)
            pg_member_recover(member);
        else
            pg_member_crash(member);
    }
}

const FaultType FAULT_DATABASE_CRASHES = {
    .name = "databaseCrashes",
    .summary = "a Postgres process is killed, and its pod starts anew",
    .dossier = "F-112",
    .witness = "the pod that went down, or recovers",
    .fields = CRASH_FIELDS,
    .field_count = 3,
    .argument_size = sizeof(CrashArguments),
    .inject = crash,
};

/* ---- it shows a certificate whose time is over ----------------------------------------------------------------------------------------- */

static void expire(World *world, ArmedFault *fault, const void *arguments)
{
    Plane *plane = world_plane(world, ((const MemberArguments *)arguments)->plane);

    if (plane)
        plane_expire_databases(plane, fault_prove_by_refusal(fault));
}

static void renew(World *world, ArmedFault *fault, const void *arguments)
{
    Plane *plane = world_plane(world, ((const MemberArguments *)arguments)->plane);

    (void)fault;
    if (plane)
        plane_expire_databases(plane, NULL);
}

const FaultType FAULT_DATABASE_CERTIFICATE_EXPIRED = {
    .name = "databaseCertificateExpired",
    .summary = "the databases of a plane show a certificate that has expired",
    .dossier = "F-115",
    .witness = "the handshake that a client broke off",
    .fields = FIELDS,
    .field_count = 1,
    .argument_size = sizeof(MemberArguments),
    .inject = expire,
    .clear = renew,
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
