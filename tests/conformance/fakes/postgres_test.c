/*
 * tests/conformance/fakes/postgres_test.c - the whole Postgres corpus, asked of the built-in pair; and how its messages are read and kept.
 */
#include "conformance/fakes/postgres.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/builtin_postgres.h"
#include "conformance/fakes/postgres/messages.h"
#include "conformance/fakes/postgres/record.h"
#include "tests/test.h"

/* Only what known.yaml lists may fail. */
enum { EXCHANGES = 917, KNOWN = 118, CASES = 738 };

static bool begin(void *owner, const char *file, PgParityTarget *out_target, Error *err)
{
    (void)file;
    (void)err;
    builtin_postgres_begin(owner, out_target);
    return true;
}

static void end(void *owner, const char *file)
{
    (void)file;
    builtin_postgres_end(owner);
}

/* What must not be at all is named. */
static void on_outcome(void *owner, const ParityOutcome *outcome)
{
    (void)owner;
    if (outcome->result != PARITY_PASSED && outcome->result != PARITY_KNOWN)
        printf("%s: %s %" PRId64 " %s: %s\n", parity_result_name(outcome->result),
               outcome->case_name, outcome->exchange, outcome->request,
               outcome->reason ? outcome->reason : "");
}

static void test_corpus(void)
{
    BuiltinPostgres *fake = builtin_postgres_new();
    ParityTally tally;
    Error err = {0};

    CHECK(pg_parity_run(&(PgParityOptions){.loop = builtin_postgres_loop(fake),
                                           .folder = "conformance/fakes/postgres",
                                           .is_fake = true,
                                           .begin = begin,
                                           .end = end,
                                           .listener = on_outcome,
                                           .owner = fake},
                        &tally, &err));
    CHECK_TEXT(err.message, "");
    CHECK_INTEGER(tally.cases, CASES);
    CHECK_INTEGER(parity_asked(&tally), EXCHANGES);
    CHECK_INTEGER(tally.results[PARITY_SKIPPED], 0);
    CHECK_INTEGER(tally.results[PARITY_UNMADE], 0);
    CHECK_INTEGER(tally.results[PARITY_MENDED], 0);
    CHECK_INTEGER(tally.results[PARITY_FAILED], 0);
    CHECK_INTEGER(tally.results[PARITY_PASSED], EXCHANGES - KNOWN);
    builtin_postgres_free(fake);
}

static const struct {
    const char *name, *message, *bytes;
    size_t length;
} SAID[] = {
    {"Query",    "{\"Query\":\"select 1\"}",          "Q\0\0\0\rselect 1\0",                        14},
    {"Sync",     "\"Sync\"",                          "S\0\0\0\4",                                  5 },
    {"Execute",  "{\"Execute\":{\"rows\":2}}",        "E\0\0\0\t\0\0\0\0\2",                        10},
    {"Describe", "{\"Describe\":{\"portal\":\"p\"}}", "D\0\0\0\7Pp\0",                              8 },
    {"Bytes",    "{\"Bytes\":\"51 00\"}",             "Q\0",                                        2 },
    {"a NULL",   "{\"Bind\":{\"values\":[null]}}",    "B\0\0\0\20\0\0\0\0\0\1\xff\xff\xff\xff\0\0", 17},
};

static void test_saying(void)
{
    Error err = {0};
    Buffer out = {0};

    for (size_t i = 0; i < TEST_COUNT(SAID); i++) {
        cJSON *message = cJSON_Parse(SAID[i].message);

        buffer_clear(&out);
        CHECK_CASE(SAID[i].name, message_encode(message, &out, &err));
        CHECK_CASE(SAID[i].name, out.length == SAID[i].length &&
                                     memcmp(out.data, SAID[i].bytes, out.length) == 0);
        cJSON_Delete(message);
    }
    CHECK(!message_encode(&(cJSON){.type = cJSON_String, .valuestring = (char *)"Shout"}, &out,
                          &err));
    CHECK_TEXT(err.message, "there is no message \"Shout\" that a client says");
    buffer_release(&out);
}

static const struct {
    const char *bytes;
    size_t length;
    const char *message;
} HEARD[] = {
    {"Z\0\0\0\5I",                                 6,  "{\"ReadyForQuery\":\"I\"}"       },
    {"1\0\0\0\4",                                  5,  "\"ParseComplete\""               },
    {"D\0\0\0\x11\0\2\0\0\0\3abc\xff\xff\xff\xff", 18, "{\"DataRow\":[\"abc\",null]}"    },
    {"D\0\0\0\x0b\0\1\0\0\0\1\1",                  12, "{\"DataRow\":[{\"hex\":\"01\"}]}"},
    {"C\0\0\0\x08"
     "SET\0",                                 9,  "{\"CommandComplete\":\"SET\"}"   },
    {"E\0\0\0\x09SE\0\0\0",                        9,  NULL                              },
};

/* Whole, and then cut at every length: nothing is read that is not there, nothing is made of half a message. */
static void test_hearing(void)
{
    size_t used;

    for (size_t i = 0; i < TEST_COUNT(HEARD); i++) {
        cJSON *message = message_decode(HEARD[i].bytes, HEARD[i].length, &used);
        char *text = message ? json_text(message) : NULL;

        CHECK_TEXT(text, HEARD[i].message);
        for (size_t length = 0; length < HEARD[i].length; length++) {
            char *cut = memory_text_of(HEARD[i].bytes, length);

            CHECK(message_decode(cut, length, &used) == NULL);
            free(cut);
        }
        free(text);
        cJSON_Delete(message);
    }
}

static void test_recording(void)
{
    cJSON *say = cJSON_Parse("[{\"Query\":\"SELECT '0/1'::pg_lsn\"}]");
    cJSON *old = cJSON_Parse("[{\"RowDescription\":[\"n\"]},{\"DataRow\":[\"${number}\"]}]");
    cJSON *heard = cJSON_Parse("[{\"RowDescription\":[\"n oid 23 size 4 typmod -1 text\","
                               "\"lsn oid 3220 size 8 typmod -1 text\","
                               "\"said oid 3220 size 8 typmod -1 text\"]},"
                               "{\"DataRow\":[\"7\",\"0/3000060\",\"0/1\"]}]");
    char *text;

    record_answer(say, old, heard);
    text = json_text(cJSON_GetArrayItem(heard, 1));
    CHECK_TEXT(text, "{\"DataRow\":[\"${number}\",\"${lsn}\",\"0/1\"]}");
    free(text);
    cJSON_Delete(heard);
    cJSON_Delete(old);
    cJSON_Delete(say);
}

TEST_SUITE("conformance/fakes/postgres", {"saying", test_saying}, {"hearing", test_hearing},
           {"recording", test_recording}, {"the built-in pair", test_corpus});
