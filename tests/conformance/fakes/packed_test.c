/*
 * tests/conformance/fakes/packed_test.c - bytes of protobuf, read by what was recorded.
 */
#include "conformance/fakes/packed.h"

#include <stdlib.h>

#include "tests/test.h"

#define BYTES(text) (text), sizeof(text) - 1

static const struct {
    const char *name, *bytes;
    size_t length;
    const char *recorded, *tree;
} CASES[] = {
    {"a text",                        BYTES("abc"),                       "\"x\"",                                  "\"abc\""                                            },
    {"nothing",                       BYTES(""),                          "\"x\"",                                  "\"\""                                               },
    {"a text with a NUL",             BYTES("a\0c"),                      "\"x\"",                                  "{\"base64\":\"YQBj\"}"                              },
    {"a message",                     BYTES("\x0a\x01x\x10\x96\x01"),     "{\"message\":[[1,\"a\"],[2,1]]}",
     "{\"message\":[[1,\"x\"],[2,150]]}"                                                                                                                                 },
    {"of several the next",           BYTES("\x0a\x01x\x0a\x02\x08\x05"),
     "{\"message\":[[1,\"a\"],[1,{\"message\":[[1,9]]}]]}",                                                         "{\"message\":[[1,\"x\"],[1,{\"message\":[[1,5]]}]]}"},
    {"a field that was not recorded", BYTES("\x12\x01x"),                 "{\"message\":[[1,\"a\"]]}",
     "{\"message\":[[2,{\"base64\":\"eA==\"}]]}"                                                                                                                         },
    {"cut short",                     BYTES("\x0a\x05x"),                 "{\"message\":[[1,\"a\"]]}",              "{\"base64\":\"CgV4\"}"                              },
    {"a wire type that nobody uses",  BYTES("\x0d\x01\x02\x03\x04"),      "{\"message\":[[1,1]]}",
     "{\"base64\":\"DQECAwQ=\"}"                                                                                                                                         },
    {"behind the magic",              BYTES("k8s\0\x0a\x01x"),            "{\"packed\":{\"message\":[[1,\"a\"]]}}",
     "{\"packed\":{\"message\":[[1,\"x\"]]}}"                                                                                                                            },
    {"without the magic",             BYTES("{}"),                        "{\"packed\":{\"message\":[[1,\"a\"]]}}",
     "{\"base64\":\"e30=\"}"                                                                                                                                             },
};

static void test_trees(void)
{
    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        cJSON *recorded = cJSON_Parse(CASES[i].recorded);
        cJSON *tree = packed_tree(CASES[i].bytes, CASES[i].length, recorded);
        char *text = json_text(tree);

        CHECK_CASE(CASES[i].name, CHECK_TEXT(text, CASES[i].tree));
        free(text);
        cJSON_Delete(tree);
        cJSON_Delete(recorded);
    }
}

static void test_frames(void)
{
    cJSON *recorded = cJSON_Parse("[\"a\",\"b\"]");
    cJSON *tree = packed_frames(BYTES("\0\0\0\x01x\0\0\0\x02yz\0\0\0\x09q"), recorded);
    char *text = json_text(tree);

    CHECK_TEXT(text, "[\"x\",\"yz\",{\"base64\":\"cQ==\"}]");
    free(text);
    cJSON_Delete(tree);
    cJSON_Delete(recorded);
}

TEST_SUITE("conformance/fakes/packed", {"trees", test_trees}, {"frames", test_frames});
