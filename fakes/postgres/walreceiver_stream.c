/*
 * fakes/postgres/walreceiver_stream.c - a walreceiver while log comes in, and when it ends.
 */
#include "fakes/postgres/walreceiver_inside.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "fakes/postgres/peers.h"

static int64_t now_ms(const PgWalreceiver *receiver)
{
    return pg_now_ms(receiver->options.instance);
}

static void begin_stream(PgWalreceiver *receiver)
{
    PgLsn replayed = pg_replay_lsn(receiver->options.instance);

    receiver->remote->receiver = PG_RECEIVER_STREAMING;
    receiver->has_ended = false;
    receiver->has_fed_back = false;
    receiver->flushed = replayed;
    receiver->said = (PgStandbyStatus){.write = replayed, .flush = replayed, .apply = replayed};
    receiver->replied_ms = 0;
}

static void expect(PgWalreceiver *receiver)
{
    const PgWalreceiverOptions *options = &receiver->options;
    int64_t now = clock_mono_ms(), word = receiver->replied_ms + options->status_ms;
    int64_t silence =
        receiver->heard_ms + (receiver->has_pinged ? options->timeout_ms : options->timeout_ms / 2);
    int64_t next = word < silence ? word : silence;

    timer_start(receiver->timer, next > now ? next - now : 0);
}

static void hear(PgWalreceiver *receiver)
{
    receiver->heard_ms = clock_mono_ms();
    receiver->has_pinged = false;
    receiver->remote->heard_ms = now_ms(receiver);
}

static void reply(PgWalreceiver *receiver, PgLsn applied, bool wants_reply)
{
    Buffer out = {0};

    receiver->said = (PgStandbyStatus){.write = receiver->remote->received,
                                       .flush = receiver->flushed,
                                       .apply = applied,
                                       .at_ms = now_ms(receiver),
                                       .wants_reply = wants_reply};
    pg_add_status(&out, &receiver->said);
    pg_client_copy(receiver->client, out.data, out.length);
    receiver->replied_ms = clock_mono_ms();
    buffer_release(&out);
}

/* Once: this standby keeps no rows from being vacuumed. */
static void feed_back(PgWalreceiver *receiver)
{
    Buffer out = {0};

    if (receiver->has_fed_back)
        return;
    pg_add_no_feedback(&out, now_ms(receiver));
    pg_client_copy(receiver->client, out.data, out.length);
    receiver->has_fed_back = true;
    buffer_release(&out);
}

static PgLsn replayed(const PgWalreceiver *receiver)
{
    return pg_replay_lsn(receiver->options.instance);
}

WalreceiverState pg_receiver_open_stream(PgWalreceiver *receiver)
{
    if (PQresultStatus(receiver->result) == PGRES_COPY_BOTH) {
        begin_stream(receiver);
        hear(receiver);
        reply(receiver, receiver->said.apply, false);
        feed_back(receiver);
        expect(receiver);
        return WALRECEIVER_STREAMING;
    }
    receiver->has_ended |= pg_receiver_has_rows(receiver, 2);
    return WALRECEIVER_STARTING;
}

WalreceiverState pg_receiver_judge_start(PgWalreceiver *receiver)
{
    if (receiver->why[0] != '\0' || !receiver->has_ended)
        return pg_receiver_rest(receiver, receiver->why);
    return pg_receiver_read_or_start(receiver);
}

/* A standby that was seeded lets nobody in before it has all that its base backup needs. */
static void show_progress(PgWalreceiver *receiver)
{
    PgInstance *instance = receiver->options.instance;

    if (pg_state(instance) == PG_INCONSISTENT &&
        receiver->remote->replayable >= receiver->consistent_at)
        pg_set_state(instance, PG_READY);
    pg_end_lsn(instance); /* brings it up to now */
    pg_peers_notify(pg_peers(instance));
}

WalreceiverState pg_receiver_take_word(PgWalreceiver *receiver)
{
    PgRemote *remote = receiver->remote;
    PgPrimaryWord word;
    Error err;

    if (!pg_primary_word(receiver->bytes, receiver->length, &word, &err))
        return pg_receiver_rest_for(receiver, &err);
    hear(receiver);
    remote->sent_ms = word.sent_ms;
    if (word.end > remote->latest_end) {
        remote->latest_end = word.end;
        remote->latest_end_ms = word.sent_ms;
    }
    if (word.kind == 'w' && !pg_remote_add(remote, word.start, word.log, word.length, &err))
        return pg_receiver_rest_for(receiver, &err);
    if (word.wants_reply)
        reply(receiver, replayed(receiver), false);
    return WALRECEIVER_STREAMING;
}

WalreceiverState pg_receiver_answer_burst(PgWalreceiver *receiver)
{
    PgLsn received = receiver->remote->received;

    if (received != receiver->said.write)
        reply(receiver, receiver->said.apply, false);
    if (received != receiver->flushed) {
        receiver->flushed = received;
        reply(receiver, receiver->said.apply, false);
        show_progress(receiver);
    }
    if (replayed(receiver) != receiver->said.apply)
        reply(receiver, replayed(receiver), false);
    expect(receiver);
    return WALRECEIVER_STREAMING;
}

WalreceiverState pg_receiver_keep_time(PgWalreceiver *receiver)
{
    int64_t now = clock_mono_ms(), silent = now - receiver->heard_ms;

    if (silent >= receiver->options.timeout_ms)
        return pg_receiver_give_up_waiting(receiver);
    if (silent >= receiver->options.timeout_ms / 2 && !receiver->has_pinged) {
        receiver->has_pinged = true;
        reply(receiver, replayed(receiver), true);
    } else if (now - receiver->replied_ms >= receiver->options.status_ms) {
        reply(receiver, replayed(receiver), false);
    }
    expect(receiver);
    return WALRECEIVER_STREAMING;
}

WalreceiverState pg_receiver_end_stream(PgWalreceiver *receiver)
{
    pg_receiver_answer_burst(receiver);
    pg_client_copy_over(receiver->client);
    timer_start(receiver->timer, receiver->options.timeout_ms);
    return WALRECEIVER_ENDING;
}

WalreceiverState pg_receiver_note_next(PgWalreceiver *receiver)
{
    uint32_t next;

    if (pg_receiver_has_rows(receiver, 2)) {
        next = (uint32_t)strtoul(pg_receiver_value(receiver, 0), NULL, 10);
        if (next > receiver->primary_timeline)
            receiver->primary_timeline = next;
        receiver->has_ended = true;
    }
    return WALRECEIVER_ENDING;
}

WalreceiverState pg_receiver_judge_end(PgWalreceiver *receiver)
{
    char text[WALRECEIVER_WHY_MAX], lsn[24];

    if (receiver->why[0] != '\0')
        return pg_receiver_rest(receiver, receiver->why);
    snprintf(text, sizeof text,
             "replication terminated by primary server: end of WAL reached on timeline %" PRIu32
             " at %s",
             receiver->remote->timeline, pg_lsn_text(receiver->remote->received, lsn));
    pg_receiver_say(receiver, text);
    receiver->remote->receiver = PG_RECEIVER_WAITING;
    return receiver->has_ended ? pg_receiver_read_or_start(receiver)
                               : pg_receiver_rest(receiver, "the primary has ended the connection");
}

WalreceiverState pg_receiver_lose_stream(PgWalreceiver *receiver)
{
    pg_receiver_note_error(receiver);
    return pg_receiver_rest(receiver, receiver->why);
}
