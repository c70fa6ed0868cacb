/*
 * tests/sim/resolver/cache_test.c - what a resolver's cache keeps, and for how long, in both ways to count.
 */
#include "sim/resolver/cache.h"

#include <stdio.h>
#include <string.h>

#include "fakes/dns/data.h"
#include "tests/sim/resolver/moving.h"
#include "tests/test.h"

enum { NOW_MS = 1000000300 }; /* 0.3 s into a second */

static const DnsCachePolicy WHOLE = {.cap_s = 3600, .negative_cap_s = 1800};
static const DnsCachePolicy SETS = {.keeps_sets = true, .cap_s = 86400, .negative_cap_s = 3600};

static DnsCacheState find(DnsCache *cache, const char *name, int64_t after_ms, uint32_t *out_ttl_s)
{
    DnsMessage answer = {0};
    Arena arena = {0};
    DnsCacheState state = dns_cache_find(cache, &arena, name, DNS_A, NOW_MS + after_ms, &answer);

    *out_ttl_s = 0;
    for (int section = DNS_ANSWER; section <= DNS_AUTHORITY && state != DNS_CACHE_NONE; section++)
        for (size_t i = 0; i < answer.sections[section].count; i++)
            *out_ttl_s = answer.sections[section].records[i].ttl_s;
    arena_release(&arena);
    return state;
}

/* name's answer by the authority, kept at after_ms. */
static void keep(DnsCache *cache, const char *name, int64_t after_ms, bool replaces)
{
    Moving moving = {.moves_ms = INT64_MAX};
    DnsMessage reply = {0};
    Arena arena = {0};
    int64_t delay_ms = 0;

    moving_ask(&moving, &arena, name, DNS_A, 0, &reply, &delay_ms);
    dns_cache_trim(cache, &reply);
    dns_cache_store(cache, name, DNS_A, &reply, NOW_MS + after_ms, replaces);
    arena_release(&arena);
}

static const struct {
    const char *name;
    bool keeps_sets;
    DnsCachePolicy policy;
    const char *asked;
    int64_t last_ms,
        gone_ms; /* after it was kept at 0.3 s: the last ms that it is there, and the first that it is not */
    uint32_t first_ttl_s, last_ttl_s;
} KEPT[] = {
    {"whole: the shortest TTL, from when it came",
     false,                                                 {.cap_s = 3600, .negative_cap_s = 1800},
     MOVING_NAME,                                                                                                                 9999,
     10000,                                                                                                                                    10,
     1                                                                                                                                              },
    {"whole: a cap",                                 false, {.cap_s = 5, .negative_cap_s = 1800},                    MOVING_NAME, 4999,  5000, 5,  1},
    {"whole: a floor",
     false,                                                 {.floor_s = 15, .cap_s = 30, .negative_cap_s = 30},
     MOVING_NAME,                                                                                                                 14999,
     15000,                                                                                                                                    15,
     1                                                                                                                                              },
    {"whole: a denial, for the SOA's minimum",
     false,                                                 {.cap_s = 3600, .negative_cap_s = 1800},
     MOVING_LATE,                                                                                                                 59999,
     60000,                                                                                                                                    60,
     1                                                                                                                                              },
    {"whole: a denial's cap",
     false,                                                 {.cap_s = 30, .negative_cap_s = 5},
     MOVING_LATE,                                                                                                                 4999,
     5000,                                                                                                                                     5,
     1                                                                                                                                              },
    {"sets: whole seconds, and the last one counts",
     true,                                                  {.cap_s = 86400, .negative_cap_s = 3600},
     MOVING_NAME,                                                                                                                 10699,
     10700,                                                                                                                                    10,
     0                                                                                                                                              },
    {"sets: a cap",                                  true,  {.cap_s = 5, .negative_cap_s = 3600},                    MOVING_NAME, 5699,  5700, 5,  0},
    {"sets: a floor",
     true,                                                  {.floor_s = 40, .cap_s = 86400, .negative_cap_s = 3600},
     MOVING_NAME,                                                                                                                 40699,
     40700,                                                                                                                                    40,
     0                                                                                                                                              },
    {"sets: a denial",
     true,                                                  {.cap_s = 86400, .negative_cap_s = 3600},
     MOVING_LATE,                                                                                                                 60699,
     60700,                                                                                                                                    60,
     0                                                                                                                                              },
    {"sets: no floor lifts a denial over its cap",
     true,                                                  {.floor_s = 40, .cap_s = 86400, .negative_cap_s = 20},
     MOVING_LATE,                                                                                                                 20699,
     20700,                                                                                                                                    20,
     0                                                                                                                                              },
};

static void test_kept(void)
{
    for (size_t i = 0; i < TEST_COUNT(KEPT); i++) {
        DnsCachePolicy policy = KEPT[i].policy;
        DnsCache *cache;
        uint32_t ttl_s;

        policy.keeps_sets = KEPT[i].keeps_sets;
        cache = dns_cache_new(&policy);
        keep(cache, KEPT[i].asked, 0, false);
        CHECK_CASE(KEPT[i].name, find(cache, KEPT[i].asked, 0, &ttl_s) == DNS_CACHE_FRESH);
        CHECK_CASE(KEPT[i].name, ttl_s == KEPT[i].first_ttl_s);
        CHECK_CASE(KEPT[i].name,
                   find(cache, KEPT[i].asked, KEPT[i].last_ms, &ttl_s) == DNS_CACHE_FRESH);
        CHECK_CASE(KEPT[i].name, ttl_s == KEPT[i].last_ttl_s);
        CHECK_CASE(KEPT[i].name,
                   find(cache, KEPT[i].asked, KEPT[i].gone_ms, &ttl_s) == DNS_CACHE_NONE);
        dns_cache_free(cache);
    }
}

static void test_due(void)
{
    DnsCachePolicy policy = SETS;
    DnsCache *cache;
    uint32_t ttl_s;

    policy.prefetches = true;
    cache = dns_cache_new(&policy);
    keep(cache, MOVING_NAME, 0, false);
    CHECK_INTEGER(find(cache, MOVING_NAME, 8699, &ttl_s), DNS_CACHE_FRESH);
    CHECK_INTEGER(find(cache, MOVING_NAME, 8700, &ttl_s), DNS_CACHE_DUE);
    CHECK_INTEGER(ttl_s, 1);
    CHECK_INTEGER(find(cache, MOVING_NAME, 10700, &ttl_s), DNS_CACHE_NONE);
    dns_cache_free(cache);
}

static void test_expired(void)
{
    DnsCachePolicy policy = SETS;
    DnsCache *cache;
    uint32_t ttl_s;

    policy.serves_expired = true;
    policy.expired_ttl_s = 30;
    policy.expired_for_s = 3600;
    cache = dns_cache_new(&policy);
    keep(cache, MOVING_NAME, 0, false);
    CHECK_INTEGER(find(cache, MOVING_NAME, 10700, &ttl_s), DNS_CACHE_EXPIRED);
    CHECK_INTEGER(ttl_s, 30);
    CHECK_INTEGER(find(cache, MOVING_NAME, 3610699, &ttl_s), DNS_CACHE_EXPIRED);
    CHECK_INTEGER(find(cache, MOVING_NAME, 3610700, &ttl_s), DNS_CACHE_NONE);
    dns_cache_free(cache);
}

/* The CNAME outlives the address, and is found by itself. */
static void test_parts(void)
{
    DnsCache *cache = dns_cache_new(&SETS);
    DnsRecord alias;
    Arena arena = {0};
    uint32_t ttl_s;

    keep(cache, MOVING_NAME, 0, false);
    CHECK_INTEGER(find(cache, MOVING_NAME, 15000, &ttl_s), DNS_CACHE_NONE);
    CHECK(dns_cache_find_alias(cache, &arena, MOVING_NAME, NOW_MS + 15000, &alias));
    CHECK_INTEGER(alias.ttl_s, 5);
    CHECK_TEXT(dns_data_target(&arena, &alias), MOVING_OLD);
    CHECK(!dns_cache_find_alias(cache, &arena, MOVING_NAME, NOW_MS + 20700, &alias));
    CHECK(!dns_cache_find_alias(cache, &arena, MOVING_OLD, NOW_MS, &alias));
    arena_release(&arena);
    dns_cache_free(cache);
}

/* Equal data does not make a set younger, unless it was fetched for that. */
static void test_again(void)
{
    DnsCache *cache = dns_cache_new(&SETS);
    uint32_t ttl_s;

    keep(cache, MOVING_LATE, 0, false);
    keep(cache, MOVING_LATE, 50000, false);
    CHECK_INTEGER(find(cache, MOVING_LATE, 60699, &ttl_s), DNS_CACHE_FRESH);
    CHECK_INTEGER(find(cache, MOVING_LATE, 60700, &ttl_s), DNS_CACHE_NONE);
    keep(cache, MOVING_LATE, 70000, false);
    keep(cache, MOVING_LATE, 80000, true);
    CHECK_INTEGER(find(cache, MOVING_LATE, 140000, &ttl_s), DNS_CACHE_FRESH);
    dns_cache_free(cache);
}

static void test_nothing_kept(void)
{
    DnsCache *cache = dns_cache_new(&WHOLE);
    DnsMessage failure = {.rcode = DNS_SERVFAIL}, bare = {.rcode = DNS_NXDOMAIN};
    uint32_t ttl_s;

    dns_cache_store(cache, MOVING_NAME, DNS_A, &failure, NOW_MS, false);
    CHECK_INTEGER(find(cache, MOVING_NAME, 0, &ttl_s), DNS_CACHE_NONE);
    dns_cache_store(cache, MOVING_NAME, DNS_A, &bare, NOW_MS, false); /* no SOA says how long */
    CHECK_INTEGER(find(cache, MOVING_NAME, 0, &ttl_s), DNS_CACHE_NONE);
    dns_cache_free(cache);
}

static void test_full(void)
{
    DnsCache *cache = dns_cache_new(&WHOLE);
    char name[40];
    uint32_t ttl_s;

    keep(cache, MOVING_NAME, 0, false);
    for (int i = 0; i < 64; i++) {
        snprintf(name, sizeof name, "x%d." MOVING_APEX, i);
        keep(cache, name, 1, false);
    }
    CHECK_INTEGER(find(cache, MOVING_NAME, 2, &ttl_s), DNS_CACHE_NONE); /* the oldest went */
    CHECK_INTEGER(find(cache, "x0." MOVING_APEX, 2, &ttl_s), DNS_CACHE_FRESH);
    dns_cache_free(cache);
}

static void test_pinned(void)
{
    DnsCache *cache = dns_cache_new(&WHOLE);
    uint32_t ttl_s;

    keep(cache, MOVING_NAME, 0, false);
    dns_cache_pin(cache, NOW_MS + 600000);
    CHECK_INTEGER(find(cache, MOVING_NAME, 9999, &ttl_s), DNS_CACHE_FRESH);
    CHECK_INTEGER(find(cache, MOVING_NAME, 599999, &ttl_s), DNS_CACHE_PINNED);
    CHECK_INTEGER(ttl_s, 10);
    CHECK_INTEGER(find(cache, MOVING_NAME, 600000, &ttl_s), DNS_CACHE_NONE);
    keep(cache, MOVING_NAME, 0, false);
    dns_cache_backdate(cache, 9000);
    CHECK_INTEGER(find(cache, MOVING_NAME, 0, &ttl_s), DNS_CACHE_FRESH);
    CHECK_INTEGER(ttl_s, 1);
    dns_cache_clear(cache);
    CHECK_INTEGER(find(cache, MOVING_NAME, 0, &ttl_s), DNS_CACHE_NONE);
    dns_cache_free(cache);
}

TEST_SUITE("sim/resolver/cache", {"kept for as long as it says", test_kept},
           {"due in its last tenth", test_due}, {"expired, and served", test_expired},
           {"parts go one by one", test_parts}, {"the same data again", test_again},
           {"what is not kept", test_nothing_kept}, {"a full one forgets the oldest", test_full},
           {"pinned, backdated, cleared", test_pinned});
