/*
 * fakes/postgres/walreceiver_inside.h - what the files of a walreceiver tell one another: its state, and what it does at each turn.
 *
 * What is heard leads to an action by the table in walreceiver.c; an action says what the state is afterwards.
 */
#ifndef FAKES_POSTGRES_WALRECEIVER_INSIDE_H
#define FAKES_POSTGRES_WALRECEIVER_INSIDE_H

#include "fakes/postgres/client.h"
#include "fakes/postgres/seed.h"
#include "fakes/postgres/standby_words.h"
#include "fakes/postgres/wal.h"
#include "fakes/postgres/walreceiver.h"

enum { WALRECEIVER_WHY_MAX = 300 };

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
    bool has_ended;                /* our timeline has no more log there */
    char why[WALRECEIVER_WHY_MAX]; /* the command failed; "": it did not */
    bool is_removed;               /* ... with 58P01 */
    int64_t retried_ms;            /* as of the monotonic clock, as the others here */

    int64_t heard_ms, replied_ms;
    bool has_pinged, has_fed_back;
    PgLsn flushed;
    PgStandbyStatus said;
};

/* walreceiver.c */
void pg_receiver_say(const PgWalreceiver *receiver, const char *text);
/* So much later it may try again: never twice within retry_ms, but at once if it had gone well for so long. */
int64_t pg_receiver_rest_ms(PgWalreceiver *receiver);
WalreceiverState pg_receiver_rest(PgWalreceiver *receiver, const char *why);
/* The same, for what was found out here. */
WalreceiverState pg_receiver_rest_for(PgWalreceiver *receiver, const Error *err);
WalreceiverState pg_receiver_give_up_waiting(PgWalreceiver *receiver);
WalreceiverState pg_receiver_send_command(PgWalreceiver *receiver, const char *command,
                                          WalreceiverState next);
void pg_receiver_note_error(PgWalreceiver *receiver);
/* Has the result rows of so many columns? What is an error is noted. */
bool pg_receiver_has_rows(PgWalreceiver *receiver, int columns);
const char *pg_receiver_value(const PgWalreceiver *receiver, int column);

/* walreceiver_catchup.c */
WalreceiverState pg_receiver_ask(PgWalreceiver *receiver);
WalreceiverState pg_receiver_note_identity(PgWalreceiver *receiver);
WalreceiverState pg_receiver_judge_identity(PgWalreceiver *receiver);
WalreceiverState pg_receiver_note_backup(PgWalreceiver *receiver);
WalreceiverState pg_receiver_take_backup(PgWalreceiver *receiver);
WalreceiverState pg_receiver_end_backup(PgWalreceiver *receiver);
/* Every history up to the newest is read once. */
WalreceiverState pg_receiver_read_or_start(PgWalreceiver *receiver);
WalreceiverState pg_receiver_note_history(PgWalreceiver *receiver);
WalreceiverState pg_receiver_end_history(PgWalreceiver *receiver);

/* walreceiver_stream.c */
WalreceiverState pg_receiver_open_stream(PgWalreceiver *receiver);
/* It did not open: the timeline has no more, or there was an error. */
WalreceiverState pg_receiver_judge_start(PgWalreceiver *receiver);
WalreceiverState pg_receiver_take_word(PgWalreceiver *receiver);
/* Written, flushed, replayed: a word for each that moved. */
WalreceiverState pg_receiver_answer_burst(PgWalreceiver *receiver);
WalreceiverState pg_receiver_keep_time(PgWalreceiver *receiver);
WalreceiverState pg_receiver_end_stream(PgWalreceiver *receiver);
WalreceiverState pg_receiver_note_next(PgWalreceiver *receiver);
/* Without a next timeline it was the server that ended, not the timeline; or it has said why not. */
WalreceiverState pg_receiver_judge_end(PgWalreceiver *receiver);
WalreceiverState pg_receiver_lose_stream(PgWalreceiver *receiver);

#endif
