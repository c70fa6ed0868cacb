/*
 * fakes/postgres/receiver.c - what a standby's walreceiver is at, what the log says of it, and how far behind its replay is.
 *
 * Source: PostgreSQL 15.20, as it spoke to walreceivers that were behind, ahead, on another line of history, and strangers.
 */
#include "fakes/postgres/instance_inside.h"

#include <inttypes.h>
#include <stdio.h>

#include "fakes/postgres/remote.h"
#include "fakes/postgres/wal.h"

enum { PORT = 5432 };

/* Is somebody at the other end right now? What is on its way there or back is not waited for. */
static bool is_upstream_serving(const PgInstance *instance)
{
    const PgInstance *upstream = instance->upstream;

    if (upstream->is_standby)
        return upstream->state == PG_READY;
    return upstream->state == PG_READY || upstream->state == PG_STOPPING;
}

/* Why it is not on upstream's line: upstream forked off before, or has not come so far, by its own count. */
static PgReceiver off_line(const PgInstance *instance)
{
    return instance->history.timeline >= instance->upstream->history.timeline ? PG_RECEIVER_AHEAD
                                                                              : PG_RECEIVER_WAITING;
}

PgReceiver pg_receiver(PgInstance *instance)
{
    const PgInstance *upstream = instance->upstream;

    instance_advance(instance);
    if (instance_follows_remote(instance))
        return instance->remote->receiver;
    if (!instance->is_standby || instance->state != PG_READY || upstream == NULL ||
        !instance->link.is_connected)
        return PG_RECEIVER_NONE;
    if (instance->link.is_silent)
        return PG_RECEIVER_STREAMING;
    if (!is_upstream_serving(instance))
        return PG_RECEIVER_NONE;
    if (instance->options.system_identifier != upstream->options.system_identifier)
        return PG_RECEIVER_STRANGER;
    if (instance->is_slotless)
        return PG_RECEIVER_NO_SLOT;
    if (instance->is_removed)
        return PG_RECEIVER_REMOVED;
    if (instance->is_disk_full)
        return PG_RECEIVER_FULL;
    return instance_is_on_upstreams_line(instance) ? PG_RECEIVER_STREAMING : off_line(instance);
}

static const char *removed_text(PgInstance *instance, char *out_text, size_t room)
{
    char name[PG_SEGMENT_NAME_SIZE];

    pg_wal_segment_name(instance->history.timeline, instance->whole, name);
    snprintf(out_text, room,
             "could not receive data from WAL stream: ERROR:  requested WAL segment %s has already "
             "been removed",
             name);
    return out_text;
}

static const char *ahead_text(PgInstance *instance, char *out_text, size_t room)
{
    char own[24], theirs[24];

    if (instance->history.timeline > instance->upstream->history.timeline) {
        snprintf(out_text, room,
                 "highest timeline %u of the primary is behind recovery timeline %u",
                 instance->upstream->history.timeline, instance->history.timeline);
        return out_text;
    }
    snprintf(out_text, room,
             "could not receive data from WAL stream: ERROR:  requested starting point %s is ahead "
             "of the WAL flush position of this server %s",
             pg_lsn_text(pg_wal_segment(instance->whole), own),
             pg_lsn_text(instance_end(instance->upstream), theirs));
    return out_text;
}

const char *pg_receiver_text(PgInstance *instance, char out_text[200])
{
    const size_t room = 200;

    out_text[0] = '\0';
    if (instance_follows_remote(instance)) /* whose walreceiver says so itself */
        return out_text;
    switch (pg_receiver(instance)) {
    case PG_RECEIVER_REMOVED:
        return removed_text(instance, out_text, room);
    case PG_RECEIVER_AHEAD:
        return ahead_text(instance, out_text, room);
    case PG_RECEIVER_STRANGER:
        snprintf(out_text, room,
                 "database system identifier differs between the primary and standby");
        break;
    case PG_RECEIVER_NO_SLOT:
        snprintf(out_text, room,
                 "could not start WAL streaming: ERROR:  replication slot \"%s\" does not exist",
                 instance->link.slot);
        break;
    case PG_RECEIVER_FULL:
        snprintf(out_text, room, "could not write to WAL segment: No space left on device");
        break;
    case PG_RECEIVER_WAITING:
        snprintf(out_text, room,
                 "new timeline %u forked off current database system timeline %u before current "
                 "recovery point",
                 instance->upstream->history.timeline, instance->history.timeline);
        break;
    case PG_RECEIVER_NONE:
    case PG_RECEIVER_STREAMING:
        break;
    }
    return out_text;
}

const char *pg_conninfo(const PgInstance *instance, const char *password, char out_text[200])
{
    out_text[0] = '\0';
    if (instance->upstream != NULL)
        snprintf(out_text, 200,
                 "user=replication%s%s channel_binding=prefer host=%s port=%d sslmode=verify-ca",
                 password != NULL ? " password=" : "", password != NULL ? password : "",
                 instance->link.host != NULL ? instance->link.host : instance->upstream->name,
                 PORT);
    return out_text;
}

const char *pg_replication_password(const PgInstance *instance)
{
    return instance->options.replication_password;
}

bool pg_replay_lag(PgInstance *standby, int64_t *out_ms)
{
    const PgInstance *upstream = standby->upstream;

    instance_advance(standby);
    if (upstream == NULL || upstream->is_standby ||
        (standby->replayed >= instance_end(upstream) && !pg_is_growing(standby->upstream)))
        return false;
    *out_ms = instance_now(standby) - pg_log_when_ms(&upstream->log, standby->replayed) +
              standby->link.delay_ms;
    return true;
}
