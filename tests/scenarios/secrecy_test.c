/*
 * tests/scenarios/secrecy_test.c - a secret is found wherever it stands, and nothing else is taken for one.
 */
#include "scenarios/secrecy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tests/test.h"

static const char PEM[] = "-----BEGIN EC PRIVATE KEY-----\n"
                          "MHcCAQEEIEhLlsaJ2zv7bSYcXp0O9o5F6oAoGCCqGSM49\n"
                          "AwEHoUQDQgAE\n"
                          "-----END EC PRIVATE KEY-----\n";
static const char *const SECRETS[] =
    {"hunter2", "correct-horse-battery", "correct-horse-saddle", PEM, "", "eightchr", NULL};

static const struct {
    const char *name, *text;
    bool is_broken;
} TEXTS[] = {
    {"nothing",                  "",                                                         false},
    {"less than a beginning",    "correct",                                                  false},
    {"a common sentence",        "{\"text\":\"deployment/tsb: 0 of 1 ready\"}",              false},
    {"a whole secret",           "correct-horse-battery",                                    true },
    {"in the middle",            "{\"text\":\"password correct-horse-saddle was refused\"}", true },
    {"at the end",               "x: correct-horse-battery",                                 true },
    {"cut off at the end",       "x: correct-horse-batter",                                  false},
    {"another one's beginning",  "correct-horse-cart",                                       false},
    {"a short one",              "a=hunter2;",                                               true },
    {"most of a short one",      "hunter",                                                   false},
    {"exactly eight",            "<eightchr>",                                               true },
    {"a PEM file's line",        "key MHcCAQEEIEhLlsaJ2zv7bSYcXp0O9o5F6oAoGCCqGSM49\\nAwEH", true },
    {"that there is a PEM file", "a PEM file begins with -----BEGIN EC PRIVATE KEY-----",    false},
    {"any token",                "Bearer eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln",         true },
    {"a word like a token",      "eyJust a word.",                                           false},
};

static void test_texts(void)
{
    Secrecy *secrecy = secrecy_new(SECRETS);

    for (size_t i = 0; i < TEST_COUNT(TEXTS); i++)
        CHECK_CASE(TEXTS[i].name, secrecy_is_broken(secrecy, TEXTS[i].text) == TEXTS[i].is_broken);
    secrecy_free(secrecy);
    secrecy_free(NULL);
}

static void test_no_secrets(void)
{
    static const char *const NONE[] = {NULL};
    Secrecy *secrecy = secrecy_new(NONE);

    CHECK(!secrecy_is_broken(secrecy, "correct-horse-battery"));
    secrecy_free(secrecy);
}

/* Each of many is found at each place. */
static void test_many(void)
{
    enum { MANY = 3000 };
    char *secrets[MANY + 1] = {NULL};
    Secrecy *secrecy;

    for (int i = 0; i < MANY; i++)
        secrets[i] = memory_format("%08x-key", (unsigned)i * 2654435761u);
    secrecy = secrecy_new((const char *const *)secrets);
    for (int i = 0; i < MANY; i++) {
        char text[64];

        snprintf(text, sizeof text, "%.*s%s!", i % 20, "....................", secrets[i]);
        CHECK(secrecy_is_broken(secrecy, text));
        text[strlen(text) - 2] = 'Y';
        CHECK(!secrecy_is_broken(secrecy, text));
    }
    secrecy_free(secrecy);
    for (int i = 0; i < MANY; i++)
        free(secrets[i]);
}

TEST_SUITE("scenarios/secrecy", {"texts", test_texts}, {"no secrets", test_no_secrets},
           {"many", test_many});
