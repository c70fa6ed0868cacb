/*
 * tests/reports/summary_test.c - what programs read about all runs.
 */
#include <stdlib.h>
#include <string.h>

#include "reports/reports.h"
#include "tests/reports/runs.h"
#include "tests/test.h"

static void test_summary(void)
{
    RecordedRun runs[] = {run_of_file("operator-dead-before-promotion"),
                          run_of_file("killed-half-way")};
    char *text = report_text(report_json, runs, 2);
    cJSON *json = NULL;
    Error why = {0};

    CHECK(json_parse(text, strlen(text), &json, &why));
    CHECK_INTEGER(json_integer_or(json, "format", 0), 1);
    CHECK_INTEGER(json_integer_or(json, "totals/runs", 0), 2);
    CHECK_INTEGER(json_integer_or(json, "totals/failed", 0), 1);
    CHECK_INTEGER(json_integer_or(json, "totals/broken", 0), 1);
    CHECK_INTEGER(json_integer_or(json, "totals/passed", -1), 0);
    CHECK_TEXT(json_string(json, "runs/0/name"), "operator-dead-before-promotion");
    CHECK_TEXT(json_string(json, "runs/0/outcome"), "rolledBack");
    CHECK_INTEGER(json_integer_or(json, "runs/0/rtoMs", 0), 359500);
    CHECK_INTEGER(cJSON_GetArraySize(json_find(json, "runs/0/phases")), 3);
    CHECK_INTEGER(cJSON_GetArraySize(json_find(json, "runs/0/notHeld")), 2);
    CHECK_TEXT(json_string(json, "runs/0/notHeld/0/id"), "V6");
    CHECK(json_has(json, "runs/0/digest"));
    CHECK_TEXT(json_string(json, "runs/1/result"), "broken");
    CHECK_INTEGER(json_integer_or(json, "runs/1/rtoMs", 0), -1);
    CHECK(cJSON_IsArray(json_find(json, "runs/1/phases")));
    CHECK(!json_has(json, "runs/0/events"));
    cJSON_Delete(json);
    free(text);
    recorded_run_release(&runs[0]);
    recorded_run_release(&runs[1]);
}

static void test_bytes_that_are_no_text(void)
{
    RecordedRun run = run_made_up("a\xff", "passed");
    char *text = report_text(report_json, &run, 1);

    CHECK(strstr(text, "\"a\xef\xbf\xbd\"") != NULL);
    free(text);
    recorded_run_release(&run);
}

TEST_SUITE("reports/summary", {"totals and each run", test_summary},
           {"bytes that are no text", test_bytes_that_are_no_text});
