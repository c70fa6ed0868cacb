/*
 * tests/runner/run.h - one suite run in a process of its own, and what came of it.
 *
 * Units: milliseconds of real time, whatever the suite did to its own clock.
 * Ownership: suite_run_release frees what suite_run_start filled in.
 */
#ifndef TESTS_RUNNER_RUN_H
#define TESTS_RUNNER_RUN_H

#include <sys/types.h>

#include "tests/test.h"

typedef enum { TEST_NOT_RUN, TEST_RUNNING, TEST_PASSED, TEST_FAILED } TestState;

typedef struct {
    TestState state;
    int64_t started_ms, took_ms;
} TestResult;

typedef struct {
    const TestSuite *suite;
    TestResult *results; /* suite->count of them */
    int64_t took_ms;
    char *output;    /* what the suite printed, NUL-terminated */
    char ended[120]; /* how the process ended if it did not end well; else empty */
} SuiteRun;

/* Runs the suite to its end, or kills it (and what it started) after timeout_ms. Aborts if it cannot even fork. */
void suite_run(SuiteRun *run, const TestSuite *suite, int64_t timeout_ms);
void suite_run_release(SuiteRun *run);

/* A process that ended badly though every test passed (a leak, say) counts as one more failed test. */
size_t suite_run_passed(const SuiteRun *run);
size_t suite_run_failed(const SuiteRun *run);

#endif
