/*
 * tests/fakes/kubernetes/protobuf_test.c - a recorded Secret, bodies as kubectl makes them, and broken ones.
 */
#include "fakes/kubernetes/protobuf.h"

#include <stdlib.h>
#include <string.h>

#include "tests/fakes/kubernetes/fixture.h"
#include "tests/test.h"

/* A Secret as a real 1.32.13 encodes it. */
static const char RECORDED[] =
    "azhzAAoMCgJ2MRIGU2VjcmV0EvEBCr8BCg9pYW0tc2lnbmluZy1rZXkSABoDdHNiIgAqJGIzYjgyZTU1LWUzMDEtNGQ4Mi1i"
    "YmFjLThkZjJkMjY2ZmQyZjIDMjE3OABCCAjVxYPYBhAAigFrCg5rdWJlY3RsLWNyZWF0ZRIGVXBkYXRlGgJ2MSIICNXFg9gG"
    "EAAyCEZpZWxkc1YxOjcKNXsiZjpkYXRhIjp7Ii4iOnt9LCJmOmp3ayI6e30sImY6a2lkIjp7fX0sImY6dHlwZSI6e319QgAS"
    "FAoDandrEg17Imt0eSI6IlJTQSJ9Eg8KA2tpZBIIa2lkLTdmM2EaBk9wYXF1ZRoAIgA=";

static void test_recorded_secret(void)
{
    cJSON *expected = fixture_json(
        "{'apiVersion':'v1','kind':'Secret','metadata':{'name':'iam-signing-key','namespace':'tsb',"
        "'uid':'b3b82e55-e301-4d82-bbac-8df2d266fd2f','resourceVersion':'217','generation':0,"
        "'creationTimestamp':'2026-11-21T00:16:21Z'},"
        "'data':{'jwk':'eyJrdHkiOiJSU0EifQ==','kid':'a2lkLTdmM2E='},'type':'Opaque'}");
    cJSON *json = NULL;
    char *bytes = NULL;
    size_t length = 0;

    CHECK(json_base64_decode(RECORDED, &bytes, &length, NULL));
    CHECK(protobuf_decode(bytes, length, &json, NULL));
    CHECK(json_equal(json, expected));
    cJSON_Delete(json);
    /* Cut anywhere, it is refused or at least no worse. */
    for (size_t i = 0; i < length; i++) {
        char *cut = malloc(i + 1);

        memcpy(cut, bytes, i);
        if (protobuf_decode(cut, i, &json, NULL))
            cJSON_Delete(json);
        free(cut);
    }
    cJSON_Delete(expected);
    free(bytes);
}

static const struct {
    const char *name, *bytes;
    size_t length;
    ErrorCode code;
} BROKEN[] = {
    {"nothing",                   "",                                                  0,  ERR_PROTOCOL },
    {"JSON",                      "{\"kind\":\"Secret\"}",                             17, ERR_PROTOCOL },
    {"no type",                   "k8s\0",                                             4,  ERR_NOT_FOUND},
    {"a type that is not known",  "k8s\0\n\014\n\002v1\022\006Secreu",                 18, ERR_NOT_FOUND},
    {"a length past the end",     "k8s\0\n\377",                                       6,  ERR_PROTOCOL },
    {"metadata that is a number", "k8s\0\n\014\n\002v1\022\006Secret\022\002\010\001", 22,
     ERR_PROTOCOL                                                                                       },
};

static void test_broken(void)
{
    for (size_t i = 0; i < TEST_COUNT(BROKEN); i++) {
        cJSON *json = NULL;
        Error err = {0};

        CHECK_CASE(BROKEN[i].name,
                   !protobuf_decode(BROKEN[i].bytes, BROKEN[i].length, &json, &err));
        CHECK_CASE(BROKEN[i].name, err.code == BROKEN[i].code);
    }
}

TEST_SUITE("fakes/kubernetes/protobuf", {"a recorded Secret", test_recorded_secret},
           {"broken bodies", test_broken});
