/*
 * tests/runner/examples/passing.c - a suite that prints and passes, for the runner's own tests.
 */
#include <stdio.h>

#include "tests/test.h"

static void test_passing(void)
{
    puts("chatter");
    CHECK(true);
}

static void test_equal_texts(void)
{
    CHECK_TEXT(NULL, NULL);
    CHECK_TEXT("east", "east");
    CHECK_INTEGER(INTMAX_MIN, INTMAX_MIN);
}

TEST_SUITE("examples/passing", {"passing", test_passing}, {"equal texts", test_equal_texts});
