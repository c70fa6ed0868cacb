/*
 * tests/sim/operators/kubegres_test.c - promotion out of standby, and each way in which it does not happen (domain.md 4.2).
 */
#include <string.h>

#include "sim/objects.h"
#include "tests/sim/story.h"
#include "tests/test.h"

static Story story;

static bool is_promoted(Story *s)
{
    return plane_primary(s->mp2) != NULL;
}

static bool has_operation(Story *s)
{
    return json_has(kube_find(s->mp2->cluster, "kubegres", "tsb", "tsb-postgres"),
                    "status/blockingOperation");
}

static bool has_timed_out(Story *s)
{
    return json_bool_or(kube_find(s->mp2->cluster, "kubegres", "tsb", "tsb-postgres"),
                        "status/blockingOperation/hasTimedOut", false);
}

static bool is_complete(Story *s)
{
    return is_promoted(s) && !has_operation(s);
}

static bool find_reason(void *owner, const cJSON *event)
{
    const char **reason = owner;

    if (strcmp(json_string_or(event, "reason", ""), *reason) != 0)
        return true;
    *reason = NULL;
    return false;
}

static bool has_event(const char *reason)
{
    kube_each(story.mp2->cluster, "events", "tsb", NULL, find_reason, &reason);
    return reason == NULL;
}

static void set_standby(bool is_enabled)
{
    object_merge(story.mp2->cluster, "kubegres", "tsb", "tsb-postgres", "test",
                 object_format("{'spec':{'standby':{'enabled':%s}}}",
                               is_enabled ? "true" : "false"));
}

static void test_in_time(void)
{
    int64_t promoted, complete;

    story_begin(&story, 3, "");
    set_standby(false);
    promoted = story_until(&story, is_promoted, 100000);
    complete = story_until(&story, is_complete, 100000);
    CHECK(promoted >= 20000 && promoted <= 40000);
    CHECK(promoted + complete >= 50000); /* 10 s of waiting and the minimum of 40 s */
    CHECK(has_event("FailOver"));
    CHECK_TEXT(json_string_or(kube_find(story.mp2->cluster, "pods", "tsb", "tsb-postgres-1-0"),
                              "metadata/labels/replicationRole", ""),
               "primary");
    story_end(&story);
}

/* Not the most advanced one: the lowest that is ready. */
static void test_lowest_ready(void)
{
    story_begin(&story, 3, "");
    pg_member_stop(story.mp2->members[0]);
    set_standby(false);
    CHECK(story_until(&story, is_promoted, 100000) > 0);
    CHECK_INTEGER(plane_primary(story.mp2)->index, 2);
    story_end(&story);
}

static void test_undone_while_it_waits(void)
{
    story_begin(&story, 3, "");
    set_standby(false);
    CHECK(story_until(&story, has_operation, 10000) > 0);
    set_standby(true);
    story_pass(&story, 120000);
    CHECK(!is_promoted(&story));
    CHECK(!has_operation(&story));
    for (int i = 0; i < 3; i++)
        CHECK(pg_receiver(story.mp2->members[i]->instance) == PG_RECEIVER_STREAMING);
    story_end(&story);
}

static void test_too_late_to_undo(void)
{
    story_begin(&story, 3, "");
    set_standby(false);
    story_pass(&story, 20000);
    set_standby(true);
    CHECK(story_until(&story, is_promoted, 100000) >= 0);
    story_end(&story);
}

static void test_no_replica(void)
{
    story_begin(&story, 3, "replication: {instances: 1}");
    pg_member_stop(story.mp2->members[0]);
    set_standby(false);
    story_pass(&story, 60000);
    CHECK(has_event("FailoverCannotHappenAsNoReplicaDeployed"));
    CHECK(!has_operation(&story));
    pg_member_restart(story.mp2->members[0], false);
    CHECK(story_until(&story, is_promoted, 120000) > 0);
    story_end(&story);
}

static void test_forbidden(void)
{
    story_begin(&story, 3, "");
    object_merge(story.mp2->cluster, "kubegres", "tsb", "tsb-postgres", "test",
                 object_format("{'spec':{'failover':{'isDisabled':true}}}"));
    set_standby(false);
    story_pass(&story, 120000);
    CHECK(has_event("AutomaticFailoverIsDisabled"));
    CHECK(!is_promoted(&story));
    story_end(&story);
}

static void test_stuck(void)
{
    int64_t took;

    story_begin(&story, 3, "");
    plane_block(story.mp2, "postgres");
    set_standby(false);
    took = story_until(&story, has_timed_out, 400000);
    CHECK(took >= 310000 && took <= 320000);
    CHECK(has_event("FailOverTimedOutErr"));
    CHECK(!is_promoted(&story));
    plane_unblock(story.mp2, "postgres");
    CHECK(story_until(&story, is_complete, 60000) >= 0);
    story_end(&story);
}

/* From Postgres 16 on the pod gets ready and stays in recovery (F-309). */
static void test_no_trigger_file(void)
{
    story_begin(&story, 3, "replication: {serverVersion: 160004}");
    set_standby(false);
    story_pass(&story, 400000);
    CHECK(!is_promoted(&story));
    CHECK(pg_member_is_ready(story.mp2->members[0]));
    CHECK(pg_is_in_recovery(story.mp2->members[0]->instance));
    CHECK(story.mp2->members[0]->is_primary_by_label);
    story_end(&story);
}

/* They can only if none had more than the one that was promoted, so the old active is fenced first. */
static void test_siblings(void)
{
    story_begin(&story, 3, "replication: {siblingsFollowOld: false}");
    story_scale(story.mp1, "tsb", 0);
    story_pass(&story, 30000);
    set_standby(false);
    CHECK(story_until(&story, is_complete, 120000) > 0);
    story_pass(&story, 60000);
    CHECK(pg_upstream(story.mp2->members[1]->instance) == story.mp2->members[0]->instance);
    CHECK(pg_receiver(story.mp2->members[1]->instance) == PG_RECEIVER_STREAMING);
    story_end(&story);
}

static void test_without_its_operator(void)
{
    story_begin(&story, 3, "");
    story_scale(story.mp2, "kubegres-controller-manager", 0);
    story_pass(&story, 20000);
    set_standby(false);
    story_pass(&story, 120000);
    CHECK(!is_promoted(&story));
    story_scale(story.mp2, "kubegres-controller-manager", 1);
    CHECK(story_until(&story, is_promoted, 120000) > 0);
    story_end(&story);
}

TEST_SUITE("sim/operators/kubegres", {"in time", test_in_time},
           {"the lowest ready one", test_lowest_ready},
           {"undone while it waits", test_undone_while_it_waits},
           {"too late to undo", test_too_late_to_undo}, {"no replica is ready", test_no_replica},
           {"forbidden", test_forbidden}, {"stuck", test_stuck},
           {"no trigger file", test_no_trigger_file},
           {"siblings of the new primary", test_siblings},
           {"without its operator", test_without_its_operator});
