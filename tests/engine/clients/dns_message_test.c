/*
 * tests/engine/clients/dns_message_test.c - any bytes as the answer of a name server: mutated, and cut at every length.
 *
 * The mutations are the seed's. `make fuzz` looks for more, from tests/fuzz/dns_answer.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/memory.h"
#include "tests/engine/clients/any_answer.h"
#include "tests/mutations.h"
#include "tests/test.h"

enum { MUTATIONS = 5000 };

static const char *const FILES[] = {
    "tests/fuzz/dns_answer/alias",     "tests/fuzz/dns_answer/none",
    "tests/fuzz/dns_answer/refused",   "tests/fuzz/dns_answer/update",
    "tests/fuzz/dns_answer/truncated", "tests/fuzz/dns_answer/denied-and-shown",
};

/* In memory of just that size, so that what reads on is seen. */
static bool holds(const Buffer *question, const char *bytes, size_t length)
{
    char *exact = memory_resize(NULL, length > 0 ? length : 1, 1);
    const char *wrong;

    memcpy(exact, bytes, length);
    wrong = any_engine_answer(question, exact, length);
    free(exact);
    if (wrong != NULL)
        fprintf(stderr, "does not hold: %s\n", wrong);
    return CHECK(wrong == NULL);
}

static void test_every_length(void)
{
    Buffer question = {0};

    CHECK(any_question(DNS_RECORD_A, &question));
    for (size_t i = 0; i < TEST_COUNT(FILES); i++) {
        char *text = NULL;
        size_t whole = 0;
        bool ok = CHECK_CASE(FILES[i], file_read(FILES[i], &text, &whole, NULL));

        for (size_t length = 0; length <= whole && ok; length++) {
            ok = holds(&question, text, length);
            CHECK(length == whole || !dns_message_is_answer(text, length, &question));
        }
        free(text);
    }
    buffer_release(&question);
}

static void test_mutations(void)
{
    Buffer question = {0};
    Random random;

    CHECK(any_question(DNS_RECORD_A, &question));
    random_init(&random, 1, "dns-answers");
    for (size_t i = 0; i < TEST_COUNT(FILES); i++) {
        char *text = NULL;
        size_t whole = 0;
        bool ok = CHECK_CASE(FILES[i], file_read(FILES[i], &text, &whole, NULL));
        uint8_t *bytes = memory_resize(NULL, whole + 1, 1);

        for (int k = 0; k < MUTATIONS && ok; k++) {
            size_t length = whole;

            memcpy(bytes, text, whole);
            for (uint64_t times = random_below(&random, 4) + 1; times-- > 0;)
                mutate_bytes(&random, bytes, &length);
            ok = holds(&question, (const char *)bytes, length);
        }
        free(bytes);
        free(text);
    }
    buffer_release(&question);
}

TEST_SUITE("engine/clients/dns_message", {"every length", test_every_length},
           {"mutations", test_mutations});
