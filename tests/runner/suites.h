/*
 * tests/runner/suites.h - the suites that registered themselves, for the runner.
 *
 * Ownership: suites are static in their test files; nothing here is freed.
 */
#ifndef TESTS_RUNNER_SUITES_H
#define TESTS_RUNNER_SUITES_H

#include "tests/test.h"

/* Sorted by name, linked by next; NULL if there is none. */
TestSuite *suites_first(void);

#endif
