/*
 * fakes/postgres/walreceiver_catchup.c - a walreceiver before its stream: who the primary is, a base backup, the timelines in between.
 */
#include "fakes/postgres/walreceiver_inside.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { COMMAND_MAX = 160 };

WalreceiverState pg_receiver_ask(PgWalreceiver *receiver)
{
    receiver->remote->host = pg_client_host(receiver->client);
    receiver->remote->port = pg_client_port(receiver->client);
    receiver->remote->conninfo = pg_client_conninfo(receiver->client);
    receiver->remote->slot = receiver->options.slot;
    receiver->primary_timeline = 0;
    return pg_receiver_send_command(receiver, "IDENTIFY_SYSTEM", WALRECEIVER_ASKING);
}

WalreceiverState pg_receiver_note_identity(PgWalreceiver *receiver)
{
    if (pg_receiver_has_rows(receiver, 3)) {
        receiver->primary_system = strtoull(pg_receiver_value(receiver, 0), NULL, 10);
        receiver->primary_timeline = (uint32_t)strtoul(pg_receiver_value(receiver, 1), NULL, 10);
    }
    return WALRECEIVER_ASKING;
}

static WalreceiverState copy(PgWalreceiver *receiver)
{
    char command[PG_SEED_COMMAND_MAX];

    pg_seed_begin(&receiver->seed);
    pg_receiver_send_command(receiver,
                             pg_seed_command(receiver->options.is_checkpoint_fast, command),
                             WALRECEIVER_COPYING);
    timer_stop(receiver->timer); /* a checkpoint takes its time */
    return WALRECEIVER_COPYING;
}

WalreceiverState pg_receiver_judge_identity(PgWalreceiver *receiver)
{
    const PgRemote *remote = receiver->remote;
    Error err;

    if (receiver->why[0] != '\0' || receiver->primary_timeline == 0)
        return pg_receiver_rest(receiver, receiver->why);
    if (!receiver->has_data)
        return copy(receiver);
    if (receiver->primary_system != remote->system_identifier) {
        error_set(&err, ERR_CONFLICT,
                  "database system identifier differs between the primary and standby: the "
                  "primary's identifier is %" PRIu64 ", the standby's identifier is %" PRIu64,
                  receiver->primary_system, remote->system_identifier);
        return pg_receiver_rest_for(receiver, &err);
    }
    if (receiver->primary_timeline < remote->timeline) {
        error_set(&err, ERR_CONFLICT,
                  "highest timeline %" PRIu32
                  " of the primary is behind recovery timeline %" PRIu32,
                  receiver->primary_timeline, remote->timeline);
        return pg_receiver_rest_for(receiver, &err);
    }
    return pg_receiver_read_or_start(receiver);
}

WalreceiverState pg_receiver_note_backup(PgWalreceiver *receiver)
{
    Error err;

    pg_receiver_has_rows(receiver, 0); /* notes an error */
    if (!pg_seed_result(&receiver->seed, receiver->result, &err))
        return pg_receiver_rest_for(receiver, &err);
    return WALRECEIVER_COPYING;
}

WalreceiverState pg_receiver_take_backup(PgWalreceiver *receiver)
{
    Error err;

    if (!pg_seed_copy(&receiver->seed, receiver->bytes, receiver->length, &err))
        return pg_receiver_rest_for(receiver, &err);
    return WALRECEIVER_COPYING;
}

WalreceiverState pg_receiver_end_backup(PgWalreceiver *receiver)
{
    Error err;

    if (receiver->why[0] != '\0')
        return pg_receiver_rest(receiver, receiver->why);
    if (!pg_seed_end(&receiver->seed, receiver->remote, &err))
        return pg_receiver_rest_for(receiver, &err);
    receiver->has_data = true;
    receiver->consistent_at = receiver->seed.end;
    pg_seed_release(&receiver->seed);
    pg_copy_remote(receiver->options.instance);
    pg_set_state(receiver->options.instance, PG_INCONSISTENT);
    return pg_receiver_ask(receiver);
}

static WalreceiverState start(PgWalreceiver *receiver)
{
    const char *slot = receiver->options.slot;
    char command[COMMAND_MAX], lsn[24];
    PgLsn from = pg_remote_restart(receiver->remote, receiver->remote->timeline);

    receiver->remote->start = from;
    receiver->remote->start_timeline = receiver->remote->timeline;
    snprintf(command, sizeof command, "START_REPLICATION %s%s%s%s TIMELINE %" PRIu32,
             slot != NULL ? "SLOT \"" : "", slot != NULL ? slot : "", slot != NULL ? "\" " : "",
             pg_lsn_text(from, lsn), receiver->remote->timeline);
    return pg_receiver_send_command(receiver, command, WALRECEIVER_STARTING);
}

/* Where our timeline ends in the newest history we know, and which one is next; false: it does not. */
static bool find_next(const PgWalreceiver *receiver, PgLsn *out_fork, uint32_t *out_next)
{
    const char *at = receiver->history != NULL ? receiver->history : "";
    bool is_found = false;

    *out_next = receiver->history_of;
    for (; *at != '\0'; at += strcspn(at, "\n"), at += *at == '\n') {
        unsigned long timeline = strtoul(at, NULL, 10);
        char lsn[24];

        if (*at == '\n' || timeline == 0 || sscanf(at, "%*u %23s", lsn) != 1)
            continue;
        if (is_found) {
            *out_next = (uint32_t)timeline;
            return true;
        }
        is_found = timeline == receiver->remote->timeline && pg_lsn_parse(lsn, out_fork);
    }
    return is_found;
}

/* Nothing more comes on this timeline: the next one, if it goes on from where we are; or else we wait for one that does. */
static WalreceiverState adopt_or_wait(PgWalreceiver *receiver)
{
    PgRemote *remote = receiver->remote;
    PgLsn fork = 0;
    uint32_t next;
    char text[WALRECEIVER_WHY_MAX], lsn[24];
    bool is_next = find_next(receiver, &fork, &next);

    if (is_next && fork >= remote->replayable) {
        receiver->has_ended = false;
        pg_remote_restart(remote, next);
        pg_set_history(receiver->options.instance, next, receiver->history);
        return pg_receiver_ask(receiver);
    }
    if (is_next) {
        snprintf(text, sizeof text,
                 "new timeline %" PRIu32 " forked off current database system timeline %" PRIu32
                 " before current recovery point %s",
                 next, remote->timeline, pg_lsn_text(remote->replayable, lsn));
        pg_receiver_say(receiver, text);
    }
    receiver->has_ended = false;
    remote->receiver = PG_RECEIVER_WAITING;
    timer_start(receiver->timer, pg_receiver_rest_ms(receiver));
    return WALRECEIVER_WAITING;
}

WalreceiverState pg_receiver_read_or_start(PgWalreceiver *receiver)
{
    uint32_t next = receiver->history_of + 1, least = receiver->remote->timeline;
    char command[COMMAND_MAX];

    next = next < least ? least : next;
    next = next < 2 ? 2 : next;
    if (next <= receiver->primary_timeline) {
        receiver->reading = next;
        snprintf(command, sizeof command, "TIMELINE_HISTORY %" PRIu32, next);
        return pg_receiver_send_command(receiver, command, WALRECEIVER_READING);
    }
    return receiver->has_ended ? adopt_or_wait(receiver) : start(receiver);
}

WalreceiverState pg_receiver_note_history(PgWalreceiver *receiver)
{
    if (pg_receiver_has_rows(receiver, 2)) {
        free(receiver->history);
        receiver->history = memory_text(pg_receiver_value(receiver, 1));
        receiver->history_of = receiver->reading;
    }
    return WALRECEIVER_READING;
}

WalreceiverState pg_receiver_end_history(PgWalreceiver *receiver)
{
    PgRemote *remote = receiver->remote;

    if (receiver->why[0] != '\0' || receiver->history_of != receiver->reading)
        return pg_receiver_rest(receiver, receiver->why);
    pg_set_history(receiver->options.instance, remote->timeline, receiver->history);
    return pg_receiver_read_or_start(receiver);
}
