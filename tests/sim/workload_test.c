/*
 * tests/sim/workload_test.c - a client that writes through the floating name, before, during and after a failover.
 */
#include <string.h>

#include "tests/sim/story.h"
#include "tests/test.h"

static Story story;

static bool is_open(Story *s)
{
    return plane_is_open(s->mp2) && plane_is_writable(s->mp2);
}

static int64_t report_of(const char *path, Plane *active)
{
    cJSON *report = workload_report(story.world->workload, active);
    int64_t value = strcmp(path, "missing") == 0 ? cJSON_GetArraySize(json_find(report, path))
                                                 : json_integer_or(report, path, -1);

    cJSON_Delete(report);
    return value;
}

static void test_none(void)
{
    story_begin(&story, 61, "controlPlanes: 1\n");
    story_pass(&story, 600000);
    CHECK_INTEGER(story_count(&story, NULL, EVENT_WRITE_ACKNOWLEDGED, NULL), 0);
    CHECK_INTEGER(report_of("acknowledged", story.mp1), 0);
    story_end(&story);
}

static void test_failover(void)
{
    DnsZone *zone;
    int64_t before;

    story_begin(&story, 62, "controlPlanes: 1\nworkload: {tenantEvery: 10s}\n");
    zone = dns_side_zone(story.world->dns, 0);
    story_pass(&story, 100000);
    before = report_of("acknowledged", story.mp1);
    CHECK_INTEGER(before, 10);
    CHECK_INTEGER(report_of("readable", story.mp1), 10);
    story_scale(story.mp1, "tsb", 0);
    story_pass(&story, 30000);
    CHECK(story_count(&story, "mp1", EVENT_WRITE_REFUSED, "its API does not answer") >= 1);
    before = report_of("acknowledged", story.mp1);
    story_patch(&story, story.mp2, STORY_PROMOTE);
    CHECK(story_until(&story, is_open, 600000) > 0);
    CHECK_INTEGER(report_of("acknowledged", story.mp2), before);
    CHECK_INTEGER(report_of("missing", story.mp2), 0);
    dns_zone_point(zone, "mp2.tsb.example.com.", DNS_CNAME, "mp2-1.elb.example.net.", 60, NULL);
    dns_zone_point(zone, "tsb.example.com.", DNS_CNAME, "mp2.tsb.example.com.", 60, NULL);
    story_pass(&story, 120000);
    CHECK(story_count(&story, "mp2", EVENT_WRITE_ACKNOWLEDGED, NULL) >= 5);
    CHECK(report_of("missing", story.mp1) >= 5);
    CHECK_INTEGER(report_of("missing", story.mp2), 0);
    story_end(&story);
}

static void test_nowhere(void)
{
    DnsZone *zone;

    story_begin(&story, 63, "controlPlanes: 1\nworkload: {tenantEvery: 10s}\n");
    zone = dns_side_zone(story.world->dns, 0);
    dns_zone_remove(zone, "tsb.example.com.", DNS_ANY);
    story_pass(&story, 100000);
    CHECK(story_count(&story, "desk", EVENT_WRITE_REFUSED, "no such host") >= 9);
    dns_zone_point(zone, "tsb.example.com.", DNS_A, "127.80.7.7", 60, NULL);
    story_pass(&story, 100000);
    CHECK(story_count(&story, "desk", EVENT_WRITE_REFUSED, "nobody answers at that address") >= 3);
    CHECK_INTEGER(report_of("acknowledged", story.mp1), 0);
    story_end(&story);
}

TEST_SUITE("sim/workload", {"none", test_none}, {"failover", test_failover},
           {"nowhere", test_nowhere});
