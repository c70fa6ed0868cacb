/*
 * sim/faults/streams.c - a standby's stream of log that stands still, is slow, dead, refused, or has nothing to go on from.
 *
 * The pods are Ready all the while. Some need an instance of ours (PgMember.instance): of a real server they have no witness.
 */
#include <string.h>

#include "fakes/postgres/peers.h"
#include "sim/faults/members.h"
#include "sim/faults/table.h"

static const Field FIELDS[] = {MEMBER_FIELDS};

/* ---- it flows, and not as it should ---------------------------------------------------------------------------------------------- */

static void set_stalled(World *world, const MemberArguments *which, bool is_stalled)
{
    EACH_FAKE(member, world, which)
    {
        PgLink link = *pg_link(member->instance);

        link.is_stalled = is_stalled;
        pg_set_link(member->instance, &link);
    }
}

static void stall(World *world, ArmedFault *fault, const void *arguments)
{
    const MemberArguments *which = arguments;

    set_stalled(world, which, true);
    fault_prove_by_call(fault, "postgres.query", which->plane, NULL, NULL, NULL);
}

static void go_on(World *world, ArmedFault *fault, const void *arguments)
{
    (void)fault;
    set_stalled(world, arguments, false);
}

const FaultType FAULT_STREAM_STALLED = {
    .name = "streamStalled",
    .summary = "a standby's stream is alive and brings nothing",
    .dossier = "F-121",
    .witness = "a query to a database of that plane while it stands still",
    .fields = FIELDS,
    .field_count = 2,
    .argument_size = sizeof(MemberArguments),
    .inject = stall,
    .clear = go_on,
};

typedef struct {
    MemberArguments which;
    int64_t bytes_per_s;
} SlowArguments;

static const Field SLOW_FIELDS[] = {
    MEMBER_FIELDS,
    {"rate", FIELD_SIZE, offsetof(SlowArguments, bytes_per_s), true, "what comes in, per second",
      NULL},
};

static void set_rate(World *world, const MemberArguments *which, double bytes_per_s)
{
    EACH_FAKE(member, world, which)
    {
        PgLink link = *pg_link(member->instance);

        link.bytes_per_s = bytes_per_s;
        pg_set_link(member->instance, &link);
    }
}

static void slow_down(World *world, ArmedFault *fault, const void *arguments)
{
    const SlowArguments *slow = arguments;

    set_rate(world, &slow->which, (double)slow->bytes_per_s);
    fault_prove_by_call(fault, "postgres.query", slow->which.plane, NULL, NULL, NULL);
}

static void speed_up(World *world, ArmedFault *fault, const void *arguments)
{
    (void)fault;
    set_rate(world, arguments, 0);
}

const FaultType FAULT_STREAM_SLOW = {
    .name = "streamSlow",
    .summary = "a standby's stream brings less than is written",
    .dossier = "F-101",
    .witness = "a query to a database of that plane while it lags",
    .fields = SLOW_FIELDS,
    .field_count = 3,
    .argument_size = sizeof(SlowArguments),
    .inject = slow_down,
    .clear = speed_up,
};

/* ---- it breaks --------------------------------------------------------------------------------------------------------------------- */

static void break_off(World *world, ArmedFault *fault, const void *arguments)
{
    const MemberArguments *which = arguments;

    fault_prove_by_event(fault, EVENT_CONTROLLER_CHANGE, which->plane, "it was reset");
    EACH_MEMBER(member, world, which)
    replication_break(member);
}

const FaultType FAULT_STREAM_CUT = {
    .name = "streamCut",
    .summary = "a standby's stream is reset; a new one comes 5 s later at most",
    .dossier = "F-102",
    .witness = "the standby that lost it",
    .fields = FIELDS,
    .field_count = 2,
    .argument_size = sizeof(MemberArguments),
    .inject = break_off,
};

static void half_open(World *world, ArmedFault *fault, const void *arguments)
{
    const MemberArguments *which = arguments;

    fault_prove_by_hold(fault, which->plane, "stream");
    EACH_MEMBER(member, world, which)
    member->is_half_open = pg_member_is_standby(member);
    replication_settle(world);
}

const FaultType FAULT_STREAM_HALF_OPEN = {
    .name = "streamHalfOpen",
    .summary = "a standby's connection is dead and looks alive, until wal_receiver_timeout",
    .dossier = "F-123",
    .witness = "the standby that hears nothing",
    .fields = FIELDS,
    .field_count = 2,
    .argument_size = sizeof(MemberArguments),
    .inject = half_open,
};

/* ---- nobody lets it in --------------------------------------------------------------------------------------------------------------- */

static const char *const WHYS[] = {"password",    "clientCertificate", "serverCertificate",
                                   "connections", "shutdown",          NULL};
static const char *const REFUSALS[] = {
    "FATAL:  password authentication failed for user \"replication\"",
    "SSL error: sslv3 alert certificate expired",
    "SSL error: certificate verify failed: certificate has expired",
    "FATAL:  number of requested standby connections exceeds max_wal_senders (currently 10)",
    "FATAL:  the database system is shutting down",
};

typedef struct {
    MemberArguments which;
    int why;
    bool keeps;
} RefusedArguments;

static const Field REFUSED_FIELDS[] = {
    MEMBER_FIELDS,
    {"why",   FIELD_CHOICE, offsetof(RefusedArguments, why),   false, "none: password", WHYS},
    {"keeps", FIELD_BOOL,   offsetof(RefusedArguments, keeps), false,
      "the stream that is there lives on",                                               NULL},
};

static void refuse(World *world, ArmedFault *fault, const void *arguments)
{
    const RefusedArguments *refused = arguments;

    fault_prove_by_hold(fault, refused->which.plane, "stream");
    EACH_MEMBER(member, world, &refused->which)
    {
        member->refusal = REFUSALS[refused->why];
        if (!refused->keeps)
            replication_break(member);
    }
}

static void let_in(World *world, ArmedFault *fault, const void *arguments)
{
    (void)fault;
    EACH_MEMBER(member, world, arguments)
    member->refusal = NULL;
}

const FaultType FAULT_STREAM_REFUSED = {
    .name = "streamRefused",
    .summary = "a standby is not let in by its upstream",
    .dossier = "F-114",
    .witness = "the standby that tried",
    .fields = REFUSED_FIELDS,
    .field_count = 4,
    .argument_size = sizeof(RefusedArguments),
    .inject = refuse,
    .clear = let_in,
};

/* ---- what it would go on from is gone ------------------------------------------------------------------------------------------------- */

static void drop_slot(World *world, ArmedFault *fault, const void *arguments)
{
    const MemberArguments *which = arguments;

    EACH_FAKE(member, world, which)
    {
        PgInstance *upstream = pg_upstream(member->instance);
        PgSlot *slot = upstream ? pg_slot_find(pg_peers(upstream), member->slot) : NULL;

        if (!slot)
            continue;
        replication_break(member);
        pg_slot_drop(pg_peers(upstream), slot);
        fault_prove_by_call(fault, "postgres.query", which->plane, NULL, NULL, NULL);
    }
}

const FaultType FAULT_SLOT_LOST = {
    .name = "slotLost",
    .summary = "the replication slot of a standby is dropped",
    .dossier = "F-104",
    .witness = "a query to a database of that plane afterwards",
    .fields = FIELDS,
    .field_count = 2,
    .argument_size = sizeof(MemberArguments),
    .inject = drop_slot,
};

static void remove_log(World *world, ArmedFault *fault, const void *arguments)
{
    const MemberArguments *which = arguments;

    fault_prove_by_call(fault, "postgres.query", which->plane, NULL, NULL, NULL);
    EACH_FAKE(member, world, which)
    {
        PgInstance *upstream = pg_upstream(member->instance);

        replication_break(member);
        if (!upstream)
            continue;
        pg_switch_log(upstream);
        pg_checkpoint(upstream);
    }
}

const FaultType FAULT_LOG_REMOVED = {
    .name = "logRemoved",
    .summary = "a standby is away while its upstream removes the log that it needs",
    .dossier = "F-104",
    .witness = "a query to a database of that plane afterwards",
    .fields = FIELDS,
    .field_count = 2,
    .argument_size = sizeof(MemberArguments),
    .inject = remove_log,
};
