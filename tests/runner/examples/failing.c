/*
 * tests/runner/examples/failing.c - a suite that must fail, for the runner's own tests.
 */
#include "tests/test.h"

static void test_fine(void)
{
    CHECK(true);
}

static void test_wrong(void)
{
    CHECK_CASE("one and one", 1 + 1 == 3);
    CHECK_TEXT("west", "east");
    CHECK_INTEGER(41, 42);
}

TEST_SUITE("examples/failing", {"fine", test_fine}, {"wrong", test_wrong});
