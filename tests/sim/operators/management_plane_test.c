/*
 * tests/sim/operators/management_plane_test.c - the operator of a management plane: shapes, undoing, reverting, and what its last life left behind.
 */
#include <string.h>

#include "sim/controllers/controller.h"
#include "sim/objects.h"
#include "tests/sim/story.h"
#include "tests/test.h"

static Story story;

static const cJSON *deployment(const Plane *plane, const char *name)
{
    return kube_find(plane->cluster, "deployments", "tsb", name);
}

static bool is_writable(Story *s)
{
    return plane_is_writable(s->mp2);
}

static bool is_reverted(Story *s)
{
    return json_integer_or(deployment(s->mp1, "tsb"), "spec/replicas", 0) == 1;
}

static bool is_fenced(Story *s)
{
    return !plane_is_api_serving(s->mp1);
}

static bool is_restored(Story *s)
{
    return plane_is_writable(s->mp1);
}

static bool is_waiting(Story *s)
{
    return json_has(kube_find(s->mp2->cluster, "kubegres", "tsb", "tsb-postgres"),
                    "status/blockingOperation");
}

/* Patched back before kubegres promotes: as if nothing had been. */
static void test_undone_in_time(void)
{
    story_begin(&story, 5, "");
    story_patch(&story, story.mp2, STORY_PROMOTE);
    CHECK(story_until(&story, is_waiting, 40000) > 0);
    story_patch(&story, story.mp2,
                "{'spec':{'highAvailability':{'active':null,'standby':"
                "{'activeMpSynchronizationEndpoint':{'host':'mp1.tsb.example.com','port':8443,"
                "'selfSigned':true}}}}}");
    object_merge(story.mp2->cluster, "kubegres", "tsb", "tsb-postgres", "test",
                 object_format("{'spec':{'standby':{'enabled':true}}}"));
    story_pass(&story, 120000);
    CHECK(plane_primary(story.mp2) == NULL);
    CHECK(deployment(story.mp2, "tsb") == NULL);
    CHECK(kube_find(story.mp2->cluster, "services", "tsb", "envoy") == NULL);
    for (int i = 0; i < 3; i++)
        CHECK(pg_receiver(story.mp2->members[i]->instance) == PG_RECEIVER_STREAMING);
    CHECK_INTEGER(story_count(&story, "mp2", EVENT_LOADBALANCER, "mp2-1"), 0);
    story_end(&story);
}

static void test_fence_and_unfence(void)
{
    story_begin(&story, 5, "");
    story_scale(story.mp1, "tsb", 0);
    story_scale(story.mp1, "iam", 0);
    CHECK(story_until(&story, is_fenced, 20000) > 0);
    story_pass(&story, 120000);
    CHECK(is_fenced(&story)); /* nobody puts it back */
    story_scale(story.mp1, "tsb", 1);
    CHECK(json_integer_or(deployment(story.mp1, "tsb"), "metadata/generation", 0) >
          json_integer_or(deployment(story.mp1, "tsb"), "status/observedGeneration", 0));
    CHECK_TEXT(story_available(story.mp1, "tsb"), "True"); /* the stale one that kubectl believes */
    story_pass(&story, 1000);
    CHECK_TEXT(story_available(story.mp1, "tsb"), "False");
    story_scale(story.mp1, "iam", 1);
    CHECK(story_until(&story, is_restored, 40000) > 0);
    CHECK_INTEGER(story_count(&story, "mp1", EVENT_PLANE_API, "does not answer"), 1);
    CHECK_INTEGER(story_count(&story, "mp1", EVENT_PLANE_API, "takes configuration"), 2);
    story_end(&story);
}

static void test_stuck_pod(void)
{
    story_begin(&story, 5, "");
    plane_block(story.mp1, "pod/tsb");
    story_scale(story.mp1, "tsb", 0);
    story_scale(story.mp1, "iam", 0);
    story_pass(&story, 60000);
    CHECK(!json_has(deployment(story.mp1, "tsb"), "status/replicas"));
    CHECK(controllers_serving(story.mp1->controllers, "tsb", "tsb") == 1);
    plane_unblock(story.mp1, "pod/tsb");
    story_pass(&story, 10000);
    CHECK(controllers_serving(story.mp1->controllers, "tsb", "tsb") == 0);
    story_end(&story);
}

static void test_reverts(void)
{
    story_begin(&story, 5, "operator: {revertsScale: true, revertAfter: 8s}");
    story_scale(story.mp1, "tsb", 0);
    CHECK(story_until(&story, is_reverted, 20000) >= 7900);
    CHECK(story_until(&story, is_restored, 60000) >= 0);
    story_scale(story.mp1, "tsb-operator-management-plane", 0);
    story_pass(&story, 20000);
    story_scale(story.mp1, "tsb", 0);
    story_pass(&story, 60000);
    CHECK(!is_reverted(&story)); /* an operator at 0 reverts nothing */
    story_end(&story);
}

static void test_without_operator(void)
{
    story_begin(&story, 5, "");
    controller_crash(controller_next(story.world, NULL, "mp2", "tsb-operator"), true);
    story_patch(&story, story.mp2, STORY_PROMOTE);
    story_pass(&story, 120000);
    CHECK(plane_primary(story.mp2) == NULL);
    CHECK(deployment(story.mp2, "tsb") == NULL);
    controller_crash(controller_next(story.world, NULL, "mp2", "tsb-operator"), false);
    CHECK(story_until(&story, is_writable, 240000) > 0);
    story_end(&story);
}

/* What a last life left at 0 is Available and serves nobody (F-023). */
static void test_leftovers(bool keeps, const char *parameters)
{
    story_begin(&story, 5, parameters);
    CHECK_TEXT(story_available(story.mp2, "tsb"), "True");
    CHECK_INTEGER(json_integer_or(deployment(story.mp2, "tsb"), "spec/replicas", -1), 0);
    story_patch(&story, story.mp2, STORY_PROMOTE);
    story_pass(&story, 240000);
    CHECK_TEXT(story_available(story.mp2, "tsb"), "True");
    CHECK(plane_is_writable(story.mp2) == !keeps);
    story_end(&story);
}

static void test_raised_leftovers(void)
{
    test_leftovers(false, "operator: {leavesOldDeployments: true}");
}

static void test_kept_leftovers(void)
{
    test_leftovers(true, "operator: {leavesOldDeployments: true, keepsZeroReplicas: true}");
}

static void test_without_status(void)
{
    story_begin(&story, 5, "operator: {hasStatus: false}");
    CHECK(!json_has(plane_resource(story.mp1), "status/phase"));
    story_patch(&story, story.mp2, STORY_PROMOTE);
    CHECK(story_until(&story, is_writable, 240000) > 0);
    CHECK(!json_has(plane_resource(story.mp2), "status/phase"));
    story_end(&story);
}

/* tsb has nothing to do before its database takes writes. */
static void test_waits_for_database(void)
{
    story_begin(&story, 5, "");
    plane_block(story.mp2, "postgres");
    story_patch(&story, story.mp2, STORY_PROMOTE);
    story_pass(&story, 200000);
    CHECK_INTEGER(plane_ready_pods(story.mp2, "tsb"), 0);
    CHECK_INTEGER(plane_ready_pods(story.mp2, "iam"), 1);
    CHECK_TEXT(story_available(story.mp2, "tsb"), "False");
    plane_unblock(story.mp2, "postgres");
    CHECK(story_until(&story, is_writable, 60000) >= 0);
    story_end(&story);
}

static void demote_mp1(const char *parameters, bool is_demoted)
{
    story_begin(&story, 5, parameters);
    story_patch(&story, story.mp2, STORY_PROMOTE);
    CHECK(story_until(&story, is_writable, 240000) > 0);
    story_pass(&story, 120000);
    dns_zone_point(dns_side_zone(story.world->dns, 0), "mp2.tsb.example.com.", DNS_CNAME,
                   "mp2-1.elb.example.net.", 60, NULL);
    story_patch(&story, story.mp1,
                "{'spec':{'highAvailability':{'active':null,'standby':"
                "{'activeMpSynchronizationEndpoint':{'host':'mp2.tsb.example.com','port':8443,"
                "'selfSigned':true}}}}}");
    story_pass(&story, 90000);
    CHECK(deployment(story.mp1, "tsb") == NULL);
    CHECK_TEXT(plane_address(story.mp1), "");
    CHECK((plane_primary(story.mp1) == NULL) == is_demoted);
    for (int i = 0; is_demoted && i < 3; i++) /* its base backup waits for a spread checkpoint */
        CHECK(!pg_member_is_ready(story.mp1->members[i]));
    story_pass(&story, 240000);
    for (int i = 0; is_demoted && i < 3; i++)
        CHECK(pg_receiver(story.mp1->members[i]->instance) == PG_RECEIVER_STREAMING);
    story_end(&story);
}

static void test_demoted(void)
{
    demote_mp1("", true);
}

static void test_not_demoted(void)
{
    demote_mp1("operator: {demotesPrimary: false}", false);
}

TEST_SUITE("sim/operators/management_plane", {"undone in time", test_undone_in_time},
           {"fence and unfence", test_fence_and_unfence}, {"a pod that stays", test_stuck_pod},
           {"scale reverted", test_reverts}, {"without operator", test_without_operator},
           {"leftovers raised", test_raised_leftovers}, {"leftovers kept", test_kept_leftovers},
           {"without status", test_without_status},
           {"tsb waits for its database", test_waits_for_database},
           {"old primary demoted", test_demoted}, {"old primary left", test_not_demoted});
