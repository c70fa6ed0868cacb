/*
 * fakes/postgres/peers.h - the real clients that take an instance's log: their walsenders, and the slots that keep log for them.
 *
 * Source: PostgreSQL 15 manual, 27.2.6 (slots), 28.2.4 (pg_stat_replication), 54.20 (pg_replication_slots).
 * Ownership: a PgSender is its session's and is in the list as long as the session is a walsender; slots are the instance's.
 */
#ifndef FAKES_POSTGRES_PEERS_H
#define FAKES_POSTGRES_PEERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fakes/postgres/instance.h"
#include "fakes/postgres/report.h"

enum { PG_NAME_SIZE = 64 };

typedef struct PgSender {
    uint32_t pid;
    const char *user, *application_name; /* borrowed from the session */
    const char *state;                   /* "startup", "backup", "streaming" */
    int64_t started_ms, reply_ms;
    PgLsn sent, write, flush, apply; /* 0: not told */
    void (*on_change)(void *owner);  /* the log has grown, or the server is something else now */
    void *owner;
    struct PgSender *next;
} PgSender;

typedef struct PgSlot {
    char name[PG_NAME_SIZE];
    bool is_temporary;
    uint32_t pid;  /* whose it is at the moment, or whose it is at all if temporary; 0: nobody's */
    PgLsn restart; /* 0: it keeps nothing yet */
    struct PgSlot *next;
} PgSlot;

struct PgPeers {
    PgSender *senders; /* oldest first */
    PgSlot *slots;     /* by name */
};

void pg_sender_add(PgPeers *peers, PgSender *sender);
void pg_sender_remove(PgPeers *peers, PgSender *sender); /* also one that is not in */
size_t pg_sender_count(const PgPeers *peers);
void pg_peers_notify(const PgPeers *peers);

PgSlot *pg_slot_find(const PgPeers *peers, const char *name);
/* Fails with 42602 (what is no name), 42710 (it exists) or 53400 (there are max_replication_slots). */
PgSlot *pg_slot_create(PgPeers *peers, const char *name, PgReport *report);
/* For pid. Fails with 42704 (there is none) or 55006 (somebody else has it). */
PgSlot *pg_slot_take(const PgPeers *peers, const char *name, uint32_t pid, PgReport *report);
void pg_slot_drop(PgPeers *peers, PgSlot *slot);
/* pid is gone: its temporary slots with it. */
void pg_slots_leave(PgPeers *peers, uint32_t pid);
/* wal_status: "reserved", "extended", "unreserved" or "lost"; NULL while it keeps nothing. */
const char *pg_slot_status(PgInstance *instance, const PgSlot *slot);
/*
 * safe_wal_size: so much can be written before slot loses what it keeps (slotfuncs.c of 15). False: NULL,
 * since it is lost, or nothing limits it.
 */
bool pg_slot_safe_bytes(PgInstance *instance, const PgSlot *slot, int64_t *out_bytes);
void pg_peers_release(PgPeers *peers);

#endif
