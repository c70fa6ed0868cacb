/*
 * tests/fakes/kubernetes/patch/gotext_test.c - values as Go prints them.
 */
#include "fakes/kubernetes/patch/gotext.h"

#include "tests/test.h"

static const struct {
    const char *json, *text;
} CASES[] = {
    {"\"a b\"",                                 "a b"                         },
    {"8080",                                    "8080"                        },
    {"0.25",                                    "0.25"                        },
    {"true",                                    "true"                        },
    {"null",                                    "<nil>"                       },
    {"[]",                                      "[]"                          },
    {"{}",                                      "map[]"                       },
    {"[1,\"a\",null]",                          "[1 a <nil>]"                 },
    {"{\"b\":[{\"d\":1}],\"a\":{\"c\":\"x\"}}", "map[a:map[c:x] b:[map[d:1]]]"},
};

static void test_values(void)
{
    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        cJSON *json = cJSON_Parse(CASES[i].json);
        Buffer text = {0};

        go_text(&text, json);
        CHECK_TEXT(text.data, CASES[i].text);
        buffer_release(&text);
        cJSON_Delete(json);
    }
}

TEST_SUITE("fakes/kubernetes/patch/gotext", {"values", test_values});
