/*
 * tests/reports/facts_test.c - which verdict is looked at first, and what a run that lacks things is told to be.
 */
#include "reports/facts.h"

#include <string.h>

#include "tests/reports/runs.h"
#include "tests/test.h"

static void test_first_verdict(void)
{
    RecordedRun run = run_made_up("one", "failed");
    RunFacts facts;

    run_add_verdict(&run, "V1", "held", -1, "");
    run_add_verdict(&run, "budget.rto", "missed", 10, "slow");
    run_add_verdict(&run, "fault[0]", "inconclusive", -1, "never struck");
    run_add_verdict(&run, "expect.outcome", "violated", -1, "was refused");
    run_add_verdict(&run, "V3", "violated", 5000, "points nowhere");
    run_add_verdict(&run, "V4", "violated", 4000, "a token is gone");
    run_facts(&run, &facts);
    CHECK_TEXT(json_string(facts.first, "id"), "V4");
    CHECK_TEXT(facts.why, "V4: a token is gone");
    CHECK_TEXT(facts.seed, "5");
    recorded_run_release(&run);
}

static void test_of_equals_the_one_told_first(void)
{
    RecordedRun run = run_made_up("one", "budget");
    RunFacts facts;

    run_add_verdict(&run, "budget.rto", "missed", -1, "slow");
    run_add_verdict(&run, "budget.rpo", "missed", -1, "lossy");
    run_facts(&run, &facts);
    CHECK_TEXT(json_string(facts.first, "id"), "budget.rto");
    recorded_run_release(&run);
}

static void test_killed_run(void)
{
    RecordedRun run = run_of_file("killed-half-way");
    RunFacts facts;

    run_facts(&run, &facts);
    CHECK(facts.result == RUN_BROKEN);
    CHECK(strstr(facts.why, "before it could be judged") != NULL);
    CHECK_INTEGER(facts.rto_ms, -1);
    CHECK_INTEGER(facts.simulated_ms, 30600);
    CHECK_TEXT(facts.outcome, "");
    recorded_run_release(&run);
}

static void test_broken_run_that_says_why(void)
{
    RecordedRun run = run_made_up("one", "broken");
    RunFacts facts;

    json_put_string(run.end, "why", "nothing can ever happen again");
    run_facts(&run, &facts);
    CHECK_TEXT(facts.why, "nothing can ever happen again");
    recorded_run_release(&run);
}

static void test_nothing_in_it(void)
{
    RecordedRun run = {.head = cJSON_CreateObject(),
                       .events = cJSON_CreateArray(),
                       .verdicts = cJSON_CreateArray(),
                       .result = RUN_BROKEN};
    RunFacts facts;

    run_facts(&run, &facts);
    CHECK_TEXT(facts.name, "(no name)");
    CHECK_TEXT(facts.replay, "");
    CHECK(facts.first == NULL);
    recorded_run_release(&run);
}

static void test_totals(void)
{
    RunFacts facts[] = {
        {.result = RUN_PASSED, .simulated_ms = 1000, .real_ms = 2, .rto_ms = 300},
        {.result = RUN_PASSED, .simulated_ms = 3000, .real_ms = 3, .rto_ms = -1 },
        {.result = RUN_BUDGET, .simulated_ms = 1,    .real_ms = 1, .rto_ms = 900},
    };
    RunTotals totals;

    run_totals(facts, TEST_COUNT(facts), &totals);
    CHECK_INTEGER(totals.by_result[RUN_PASSED], 2);
    CHECK_INTEGER(totals.by_result[RUN_BUDGET], 1);
    CHECK_INTEGER(totals.by_result[RUN_FAILED], 0);
    CHECK_INTEGER(totals.simulated_ms, 4001);
    CHECK_INTEGER(totals.real_ms, 6);
}

TEST_SUITE("reports/facts", {"the earliest of the worst comes first", test_first_verdict},
           {"of equals the one told first", test_of_equals_the_one_told_first},
           {"a killed run", test_killed_run},
           {"a broken run that says why", test_broken_run_that_says_why},
           {"a run with nothing in it", test_nothing_in_it}, {"totals", test_totals});
