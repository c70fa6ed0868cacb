/*
 * fakes/postgres/instance.c - one Postgres server as the world sees it: role, timeline, log positions, contents.
 *
 * A primary's log is a function of time (log.h). A standby is brought up to now whenever somebody looks: instance_advance walks
 * the stretches of its upstream's log since the last look, lets each flow through the link (flow.h), and replays.
 */
#include "fakes/postgres/instance.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fakes/postgres/contents.h"
#include "fakes/postgres/flow.h"
#include "fakes/postgres/history.h"
#include "fakes/postgres/log.h"
#include "fakes/postgres/peers.h"
#include "fakes/postgres/wal.h"
#include "fakes/postgres/wal_bytes.h"
#include "fakes/postgres/wal_records.h"

enum {
    CHECKPOINT_AFTER_MS =
        1000,             /* a promotion's checkpoint reaches the control file this much later */
    KEEPALIVE_MS = 30000, /* wal_sender_timeout / 2: how long a stream stays silent at most */
    MAX_WAL_SENDERS = 10,
    CASCADE_MAX = 64, /* standbys behind standbys; more is a ring */
};

struct PgInstance {
    char *name;
    PgInstanceOptions options; /* its name is not used */
    PgState state;
    PgHistory history;
    PgContents contents;
    PgLog log;          /* of a primary; nobody reads a standby's */
    double bytes_per_s; /* its write rate, while primary and ready */

    bool is_standby;
    PgInstance *upstream;
    PgLink link;
    PgInstance **followers; /* who follows us, oldest first */
    size_t follower_count, follower_capacity;
    PgPeers peers;

    int64_t advanced_ms; /* what follows holds as of then */
    double received;     /* fractions of a byte while the stream flows */
    PgLsn whole;         /* ... and up to the last record that is there to its end */
    PgLsn replayed;
    int64_t commit_ms, message_ms;
    int64_t asked_ms; /* when it asked for the stream: nothing that left upstream before comes in */
    bool is_cut;      /* it has to connect anew before anything flows */
    bool is_removed;  /* and when it did, upstream no longer had what it needs */
    bool is_restarted; /* nothing has come in since; pg_last_wal_receive_lsn() tells */
    bool is_advancing; /* a ring of standbys is asked only once */
    int64_t promoted_ms;
    uint32_t checkpoint_timeline; /* as in the control file */
};

static int64_t wall_ms(const PgInstance *instance)
{
    return instance->options.now_ms != NULL ? instance->options.now_ms() : clock_wall_ms();
}

/* Now; but a wall clock that was set back stands still here until it has caught up. */
static int64_t now_of(const PgInstance *instance)
{
    int64_t now = wall_ms(instance);
    const PgLog *log = &instance->log;

    if (log->count > 0 && now < log->marks[log->count - 1].at_ms)
        now = log->marks[log->count - 1].at_ms;
    return now < instance->advanced_ms ? instance->advanced_ms : now;
}

/* ---- the log of a primary ---- */

static bool is_ready_primary(const PgInstance *instance)
{
    return !instance->is_standby && instance->state == PG_READY;
}

/* From now on the log grows as role, state and write rate say, beginning at lsn. */
static void mark_log(PgInstance *instance, PgLsn lsn, int64_t commit_ms)
{
    bool is_primary = !instance->is_standby;

    pg_log_mark(&instance->log,
                &(PgLogMark){
                    .at_ms = now_of(instance),
                    .lsn = lsn,
                    .bytes_per_s = is_ready_primary(instance) ? instance->bytes_per_s : 0,
                    .commit_ms = commit_ms,
                    .is_serving = is_primary &&
                                  (instance->state == PG_READY || instance->state == PG_STOPPING),
                });
    pg_peers_notify(&instance->peers);
}

/* The same, beginning where the log is. */
static void mark_log_here(PgInstance *instance)
{
    int64_t now = now_of(instance);
    PgLsn lsn = pg_log_at(&instance->log, now);

    mark_log(instance, lsn, pg_log_commit_ms(&instance->log, lsn, now));
}

/* Where the next record goes. */
static PgPlace next_place(const PgInstance *instance, PgWriteKind kind, size_t size)
{
    int64_t now = now_of(instance);
    PgLsn begin = pg_wal_place(pg_log_at(&instance->log, now), size);

    return (PgPlace){kind, begin, pg_wal_span(begin, size), 0, now};
}

/* Writes a record that is no row. */
static void append(PgInstance *instance, PgWriteKind kind, PgLsn backup_begin)
{
    PgPlace place = next_place(instance, kind, pg_wal_record_size(kind));
    int64_t commit_ms =
        pg_log_commit_ms(&instance->log, pg_log_at(&instance->log, place.at_ms), place.at_ms);

    if (kind == PG_WRITE_SWITCH)
        place.end = pg_wal_segment(place.begin) + PG_SEGMENT_SIZE;
    place.backup_begin = backup_begin;
    contents_write(&instance->contents, &place, "", NULL);
    contents_replay(&instance->contents, place.end);
    mark_log(instance, place.end, commit_ms);
}

/* The first record of a timeline is where the one before it ended: at a segment's begin it has a place in the head. */
static void append_promotion(PgInstance *instance, PgLsn lsn, int64_t now)
{
    PgPlace place = {PG_WRITE_PROMOTION, lsn, lsn + PG_HEAD_SIZE, 0, now};

    if (lsn != pg_wal_segment(lsn))
        place.end = pg_wal_span(lsn, pg_wal_record_size(PG_WRITE_PROMOTION));
    contents_write(&instance->contents, &place, "", NULL);
    contents_replay(&instance->contents, place.end);
    mark_log(instance, place.end, instance->commit_ms);
}

/* ---- a standby, brought up to now ---- */

static PgLsn received_lsn(const PgInstance *instance)
{
    return instance->whole;
}

/* The last record of the upstream's that has come in to its end. */
static PgLsn whole_record(const PgContents *upstream, PgLsn received)
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
    PgLsn whole = whole_record(&upstream->contents, (PgLsn)instance->received);

    if (upstream->is_standby && whole > upstream->whole)
        whole = upstream->whole;
    if (whole > instance->whole)
        instance->whole = whole;
}

static void set_received(PgInstance *instance, PgLsn lsn)
{
    instance->received = (double)lsn;
    instance->whole = lsn;
}

static PgLsn end_lsn(const PgInstance *instance)
{
    if (!instance->is_standby)
        return pg_log_at(&instance->log, now_of(instance));
    return received_lsn(instance);
}

static void instance_advance(PgInstance *instance);

static bool is_on_upstreams_line(const PgInstance *instance)
{
    const PgInstance *upstream = instance->upstream;

    return pg_history_is_past_of(&instance->history, received_lsn(instance), &upstream->history,
                                 end_lsn(upstream));
}

/* Does the stream reach us at all, whatever flows in it? */
static bool is_connected(const PgInstance *instance)
{
    return instance->is_standby && instance->state == PG_READY && instance->upstream != NULL &&
           instance->link.is_connected && !instance->is_removed;
}

static void hear(PgInstance *instance, int64_t at_ms)
{
    if (at_ms > instance->message_ms)
        instance->message_ms = at_ms;
}

/* The walreceiver is there again and asks for the log from where its own ends. */
static void reconnect(PgInstance *instance, double upstream_end, int64_t at_ms)
{
    PgLsn keep = instance->upstream->options.wal_keep_bytes;

    instance->is_cut = false;
    instance->is_removed = keep > 0 && upstream_end - instance->received > (double)keep;
    hear(instance, at_ms);
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
        reconnect(instance, stretch.begin, begin_ms + instance->link.delay_ms);
    if (instance->is_removed || instance->link.is_stalled)
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
        reconnect(instance, upstream->received, now);
    if (instance->is_removed || link.is_stalled)
        return;
    stretch.begin = upstream->received;
    if (primary != NULL && stretch.begin > (double)pg_log_at(&primary->log, now - delay_ms))
        stretch.begin = (double)pg_log_at(&primary->log, now - delay_ms);
    if (primary != NULL && is_ready_primary(primary) && primary->bytes_per_s > 0) {
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
    if (!instance->is_cut && now > instance->message_ms)
        instance->message_ms += (now - instance->message_ms) / KEEPALIVE_MS * KEEPALIVE_MS;
}

static void receive(PgInstance *instance, int64_t now)
{
    PgLsn had = received_lsn(instance);

    if (!is_connected(instance)) {
        instance->is_cut = true;
        return;
    }
    if (!is_on_upstreams_line(instance)) {
        hear_keepalives(instance, now);
        return;
    }
    if (instance->upstream->is_standby)
        receive_from_standby(instance, now);
    else
        receive_from_primary(instance, now);
    hear_keepalives(instance, now);
    note_received(instance);
    contents_receive(&instance->contents, &instance->upstream->contents, had,
                     received_lsn(instance));
    if (!instance->is_cut && !instance->is_removed)
        pg_history_copy(&instance->history, &instance->upstream->history, received_lsn(instance));
}

/* How far a standby may have replayed: all it has, or what is old enough. */
static PgLsn replayable_lsn(const PgInstance *instance, int64_t now)
{
    int64_t delay_ms;
    const PgInstance *primary = find_primary(instance, &delay_ms);
    PgLsn received = received_lsn(instance), old;

    if (instance->link.replay_delay_ms <= 0 || primary == NULL)
        return received;
    old = pg_log_at(&primary->log, now - instance->link.replay_delay_ms);
    return old < received ? old : received;
}

static void note_commit(PgInstance *instance, int64_t now)
{
    int64_t delay_ms, commit_ms;
    const PgInstance *primary = find_primary(instance, &delay_ms);

    if (primary == NULL || !pg_history_is_past_of(&instance->history, instance->replayed,
                                                  &primary->history, end_lsn(primary)))
        return;
    commit_ms = pg_log_commit_ms(&primary->log, instance->replayed, now);
    if (commit_ms > instance->commit_ms)
        instance->commit_ms = commit_ms;
}

static void replay_to(PgInstance *instance, PgLsn lsn, int64_t now)
{
    if (lsn <= instance->replayed)
        return;
    instance->replayed = lsn;
    contents_replay(&instance->contents, lsn);
    note_commit(instance, now);
}

/* Brings a standby up to now; a primary is there already. */
static void instance_advance(PgInstance *instance)
{
    int64_t now = now_of(instance);

    if (!instance->is_standby || instance->is_advancing)
        return;
    instance->is_advancing = true;
    receive(instance, now);
    if (instance->state == PG_READY && !instance->link.is_replay_paused)
        replay_to(instance, replayable_lsn(instance, now), now);
    instance->advanced_ms = now;
    instance->is_advancing = false;
}

/* Before something changes that others read their past from: they read it now. */
static void advance_all(PgInstance *instance)
{
    instance_advance(instance);
    for (size_t i = 0; i < instance->follower_count; i++)
        instance_advance(instance->followers[i]);
}

/* ---- making and ending ---- */

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
    mark_log(instance, instance->options.start_lsn, 0);
    return instance;
}

static void leave_upstream(PgInstance *instance)
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
    leave_upstream(instance);
    instance->upstream = upstream;
    if (upstream == NULL)
        return;
    MEMORY_GROW(upstream->followers, upstream->follower_count, upstream->follower_capacity);
    upstream->followers[upstream->follower_count++] = instance;
}

void pg_instance_free(PgInstance *instance)
{
    if (instance == NULL)
        return;
    while (instance->follower_count > 0) {
        PgInstance *follower = instance->followers[0];

        instance_advance(follower);
        leave_upstream(follower);
    }
    leave_upstream(instance);
    free(instance->followers);
    pg_log_release(&instance->log);
    pg_history_release(&instance->history);
    contents_release(&instance->contents);
    pg_peers_release(&instance->peers);
    free(instance->name);
    free(instance);
}

/* ---- what the world does to it ---- */

/* Has what upstream has now, less the lag: a base backup that has just caught up. */
static void copy_upstream(PgInstance *instance)
{
    PgInstance *upstream = instance->upstream;
    PgLsn lag = instance->link.lag_bytes, end;

    contents_clear(&instance->contents);
    instance_advance(upstream);
    end = upstream->is_standby ? upstream->replayed : end_lsn(upstream);
    lag = lag < end - upstream->options.start_lsn ? lag : 0;
    instance->options.system_identifier = upstream->options.system_identifier;
    instance->options.start_lsn = upstream->options.start_lsn;
    set_received(instance, whole_record(&upstream->contents, end - lag));
    instance->replayed = 0;
    instance->commit_ms = 0;
    instance->message_ms = 0;
    contents_receive(&instance->contents, &upstream->contents, 0, received_lsn(instance));
    pg_history_copy(&instance->history, &upstream->history, received_lsn(instance));
    instance->checkpoint_timeline = instance->history.timeline;
    replay_to(instance, received_lsn(instance), now_of(instance));
}

/* From now on a standby of upstream, with the data it has. */
static void become_standby(PgInstance *instance, PgInstance *upstream, const PgLink *link)
{
    PgLsn end;

    advance_all(instance);
    end = end_lsn(instance);
    if (!instance->is_standby) {
        set_received(instance, end);
        instance->replayed = end;
        instance->commit_ms = pg_log_commit_ms(&instance->log, end, now_of(instance));
        instance->is_standby = true;
        mark_log(instance, end, instance->commit_ms);
    }
    instance->received = (double)instance->whole; /* half a record is asked for again */
    instance->checkpoint_timeline = instance->history.timeline;
    instance->promoted_ms = 0;
    instance->advanced_ms = now_of(instance);
    instance->asked_ms = instance->advanced_ms;
    instance->link = *link;
    instance->is_cut = true;
    instance->is_removed = false;
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

void pg_set_link(PgInstance *instance, const PgLink *link)
{
    instance_advance(instance);
    instance->link = *link;
    if (link->is_connected && instance->is_cut) {
        instance->is_removed = false; /* it asks anew, and is told anew */
        instance->asked_ms = now_of(instance);
    }
}

/* As the startup process would find its own data after the server went away without a word. */
static void note_recovery(PgInstance *instance, PgState state)
{
    bool is_crash = instance->state == PG_READY && state == PG_STOPPED;

    if (instance->is_standby) {
        if (state == PG_READY)
            instance->is_restarted = true;
        instance->asked_ms = now_of(instance);
    } else if (state == PG_STOPPED) {
        instance->replayed = is_crash ? end_lsn(instance) : 0;
        set_received(instance, 0);
        instance->commit_ms = 0;
    }
}

void pg_set_state(PgInstance *instance, PgState state)
{
    if (instance->state == state)
        return;
    advance_all(instance);
    note_recovery(instance, state);
    if (instance->is_standby) {
        instance->is_cut = true;
        instance->state = state;
        return;
    }
    instance->state = state;
    if (state == PG_STOPPING)
        append(instance, PG_WRITE_SHUTDOWN, 0);
    else
        mark_log_here(instance);
}

void pg_set_write_rate(PgInstance *instance, double bytes_per_s)
{
    if (instance->bytes_per_s == bytes_per_s)
        return;
    advance_all(instance);
    instance->bytes_per_s = bytes_per_s;
    if (!instance->is_standby)
        mark_log_here(instance);
}

void pg_promote(PgInstance *instance)
{
    int64_t now;

    advance_all(instance);
    if (!instance->is_standby)
        return;
    now = now_of(instance);
    replay_to(instance, received_lsn(instance), now);
    instance->checkpoint_timeline = instance->history.timeline;
    instance->promoted_ms = now;
    pg_history_fork(&instance->history, received_lsn(instance), instance->name, now);
    instance->is_standby = false;
    leave_upstream(instance);
    instance->link = (PgLink){0};
    pg_log_clear(&instance->log);
    append_promotion(instance, received_lsn(instance), now);
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
    instance_advance(instance);
    if (instance->promoted_ms > 0 && now_of(instance) - instance->promoted_ms < CHECKPOINT_AFTER_MS)
        return instance->checkpoint_timeline;
    return instance->history.timeline;
}

uint64_t pg_system_identifier(const PgInstance *instance)
{
    return instance->options.system_identifier;
}

int64_t pg_now_ms(const PgInstance *instance)
{
    return now_of(instance);
}

int pg_server_version_num(const PgInstance *instance)
{
    return instance->options.server_version_num;
}

PgLsn pg_current_lsn(PgInstance *instance)
{
    return instance->is_standby ? 0 : end_lsn(instance);
}

PgLsn pg_receive_lsn(PgInstance *instance)
{
    PgLsn received;

    instance_advance(instance);
    received = received_lsn(instance);
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
    return end_lsn(instance);
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

/* Is somebody at the other end right now? What is on its way there or back is not waited for. */
static bool is_upstream_serving(const PgInstance *instance)
{
    const PgInstance *upstream = instance->upstream;

    if (upstream->is_standby)
        return upstream->state == PG_READY;
    return upstream->state == PG_READY || upstream->state == PG_STOPPING;
}

PgReceiver pg_receiver(PgInstance *instance)
{
    instance_advance(instance);
    if (!instance->is_standby || instance->state != PG_READY || instance->upstream == NULL ||
        !instance->link.is_connected || !is_upstream_serving(instance))
        return PG_RECEIVER_NONE;
    if (instance->is_removed)
        return PG_RECEIVER_REMOVED;
    return is_on_upstreams_line(instance) ? PG_RECEIVER_STREAMING : PG_RECEIVER_WAITING;
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

int pg_max_wal_senders(const PgInstance *instance)
{
    return instance->options.max_wal_senders > 0 ? instance->options.max_wal_senders
                                                 : MAX_WAL_SENDERS;
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

/* ---- the log as bytes ---- */

PgLsn pg_oldest_lsn(PgInstance *instance)
{
    PgLsn first = pg_wal_segment(instance->options.start_lsn), end = pg_end_lsn(instance);
    PgLsn keep = instance->options.wal_keep_bytes, oldest;

    if (keep == 0 || end <= keep)
        return first;
    oldest = pg_wal_segment(pg_slots_oldest(&instance->peers, end - keep));
    return oldest > first ? oldest : first;
}

void pg_read_log(PgInstance *instance, PgLsn from, PgLsn to, char *out)
{
    PgWal wal = {
        .system_identifier = instance->options.system_identifier,
        .history = &instance->history,
        .contents = &instance->contents,
        .tables = instance->options.tables,
        .table_count = instance->options.table_count,
    };

    pg_wal_read(&wal, from, to, out);
}

PgLsn pg_switch_log(PgInstance *instance)
{
    if (!is_ready_primary(instance))
        return 0;
    if (end_lsn(instance) != pg_wal_segment(end_lsn(instance)))
        append(instance, PG_WRITE_SWITCH, 0);
    return end_lsn(instance);
}

/* A segment's head holds the checkpoint; where a timeline begins in it, another cell of it does. */
static bool find_checkpoint(PgInstance *instance, PgLsn end, PgBackup *out)
{
    PgLsn segment = pg_wal_segment(end - 1);
    const PgContents *contents = &instance->contents;
    size_t next = contents_after(contents, segment);
    bool begins_timeline =
        next < contents->log_count && contents->log[next]->place.begin == segment;

    if (segment < instance->options.start_lsn)
        return false;
    out->redo = begins_timeline ? segment + 2 * (PgLsn)PG_CELL_SIZE : pg_wal_redo(segment);
    out->checkpoint = pg_wal_checkpoint(segment) + (begins_timeline ? PG_CELL_SIZE : 0);
    out->timeline = pg_wal_timeline(&instance->history, segment);
    return true;
}

bool pg_table_pages(PgInstance *instance, size_t index, const PgTableFile **out_table,
                    Buffer *out_pages)
{
    const PgContents *contents = &instance->contents;

    if (index >= instance->options.table_count)
        return false;
    instance_advance(instance);
    *out_table = &instance->options.tables[index];
    for (size_t i = 0; i < contents->row_count; i++)
        pg_page_add(contents->rows[i], *out_table, out_pages);
    return true;
}

bool pg_backup_is_possible(PgInstance *instance)
{
    PgBackup ignored;

    if (instance->state != PG_READY)
        return false;
    return !instance->is_standby || find_checkpoint(instance, pg_replay_lsn(instance), &ignored);
}

bool pg_backup_begin(PgInstance *instance, PgBackup *out)
{
    PgLsn begin;

    if (instance->state != PG_READY)
        return false;
    out->from_standby = instance->is_standby;
    if (instance->is_standby)
        return find_checkpoint(instance, pg_replay_lsn(instance), out);
    begin = pg_switch_log(instance) + PG_HEAD_SIZE;
    mark_log(instance, begin, pg_log_commit_ms(&instance->log, begin, now_of(instance)));
    return find_checkpoint(instance, begin, out);
}

PgLsn pg_backup_end(PgInstance *instance, const PgBackup *backup)
{
    PgLsn end;

    if (backup->from_standby || !is_ready_primary(instance))
        return pg_replay_lsn(instance);
    append(instance, PG_WRITE_BACKUP_END, backup->redo);
    end = end_lsn(instance);
    pg_switch_log(instance);
    return end;
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

/* ---- contents ---- */

/* What value takes in the log, measured without keeping its text. */
static size_t row_size(const char *key, const cJSON *value)
{
    char *text = value != NULL ? json_text(value) : NULL;
    size_t size = pg_wal_row_size(key, text);

    free(text);
    return size;
}

bool pg_write(PgInstance *instance, const char *key, const cJSON *value, PgLsn *out_lsn)
{
    PgPlace place;

    if (!is_ready_primary(instance))
        return false;
    place = next_place(instance, PG_WRITE_ROW, row_size(key, value));
    contents_write(&instance->contents, &place, key, value);
    contents_replay(&instance->contents, place.end);
    mark_log(instance, place.end, place.at_ms);
    if (out_lsn != NULL)
        *out_lsn = place.end;
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
