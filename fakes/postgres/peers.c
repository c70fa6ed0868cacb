/*
 * fakes/postgres/peers.c - the real clients that take an instance's log.
 */
#include "fakes/postgres/peers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { SLOTS_MAX = 10 }; /* max_replication_slots */

static const PgSource VALIDATE = {"slot.c", "203", "ReplicationSlotValidateName"};
static const PgSource CREATE = {"slot.c", "310", "ReplicationSlotCreate"};
static const PgSource ACQUIRE = {"slot.c", "499", "ReplicationSlotAcquire"};

void pg_sender_add(PgPeers *peers, PgSender *sender)
{
    PgSender **place = &peers->senders;

    while (*place != NULL)
        place = &(*place)->next;
    sender->next = NULL;
    *place = sender;
}

void pg_sender_remove(PgPeers *peers, PgSender *sender)
{
    PgSender **place = &peers->senders;

    while (*place != NULL && *place != sender)
        place = &(*place)->next;
    if (*place != NULL)
        *place = sender->next;
}

size_t pg_sender_count(const PgPeers *peers)
{
    size_t count = 0;

    for (const PgSender *at = peers->senders; at != NULL; at = at->next)
        count++;
    return count;
}

void pg_peers_notify(const PgPeers *peers)
{
    for (const PgSender *at = peers->senders; at != NULL; at = at->next) {
        if (at->on_change != NULL)
            at->on_change(at->owner);
    }
}

/* ---- slots ---- */

PgSlot *pg_slot_find(const PgPeers *peers, const char *name)
{
    for (PgSlot *at = peers->slots; at != NULL; at = at->next) {
        if (strcmp(at->name, name) == 0)
            return at;
    }
    return NULL;
}

static bool check_name(const char *name, PgReport *report)
{
    static const char ALLOWED[] = "abcdefghijklmnopqrstuvwxyz0123456789_";

    if (*name == '\0')
        return pg_error(report, "42602", VALIDATE, "replication slot name \"%s\" is too short",
                        name);
    if (strlen(name) >= PG_NAME_SIZE)
        return pg_error(report, "42622", VALIDATE, "replication slot name \"%s\" is too long",
                        name);
    if (name[strspn(name, ALLOWED)] == '\0')
        return true;
    pg_error(report, "42602", VALIDATE, "replication slot name \"%s\" contains invalid character",
             name);
    report->hint = "Replication slot names may only contain lower case letters, numbers, and the "
                   "underscore character.";
    return false;
}

static bool check_count(const PgPeers *peers, PgReport *report)
{
    int count = 0;

    for (const PgSlot *at = peers->slots; at != NULL; at = at->next)
        count++;
    if (count < SLOTS_MAX)
        return true;
    pg_error(report, "53400", CREATE, "all replication slots are in use");
    report->hint = "Free one or increase max_replication_slots.";
    return false;
}

PgSlot *pg_slot_create(PgPeers *peers, const char *name, PgReport *report)
{
    PgSlot **place = &peers->slots, *slot;

    if (!check_name(name, report))
        return NULL;
    if (pg_slot_find(peers, name) != NULL) {
        pg_error(report, "42710", CREATE, "replication slot \"%s\" already exists", name);
        return NULL;
    }
    if (!check_count(peers, report))
        return NULL;
    slot = MEMORY_NEW(PgSlot);
    snprintf(slot->name, sizeof slot->name, "%s", name);
    while (*place != NULL && strcmp((*place)->name, name) < 0)
        place = &(*place)->next;
    slot->next = *place;
    *place = slot;
    return slot;
}

PgSlot *pg_slot_take(const PgPeers *peers, const char *name, uint32_t pid, PgReport *report)
{
    PgSlot *slot = pg_slot_find(peers, name);

    if (slot == NULL) {
        pg_error(report, "42704", ACQUIRE, "replication slot \"%s\" does not exist", name);
        return NULL;
    }
    if (slot->pid != 0 && slot->pid != pid) {
        pg_error(report, "55006", ACQUIRE, "replication slot \"%s\" is active for PID %u", name,
                 slot->pid);
        return NULL;
    }
    slot->pid = pid;
    return slot;
}

void pg_slot_drop(PgPeers *peers, PgSlot *slot)
{
    PgSlot **place = &peers->slots;

    while (*place != slot)
        place = &(*place)->next;
    *place = slot->next;
    free(slot);
}

void pg_slots_leave(PgPeers *peers, uint32_t pid)
{
    for (PgSlot *at = peers->slots, *next; at != NULL; at = next) {
        next = at->next;
        if (at->pid != pid)
            continue;
        at->pid = 0;
        if (at->is_temporary)
            pg_slot_drop(peers, at);
    }
}

void pg_peers_release(PgPeers *peers)
{
    while (peers->slots != NULL)
        pg_slot_drop(peers, peers->slots);
}
