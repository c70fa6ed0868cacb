/*
 * fakes/postgres/following.c - who follows whom: a standby made of an instance, with its data or a new copy, and promoted again.
 */
#include "fakes/postgres/instance_inside.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"

void instance_leave_upstream(PgInstance *instance)
{
    PgInstance *upstream = instance->upstream;

    instance->upstream = NULL;
    if (upstream == NULL)
        return;
    for (size_t i = 0; i < upstream->follower_count; i++) {
        if (upstream->followers[i] != instance)
            continue;
        upstream->follower_count--;
        memmove(&upstream->followers[i], &upstream->followers[i + 1],
                (upstream->follower_count - i) * sizeof(PgInstance *));
        return;
    }
}

static void join_upstream(PgInstance *instance, PgInstance *upstream)
{
    instance_leave_upstream(instance);
    instance->upstream = upstream;
    if (upstream == NULL)
        return;
    MEMORY_GROW(upstream->followers, upstream->follower_count, upstream->follower_capacity);
    upstream->followers[upstream->follower_count++] = instance;
}

/* Has what upstream has now, less the lag: a base backup that has just caught up. */
static void copy_upstream(PgInstance *instance)
{
    PgInstance *upstream = instance->upstream;
    PgLsn lag = instance->link.lag_bytes, end;

    contents_clear(&instance->contents);
    instance_drop_remote(instance);
    instance_advance(upstream);
    end = upstream->is_standby ? upstream->replayed : instance_end(upstream);
    lag = lag < end - upstream->options.start_lsn ? lag : 0;
    instance->options.system_identifier = upstream->options.system_identifier;
    instance->options.start_lsn = upstream->options.start_lsn;
    instance_set_received(instance, instance_whole_record(&upstream->contents, end - lag));
    instance->replayed = 0;
    instance->commit_ms = 0;
    instance->message_ms = 0;
    contents_receive(&instance->contents, &upstream->contents, 0, instance->whole);
    pg_history_copy(&instance->history, &upstream->history, instance->whole);
    instance->checkpoint_timeline = instance->history.timeline;
    instance_replay_to(instance, instance->whole, instance_now(instance));
}

/* From now on a standby of upstream, with the data it has. */
static void become_standby(PgInstance *instance, PgInstance *upstream, const PgLink *link)
{
    PgLsn end;

    instance_advance_all(instance);
    instance_leave_remote(instance);
    end = instance_end(instance);
    if (!instance->is_standby) {
        instance_set_received(instance, end);
        instance->replayed = end;
        instance->commit_ms = pg_log_commit_ms(&instance->log, end, instance_now(instance));
        instance->is_standby = true;
        instance_mark(instance, end, instance->commit_ms);
    }
    instance->received = (double)instance->whole; /* half a record is asked for again */
    instance->checkpoint_timeline = instance->history.timeline;
    instance->promoted_ms = 0;
    instance->advanced_ms = instance_now(instance);
    instance->asked_ms = instance->advanced_ms;
    instance->link = *link;
    instance->is_cut = true;
    instance->is_removed = instance->is_slotless = false;
    instance->is_restarted = false;
    join_upstream(instance, upstream);
}

void pg_follow(PgInstance *instance, PgInstance *upstream, const PgLink *link)
{
    bool is_empty =
        !instance->is_standby && instance->contents.log_count == 0 && instance->history.count == 0;

    assert(upstream != instance);
    become_standby(instance, upstream, link);
    if (is_empty && upstream != NULL)
        copy_upstream(instance);
}

void pg_reseed(PgInstance *instance, PgInstance *upstream, const PgLink *link)
{
    assert(upstream != instance);
    become_standby(instance, upstream, link);
    contents_clear(&instance->contents);
    if (upstream != NULL)
        copy_upstream(instance);
}

void pg_initialise(PgInstance *instance, uint64_t system_identifier)
{
    int64_t now;

    instance_advance_all(instance);
    now = instance_now(instance);
    contents_clear(&instance->contents);
    pg_history_release(&instance->history);
    pg_history_begin(&instance->history, system_identifier, 1);
    instance->options.system_identifier = system_identifier;
    instance_set_received(instance, instance->options.start_lsn);
    instance->replayed = instance->options.start_lsn;
    instance->commit_ms = 0;
    instance->checkpoint_timeline = 1;
    instance->promoted_ms = 0;
    instance->serving_ms = now;
    instance->first_redo = instance->options.start_lsn;
    pg_log_clear(&instance->log);
    if (!instance->is_standby)
        instance_mark(instance, instance->options.start_lsn, 0);
}

void pg_set_link(PgInstance *instance, const PgLink *link)
{
    instance_advance(instance);
    if (instance->link.is_stalled && !link->is_stalled)
        instance->is_cut = true; /* what it needs now may have been removed meanwhile */
    instance->link = *link;
    if (link->is_connected && instance->is_cut) {
        instance->is_removed = instance->is_slotless = false; /* it asks anew, and is told anew */
        instance->asked_ms = instance_now(instance);
    }
}

void pg_promote(PgInstance *instance)
{
    int64_t now;

    instance_advance_all(instance);
    if (!instance->is_standby)
        return;
    instance_leave_remote(instance);
    now = instance_now(instance);
    instance_replay_to(instance, instance->whole, now);
    instance->checkpoint_timeline = instance->history.timeline;
    instance->promoted_ms = now;
    pg_history_fork(&instance->history, instance->whole, instance->name, now);
    instance->is_standby = false;
    instance->serving_ms = now;
    instance->first_redo =
        instance->options.start_lsn; /* its first checkpoint removes what it received */
    instance_leave_upstream(instance);
    instance->link = (PgLink){0};
    pg_log_clear(&instance->log);
    instance_append_promotion(instance, instance->whole, now);
}
