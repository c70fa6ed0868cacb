/*
 * tests/base/arena_test.c - memory that goes away together.
 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include "tests/test.h"

static void test_aligned_and_zeroed(void)
{
    Arena arena = {0};

    for (size_t size = 0; size < 3000; size += 7) {
        unsigned char *bytes = arena_new(&arena, size);

        CHECK((uintptr_t)bytes % alignof(max_align_t) == 0);
        for (size_t i = 0; i < size; i++)
            if (bytes[i] != 0 && !CHECK(!"not zeroed"))
                break;
        memset(bytes, 0xff, size);
    }
    arena_reset(&arena);
    CHECK(*(unsigned char *)arena_new(&arena, 1) == 0);
    arena_release(&arena);
    CHECK(arena.blocks == NULL);
}

static void test_larger_than_a_block(void)
{
    Arena arena = {0};
    char *small = arena_text(&arena, "small");
    char *large = arena_new(&arena, 1 << 20);

    memset(large, 'x', 1 << 20);
    CHECK_TEXT(small, "small");
    arena_release(&arena);
}

static void test_texts(void)
{
    Arena arena = {0};

    CHECK_TEXT(arena_text(&arena, "word"), "word");
    CHECK(arena_text(&arena, NULL) == NULL);
    CHECK_TEXT(arena_text_of(&arena, "word", 2), "wo");
    CHECK_TEXT(arena_text_of(&arena, "", 0), "");
    CHECK_TEXT(arena_format(&arena, "%s-%04d", "cp", 7), "cp-0007");
    arena_reset(&arena);
    arena_reset(&(Arena){0});
    arena_release(&arena);
}

TEST_SUITE("base/arena", {"aligned and zeroed", test_aligned_and_zeroed},
           {"larger than a block", test_larger_than_a_block}, {"texts", test_texts});
