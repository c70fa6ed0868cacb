/*
 * tests/base/random_test.c - streams, bounds and their known values.
 */
#include "base/random.h"

#include <stdint.h>
#include <string.h>

#include "tests/test.h"

/* xoshiro256** from the state {1, 2, 3, 4}: the authors' C code gives these. */
static void test_known_values(void)
{
    static const uint64_t EXPECTED[] = {11520, 0, 1509978240, 1215971899390074240};
    Random random = {
        {1, 2, 3, 4}
    };

    for (size_t i = 0; i < TEST_COUNT(EXPECTED); i++)
        CHECK(random_u64(&random) == EXPECTED[i]);
}

static void test_streams_are_apart(void)
{
    Random one, same, other_name, other_seed;

    random_init(&one, 42, "net");
    random_init(&same, 42, "net");
    random_init(&other_name, 42, "tls");
    random_init(&other_seed, 43, "net");
    for (int i = 0; i < 100; i++) {
        uint64_t drawn = random_u64(&one);

        CHECK(drawn == random_u64(&same));
        CHECK(drawn != random_u64(&other_name));
        CHECK(drawn != random_u64(&other_seed));
    }
}

static void test_bounds(void)
{
    Random random;
    int seen[6] = {0};

    random_init(&random, 1, "bounds");
    for (int i = 0; i < 6000; i++)
        seen[random_below(&random, 6)]++;
    for (size_t i = 0; i < TEST_COUNT(seen); i++)
        CHECK(seen[i] > 800 && seen[i] < 1200);
    for (int i = 0; i < 1000; i++) {
        int64_t drawn = random_between(&random, -3, 3);

        CHECK(drawn >= -3 && drawn <= 3);
        CHECK(!random_chance(&random, 0));
        CHECK(random_chance(&random, 1));
    }
    CHECK(random_below(&random, 1) == 0);
    CHECK(random_between(&random, 7, 7) == 7);
    random_between(&random, INT64_MIN, INT64_MAX);
}

static void test_uuid(void)
{
    Random random;
    char text[37], other[37];

    random_init(&random, 1, "uuid");
    for (int i = 0; i < 100; i++) {
        random_uuid(&random, text);
        CHECK_INTEGER(strlen(text), 36);
        CHECK(text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-');
        CHECK(text[14] == '4');
        CHECK(strchr("89ab", text[19]) != NULL);
    }
    random_uuid(&random, other);
    CHECK(strcmp(text, other) != 0);
}

static void test_fill_any_length(void)
{
    Random random;

    random_init(&random, 1, "fill");
    for (size_t length = 0; length <= 20; length++) {
        unsigned char bytes[21];

        memset(bytes, 0xa5, sizeof bytes);
        random_fill(&random, bytes, length);
        CHECK(bytes[length] == 0xa5);
    }
}

static void test_seeds_from_the_system_differ(void)
{
    CHECK(random_seed_from_system() != random_seed_from_system());
}

TEST_SUITE("base/random", {"known values", test_known_values},
           {"streams are apart", test_streams_are_apart}, {"bounds", test_bounds},
           {"uuid", test_uuid}, {"fill any length", test_fill_any_length},
           {"seeds from the system differ", test_seeds_from_the_system_differ});
