/*
 * tests/fakes/postgres/standby_words_test.c - what is said inside a stream, as bytes: recorded ones, short ones, and any.
 */
#include "fakes/postgres/standby_words.h"

#include <string.h>

#include "base/random.h"
#include "tests/test.h"

/* As a walreceiver of 15.20 and its primary said them. */
static const unsigned char LOG[] = {'w',  0,    0,    0,    0,    0x0c, 0,    0,  0, 0,
                                    0,    0,    0,    0x0c, 0,    0x10, 0x18, 0,  2, 0xd1,
                                    0x36, 0x3c, 0x1a, 0x29, 0xdc, 'l',  'o',  'g'};
static const unsigned char ALIVE[] = {'k', 0, 0,    0,    0,    0x0c, 0,    0x10, 0x18,
                                      0,   2, 0xd1, 0x36, 0x3c, 0x1a, 0x29, 0xdc, 1};

static void test_read(void)
{
    PgPrimaryWord word;

    CHECK(pg_primary_word((const char *)LOG, sizeof LOG, &word, NULL));
    CHECK(word.kind == 'w' && word.start == 0xc000000 && word.end == 0xc001018);
    CHECK(word.length == 3 && memcmp(word.log, "log", 3) == 0 && !word.wants_reply);
    CHECK_INTEGER(word.sent_ms, 946684800000 + 0x2d1363c1a29dc / 1000);
    CHECK(pg_primary_word((const char *)ALIVE, sizeof ALIVE, &word, NULL));
    CHECK(word.kind == 'k' && word.end == 0xc001018 && word.wants_reply && word.length == 0);
}

/* A log of no bytes is a word; a keepalive is exactly as long as it is. */
static void test_every_length(void)
{
    PgPrimaryWord word;
    Error err;

    for (size_t length = 0; length < 25; length++)
        CHECK(!pg_primary_word((const char *)LOG, length, &word, &err));
    CHECK(pg_primary_word((const char *)LOG, 25, &word, &err) && word.length == 0);
    for (size_t length = 0; length < sizeof ALIVE; length++)
        CHECK(!pg_primary_word((const char *)ALIVE, length, &word, &err));
    CHECK_TEXT(err.message, "invalid keepalive message received from primary");
    CHECK(!pg_primary_word("x", 1, &word, &err));
    CHECK_TEXT(err.message, "invalid replication message type 120");
}

static void test_any_bytes(void)
{
    Random random;

    random_init(&random, 3, "words");
    for (int i = 0; i < 20000; i++) {
        char bytes[40];
        size_t length = random_below(&random, sizeof bytes);
        PgPrimaryWord word;

        for (size_t at = 0; at < length; at++)
            bytes[at] = (char)random_below(&random, 256);
        if (length > 0 && i % 2 == 0)
            bytes[0] = i % 4 == 0 ? 'w' : 'k';
        if (pg_primary_word(bytes, length, &word, NULL))
            CHECK(word.log + word.length == bytes + length);
    }
}

static void test_write(void)
{
    static const unsigned char STATUS[] = {'r', 0, 0, 0, 0, 0, 0,    0,    3,    0, 0, 0,
                                           0,   0, 0, 0, 2, 0, 0,    0,    0,    0, 0, 0,
                                           1,   0, 0, 0, 0, 0, 0x0f, 0x42, 0x40, 1};
    static const char NO_FEEDBACK[25] = {'h'};
    Buffer out = {0};

    pg_add_status(&out, &(PgStandbyStatus){3, 2, 1, 946684801000, true});
    CHECK(out.length == sizeof STATUS && memcmp(out.data, STATUS, sizeof STATUS) == 0);
    buffer_clear(&out);
    pg_add_no_feedback(&out, 946684800000);
    CHECK(out.length == 25 && memcmp(out.data, NO_FEEDBACK, 25) == 0);
    buffer_release(&out);
}

TEST_SUITE("fakes/postgres/standby_words", {"what a primary says", test_read},
           {"cut at every length", test_every_length}, {"any bytes", test_any_bytes},
           {"what a standby says", test_write});
