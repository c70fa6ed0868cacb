/*
 * fakes/postgres/functions_slots.c - slots made and dropped by SQL.
 *
 * Source: PostgreSQL 15 manual, 9.27.6; slotfuncs.c.
 */
#include "fakes/postgres/functions.h"
#include "fakes/postgres/peers.h"

bool sql_may_use_slots(const SqlContext *context, PgReport *report)
{
    return context->is_superuser || context->may_replicate ||
           pg_error(report, "42501", (PgSource){"slot.c", "1211", "CheckSlotPermissions"},
                    "must be superuser or replication role to use replication slots");
}

SQL_FUNCTION(drop_slot)
{
    PgPeers *peers = pg_peers(context->instance);
    PgSlot *slot;

    UNUSED(count);
    if (!sql_may_use_slots(context, report))
        return false;
    slot = pg_slot_take(peers, arguments[0].text, context->pid, report);
    if (slot == NULL)
        return false;
    pg_slot_drop(peers, slot);
    *out = pg_integer(PG_VOID, 0);
    return true;
}

/* clang-format off */
static const SqlFunction ROWS[] = {
    {"pg_drop_replication_slot", PG_VOID, TAKES(1, 1, PG_NAME), .run = drop_slot},
};
/* clang-format on */

const SqlFunctions SLOT_FUNCTIONS = FUNCTIONS_OF(ROWS);
