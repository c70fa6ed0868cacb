/*
 * tests/sim/dns/secondary_test.c - a secondary of a world: when it looks, and what it takes for new.
 */
#include "fakes/dns/data.h"
#include "tests/sim/story.h"
#include "tests/test.h"

static Story story;

static void point(const char *address)
{
    CHECK(dns_zone_point(dns_side_zone(story.world->dns, 0), "www.example.com.", DNS_A, address, 60,
                         NULL));
}

static bool has_followed(Story *its)
{
    return dns_zone_serial(dns_side_zone(its->world->dns, 1)) ==
           dns_zone_serial(dns_side_zone(its->world->dns, 0));
}

static const struct {
    const char *name, *parameters;
    int64_t least_ms, most_ms; /* until it shows a change that is made after ten minutes */
} CASES[] = {
    {"told, and quick",              "dns: {secondaryLag: 0s}\n",            0,     0     },
    {"told, and slow",               "dns: {secondaryLag: 40s}\n",           40000, 40000 },
    {"not told: it looks by itself", "dns: {notify: false, refresh: 15m}\n", 1000,  900000},
};

static void test_follows(void)
{
    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        int64_t took_ms;

        story_begin(&story, 41, CASES[i].parameters);
        story_pass(&story, 600000);
        CHECK_CASE(CASES[i].name, has_followed(&story));
        point("127.80.9.1");
        took_ms = story_until(&story, has_followed, 3600000);
        CHECK_CASE(CASES[i].name,
                   took_ms >= CASES[i].least_ms && took_ms <= CASES[i].most_ms + 1000);
        story_end(&story);
    }
}

/* It waits anew with each notice; what it fetches then is all of it. */
static void test_several(void)
{
    story_begin(&story, 42, "dns: {secondaryLag: 10s}\n");
    point("127.80.9.1");
    story_pass(&story, 6000);
    point("127.80.9.2");
    story_pass(&story, 6000);
    CHECK(!has_followed(&story));
    story_pass(&story, 4100);
    CHECK(has_followed(&story));
    story_end(&story);
}

/* Without a newer serial there is nothing to fetch (RFC 1982), however often it looks. */
static void test_serial(void)
{
    DnsZone *primary, *secondary;

    story_begin(&story, 43, "dns: {secondaryLag: 1s, refresh: 1m}\n");
    primary = dns_side_zone(story.world->dns, 0);
    secondary = dns_side_zone(story.world->dns, 1);
    dns_zone_hold_serial(primary, true);
    point("127.80.9.1");
    dns_zone_hold_serial(primary, false);
    story_pass(&story, 600000);
    CHECK(dns_zone_find(secondary, "www.example.com.", DNS_A) == NULL);
    point("127.80.9.2");
    story_pass(&story, 2000);
    CHECK(dns_zone_find(secondary, "www.example.com.", DNS_A) != NULL);
    story_end(&story);
}

TEST_SUITE("sim/dns/secondary", {"it follows", test_follows}, {"several changes", test_several},
           {"serials", test_serial});
