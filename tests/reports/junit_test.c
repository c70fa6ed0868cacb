/*
 * tests/reports/junit_test.c - what CI servers trip over: equal names, long outputs, characters XML does not know.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/reports.h"
#include "tests/reports/runs.h"
#include "tests/test.h"

static void test_results(void)
{
    RecordedRun runs[] = {run_made_up("a", "passed"), run_made_up("b", "failed"),
                          run_made_up("c", "inconclusive"), run_made_up("d", "budget"),
                          run_made_up("e", "broken")};
    char *xml;

    run_add_verdict(&runs[1], "V1", "violated", 61000, "two of them");
    json_put_integer(runs[1].end, "realMs", 1234);
    xml = report_text(report_junit, runs, TEST_COUNT(runs));
    CHECK(strstr(xml, "<testsuites name=\"understudy\" tests=\"5\" failures=\"3\" errors=\"1\" "
                      "skipped=\"0\" time=\"1.234\">") != NULL);
    CHECK(strstr(
              xml,
              "<testcase classname=\"drills\" name=\"b\" file=\"drills/one.yaml\" time=\"1.234\">\n"
              "<failure type=\"failed\" message=\"V1: two of them\">V1: two of them\n"
              "at: 1:01 of the run\nseed: 5\n"
              "repeat: understudy run drills/one.yaml --seed 5\n") != NULL);
    CHECK_INTEGER(count_of(xml, "<failure type=\"inconclusive\""), 1);
    CHECK_INTEGER(count_of(xml, "<failure type=\"budget\""), 1);
    CHECK_INTEGER(count_of(xml, "<error type=\"broken\""), 1);
    free(xml);
    for (size_t i = 0; i < TEST_COUNT(runs); i++)
        recorded_run_release(&runs[i]);
}

static void test_names_are_unique(void)
{
    RecordedRun runs[] = {run_made_up("a", "passed"), run_made_up("a", "passed"),
                          run_made_up("a", "passed"), run_made_up("b", "passed")};
    char *xml;

    json_put_integer(runs[1].head, "seed", 6);
    xml = report_text(report_junit, runs, TEST_COUNT(runs));
    CHECK_INTEGER(count_of(xml, "name=\"a (seed 5) #1\""), 1);
    CHECK_INTEGER(count_of(xml, "name=\"a (seed 5) #2\""), 1);
    CHECK_INTEGER(count_of(xml, "name=\"a (seed 6)\""), 1);
    CHECK_INTEGER(count_of(xml, "name=\"b\""), 1);
    free(xml);
    for (size_t i = 0; i < TEST_COUNT(runs); i++)
        recorded_run_release(&runs[i]);
}

static void test_output_is_bounded(void)
{
    RecordedRun run = run_made_up("loud", "failed");
    char *xml;
    const char *out;

    for (int i = 0; i < 3000; i++)
        run_add_event(&run, i, "engine", "step.observed",
                      "FO12 reconnect: a <long> & tedious sentence that says nothing at all", "{}");
    run_add_event(&run, 3000, "engine", "engine.end", "the last word", "{}");
    xml = report_text(report_junit, &run, 1);
    out = strstr(xml, "<system-out>");
    CHECK((size_t)(strstr(out, "</system-out>") - out) <= 65536);
    CHECK(strstr(out, "the last word") != NULL);
    CHECK(strstr(out, "(what came before is in the run file)") != NULL);
    free(xml);
    recorded_run_release(&run);
}

static const char *const CLASSES[][2] = {
    {"a/b/c.yaml",      "classname=\"a.b\""       },
    {"/tmp/x.d/c.yaml", "classname=\"tmp.x.d\""   },
    {"../up/c.yaml",    "classname=\"up\""        },
    {"c.yaml",          "classname=\"understudy\""},
    {"",                "classname=\"understudy\""},
};

static void test_classes(void)
{
    for (size_t i = 0; i < TEST_COUNT(CLASSES); i++) {
        RecordedRun run = run_made_up("a", "passed");
        char *xml;

        json_put_string(run.head, "scenario/file", CLASSES[i][0]);
        xml = report_text(report_junit, &run, 1);
        CHECK_CASE(CLASSES[i][0], strstr(xml, CLASSES[i][1]) != NULL);
        free(xml);
        recorded_run_release(&run);
    }
}

static void test_forbidden_characters(void)
{
    RecordedRun run = run_of_file("killed-half-way");
    char *xml = report_text(report_junit, &run, 1);

    CHECK(strchr(xml, 7) == NULL);
    CHECK(strstr(xml, "name=\"killed-&lt;half-way&gt; &amp; &quot;loud&quot;\"") != NULL);
    free(xml);
    recorded_run_release(&run);
}

TEST_SUITE("reports/junit", {"each result", test_results},
           {"names are unique", test_names_are_unique},
           {"output is bounded", test_output_is_bounded}, {"class names", test_classes},
           {"forbidden characters", test_forbidden_characters});
