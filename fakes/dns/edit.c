/*
 * fakes/dns/edit.c - a change of a zone that happens as a whole or not at all.
 */
#include "fakes/dns/edit.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/dns/data.h"
#include "fakes/dns/name.h"
#include "fakes/dns/serial.h"

enum { SOA_SERIAL_FROM_END = 20 };

/* ---- names in order --------------------------------------------------------------------------- */

static int compare_backwards(const char *a, size_t a_length, const char *b, size_t b_length)
{
    while (a_length > 0 && b_length > 0) {
        unsigned char x = (unsigned char)a[--a_length], y = (unsigned char)b[--b_length];

        if (x != y)
            return x < y ? -1 : 1;
    }
    return (a_length > 0) - (b_length > 0);
}

/* Where name stands, or where it would have to. */
static size_t position(const DnsNodes *nodes, const char *name, size_t length, bool *out_found)
{
    size_t low = 0, high = nodes->count;

    *out_found = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const DnsNode *node = &nodes->items[middle];
        int order = compare_backwards(node->name, node->length, name, length);

        if (order == 0) {
            *out_found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static DnsNode *insert(DnsNodes *nodes, size_t at, const char *name, size_t length)
{
    MEMORY_GROW(nodes->items, nodes->count, nodes->capacity);
    memmove(nodes->items + at + 1, nodes->items + at, (nodes->count - at) * sizeof(DnsNode));
    nodes->count++;
    nodes->items[at] = (DnsNode){.name = memory_text_of(name, length), .length = length};
    return &nodes->items[at];
}

static DnsNode *find(const DnsNodes *nodes, const char *name)
{
    bool found;
    size_t at = position(nodes, name, strlen(name), &found);

    return found ? &nodes->items[at] : NULL;
}

DnsNode *dns_node_find(const DnsZone *zone, const char *name)
{
    return find(&zone->nodes, name);
}

bool dns_node_is_above(const DnsZone *zone, const char *name)
{
    char tail[DNS_NAME_TEXT_MAX + 1];
    size_t length = strlen(name) + 1;
    bool found;

    assert(length <= DNS_NAME_TEXT_MAX);
    tail[0] = '.';
    memcpy(tail + 1, name, length);
    for (size_t i = position(&zone->nodes, tail, length, &found); i < zone->nodes.count; i++) {
        const DnsNode *node = &zone->nodes.items[i];

        if (node->length <= length || memcmp(node->name + node->length - length, tail, length) != 0)
            return false;
        /* Not so if the dot belongs to a label: "a\.b." is not below "b.". */
        if (node->count > 0 && dns_name_is_under(node->name, name))
            return true;
    }
    return false;
}

const DnsRecord *dns_node_set(const DnsNode *node, uint16_t type, size_t *out_count)
{
    size_t first = 0, end;
    size_t count = node == NULL ? 0 : node->count;

    while (first < count && node->records[first].type != type)
        first++;
    for (end = first; end < count && node->records[end].type == type;)
        end++;
    if (out_count != NULL)
        *out_count = end - first;
    return end > first ? &node->records[first] : NULL;
}

/* ---- records of a name ------------------------------------------------------------------------ */

static DnsRecord record_copy(const DnsNode *node, const DnsRecord *record)
{
    DnsRecord copy = *record;

    copy.name = node->name;
    copy.shown = record->shown != NULL && strcmp(record->shown, node->name) != 0
                     ? memory_text(record->shown)
                     : NULL;
    copy.class = DNS_IN;
    copy.data = (const uint8_t *)memory_text_of((const char *)record->data, record->length);
    return copy;
}

static void record_release(DnsRecord *record)
{
    free((void *)record->data);
    free((char *)record->shown);
}

static void node_release(DnsNode *node)
{
    for (size_t i = 0; i < node->count; i++)
        record_release(&node->records[i]);
    free(node->records);
    free(node->name);
}

void dns_nodes_release(DnsNodes *nodes)
{
    for (size_t i = 0; i < nodes->count; i++)
        node_release(&nodes->items[i]);
    free(nodes->items);
    *nodes = (DnsNodes){0};
}

static void node_insert(DnsNode *node, size_t at, const DnsRecord *record)
{
    MEMORY_GROW(node->records, node->count, node->capacity);
    memmove(node->records + at + 1, node->records + at, (node->count - at) * sizeof(DnsRecord));
    node->records[at] = record_copy(node, record);
    node->count++;
}

static void node_delete(DnsNode *node, size_t at)
{
    assert(node->records != NULL && at < node->count);
    record_release(&node->records[at]);
    node->count--;
    memmove(node->records + at, node->records + at + 1, (node->count - at) * sizeof(DnsRecord));
}

static void node_copy(DnsNode *node, const DnsNode *from)
{
    for (size_t i = 0; i < from->count; i++)
        node_insert(node, i, &from->records[i]);
}

/* ---- edits ------------------------------------------------------------------------------------ */

void dns_edit_begin(DnsEdit *edit, DnsZone *zone)
{
    *edit = (DnsEdit){.zone = zone};
}

/* The node of a name, made if need be, after what it had has been put aside. */
static DnsNode *touch(DnsEdit *edit, const char *name)
{
    size_t length = strlen(name);
    bool is_saved, exists;
    size_t saved_at = position(&edit->before, name, length, &is_saved);
    size_t at = position(&edit->zone->nodes, name, length, &exists);
    DnsNode *node =
        exists ? &edit->zone->nodes.items[at] : insert(&edit->zone->nodes, at, name, length);

    if (!is_saved)
        node_copy(insert(&edit->before, saved_at, name, length), node);
    return node;
}

/* As in BIND, the records of a set show their name in the case of the one that came last. */
static void show_alike(DnsNode *node, size_t last)
{
    for (size_t i = 0; i < node->count; i++) {
        if (i == last || node->records[i].type != node->records[last].type)
            continue;
        free((char *)node->records[i].shown);
        node->records[i].shown = memory_text(node->records[last].shown);
    }
}

void dns_edit_add(DnsEdit *edit, const char *name, const DnsRecord *record)
{
    DnsNode *node = touch(edit, name);
    size_t end = node->count; /* of the set, if there is one */
    bool is_there = false;

    for (size_t i = 0; i < node->count; i++) {
        if (node->records[i].type != record->type)
            continue;
        node->records[i].ttl_s = record->ttl_s;
        is_there = is_there || dns_data_equal(&node->records[i], record);
        end = i + 1;
    }
    if (!is_there) {
        node_insert(node, end, record);
        show_alike(node, end);
    }
}

void dns_edit_remove_set(DnsEdit *edit, const char *name, uint16_t type)
{
    DnsNode *node = dns_node_find(edit->zone, name);

    if (dns_node_set(node, type, NULL) == NULL)
        return;
    node = touch(edit, name);
    for (size_t i = node->count; i-- > 0;) {
        if (node->records[i].type == type)
            node_delete(node, i);
    }
}

void dns_edit_remove_record(DnsEdit *edit, const char *name, const DnsRecord *record)
{
    DnsNode *node = dns_node_find(edit->zone, name);

    for (size_t i = 0; node != NULL && i < node->count; i++) {
        if (dns_data_equal(&node->records[i], record)) {
            node_delete(touch(edit, name), i);
            return;
        }
    }
}

void dns_edit_remove_name(DnsEdit *edit, const char *name)
{
    bool is_apex = dns_zone_is_apex(edit->zone, name);
    DnsNode *node = dns_node_find(edit->zone, name);

    if (node == NULL)
        return;
    node = touch(edit, name);
    for (size_t i = node->count; i-- > 0;) {
        uint16_t type = node->records[i].type;

        if (!is_apex || (type != DNS_SOA && type != DNS_NS))
            node_delete(node, i);
    }
}

/* ---- how an edit ends ------------------------------------------------------------------------- */

bool dns_node_has(const DnsNode *node, const DnsRecord *record)
{
    for (size_t i = 0; node != NULL && i < node->count; i++) {
        if (dns_data_equal(&node->records[i], record) && node->records[i].ttl_s == record->ttl_s)
            return true;
    }
    return false;
}

static bool node_differs(const DnsNode *a, const DnsNode *b)
{
    if (a->count != b->count)
        return true;
    for (size_t i = 0; i < a->count; i++) {
        if (!dns_node_has(b, &a->records[i]))
            return true;
    }
    return false;
}

static bool edit_differs(const DnsEdit *edit)
{
    for (size_t i = 0; i < edit->before.count; i++) {
        const DnsNode *before = &edit->before.items[i];

        if (node_differs(before, dns_node_find(edit->zone, before->name)))
            return true;
    }
    return false;
}

static void note_missing(DnsZone *zone, char sign, const DnsNode *node, const DnsNode *other)
{
    for (size_t i = 0; i < node->count; i++) {
        if (!dns_node_has(other, &node->records[i]))
            zone->changes[zone->changes_count++] =
                arena_format(&zone->changes_arena, "%c %s", sign,
                             dns_record_text(&zone->changes_arena, &node->records[i]));
    }
}

/* Says in text what is different now, for those who want to hear it. */
static void note_changes(const DnsEdit *edit)
{
    DnsZone *zone = edit->zone;
    size_t most = 0;

    arena_release(&zone->changes_arena);
    zone->changes_count = 0;
    for (size_t i = 0; i < edit->before.count; i++)
        most +=
            edit->before.items[i].count + dns_node_find(zone, edit->before.items[i].name)->count;
    zone->changes = arena_new(&zone->changes_arena, most * sizeof *zone->changes);
    for (size_t i = 0; i < edit->before.count; i++) {
        const DnsNode *before = &edit->before.items[i];
        const DnsNode *now = dns_node_find(zone, before->name);

        note_missing(zone, '-', before, now);
        note_missing(zone, '+', now, before);
    }
}

static void bump_serial(DnsZone *zone)
{
    const DnsRecord *soa = dns_node_set(dns_node_find(zone, zone->apex), DNS_SOA, NULL);
    uint8_t *serial = (uint8_t *)soa->data + soa->length - SOA_SERIAL_FROM_END;

    dns_write_u32(serial, dns_serial_next(dns_read_u32(serial)));
}

/* Names without records go, so that they are found no more. */
static void drop_empty(DnsEdit *edit)
{
    DnsNodes *nodes = &edit->zone->nodes;

    for (size_t i = 0; i < edit->before.count; i++) {
        const DnsNode *before = &edit->before.items[i];
        bool found;
        size_t at = position(nodes, before->name, before->length, &found);

        if (!found || nodes->items[at].count > 0)
            continue;
        node_release(&nodes->items[at]);
        nodes->count--;
        memmove(nodes->items + at, nodes->items + at + 1, (nodes->count - at) * sizeof(DnsNode));
    }
}

static void edit_end(DnsEdit *edit)
{
    drop_empty(edit);
    dns_nodes_release(&edit->before);
}

/* The SOA as it was before the edit, kept for its history; NULL: there was none, or there is no history. */
static const DnsRecord *old_soa(const DnsEdit *edit, Arena *arena)
{
    const DnsZone *zone = edit->zone;
    const DnsNode *touched = find(&edit->before, zone->apex);
    const DnsNode *apex = touched != NULL ? touched : dns_node_find(zone, zone->apex);
    const DnsRecord *soa = dns_node_set(apex, DNS_SOA, NULL);
    DnsRecord *copy;

    if (soa == NULL || zone->history.most == 0)
        return NULL;
    copy = ARENA_NEW(arena, DnsRecord);
    *copy = *soa;
    copy->name = zone->apex;
    copy->data = (const uint8_t *)arena_text_of(arena, (const char *)soa->data, soa->length);
    return copy;
}

bool dns_edit_commit(DnsEdit *edit)
{
    DnsZone *zone = edit->zone;
    bool differs = edit_differs(edit);
    Arena arena = {0};
    const DnsRecord *soa = differs ? old_soa(edit, &arena) : NULL;

    if (differs && zone->listeners_count > 0)
        note_changes(edit);
    if (differs && !edit->has_serial && !zone->holds_serial)
        bump_serial(zone);
    if (soa != NULL)
        dns_history_note(edit, soa);
    arena_release(&arena);
    edit_end(edit);
    for (size_t i = 0; differs && i < zone->listeners_count; i++)
        zone->listeners[i].on_change(zone->listeners[i].owner);
    return differs;
}

void dns_edit_abandon(DnsEdit *edit)
{
    for (size_t i = 0; i < edit->before.count; i++) {
        DnsNode *before = &edit->before.items[i];
        DnsNode *now = dns_node_find(edit->zone, before->name);
        DnsNode spoiled = *now;

        now->records = before->records;
        now->count = before->count;
        now->capacity = before->capacity;
        before->records = spoiled.records;
        before->count = spoiled.count;
        for (size_t j = 0; j < now->count; j++)
            now->records[j].name = now->name;
    }
    edit_end(edit);
}
