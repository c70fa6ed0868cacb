/*
 * fakes/postgres/standby.c - a standby, brought up to now: what it has received by then, and what of it it has replayed.
 *
 * instance_advance walks the stretches of the upstream's log since the last look, lets each flow through the link (flow.h), and replays.
 */
#include "fakes/postgres/instance_inside.h"

#include "fakes/postgres/flow.h"
#include "fakes/postgres/remote.h"
#include "fakes/postgres/wal.h"

enum {
    CASCADE_MAX = 64,    /* standbys behind standbys; more is a ring */
    RECEIVER_PID = 4100, /* of a process that is not there */
};

/* The last record of the upstream's that has come in to its end. */
PgLsn instance_whole_record(const PgContents *upstream, PgLsn received)
{
    PgLsn lsn = pg_wal_floor(received);
    size_t next = contents_after(upstream, lsn);

    if (next < upstream->log_count && upstream->log[next]->place.begin < lsn)
        return upstream->log[next]->place.begin;
    return lsn;
}

static void note_received(PgInstance *instance)
{
    const PgInstance *upstream = instance->upstream;
    PgLsn whole = instance_whole_record(&upstream->contents, (PgLsn)instance->received);

    if (upstream->is_standby && whole > upstream->whole)
        whole = upstream->whole;
    if (whole > instance->whole)
        instance->whole = whole;
}

void instance_set_received(PgInstance *instance, PgLsn lsn)
{
    instance->received = (double)lsn;
    instance->whole = lsn;
}

bool instance_is_on_upstreams_line(const PgInstance *instance)
{
    const PgInstance *upstream = instance->upstream;

    return pg_history_is_past_of(&instance->history, instance->whole, &upstream->history,
                                 instance_end(upstream));
}

/* Is there a stream, whatever flows in it? */
static bool is_connected(const PgInstance *instance)
{
    return instance->state == PG_READY && instance->upstream != NULL &&
           instance->link.is_connected && !instance->is_removed && !instance->is_slotless;
}

/* Does anything come in? What cannot be written is not taken. */
static bool is_flowing(const PgInstance *instance)
{
    return !instance->is_removed && !instance->is_slotless && !instance->link.is_stalled &&
           !instance->is_disk_full;
}

static void hear(PgInstance *instance, int64_t at_ms)
{
    if (at_ms > instance->message_ms)
        instance->message_ms = at_ms;
}

/* The walreceiver is there again and asks for the log from where its own ends. */
static void reconnect(PgInstance *instance, int64_t left_ms)
{
    PgInstance *upstream = instance->upstream;

    instance->is_cut = false;
    instance->is_removed = pg_wal_segment(instance->whole) < instance_oldest(upstream, left_ms);
    instance->is_slotless =
        instance->link.slot != NULL && pg_slot_find(&upstream->peers, instance->link.slot) == NULL;
    hear(instance, left_ms + instance->link.delay_ms);
}

/* What happened between two moments of a primary upstream's time, which are on one mark of its log. */
static void receive_stretch(PgInstance *instance, size_t index, int64_t begin_ms, int64_t end_ms)
{
    const PgLog *log = &instance->upstream->log;
    const PgLogMark *mark = &log->marks[index];
    PgStretch stretch = {
        .begin = pg_log_end(log, index, begin_ms),
        .end = pg_log_end(log, index, end_ms),
        .bytes_per_s = mark->bytes_per_s,
        .seconds = (double)(end_ms - begin_ms) / 1000,
    };

    if (!mark->is_serving) {
        instance->is_cut = true;
        return;
    }
    if (instance->is_cut)
        reconnect(instance, begin_ms);
    if (!is_flowing(instance))
        return;
    if (mark->bytes_per_s > 0)
        hear(instance, end_ms + instance->link.delay_ms);
    else if (begin_ms == mark->at_ms)
        hear(instance, begin_ms + instance->link.delay_ms);
    instance->received = pg_flow(instance->received, &stretch, &instance->link);
    instance->is_restarted = false;
}

static void receive_from_primary(PgInstance *instance, int64_t now)
{
    const PgLog *log = &instance->upstream->log;
    int64_t from = instance->advanced_ms - instance->link.delay_ms;
    int64_t until = now - instance->link.delay_ms;

    if (from < instance->asked_ms)
        from = instance->asked_ms;
    if (until < from)
        return;
    for (size_t i = pg_log_find(log, from); i < log->count && log->marks[i].at_ms <= until; i++) {
        int64_t begin = log->marks[i].at_ms > from ? log->marks[i].at_ms : from;
        int64_t end =
            i + 1 < log->count && log->marks[i + 1].at_ms < until ? log->marks[i + 1].at_ms : until;

        receive_stretch(instance, i, begin, end);
    }
}

/* The primary at the end of a chain of standbys, and how long its word takes to get to instance; NULL: there is none. */
static const PgInstance *find_primary(const PgInstance *instance, int64_t *out_delay_ms)
{
    int64_t delay_ms = 0;

    for (int i = 0; i < CASCADE_MAX && instance != NULL && instance->is_standby; i++) {
        delay_ms += instance->link.delay_ms;
        instance = instance->upstream;
    }
    *out_delay_ms = delay_ms;
    return instance != NULL && !instance->is_standby ? instance : NULL;
}

/*
 * A standby behind a standby gets what that one has, later by its own delay; the lag holds while the primary behind both writes. Unlike
 * a primary's, a standby's past positions are not kept: that the delay has passed is judged by the primary's log.
 */
static void receive_from_standby(PgInstance *instance, int64_t now)
{
    PgInstance *upstream = instance->upstream;
    int64_t delay_ms;
    const PgInstance *primary = find_primary(instance, &delay_ms);
    PgStretch stretch = {.seconds = (double)(now - instance->advanced_ms) / 1000};
    PgLink link = instance->link;

    instance_advance(upstream);
    if (upstream->state != PG_READY) {
        instance->is_cut = true;
        return;
    }
    if (instance->is_cut)
        reconnect(instance, now - link.delay_ms);
    if (!is_flowing(instance))
        return;
    stretch.begin = upstream->received;
    if (primary != NULL && stretch.begin > (double)pg_log_at(&primary->log, now - delay_ms))
        stretch.begin = (double)pg_log_at(&primary->log, now - delay_ms);
    if (primary != NULL && instance_is_ready_primary(primary) && primary->bytes_per_s > 0) {
        stretch.begin -= (double)link.lag_bytes;
        link.drain_bytes_per_s = 0;
    }
    link.lag_bytes = 0;
    if (instance->received < stretch.begin)
        hear(instance, now);
    instance->received = pg_flow(instance->received, &stretch, &link);
    instance->is_restarted = false;
}

/* A silent stream says a word every now and then. */
static void hear_keepalives(PgInstance *instance, int64_t now)
{
    int64_t keepalive = pg_wal_sender_timeout_ms(instance->upstream) / 2;

    if (!instance->is_cut && now > instance->message_ms)
        instance->message_ms += (now - instance->message_ms) / keepalive * keepalive;
}

/* The slot is ours as long as we stream from it, and keeps what we do not have. */
static void hold_slot(const PgInstance *instance)
{
    PgSlot *slot = instance->link.slot != NULL && instance->upstream != NULL
                       ? pg_slot_find(&instance->upstream->peers, instance->link.slot)
                       : NULL;
    bool is_streaming = is_connected(instance) && !instance->is_cut;

    if (slot == NULL)
        return;
    slot->pid = is_streaming ? RECEIVER_PID : 0;
    if (is_streaming)
        slot->restart = instance->whole;
}

static void receive(PgInstance *instance, int64_t now)
{
    PgLsn had = instance->whole;

    if (!is_connected(instance)) {
        instance->is_cut = true;
        return;
    }
    if (instance->link.is_silent)
        return;
    if (!instance_is_on_upstreams_line(instance)) {
        hear_keepalives(instance, now);
        return;
    }
    if (instance->upstream->is_standby)
        receive_from_standby(instance, now);
    else
        receive_from_primary(instance, now);
    hear_keepalives(instance, now);
    note_received(instance);
    contents_receive(&instance->contents, &instance->upstream->contents, had, instance->whole);
    if (!instance->is_cut && !instance->is_removed)
        pg_history_copy(&instance->history, &instance->upstream->history, instance->whole);
}

/* How far a standby may have replayed: all it has, or what is old enough. */
static PgLsn replayable_lsn(const PgInstance *instance, int64_t now)
{
    int64_t delay_ms;
    const PgInstance *primary = find_primary(instance, &delay_ms);
    PgLsn received = instance->whole, old;

    if (instance_follows_remote(instance))
        return instance->remote->replayable;
    if (instance->link.replay_delay_ms <= 0 || primary == NULL)
        return received;
    old = pg_log_at(&primary->log, now - instance->link.replay_delay_ms);
    return old < received ? old : received;
}

static void note_commit(PgInstance *instance, int64_t now)
{
    int64_t delay_ms, commit_ms;
    const PgInstance *primary = find_primary(instance, &delay_ms);

    if (instance_follows_remote(instance))
        instance->commit_ms = instance->remote->commit_ms;
    if (primary == NULL || !pg_history_is_past_of(&instance->history, instance->replayed,
                                                  &primary->history, instance_end(primary)))
        return;
    commit_ms = pg_log_commit_ms(&primary->log, instance->replayed, now);
    if (commit_ms > instance->commit_ms)
        instance->commit_ms = commit_ms;
}

void instance_replay_to(PgInstance *instance, PgLsn lsn, int64_t now)
{
    if (lsn <= instance->replayed)
        return;
    instance->replayed = lsn;
    contents_replay(&instance->contents, lsn);
    note_commit(instance, now);
}

/* Brings a standby up to now; a primary is there already. */
void instance_advance(PgInstance *instance)
{
    int64_t now = instance_now(instance);

    if (!instance->is_standby || instance->is_advancing)
        return;
    instance->is_advancing = true;
    if (instance_follows_remote(instance))
        instance_take_remote(instance);
    receive(instance, now);
    hold_slot(instance);
    if (instance->state == PG_READY && !instance->link.is_replay_paused)
        instance_replay_to(instance, replayable_lsn(instance, now), now);
    instance->advanced_ms = now;
    instance->is_advancing = false;
}

/* Before something changes that others read their past from: they read it now. */
void instance_advance_all(PgInstance *instance)
{
    instance_advance(instance);
    for (size_t i = 0; i < instance->follower_count; i++)
        instance_advance(instance->followers[i]);
}
