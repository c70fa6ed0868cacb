/*
 * fakes/postgres/instance.c - one Postgres server as the world sees it: made, started and stopped, and what is read of it.
 *
 * A primary's log is a function of time (primary.c). A standby is brought up to now whenever somebody looks (standby.c).
 */
#include "fakes/postgres/instance_inside.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fakes/postgres/remote.h"
#include "fakes/postgres/wal.h"

enum {
    CHECKPOINT_AFTER_MS =
        1000, /* a promotion's checkpoint reaches the control file this much later */
    MAX_WAL_SENDERS = 10,
    WAL_SENDER_TIMEOUT_MS = 60000,
};

static int64_t wall_ms(const PgInstance *instance)
{
    return instance->options.now_ms != NULL ? instance->options.now_ms() : clock_wall_ms();
}

/* Now; but a wall clock that was set back stands still here until it has caught up. */
int64_t instance_now(const PgInstance *instance)
{
    int64_t now = wall_ms(instance);
    const PgLog *log = &instance->log;

    if (log->count > 0 && now < log->marks[log->count - 1].at_ms)
        now = log->marks[log->count - 1].at_ms;
    return now < instance->advanced_ms ? instance->advanced_ms : now;
}

bool instance_is_ready_primary(const PgInstance *instance)
{
    return !instance->is_standby && instance->state == PG_READY;
}

PgLsn instance_end(const PgInstance *instance)
{
    if (!instance->is_standby)
        return pg_log_at(&instance->log, instance_now(instance));
    return instance->whole;
}

PgInstance *pg_instance_new(const PgInstanceOptions *options)
{
    PgInstance *instance = MEMORY_NEW(PgInstance);

    instance->name = memory_text(options->name);
    instance->options = *options;
    instance->options.name = instance->name;
    instance->state = PG_READY;
    instance->bytes_per_s = options->write_bytes_per_s;
    instance->checkpoint_timeline = options->timeline;
    pg_history_begin(&instance->history, options->system_identifier, options->timeline);
    instance->options.start_lsn = pg_wal_ceiling(options->start_lsn);
    instance->first_redo = instance->options.start_lsn;
    instance->serving_ms = instance_now(instance);
    instance->started_ms = instance->serving_ms;
    instance_mark(instance, instance->options.start_lsn, 0);
    return instance;
}

void pg_instance_free(PgInstance *instance)
{
    if (instance == NULL)
        return;
    while (instance->follower_count > 0) {
        PgInstance *follower = instance->followers[0];

        instance_advance(follower);
        instance_leave_upstream(follower);
    }
    instance_leave_upstream(instance);
    instance_leave_remote(instance);
    instance_drop_remote(instance);
    free(instance->followers);
    pg_log_release(&instance->log);
    pg_history_release(&instance->history);
    contents_release(&instance->contents);
    pg_peers_release(&instance->peers);
    free(instance->name);
    free(instance);
}

/* As the startup process would find its own data after the server went away without a word. */
static void note_recovery(PgInstance *instance, PgState state)
{
    bool is_down = state == PG_STOPPED || state == PG_RECOVERING;
    bool is_crash = instance->state == PG_READY && is_down;

    if (instance->is_standby) {
        if (state == PG_READY)
            instance->is_restarted = true;
        instance->asked_ms = instance_now(instance);
    } else if (is_down) {
        instance->replayed = is_crash ? instance_end(instance) : 0;
        instance_set_received(instance, 0);
        instance->commit_ms = 0;
    }
}

void pg_set_state(PgInstance *instance, PgState state)
{
    if (instance->state == state)
        return;
    instance_advance_all(instance);
    note_recovery(instance, state);
    if (state == PG_READY)
        instance->started_ms = instance_now(instance);
    if (instance->is_standby) {
        instance->is_cut = true;
        instance->state = state;
        return;
    }
    instance->state = state;
    if (state == PG_STOPPING)
        instance_append(instance, PG_WRITE_SHUTDOWN, 0);
    else
        instance_mark_here(instance);
    if (state == PG_READY) { /* after a checkpoint, with which a start-up ends */
        instance->serving_ms = instance_now(instance);
        instance->first_redo = instance_end(instance);
    }
}

void pg_set_write_rate(PgInstance *instance, double bytes_per_s)
{
    if (instance->bytes_per_s == bytes_per_s)
        return;
    instance_advance_all(instance);
    instance->bytes_per_s = bytes_per_s;
    if (!instance->is_standby)
        instance_mark_here(instance);
}

/* ---- what the world reads ---- */

const char *pg_name(const PgInstance *instance)
{
    return instance->name;
}

PgState pg_state(const PgInstance *instance)
{
    return instance->state;
}

const PgLink *pg_link(const PgInstance *instance)
{
    return &instance->link;
}

PgInstance *pg_upstream(const PgInstance *instance)
{
    return instance->upstream;
}

size_t pg_followers(const PgInstance *instance, PgInstance *const **out_followers)
{
    *out_followers = instance->followers;
    return instance->follower_count;
}

bool pg_is_in_recovery(PgInstance *instance)
{
    return instance->is_standby;
}

uint32_t pg_timeline(PgInstance *instance)
{
    instance_advance(instance);
    return instance->history.timeline;
}

uint32_t pg_control_timeline(PgInstance *instance)
{
    int64_t checkpoint_ms =
        instance->options.checkpoint_ms > 0 ? instance->options.checkpoint_ms : CHECKPOINT_AFTER_MS;

    instance_advance(instance);
    if (instance->promoted_ms > 0 && instance_now(instance) - instance->promoted_ms < checkpoint_ms)
        return instance->checkpoint_timeline;
    return instance->history.timeline;
}

uint64_t pg_system_identifier(const PgInstance *instance)
{
    return instance->options.system_identifier;
}

int64_t pg_now_ms(const PgInstance *instance)
{
    return instance_now(instance);
}

int64_t pg_started_ms(const PgInstance *instance)
{
    return instance->started_ms;
}

int pg_server_version_num(const PgInstance *instance)
{
    return instance->options.server_version_num;
}

PgLsn pg_current_lsn(PgInstance *instance)
{
    return instance->is_standby ? 0 : instance_end(instance);
}

PgLsn pg_receive_lsn(PgInstance *instance)
{
    PgLsn received;

    instance_advance(instance);
    received = instance->whole;
    if (instance->is_restarted)
        return instance->upstream != NULL ? pg_wal_segment(received) : 0;
    return received;
}

PgLsn pg_replay_lsn(PgInstance *instance)
{
    instance_advance(instance);
    return instance->replayed;
}

PgLsn pg_end_lsn(PgInstance *instance)
{
    instance_advance(instance);
    return instance_end(instance);
}

int64_t pg_last_replay_commit_ms(PgInstance *instance)
{
    instance_advance(instance);
    return instance->commit_ms;
}

int64_t pg_last_message_ms(PgInstance *instance)
{
    instance_advance(instance);
    return instance->message_ms;
}

size_t pg_history(const PgInstance *instance, const PgHistoryEntry **out_entries)
{
    *out_entries = instance->history.entries;
    return instance->history.count;
}

PgPeers *pg_peers(PgInstance *instance)
{
    return &instance->peers;
}

bool pg_is_cold(const PgInstance *instance)
{
    return instance->options.is_cold;
}

int pg_max_wal_senders(const PgInstance *instance)
{
    return instance->options.max_wal_senders > 0 ? instance->options.max_wal_senders
                                                 : MAX_WAL_SENDERS;
}

int64_t pg_wal_sender_timeout_ms(const PgInstance *instance)
{
    return instance->options.wal_sender_timeout_ms > 0 ? instance->options.wal_sender_timeout_ms
                                                       : WAL_SENDER_TIMEOUT_MS;
}

int64_t pg_checkpoint_ms(const PgInstance *instance)
{
    return instance->options.checkpoint_ms;
}

bool pg_is_growing(const PgInstance *instance)
{
    return instance->is_standby ? instance->upstream != NULL
                                : instance->state == PG_READY && instance->bytes_per_s > 0;
}

bool pg_is_ancestor(PgInstance *a, PgInstance *b)
{
    return pg_history_is_past_of(&a->history, pg_end_lsn(a), &b->history, pg_end_lsn(b));
}

const char *pg_lsn_text(PgLsn lsn, char out_text[24])
{
    snprintf(out_text, 24, "%" PRIX32 "/%" PRIX32, (uint32_t)(lsn >> 32), (uint32_t)lsn);
    return out_text;
}

bool pg_lsn_parse(const char *text, PgLsn *out)
{
    uint32_t high, low;
    int used = 0;

    if (sscanf(text, "%8" SCNx32 "/%8" SCNx32 "%n", &high, &low, &used) != 2 || text[used] != '\0')
        return false;
    *out = (PgLsn)high << 32 | low;
    return true;
}

const cJSON *pg_row(PgInstance *instance, const char *key)
{
    instance_advance(instance);
    return contents_find(&instance->contents, key);
}

void pg_each_row(PgInstance *instance, const char *prefix, PgRowVisitor *visitor, void *owner)
{
    instance_advance(instance);
    contents_each(&instance->contents, prefix, visitor, owner);
}
