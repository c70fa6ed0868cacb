/*
 * tests/sim/promotion_test.c - the story of a planned failover as the world sees it: fence, patch, promotion, services, address.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "sim/seam/seam.h"
#include "tests/sim/story.h"
#include "tests/test.h"

static Story story;

static bool is_fenced(Story *s)
{
    return !plane_is_api_serving(s->mp1);
}

static bool is_promoted(Story *s)
{
    return plane_primary(s->mp2) != NULL;
}

static bool is_serving(Story *s)
{
    return plane_is_writable(s->mp2);
}

static bool is_open(Story *s)
{
    return plane_is_open(s->mp2);
}

static bool is_installed(Story *s)
{
    const cJSON *resource = plane_resource(s->mp2);
    char generation[24];

    snprintf(generation, sizeof generation, "%lld",
             (long long)json_integer_or(resource, "metadata/generation", 0));
    return strcmp(json_string_or(resource, "status/observedGeneration", ""), generation) == 0;
}

static void check_steady_state(void)
{
    story_pass(&story, 60000);
    CHECK(plane_is_writable(story.mp1));
    CHECK(plane_is_open(story.mp1));
    CHECK_TEXT(plane_address(story.mp1), "127.80.1.1");
    CHECK_TEXT(story_available(story.mp1, "tsb"), "True");
    CHECK(!plane_is_api_serving(story.mp2));
    CHECK_TEXT(plane_address(story.mp2), "");
    CHECK(kube_find(story.mp2->cluster, "services", "tsb", "envoy") == NULL);
    CHECK(kube_find(story.mp2->cluster, "deployments", "tsb", "tsb") == NULL);
    for (int i = 0; i < 3; i++) {
        PgInstance *standby = story.mp2->members[i]->instance;

        CHECK(pg_is_in_recovery(standby));
        CHECK(pg_link(standby)->is_connected);
        CHECK(pg_receiver(standby) == PG_RECEIVER_STREAMING);
        CHECK(pg_replay_lsn(standby) > 0x3000000);
    }
    CHECK_INTEGER(story_count(&story, NULL, EVENT_WORLD_BEGIN, NULL), 1);
    CHECK_INTEGER(story_count(&story, "mp1", EVENT_PLANE_API, NULL), 1);
    CHECK_INTEGER(story_count(&story, "mp2", EVENT_PLANE_API, NULL), 0);
}

static void check_fence(void)
{
    int64_t took;

    story_scale(story.mp1, "tsb", 0);
    story_scale(story.mp1, "iam", 0);
    CHECK(json_integer_or(kube_find(story.mp1->cluster, "deployments", "tsb", "tsb"),
                          "status/observedGeneration", 0) == 1);
    took = story_until(&story, is_fenced, 20000);
    CHECK(took > 0);
    story_pass(&story, 10000);
    CHECK(!json_has(kube_find(story.mp1->cluster, "endpoints", "tsb", "tsb"), "subsets"));
    CHECK(!json_has(kube_find(story.mp1->cluster, "deployments", "tsb", "tsb"),
                    "status/readyReplicas"));
    CHECK_TEXT(story_available(story.mp1, "tsb"), "True");
    CHECK(plane_is_open(story.mp1));
    CHECK_INTEGER(story_count(&story, "mp1", EVENT_PLANE_STATE, "fenced"), 1);
}

static void check_drained(void)
{
    PgInstance *primary = plane_primary(story.mp1)->instance;
    PgLsn at = pg_current_lsn(primary);

    story_pass(&story, 5000);
    CHECK(pg_current_lsn(primary) == at);
    for (int i = 0; i < 3; i++)
        CHECK(pg_replay_lsn(story.mp2->members[i]->instance) == at);
}

static void check_promotion(void)
{
    int64_t promoted, serving, open;

    story_patch(&story, story.mp2, STORY_PROMOTE);
    promoted = story_until(&story, is_promoted, 120000);
    CHECK(promoted >= 20000 && promoted <= 70000);
    CHECK_INTEGER(plane_primary(story.mp2)->index, 1);
    CHECK_INTEGER(pg_timeline(plane_primary(story.mp2)->instance), 2);
    serving = story_until(&story, is_serving, 200000);
    CHECK(serving >= 0);
    open = story_until(&story, is_open, 200000);
    CHECK(open >= 0);
    CHECK(story_until(&story, is_installed, 200000) >= 0);
    CHECK_TEXT(plane_address(story.mp2), "127.80.2.1");
    CHECK_TEXT(story_available(story.mp2, "tsb"), "True");
    CHECK(json_has(kube_find(story.mp2->cluster, "endpoints", "tsb", "tsb"), "subsets"));
    CHECK_TEXT(json_string_or(kube_find(story.mp2->cluster, "services", "tsb", "envoy"),
                              "status/loadBalancer/ingress/0/hostname", ""),
               "mp2-1.elb.example.net");
    CHECK_INTEGER(story_count(&story, "mp2", EVENT_POSTGRES_PROMOTED, NULL), 1);
}

static void check_aftermath(void)
{
    story_pass(&story, 120000);
    CHECK(!json_has(kube_find(story.mp2->cluster, "kubegres", "tsb", "tsb-postgres"),
                    "status/blockingOperation"));
    CHECK_TEXT(json_string_or(kube_find(story.mp2->cluster, "pods", "tsb", "tsb-postgres-1-0"),
                              "metadata/labels/replicationRole", ""),
               "primary");
    for (int i = 1; i < 3; i++) {
        CHECK(pg_member_is_ready(story.mp2->members[i]));
        CHECK(pg_upstream(story.mp2->members[i]->instance) ==
              story.mp1->members[0]->instance); /* F-314 */
    }
    story_scale(story.mp1, "envoy", 0);
    story_pass(&story, 30000);
    CHECK(!plane_is_open(story.mp1));
    CHECK(!pg_link(story.mp2->members[1]->instance)->is_connected);
}

static void test_story(void)
{
    story_begin(&story, 7, "");
    check_steady_state();
    check_fence();
    check_drained();
    check_promotion();
    check_aftermath();
    world_end(story.world);
    CHECK_INTEGER(story_count(&story, NULL, EVENT_WORLD_END, "mp2 takes configuration"), 1);
    story_end(&story);
}

TEST_SUITE("sim/promotion", {"from fence to address", test_story});
