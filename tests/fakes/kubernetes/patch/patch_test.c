/*
 * tests/fakes/kubernetes/patch/patch_test.c - the examples of the RFCs, and what the API server does otherwise.
 */
#include "fakes/kubernetes/patch/patch.h"

#include <stdlib.h>

#include "tests/test.h"

/* RFC 7396, appendix A; then Kubernetes: nulls inside arrays. */
static const struct {
    const char *target, *patch, *expected;
} MERGE_CASES[] = {
    {"{\"a\":\"b\"}",             "{\"a\":\"c\"}",                    "{\"a\":\"c\"}"            },
    {"{\"a\":\"b\"}",             "{\"b\":\"c\"}",                    "{\"a\":\"b\",\"b\":\"c\"}"},
    {"{\"a\":\"b\"}",             "{\"a\":null}",                     "{}"                       },
    {"{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}",                     "{\"b\":\"c\"}"            },
    {"{\"a\":[\"b\"]}",           "{\"a\":\"c\"}",                    "{\"a\":\"c\"}"            },
    {"{\"a\":\"c\"}",             "{\"a\":[\"b\"]}",                  "{\"a\":[\"b\"]}"          },
    {"{\"a\":{\"b\":\"c\"}}",     "{\"a\":{\"b\":\"d\",\"c\":null}}", "{\"a\":{\"b\":\"d\"}}"    },
    {"{\"a\":[{\"b\":\"c\"}]}",   "{\"a\":[1]}",                      "{\"a\":[1]}"              },
    {"[\"a\",\"b\"]",             "[\"c\",\"d\"]",                    "[\"c\",\"d\"]"            },
    {"{\"a\":\"b\"}",             "[\"c\"]",                          "[\"c\"]"                  },
    {"{\"a\":\"foo\"}",           "null",                             "null"                     },
    {"{\"a\":\"foo\"}",           "\"bar\"",                          "\"bar\""                  },
    {"{\"e\":null}",              "{\"a\":1}",                        "{\"e\":null,\"a\":1}"     },
    {"[1,2]",                     "{\"a\":\"b\",\"c\":null}",         "{\"a\":\"b\"}"            },
    {"{}",                        "{\"a\":{\"bb\":{\"ccc\":null}}}",  "{\"a\":{\"bb\":{}}}"      },
    {"{}",                        "{\"k\":[null,{\"a\":null}]}",      "{\"k\":[null,{}]}"        },
};

static void test_merges(void)
{
    for (size_t i = 0; i < TEST_COUNT(MERGE_CASES); i++) {
        cJSON *patch = cJSON_Parse(MERGE_CASES[i].patch);
        cJSON *result = patch_merge(cJSON_Parse(MERGE_CASES[i].target), patch);
        cJSON *expected = cJSON_Parse(MERGE_CASES[i].expected);

        CHECK_CASE(MERGE_CASES[i].patch, json_equal(result, expected));
        cJSON_Delete(patch);
        cJSON_Delete(result);
        cJSON_Delete(expected);
    }
}

/* RFC 6902, appendix A. expected NULL: it must fail, and leave everything as it was. */
static const struct {
    const char *name, *target, *patch, *expected;
} JSON_CASES[] = {
    {"A.1 adding an object member",                 "{\"foo\":\"bar\"}",
     "[{\"op\":\"add\",\"path\":\"/baz\",\"value\":\"qux\"}]",                                                                                                              "{\"baz\":\"qux\",\"foo\":\"bar\"}"              },
    {"A.2 adding an array element",                 "{\"foo\":[\"bar\",\"baz\"]}",
     "[{\"op\":\"add\",\"path\":\"/foo/1\",\"value\":\"qux\"}]",                                                                                                            "{\"foo\":[\"bar\",\"qux\",\"baz\"]}"            },
    {"A.3 removing an object member",               "{\"baz\":\"qux\",\"foo\":\"bar\"}",
     "[{\"op\":\"remove\",\"path\":\"/baz\"}]",                                                                                                                             "{\"foo\":\"bar\"}"                              },
    {"A.4 removing an array element",               "{\"foo\":[\"bar\",\"qux\",\"baz\"]}",
     "[{\"op\":\"remove\",\"path\":\"/foo/1\"}]",                                                                                                                           "{\"foo\":[\"bar\",\"baz\"]}"                    },
    {"A.5 replacing a value",                       "{\"baz\":\"qux\",\"foo\":\"bar\"}",
     "[{\"op\":\"replace\",\"path\":\"/baz\",\"value\":\"boo\"}]",                                                                                                          "{\"baz\":\"boo\",\"foo\":\"bar\"}"              },
    {"A.6 moving a value",
     "{\"foo\":{\"bar\":\"baz\",\"waldo\":\"fred\"},\"qux\":{\"corge\":\"grault\"}}",                 "[{\"op\":\"move\",\"from\":\"/foo/waldo\",\"path\":\"/qux/thud\"}]",
     "{\"foo\":{\"bar\":\"baz\"},\"qux\":{\"corge\":\"grault\",\"thud\":\"fred\"}}"                                                                                                                                          },
    {"A.7 moving an array element",                 "{\"foo\":[\"all\",\"grass\",\"cows\",\"eat\"]}",
     "[{\"op\":\"move\",\"from\":\"/foo/1\",\"path\":\"/foo/3\"}]",                                                                                                         "{\"foo\":[\"all\",\"cows\",\"eat\",\"grass\"]}" },
    {"A.8 testing a value: success",                "{\"baz\":\"qux\",\"foo\":[\"a\",2,\"c\"]}",
     "[{\"op\":\"test\",\"path\":\"/baz\",\"value\":\"qux\"},"
     "{\"op\":\"test\",\"path\":\"/foo/1\",\"value\":2}]",                                                                                                                  "{\"baz\":\"qux\",\"foo\":[\"a\",2,\"c\"]}"      },
    {"A.9 testing a value: error",                  "{\"baz\":\"qux\"}",
     "[{\"op\":\"test\",\"path\":\"/baz\",\"value\":\"bar\"}]",                                                                                                             NULL                                             },
    {"A.10 adding a nested member object",          "{\"foo\":\"bar\"}",
     "[{\"op\":\"add\",\"path\":\"/child\",\"value\":{\"grandchild\":{}}}]",                                                                                                "{\"foo\":\"bar\",\"child\":{\"grandchild\":{}}}"},
    {"A.11 ignoring unrecognized elements",         "{\"foo\":\"bar\"}",
     "[{\"op\":\"add\",\"path\":\"/baz\",\"value\":\"qux\",\"xyz\":123}]",                                                                                                  "{\"foo\":\"bar\",\"baz\":\"qux\"}"              },
    {"A.12 adding to a nonexistent target",         "{\"foo\":\"bar\"}",
     "[{\"op\":\"add\",\"path\":\"/baz/bat\",\"value\":\"qux\"}]",                                                                                                          NULL                                             },
    {"A.14 escape ordering",                        "{\"/\":9,\"~1\":10}",
     "[{\"op\":\"test\",\"path\":\"/~01\",\"value\":10}]",                                                                                                                  "{\"/\":9,\"~1\":10}"                            },
    {"A.15 comparing strings and numbers",          "{\"/\":9,\"~1\":10}",
     "[{\"op\":\"test\",\"path\":\"/~01\",\"value\":\"10\"}]",                                                                                                              NULL                                             },
    {"A.16 adding an array value",                  "{\"foo\":[\"bar\"]}",
     "[{\"op\":\"add\",\"path\":\"/foo/-\",\"value\":[\"abc\",\"def\"]}]",                                                                                                  "{\"foo\":[\"bar\",[\"abc\",\"def\"]]}"          },
    {"copy",                                        "{\"a\":{\"b\":1}}",                              "[{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/c\"}]",
     "{\"a\":{\"b\":1},\"c\":{\"b\":1}}"                                                                                                                                                                                     },
    {"the whole document",                          "{\"a\":1}",                                      "[{\"op\":\"replace\",\"path\":\"\",\"value\":{\"b\":2}}]",
     "{\"b\":2}"                                                                                                                                                                                                             },
    {"the second operation fails: neither is done", "{\"a\":1}",
     "[{\"op\":\"remove\",\"path\":\"/a\"},{\"op\":\"remove\",\"path\":\"/a\"}]",                                                                                           NULL                                             },
    {"remove what is absent",                       "{\"a\":1}",                                      "[{\"op\":\"remove\",\"path\":\"/b\"}]",                              NULL                                             },
    {"replace what is absent",                      "{\"a\":1}",                                      "[{\"op\":\"replace\",\"path\":\"/b\",\"value\":1}]",
     NULL                                                                                                                                                                                                                    },
    {"unknown operation",                           "{\"a\":1}",                                      "[{\"op\":\"frob\",\"path\":\"/a\"}]",                                NULL                                             },
    {"no path",                                     "{\"a\":1}",                                      "[{\"op\":\"remove\"}]",                                              NULL                                             },
    {"add without a value",                         "{\"a\":1}",                                      "[{\"op\":\"add\",\"path\":\"/b\"}]",                                 NULL                                             },
    {"an index with a leading zero",                "{\"a\":[1,2]}",                                  "[{\"op\":\"remove\",\"path\":\"/a/01\"}]",
     NULL                                                                                                                                                                                                                    },
    {"an index past the end",                       "{\"a\":[1]}",                                    "[{\"op\":\"add\",\"path\":\"/a/2\",\"value\":1}]",
     NULL                                                                                                                                                                                                                    },
    {"a bad escape",                                "{\"a~\":1}",                                     "[{\"op\":\"remove\",\"path\":\"/a~2\"}]",                            NULL                                             },
    {"into itself",                                 "{\"a\":{\"b\":1}}",                              "[{\"op\":\"move\",\"from\":\"/a\",\"path\":\"/a/b/c\"}]",
     NULL                                                                                                                                                                                                                    },
    {"an operation that is no object",              "{\"a\":1}",                                      "[1]",                                                                NULL                                             },
};

static void test_json_patches(void)
{
    for (size_t i = 0; i < TEST_COUNT(JSON_CASES); i++) {
        cJSON *target = cJSON_Parse(JSON_CASES[i].target);
        cJSON *patch = cJSON_Parse(JSON_CASES[i].patch);
        bool succeeds = JSON_CASES[i].expected != NULL;
        cJSON *expected = cJSON_Parse(succeeds ? JSON_CASES[i].expected : JSON_CASES[i].target);
        Error err = {0};

        CHECK_CASE(JSON_CASES[i].name, patch_json(&target, patch, &err) == succeeds);
        CHECK_CASE(JSON_CASES[i].name, (err.code != ERR_NONE) == !succeeds);
        CHECK_CASE(JSON_CASES[i].name, json_equal(target, expected));
        cJSON_Delete(target);
        cJSON_Delete(patch);
        cJSON_Delete(expected);
    }
}

TEST_SUITE("fakes/kubernetes/patch/patch", {"merge patch, RFC 7396", test_merges},
           {"JSON patch, RFC 6902", test_json_patches});
