/*
 * tests/sim/controllers/load_balancer_test.c - the address of a front envoy: pending, assigned, changed, gone, and who is let in.
 */
#include <string.h>

#include "base/clock.h"
#include "sim/objects.h"
#include "tests/sim/story.h"
#include "tests/test.h"

static Story story;

static bool has_address(Story *s)
{
    return *plane_address(s->mp2) != '\0';
}

static bool is_open(Story *s)
{
    return plane_is_open(s->mp2);
}

static bool is_resolved(Story *s)
{
    char ip[16];

    return dns_side_resolve(s->world->dns, "mp2-1.elb.example.net", ip);
}

static const char *ingress(const Plane *plane, const char *key)
{
    const cJSON *service = kube_find(plane->cluster, "services", "tsb", "envoy");

    return json_string_or(json_find(service, "status/loadBalancer/ingress/0"), key, "");
}

static void test_pending(void)
{
    story_begin(&story, 5, "loadBalancer: {provision: 40s}\noperator: {start: 1s}");
    plane_block(story.mp2, "load-balancer");
    story_patch(&story, story.mp2, STORY_PROMOTE);
    story_pass(&story, 300000);
    CHECK(plane_is_writable(story.mp2));
    CHECK(!has_address(&story));
    CHECK(!plane_is_open(story.mp2));
    CHECK_TEXT(ingress(story.mp2, "hostname"), "");
    plane_unblock(story.mp2, "load-balancer");
    CHECK(story_until(&story, has_address, 60000) >= 40000);
    CHECK(story_until(&story, is_open, 1000) >= 0);
    story_end(&story);
}

static void test_changes(void)
{
    story_begin(&story, 5,
                "loadBalancer: {changesAddress: true, changesAfter: 300s, address: ip}\n"
                "operator: {start: 1s}");
    story_patch(&story, story.mp2, STORY_PROMOTE);
    CHECK(story_until(&story, is_open, 300000) > 0);
    CHECK_TEXT(plane_address(story.mp2), "127.80.2.1");
    CHECK_TEXT(ingress(story.mp2, "ip"), "127.80.2.1");
    CHECK(world_plane_at(story.world, "127.80.2.1") == story.mp2);
    story_pass(&story, 310000);
    CHECK_TEXT(plane_address(story.mp2), "127.80.2.2");
    CHECK_TEXT(ingress(story.mp2, "ip"), "127.80.2.2");
    CHECK(world_plane_at(story.world, "127.80.2.1") == NULL);
    CHECK(plane_is_open(story.mp2));
    CHECK_INTEGER(story_count(&story, "mp2", EVENT_LOADBALANCER, NULL), 2);
    story_end(&story);
}

/* The host name of a new load balancer resolves later than it is shown (F-511). */
static void test_name_comes_late(void)
{
    int64_t shown;

    story_begin(&story, 5, "dns: {loadBalancerNameDelay: 30s}\noperator: {start: 1s}");
    story_patch(&story, story.mp2, STORY_PROMOTE);
    shown = story_until(&story, has_address, 300000);
    CHECK(shown > 0);
    CHECK_TEXT(ingress(story.mp2, "hostname"), "mp2-1.elb.example.net");
    CHECK(story_until(&story, is_resolved, 60000) >= 29000);
    story_end(&story);
}

/* New connections end at once; those that are there live until pods and drain time are gone. */
static void test_drains(void)
{
    story_begin(&story, 5, "loadBalancer: {drain: 20s}\npods: {stop: 5s}");
    story_pass(&story, 10000);
    story_scale(story.mp1, "envoy", 0);
    story_pass(&story, 1000);
    CHECK(!plane_is_open(story.mp1));
    CHECK(load_balancer_carries(story.mp1->balancer));
    CHECK(pg_receiver(story.mp2->members[0]->instance) == PG_RECEIVER_STREAMING);
    story_pass(&story, 22000);
    CHECK(load_balancer_carries(story.mp1->balancer));
    story_pass(&story, 4000);
    CHECK(!load_balancer_carries(story.mp1->balancer));
    CHECK(pg_receiver(story.mp2->members[0]->instance) == PG_RECEIVER_NONE);
    CHECK_TEXT(plane_address(story.mp1), "127.80.1.1"); /* the address stays the Service's */
    story_scale(story.mp1, "envoy", 2);
    story_pass(&story, 40000);
    CHECK(plane_is_open(story.mp1));
    CHECK(pg_receiver(story.mp2->members[0]->instance) == PG_RECEIVER_STREAMING);
    story_end(&story);
}

/* Port 5432 is there as long as the ManagementPlane exposes it (F-117). */
static void test_postgres_hidden(void)
{
    story_begin(&story, 5, "operator: {start: 2s}");
    CHECK(load_balancer_has_postgres(story.mp1->balancer));
    story_patch(&story, story.mp1,
                "{'spec':{'highAvailability':{'active':"
                "{'exposeEmbeddedPostgresInFrontEnvoy':false}}}}");
    story_pass(&story, 10000);
    CHECK(!load_balancer_has_postgres(story.mp1->balancer));
    CHECK(plane_is_open(story.mp1));
    CHECK(plane_is_writable(story.mp1));
    story_end(&story);
}

TEST_SUITE("sim/controllers/load_balancer", {"pending", test_pending}, {"changes", test_changes},
           {"its name comes late", test_name_comes_late}, {"drains", test_drains},
           {"Postgres hidden", test_postgres_hidden});
