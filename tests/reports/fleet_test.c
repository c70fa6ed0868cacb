/*
 * tests/reports/fleet_test.c - control planes counted as they go from one plane to the other.
 */
#include "reports/fleet.h"

#include "tests/reports/runs.h"
#include "tests/test.h"

static const FleetQuestion EDGES = {
    .kind = "edge.state",
    .planes = {"mp1", "mp2"},
    .total = 3,
    .begin = 0,
    .promoted_ms = 50,
    .promoted = "mp2"
};

static void add(RecordedRun *run, int64_t at_ms, const char *lane, const char *data)
{
    run_add_event(run, at_ms, lane, "edge.state", "", data);
}

static bool is_point(const Fleet *fleet, size_t index, int64_t at_ms, int first, int second,
                     int synced)
{
    const FleetPoint *point = &fleet->points[index];

    return index < fleet->count && point->at_ms == at_ms && point->on[0] == first &&
           point->on[1] == second && point->synced == synced;
}

static void test_moves(void)
{
    RecordedRun run = run_made_up("one", "passed");
    Fleet fleet;

    add(&run, 40, "cp-2", "{\"state\":\"synced\",\"plane\":\"mp2\"}"); /* before the promotion */
    add(&run, 60, "cp-1", "{\"state\":\"disconnected\",\"plane\":\"mp1\"}");
    add(&run, 60, "cp-2", "{\"state\":\"stuck\",\"plane\":null}");
    add(&run, 70, "cp-1", "{\"state\":\"connected\",\"plane\":\"mp2\"}");
    add(&run, 80, "cp-1", "{\"state\":\"synced\",\"plane\":\"mp2\"}");
    add(&run, 90, "cp-1", "{\"state\":\"refused\",\"plane\":\"mp2\"}");
    fleet_read(run.events, &EDGES, &fleet);
    CHECK_INTEGER(fleet.total, 3);
    CHECK_INTEGER(fleet.count, 6);
    CHECK_CASE("all are where the world began", is_point(&fleet, 0, 0, 3, 0, 0));
    CHECK_CASE("a sync before the promotion", is_point(&fleet, 1, 40, 2, 1, 0));
    CHECK_CASE("one point a moment", is_point(&fleet, 2, 60, 1, 0, 0));
    CHECK_CASE("connected", is_point(&fleet, 3, 70, 1, 1, 0));
    CHECK_CASE("synced", is_point(&fleet, 4, 80, 1, 1, 1));
    CHECK_CASE("gone again", is_point(&fleet, 5, 90, 1, 0, 0));
    fleet_release(&fleet);
    recorded_run_release(&run);
}

static void test_more_than_announced(void)
{
    RecordedRun run = run_made_up("one", "passed");
    FleetQuestion question = EDGES;
    Fleet fleet;

    question.total = 0;
    question.begin = FLEET_NOWHERE;
    add(&run, 10, "cp-9", "{\"state\":\"connected\",\"plane\":\"mp1\"}");
    add(&run, 20, "cp-8", "{\"state\":\"connected\",\"plane\":\"mp7\"}");
    fleet_read(run.events, &question, &fleet);
    CHECK_INTEGER(fleet.total, 2);
    CHECK(is_point(&fleet, 0, 0, 0, 0, 0));
    CHECK(is_point(&fleet, 2, 20, 1, 0, 0));
    fleet_release(&fleet);
    recorded_run_release(&run);
}

static void test_resolvers(void)
{
    RecordedRun run = run_made_up("one", "passed");
    FleetQuestion question = EDGES;
    Fleet fleet;

    question.kind = "resolver.view";
    run_add_event(&run, 10, "cp-1", "resolver.view", "", "{\"plane\":\"mp2\",\"address\":\"a\"}");
    run_add_event(&run, 20, "cp-1", "resolver.view", "", "{\"plane\":null,\"address\":null}");
    fleet_read(run.events, &question, &fleet);
    CHECK(is_point(&fleet, 1, 10, 2, 1, 0));
    CHECK(is_point(&fleet, 2, 20, 2, 0, 0));
    fleet_release(&fleet);
    recorded_run_release(&run);
}

TEST_SUITE("reports/fleet", {"edges move", test_moves},
           {"more than the world announced", test_more_than_announced},
           {"what resolvers see", test_resolvers});
