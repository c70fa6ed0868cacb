/*
 * tests/scenarios/crash_test.c - where an engine is to die, as text, and that it does die there and is resumed.
 */
#include "scenarios/crash.h"

#include <string.h>

#include "tests/test.h"

static const struct {
    const char *text;
    bool is_plan;
} PLANS[] = {
    {"17b",      true },
    {"17bm",     true },
    {"12j",      true },
    {"1a+3tm",   true },
    {"",         false},
    {"b",        false},
    {"0a",       false},
    {"17",       false},
    {"17x",      false},
    {"17b+",     false},
    {"17bmm",    false},
    {"1a+2a+3a", false},
};

static void test_plans(void)
{
    for (size_t i = 0; i < TEST_COUNT(PLANS); i++) {
        CrashPlan plan;
        char text[CRASH_TEXT_MAX];

        CHECK_CASE(PLANS[i].text, crash_plan_parse(PLANS[i].text, &plan, NULL) == PLANS[i].is_plan);
        if (PLANS[i].is_plan)
            CHECK_CASE(PLANS[i].text, strcmp(crash_plan_text(&plan, text), PLANS[i].text) == 0);
    }
}

/* A scenario is played once in a process; this one is the suite's. */
static void test_dies_and_is_resumed(void)
{
    Scenario *scenario = NULL;
    CrashPlan plan;
    cJSON *seen;
    const cJSON *processes;

    if (!CHECK(scenario_read("scenarios/catalogue/planned/happy-two.yaml", &scenario, NULL)) ||
        !CHECK(crash_plan_parse("4b", &plan, NULL)))
        return;
    seen = crash_play(scenario, &plan, &(StageOptions){.seed = 1, .run_file = "/dev/null"});
    processes = json_find(seen, "processes");
    CHECK_TEXT(json_string(seen, "outcome"), "completed");
    CHECK(json_bool_or(seen, "struck", false));
    CHECK_INTEGER(cJSON_GetArraySize(processes), 2);
    /* Two leases, then tsb and iam: the first process died over tsb, the second one did not do that again. */
    CHECK_INTEGER(cJSON_GetArraySize(json_find(processes, "0/effects")), 4);
    CHECK_TEXT(json_string(processes, "0/effects/3/what"), "mp1 PATCH deployments/scale tsb/tsb");
    CHECK_INTEGER(cJSON_GetObjectItemCaseSensitive(json_find(seen, "counts"),
                                                   "mp1 PATCH deployments/scale tsb/tsb")
                      ->valueint,
                  1);
    CHECK_TEXT(json_string(seen, "state/lease/mp1"), "");
    cJSON_Delete(seen);
    scenario_free(scenario);
}

TEST_SUITE("scenarios/crash", {"plans", test_plans},
           {"dies and is resumed", test_dies_and_is_resumed});
