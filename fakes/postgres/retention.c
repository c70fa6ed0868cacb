/*
 * fakes/postgres/retention.c - what of its log an instance still has: checkpoints remove it, slots and wal_keep_size keep it.
 *
 * A checkpoint begins every checkpoint_every_ms, is spread over nine tenths of that (checkpoint_completion_target), and once it is done the
 * segments before its redo point are removed. So what is there is a function of time, as the log itself.
 * Source: PostgreSQL 15 manual, 30.5 (WAL configuration), 20.6.1 (wal_keep_size), 54.20 (pg_replication_slots).
 */
#include "fakes/postgres/instance_inside.h"

#include <string.h>

#include "fakes/postgres/wal.h"

static const PgLsn MAX_WAL_SIZE = (PgLsn)1 << 30;

/* Where the last checkpoint that was done by then began. */
static PgLsn last_redo(const PgInstance *instance, int64_t at_ms)
{
    int64_t every = instance->options.checkpoint_every_ms;
    int64_t done = (at_ms - instance->serving_ms - every * 9 / 10) / every;

    if (instance->is_standby || done < 1)
        return instance->first_redo;
    return pg_log_at(&instance->log, instance->serving_ms + done * every);
}

static PgLsn before(PgLsn end, PgLsn size)
{
    return end > size ? end - size : 0;
}

/* What is kept besides the slots'. */
static PgLsn kept_from(PgInstance *instance, int64_t at_ms)
{
    PgLsn keep = instance->options.wal_keep_bytes, from = instance->options.start_lsn;
    PgLsn end = instance->is_standby ? instance->whole : pg_log_at(&instance->log, at_ms);
    bool has_checkpoints = instance->options.checkpoint_every_ms > 0;

    if (has_checkpoints)
        from = last_redo(instance, at_ms);
    if (keep > 0 && (!has_checkpoints || before(end, keep) < from))
        from = before(end, keep);
    return from > instance->options.start_lsn ? from : instance->options.start_lsn;
}

/* A slot that needs more than slot_keep_bytes keeps nothing. */
static bool is_within_limit(PgInstance *instance, const PgSlot *slot)
{
    PgLsn limit = instance->options.slot_keep_bytes, end = instance_end(instance);

    return limit == 0 || slot->restart >= pg_wal_segment(before(end, limit));
}

PgLsn instance_oldest(PgInstance *instance, int64_t at_ms)
{
    PgLsn oldest = kept_from(instance, at_ms);

    for (const PgSlot *at = instance->peers.slots; at != NULL; at = at->next) {
        if (at->restart != 0 && at->restart < oldest && is_within_limit(instance, at))
            oldest = at->restart;
    }
    return pg_wal_segment(oldest);
}

PgLsn pg_oldest_lsn(PgInstance *instance)
{
    instance_advance_all(instance); /* what followers have is what their slots no longer keep */
    return instance_oldest(instance, instance_now(instance));
}

const char *pg_slot_status(PgInstance *instance, const PgSlot *slot)
{
    if (slot->restart == 0)
        return NULL;
    if (slot->restart < pg_oldest_lsn(instance))
        return "lost";
    if (!is_within_limit(instance, slot))
        return "unreserved";
    return instance_end(instance) - slot->restart > MAX_WAL_SIZE ? "extended" : "reserved";
}

void pg_checkpoint(PgInstance *instance)
{
    if (!instance_is_ready_primary(instance))
        return;
    instance_advance_all(instance);
    instance->serving_ms = instance_now(instance);
    instance->first_redo = instance_end(instance);
}

/* The segment behind the last that may be written before slot's own goes: of all a limit keeps, wal_keep_size too. */
bool pg_slot_safe_bytes(PgInstance *instance, const PgSlot *slot, int64_t *out_bytes)
{
    PgLsn slots_keep = instance->options.slot_keep_bytes, keep = instance->options.wal_keep_bytes;
    PgLsn most = slots_keep > keep ? slots_keep : keep;
    const char *status = pg_slot_status(instance, slot);

    if (slots_keep == 0 || (status != NULL && strcmp(status, "lost") == 0))
        return false;
    *out_bytes = (int64_t)(pg_wal_segment(slot->restart) + pg_wal_segment(most) + PG_SEGMENT_SIZE -
                           instance_end(instance));
    return true;
}
