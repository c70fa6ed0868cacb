/*
 * tests/conformance/fakes/corpus_test.c - the whole parity corpus, asked of the built-in fake.
 */
#include <inttypes.h>
#include <stdio.h>

#include "cli/builtin_fake.h"
#include "tests/test.h"

/* Only what known.yaml lists may fail. */
enum { EXCHANGES = 1017, KNOWN = 37 };

static bool begin(void *owner, const char *case_name, ParityTarget *out_target, Error *err)
{
    (void)err;
    return builtin_fake_begin(owner, case_name, out_target);
}

static void end(void *owner, const char *case_name)
{
    (void)case_name;
    builtin_fake_end(owner);
}

static void collect(void *owner)
{
    builtin_fake_collect(owner);
}

static void say_log(void *owner, const char *ns, const char *pod, const char *line)
{
    builtin_fake_log(owner, ns, pod, line);
}

/* What must not be at all is named. */
static void on_outcome(void *owner, const ParityOutcome *outcome)
{
    (void)owner;
    if (outcome->result == PARITY_MENDED || outcome->result == PARITY_UNMADE)
        printf("%s: %s %" PRId64 " %s: %s\n", parity_result_name(outcome->result),
               outcome->case_name, outcome->exchange, outcome->request,
               outcome->reason ? outcome->reason : "");
}

static void test_corpus(void)
{
    BuiltinFake *fake = builtin_fake_new();
    ParityTally tally;
    Error err = {0};

    CHECK(parity_run(&(ParityOptions){.loop = builtin_fake_loop(fake),
                                      .folder = "conformance/fakes/kubernetes",
                                      .begin = begin,
                                      .end = end,
                                      .collect = collect,
                                      .log = say_log,
                                      .listener = on_outcome,
                                      .owner = fake},
                     &tally, &err));
    CHECK_TEXT(err.message, "");
    CHECK_INTEGER(parity_asked(&tally), EXCHANGES);
    CHECK_INTEGER(tally.results[PARITY_SKIPPED], 0);
    CHECK_INTEGER(tally.results[PARITY_UNMADE], 0);
    CHECK_INTEGER(tally.results[PARITY_MENDED], 0);
    CHECK_INTEGER(tally.results[PARITY_FAILED], 0);
    CHECK_INTEGER(tally.results[PARITY_PASSED], EXCHANGES - KNOWN);
    builtin_fake_free(fake);
}

TEST_SUITE("conformance/fakes/corpus", {"the built-in fake", test_corpus});
