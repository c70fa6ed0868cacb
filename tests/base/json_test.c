/*
 * tests/base/json_test.c - JSON read, written, patched and compared.
 */
#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "tests/test.h"

static cJSON *parse(const char *text)
{
    cJSON *json = NULL;
    Error err = {0};

    if (!json_parse(text, strlen(text), &json, &err))
        CHECK_TEXT(err.message, text);
    return json;
}

static void check_written(const cJSON *json, const char *expected)
{
    char *text = json_text(json);

    CHECK_TEXT(text, expected);
    free(text);
}

/* Compact text comes back byte by byte. */
static const char *const SAME[] = {
    "null",
    "true",
    "-0.1",
    "0",
    "[]",
    "{}",
    "9007199254740992",
    "-9007199254740991",
    "1700000000000",
    "1234567890123456",
    "1e+300",
    "0.30000000000000004",
    "\"\"",
    "\"tab\\tquote\\\"back\\\\slash\\u0001 \xc3\xa9 /\"",
    "{\"a\":[1,{\"b\":null}],\"\":false}",
};

static void test_written_as_read(void)
{
    for (size_t i = 0; i < TEST_COUNT(SAME); i++) {
        cJSON *json = parse(SAME[i]);

        check_written(json, SAME[i]);
        cJSON_Delete(json);
    }
    check_written(NULL, "null");
}

static const struct {
    const char *name, *text;
    size_t length;
    const char *says;
} BROKEN[] = {
    {"empty",          "",         0, "empty"      },
    {"half an object", "{\"a\":",  5, "from byte"  },
    {"two values",     "{} {}",    5, "byte 3"     },
    {"a NUL inside",   "\"a\0b\"", 5, "byte 2"     },
    {"a NUL after",    "{}\0",     3, "byte 2"     },
    {"single quotes",  "{'a':1}",  7, "from byte 2"},
    {"trailing comma", "[1,]",     4, "byte 3"     },
};

static void test_what_is_not_json(void)
{
    for (size_t i = 0; i < TEST_COUNT(BROKEN); i++) {
        cJSON *json = NULL;
        Error err = {0};

        CHECK_CASE(BROKEN[i].name, !json_parse(BROKEN[i].text, BROKEN[i].length, &json, &err));
        CHECK_CASE(BROKEN[i].name, json == NULL && err.code == ERR_INPUT);
        if (!CHECK_CASE(BROKEN[i].name, strstr(err.message, BROKEN[i].says) != NULL))
            printf("  %s\n", err.message);
    }
}

static void test_paths(void)
{
    cJSON *json =
        parse("{\"a\":{\"b\":[{\"c\":\"x\"},7]},\"n\":null,\"t\":true,\"f\":1.5,\"A\":2}");

    CHECK_TEXT(json_string(json, "a/b/0/c"), "x");
    CHECK(json_string(json, "a/b/1") == NULL);
    CHECK(json_string(json, "a/b/2/c") == NULL);
    CHECK(json_string(json, "a/b/-1") == NULL);
    CHECK(json_string(json, "a/b/0x0/c") == NULL);
    CHECK(json_find(json, "") == json);
    CHECK(json_find(NULL, "a") == NULL);
    CHECK_TEXT(json_string_or(json, "nope", "else"), "else");
    CHECK_INTEGER(json_integer_or(json, "a/b/1", 0), 7);
    CHECK_INTEGER(json_integer_or(json, "A", 0), 2);
    CHECK_INTEGER(json_integer_or(json, "f", -1), -1);
    CHECK_INTEGER(json_integer_or(json, "t", -1), -1);
    CHECK(json_bool_or(json, "t", false));
    CHECK(json_bool_or(json, "n", true));
    CHECK(!json_has(json, "n") && json_has(json, "a") && !json_has(json, "x/y"));
    cJSON_Delete(json);
}

static void test_putting_and_removing(void)
{
    cJSON *json = parse("{\"list\":[1,{\"k\":1}],\"text\":\"t\"}");

    json_put_string(json, "spec/hosts/primary", "mp1");
    json_put_integer(json, "spec/port", 5432);
    json_put_bool(json, "list/1/k", false);
    json_put_integer(json, "list/0", 9);
    json_put_integer(json, "text/now/an", 1);
    check_written(json, "{\"list\":[9,{\"k\":false}],\"text\":{\"now\":{\"an\":1}},"
                        "\"spec\":{\"hosts\":{\"primary\":\"mp1\"},\"port\":5432}}");
    json_remove(json, "spec/hosts");
    json_remove(json, "list/0");
    json_remove(json, "text");
    json_remove(json, "not/there");
    json_remove(json, "nor/here/0");
    check_written(json, "{\"list\":[{\"k\":false}],\"spec\":{\"port\":5432}}");
    cJSON_Delete(json);
}

static const struct {
    const char *a, *b;
    bool is_equal;
} PAIRS[] = {
    {"{\"a\":1,\"b\":[1,2]}", "{\"b\":[1,2],\"a\":1}", true },
    {"[1,2]",                 "[2,1]",                 false},
    {"[1]",                   "[1,1]",                 false},
    {"{\"a\":1}",             "{\"a\":1,\"b\":2}",     false},
    {"{\"a\":1}",             "{\"A\":1}",             false},
    {"9007199254740992",      "9007199254740991",      false},
    {"1",                     "1.0",                   true },
    {"1",                     "\"1\"",                 false},
    {"null",                  "false",                 false},
    {"\"x\"",                 "\"y\"",                 false},
};

static void test_equality(void)
{
    for (size_t i = 0; i < TEST_COUNT(PAIRS); i++) {
        cJSON *a = parse(PAIRS[i].a), *b = parse(PAIRS[i].b);

        CHECK_CASE(PAIRS[i].a, json_equal(a, b) == PAIRS[i].is_equal);
        CHECK_CASE(PAIRS[i].a, json_equal(b, a) == PAIRS[i].is_equal);
        cJSON_Delete(a);
        cJSON_Delete(b);
    }
    CHECK(json_equal(NULL, NULL));
}

/* RFC 7396, appendix A. */
static const struct {
    const char *target, *patch, *result;
} PATCHES[] = {
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
};

static void test_merge_patch(void)
{
    for (size_t i = 0; i < TEST_COUNT(PATCHES); i++) {
        cJSON *patch = parse(PATCHES[i].patch), *expected = parse(PATCHES[i].result);
        cJSON *result = json_merge_patch(parse(PATCHES[i].target), patch);

        CHECK_CASE(PATCHES[i].patch, json_equal(result, expected));
        cJSON_Delete(result);
        cJSON_Delete(patch);
        cJSON_Delete(expected);
    }
}

/* RFC 4648, section 10. */
static const struct {
    const char *plain, *encoded, *url;
} BASE64_CASES[] = {
    {"",             "",         ""        },
    {"f",            "Zg==",     "Zg"      },
    {"fo",           "Zm8=",     "Zm8"     },
    {"foo",          "Zm9v",     "Zm9v"    },
    {"foob",         "Zm9vYg==", "Zm9vYg"  },
    {"fooba",        "Zm9vYmE=", "Zm9vYmE" },
    {"foobar",       "Zm9vYmFy", "Zm9vYmFy"},
    {"\xfb\xff\xfe", "+//+",     "-__-"    },
};

static void test_base64(void)
{
    for (size_t i = 0; i < TEST_COUNT(BASE64_CASES); i++) {
        const char *plain = BASE64_CASES[i].plain, *url = BASE64_CASES[i].url;
        char *encoded = json_base64(plain, strlen(plain));
        char *encoded_url = json_base64url(plain, strlen(plain));
        char *decoded = NULL, *decoded_url = NULL;
        size_t length = 0;

        CHECK_TEXT(encoded, BASE64_CASES[i].encoded);
        CHECK_TEXT(encoded_url, url);
        CHECK(json_base64_decode(encoded, &decoded, &length, NULL));
        CHECK_TEXT(decoded, plain);
        CHECK(json_base64url_decode(url, strlen(url), &decoded_url, &length, NULL));
        CHECK_TEXT(decoded_url, plain);
        CHECK_INTEGER(length, strlen(plain));
        free(encoded);
        free(encoded_url);
        free(decoded);
        free(decoded_url);
    }
}

static const char *const NOT_BASE64[] = {"Zg",       "Zg=",   "Z===", "====", "Zh==",  "Zm9=",
                                         "Zg==Zg==", "Zm 9v", "Zm9-", "=",    "Zg==\n"};

static void test_what_is_not_base64(void)
{
    for (size_t i = 0; i < TEST_COUNT(NOT_BASE64); i++) {
        char *bytes = NULL;
        size_t length;
        Error err = {0};

        CHECK_CASE(NOT_BASE64[i], !json_base64_decode(NOT_BASE64[i], &bytes, &length, &err));
        CHECK_CASE(NOT_BASE64[i], bytes == NULL && err.code == ERR_INPUT);
        /* What is encoded may be a secret. */
        CHECK_CASE(NOT_BASE64[i], strstr(err.message, "Zg") == NULL);
    }
}

/* Any bytes survive; any text either decodes to what encodes to it, or is refused. */
static void test_base64_by_chance(void)
{
    static const char LETTERS[] = "ABab01+/=-_ \n";
    Random random;

    random_init(&random, 1, "base64");
    for (int i = 0; i < 20000; i++) {
        unsigned char bytes[40];
        size_t length = random_below(&random, sizeof bytes), out_length;
        char *text, *out = NULL, *again;

        random_fill(&random, bytes, length);
        text = json_base64(bytes, length);
        CHECK(json_base64_decode(text, &out, &out_length, NULL) && out_length == length &&
              memcmp(out, bytes, length) == 0);
        free(out);
        free(text);

        for (size_t k = 0; k < length; k++)
            bytes[k] = (unsigned char)LETTERS[bytes[k] % (sizeof LETTERS - 1)];
        text = memory_text_of((char *)bytes, length);
        if (json_base64_decode(text, &out, &out_length, NULL)) {
            again = json_base64(out, out_length);
            CHECK_TEXT(again, text);
            free(again);
            free(out);
        }
        free(text);
    }
}

TEST_SUITE("base/json", {"written as read", test_written_as_read},
           {"what is not JSON", test_what_is_not_json}, {"paths", test_paths},
           {"putting and removing", test_putting_and_removing}, {"equality", test_equality},
           {"merge patch", test_merge_patch}, {"base64", test_base64},
           {"what is not base64", test_what_is_not_base64},
           {"base64 by chance", test_base64_by_chance});
