/*
 * tests/scenarios/runner_test.c - scenarios side by side: in order, apart from each other, and what breaks is told as broken.
 */
#include "scenarios/runner.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "tests/test.h"

enum { RUNS_MAX = 8 };

typedef struct {
    char names[RUNS_MAX][64], why[RUNS_MAX][200], digest[RUNS_MAX][80];
    RunResult results[RUNS_MAX];
    size_t count;
} Told;

static void on_report(void *owner, const RunnerReport *report)
{
    Told *told = owner;

    if (!CHECK(told->count < RUNS_MAX))
        return;
    snprintf(told->names[told->count], 64, "%s", report->name);
    snprintf(told->why[told->count], 200, "%.199s", report->why ? report->why : "");
    snprintf(told->digest[told->count], 80, "%s", json_string_or(report->end, "digest", ""));
    told->results[told->count++] = report->result;
}

static void remove_folder(const char *folder)
{
    DIR *entries = opendir(folder);
    struct dirent *entry;

    while (entries && (entry = readdir(entries))) {
        char *path = memory_format("%s/%s", folder, entry->d_name);

        unlink(path);
        free(path);
    }
    if (entries)
        closedir(entries);
    rmdir(folder);
}

static void run(const char *const *paths, size_t count, int64_t limit_ms, Told *told)
{
    char folder[] = "/tmp/runner-test-XXXXXX";
    RunnerOptions options = {.seed = 3, .jobs = 2, .limit_real_ms = limit_ms};
    Error err = {0};

    CHECK(mkdtemp(folder) != NULL);
    options.runs_folder = folder;
    options.program = "test";
    *told = (Told){0};
    CHECK(runner_run(&options, paths, count, on_report, NULL, told, &err));
    CHECK_INTEGER(told->count, count);
    remove_folder(folder);
}

/* The first takes longest. */
static void test_in_order(void)
{
    static const char *const PATHS[] =
        {"scenarios/catalogue/planned/happy-forty.yaml",
         "scenarios/catalogue/preconditions/one-cluster-twice.yaml",
         "scenarios/catalogue/replication/replay-paused-before.yaml"};
    static const char *const NAMES[] = {"happy-forty", "one-cluster-twice", "replay-paused-before"};
    Told told;

    run(PATHS, 3, 0, &told);
    for (size_t i = 0; i < 3; i++) {
        CHECK_TEXT(told.names[i], NAMES[i]);
        CHECK_CASE(NAMES[i], told.results[i] == RUN_PASSED);
    }
}

static void test_same_again(void)
{
    static const char *const PATHS[] = {"scenarios/catalogue/planned/happy-two.yaml",
                                        "scenarios/catalogue/tokens/operator-asleep.yaml"};
    Told first, second;

    run(PATHS, 2, 0, &first);
    run(PATHS, 2, 0, &second);
    for (size_t i = 0; i < 2; i++) {
        CHECK(first.digest[i][0] != '\0');
        CHECK_TEXT(second.digest[i], first.digest[i]);
    }
}

static void test_unreadable(void)
{
    char path[] = "/tmp/runner-test-XXXXXX.yaml";
    const char *const paths[] = {path, "scenarios/catalogue/preconditions/one-cluster-twice.yaml"};
    Told told;
    int fd = mkstemps(path, 5);

    CHECK(write(fd, "kind: Nonsense\n", 15) == 15);
    close(fd);
    run(paths, 2, 0, &told);
    CHECK(told.results[0] == RUN_BROKEN);
    CHECK(told.why[0][0] != '\0');
    CHECK(told.results[1] == RUN_PASSED); /* one that breaks does not stop the others */
    unlink(path);
}

static void test_too_slow(void)
{
    static const char *const PATHS[] = {"scenarios/catalogue/planned/happy-thousand.yaml",
                                        "scenarios/catalogue/preconditions/one-cluster-twice.yaml"};
    Told told;

    run(PATHS, 2, 150, &told);
    CHECK(told.results[0] == RUN_BROKEN);
    CHECK(strstr(told.why[0], "real time") != NULL);
}

TEST_SUITE("scenarios/runner", {"in the order of paths", test_in_order},
           {"the same again", test_same_again}, {"a file that cannot be read", test_unreadable},
           {"one that takes too long", test_too_slow});
