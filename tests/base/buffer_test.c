/*
 * tests/base/buffer_test.c - bytes in at the end, out at the front.
 */
#include "base/buffer.h"

#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "tests/test.h"

static void test_wire_order(void)
{
    Buffer buffer = {0};

    buffer_add_byte(&buffer, 0x01);
    buffer_add_u16(&buffer, 0x0203);
    buffer_add_u32(&buffer, 0x04050607);
    buffer_add_u64(&buffer, 0x08090a0b0c0d0e0f);
    CHECK_INTEGER(buffer.length, 15);
    for (size_t i = 0; i < buffer.length; i++)
        CHECK_INTEGER(buffer.data[i], i + 1);
    buffer_release(&buffer);
}

static void test_text_always_ends(void)
{
    Buffer buffer = {0};
    char *taken;

    buffer_add_text(&buffer, "one");
    buffer_format(&buffer, " %s %d", "two", 3);
    CHECK_TEXT(buffer.data, "one two 3");
    buffer_eat(&buffer, 4);
    CHECK_TEXT(buffer.data, "two 3");
    buffer_clear(&buffer);
    CHECK_TEXT(buffer.data, "");
    CHECK_INTEGER(buffer.length, 0);
    taken = buffer_take(&buffer);
    CHECK_TEXT(taken, "");
    CHECK(buffer.data == NULL && buffer.capacity == 0);
    free(taken);
    taken = buffer_take(&buffer); /* never used: still a text */
    CHECK_TEXT(taken, "");
    free(taken);
}

static void test_long_format(void)
{
    Buffer buffer = {0};

    for (int i = 0; i < 100; i++)
        buffer_format(&buffer, "%0100d", i);
    CHECK_INTEGER(buffer.length, 10000);
    CHECK(strcmp(buffer.data + 9900 + 98, "99") == 0);
    buffer_release(&buffer);
}

/* Against a plain array that does the same. */
static void test_random_walk(void)
{
    enum { SIZE = 1 << 16, STEPS = 20000 };
    char *model = malloc(SIZE);
    size_t begin = 0, end = 0;
    Buffer buffer = {0};
    Random random;

    random_init(&random, 1, "buffer_test");
    for (int step = 0; step < STEPS && end + 256 < SIZE; step++) {
        char bytes[256];
        size_t length = random_below(&random, sizeof bytes);

        if (random_chance(&random, 0.5)) {
            length = length < end - begin ? length : end - begin;
            buffer_eat(&buffer, length);
            begin += length;
        } else {
            random_fill(&random, bytes, length);
            buffer_add(&buffer, bytes, length);
            memcpy(model + end, bytes, length);
            end += length;
        }
        if (!CHECK(buffer.length == end - begin))
            break;
        if (buffer.length > 0 && !CHECK(memcmp(buffer.data, model + begin, buffer.length) == 0 &&
                                        buffer.data[buffer.length] == '\0'))
            break;
    }
    CHECK(end > SIZE / 2);
    buffer_release(&buffer);
    free(model);
}

TEST_SUITE("base/buffer", {"wire order", test_wire_order},
           {"text always ends", test_text_always_ends}, {"long format", test_long_format},
           {"random walk", test_random_walk});
