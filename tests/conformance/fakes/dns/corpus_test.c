/*
 * tests/conformance/fakes/dns/corpus_test.c - the whole DNS corpus, asked of the built-in fake in both of its personalities.
 */
#include <stdio.h>
#include <string.h>

#include "cli/builtin_dns.h"
#include "conformance/fakes/dns/corpus.h"
#include "tests/test.h"

/* Only what known.yaml lists may fail. */
enum { CASES = 506, BIND_KNOWN = 2, KNOT_KNOWN = 6 };
static const char FOLDER[] = "conformance/fakes/dns";

/* What must not be is named. */
static void on_outcome(void *owner, const ParityOutcome *outcome)
{
    const char *likeness = owner;

    if (outcome->result != PARITY_PASSED && outcome->result != PARITY_KNOWN)
        printf("%s: %s/%s/%s\n", parity_result_name(outcome->result), likeness, outcome->case_name,
               outcome->request);
}

static void ask(BuiltinDns *dns, size_t index, const WireKeys *keys, size_t skipped, size_t known)
{
    ParityTally tally;
    Error err = {0};
    WireCorpusOptions options = {.keys = keys,
                                 .folder = FOLDER,
                                 .is_fake = true,
                                 .listener = on_outcome};

    options.likeness = builtin_dns_target(dns, index, &options.target);
    options.owner = (void *)options.likeness;
    CHECK(wire_corpus_run(&options, &tally, &err));
    CHECK_TEXT(err.message, "");
    CHECK_INTEGER(parity_asked(&tally), CASES - skipped);
    CHECK_INTEGER(tally.results[PARITY_SKIPPED], skipped);
    CHECK_INTEGER(tally.results[PARITY_MENDED], 0);
    CHECK_INTEGER(tally.results[PARITY_FAILED], 0);
    CHECK_INTEGER(tally.results[PARITY_PASSED], CASES - skipped - known);
}

static void test_corpus(void)
{
    BuiltinDns *dns = NULL;
    WireKeys keys;
    Error err = {0};

    CHECK(wire_keys_read("conformance/fakes/dns/keys", &keys, &err));
    if (!CHECK(builtin_dns_new(FOLDER, &keys, &dns, &err)))
        return;
    ask(dns, 0, &keys, 0, BIND_KNOWN);
    ask(dns, 1, &keys, 1, KNOT_KNOWN); /* one is a race with its time-out: sizes.yaml */
    builtin_dns_free(dns);
    wire_keys_release(&keys);
}

TEST_SUITE("conformance/fakes/dns/corpus",
           {"the built-in fake, like BIND and like Knot", test_corpus});
