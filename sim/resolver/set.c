/*
 * sim/resolver/set.c - records of one name and type that came together.
 */
#include "sim/resolver/set.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/dns/data.h"

size_t record_set_length(const DnsRecord *records, size_t count)
{
    size_t length = 1;

    while (length < count && records[length].type == records[0].type &&
           strcmp(records[length].name, records[0].name) == 0)
        length++;
    return length;
}

static DnsRecord copy_record(Arena *arena, const DnsRecord *record)
{
    DnsRecord copy = *record;
    uint8_t *data = arena_new(arena, record->length + 1);

    memcpy(data, record->data, record->length);
    copy.data = data;
    copy.name = arena_text(arena, record->name);
    copy.shown = record->shown ? arena_text(arena, record->shown) : NULL;
    return copy;
}

RecordSet *record_set_new(const DnsRecord *records, size_t count, bool is_denial, int64_t now_ms)
{
    RecordSet *set = MEMORY_NEW(RecordSet);

    set->count = record_set_length(records, count);
    set->records = arena_new(&set->arena, set->count * sizeof *set->records);
    set->is_denial = is_denial;
    set->stored_ms = now_ms;
    set->ttl_s = records[0].ttl_s;
    for (size_t i = 0; i < set->count; i++) {
        set->records[i] = copy_record(&set->arena, &records[i]);
        if (records[i].ttl_s < set->ttl_s)
            set->ttl_s = records[i].ttl_s;
    }
    set->name = set->records[0].name;
    set->type = set->records[0].type;
    return set;
}

void record_set_free(RecordSet *set)
{
    if (!set)
        return;
    arena_release(&set->arena);
    free(set);
}

static bool has_record(const RecordSet *set, const DnsRecord *record)
{
    for (size_t i = 0; i < set->count; i++)
        if (dns_data_equal(&set->records[i], record))
            return true;
    return false;
}

bool record_set_equal(const RecordSet *a, const RecordSet *b)
{
    for (size_t i = 0; i < a->count; i++)
        if (!has_record(b, &a->records[i]))
            return false;
    return a->count == b->count;
}

int64_t dns_cache_age_s(const DnsCachePolicy *policy, int64_t stored_ms, int64_t now_ms)
{
    if (policy->keeps_sets)
        return now_ms / 1000 - stored_ms / 1000;
    return (now_ms - stored_ms) / 1000;
}

bool dns_cache_is_over(const DnsCachePolicy *policy, int64_t ttl_s, int64_t age_s)
{
    return policy->keeps_sets ? age_s > ttl_s : age_s >= ttl_s;
}
