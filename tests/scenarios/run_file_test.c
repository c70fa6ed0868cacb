/*
 * tests/scenarios/run_file_test.c - what was recorded can be read back, and a run that was killed counts as broken.
 */
#include "scenarios/run_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/test.h"

static cJSON *line(const char *text)
{
    cJSON *json = NULL;

    CHECK_CASE(text, json_parse(text, strlen(text), &json, NULL));
    return json;
}

static void record(const char *path, bool ends)
{
    RunWriter *writer;
    cJSON *data = line("{\"plane\":\"mp2\"}");
    TraceEvent event = {.at_ms = 1234,
                        .lane = "mp2",
                        .kind = "plane.state",
                        .text = "says \"hi\"\n",
                        .data = data};
    Error err = {0};

    if (!CHECK(run_writer_open(path, &writer, &err)))
        return;
    run_writer_line(writer, line("{\"type\":\"run\",\"format\":1,\"seed\":7}"));
    run_writer_event(writer, &event);
    run_writer_line(writer, line("{\"type\":\"verdict\",\"id\":\"V1\",\"result\":\"held\"}"));
    if (ends)
        run_writer_line(writer,
                        line("{\"type\":\"end\",\"result\":\"budget\",\"why\":\"too slow\"}"));
    CHECK(run_writer_close(writer, &err));
    cJSON_Delete(data);
}

static void check_contents(const RecordedRun *run)
{
    CHECK_INTEGER(json_integer_or(run->head, "seed", 0), 7);
    CHECK_INTEGER(cJSON_GetArraySize(run->events), 1);
    CHECK_INTEGER(json_integer_or(run->events, "0/at", 0), 1234);
    CHECK_TEXT(json_string(run->events, "0/text"), "says \"hi\"\n");
    CHECK_TEXT(json_string(run->events, "0/data/plane"), "mp2");
    CHECK_INTEGER(cJSON_GetArraySize(run->verdicts), 1);
}

static void test_round_trip(void)
{
    char path[] = "/tmp/run-file-test-XXXXXX";
    RecordedRun run = {0};
    Error err = {0};

    close(mkstemp(path));
    record(path, true);
    if (CHECK(run_file_read(path, &run, &err))) {
        check_contents(&run);
        CHECK(run.result == RUN_BUDGET);
        CHECK_TEXT(json_string(run.end, "why"), "too slow");
    }
    recorded_run_release(&run);
    unlink(path);
}

static void test_killed(void)
{
    char path[] = "/tmp/run-file-test-XXXXXX";
    RecordedRun run = {0};
    FILE *file;
    Error err = {0};

    close(mkstemp(path));
    record(path, false);
    file = fopen(path, "a");
    fputs("{\"type\":\"event\",\"at\":99,\"la", file); /* in the middle of a line */
    fclose(file);
    if (CHECK(run_file_read(path, &run, &err))) {
        check_contents(&run);
        CHECK(run.result == RUN_BROKEN);
        CHECK(run.end == NULL);
    }
    recorded_run_release(&run);
    unlink(path);
}

static void test_refuses(void)
{
    RecordedRun run = {0};
    Error err = {0};

    CHECK(!run_file_read("/nowhere/at/all.run", &run, &err));
    CHECK(strstr(err.message, "/nowhere/at/all.run") != NULL);
    recorded_run_release(&run);
}

static const struct {
    RunResult result;
    const char *name;
    int exit_code;
} RESULTS[] = {
    {RUN_PASSED,       "passed",       0},
    {RUN_FAILED,       "failed",       1},
    {RUN_INCONCLUSIVE, "inconclusive", 3},
    {RUN_BUDGET,       "budget",       4},
    {RUN_BROKEN,       "broken",       5},
};

static void test_results(void)
{
    for (size_t i = 0; i < TEST_COUNT(RESULTS); i++) {
        CHECK_TEXT(run_result_name(RESULTS[i].result), RESULTS[i].name);
        CHECK_INTEGER(run_result_exit_code(RESULTS[i].result), RESULTS[i].exit_code);
    }
}

TEST_SUITE("scenarios/run_file", {"round trip", test_round_trip}, {"a killed run", test_killed},
           {"refuses", test_refuses}, {"results", test_results});
