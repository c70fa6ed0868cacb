/*
 * tests/reports/html_test.c - the page stands alone, says what it must, escapes what it is given, and stays small.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "reports/reports.h"
#include "tests/reports/runs.h"
#include "tests/test.h"

static char *page_of_folder(void)
{
    RecordedRun *runs = NULL;
    size_t count = 0;
    Error why = {0};
    char *page;

    CHECK(report_read_folder(RUNS_FOLDER, &runs, &count, &why));
    page = report_text(report_html, runs, count);
    for (size_t i = 0; i < count; i++)
        recorded_run_release(&runs[i]);
    free(runs);
    return page;
}

static const char *const SAID[] = {
    "2 of 5 scenarios passed",
    "V6 violated: a rollback or refusal leaves everything exactly as it was",
    "understudy run scenarios/catalogue/promotion/operator-dead-before-promotion.yaml --seed 23",
    "fault[0]: loseReply never struck",
    "copy the secret from mp1 to mp2",
    "The engine fences MP1",
    "prefers-color-scheme:dark",
    "@media print",
    "id=\"run-5\"",
    "href=\"#run-5\"",
};

static void test_says(void)
{
    char *page = page_of_folder();

    for (size_t i = 0; i < TEST_COUNT(SAID); i++)
        CHECK_CASE(SAID[i], strstr(page, SAID[i]) != NULL);
    CHECK_INTEGER(count_of(page, "<svg class=\"timeline\""), 5);
    free(page);
}

static const char *const FORBIDDEN[] = {"http:", "https:",        "src=",    "@import",
                                        "<link", "<script>alert", "<b>bold", "\x07"};

static void test_stands_alone(void)
{
    char *page = page_of_folder();

    for (size_t i = 0; i < TEST_COUNT(FORBIDDEN); i++)
        CHECK_CASE(FORBIDDEN[i], strstr(page, FORBIDDEN[i]) == NULL);
    CHECK_INTEGER(count_of(page, "url("), count_of(page, "url(#"));
    CHECK_INTEGER(count_of(page, "<script"), 1);
    CHECK_INTEGER(count_of(page, "</script"), 1);
    free(page);
}

static void test_same_in_same_out(void)
{
    char *first = page_of_folder(), *second = page_of_folder();

    CHECK(strcmp(first, second) == 0);
    free(first);
    free(second);
}

static void test_catalogue_stays_small(void)
{
    enum { COUNT = 150 };
    RecordedRun one = run_of_file("planned-three-clusters");
    RecordedRun runs[COUNT];
    char *page;

    for (int i = 0; i < 5000; i++)
        run_add_event(&one, 500000 + i, "cp-0001", "edge.state",
                      "cp-0001: edge disconnected (mp2): dial tcp 127.80.1.1:8443: refused",
                      "{\"state\":\"disconnected\"}");
    for (int i = 0; i < COUNT; i++)
        runs[i] = one;
    page = report_text(report_html, runs, COUNT);
    CHECK(strlen(page) < 10000000);
    CHECK_INTEGER(count_of(page, "<details class=\"run\""), COUNT);
    CHECK_INTEGER(count_of(page, "most telling of 51"), COUNT);
    free(page);
    recorded_run_release(&one);
}

/* Of a sweep's thousand, all that failed are drawn before any that passed. */
static void test_sweep(void)
{
    enum { COUNT = 1000 };
    RecordedRun passed = run_made_up("fine", "passed"), failed = run_made_up("torn", "failed");
    RecordedRun *runs = memory_new(COUNT, sizeof *runs);
    char *page;

    for (int i = 0; i < COUNT; i++)
        runs[i] = i < COUNT - 3 ? passed : failed;
    page = report_text(report_html, runs, COUNT);
    CHECK_INTEGER(count_of(page, "<details class=\"run\" open"), 3);
    CHECK_INTEGER(count_of(page, "<details class=\"run\""), 200);
    CHECK(strstr(page, "800 more runs") != NULL);
    free(page);
    free(runs);
    recorded_run_release(&passed);
    recorded_run_release(&failed);
}

static void test_no_runs(void)
{
    char *page = report_text(report_html, NULL, 0);

    CHECK(strstr(page, "0 of 0 scenarios passed") != NULL);
    free(page);
}

static void test_nowhere_to_write(void)
{
    Error why = {0};

    CHECK(!report_html(NULL, 0, "/nonexistent/folder/index.html", &why));
    CHECK(why.code == ERR_IO);
}

TEST_SUITE("reports/html", {"says what it must", test_says}, {"stands alone", test_stands_alone},
           {"same in, same out", test_same_in_same_out},
           {"a catalogue stays small", test_catalogue_stays_small}, {"a sweep", test_sweep},
           {"no runs", test_no_runs}, {"nowhere to write", test_nowhere_to_write});
