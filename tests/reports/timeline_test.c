/*
 * tests/reports/timeline_test.c - events become bars and marks where they belong.
 */
#include "reports/timeline.h"

#include <string.h>

#include "tests/reports/runs.h"
#include "tests/test.h"

static Timeline read(const RecordedRun *run)
{
    RunFacts facts;
    Timeline timeline;

    run_facts(run, &facts);
    timeline_read(&facts, &timeline);
    return timeline;
}

static bool is_span(const Spans *spans, size_t index, int64_t from_ms, int64_t to_ms,
                    const char *look)
{
    const Span *span = &spans->items[index];

    return index < spans->count && span->from_ms == from_ms && span->to_ms == to_ms &&
           strcmp(span->look, look) == 0;
}

static void test_failover(void)
{
    RecordedRun run = run_of_file("planned-three-clusters");
    Timeline timeline = read(&run);
    const PlaneLanes *first = &timeline.planes[0], *second = &timeline.planes[1];

    CHECK_INTEGER(timeline.end_ms, 540000);
    CHECK_INTEGER(timeline.promoted_ms, 219800);
    CHECK_TEXT(timeline.promoted, "mp2");
    CHECK_INTEGER(timeline.outage_ms, 94100);
    CHECK_CASE("mp1 is active", is_span(&first->state, 0, 200, 94200, "active"));
    CHECK_CASE("mp1 is fenced to the end", is_span(&first->state, 1, 94200, 540000, "fenced"));
    CHECK_CASE("mp1's API", is_span(&first->api, 0, 200, 118000, "writes"));
    CHECK_CASE("mp2 reads first", is_span(&second->api, 0, 262000, 284000, "reads"));
    CHECK_CASE("mp2 writes then", is_span(&second->api, 1, 284000, 540000, "writes"));
    CHECK_CASE("mp2's database", is_span(&second->postgres, 0, 0, 219800, "recovery"));
    CHECK_CASE("mp2's database", is_span(&second->postgres, 1, 219800, 540000, "primary"));
    CHECK_INTEGER(first->postgres.count, 1);
    CHECK_CASE("the name before its first change", is_span(&timeline.dns, 0, 0, 33400, "p0"));
    CHECK_CASE("the name after", is_span(&timeline.dns, 2, 335500, 448000, "p1"));
    CHECK_INTEGER(timeline.records.count, 4);
    CHECK_INTEGER(timeline.steps.count, 19);
    CHECK_INTEGER(timeline.phases.count, 8);
    CHECK_CASE("drain follows fence", is_span(&timeline.phases, 1, 118600, 124900, "h1"));
    CHECK_INTEGER(timeline.edges.points[timeline.edges.count - 1].synced, 3);
    CHECK_INTEGER(timeline.violations.count, 0);
    timeline_release(&timeline);
    recorded_run_release(&run);
}

static void test_rollback(void)
{
    RecordedRun run = run_of_file("operator-dead-before-promotion");
    Timeline timeline = read(&run);
    size_t undone = 0;

    CHECK_INTEGER(timeline.promoted_ms, -1);
    CHECK_CASE("the fault", is_span(&timeline.faults, 0, 100000, 454000, "cleared"));
    CHECK_INTEGER(timeline.witnesses.count, 1);
    CHECK_INTEGER(timeline.findings.count, 1);
    CHECK_TEXT(timeline.findings.items[0].label, "ROLLBACK F-305");
    for (size_t i = 0; i < timeline.steps.count; i++)
        undone += strcmp(timeline.steps.items[i].look, "undo") == 0;
    CHECK_INTEGER(undone, 3);
    CHECK_INTEGER(timeline.violations.count, 2);
    CHECK_CASE("the failed step", is_span(&timeline.steps, 8, 126200, 426200, "failed"));
    timeline_release(&timeline);
    recorded_run_release(&run);
}

static void test_killed(void)
{
    RecordedRun run = run_of_file("killed-half-way");
    Timeline timeline = read(&run);

    CHECK_INTEGER(timeline.end_ms, 30600);
    CHECK_CASE("the step under way ends with the run",
               is_span(&timeline.steps, 2, 30600, 30600, "open"));
    CHECK_INTEGER(timeline.outage_ms, -1);
    timeline_release(&timeline);
    recorded_run_release(&run);
}

static void test_fault_that_strikes_again(void)
{
    RecordedRun run = run_made_up("one", "passed");
    Timeline timeline;

    run_add_event(&run, 10, "faults", "fault.injected", "", "{\"fault\":\"f\",\"index\":0}");
    run_add_event(&run, 20, "faults", "fault.injected", "", "{\"fault\":\"f\",\"index\":0}");
    run_add_event(&run, 25, "faults", "fault.injected", "", "{\"fault\":\"g\",\"index\":1}");
    run_add_event(&run, 30, "faults", "fault.cleared", "", "{\"fault\":\"f\",\"index\":0}");
    timeline = read(&run);
    CHECK_CASE("once", is_span(&timeline.faults, 0, 10, 20, "lasting"));
    CHECK_CASE("again", is_span(&timeline.faults, 1, 20, 30, "cleared"));
    CHECK_CASE("another", is_span(&timeline.faults, 2, 25, 30, "lasting"));
    CHECK_TEXT(timeline.faults.items[1].label, "");
    timeline_release(&timeline);
    recorded_run_release(&run);
}

/* An old or a foreign file may say anything. */
static void test_nonsense(void)
{
    RecordedRun run = run_made_up("one", "passed");
    Timeline timeline;

    run_add_event(&run, 5, "mp9", "plane.state", "", "{\"state\":\"active\"}");
    run_add_event(&run, 5, "mp1", "plane.state", "", "{\"state\":7}");
    run_add_event(&run, 6, "engine", "step.end", "", "{}");
    run_add_event(&run, 6, "faults", "fault.cleared", "", "{\"index\":3}");
    run_add_event(&run, 6, "faults", "fault.cleared", "", "{\"index\":-3}");
    run_add_event(&run, 6, "faults", "fault.injected", "", "{\"index\":4000}");
    run_add_event(&run, 7, "dns", "dns.changed", "", "null");
    run_add_event(&run, 7, "x", "of.no.known.kind", "", "[1]");
    timeline = read(&run);
    CHECK_INTEGER(timeline.planes[0].state.count, 1);
    CHECK_TEXT(timeline.planes[0].state.items[0].look, "otherstate");
    CHECK_INTEGER(timeline.planes[1].state.count, 0);
    CHECK_CASE("it lasts", is_span(&timeline.faults, 0, 6, 7, "lasting"));
    CHECK_INTEGER(timeline.steps.count, 0);
    timeline_release(&timeline);
    recorded_run_release(&run);
}

static void test_phase_looks(void)
{
    CHECK_TEXT(timeline_phase_look("fence"), "h0");
    CHECK_TEXT(timeline_phase_look("reconnect"), "h7");
    CHECK_TEXT(timeline_phase_look("coffee"), "h8");
}

TEST_SUITE("reports/timeline", {"a failover", test_failover}, {"a rollback", test_rollback},
           {"a killed run", test_killed},
           {"a fault that strikes again", test_fault_that_strikes_again},
           {"nonsense", test_nonsense}, {"phases keep their colours", test_phase_looks});
