/*
 * tests/runner/examples/hanging.c - a suite that never ends, for the runner's own tests.
 */
#include <unistd.h>

#include "tests/test.h"

static void test_before(void)
{
    CHECK(true);
}

static void test_hang(void)
{
    for (;;)
        pause();
}

static void test_after(void)
{
    CHECK(true);
}

TEST_SUITE("examples/hanging", {"before", test_before}, {"hang", test_hang}, {"after", test_after});
