/*
 * tests/conformance/fakes/matching_test.c - every place where an answer differs is found, and no other.
 */
#include "conformance/fakes/matching.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "tests/test.h"

/* The differences as "pointer: expected|got", a line each. */
static char *differences_of(const char *expected, const char *got)
{
    Variables *variables = variables_new(false);
    Differences differences = {0};
    cJSON *one = cJSON_Parse(expected), *other = cJSON_Parse(got);
    Buffer text = {0};

    match_tree(variables, "", one, other, &differences);
    for (size_t i = 0; i < differences.count; i++)
        buffer_format(&text, "%s: %s|%s\n", differences.items[i].pointer,
                      differences.items[i].expected, differences.items[i].got);
    differences_release(&differences);
    variables_free(variables);
    cJSON_Delete(one);
    cJSON_Delete(other);
    return buffer_take(&text);
}

static void test_trees(void)
{
    static const struct {
        const char *expected, *got, *differences;
    } CASES[] = {
        {"{\"a\":1}",                                       "{\"a\":1}",                 ""                                   },
        {"{\"a\":1}",                                       "{\"a\":2}",                 "/a: 1|2\n"                          },
        {"{\"a\":1}",                                       "{\"a\":\"1\"}",             "/a: 1|\"1\"\n"                      },
        {"{\"a\":null}",                                    "{}",                        "/a: null|nothing\n"                 },
        {"{}",                                              "{\"a\":null}",              "/a: nothing|null\n"                 },
        {"{\"a\":[1,2]}",                                   "{\"a\":[2,1]}",             "/a/0: 1|2\n/a/1: 2|1\n"             },
        {"{\"a\":[1]}",                                     "{\"a\":[1,2]}",             "/a/1: nothing|2\n"                  },
        {"{\"a\":[1,2]}",                                   "{\"a\":[1]}",               "/a/1: 2|nothing\n"                  },
        {"{\"a\":1,\"b\":2}",                               "{\"b\":2,\"a\":1}",         " (order): a b|b a\n"                },
        {"{\"a\":{\"x\":1},\"b\":2}",                       "{\"b\":2,\"a\":{\"x\":2}}", "/a/x: 1|2\n"                        },
        {"{\"a/b\":1,\"c~\":1}",                            "{}",                        "/a~1b: 1|nothing\n/c~0: 1|nothing\n"},
        {"{\"a\":\"${number}\"}",                           "{\"a\":5}",                 ""                                   },
        {"{\"a\":\"${number}\"}",                           "{\"a\":true}",              "/a: \"${number}\"|true\n"           },
        {"{\"a\":\"${any}\"}",                              "{\"a\":{\"b\":1}}",         ""                                   },
        {"{\"a\":\"${any}\"}",                              "{}",                        "/a: \"${any}\"|nothing\n"           },
        {"{\"a\":\"${version 1}\",\"b\":\"${version 1}\"}", "{\"a\":\"5\",\"b\":\"6\"}",
         "/b: ${version 1} (recorded 1 was 5)|6\n"                                                                            },
        {"{\"${suffix k}\":1,\"n\":\"x-${suffix k}\"}",     "{\"n\":\"x-bcdfg\"}",
         "/${suffix k}: 1|nothing\n"                                                                                          },
        {"{\"a\":1}",                                       "[1]",                       ": {\"a\":1}|[1]\n"                  },
    };

    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        char *text = differences_of(CASES[i].expected, CASES[i].got);

        CHECK_TEXT(text, CASES[i].differences);
        free(text);
    }
}

static void test_shown(void)
{
    Differences differences = {0};

    differences_add(&differences, "/a", NULL, "\x1f\x8b");
    CHECK_TEXT(differences.items[0].expected, "nothing");
    CHECK_TEXT(differences.items[0].got, "something that is no text");
    differences_release(&differences);
    CHECK_INTEGER(differences.count, 0);
}

TEST_SUITE("conformance/fakes/matching", {"trees", test_trees}, {"what is shown", test_shown});
