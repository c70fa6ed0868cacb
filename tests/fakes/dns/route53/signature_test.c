/*
 * tests/fakes/dns/route53/signature_test.c - requests that AWS itself signed are taken, and what is changed in one of them is noticed.
 */
#include "fakes/dns/route53/signature.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "tests/test.h"

static const char SUITE[] = "tests/engine/clients/data/aws-sig-v4-test-suite.json";
static const AwsKey KEY = {.access_key = "AKIDEXAMPLE",
                           .secret_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"};

typedef struct {
    const cJSON *given;
    const char *authorization, *date;
    Arena arena;
} Sent;

/* Headers of one name come joined, as a server sees them. */
static const char *header(void *owner, const char *name)
{
    Sent *sent = owner;
    const cJSON *line;
    const char *value = NULL;

    if (strcasecmp(name, "authorization") == 0)
        return sent->authorization;
    cJSON_ArrayForEach(line, json_find(sent->given, "headers"))
    {
        size_t length = strcspn(line->valuestring, ":");

        if (strncasecmp(line->valuestring, name, length) == 0 && name[length] == '\0')
            value = value
                        ? arena_format(&sent->arena, "%s,%s", value, line->valuestring + length + 1)
                        : line->valuestring + length + 1;
    }
    return value;
}

static const char *refusal(const cJSON *given, const char *authorization, const char *path,
                           const char *body, const AwsKey *key, const char *now)
{
    Sent sent = {.given = given, .authorization = authorization};
    AwsRequest request = {.method = json_string(given, "method"),
                          .path = path,
                          .query = json_string(given, "query"),
                          .body = body,
                          .header = header,
                          .owner = &sent};
    int64_t now_ms = 0;
    const char *code;

    CHECK(clock_parse(now, &now_ms));
    code = aws_signature_refusal(&sent.arena, &request, key, "us-east-1", "service", now_ms);
    arena_release(&sent.arena);
    return code;
}

static const char NOW[] = "2015-08-30T12:38:00Z";

static cJSON *suite(void)
{
    char *text = NULL;
    size_t length;
    cJSON *json = NULL;

    CHECK(file_read(SUITE, &text, &length, NULL) && json_parse(text, length, &json, NULL));
    free(text);
    return json;
}

/* Blanks within values are the client's to fold, and letters beyond ASCII come encoded: those two are left out. */
static bool is_plain(const cJSON *given)
{
    const char *name = json_string(given, "name");

    return strcmp(name, "get-header-value-trim") != 0 &&
           strcmp(name, "get-vanilla-utf8-query") != 0;
}

static void test_published(void)
{
    cJSON *json = suite(), *given;
    int count = 0;

    cJSON_ArrayForEach(given, json_find(json, "cases"))
    {
        AwsKey key = KEY;

        if (!is_plain(given))
            continue;
        if (strstr(json_string(given, "authorization"), "x-amz-security-token"))
            key.session_token = strchr(json_string(given, "headers/2"), ':') + 1;
        CHECK_CASE(json_string(given, "name"),
                   refusal(given, json_string(given, "authorization"), json_string(given, "path"),
                           json_string(given, "body"), &key, NOW) == NULL);
        count++;
    }
    CHECK(count > 15);
    cJSON_Delete(json);
}

static void check_refusal(const char *name, const char *found, const char *wanted)
{
    if (!CHECK_CASE(name, found != NULL && strcmp(found, wanted) == 0))
        CHECK_TEXT(found, wanted);
}

static void test_refuses(void)
{
    cJSON *json = suite();
    const cJSON *given = json_find(json, "cases/4"); /* get-vanilla */
    const char *good = json_string(given, "authorization");
    AwsKey other = KEY, with_token = KEY;
    char *changed = strdup(good);

    other.secret_key = "another";
    with_token.session_token = "token";
    changed[strlen(changed) - 1] ^= 1;
    CHECK_TEXT(json_string(given, "name"), "get-vanilla");
    CHECK(refusal(given, good, "/", "", &KEY, NOW) == NULL);
    check_refusal("no signature", refusal(given, NULL, "/", "", &KEY, NOW),
                  "MissingAuthenticationToken");
    check_refusal("Basic", refusal(given, "Basic eDp5", "/", "", &KEY, NOW), "IncompleteSignature");
    check_refusal("another path", refusal(given, good, "/x", "", &KEY, NOW),
                  "SignatureDoesNotMatch");
    check_refusal("another body", refusal(given, good, "/", "x", &KEY, NOW),
                  "SignatureDoesNotMatch");
    check_refusal("another signature", refusal(given, changed, "/", "", &KEY, NOW),
                  "SignatureDoesNotMatch");
    check_refusal("another secret", refusal(given, good, "/", "", &other, NOW),
                  "SignatureDoesNotMatch");
    check_refusal("no token", refusal(given, good, "/", "", &with_token, NOW),
                  "InvalidClientTokenId");
    check_refusal("too late", refusal(given, good, "/", "", &KEY, "2015-08-30T12:42:00Z"),
                  "RequestExpired");
    free(changed);
    cJSON_Delete(json);
}

TEST_SUITE("fakes/dns/route53/signature", {"published", test_published}, {"refuses", test_refuses});
