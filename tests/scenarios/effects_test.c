/*
 * tests/scenarios/effects_test.c - which calls change something.
 */
#include "scenarios/effects.h"

#include <stdlib.h>
#include <string.h>

#include "tests/test.h"

static const struct {
    const char *name;
    FaultCall call;
    const char *text; /* NULL: it only looks */
} CASES[] = {
    {"a patch",
     {.point = "kube.request",
      .site = "mp1",
      .verb = "PATCH",
      .resource = "deployments/scale",
      .name = "tsb",
      .detail = "tsb"},
     "mp1 PATCH deployments/scale tsb/tsb"},
    {"a creation",
     {.point = "kube.request",
      .site = "mp1",
      .verb = "POST",
      .resource = "leases",
      .detail = "tsb"},
     "mp1 POST leases tsb"                },
    {"a read",
     {.point = "kube.request",
      .site = "mp1",
      .verb = "GET",
      .resource = "secrets",
      .name = "a",
      .detail = "tsb"},
     NULL                                 },
    {"a question about rights",
     {.point = "kube.request",
      .site = "mp1",
      .verb = "POST",
      .resource = "selfsubjectaccessreviews"},
     NULL                                 },
    {"an event of a watch",
     {.point = "kube.watch", .site = "mp1", .verb = "GET", .resource = "pods"},
     NULL                                 },
    {"an update of a name",
     {.point = "dns.update",
      .site = "dns",
      .verb = "UPDATE",
      .resource = "CNAME",
      .name = "tsb.example.com."},
     "dns UPDATE CNAME tsb.example.com."  },
    {"a question for a name",
     {.point = "dns.query",
      .site = "dns",
      .verb = "QUERY",
      .resource = "A",
      .name = "tsb.example.com."},
     NULL                                 },
    {"a look into a database",
     {.point = "postgres.query",
      .site = "mp1",
      .verb = "SELECT",
      .resource = "postgres",
      .detail = "SELECT pg_is_in_recovery()"},
     NULL                                 },
    {"a function that acts",
     {.point = "postgres.query",
      .site = "mp1",
      .verb = "SELECT",
      .resource = "postgres",
      .name = "pg-1",
      .detail = "SELECT pg_promote(true)"},
     "mp1 SELECT postgres pg-1"           },
    {"a statement that acts",
     {.point = "postgres.query",
      .site = "mp1",
      .verb = "CHECKPOINT",
      .resource = "postgres",
      .detail = "CHECKPOINT"},
     "mp1 CHECKPOINT postgres"            },
    {"a read of TSB's API",
     {.point = "front.request",
      .site = "mp1",
      .verb = "GET",
      .resource = "tenants",
      .detail = "/v2/tenants"},
     NULL                                 },
    {"a write to TSB's API",
     {.point = "front.request",
      .site = "mp1",
      .verb = "POST",
      .resource = "tenants",
      .detail = "/v2/tenants"},
     "mp1 POST tenants"                   },
};

static void test_calls(void)
{
    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        char text[EFFECT_TEXT_MAX] = "";

        CHECK_CASE(CASES[i].name, effect_of_call(&CASES[i].call, text) == (CASES[i].text != NULL));
        CHECK_CASE(CASES[i].name, strcmp(text, CASES[i].text ? CASES[i].text : "") == 0);
    }
}

static void test_programs(void)
{
    static const char *const DUMP[] = {"/usr/bin/pg_dump", "--format=custom", NULL};
    static const char *const HELM[] = {"helm", "upgrade", "tsb", NULL};
    static const char *const SECRET[] = {"hook", "password=x", NULL};
    char text[EFFECT_TEXT_MAX];

    effect_of_program(DUMP, text);
    CHECK_TEXT(text, "desk starts pg_dump");
    effect_of_program(HELM, text);
    CHECK_TEXT(text, "desk starts helm upgrade");
    effect_of_program(SECRET, text);
    CHECK_TEXT(text, "desk starts hook");
}

static const char EVENTS[] =
    "[{\"lane\":\"mp1\",\"kind\":\"kube.request\",\"data\":{\"verb\":\"PATCH\",\"resource\":\"deployments/scale\",\"namespace\":\"tsb\",\"name\":\"tsb\",\"changed\":true}},"
    "{\"lane\":\"mp1\",\"kind\":\"kube.request\",\"data\":{\"verb\":\"PATCH\",\"resource\":\"deployments/scale\",\"namespace\":\"tsb\",\"name\":\"tsb\",\"changed\":true}},"
    "{\"lane\":\"mp1\",\"kind\":\"kube.request\",\"data\":{\"verb\":\"PATCH\",\"resource\":\"deployments/scale\",\"namespace\":\"tsb\",\"name\":\"iam\",\"changed\":false}},"
    "{\"lane\":\"mp1\",\"kind\":\"kube.request\",\"data\":{\"verb\":\"PUT\",\"resource\":\"leases\",\"namespace\":\"tsb\",\"name\":\"understudy\",\"changed\":true}},"
    "{\"lane\":\"dns\",\"kind\":\"dns.changed\",\"data\":{\"name\":\"a.\",\"type\":\"A\",\"value\":\"127.0.0.1\"}},"
    "{\"lane\":\"dns\",\"kind\":\"dns.changed\",\"data\":{\"name\":\"b.\",\"type\":\"A\",\"value\":\"127.0.0.1\",\"by\":\"somebody\"}}]";

/* What changed nothing, a lease, and somebody else's doing do not count. */
static void test_counted(void)
{
    cJSON *events = cJSON_Parse(EVENTS), *counts = effects_counted(events);
    char *text = json_text(counts);

    CHECK_TEXT(text, "{\"mp1 PATCH deployments/scale tsb/tsb\":2,\"a. A 127.0.0.1\":1}");
    free(text);
    cJSON_Delete(counts);
    cJSON_Delete(events);
}

TEST_SUITE("scenarios/effects", {"calls", test_calls}, {"programs", test_programs},
           {"counted", test_counted});
