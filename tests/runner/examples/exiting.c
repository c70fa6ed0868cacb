/*
 * tests/runner/examples/exiting.c - a suite whose tests pass and whose process ends badly, as with a leak.
 */
#include <stdlib.h>
#include <unistd.h>

#include "tests/test.h"

static void end_badly(void)
{
    _exit(23);
}

static void test_passing(void)
{
    CHECK(atexit(end_badly) == 0);
}

TEST_SUITE("examples/exiting", {"passing", test_passing});
