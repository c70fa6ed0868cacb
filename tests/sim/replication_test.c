/*
 * tests/sim/replication_test.c - the links between the databases follow what carries them.
 */
#include <string.h>

#include "tests/sim/story.h"
#include "tests/test.h"

static Story story;

static PgInstance *standby(void)
{
    return story.mp2->members[0]->instance;
}

static void test_cut_and_healed(NetworkFate fate, int64_t notices_ms)
{
    int rule;

    story_begin(&story, 5, "");
    story_pass(&story, 10000);
    rule = topology_add(story.topology, "mp2", "mp1", 5432, fate, 0);
    story_pass(&story, notices_ms);
    CHECK(!pg_link(standby())->is_connected);
    CHECK(pg_receiver(standby()) == PG_RECEIVER_NONE);
    story_pass(&story, 60000);
    CHECK(pg_current_lsn(plane_primary(story.mp1)->instance) - pg_replay_lsn(standby()) > 1 << 20);
    CHECK(topology_hits(story.topology, rule) > 0);
    topology_remove(story.topology, rule);
    story_pass(&story, 20000);
    CHECK(pg_receiver(standby()) == PG_RECEIVER_STREAMING);
    CHECK(pg_current_lsn(plane_primary(story.mp1)->instance) - pg_replay_lsn(standby()) < 1 << 17);
    CHECK(story_count(&story, "mp2", EVENT_CONTROLLER_CHANGE, "follows the other plane") >= 3);
    story_end(&story);
}

static void test_reset(void)
{
    test_cut_and_healed(NETWORK_RESET, 100);
}

/* Silence is noticed by wal_receiver_timeout only; until then it looks connected (F-123). */
static void test_silence(void)
{
    test_cut_and_healed(NETWORK_BLACKHOLE, 70000);
}

static void test_silence_at_first(void)
{
    story_begin(&story, 5, "");
    topology_add(story.topology, "mp2", "mp1", 0, NETWORK_BLACKHOLE, 0);
    story_pass(&story, 30000);
    CHECK(pg_link(standby())->is_connected);
    CHECK(pg_link(standby())->is_silent);
    CHECK(pg_receiver(story.mp1->members[1]->instance) == PG_RECEIVER_STREAMING);
    story_end(&story);
}

/* A standby whose endpoint is the floating name ends up behind itself, and follows nobody (F-105). */
static void test_behind_itself(void)
{
    char ip[16];

    story_begin(&story, 5, "operator: {start: 1s}");
    CHECK(dns_side_resolve(story.world->dns, "tsb.example.com", ip));
    CHECK_TEXT(ip, "127.80.1.1");
    CHECK(!dns_side_resolve(story.world->dns, "mp2.tsb.example.com", ip));
    strcpy(story.mp2->members[1]->upstream_host, "mp2.tsb.example.com");
    pg_member_restart(story.mp2->members[1], false);
    story_pass(&story, 60000);
    CHECK(pg_member_is_ready(story.mp2->members[1]));
    CHECK(pg_receiver(story.mp2->members[1]->instance) == PG_RECEIVER_NONE);
    story_end(&story);
}

static void test_lag(void)
{
    PgLsn end;

    story_begin(&story, 5, "replication: {lag: 2MiB, drainRate: 1MiB, writeRate: 256KiB}");
    story_pass(&story, 60000);
    end = pg_current_lsn(plane_primary(story.mp1)->instance);
    CHECK(end - pg_replay_lsn(standby()) >= 2 << 20);
    CHECK(end - pg_replay_lsn(standby()) < 3 << 20);
    story_scale(story.mp1, "tsb", 0);
    story_scale(story.mp1, "iam", 0);
    story_pass(&story, 20000);
    end = pg_current_lsn(plane_primary(story.mp1)->instance);
    CHECK(end == pg_replay_lsn(standby()));
    story_end(&story);
}

TEST_SUITE("sim/replication", {"reset, and healed", test_reset},
           {"silent, and healed", test_silence}, {"silent at first", test_silence_at_first},
           {"behind itself", test_behind_itself}, {"lag, and its end", test_lag});
