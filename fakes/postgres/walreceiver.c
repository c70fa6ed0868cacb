/*
 * fakes/postgres/walreceiver.c - makes an instance a standby of a real server.
 *
 * All goes well: connect; IDENTIFY_SYSTEM; the first time BASE_BACKUP, and IDENTIFY_SYSTEM again; TIMELINE_HISTORY of what is newer than
 * our timeline; START_REPLICATION from the begin of the segment in which our log ends. Log comes in, words about how far it got go out: up
 * to three for each burst (written, flushed, replayed), and one every status_ms. When the timeline is over both sides say so, and
 * if the next one goes on from where we are, the same connection asks for that.
 * Goes wrong: the connection is lost, refused, or silent for timeout_ms; the log is not there any more (58P01); the server is
 * another system or has forked off before our position. Then it tries again: at once, if it did well for retry_ms, or else
 * retry_ms after the last time.
 */
#include "fakes/postgres/walreceiver.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fakes/postgres/client.h"
#include "fakes/postgres/peers.h"
#include "fakes/postgres/seed.h"
#include "fakes/postgres/standby_words.h"
#include "fakes/postgres/wal.h"

enum { STATUS_MS = 10000, TIMEOUT_MS = 60000, RETRY_MS = 5000, COMMAND_MAX = 160, WHY_MAX = 300 };

typedef enum {
    HEARD_CONNECTED,
    HEARD_RESULT,
    HEARD_COPY,
    HEARD_DRAINED,
    HEARD_COPY_OVER,
    HEARD_DONE,
    HEARD_LOST,
    HEARD_TIME,
} Heard;

struct PgWalreceiver {
    PgWalreceiverOptions options; /* texts are copies, times filled in */
    WalreceiverState state;
    PgRemote *remote; /* the instance's, as long as it follows */
    PgClient *client; /* NULL: none */
    Timer *timer;

    const PGresult *result; /* what was heard */
    const char *bytes;
    size_t length;

    PgSeed seed;
    bool has_data;
    PgLsn consistent_at; /* where the base backup ends */
    uint64_t primary_system;
    uint32_t primary_timeline;
    char *history; /* of timeline history_of; NULL: none was needed */
    uint32_t history_of, reading;
    bool has_ended;     /* our timeline has no more log there */
    char why[WHY_MAX];  /* the command failed; "": it did not */
    bool is_removed;    /* ... with 58P01 */
    int64_t retried_ms; /* as of the monotonous clock, as the others here */

    int64_t heard_ms, replied_ms;
    bool has_pinged, has_fed_back;
    PgLsn flushed;
    PgStandbyStatus said;
};

typedef WalreceiverState WalreceiverAction(PgWalreceiver *receiver);

/* ---- saying what happens ---- */

static void say(const PgWalreceiver *receiver, const char *text)
{
    const PgWalreceiverOptions *options = &receiver->options;
    cJSON *data;

    if (options->trace == NULL)
        return;
    data = cJSON_CreateObject();
    cJSON_AddStringToObject(data, "instance", pg_name(options->instance));
    trace_add(options->trace, options->site, "postgres.walreceiver", data, "%s: %s",
              pg_name(options->instance), text);
}

/* So much later it may try again: never twice within retry_ms, but at once if it had gone well for so long. */
static int64_t rest_ms(PgWalreceiver *receiver)
{
    int64_t now = clock_mono_ms(), wait = receiver->retried_ms + receiver->options.retry_ms - now;

    if (receiver->retried_ms == 0 || wait < 0)
        wait = 0;
    receiver->retried_ms = now + wait;
    return wait;
}

static WalreceiverState rest(PgWalreceiver *receiver, const char *why)
{
    say(receiver, why);
    receiver->remote->receiver = receiver->is_removed ? PG_RECEIVER_REMOVED : PG_RECEIVER_NONE;
    receiver->remote->host = receiver->remote->conninfo = receiver->remote->slot = NULL;
    pg_client_free(receiver->client);
    receiver->client = NULL;
    timer_start(receiver->timer, rest_ms(receiver));
    return WALRECEIVER_RESTING;
}

/* The same, for what was found out here. */
static WalreceiverState rest_for(PgWalreceiver *receiver, const Error *err)
{
    return rest(receiver, err->message);
}

static WalreceiverState give_up_waiting(PgWalreceiver *receiver)
{
    return rest(receiver, "terminating walreceiver due to timeout");
}

static WalreceiverState note_lost(PgWalreceiver *receiver)
{
    return rest(receiver, receiver->bytes);
}

/* ---- commands ---- */

static WalreceiverState send_command(PgWalreceiver *receiver, const char *command,
                                     WalreceiverState next)
{
    receiver->why[0] = '\0';
    receiver->is_removed = false;
    timer_start(receiver->timer, receiver->options.timeout_ms);
    pg_client_send(receiver->client, command);
    return next;
}

static void note_error(PgWalreceiver *receiver)
{
    const char *state = PQresultErrorField(receiver->result, PG_DIAG_SQLSTATE);
    const char *text = PQresultErrorField(receiver->result, PG_DIAG_MESSAGE_PRIMARY);

    receiver->is_removed = state != NULL && strcmp(state, "58P01") == 0;
    snprintf(receiver->why, sizeof receiver->why, "%s: %s", state != NULL ? state : "lost",
             text != NULL ? text : PQresultErrorMessage(receiver->result));
    receiver->why[strcspn(receiver->why, "\n")] = '\0';
}

/* Has the result rows of so many columns? What is an error is noted. */
static bool has_rows(PgWalreceiver *receiver, int columns)
{
    switch (PQresultStatus(receiver->result)) {
    case PGRES_TUPLES_OK:
        return PQntuples(receiver->result) == 1 && PQnfields(receiver->result) >= columns;
    case PGRES_FATAL_ERROR:
    case PGRES_NONFATAL_ERROR:
    case PGRES_BAD_RESPONSE:
        note_error(receiver);
        return false;
    default:
        return false;
    }
}

static const char *value(const PgWalreceiver *receiver, int column)
{
    return PQgetvalue(receiver->result, 0, column);
}

/* ---- connecting, and who is there ---- */

static void on_connected(void *owner);
static void on_result(void *owner, const PGresult *result);
static void on_copy(void *owner, const char *bytes, size_t length);
static void on_drained(void *owner);
static void on_copy_over(void *owner);
static void on_done(void *owner);
static void on_lost(void *owner, const char *why);

static WalreceiverState dial(PgWalreceiver *receiver)
{
    static const PgClientEvents EVENTS = {on_connected, on_result, on_copy, on_drained,
                                          on_copy_over, on_done,   on_lost};

    receiver->client =
        pg_client_new(receiver->options.loop, receiver->options.conninfo, &EVENTS, receiver);
    timer_start(receiver->timer, receiver->options.timeout_ms);
    return WALRECEIVER_CONNECTING;
}

static WalreceiverState ask(PgWalreceiver *receiver)
{
    receiver->remote->host = pg_client_host(receiver->client);
    receiver->remote->port = pg_client_port(receiver->client);
    receiver->remote->conninfo = pg_client_conninfo(receiver->client);
    receiver->remote->slot = receiver->options.slot;
    receiver->primary_timeline = 0;
    return send_command(receiver, "IDENTIFY_SYSTEM", WALRECEIVER_ASKING);
}

static WalreceiverState note_identity(PgWalreceiver *receiver)
{
    if (has_rows(receiver, 3)) {
        receiver->primary_system = strtoull(value(receiver, 0), NULL, 10);
        receiver->primary_timeline = (uint32_t)strtoul(value(receiver, 1), NULL, 10);
    }
    return WALRECEIVER_ASKING;
}

static WalreceiverState copy(PgWalreceiver *receiver)
{
    char command[PG_SEED_COMMAND_MAX];

    pg_seed_begin(&receiver->seed);
    send_command(receiver, pg_seed_command(receiver->options.is_checkpoint_fast, command),
                 WALRECEIVER_COPYING);
    timer_stop(receiver->timer); /* a checkpoint takes its time */
    return WALRECEIVER_COPYING;
}

static WalreceiverState read_or_start(PgWalreceiver *receiver);

static WalreceiverState judge_identity(PgWalreceiver *receiver)
{
    const PgRemote *remote = receiver->remote;
    Error err;

    if (receiver->why[0] != '\0' || receiver->primary_timeline == 0)
        return rest(receiver, receiver->why);
    if (!receiver->has_data)
        return copy(receiver);
    if (receiver->primary_system != remote->system_identifier) {
        error_set(&err, ERR_CONFLICT,
                  "database system identifier differs between the primary and standby: the "
                  "primary's identifier is %" PRIu64 ", the standby's identifier is %" PRIu64,
                  receiver->primary_system, remote->system_identifier);
        return rest_for(receiver, &err);
    }
    if (receiver->primary_timeline < remote->timeline) {
        error_set(&err, ERR_CONFLICT,
                  "highest timeline %" PRIu32
                  " of the primary is behind recovery timeline %" PRIu32,
                  receiver->primary_timeline, remote->timeline);
        return rest_for(receiver, &err);
    }
    return read_or_start(receiver);
}

/* ---- the base backup ---- */

static WalreceiverState note_backup(PgWalreceiver *receiver)
{
    Error err;

    has_rows(receiver, 0); /* notes an error */
    if (!pg_seed_result(&receiver->seed, receiver->result, &err))
        return rest_for(receiver, &err);
    return WALRECEIVER_COPYING;
}

static WalreceiverState take_backup(PgWalreceiver *receiver)
{
    Error err;

    if (!pg_seed_copy(&receiver->seed, receiver->bytes, receiver->length, &err))
        return rest_for(receiver, &err);
    return WALRECEIVER_COPYING;
}

static WalreceiverState end_backup(PgWalreceiver *receiver)
{
    Error err;

    if (receiver->why[0] != '\0')
        return rest(receiver, receiver->why);
    if (!pg_seed_end(&receiver->seed, receiver->remote, &err))
        return rest_for(receiver, &err);
    receiver->has_data = true;
    receiver->consistent_at = receiver->seed.end;
    pg_seed_release(&receiver->seed);
    pg_copy_remote(receiver->options.instance);
    pg_set_state(receiver->options.instance, PG_INCONSISTENT);
    return ask(receiver);
}

/* ---- timelines ---- */

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
    return send_command(receiver, command, WALRECEIVER_STARTING);
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
    char text[WHY_MAX], lsn[24];
    bool is_next = find_next(receiver, &fork, &next);

    if (is_next && fork >= remote->replayable) {
        receiver->has_ended = false;
        pg_remote_restart(remote, next);
        pg_set_history(receiver->options.instance, next, receiver->history);
        return ask(receiver);
    }
    if (is_next) {
        snprintf(text, sizeof text,
                 "new timeline %" PRIu32 " forked off current database system timeline %" PRIu32
                 " before current recovery point %s",
                 next, remote->timeline, pg_lsn_text(remote->replayable, lsn));
        say(receiver, text);
    }
    receiver->has_ended = false;
    remote->receiver = PG_RECEIVER_WAITING;
    timer_start(receiver->timer, rest_ms(receiver));
    return WALRECEIVER_WAITING;
}

/* Every history up to the newest is read once. */
static WalreceiverState read_or_start(PgWalreceiver *receiver)
{
    uint32_t next = receiver->history_of + 1, least = receiver->remote->timeline;
    char command[COMMAND_MAX];

    next = next < least ? least : next;
    next = next < 2 ? 2 : next;
    if (next <= receiver->primary_timeline) {
        receiver->reading = next;
        snprintf(command, sizeof command, "TIMELINE_HISTORY %" PRIu32, next);
        return send_command(receiver, command, WALRECEIVER_READING);
    }
    return receiver->has_ended ? adopt_or_wait(receiver) : start(receiver);
}

static WalreceiverState note_history(PgWalreceiver *receiver)
{
    if (has_rows(receiver, 2)) {
        free(receiver->history);
        receiver->history = memory_text(value(receiver, 1));
        receiver->history_of = receiver->reading;
    }
    return WALRECEIVER_READING;
}

static WalreceiverState end_history(PgWalreceiver *receiver)
{
    PgRemote *remote = receiver->remote;

    if (receiver->why[0] != '\0' || receiver->history_of != receiver->reading)
        return rest(receiver, receiver->why);
    pg_set_history(receiver->options.instance, remote->timeline, receiver->history);
    return read_or_start(receiver);
}

/* ---- the stream ---- */

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

static WalreceiverState open_stream(PgWalreceiver *receiver)
{
    if (PQresultStatus(receiver->result) == PGRES_COPY_BOTH) {
        begin_stream(receiver);
        hear(receiver);
        reply(receiver, receiver->said.apply, false);
        feed_back(receiver);
        expect(receiver);
        return WALRECEIVER_STREAMING;
    }
    receiver->has_ended |= has_rows(receiver, 2);
    return WALRECEIVER_STARTING;
}

/* It did not open: the timeline has no more, or there was an error. */
static WalreceiverState judge_start(PgWalreceiver *receiver)
{
    if (receiver->why[0] != '\0' || !receiver->has_ended)
        return rest(receiver, receiver->why);
    return read_or_start(receiver);
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

static WalreceiverState take_word(PgWalreceiver *receiver)
{
    PgRemote *remote = receiver->remote;
    PgPrimaryWord word;
    Error err;

    if (!pg_primary_word(receiver->bytes, receiver->length, &word, &err))
        return rest_for(receiver, &err);
    hear(receiver);
    remote->sent_ms = word.sent_ms;
    if (word.end > remote->latest_end) {
        remote->latest_end = word.end;
        remote->latest_end_ms = word.sent_ms;
    }
    if (word.kind == 'w' && !pg_remote_add(remote, word.start, word.log, word.length, &err))
        return rest_for(receiver, &err);
    if (word.wants_reply)
        reply(receiver, replayed(receiver), false);
    return WALRECEIVER_STREAMING;
}

/* Written, flushed, replayed: a word for each that moved. */
static WalreceiverState answer_burst(PgWalreceiver *receiver)
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

static WalreceiverState keep_time(PgWalreceiver *receiver)
{
    int64_t now = clock_mono_ms(), silent = now - receiver->heard_ms;

    if (silent >= receiver->options.timeout_ms)
        return give_up_waiting(receiver);
    if (silent >= receiver->options.timeout_ms / 2 && !receiver->has_pinged) {
        receiver->has_pinged = true;
        reply(receiver, replayed(receiver), true);
    } else if (now - receiver->replied_ms >= receiver->options.status_ms) {
        reply(receiver, replayed(receiver), false);
    }
    expect(receiver);
    return WALRECEIVER_STREAMING;
}

/* ---- the end of a stream ---- */

static WalreceiverState end_stream(PgWalreceiver *receiver)
{
    answer_burst(receiver);
    pg_client_copy_over(receiver->client);
    timer_start(receiver->timer, receiver->options.timeout_ms);
    return WALRECEIVER_ENDING;
}

static WalreceiverState note_next(PgWalreceiver *receiver)
{
    uint32_t next;

    if (has_rows(receiver, 2)) {
        next = (uint32_t)strtoul(value(receiver, 0), NULL, 10);
        if (next > receiver->primary_timeline)
            receiver->primary_timeline = next;
        receiver->has_ended = true;
    }
    return WALRECEIVER_ENDING;
}

/* Without a next timeline it was the server that ended, not the timeline; or it has said why not. */
static WalreceiverState judge_end(PgWalreceiver *receiver)
{
    char text[WHY_MAX], lsn[24];

    if (receiver->why[0] != '\0')
        return rest(receiver, receiver->why);
    snprintf(text, sizeof text,
             "replication terminated by primary server: end of WAL reached on timeline %" PRIu32
             " at %s",
             receiver->remote->timeline, pg_lsn_text(receiver->remote->received, lsn));
    say(receiver, text);
    receiver->remote->receiver = PG_RECEIVER_WAITING;
    return receiver->has_ended ? read_or_start(receiver)
                               : rest(receiver, "the primary has ended the connection");
}

static WalreceiverState lose_stream(PgWalreceiver *receiver)
{
    note_error(receiver);
    return rest(receiver, receiver->why);
}

/* ---- the machine ---- */

static const struct {
    WalreceiverState state;
    Heard heard;
    WalreceiverAction *act;
    const char *why;
} ROWS[] = {
    {WALRECEIVER_RESTING,    HEARD_TIME,      dial,            "it tries again"                        },
    {WALRECEIVER_CONNECTING, HEARD_CONNECTED, ask,             "who is there?"                         },
    {WALRECEIVER_CONNECTING, HEARD_TIME,      give_up_waiting, "nobody"                                },
    {WALRECEIVER_ASKING,     HEARD_RESULT,    note_identity,   "this system, on this timeline"         },
    {WALRECEIVER_ASKING,     HEARD_DONE,      judge_identity,  "is it ours?"                           },
    {WALRECEIVER_ASKING,     HEARD_TIME,      give_up_waiting, "no answer"                             },
    {WALRECEIVER_COPYING,    HEARD_RESULT,    note_backup,     "where it begins, or ends"              },
    {WALRECEIVER_COPYING,    HEARD_COPY,      take_backup,     "a piece of it"                         },
    {WALRECEIVER_COPYING,    HEARD_DONE,      end_backup,      "that was all"                          },
    {WALRECEIVER_READING,    HEARD_RESULT,    note_history,    "how a timeline came about"             },
    {WALRECEIVER_READING,    HEARD_DONE,      end_history,     "the next, or the stream"               },
    {WALRECEIVER_READING,    HEARD_TIME,      give_up_waiting, "no answer"                             },
    {WALRECEIVER_STARTING,   HEARD_RESULT,    open_stream,     "it opens, or the timeline is over"     },
    {WALRECEIVER_STARTING,   HEARD_DONE,      judge_start,     "it did not open"                       },
    {WALRECEIVER_STARTING,   HEARD_TIME,      give_up_waiting, "no answer"                             },
    {WALRECEIVER_STREAMING,  HEARD_COPY,      take_word,       "log, or a word"                        },
    {WALRECEIVER_STREAMING,  HEARD_DRAINED,   answer_burst,    "that was all for now"                  },
    {WALRECEIVER_STREAMING,  HEARD_COPY_OVER, end_stream,      "the timeline is over, or the server"   },
    {WALRECEIVER_STREAMING,  HEARD_RESULT,    lose_stream,     "an error in the middle of it"          },
    {WALRECEIVER_STREAMING,  HEARD_TIME,      keep_time,       "a word is due, or the server is silent"},
    {WALRECEIVER_ENDING,     HEARD_RESULT,    note_next,       "what comes next"                       },
    {WALRECEIVER_ENDING,     HEARD_DONE,      judge_end,       "it is known"                           },
    {WALRECEIVER_ENDING,     HEARD_TIME,      give_up_waiting, "no answer"                             },
    {WALRECEIVER_WAITING,    HEARD_TIME,      ask,             "there may be a timeline for us by now" },
};

static void hear_of(PgWalreceiver *receiver, Heard heard)
{
    if (receiver->state == WALRECEIVER_OVER)
        return;
    if (heard == HEARD_LOST) {
        receiver->state = note_lost(receiver);
        return;
    }
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        if (ROWS[i].state == receiver->state && ROWS[i].heard == heard) {
            receiver->state = ROWS[i].act(receiver);
            return;
        }
    }
}

static void on_connected(void *owner)
{
    hear_of(owner, HEARD_CONNECTED);
}

static void on_result(void *owner, const PGresult *result)
{
    ((PgWalreceiver *)owner)->result = result;
    hear_of(owner, HEARD_RESULT);
}

static void on_copy(void *owner, const char *bytes, size_t length)
{
    PgWalreceiver *receiver = owner;

    receiver->bytes = bytes;
    receiver->length = length;
    hear_of(receiver, HEARD_COPY);
}

static void on_drained(void *owner)
{
    hear_of(owner, HEARD_DRAINED);
}

static void on_copy_over(void *owner)
{
    hear_of(owner, HEARD_COPY_OVER);
}

static void on_done(void *owner)
{
    hear_of(owner, HEARD_DONE);
}

static void on_lost(void *owner, const char *why)
{
    ((PgWalreceiver *)owner)->bytes = why;
    hear_of(owner, HEARD_LOST);
}

static void on_time(void *owner)
{
    hear_of(owner, HEARD_TIME);
}

/* ---- beginning and ending ---- */

/* The instance is promoted, or somebody else's standby. */
static void on_over(void *owner)
{
    PgWalreceiver *receiver = owner;

    pg_client_free(receiver->client);
    receiver->client = NULL;
    receiver->remote = NULL;
    timer_stop(receiver->timer);
    receiver->state = WALRECEIVER_OVER;
}

bool pg_walreceiver_new(const PgWalreceiverOptions *options, PgWalreceiver **out, Error *err)
{
    PgRemote *remote;
    PgWalreceiver *receiver;

    if (!pg_remote_new(&remote, err))
        return false;
    receiver = MEMORY_NEW(PgWalreceiver);
    receiver->options = *options;
    receiver->options.conninfo = memory_text(options->conninfo);
    receiver->options.slot = memory_text(options->slot);
    receiver->options.status_ms = options->status_ms > 0 ? options->status_ms : STATUS_MS;
    receiver->options.timeout_ms = options->timeout_ms > 0 ? options->timeout_ms : TIMEOUT_MS;
    receiver->options.retry_ms = options->retry_ms > 0 ? options->retry_ms : RETRY_MS;
    receiver->timer = timer_new(options->loop, on_time, receiver);
    receiver->remote = remote;
    pg_follow_remote(options->instance, remote);
    pg_set_state(options->instance, PG_STARTING);
    remote->on_over = on_over;
    remote->owner = receiver;
    timer_start(receiver->timer, 0);
    *out = receiver;
    return true;
}

void pg_walreceiver_free(PgWalreceiver *receiver)
{
    if (receiver == NULL)
        return;
    if (receiver->remote != NULL) {
        receiver->remote->on_over = NULL;
        receiver->remote->receiver = PG_RECEIVER_NONE;
        receiver->remote->host = receiver->remote->conninfo = receiver->remote->slot = NULL;
    }
    pg_client_free(receiver->client);
    timer_free(receiver->timer);
    pg_seed_release(&receiver->seed);
    free(receiver->history);
    free((char *)receiver->options.conninfo);
    free((char *)receiver->options.slot);
    free(receiver);
}

WalreceiverState pg_walreceiver_state(const PgWalreceiver *receiver)
{
    return receiver->state;
}
