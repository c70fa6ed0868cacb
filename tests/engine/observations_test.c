/*
 * tests/engine/observations_test.c - what a Deployment, a resource, a token and a Secret are taken for.
 */
#include "engine/observations.h"

#include <stdlib.h>
#include <string.h>

#include "tests/test.h"

static const struct {
    const char *name;
    DeploymentView view;
    bool serves;
    const char *text;
} DEPLOYMENTS[] = {
    {"ready",
     {.exists = true,
      .wanted = 1,
      .ready = 1,
      .updated = 1,
      .total = 1,
      .generation = 3,
      .observed_generation = 3},
     true,                                                                                          "deployment/tsb: 1 of 1 ready, generation 3 observed 3"},
    {"does not exist (F-022)",                  {0},                                         false, "deployment/tsb does not exist yet"                    },
    {"scaled to 0, which is Available (F-023)",
     {.exists = true, .generation = 2, .observed_generation = 2},
     false,                                                                                         "deployment/tsb: scaled to 0"                          },
    {"status of an older generation (F-024)",
     {.exists = true,
      .wanted = 1,
      .ready = 1,
      .updated = 1,
      .generation = 4,
      .observed_generation = 3},
     false,                                                                                         "deployment/tsb: 1 of 1 ready, generation 4 observed 3"},
    {"ready pods of the old template only",
     {.exists = true,
      .wanted = 2,
      .ready = 2,
      .updated = 1,
      .generation = 4,
      .observed_generation = 4},
     false,                                                                                         "deployment/tsb: 2 of 2 ready, generation 4 observed 4"},
    {"none ready",
     {.exists = true, .wanted = 1, .updated = 1, .generation = 1, .observed_generation = 1},
     false,                                                                                         "deployment/tsb: 0 of 1 ready, generation 1 observed 1"},
    {"one of three ready serves",
     {.exists = true,
      .wanted = 3,
      .ready = 1,
      .updated = 3,
      .generation = 1,
      .observed_generation = 1},
     true,                                                                                          "deployment/tsb: 1 of 3 ready, generation 1 observed 1"},
};

static void test_deployments(void)
{
    for (size_t i = 0; i < TEST_COUNT(DEPLOYMENTS); i++) {
        char text[200];

        CHECK_CASE(DEPLOYMENTS[i].name,
                   deployment_serves(&DEPLOYMENTS[i].view) == DEPLOYMENTS[i].serves);
        CHECK_TEXT(deployment_text("tsb", &DEPLOYMENTS[i].view, text, sizeof text),
                   DEPLOYMENTS[i].text);
    }
}

static cJSON *json_of(const char *text)
{
    cJSON *json = NULL;

    CHECK(json_parse(text, strlen(text), &json, NULL));
    return json;
}

static const struct {
    const char *json;
    PlaneRole role;
} ROLES[] = {
    {"{\"spec\":{\"highAvailability\":{\"active\":{}}}}",                  ROLE_ACTIVE },
    {"{\"spec\":{\"highAvailability\":{\"standby\":{\"a\":1}}}}",          ROLE_STANDBY},
    {"{\"spec\":{\"highAvailability\":{\"active\":{},\"standby\":{}}}}",   ROLE_BOTH   },
    {"{\"spec\":{\"highAvailability\":{\"active\":null,\"standby\":{}}}}", ROLE_STANDBY},
    {"{\"spec\":{\"highAvailability\":{}}}",                               ROLE_NONE   },
    {"{\"spec\":{}}",                                                      ROLE_NONE   },
};

static void test_roles(void)
{
    for (size_t i = 0; i < TEST_COUNT(ROLES); i++) {
        cJSON *json = json_of(ROLES[i].json);

        CHECK_CASE(ROLES[i].json, management_plane_role(json) == ROLES[i].role);
        cJSON_Delete(json);
    }
    CHECK(management_plane_role(NULL) == ROLE_NONE);
}

/* {"alg":"ES256","kid":"k1"} . {"exp":1772334000} . anything */
#define HEADER "eyJhbGciOiJFUzI1NiIsImtpZCI6ImsxIn0"
#define CLAIMS "eyJleHAiOjE3NzIzMzQwMDB9"
static const struct {
    const char *name, *token, *kid;
    bool is_token;
    int64_t expires_ms;
} TOKENS[] = {
    {"whole",              HEADER "." CLAIMS ".c2ln", "k1", true,  1772334000000},
    {"without expiry",     HEADER ".e30.c2ln",        "k1", true,  0            },
    {"without kid",        "e30." CLAIMS ".c2ln",     "",   true,  1772334000000},
    {"one part",           HEADER,                    "k1", false, 0            },
    {"claims are no JSON", HEADER ".bm8.c2ln",        "k1", false, 0            },
    {"no base64",          "***.***.***",             "",   false, 0            },
    {"empty",              "",                        "",   false, 0            },
};

static void test_tokens(void)
{
    for (size_t i = 0; i < TEST_COUNT(TOKENS); i++) {
        char kid[80];
        int64_t expires_ms = -1;

        CHECK_CASE(TOKENS[i].name,
                   token_header(TOKENS[i].token, kid, &expires_ms) == TOKENS[i].is_token);
        CHECK_CASE(TOKENS[i].name, !TOKENS[i].is_token || strcmp(kid, TOKENS[i].kid) == 0);
        CHECK_CASE(TOKENS[i].name, !TOKENS[i].is_token || expires_ms == TOKENS[i].expires_ms);
    }
}

static void test_secrets(void)
{
    cJSON *secret = json_of("{\"data\":{\"jwt\":\"aGVsbG8=\",\"bad\":\"%\",\"tls.crt\":\"\"}}");
    char *value = secret_value(secret, "jwt");

    CHECK_TEXT(value, "hello");
    free(value);
    value = secret_value(secret, "tls.crt");
    CHECK_TEXT(value, "");
    free(value);
    CHECK(!secret_value(secret, "bad"));
    CHECK(!secret_value(secret, "absent"));
    CHECK(!secret_value(NULL, "jwt"));
    cJSON_Delete(secret);
}

TEST_SUITE("engine/observations", {"Deployments", test_deployments}, {"roles", test_roles},
           {"tokens", test_tokens}, {"Secrets", test_secrets});
