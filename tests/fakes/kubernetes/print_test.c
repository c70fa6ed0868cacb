/*
 * tests/fakes/kubernetes/print_test.c - Go's spelling of JSON, and the order of keys.
 */
#include "fakes/kubernetes/print.h"
#include "tests/test.h"

static const KubeKinds KINDS = {0}; /* the built-in ones */

static const struct {
    const char *name, *plural, *json, *expected;
} OBJECT_CASES[] = {
    {"typed: kind, apiVersion, metadata come first", "secrets",
     "{\"type\":\"Opaque\",\"data\":{\"b\":\"1\",\"a\":\"2\"},\"metadata\":{\"uid\":\"u\",\"name\":\"x\"},"
     "\"apiVersion\":\"v1\",\"kind\":\"Secret\"}",                                                    "{\"kind\":\"Secret\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"x\",\"uid\":\"u\"},"
     "\"data\":{\"a\":\"2\",\"b\":\"1\"},\"type\":\"Opaque\"}"},
    {"typed: a spec stands as it was sent",          "deployments",
     "{\"status\":{},\"spec\":{\"z\":1,\"a\":2},\"kind\":\"Deployment\",\"apiVersion\":\"apps/v1\"}",
     "{\"kind\":\"Deployment\",\"apiVersion\":\"apps/v1\",\"spec\":{\"z\":1,\"a\":2},\"status\":{}}"            },
    {"custom: every key sorted",                     "managementplanes",
     "{\"spec\":{\"z\":{\"y\":1,\"x\":[{\"d\":1,\"c\":2}]},\"a\":2},\"kind\":\"ManagementPlane\","
     "\"apiVersion\":\"v\"}",                                                                         "{\"apiVersion\":\"v\",\"kind\":\"ManagementPlane\",\"spec\":{\"a\":2,\"z\":{\"x\":[{\"c\":2,\"d\":1}],"
     "\"y\":1}}}"                                                                  },
};

static void test_order(void)
{
    for (size_t i = 0; i < TEST_COUNT(OBJECT_CASES); i++) {
        cJSON *json = cJSON_Parse(OBJECT_CASES[i].json);
        Buffer text = {0};

        kube_print_object(&text, kube_kind_named(&KINDS, OBJECT_CASES[i].plural), json);
        CHECK_TEXT(text.data, OBJECT_CASES[i].expected);
        buffer_release(&text);
        cJSON_Delete(json);
    }
}

static const struct {
    const char *json, *expected;
} VALUE_CASES[] = {
    {"\"a<b>&c\"",                    "\"a\\u003cb\\u003e\\u0026c\""},
    {"\"\\u0001\\n\\t\\\"\"",         "\"\\u0001\\n\\t\\\"\""       },
    {"\"\xe2\x80\xa8 \xe2\x82\xac\"", "\"\\u2028 \xe2\x82\xac\""    },
    {"1.0",                           "1"                           },
    {"-7",                            "-7"                          },
    {"0.1",                           "0.1"                         },
    {"12345678901234567890",          "12345678901234567000"        },
    {"1e21",                          "1e+21"                       },
    {"1.5e-9",                        "1.5e-9"                      },
    {"123.456",                       "123.456"                     },
    {"9007199254740993000",           "9007199254740993000"         },
    {"[true,false,null,{},[]]",       "[true,false,null,{},[]]"     },
};

static void test_values(void)
{
    for (size_t i = 0; i < TEST_COUNT(VALUE_CASES); i++) {
        cJSON *json = cJSON_Parse(VALUE_CASES[i].json);
        Buffer text = {0};

        kube_print(&text, json);
        CHECK_TEXT(text.data, VALUE_CASES[i].expected);
        buffer_release(&text);
        cJSON_Delete(json);
    }
}

static void test_pretty(void)
{
    static const char TEXT[] = "{\"a\":{},\"b\":[1,{\"c\":\"x,\\\"{\"}],\"d\":[]}";
    Buffer text = {0};

    kube_print_pretty(&text, TEXT, sizeof TEXT - 1);
    CHECK_TEXT(text.data,
               "{\n  \"a\": {},\n  \"b\": [\n    1,\n    {\n      \"c\": \"x,\\\"{\"\n    }\n"
               "  ],\n  \"d\": []\n}");
    buffer_release(&text);
}

TEST_SUITE("fakes/kubernetes/print", {"order of keys", test_order}, {"values", test_values},
           {"indented", test_pretty});
