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
#include "fakes/postgres/walreceiver_inside.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"

enum { STATUS_MS = 10000, TIMEOUT_MS = 60000, RETRY_MS = 5000 };

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

typedef WalreceiverState WalreceiverAction(PgWalreceiver *receiver);

/* ---- what all turns share ---- */

void pg_receiver_say(const PgWalreceiver *receiver, const char *text)
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

int64_t pg_receiver_rest_ms(PgWalreceiver *receiver)
{
    int64_t now = clock_mono_ms(), wait = receiver->retried_ms + receiver->options.retry_ms - now;

    if (receiver->retried_ms == 0 || wait < 0)
        wait = 0;
    receiver->retried_ms = now + wait;
    return wait;
}

WalreceiverState pg_receiver_rest(PgWalreceiver *receiver, const char *why)
{
    pg_receiver_say(receiver, why);
    receiver->remote->receiver = receiver->is_removed ? PG_RECEIVER_REMOVED : PG_RECEIVER_NONE;
    receiver->remote->host = receiver->remote->conninfo = receiver->remote->slot = NULL;
    pg_client_free(receiver->client);
    receiver->client = NULL;
    timer_start(receiver->timer, pg_receiver_rest_ms(receiver));
    return WALRECEIVER_RESTING;
}

WalreceiverState pg_receiver_rest_for(PgWalreceiver *receiver, const Error *err)
{
    return pg_receiver_rest(receiver, err->message);
}

WalreceiverState pg_receiver_give_up_waiting(PgWalreceiver *receiver)
{
    return pg_receiver_rest(receiver, "terminating walreceiver due to timeout");
}

static WalreceiverState note_lost(PgWalreceiver *receiver)
{
    return pg_receiver_rest(receiver, receiver->bytes);
}

WalreceiverState pg_receiver_send_command(PgWalreceiver *receiver, const char *command,
                                          WalreceiverState next)
{
    receiver->why[0] = '\0';
    receiver->is_removed = false;
    timer_start(receiver->timer, receiver->options.timeout_ms);
    pg_client_send(receiver->client, command);
    return next;
}

void pg_receiver_note_error(PgWalreceiver *receiver)
{
    const char *state = PQresultErrorField(receiver->result, PG_DIAG_SQLSTATE);
    const char *text = PQresultErrorField(receiver->result, PG_DIAG_MESSAGE_PRIMARY);

    receiver->is_removed = state != NULL && strcmp(state, "58P01") == 0;
    snprintf(receiver->why, sizeof receiver->why, "%s: %s", state != NULL ? state : "lost",
             text != NULL ? text : PQresultErrorMessage(receiver->result));
    receiver->why[strcspn(receiver->why, "\n")] = '\0';
}

bool pg_receiver_has_rows(PgWalreceiver *receiver, int columns)
{
    switch (PQresultStatus(receiver->result)) {
    case PGRES_TUPLES_OK:
        return PQntuples(receiver->result) == 1 && PQnfields(receiver->result) >= columns;
    case PGRES_FATAL_ERROR:
    case PGRES_NONFATAL_ERROR:
    case PGRES_BAD_RESPONSE:
        pg_receiver_note_error(receiver);
        return false;
    default:
        return false;
    }
}

const char *pg_receiver_value(const PgWalreceiver *receiver, int column)
{
    return PQgetvalue(receiver->result, 0, column);
}

/* ---- the machine ---- */

static void on_connected(void *owner);
static void on_result(void *owner, const PGresult *result);
static void on_copy(void *owner, const char *bytes, size_t length);
static void on_drained(void *owner);
static void on_copy_over(void *owner);
static void on_done(void *owner);
static void on_lost(void *owner, const char *why);

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
static const struct {
    WalreceiverState state;
    Heard heard;
    WalreceiverAction *act;
    const char *why;
} ROWS[] = {
    {WALRECEIVER_RESTING,    HEARD_TIME,      dial,                        "it tries again"                       },
    {WALRECEIVER_CONNECTING, HEARD_CONNECTED, pg_receiver_ask,             "who is there?"                        },
    {WALRECEIVER_CONNECTING, HEARD_TIME,      pg_receiver_give_up_waiting, "nobody"                               },
    {WALRECEIVER_ASKING,     HEARD_RESULT,    pg_receiver_note_identity,   "this system, on this timeline"        },
    {WALRECEIVER_ASKING,     HEARD_DONE,      pg_receiver_judge_identity,  "is it ours?"                          },
    {WALRECEIVER_ASKING,     HEARD_TIME,      pg_receiver_give_up_waiting, "no answer"                            },
    {WALRECEIVER_COPYING,    HEARD_RESULT,    pg_receiver_note_backup,     "where it begins, or ends"             },
    {WALRECEIVER_COPYING,    HEARD_COPY,      pg_receiver_take_backup,     "a piece of it"                        },
    {WALRECEIVER_COPYING,    HEARD_DONE,      pg_receiver_end_backup,      "that was all"                         },
    {WALRECEIVER_READING,    HEARD_RESULT,    pg_receiver_note_history,    "how a timeline came about"            },
    {WALRECEIVER_READING,    HEARD_DONE,      pg_receiver_end_history,     "the next, or the stream"              },
    {WALRECEIVER_READING,    HEARD_TIME,      pg_receiver_give_up_waiting, "no answer"                            },
    {WALRECEIVER_STARTING,   HEARD_RESULT,    pg_receiver_open_stream,
     "it opens, or the timeline is over"                                                                          },
    {WALRECEIVER_STARTING,   HEARD_DONE,      pg_receiver_judge_start,     "it did not open"                      },
    {WALRECEIVER_STARTING,   HEARD_TIME,      pg_receiver_give_up_waiting, "no answer"                            },
    {WALRECEIVER_STREAMING,  HEARD_COPY,      pg_receiver_take_word,       "log, or a word"                       },
    {WALRECEIVER_STREAMING,  HEARD_DRAINED,   pg_receiver_answer_burst,    "that was all for now"                 },
    {WALRECEIVER_STREAMING,  HEARD_COPY_OVER, pg_receiver_end_stream,
     "the timeline is over, or the server"                                                                        },
    {WALRECEIVER_STREAMING,  HEARD_RESULT,    pg_receiver_lose_stream,     "an error in the middle of it"         },
    {WALRECEIVER_STREAMING,  HEARD_TIME,      pg_receiver_keep_time,
     "a word is due, or the server is silent"                                                                     },
    {WALRECEIVER_ENDING,     HEARD_RESULT,    pg_receiver_note_next,       "what comes next"                      },
    {WALRECEIVER_ENDING,     HEARD_DONE,      pg_receiver_judge_end,       "it is known"                          },
    {WALRECEIVER_ENDING,     HEARD_TIME,      pg_receiver_give_up_waiting, "no answer"                            },
    {WALRECEIVER_WAITING,    HEARD_TIME,      pg_receiver_ask,             "there may be a timeline for us by now"},
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
