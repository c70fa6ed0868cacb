/*
 * tests/sim/edge_test.c - edges in a world: they stay where they are, move when they have to, and wait by the law.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "sim/objects.h"
#include "tests/sim/story.h"
#include "tests/test.h"

enum { FEW = 5 };
static const char FIVE[] = "controlPlanes: 5\n";
static const char NS[] = "istio-system";
static const char EDGE_SECRET[] = "xcp-edge-central-auth-token";

static struct Edge *edge_of(const Story *story, int number)
{
    return story->world->sites[number]->edge;
}

/* ---- the steps of a failover, without an engine ------------------------------------------------------------------------------------------ */

static bool is_open(Story *story)
{
    return plane_is_open(story->mp2) && plane_is_writable(story->mp2);
}

static bool are_synced(Story *story)
{
    return world_synced(story->world, "mp2", 0) == story->world->parameters.control_planes;
}

static bool is_first_synced(Story *story)
{
    return edge_is_synced(edge_of(story, 0), story->mp2);
}

static void promote(Story *story)
{
    story_scale(story->mp1, "tsb", 0);
    story_scale(story->mp1, "iam", 0);
    story_pass(story, 15000);
    story_patch(story, story->mp2, STORY_PROMOTE);
    CHECK(story_until(story, is_open, 600000) > 0);
}

static void point_name(Story *story)
{
    DnsZone *zone = dns_side_zone(story->world->dns, 0);

    CHECK(dns_zone_point(zone, "mp2.tsb.example.com.", DNS_CNAME, "mp2-1.elb.example.net.", 60,
                         NULL));
    CHECK(dns_zone_point(zone, "tsb.example.com.", DNS_CNAME, "mp2.tsb.example.com.", 60, NULL));
}

/* ---- stories ------------------------------------------------------------------------------------------------------------------------------- */

static void test_steady(void)
{
    Story story;
    int64_t first_ms;

    story_begin(&story, 3, FIVE);
    story_pass(&story, 1000);
    first_ms = edge_synced_wall_ms(edge_of(&story, 0), story.mp1);
    CHECK(first_ms > clock_wall_ms() - 600000 && first_ms <= clock_wall_ms());
    story_pass(&story, 900000);
    CHECK_INTEGER(story_count(&story, NULL, EVENT_EDGE_STATE, NULL), FEW);
    CHECK_INTEGER(story_count(&story, NULL, EVENT_EDGE_STATE, "edge synced (mp1)"), FEW);
    CHECK_INTEGER(story_count(&story, NULL, EVENT_RESOLVER_VIEW, NULL), FEW);
    CHECK_INTEGER(story_count(&story, NULL, EVENT_RESOLVER_VIEW, "127.80.1.1 (mp1)"), FEW);
    for (int i = 0; i < FEW; i++) {
        CHECK(edge_is_synced(edge_of(&story, i), story.mp1));
        CHECK(!edge_is_connected(edge_of(&story, i), story.mp2));
        CHECK(edge_synced_wall_ms(edge_of(&story, i), story.mp1) > clock_wall_ms() - 600000);
    }
    CHECK_INTEGER((edge_synced_wall_ms(edge_of(&story, 0), story.mp1) - first_ms) % 600000, 0);
    CHECK_INTEGER(edge_synced_wall_ms(edge_of(&story, 0), story.mp2), 0);
    story_end(&story);
}

static int64_t stored_sync_ms(const Plane *plane, const char *cluster)
{
    char key[64];

    snprintf(key, sizeof key, "syncs/%s", cluster);
    return json_integer_or(pg_row(plane_primary(plane)->instance, key), "", 0);
}

static void test_failover(void)
{
    Story story;
    int64_t promoted_ms, took_ms;

    story_begin(&story, 3, FIVE);
    promote(&story);
    promoted_ms = clock_wall_ms();
    CHECK(stored_sync_ms(story.mp2, "cp-0001") > 0);
    CHECK(stored_sync_ms(story.mp2, "cp-0001") < promoted_ms);
    point_name(&story);
    story_pass(&story, 300000);
    CHECK_INTEGER(story_count(&story, NULL, EVENT_EDGE_STATE, NULL), FEW); /* F-601 */
    CHECK(central_is_warm(story.mp2->central));
    story_scale(story.mp1, "envoy", 0);
    took_ms = story_until(&story, are_synced, 300000);
    CHECK(took_ms > 1000 && took_ms < 120000);
    for (int i = 0; i < FEW; i++) {
        const char *name = story.world->sites[i]->name;

        CHECK_INTEGER(story_count(&story, name, EVENT_EDGE_STATE, "edge connected (mp2)"), 1);
        CHECK_INTEGER(story_count(&story, name, EVENT_EDGE_STATE, "edge synced (mp2)"), 1);
        CHECK(story_count(&story, name, EVENT_EDGE_STATE, "edge disconnected (mp1)") >= 1);
        CHECK_INTEGER(story_count(&story, name, EVENT_RESOLVER_VIEW, "(mp2)"), 1);
        CHECK(stored_sync_ms(story.mp2, name) > promoted_ms);
    }
    story_end(&story);
}

/* The edges are there before mpc has fed central: they get nothing until then (F-411). */
static void test_cold_central(void)
{
    Story story;

    story_begin(&story, 4, "controlPlanes: 5\ncentral: {cacheRebuild: 10m}\n");
    promote(&story);
    point_name(&story);
    story_scale(story.mp1, "envoy", 0);
    story_pass(&story, 240000);
    CHECK(edge_is_connected(edge_of(&story, 0), story.mp2));
    CHECK(!edge_is_synced(edge_of(&story, 0), NULL));
    CHECK_INTEGER(story_count(&story, "cp-0001", EVENT_EDGE_STATE, "central is empty"), 1);
    CHECK(story_until(&story, are_synced, 600000) > 0);
    story_end(&story);
}

static void change_key(Story *story, Plane *plane)
{
    const SigningKey *key = world_new_key(story->world);

    object_delete(plane->cluster, "secrets", plane->ns, "iam-signing-key");
    object_secret(plane->cluster, plane->ns, "iam-signing-key", NULL, "kid", signing_key_kid(key),
                  "private.key", signing_key_pem(key), NULL);
}

static void test_wrong_key(void)
{
    Story story;
    KubeCluster *cluster;

    story_begin(&story, 5, "controlPlanes: 5\ntokens: {age: 1m, kubeletRefresh: 5s..90s}\n");
    cluster = site_cluster(story.world->sites[0]);
    change_key(&story, story.mp2);
    promote(&story);
    point_name(&story);
    story_scale(story.mp1, "envoy", 0);
    story_pass(&story, 300000);
    CHECK(!edge_is_connected(edge_of(&story, 0), NULL));
    CHECK_INTEGER(story_count(&story, "cp-0001", EVENT_EDGE_STATE,
                              "Unauthenticated: token is signed by another key"),
                  1);
    object_delete(cluster, "secrets", NS, EDGE_SECRET);
    CHECK_INTEGER(story_count(&story, "cp-0001", EVENT_TOKEN_DELETED, EDGE_SECRET), 1);
    CHECK_INTEGER(story_count(&story, "cp-0001", EVENT_TOKEN_DELETED, "no plane"), 0);
    story_pass(&story, 12000);
    CHECK(kube_find(cluster, "secrets", NS, EDGE_SECRET) != NULL);
    CHECK_INTEGER(story_count(&story, "cp-0001", EVENT_TOKEN_CREATED, "signed by mp2"), 1);
    CHECK(story_until(&story, is_first_synced, 300000) > 0);
    CHECK(!edge_is_connected(edge_of(&story, 1), NULL));
    story_end(&story);
}

/* F-602: killed before the names turned, they find the way by themselves: a TTL and a back-off later. */
static void test_wrong_order(void)
{
    Story story;
    int64_t took_ms;

    story_begin(&story, 12, FIVE);
    promote(&story);
    story_scale(story.mp1, "envoy", 0);
    story_pass(&story, 200000);
    for (int i = 0; i < FEW; i++)
        CHECK(!edge_is_connected(edge_of(&story, i), NULL));
    CHECK(story_count(&story, "cp-0001", EVENT_EDGE_STATE, "connection refused") >= 1);
    point_name(&story);
    took_ms = story_until(&story, are_synced, 600000);
    CHECK(took_ms > 0 && took_ms <= 60000 + 144000 + 30000);
    story_end(&story);
}

/* F-609: central's certificate is not one for the name; tokens have nothing to do with it (V4). */
static void test_wrong_certificate(void)
{
    Story story;

    story_begin(&story, 13, FIVE);
    plane_block(story.mp1, "certificate/central");
    edge_kick(edge_of(&story, 0), story.mp1, "reset");
    story_pass(&story, 60000);
    CHECK(!edge_is_connected(edge_of(&story, 0), NULL));
    CHECK(edge_is_synced(edge_of(&story, 1), story.mp1));
    CHECK_INTEGER(story_count(&story, "cp-0001", EVENT_EDGE_STATE, "x509"), 1);
    CHECK_INTEGER(story_count(&story, "cp-0001", EVENT_EDGE_STATE, "Unauthenticated"), 0);
    plane_unblock(story.mp1, "certificate/central");
    story_pass(&story, 150000);
    CHECK(edge_is_synced(edge_of(&story, 0), story.mp1));
    story_end(&story);
}

/* Central's own pods go: its streams break, and what it knew is gone with them. */
static void test_central_restarts(void)
{
    Story story;

    story_begin(&story, 14, FIVE);
    story_scale(story.mp1, "central", 0);
    story_pass(&story, 30000);
    CHECK(!edge_is_connected(edge_of(&story, 0), NULL));
    CHECK(!central_is_warm(story.mp1->central));
    CHECK_INTEGER(story_count(&story, "cp-0001", EVENT_EDGE_STATE, "no healthy upstream"), 1);
    story_scale(story.mp1, "central", 1);
    story_pass(&story, 400000);
    CHECK(central_is_warm(story.mp1->central));
    CHECK_INTEGER(central_pushes(story.mp1->central), 2);
    CHECK(edge_is_synced(edge_of(&story, 0), story.mp1));
    story_end(&story);
}

static void test_held_token(void)
{
    Story story;
    struct Edge *edge;

    story_begin(&story, 6, "controlPlanes: 1\nedges: {staysOnTokenError: true}\n");
    edge = edge_of(&story, 0);
    story.mp1->iam_key = world_new_key(story.world);
    edge_kick(edge, story.mp1, "reset");
    story_pass(&story, 60000);
    CHECK_INTEGER(story_count(&story, NULL, EVENT_EDGE_STATE, "edge refused (mp1)"), 1);
    object_delete(site_cluster(story.world->sites[0]), "secrets", NS, EDGE_SECRET);
    story_pass(&story, 300000);
    CHECK_INTEGER(story_count(&story, NULL, EVENT_EDGE_STATE, "edge stuck (mp1)"), 1);
    edge_restart(edge, true);
    story_pass(&story, 60000);
    CHECK(edge_is_synced(edge, story.mp1));
    story_end(&story);
}

static void test_missing_secret(void)
{
    Story story;
    KubeCluster *cluster;
    int rule;

    story_begin(&story, 8, "controlPlanes: 1\n");
    cluster = site_cluster(story.world->sites[0]);
    rule = topology_add(story.topology, "cp-0001", "*", 0, NETWORK_REFUSE, 0);
    object_delete(cluster, "secrets", NS, EDGE_SECRET);
    CHECK_INTEGER(story_count(&story, NULL, EVENT_TOKEN_DELETED, "no plane answers there"), 1);
    CHECK(edge_is_synced(edge_of(&story, 0), story.mp1));
    edge_restart(edge_of(&story, 0), true);
    story_pass(&story, 120000);
    CHECK_INTEGER(story_count(&story, NULL, EVENT_EDGE_STATE, "FailedMount"), 1);
    CHECK(kube_find(cluster, "secrets", NS, EDGE_SECRET) == NULL);
    topology_remove(story.topology, rule);
    story_pass(&story, 300000);
    CHECK(kube_find(cluster, "secrets", NS, EDGE_SECRET) != NULL);
    CHECK(edge_is_synced(edge_of(&story, 0), story.mp1));
    story_end(&story);
}

/* Refused each time: the n-th wait is 1 s x1.6^n, at most 120 s, +-20 %. */
static void test_backoff(void)
{
    Story story;
    double law_ms = 1000;
    int64_t last_ms, hits = 0;
    int rule;

    story_begin(&story, 9, "controlPlanes: 1\n");
    rule = topology_add(story.topology, "cp-0001", "mp1", 8443, NETWORK_REFUSE, 0);
    edge_kick(edge_of(&story, 0), story.mp1, "reset");
    last_ms = clock_mono_ms();
    story_pass(&story, 1);
    hits = topology_hits(story.topology, rule);
    for (int i = 0; i < 14; i++) {
        int64_t wait_ms;

        while (topology_hits(story.topology, rule) == hits)
            story_pass(&story, 5);
        hits = topology_hits(story.topology, rule);
        wait_ms = clock_mono_ms() - last_ms;
        last_ms = clock_mono_ms();
        CHECK(wait_ms >= (int64_t)(0.79 * law_ms) && wait_ms <= (int64_t)(1.21 * law_ms) + 60);
        law_ms = law_ms * 1.6 > 120000 ? 120000 : law_ms * 1.6;
    }
    CHECK_INTEGER(story_count(&story, NULL, EVENT_EDGE_STATE, "connection refused"), 1);
    story_end(&story);
}

static void test_silence(void)
{
    Story story;
    int rule;

    story_begin(&story, 10, "controlPlanes: 2\n");
    rule = topology_add(story.topology, "cp-0001", "mp1", 0, NETWORK_BLACKHOLE, 0);
    story_pass(&story, 25000);
    topology_remove(story.topology, rule);
    story_pass(&story, 60000);
    CHECK_INTEGER(story_count(&story, NULL, EVENT_EDGE_STATE, NULL), 2);
    rule = topology_add(story.topology, "cp-0001", "mp1", 0, NETWORK_BLACKHOLE, 0);
    story_pass(&story, 29000);
    CHECK(edge_is_connected(edge_of(&story, 0), story.mp1));
    story_pass(&story, 2000);
    CHECK(!edge_is_connected(edge_of(&story, 0), NULL));
    CHECK(edge_is_connected(edge_of(&story, 1), story.mp1));
    story_pass(&story, 60000);
    CHECK_INTEGER(story_count(&story, "cp-0001", EVENT_EDGE_STATE, "i/o timeout"), 1);
    topology_remove(story.topology, rule);
    story_pass(&story, 200000);
    CHECK(edge_is_synced(edge_of(&story, 0), story.mp1));
    story_end(&story);
}

/* All of a thousand come over, none of them twice; what that costs is measured by tests/bench/edges_bench.c. */
static void test_thousand(void)
{
    enum { MANY = 1000 };
    Story story;

    story_begin(&story, 11, "controlPlanes: 1000\n");
    promote(&story);
    point_name(&story);
    story_pass(&story, 120000);
    story_scale(story.mp1, "envoy", 0);
    CHECK(story_until(&story, are_synced, 600000) > 0);
    CHECK_INTEGER(story_count(&story, NULL, EVENT_EDGE_STATE, "edge connected (mp2)"), MANY);
    CHECK_INTEGER(story_count(&story, NULL, EVENT_EDGE_STATE, "edge synced (mp2)"), MANY);
    CHECK_INTEGER(story_count(&story, NULL, EVENT_RESOLVER_VIEW, "(mp2)"), MANY);
    story_end(&story);
}

/* How often edges dial the old address once the old envoy is gone depends on when they ask where the new one is. */
static const struct {
    const char *name, *parameters;
    bool comes_back, dials_old;
} LOOKUPS[] = {
    {"grpc: the old address first",    "controlPlanes: 5\n",                         true,  true },
    {"envoy: has long asked",          "controlPlanes: 5\nedges: {lookup: envoy}\n", true,  false},
    {"once: never, until it restarts", "controlPlanes: 5\nedges: {lookup: once}\n",  false, true },
};

static void test_lookups(void)
{
    for (size_t i = 0; i < TEST_COUNT(LOOKUPS); i++) {
        Story story;

        story_begin(&story, 12, LOOKUPS[i].parameters);
        promote(&story);
        point_name(&story);
        story_pass(&story, 300000);
        story_scale(story.mp1, "envoy", 0);
        CHECK_CASE(LOOKUPS[i].name,
                   (story_until(&story, are_synced, 300000) > 0) == LOOKUPS[i].comes_back);
        CHECK_CASE(LOOKUPS[i].name,
                   (story_count(&story, NULL, EVENT_EDGE_STATE, "connection refused") > 0) ==
                       LOOKUPS[i].dials_old);
        for (int k = 0; k < FEW && !LOOKUPS[i].comes_back; k++)
            edge_restart(edge_of(&story, k), true);
        CHECK_CASE(LOOKUPS[i].name, story_until(&story, are_synced, 120000) >= 0);
        story_end(&story);
    }
}

TEST_SUITE("sim/edge", {"when it asks", test_lookups}, {"steady", test_steady},
           {"failover", test_failover}, {"cold central", test_cold_central},
           {"wrong key", test_wrong_key}, {"wrong order", test_wrong_order},
           {"wrong certificate", test_wrong_certificate},
           {"central restarts", test_central_restarts}, {"held token", test_held_token},
           {"missing secret", test_missing_secret}, {"back-off", test_backoff},
           {"silence", test_silence}, {"a thousand", test_thousand});
