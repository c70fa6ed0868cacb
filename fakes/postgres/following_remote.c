/*
 * fakes/postgres/following_remote.c - an instance as a standby of a server that is none of ours.
 *
 * What came in lies in its PgRemote, and is taken whenever somebody looks; the walreceiver has only to say that there is more.
 */
#include "fakes/postgres/instance_inside.h"

#include "fakes/postgres/remote.h"
#include "fakes/postgres/wal.h"

bool instance_follows_remote(const PgInstance *instance)
{
    return instance->remote != NULL && instance->remote->instance == instance;
}

PgRemote *pg_remote(const PgInstance *instance)
{
    return instance_follows_remote(instance) ? instance->remote : NULL;
}

PgCounters pg_counters(const PgInstance *instance)
{
    return instance->remote != NULL ? instance->remote->counters : pg_counters_usual();
}

void instance_take_remote(PgInstance *instance)
{
    const PgRemote *remote = instance->remote;

    instance_set_received(instance, remote->received);
    instance->message_ms = remote->heard_ms;
    instance->is_restarted = false;
}

void instance_leave_remote(PgInstance *instance)
{
    if (!instance_follows_remote(instance))
        return;
    pg_remote_end(instance->remote);
    instance_take_remote(instance);
    instance->remote->instance = NULL;
}

void instance_drop_remote(PgInstance *instance)
{
    pg_remote_free(instance->remote);
    instance->remote = NULL;
}

void pg_follow_remote(PgInstance *instance, PgRemote *remote)
{
    pg_reseed(instance, NULL, &(PgLink){.is_connected = true});
    instance_drop_remote(instance);
    instance->remote = remote;
    remote->instance = instance;
    pg_copy_remote(instance);
}

void pg_copy_remote(PgInstance *instance)
{
    const PgRemote *remote = instance->remote;

    contents_clear(&instance->contents);
    instance->options.system_identifier = remote->system_identifier;
    instance->options.start_lsn = remote->first;
    instance->replayed = 0;
    instance->commit_ms = 0;
    instance_take_remote(instance);
    pg_set_history(instance, remote->timeline, "");
}

void pg_set_history(PgInstance *instance, uint32_t timeline, const char *history)
{
    pg_history_parse(&instance->history, instance->options.system_identifier, timeline, history);
    instance->checkpoint_timeline = timeline;
}
