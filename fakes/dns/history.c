/*
 * fakes/dns/history.c - the last changes of a zone, record by record, for secondaries that want no more than those (RFC 1995).
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/dns/data.h"
#include "fakes/dns/edit.h"

static DnsRecord copy(Arena *arena, const DnsRecord *record)
{
    DnsRecord kept = *record;

    kept.name = arena_text(arena, record->name);
    kept.shown = record->shown != NULL ? arena_text(arena, record->shown) : NULL;
    kept.data = (const uint8_t *)arena_text_of(arena, (const char *)record->data, record->length);
    return kept;
}

/* Adds what node has and other has not; the SOA is told apart. */
static void note_missing(DnsStep *step, DnsRecord *records, size_t *count, const DnsNode *node,
                         const DnsNode *other)
{
    for (size_t i = 0; node != NULL && i < node->count; i++) {
        if (node->records[i].type != DNS_SOA && !dns_node_has(other, &node->records[i]))
            records[(*count)++] = copy(&step->arena, &node->records[i]);
    }
}

static void step_release(DnsStep *step)
{
    arena_release(&step->arena);
}

static DnsStep *step_new(DnsHistory *history)
{
    if (history->count == history->most) {
        step_release(&history->steps[0]);
        history->count--;
        memmove(history->steps, history->steps + 1, history->count * sizeof(DnsStep));
    }
    history->steps[history->count] = (DnsStep){0};
    return &history->steps[history->count++];
}

void dns_history_note(DnsEdit *edit, const DnsRecord *old_soa)
{
    DnsZone *zone = edit->zone;
    DnsStep *step = step_new(&zone->history);
    const DnsNodes *before = &edit->before;
    size_t had = 0, has = 0;

    for (size_t i = 0; i < before->count; i++) {
        had += before->items[i].count;
        has += dns_node_find(zone, before->items[i].name)->count;
    }
    step->before = copy(&step->arena, old_soa);
    step->after = copy(&step->arena, dns_zone_find(zone, zone->apex, DNS_SOA));
    step->removed.records = arena_new(&step->arena, had * sizeof(DnsRecord));
    step->added.records = arena_new(&step->arena, has * sizeof(DnsRecord));
    for (size_t i = 0; i < before->count; i++) {
        const DnsNode *now = dns_node_find(zone, before->items[i].name);

        note_missing(step, step->removed.records, &step->removed.count, &before->items[i], now);
        note_missing(step, step->added.records, &step->added.count, now, &before->items[i]);
    }
}

void dns_history_release(DnsHistory *history)
{
    for (size_t i = 0; i < history->count; i++)
        step_release(&history->steps[i]);
    free(history->steps);
    *history = (DnsHistory){0};
}

void dns_zone_keep_history(DnsZone *zone, size_t most)
{
    dns_history_release(&zone->history);
    zone->history.most = most;
    if (most > 0)
        zone->history.steps = memory_new(most, sizeof(DnsStep));
}

const DnsStep *dns_zone_steps(const DnsZone *zone, uint32_t serial, size_t *out_count)
{
    const DnsHistory *history = &zone->history;

    for (size_t i = 0; i < history->count; i++) {
        if (dns_soa_serial(&history->steps[i].before) != serial)
            continue;
        *out_count = history->count - i;
        return &history->steps[i];
    }
    *out_count = 0;
    return NULL;
}
