/*
 * tests/conformance/rules_test.c - what is made of a check's answer, for one rule and for several.
 */
#include "conformance/rules.h"

#include <stdio.h>
#include <string.h>

#include "tests/test.h"

static int looks;

static bool check_fine(Examination *examination, Finding *finding, Error *err)
{
    (void)examination, (void)finding, (void)err;
    looks++;
    return true;
}

static bool check_broken(Examination *examination, Finding *finding, Error *err)
{
    (void)examination, (void)err;
    looks++;
    finding_refuse(finding, "F-10", "this", "that", "there", "so");
    return true;
}

static bool check_silent(Examination *examination, Finding *finding, Error *err)
{
    (void)examination, (void)finding;
    looks++;
    return error_set(err, ERR_TIMEOUT, "no answer");
}

/* A finding of a check that could not go on is no finding. */
static bool check_torn(Examination *examination, Finding *finding, Error *err)
{
    return check_broken(examination, finding, err) && check_silent(examination, finding, err);
}

static const struct {
    const char *name;
    Check *check;
    const char *breaks;
    RuleResult result;
    const char *text;
} CASES[] = {
    {"nothing found",                check_fine,   NULL,            RULE_HELD,    ""         },
    {"any finding",                  check_broken, NULL,            RULE_BROKEN,  "that"     },
    {"its own finding",              check_broken, "F-10",          RULE_BROKEN,  "that"     },
    {"its own among others",         check_broken, "F-1 F-10 F-11", RULE_BROKEN,  "that"     },
    {"another finding",              check_broken, "F-1",           RULE_UNKNOWN, "that"     },
    {"one that begins like it",      check_broken, "F-100",         RULE_UNKNOWN, "that"     },
    {"one that ends like it",        check_broken, "XF-10",         RULE_UNKNOWN, "that"     },
    {"no answer",                    check_silent, NULL,            RULE_UNKNOWN, "no answer"},
    {"no answer after it was found", check_torn,   NULL,            RULE_UNKNOWN, "no answer"},
};

static void test_judges(void)
{
    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        Rule rule = {.id = "R", .check = CASES[i].check, .breaks = CASES[i].breaks};
        Operation operation = {0};
        Examination examination = {.operation = &operation};
        RuleOutcome outcome;

        rules_run(&rule, 1, &examination, &outcome, NULL, NULL);
        CHECK_CASE(CASES[i].name, outcome.result == CASES[i].result);
        CHECK_CASE(CASES[i].name,
                   strstr(outcome.result == RULE_BROKEN ? outcome.finding.observed : outcome.why,
                          CASES[i].text) != NULL);
        CHECK_CASE(CASES[i].name, (outcome.result == RULE_UNKNOWN) == (outcome.why[0] != '\0'));
    }
}

static void run(const Rule *rules, size_t count, const bool *stop, RuleOutcome *outcomes)
{
    Operation operation = {.stop = stop};
    Examination examination = {.operation = &operation};

    looks = 0;
    rules_run(rules, count, &examination, outcomes, NULL, NULL);
}

static void test_looks_once(void)
{
    static const Rule RULES[] = {
        {.id = "A",              .check = check_broken, .breaks = "F-10"},
        {.id = "B",              .check = check_fine  },
        {.id = "C", .check = check_broken,      .breaks = "F-11"                },
    };
    RuleOutcome outcomes[3];

    run(RULES, 3, NULL, outcomes);
    CHECK_INTEGER(looks, 2);
    CHECK_INTEGER(outcomes[0].result, RULE_BROKEN);
    CHECK_INTEGER(outcomes[1].result, RULE_HELD);
    CHECK_INTEGER(outcomes[2].result, RULE_UNKNOWN);
}

static void test_needs_its_ground(void)
{
    static const Rule RULES[] = {
        {.id = "A",      .check = check_broken},
        {.id = "GROUND", .check = check_silent, .is_ground = true},
        {.id = "C",              .check = check_fine                          },
    };
    RuleOutcome outcomes[3];

    run(RULES, 3, NULL, outcomes);
    CHECK_INTEGER(looks, 2);
    CHECK_INTEGER(outcomes[0].result, RULE_BROKEN);
    CHECK_INTEGER(outcomes[2].result, RULE_UNKNOWN);
    CHECK(strstr(outcomes[2].why, "GROUND") != NULL);
}

static void count_told(void *owner, const RuleOutcome *outcome)
{
    (void)outcome;
    ++*(int *)owner;
}

static void test_stops(void)
{
    static const Rule RULE = {.id = "A", .check = check_fine};
    bool stop = true;
    Operation operation = {.stop = &stop};
    Examination examination = {.operation = &operation};
    RuleOutcome outcome;
    int told = 0;

    looks = 0;
    rules_run(&RULE, 1, &examination, &outcome, count_told, &told);
    CHECK_INTEGER(looks, 0);
    CHECK_INTEGER(told, 1);
    CHECK_INTEGER(outcome.result, RULE_UNKNOWN);
}

TEST_SUITE("conformance/rules", {"judges one answer", test_judges},
           {"looks once for several rules", test_looks_once},
           {"needs its ground", test_needs_its_ground}, {"stops", test_stops});
