/*
 * fakes/postgres/walreceiver.h - makes an instance a standby of a real server: a base backup, then its log, as it is written.
 *
 * It says and asks what a walreceiver of PostgreSQL 15 does, in its order and at its times, so that the server cannot tell; what of it
 * the instance knows is in remote.h. It ends when the instance is promoted or follows somebody else.
 *
 * Source: PostgreSQL 15 manual, 27.2.5, 20.6.3 (settings of standbys), 55.4; walreceiver.c, xlogrecovery.c and the wire of 15.20.
 * Units:  times in ms.
 */
#ifndef FAKES_POSTGRES_WALRECEIVER_H
#define FAKES_POSTGRES_WALRECEIVER_H

#include "base/loop.h"
#include "base/trace.h"
#include "fakes/postgres/instance.h"

typedef struct {
    Loop *loop;
    Trace *trace;         /* what it would write into its server's log; may be NULL */
    const char *site;     /* of the trace */
    PgInstance *instance; /* borrowed; must outlive it */
    const char *conninfo; /* as primary_conninfo: "hostaddr=... user=... sslmode=verify-ca ..." */
    const char *slot;     /* primary_slot_name; NULL: none */
    bool is_checkpoint_fast; /* of the base backup */
    int64_t status_ms;       /* wal_receiver_status_interval; 0: 10 s */
    int64_t timeout_ms;      /* wal_receiver_timeout; 0: 60 s */
    int64_t retry_ms;        /* wal_retrieve_retry_interval; 0: 5 s */
} PgWalreceiverOptions;

typedef struct PgWalreceiver PgWalreceiver;

typedef enum {
    WALRECEIVER_RESTING, /* until it tries again, on a new connection */
    WALRECEIVER_CONNECTING,
    WALRECEIVER_ASKING,   /* IDENTIFY_SYSTEM */
    WALRECEIVER_COPYING,  /* BASE_BACKUP */
    WALRECEIVER_READING,  /* TIMELINE_HISTORY */
    WALRECEIVER_STARTING, /* START_REPLICATION */
    WALRECEIVER_STREAMING,
    WALRECEIVER_ENDING,  /* the server ended the stream, and so did we: which timeline is next? */
    WALRECEIVER_WAITING, /* nothing more on this timeline: until it asks again */
    WALRECEIVER_OVER,
    WALRECEIVER_STATES,
} WalreceiverState;

/* Starts with a base backup, whatever the instance had. Fails with ERR_IO if there is no room for the log. */
bool pg_walreceiver_new(const PgWalreceiverOptions *options, PgWalreceiver **out, Error *err);
void pg_walreceiver_free(PgWalreceiver *receiver); /* accepts NULL */
WalreceiverState pg_walreceiver_state(const PgWalreceiver *receiver);

#endif
