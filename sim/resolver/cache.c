/*
 * sim/resolver/cache.c - what a caching resolver remembers, and until when.
 *
 * An answer is a list of sets. Where sets are kept for themselves, an answer only names them, so that one that another question renewed is
 * new in every answer, and one that broke a chain makes the answer unusable; else each answer has its own.
 */
#include "sim/resolver/cache.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/dns/data.h"
#include "sim/resolver/set.h"

enum { ANSWERS_MAX = 64, SETS_MAX = 128, PREFETCH_SHARE = 10 };

typedef struct {
    int section;
    const char *name; /* of a set that is kept for itself */
    uint16_t type;
    bool is_denial;
    RecordSet *own;
} Part;

typedef struct {
    Arena arena;
    const char *name;
    uint16_t type;
    int rcode;
    Part *parts;
    size_t count;
    int64_t ttl_s, stored_ms;
} Answer;

struct DnsCache {
    DnsCachePolicy policy;
    Answer **answers; /* oldest first, as the sets */
    size_t answers_count, answers_capacity;
    RecordSet **sets;
    size_t sets_count, sets_capacity;
    int64_t pinned_until_ms;
};

/* ---- places ------------------------------------------------------------------------------------------------------------------------------- */

static void drop_answer(DnsCache *cache, size_t index)
{
    Answer *answer = cache->answers[index];

    for (size_t i = 0; i < answer->count; i++)
        record_set_free(answer->parts[i].own);
    arena_release(&answer->arena);
    free(answer);
    cache->answers_count--;
    memmove(&cache->answers[index], &cache->answers[index + 1],
            (cache->answers_count - index) * sizeof cache->answers[0]);
}

static void drop_set(DnsCache *cache, size_t index)
{
    record_set_free(cache->sets[index]);
    cache->sets_count--;
    memmove(&cache->sets[index], &cache->sets[index + 1],
            (cache->sets_count - index) * sizeof cache->sets[0]);
}

static size_t answer_place(const DnsCache *cache, const char *name, uint16_t type)
{
    size_t i = 0;

    while (i < cache->answers_count &&
           (cache->answers[i]->type != type || strcmp(cache->answers[i]->name, name) != 0))
        i++;
    return i;
}

static size_t set_place(const DnsCache *cache, const char *name, uint16_t type, bool is_denial)
{
    size_t i = 0;

    while (i < cache->sets_count &&
           (cache->sets[i]->type != type || cache->sets[i]->is_denial != is_denial ||
            strcmp(cache->sets[i]->name, name) != 0))
        i++;
    return i;
}

/* NULL: it was renewed away. */
static const RecordSet *set_of(const DnsCache *cache, const Part *part)
{
    size_t place;

    if (part->own)
        return part->own;
    place = set_place(cache, part->name, part->type, part->is_denial);
    return place < cache->sets_count ? cache->sets[place] : NULL;
}

/* ---- time -------------------------------------------------------------------------------------------------------------------------------------- */

static bool set_is_over(const DnsCache *cache, const RecordSet *set, int64_t now_ms)
{
    return dns_cache_is_over(&cache->policy, set->ttl_s,
                             dns_cache_age_s(&cache->policy, set->stored_ms, now_ms));
}

static int64_t set_left_s(const DnsCache *cache, const RecordSet *set, int64_t now_ms)
{
    int64_t left_s = set->ttl_s - dns_cache_age_s(&cache->policy, set->stored_ms, now_ms);

    return left_s > 0 ? left_s : 0;
}

static DnsCacheState state_of(const DnsCache *cache, const Answer *answer, int64_t now_ms)
{
    const DnsCachePolicy *policy = &cache->policy;
    int64_t age_s = dns_cache_age_s(policy, answer->stored_ms, now_ms);

    if (!dns_cache_is_over(policy, answer->ttl_s, age_s))
        return policy->prefetches && age_s >= answer->ttl_s - answer->ttl_s / PREFETCH_SHARE
                   ? DNS_CACHE_DUE
                   : DNS_CACHE_FRESH;
    if (now_ms < cache->pinned_until_ms)
        return DNS_CACHE_PINNED;
    if (policy->serves_expired &&
        (policy->expired_for_s == 0 || age_s - answer->ttl_s <= policy->expired_for_s))
        return DNS_CACHE_EXPIRED;
    return DNS_CACHE_NONE;
}

/* ---- finding ------------------------------------------------------------------------------------------------------------------------------------ */

/* Its sets are there, not over unless the answer is, and each begins where the one before leads. */
static bool is_whole(const DnsCache *cache, Arena *arena, const Answer *answer, DnsCacheState state,
                     int64_t now_ms)
{
    const char *next = answer->name;

    for (size_t i = 0; i < answer->count; i++) {
        const RecordSet *set = set_of(cache, &answer->parts[i]);

        if (!set || ((state == DNS_CACHE_FRESH || state == DNS_CACHE_DUE) &&
                     !answer->parts[i].own && set_is_over(cache, set, now_ms)))
            return false;
        if (answer->parts[i].section != DNS_ANSWER)
            continue;
        if (strcmp(set->name, next) != 0)
            return false;
        if (set->type == DNS_CNAME && answer->type != DNS_CNAME)
            next = dns_data_target(arena, &set->records[0]);
    }
    return true;
}

/* A whole answer counts down as one. */
static int64_t told_ttl_s(const DnsCache *cache, const Answer *answer, const RecordSet *set,
                          DnsCacheState state, int64_t now_ms)
{
    if (state == DNS_CACHE_PINNED)
        return answer->ttl_s;
    if (state == DNS_CACHE_EXPIRED &&
        (!cache->policy.keeps_sets || set_is_over(cache, set, now_ms)))
        return cache->policy.expired_ttl_s;
    if (cache->policy.keeps_sets)
        return set_left_s(cache, set, now_ms);
    return answer->ttl_s - dns_cache_age_s(&cache->policy, answer->stored_ms, now_ms);
}

/* Copied into the arena: what the cache has may be gone with the next answer that it keeps. */
static void tell_set(Arena *arena, const RecordSet *set, int64_t ttl_s, int section,
                     DnsMessage *out_answer)
{
    for (size_t i = 0; i < set->count; i++) {
        DnsRecord record = set->records[i];

        record.name = arena_text(arena, record.name);
        record.shown = record.shown ? arena_text(arena, record.shown) : NULL;
        record.data =
            (const uint8_t *)arena_text_of(arena, (const char *)record.data, record.length);
        record.ttl_s = (uint32_t)ttl_s;
        dns_add(arena, out_answer, section, &record);
    }
}

DnsCacheState dns_cache_find(DnsCache *cache, Arena *arena, const char *name, uint16_t type,
                             int64_t now_ms, DnsMessage *out_answer)
{
    size_t place = answer_place(cache, name, type);
    const Answer *answer;
    DnsCacheState state;

    if (place == cache->answers_count)
        return DNS_CACHE_NONE;
    answer = cache->answers[place];
    state = state_of(cache, answer, now_ms);
    if (state == DNS_CACHE_NONE || !is_whole(cache, arena, answer, state, now_ms)) {
        drop_answer(cache, place);
        return DNS_CACHE_NONE;
    }
    out_answer->rcode = (uint8_t)answer->rcode;
    for (size_t i = 0; i < answer->count; i++) {
        const RecordSet *set = set_of(cache, &answer->parts[i]);

        tell_set(arena, set, told_ttl_s(cache, answer, set, state, now_ms),
                 answer->parts[i].section, out_answer);
    }
    return state;
}

bool dns_cache_find_alias(const DnsCache *cache, Arena *arena, const char *name, int64_t now_ms,
                          DnsRecord *out_record)
{
    size_t place = set_place(cache, name, DNS_CNAME, false);
    DnsMessage told = {0};

    if (place == cache->sets_count || set_is_over(cache, cache->sets[place], now_ms))
        return false;
    tell_set(arena, cache->sets[place], set_left_s(cache, cache->sets[place], now_ms), DNS_ANSWER,
             &told);
    assert(told.sections[DNS_ANSWER].records != NULL); /* a set is never empty */
    *out_record = told.sections[DNS_ANSWER].records[0];
    return true;
}

/* ---- keeping ------------------------------------------------------------------------------------------------------------------------------------ */

static uint32_t between(int64_t ttl_s, int64_t lowest_s, int64_t highest_s)
{
    if (ttl_s < lowest_s)
        ttl_s = lowest_s;
    return (uint32_t)(ttl_s > highest_s ? highest_s : ttl_s);
}

void dns_cache_trim(const DnsCache *cache, DnsMessage *reply)
{
    const DnsCachePolicy *policy = &cache->policy;

    for (int section = DNS_ANSWER; section <= DNS_AUTHORITY; section++)
        for (size_t i = 0; i < reply->sections[section].count; i++) {
            DnsRecord *record = &reply->sections[section].records[i];
            bool is_denial = section == DNS_AUTHORITY && record->type == DNS_SOA;

            if (is_denial && dns_soa_minimum(record) < record->ttl_s)
                record->ttl_s = dns_soa_minimum(record);
            record->ttl_s = between(record->ttl_s, policy->floor_s, policy->cap_s);
            if (is_denial)
                record->ttl_s = between(record->ttl_s, 0, policy->negative_cap_s);
        }
}

static void keep_set(DnsCache *cache, RecordSet *set, int64_t now_ms, bool replaces)
{
    size_t place = set_place(cache, set->name, set->type, set->is_denial);

    if (place < cache->sets_count) {
        if (!replaces && !set_is_over(cache, cache->sets[place], now_ms) &&
            record_set_equal(cache->sets[place], set)) {
            record_set_free(set);
            return;
        }
        drop_set(cache, place);
    }
    if (cache->sets_count == SETS_MAX)
        drop_set(cache, 0);
    MEMORY_GROW(cache->sets, cache->sets_count, cache->sets_capacity);
    cache->sets[cache->sets_count++] = set;
}

/* Of the authority only a denial's SOA is kept: a zone's name servers say nothing about the question. */
static void add_parts(DnsCache *cache, Answer *answer, const DnsMessage *message, int section,
                      int64_t now_ms, bool replaces)
{
    const DnsRecord *records = message->sections[section].records;
    size_t count = message->sections[section].count;

    for (size_t i = 0; i < count; i += record_set_length(&records[i], count - i)) {
        Part *part = &answer->parts[answer->count];
        RecordSet *set;

        if (section == DNS_AUTHORITY && records[i].type != DNS_SOA)
            continue;
        set = record_set_new(&records[i], count - i, section == DNS_AUTHORITY, now_ms);
        if (set->ttl_s < answer->ttl_s)
            answer->ttl_s = set->ttl_s;
        *part = (Part){.section = section, .type = set->type, .is_denial = set->is_denial};
        part->name = arena_text(&answer->arena, set->name);
        answer->count++;
        if (cache->policy.keeps_sets)
            keep_set(cache, set, now_ms, replaces);
        else
            part->own = set;
    }
}

static bool ends_in(const DnsMessage *answer, uint16_t type)
{
    size_t count = answer->sections[DNS_ANSWER].count;
    const DnsRecord *records = answer->sections[DNS_ANSWER].records;

    return count > 0 && (records[count - 1].type == type || type == DNS_ANY);
}

static bool is_worth_keeping(const DnsMessage *answer, uint16_t type)
{
    bool has_soa = false;

    if (answer->rcode != DNS_NOERROR && answer->rcode != DNS_NXDOMAIN)
        return false;
    for (int section = DNS_ANSWER; section <= DNS_AUTHORITY; section++)
        for (size_t i = 0; i < answer->sections[section].count; i++) {
            if (answer->sections[section].records[i].ttl_s == 0)
                return false;
            has_soa |=
                section == DNS_AUTHORITY && answer->sections[section].records[i].type == DNS_SOA;
        }
    return has_soa || ends_in(answer, type);
}

static size_t record_count(const DnsMessage *message)
{
    return message->sections[DNS_ANSWER].count + message->sections[DNS_AUTHORITY].count;
}

void dns_cache_store(DnsCache *cache, const char *name, uint16_t type, const DnsMessage *message,
                     int64_t now_ms, bool replaces)
{
    size_t place = answer_place(cache, name, type);
    Answer *answer;

    if (!is_worth_keeping(message, type))
        return;
    if (place < cache->answers_count || cache->answers_count == ANSWERS_MAX)
        drop_answer(cache, place < cache->answers_count ? place : 0);
    answer = MEMORY_NEW(Answer);
    answer->name = arena_text(&answer->arena, name);
    answer->type = type;
    answer->rcode = message->rcode;
    answer->stored_ms = now_ms;
    answer->ttl_s = INT64_MAX;
    answer->parts = arena_new(&answer->arena, record_count(message) * sizeof *answer->parts);
    add_parts(cache, answer, message, DNS_ANSWER, now_ms, replaces);
    add_parts(cache, answer, message, DNS_AUTHORITY, now_ms, replaces);
    MEMORY_GROW(cache->answers, cache->answers_count, cache->answers_capacity);
    cache->answers[cache->answers_count++] = answer;
}

/* ---- the whole ------------------------------------------------------------------------------------------------------------------------------------ */

DnsCache *dns_cache_new(const DnsCachePolicy *policy)
{
    DnsCache *cache = MEMORY_NEW(DnsCache);

    cache->policy = *policy;
    return cache;
}

void dns_cache_clear(DnsCache *cache)
{
    while (cache->answers_count > 0)
        drop_answer(cache, cache->answers_count - 1);
    while (cache->sets_count > 0)
        drop_set(cache, cache->sets_count - 1);
}

void dns_cache_free(DnsCache *cache)
{
    if (!cache)
        return;
    dns_cache_clear(cache);
    free(cache->answers);
    free(cache->sets);
    free(cache);
}

const DnsCachePolicy *dns_cache_policy(const DnsCache *cache)
{
    return &cache->policy;
}

void dns_cache_backdate(DnsCache *cache, int64_t ms)
{
    for (size_t i = 0; i < cache->answers_count; i++) {
        Answer *answer = cache->answers[i];

        answer->stored_ms -= ms;
        for (size_t j = 0; j < answer->count; j++)
            if (answer->parts[j].own)
                answer->parts[j].own->stored_ms -= ms;
    }
    for (size_t i = 0; i < cache->sets_count; i++)
        cache->sets[i]->stored_ms -= ms;
}

void dns_cache_pin(DnsCache *cache, int64_t until_ms)
{
    cache->pinned_until_ms = until_ms;
}
