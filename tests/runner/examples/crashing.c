/*
 * tests/runner/examples/crashing.c - a suite that dies in its second test, for the runner's own tests.
 */
#include <signal.h>
#include <stdio.h>

#include "tests/test.h"

static void test_before(void)
{
    CHECK(true);
}

static void test_crash(void)
{
    puts("the last words");
    raise(SIGKILL);
}

static void test_after(void)
{
    CHECK(true);
}

TEST_SUITE("examples/crashing", {"before", test_before}, {"crash", test_crash},
           {"after", test_after});
