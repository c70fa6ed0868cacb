/*
 * fakes/dns/edit.h - a change of a zone that happens as a whole or not at all. Inside the zone only.
 *
 * An edit keeps what each name had before it was first touched. Committing compares: where nothing is different in the end
 * (deleted and added again), nothing changed and the serial stays; else the serial moves and the listeners hear of it.
 * Giving up puts everything back.
 * Ownership: names and data handed in are copied. Names are clean (lower case, with the last dot) and inside the zone.
 */
#ifndef FAKES_DNS_EDIT_H
#define FAKES_DNS_EDIT_H

#include "fakes/dns/zone.h"

/* One name and what it has, sets kept together. */
typedef struct {
    char *name;
    size_t length;
    DnsRecord *records;
    size_t count, capacity;
} DnsNode;

/* Sorted by their names read backwards, so that all below a name stand together. */
typedef struct {
    DnsNode *items;
    size_t count, capacity;
} DnsNodes;

enum { DNS_LISTENERS_MAX = 8 };

/* Newest last. */
typedef struct {
    DnsStep *steps;
    size_t count, most;
} DnsHistory;

struct DnsZone {
    char *apex;
    DnsNodes nodes;
    Arena changes_arena;
    DnsHistory history;
    const char **changes;
    size_t changes_count;
    bool holds_serial;
    struct {
        void (*on_change)(void *owner);
        void *owner;
    } listeners[DNS_LISTENERS_MAX];
    size_t listeners_count;
};

/* NULL if the zone has nothing at this name itself. */
DnsNode *dns_node_find(const DnsZone *zone, const char *name);
/* Nothing at the name itself, but something below it (RFC 4592 2.2.2: it exists). */
bool dns_node_is_above(const DnsZone *zone, const char *name);
/* The first record of a set; node may be NULL, and out_count too. */
const DnsRecord *dns_node_set(const DnsNode *node, uint16_t type, size_t *out_count);
void dns_nodes_release(DnsNodes *nodes);
/* A zone without any record: no zone yet. apex is clean. */
DnsZone *dns_zone_bare(const char *apex);
bool dns_zone_is_apex(const DnsZone *zone, const char *name);

typedef struct {
    DnsZone *zone;
    DnsNodes before; /* what each touched name had */
    bool has_serial; /* the edit says itself which serial comes next */
} DnsEdit;

void dns_edit_begin(DnsEdit *edit, DnsZone *zone);
/* One more record; the whole set gets its TTL. One that is there already is not doubled. */
void dns_edit_add(DnsEdit *edit, const char *name, const DnsRecord *record);
void dns_edit_remove_set(DnsEdit *edit, const char *name, uint16_t type);
void dns_edit_remove_record(DnsEdit *edit, const char *name, const DnsRecord *record);
/* All types but, at the apex, SOA and NS. */
void dns_edit_remove_name(DnsEdit *edit, const char *name);
/* Whether a node has this very record, TTL and all; node may be NULL. */
bool dns_node_has(const DnsNode *node, const DnsRecord *record);
/* Notes what an edit changed, before and after it the SOA of its zone. */
void dns_history_note(DnsEdit *edit, const DnsRecord *old_soa);
void dns_history_release(DnsHistory *history);
bool dns_edit_commit(DnsEdit *edit); /* whether anything changed */
void dns_edit_abandon(DnsEdit *edit);

#endif
