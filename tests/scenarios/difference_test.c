/*
 * tests/scenarios/difference_test.c - where two JSON trees part, in words.
 */
#include "scenarios/difference.h"

#include <string.h>

#include "tests/test.h"

static const struct {
    const char *name, *expected, *found, *text; /* text NULL: the same */
} CASES[] = {
    {"the same",             "{\"a\":[1,{\"b\":2}]}", "{\"a\":[1,{\"b\":2}]}", NULL                      },
    {"members in any order", "{\"a\":1,\"b\":2}",     "{\"b\":2,\"a\":1}",     NULL                      },
    {"a value",              "{\"a\":{\"b\":1}}",     "{\"a\":{\"b\":0}}",     "a/b: 0, expected 1"      },
    {"a type",               "{\"a\":1}",             "{\"a\":\"1\"}",         "a: \"1\", expected 1"    },
    {"missing",              "{\"a\":1}",             "{}",                    "a: nothing, expected 1"  },
    {"too much",             "{}",                    "{\"a\":[]}",            "a: [], expected nothing" },
    {"an element",           "{\"a\":[1,2]}",         "{\"a\":[1,3]}",         "a[1]: 3, expected 2"     },
    {"an element more",      "[1]",                   "[1,2]",                 "[1]: 2, expected nothing"},
    {"the first of two",     "{\"a\":1,\"b\":1}",     "{\"a\":1,\"b\":2}",     "b: 2, expected 1"        },
};

static void test_differences(void)
{
    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        cJSON *expected = cJSON_Parse(CASES[i].expected), *found = cJSON_Parse(CASES[i].found);
        char text[200] = "";

        CHECK_CASE(CASES[i].name,
                   json_differs(expected, found, text, sizeof text) == (CASES[i].text != NULL));
        CHECK_CASE(CASES[i].name, strcmp(text, CASES[i].text ? CASES[i].text : "") == 0);
        cJSON_Delete(found);
        cJSON_Delete(expected);
    }
}

TEST_SUITE("scenarios/difference", {"differences", test_differences});
