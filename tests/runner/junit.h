/*
 * tests/runner/junit.h - the runs as a JUnit file, for CI systems that draw one.
 *
 * Source: https://github.com/testmoapp/junitxml, the common subset of what CI systems read.
 */
#ifndef TESTS_RUNNER_JUNIT_H
#define TESTS_RUNNER_JUNIT_H

#include "tests/runner/run.h"

/* False, with a line on standard error, if the file cannot be written. */
bool junit_write(const char *path, const SuiteRun *runs, size_t count);

#endif
