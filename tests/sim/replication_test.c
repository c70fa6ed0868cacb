/*
 * tests/sim/replication_test.c - the links between the databases follow what carries them.
 */
#include <string.h>

#include "base/clock.h"
#include "fakes/kubernetes/logs.h"
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

/* How often its pod's log says that. */
static int said(const PgMember *member, const char *words)
{
    const KubeCluster *cluster = member->plane->cluster;
    int lines = kube_log_count(cluster, member->plane->ns, member->pod), count = 0;

    for (int i = 0; i < lines; i++)
        if (strstr(kube_log_line(cluster, member->plane->ns, member->pod, i)->text, words))
            count++;
    return count;
}

/* Both ends take it for connected; wal_receiver_timeout ends it, and the next connection is well. */
static void test_half_open(void)
{
    story_begin(&story, 5, "");
    story_pass(&story, 10000);
    story.mp2->members[0]->is_half_open = true;
    replication_settle(story.world);
    story_pass(&story, 50000);
    CHECK(pg_receiver(standby()) == PG_RECEIVER_STREAMING);
    CHECK(clock_wall_ms() - pg_last_message_ms(standby()) >= 50000);
    CHECK(pg_current_lsn(plane_primary(story.mp1)->instance) - pg_replay_lsn(standby()) > 1 << 20);
    story_pass(&story, 20000);
    CHECK(pg_receiver(standby()) == PG_RECEIVER_STREAMING);
    CHECK(pg_current_lsn(plane_primary(story.mp1)->instance) - pg_replay_lsn(standby()) < 1 << 17);
    story_end(&story);
}

/* A rotated password harms nobody who is in; who comes anew is told so every 5 s. */
static void test_refused(void)
{
    PgMember *member;

    story_begin(&story, 5, "");
    member = story.mp2->members[0];
    member->refusal = "FATAL:  password authentication failed";
    story_pass(&story, 30000);
    CHECK(pg_receiver(standby()) == PG_RECEIVER_STREAMING);
    replication_break(member);
    story_pass(&story, 30000);
    CHECK(pg_receiver(standby()) == PG_RECEIVER_NONE);
    CHECK(pg_member_is_ready(member));
    CHECK(said(member, "could not connect to the primary server: FATAL:  password") >= 5);
    member->refusal = NULL;
    story_pass(&story, 10000);
    CHECK(pg_receiver(standby()) == PG_RECEIVER_STREAMING);
    story_end(&story);
}

/* Away for longer than two checkpoints: only who has a slot comes back. */
static void test_away_for_long(const char *parameters, PgReceiver then)
{
    int rule;

    story_begin(&story, 5, parameters);
    story_pass(&story, 10000);
    rule = topology_add(story.topology, "mp2", "mp1", 5432, NETWORK_REFUSE, 0);
    story_pass(&story, 900000);
    topology_remove(story.topology, rule);
    story_pass(&story, 30000);
    CHECK(pg_receiver(standby()) == then);
    CHECK(pg_member_is_ready(story.mp2->members[0]));
    CHECK((said(story.mp2->members[0], "has already been removed") >= 4) ==
          (then == PG_RECEIVER_REMOVED));
    story_end(&story);
}

static void test_removed(void)
{
    test_away_for_long("replication: {writeRate: 256KiB}", PG_RECEIVER_REMOVED);
    test_away_for_long("replication: {writeRate: 256KiB, walKeep: 1GiB}", PG_RECEIVER_STREAMING);
    test_away_for_long("replication: {writeRate: 256KiB, slots: true}", PG_RECEIVER_STREAMING);
}

/* One backend crashes: the pod stays, nobody is let in for a while, and the data is all there. */
static void test_recovers(void)
{
    PgMember *member;

    story_begin(&story, 5, "");
    story_pass(&story, 10000);
    member = story.mp1->members[0];
    pg_member_recover(member);
    CHECK(pg_member_state(member) == PG_RECOVERING);
    CHECK(plane_primary(story.mp1) == NULL);
    story_pass(&story, 12000);
    CHECK(pg_member_is_ready(member) && !pg_member_is_standby(member));
    CHECK_INTEGER(member->crashes, 0);
    story_pass(&story, 10000);
    CHECK(pg_receiver(standby()) == PG_RECEIVER_STREAMING);
    story_end(&story);
}

static void test_crash_loop(void)
{
    PgMember *member;

    story_begin(&story, 5, "");
    member = story.mp2->members[0];
    member->panic = "no space";
    pg_member_crash(member);
    story_pass(&story, 90000);
    CHECK(!pg_member_is_ready(member));
    CHECK(member->crashes >= 4);
    CHECK(said(member, "PANIC:  no space") >= 3);
    member->panic = NULL;
    story_pass(&story, 30000);
    CHECK(pg_member_is_ready(member));
    CHECK(pg_receiver(standby()) == PG_RECEIVER_STREAMING);
    story_end(&story);
}

TEST_SUITE("sim/replication", {"reset, and healed", test_reset},
           {"silent, and healed", test_silence}, {"silent at first", test_silence_at_first},
           {"behind itself", test_behind_itself}, {"lag, and its end", test_lag},
           {"half open", test_half_open}, {"refused", test_refused}, {"removed", test_removed},
           {"recovers", test_recovers}, {"crash loop", test_crash_loop});
