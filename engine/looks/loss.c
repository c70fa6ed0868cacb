/*
 * engine/looks/loss.c - how much an active that is lost had written, and the standby never got.
 *
 * Source: domain.md 8.2 (FO4u), V2. The walreceiver's row goes with its connection, so often only the time of the last replayed commit is left.
 */
#include "engine/observations.h"

#include <stdlib.h>
#include <string.h>

static const char ASK[] =
    "SELECT COALESCE((SELECT latest_end_lsn FROM pg_stat_wal_receiver)::text, ''), "
    "COALESCE(pg_last_wal_receive_lsn()::text, ''), "
    "COALESCE(EXTRACT(EPOCH FROM (now() - pg_last_xact_replay_timestamp())), -1)";

bool see_loss(Operation *operation, LossView *out, Error *err)
{
    PostgresRow row;
    uint64_t sent, received;
    bool is_primary = false;

    *out = (LossView){.silence_ms = -1};
    out->can_be_drained =
        see_promoted(operation, operation->active, &is_primary, NULL, NULL) && is_primary;
    if (operation->standby->spec->postgres_count == 0)
        return true;
    if (!postgres_query(operation->standby->postgres[0], ASK, &row, err))
        return false;
    sent = postgres_lsn_parse(row.values[0]);
    received = postgres_lsn_parse(row.values[1]);
    out->bytes = received && sent > received ? sent - received : 0;
    if (strtod(row.values[2], NULL) >= 0)
        out->silence_ms = (int64_t)(strtod(row.values[2], NULL) * 1000);
    return true;
}
