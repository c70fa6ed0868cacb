/*
 * tests/fakes/postgres/scram_test.c - the exchange of RFC 7677, section 3, and everything that must not pass for it.
 */
#include "fakes/postgres/scram.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "tests/test.h"

static const char FIRST[] = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
static const char NONCE[] = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
static const char FINAL[] =
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";

static void begin(Scram *scram)
{
    char *salt;
    size_t length;

    *scram = (Scram){0};
    CHECK(json_base64_decode("W22ZaJ0SNY7soEsUEjb6gQ==", &salt, &length, NULL) &&
          length == SCRAM_SALT_SIZE);
    scram_verifier_make(&scram->verifier, "pencil", (uint8_t *)salt, SCRAM_ITERATIONS);
    free(salt);
}

static void test_rfc_7677(void)
{
    Scram scram;
    PgReport report;
    bool is_right = false;
    char text[SCRAM_TEXT_MAX];

    begin(&scram);
    CHECK(scram_first(&scram, FIRST, strlen(FIRST), NONCE, &report));
    CHECK_TEXT(
        scram.server_first,
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
    CHECK(scram_final(&scram, FINAL, strlen(FINAL), &is_right, text, &report));
    CHECK(is_right);
    CHECK_TEXT(text, "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
}

static const struct {
    const char *name;
    bool is_plus, may_plus;
    const char *text;
    const char *code; /* NULL: accepted */
} FIRST_CASES[] = {
    {"Postgres' own: no user",               false, false, "n,,n=,r=abc",                      NULL   },
    {"might bind, was not offered",          false, false, "y,,n=,r=abc",                      NULL   },
    {"might bind, was offered: a downgrade", false, true,  "y,,n=,r=abc",                      "28000"},
    {"binds",                                true,  true,  "p=tls-server-end-point,,n=,r=abc", NULL   },
    {"binds to something else",              true,  true,  "p=tls-unique,,n=,r=abc",           "08P01"},
    {"binds without PLUS",                   false, true,  "p=tls-server-end-point,,n=,r=abc", "08P01"},
    {"PLUS without binding",                 true,  true,  "n,,n=,r=abc",                      "08P01"},
    {"another identity",                     false, false, "n,a=root,n=,r=abc",                "0A000"},
    {"an extension",                         false, false, "n,,m=x,n=,r=abc",                  "0A000"},
    {"no nonce",                             false, false, "n,,n=",                            "08P01"},
    {"an empty nonce",                       false, false, "n,,n=,r=",                         "08P01"},
    {"no user",                              false, false, "n,,r=abc",                         "08P01"},
    {"half a header",                        false, false, "n,",                               "08P01"},
    {"one letter",                           false, false, "n",                                "08P01"},
    {"nothing",                              false, false, "",                                 "08P01"},
    {"an unknown flag",                      false, false, "x,,n=,r=abc",                      "08P01"},
};

static void test_first(void)
{
    for (size_t i = 0; i < TEST_COUNT(FIRST_CASES); i++) {
        Scram scram = {.is_plus = FIRST_CASES[i].is_plus, .may_plus = FIRST_CASES[i].may_plus};
        PgReport report = {.code = NULL};
        bool ok =
            scram_first(&scram, FIRST_CASES[i].text, strlen(FIRST_CASES[i].text), "xyz", &report);

        CHECK_CASE(FIRST_CASES[i].name, ok == (FIRST_CASES[i].code == NULL));
        if (!ok)
            CHECK_TEXT(report.code, FIRST_CASES[i].code);
    }
}

static const struct {
    const char *name;
    const char *text;
    const char *code; /* NULL: read, and the proof is wrong */
} FINAL_CASES[] = {
    {"a wrong proof",
     "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=AHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
     NULL                                                                                                                     },
    {"another's nonce",
     "c=biws,r=rOprNGfwEbeRWgbNEkqO,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",                                   "08P01"},
    {"another binding",
     "c=eSws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
     "08P01"                                                                                                                  },
    {"a short proof",        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzb",
     "08P01"                                                                                                                  },
    {"no proof",             "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",                            "08P01"},
    {"more after the proof",
     "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=,x=1",
     "08P01"                                                                                                                  },
    {"nothing",              "",                                                                                       "08P01"},
};

static void test_final(void)
{
    for (size_t i = 0; i < TEST_COUNT(FINAL_CASES); i++) {
        Scram scram;
        PgReport report = {.code = NULL};
        bool is_right = false, ok;
        char text[SCRAM_TEXT_MAX];

        begin(&scram);
        CHECK(scram_first(&scram, FIRST, strlen(FIRST), NONCE, &report));
        ok = scram_final(&scram, FINAL_CASES[i].text, strlen(FINAL_CASES[i].text), &is_right, text,
                         &report);
        CHECK_CASE(FINAL_CASES[i].name, ok == (FINAL_CASES[i].code == NULL));
        CHECK_CASE(FINAL_CASES[i].name, !is_right);
        if (!ok)
            CHECK_TEXT(report.code, FINAL_CASES[i].code);
    }
}

/* Who is not there is not let in, even by the right proof for what was made up. */
static void test_doomed(void)
{
    Scram scram;
    PgReport report;
    bool is_right = true;
    char text[SCRAM_TEXT_MAX];

    begin(&scram);
    scram.is_doomed = true;
    CHECK(scram_first(&scram, FIRST, strlen(FIRST), NONCE, &report));
    CHECK(scram_final(&scram, FINAL, strlen(FINAL), &is_right, text, &report));
    CHECK(!is_right);
}

TEST_SUITE("fakes/postgres/scram", {"RFC 7677", test_rfc_7677}, {"first texts", test_first},
           {"last texts", test_final}, {"a doomed one", test_doomed});
