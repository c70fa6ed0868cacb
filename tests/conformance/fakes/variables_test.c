/*
 * tests/conformance/fakes/variables_test.c - variables that are bound by what they meet, and what they then allow.
 */
#include "conformance/fakes/variables.h"

#include <stdlib.h>
#include <string.h>

#include "tests/test.h"

#define UID  "9b202f1c-e7cb-489f-a0cd-ce7666afc4e6"
#define UID2 "1d905aa0-260f-4328-b890-3f78eb4068b9"

static bool holds(Variables *variables, const char *pattern, const char *actual)
{
    char *why = NULL;
    bool ok = variables_match(variables, pattern, actual, &why);

    free(why);
    return ok;
}

static void test_forms(void)
{
    static const struct {
        const char *name, *pattern, *actual;
        bool holds;
    } CASES[] = {
        {"no variable",                     "abc",             "abc",                                  true },
        {"no variable, other text",         "abc",             "abd",                                  false},
        {"what only looks like one",        "${HOME} ${x",     "${HOME} ${x",                          true },
        {"a uid",                           "${uid}",          UID,                                    true },
        {"an upper-case uid",               "${uid}",          "9B202F1C-e7cb-489f-a0cd-ce7666afc4e6", false},
        {"text around",                     "UID (${uid}) is", "UID (" UID ") is",                     true },
        {"text around, and more",           "UID (${uid}) is", "UID (" UID ") is not",                 false},
        {"two in a text",                   "${uid}/${time}",  UID "/2026-11-21T00:16:21Z",            true },
        {"a time",                          "${time}",         "2026-11-21T00:16:21Z",                 true },
        {"a time with a fraction",          "${time}",         "2026-11-21T00:16:21.5Z",               false},
        {"a time with an offset",           "${time}",         "2026-11-21T00:16:21+00:00",            false},
        {"a micro time",                    "${microtime}",    "2026-11-21T00:16:21.000000Z",          true },
        {"a micro time without a fraction", "${microtime}",    "2026-11-21T00:16:21Z",                 false},
        {"an HTTP date",                    "${httpdate}",     "Sat, 21 Nov 2026 00:16:24 GMT",        true },
        {"no HTTP date",                    "${httpdate}",     "2026-11-21T00:16:21Z",                 false},
        {"an age",                          "${age}",          "2m49s",                                true },
        {"no age",                          "${age}",          "<unknown>",                            false},
        {"a number",                        "${number}",       "17",                                   true },
        {"no number",                       "${number}",       "x",                                    false},
        {"anything",                        "a${any}z",        "a b c z",                              true },
        {"anything, but another end",       "a${any}z",        "a b c",                                false},
        {"a generated name",                "gen-${suffix 1}", "gen-4c8nv",                            true },
        {"a generated name with a vowel",   "gen-${suffix 1}", "gen-4a8nv",                            false},
        {"an entity tag",                   "${etag 1}",       "\"7E2E\"",                             true },
        {"no entity tag",                   "${etag 1}",       "7E2E",                                 false},
    };

    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        Variables *variables = variables_new(false);

        CHECK_CASE(CASES[i].name,
                   holds(variables, CASES[i].pattern, CASES[i].actual) == CASES[i].holds);
        variables_free(variables);
    }
}

static void test_equal_stays_equal(void)
{
    Variables *variables = variables_new(false);

    CHECK(holds(variables, "${uid a}", UID));
    CHECK(holds(variables, "${uid a}", UID));
    CHECK(!holds(variables, "${uid a}", UID2));
    CHECK(!holds(variables, "${uid b}", UID)); /* two names never mean one value */
    CHECK(holds(variables, "${uid c}", UID2));
    variables_free(variables);
}

/* A row is matched after those before it. */
static void test_versions(void)
{
    static const struct {
        const char *name, *pattern, *actual;
        bool is_shared, holds;
    } CASES[] = {
        {"the first",                             "${version 220}", "7",  false, true },
        {"a later one is higher",                 "${version 300}", "9",  false, true },
        {"one between is between",                "${version 250}", "8",  false, true },
        {"one between is not above",              "${version 260}", "10", false, false},
        {"the same again",                        "${version 220}", "7",  false, true },
        {"the same with another value",           "${version 220}", "8",  false, false},
        {"a counter is at least what it counted", "${counter 400}", "12", false, true },
        {"a counter is not behind",               "${counter 410}", "6",  false, false},
        {"a counter of its own stays",            "${counter 400}", "13", false, false},
        {"a watch cache may be ahead",            "${cached 300}",  "11", false, true },
        {"no number",                             "${version 500}", "x",  false, false},
    };
    Variables *variables = variables_new(false);

    for (size_t i = 0; i < TEST_COUNT(CASES); i++)
        CHECK_CASE(CASES[i].name,
                   holds(variables, CASES[i].pattern, CASES[i].actual) == CASES[i].holds);
    variables_free(variables);
    variables = variables_new(true);
    CHECK(holds(variables, "${counter 400}", "9"));
    CHECK(holds(variables, "${counter 400}", "11")); /* others write there too */
    CHECK(!holds(variables, "${counter 400}", "8"));
    variables_free(variables);
}

static void test_generations(void)
{
    Variables *variables = variables_new(false);

    CHECK(holds(variables, "${generation tsb 6}", "1"));
    CHECK(holds(variables, "${generation tsb 8}", "3"));
    CHECK(!holds(variables, "${generation tsb 8}", "4"));
    CHECK(holds(variables, "${generation iam 8}", "1"));
    variables_free(variables);
}

static void check_text(const char *actual, const char *expected)
{
    CHECK_TEXT(actual, expected);
}

static void test_meaning(void)
{
    Variables *variables = variables_new(false);
    cJSON *pattern = cJSON_Parse("{\"k ${uid a}\":[\"${generation g 2}\",\"${uid a}\",true]}"),
          *tree;
    char *texts[6], *json;

    CHECK(holds(variables, "${uid a} ${continue 1} ${version 5} ${generation g 1}",
                UID " a/b= 17 4"));
    texts[0] = variables_text(variables, "uid=${uid a}");
    texts[1] = variables_target(variables, "?continue=${continue 1}&x=/");
    texts[2] = variables_text(variables, "${version 6}");
    texts[3] = variables_text(variables, "${continue 2}");
    texts[4] = variables_text(variables, "${fill 3}");
    texts[5] = variables_text(variables, "${uid unseen}");
    check_text(texts[0], "uid=" UID);
    check_text(texts[1], "?continue=a%2Fb%3D&x=/");
    check_text(texts[2], "17"); /* the latest that was seen */
    check_text(texts[3], "${continue 2}");
    check_text(texts[4], "AAA");
    CHECK(holds(variables, "${uid unseen}", texts[5])); /* made up, and kept */
    tree = variables_tree(variables, pattern);
    json = json_text(tree);
    check_text(json, "{\"k " UID "\":[5,\"" UID "\",true]}");
    free(json);
    for (size_t i = 0; i < TEST_COUNT(texts); i++)
        free(texts[i]);
    cJSON_Delete(tree);
    cJSON_Delete(pattern);
    variables_free(variables);
}

static void test_why(void)
{
    Variables *variables = variables_new(false);
    char *why = NULL;

    CHECK(variables_match(variables, "${uid a}", UID, &why));
    CHECK(!variables_match(variables, "${uid a}", UID2, &why));
    CHECK_TEXT(why, "\"a\" was " UID);
    free(why);
    CHECK(!variables_match(variables, "plain", "other", &why));
    CHECK_TEXT(why, NULL);
    variables_free(variables);
}

TEST_SUITE("conformance/fakes/variables", {"forms", test_forms},
           {"equal stays equal", test_equal_stays_equal}, {"versions", test_versions},
           {"generations", test_generations}, {"what they mean", test_meaning},
           {"why not", test_why});
