/*
 * tests/engine/clients/sigv4_test.c - signatures of AWS's own published requests.
 */
#include "engine/clients/sigv4.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "tests/test.h"

static const char SUITE[] = "tests/engine/clients/data/aws-sig-v4-test-suite.json";

static cJSON *suite(void)
{
    char *text = NULL;
    size_t length;
    cJSON *json = NULL;

    CHECK(file_read(SUITE, &text, &length, NULL) && json_parse(text, length, &json, NULL));
    free(text);
    return json;
}

static void split(Arena *arena, const char *query, const char *out[8])
{
    size_t count = 0;

    while (*query != '\0') {
        size_t length = strcspn(query, "&");

        out[count++] = arena_text_of(arena, query, length);
        query += length + (query[length] == '&' ? 1 : 0);
    }
    out[count] = NULL;
}

static void check_case(const cJSON *given)
{
    const char *name = json_string(given, "name"), *headers[12] = {NULL}, *parameters[8];
    Sigv4Scope scope = {.access_key = "AKIDEXAMPLE",
                        .secret_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                        .region = "us-east-1",
                        .service = "service"};
    Sigv4Request request = {.method = json_string(given, "method"),
                            .path = json_string(given, "path"),
                            .parameters = parameters,
                            .headers = headers,
                            .body = json_string(given, "body")};
    const cJSON *header;
    size_t count = 0;
    Arena arena = {0};

    cJSON_ArrayForEach(header, json_find(given, "headers")) headers[count++] = header->valuestring;
    split(&arena, json_string(given, "query"), parameters);
    CHECK(clock_parse("2015-08-30T12:36:00Z", &scope.wall_ms));
    if (!CHECK_CASE(name, strcmp(sigv4_canonical(&arena, &request),
                                 json_string(given, "canonical")) == 0))
        CHECK_TEXT(sigv4_canonical(&arena, &request), json_string(given, "canonical"));
    CHECK_CASE(name, strcmp(sigv4_authorization(&arena, &request, &scope),
                            json_string(given, "authorization")) == 0);
    arena_release(&arena);
}

static void test_published(void)
{
    cJSON *json = suite(), *given;

    CHECK(cJSON_GetArraySize(json_find(json, "cases")) >= 20);
    cJSON_ArrayForEach(given, json_find(json, "cases")) check_case(given);
    cJSON_Delete(json);
}

static void test_target(void)
{
    static const char *const PARAMETERS[] = {"type=CNAME", "name=a b&c.example.com.", "empty",
                                             NULL};
    Arena arena = {0};

    CHECK_TEXT(sigv4_target(&arena,
                            &(Sigv4Request){.path = "/2013-04-01/x", .parameters = PARAMETERS}),
               "/2013-04-01/x?empty=&name=a%20b%26c.example.com.&type=CNAME");
    CHECK_TEXT(sigv4_target(&arena, &(Sigv4Request){.path = "/x"}), "/x");
    CHECK_TEXT(sigv4_date(&arena, INT64_C(1440938160999)), "20150830T123600Z");
    arena_release(&arena);
}

TEST_SUITE("engine/clients/sigv4", {"published", test_published}, {"target", test_target});
