/*
 * tests/scenarios/block_test.c - no two runs get the same block of addresses.
 */
#include "scenarios/block.h"
#include "tests/test.h"

static void test_blocks(void)
{
    int first = 0, second = 0;
    Error err = {0};

    CHECK(block_take(&first, &err));
    CHECK(block_take(&second, &err));
    CHECK(first != second);
    CHECK_INTEGER(first % 2, 0);
    CHECK_INTEGER(second % 2, 0);
}

TEST_SUITE("scenarios/block", {"blocks", test_blocks});
