/*
 * tests/sim/resolver/layer_test.c - a caching resolver and what is below it: the reference's measurement, and chains of caches.
 */
#include "sim/resolver/layer.h"

#include <string.h>

#include "tests/sim/resolver/moving.h"
#include "tests/test.h"

enum { POLL_MS = 250, FLIP_MS = 5000, END_MS = 120000, STEP_MS = 50 };
static const int64_t BEGIN_MS = 1000000000;

#define UNBOUND .keeps_sets = true, .negative_cap_s = 3600

/*
 * postgres-and-dns.md, section 4.3: after how many ms the new CNAME was seen, and NXDOMAIN gone, from the flip on, which came 5 s after the
 * first question. unbound counts whole seconds of the clock, and nobody wrote down where in a second that question fell, nor
 * where between two polls the flip did: so a measurement is one of all those that are possible.
 */
static const struct {
    const char *name;
    DnsCachePolicy policy;
    int64_t alias_ms, denial_ms;
} MEASURED[] = {
    {"plain",            {UNBOUND, .cap_s = 86400},                          14900, 55000},
    {"prefetch",         {UNBOUND, .cap_s = 86400, .prefetches = true},      3500,  48600},
    {"serve-expired",
     {UNBOUND, .cap_s = 86400, .serves_expired = true, .expired_ttl_s = 30},
     6500,                                                                          56200},
    {"cache-min-ttl 40", {UNBOUND, .floor_s = 40, .cap_s = 86400},           35900, 56000},
    {"cache-max-ttl 5",  {UNBOUND, .cap_s = 5},                              1100,  1100 },
};

typedef struct {
    int64_t alias_ms, denial_ms; /* after the flip; -1: not seen yet */
} Seen;

static void look(Layer *layer, int64_t now_ms, int64_t since_flip_ms, Seen *seen)
{
    Arena arena = {0};
    DnsMessage answer;
    int64_t delay_ms = 0;

    layer_answer(layer, &arena, MOVING_NAME, DNS_A, now_ms, &answer, &delay_ms);
    if (seen->alias_ms < 0 && strcmp(moving_target(&arena, &answer), MOVING_NEW) == 0)
        seen->alias_ms = since_flip_ms;
    layer_answer(layer, &arena, MOVING_LATE, DNS_A, now_ms, &answer, &delay_ms);
    if (seen->denial_ms < 0 && answer.rcode == DNS_NOERROR)
        seen->denial_ms = since_flip_ms;
    arena_release(&arena);
}

/* What a client sees that asks first phase_ms into a second, and then at 4 Hz from offset_ms on. */
static Seen measure(const DnsCachePolicy *policy, int64_t phase_ms, int64_t offset_ms)
{
    int64_t begin_ms = BEGIN_MS + phase_ms;
    Moving moving = {.moves_ms = begin_ms + FLIP_MS};
    Layer layer = {.cache = dns_cache_new(policy), .ask = moving_ask, .below = &moving};
    Seen seen = {-1, -1};

    look(&layer, begin_ms, -FLIP_MS, &seen);
    for (int64_t at_ms = offset_ms; at_ms < END_MS; at_ms += POLL_MS)
        look(&layer, begin_ms + at_ms, at_ms - FLIP_MS, &seen);
    dns_cache_free(layer.cache);
    return seen;
}

typedef struct {
    int64_t lowest, highest;
} Range;

static void widen(Range *range, int64_t ms)
{
    range->lowest = ms < range->lowest ? ms : range->lowest;
    range->highest = ms > range->highest ? ms : range->highest;
}

/* A second, and the poll that saw it. */
static bool explains(const Range *range, int64_t measured_ms)
{
    return range->highest - range->lowest <= 1000 + POLL_MS &&
           measured_ms >= range->lowest - POLL_MS && measured_ms <= range->highest + POLL_MS;
}

static void test_measured(void)
{
    for (size_t i = 0; i < TEST_COUNT(MEASURED); i++) {
        Range alias = {INT64_MAX, -1}, denial = {INT64_MAX, -1};

        for (int64_t phase_ms = 0; phase_ms < 1000; phase_ms += STEP_MS)
            for (int64_t offset_ms = 0; offset_ms < POLL_MS; offset_ms += STEP_MS) {
                Seen seen = measure(&MEASURED[i].policy, phase_ms, offset_ms);

                widen(&alias, seen.alias_ms);
                widen(&denial, seen.denial_ms);
            }
        CHECK_CASE(MEASURED[i].name, explains(&alias, MEASURED[i].alias_ms));
        CHECK_CASE(MEASURED[i].name, explains(&denial, MEASURED[i].denial_ms));
    }
}

/* ---- layers on one another -------------------------------------------------------------------------------------------------------------- */

static const char *ask(Layer *layer, int64_t after_ms, uint32_t *out_ttl_s, Arena *arena)
{
    DnsMessage answer;
    int64_t delay_ms = 0;

    layer_answer(layer, arena, MOVING_NAME, DNS_A, BEGIN_MS + after_ms, &answer, &delay_ms);
    *out_ttl_s = answer.sections[DNS_ANSWER].records[0].ttl_s;
    return moving_target(arena, &answer);
}

/* What is told with what is left of its time is over at the same moment everywhere; with a TTL of its own, one time follows the other. */
static void test_chain(void)
{
    static const struct {
        const char *name;
        bool serves_expired;
        int64_t asked_ms
            [3]; /* until this the name leads to the old place, and from the last on to the new one */
        const char *sees[3];
    } CASES[] = {
        {"counted down",            false, {8000, 19900, 21000},  {MOVING_OLD, MOVING_OLD, MOVING_NEW}},
        {"expired, and kept above",
         true,                             {25000, 54900, 55000},
         {MOVING_OLD, MOVING_OLD, MOVING_NEW}                                                         },
    };
    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        DnsCachePolicy below = {UNBOUND, .cap_s = 86400, .expired_ttl_s = 30};
        DnsCachePolicy above = {.cap_s = 30, .negative_cap_s = 30};
        Moving moving = {.moves_ms = BEGIN_MS + FLIP_MS};
        Layer layers[2] = {
            {.ask = moving_ask, .below = &moving}
        };
        Arena arena = {0};
        uint32_t ttl_s;

        below.serves_expired = CASES[i].serves_expired;
        layers[0].cache = dns_cache_new(&below);
        layers[1] = (Layer){dns_cache_new(&above), layer_ask, &layers[0]};
        CHECK_TEXT(ask(&layers[1], 0, &ttl_s, &arena), MOVING_OLD);
        CHECK_INTEGER(ttl_s, 20);
        for (int j = 0; j < 3; j++)
            CHECK_CASE(CASES[i].name, strcmp(ask(&layers[1], CASES[i].asked_ms[j], &ttl_s, &arena),
                                             CASES[i].sees[j]) == 0);
        arena_release(&arena);
        dns_cache_free(layers[0].cache);
        dns_cache_free(layers[1].cache);
    }
}

/* While nobody below answers, what is fresh is told, what is expired only by who serves that, and what fails is asked for again. */
static void test_silence(void)
{
    for (int serves = 0; serves <= 1; serves++) {
        DnsCachePolicy policy = {UNBOUND, .cap_s = 86400, .expired_ttl_s = 30};
        Moving moving = {.moves_ms = INT64_MAX};
        Layer layer = {.ask = moving_ask, .below = &moving};
        DnsMessage answer;
        Arena arena = {0};
        int64_t delay_ms = 0;
        uint32_t ttl_s;

        policy.serves_expired = serves;
        layer.cache = dns_cache_new(&policy);
        ask(&layer, 0, &ttl_s, &arena);
        moving.is_silent = true;
        CHECK_TEXT(ask(&layer, 9000, &ttl_s, &arena), MOVING_OLD);
        layer_answer(&layer, &arena, MOVING_NAME, DNS_A, BEGIN_MS + 60000, &answer, &delay_ms);
        CHECK_INTEGER(answer.rcode, serves ? DNS_NOERROR : DNS_SERVFAIL);
        moving.is_silent = false;
        moving.moves_ms = 0;
        ask(&layer, 61000, &ttl_s, &arena);
        CHECK_TEXT(ask(&layer, 61000, &ttl_s, &arena), MOVING_NEW);
        arena_release(&arena);
        dns_cache_free(layer.cache);
    }
}

/* An old CNAME that is good is not asked for again: only the address that it leads to is. */
static void test_parts(void)
{
    DnsCachePolicy policy = {UNBOUND, .cap_s = 86400};
    Moving moving = {.moves_ms = BEGIN_MS + FLIP_MS};
    Layer layer = {dns_cache_new(&policy), moving_ask, &moving};
    Arena arena = {0};
    uint32_t ttl_s;

    ask(&layer, 0, &ttl_s, &arena);
    CHECK_TEXT(ask(&layer, 12000, &ttl_s, &arena), MOVING_OLD);
    CHECK_INTEGER(ttl_s, 8);
    CHECK_INTEGER(moving.asked, 2);
    CHECK_TEXT(ask(&layer, 20999, &ttl_s, &arena), MOVING_OLD);
    CHECK_INTEGER(moving.asked, 2);
    CHECK_TEXT(ask(&layer, 21000, &ttl_s, &arena), MOVING_NEW);
    arena_release(&arena);
    dns_cache_free(layer.cache);
}

TEST_SUITE("sim/resolver/layer", {"five unbounds, as measured", test_measured},
           {"caches on one another", test_chain}, {"nobody answers", test_silence},
           {"parts of a chain", test_parts});
