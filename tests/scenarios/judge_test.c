/*
 * tests/scenarios/judge_test.c - each invariant and each kind of expectation: a story that breaks it, and one that does not.
 *
 * Events are written as a run file has them, cut down to what the rule looks at.
 */
#include "scenarios/judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tests/test.h"

#define E(at, lane, kind, data)                                                    \
    "{\"at\":" #at ",\"lane\":\"" lane "\",\"kind\":\"" kind "\",\"text\":\"" kind \
    "\",\"data\":" data "}"
#define API(at, plane, flag) \
    E(at, plane, "plane.api", "{\"serving\":" flag ",\"writable\":" flag "}")
#define BEGIN                                                                                  \
    E(0, "world", "world.begin",                                                               \
      "{\"floatingName\":\"tsb.example.com\",\"planes\":[{\"name\":\"mp1\",\"permanentName\":" \
      "\"mp1.tsb.example.com\"},{\"name\":\"mp2\",\"permanentName\":\"mp2.tsb.example.com\"}]}")
#define NAME(at, target) \
    E(at, "dns", "dns.changed", "{\"name\":\"tsb.example.com.\",\"value\":\"" target "\"}")
#define VERIFIED     E(5, "engine", "step.end", "{\"name\":\"verify\",\"result\":\"done\"}")
#define END(outcome) E(90, "engine", "engine.end", "{\"outcome\":\"" outcome "\"}")
#define WORLD_END(active, led, synced, missing)                                                 \
    E(99, "world", "world.end",                                                                 \
      "{\"activePlane\":\"" active "\",\"floating\":{\"plane\":\"" led                          \
      "\"},\"writes\":{\"missing\":[" missing "]},\"clusters\":{\"total\":2,\"synced\":" synced \
      ",\"connected\":" synced "},\"final\":"                                                   \
      "{\"mp1\":{\"replicas\":{\"tsb\":1}}}}")
#define REQUEST(at, cluster, resource, name, changed)                      \
    E(at, cluster, "kube.request",                                         \
      "{\"verb\":\"PATCH\",\"resource\":\"" resource "\",\"name\":\"" name \
      "\",\"changed\":" changed "}")
#define IDENTIFIED(cluster) REQUEST(1, cluster, "namespaces", "kube-system", "false")

static const struct {
    const char *name, *id, *events;
    VerdictResult result;
} INVARIANT_CASES[] = {
    {"one after the other",   "V1",
     API(0,                                                                                  "mp1","true") "," API(1,"mp1", "false") "," API(2,"mp2", "true"), VERDICT_HELD},
    {"both accept writes",                "V1",
     API(0,                                                               "mp1","true") "," API(2,"mp2","true") "," API(3,"mp1", "false"), VERDICT_VIOLATED},

    {"all writes are there",                  "V2",                      WORLD_END("mp2",                                                       "mp2","2",       ""),                          VERDICT_HELD                                                                                     },
    {"a write is gone",        "V2",   WORLD_END("mp2","mp2","2","\"tenants/t7\""),VERDICT_VIOLATED},

    {"a name after the proof",        "V3",
     BEGIN "," API(4,                                                                          "mp2",          "true") "," VERIFIED "," NAME(6,                                                                              "mp2.tsb.example.com."),
     VERDICT_HELD                                                                                                                                                                                                                                                                                                                                                                  },
    {"a name before the proof",         "V3",
     BEGIN "," API(4,"mp2","true") "," NAME(6,"mp2.tsb.example.com."),VERDICT_VIOLATED},
    {"a name to who serves nothing",         "V3",
     BEGIN "," API(4,                                                                                       "mp1",                                                                                                                                          "false") "," NAME(6,                                                                                                                                                             "mp1.tsb.example.com."),                                                                                                                                                                                         VERDICT_VIOLATED                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                            },
    {"a name to a stranger",         "V3",                         BEGIN "," NAME(6,"elsewhere.example.net."),VERDICT_VIOLATED},
    {"an address of a plane",       "V3",
     BEGIN
     "," E(3,                                            "mp2",                                                                                                                                                                                                                                                       "loadbalancer",                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                         "{\"address\":\"mp2.elb\",\"ip\":\"127.80.2.1\"}") "," API(
         4,"mp2","true") "," VERIFIED "," NAME(6, "127.80.2.1"),
     VERDICT_HELD},
    {"what another writer does",         "V3",
     BEGIN
     "," E(6,                                                      "dns","dns.changed",
     "{\"name\":\"tsb.example.com.\",\"value\":\"x.example.\",\"by\":\"external-dns\"}"),
     VERDICT_HELD},
    {"gone through, and led astray",           "V3",
     BEGIN "," END("completed") "," WORLD_END("mp2",                    "mp1",                                                                                                                                                                                                                                       "2",""),VERDICT_VIOLATED},
    {"gone through, and led right",         "V3",
     BEGIN "," END("completed") "," WORLD_END("mp2",               "mp2","2",""),VERDICT_HELD},

    {"a token that can be had again",           "V4",
     E(5,                    "cp-0001",                                                                                                                                                                                                                                            "token.deleted",
     "{\"secret\":\"oap-token\",\"reachable\":true,\"accountKnown\":true}"),
     VERDICT_HELD},
    {"nobody answers there",         "V4",
     E(5,                                                      "cp-0001","token.deleted",
     "{\"secret\":\"oap-token\",\"reachable\":false,\"accountKnown\":true}"),
     VERDICT_VIOLATED                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                     },
    {"nobody knows it there",           "V4",
     E(5,                    "cp-0001",                                                                                                                                                                                                          "token.deleted",
     "{\"secret\":\"oap-token\",\"reachable\":true,\"accountKnown\":false}"),
     VERDICT_VIOLATED                                                                                                                                                                             },

    {"promoted once",         "V5",                                            REQUEST(5,                                                      "mp2","managementplanes","managementplane","true"),
     VERDICT_HELD},
    {"promoted twice",           "V5",
     REQUEST(5,"mp2",                                                                                                         "managementplanes",                                                                                                                                                                                      "managementplane",
     "true") "," REQUEST(6,"mp2", "managementplanes", "managementplane", "true"),
     VERDICT_VIOLATED},
    {"sent twice, applied once",        "V5",
     REQUEST(5,                                                                              "mp2", "managementplanes","managementplane",
     "true") "," REQUEST(6,"mp2", "managementplanes", "managementplane", "false"),
     VERDICT_HELD},
    {"promoted and taken back",     "V5",
     REQUEST(5,                                        "mp2","managementplanes","managementplane",
     "true") "," E(6,"engine", "engine.undo",
     "{\"name\":\"promote\"}") "," REQUEST(7, "mp2", "managementplanes",
     "managementplane", "true"),
     VERDICT_HELD},

    {"rolled back to what it was",                  "V6",
     E(1,"world","world.found","{\"planes\":{\"mp1\":{\"replicas\":{\"tsb\":1}}}}") "," END(
         "rolledBack") "," WORLD_END("mp1","mp1","2", ""),
     VERDICT_HELD},
    {"rolled back to one instead of three",            "V6",
     E(1,                                               "world","world.found","{\"planes\":{\"mp1\":{\"replicas\":{\"tsb\":3}}}}") "," END(
         "rolledBack") "," WORLD_END("mp1","mp1","2", ""),
     VERDICT_VIOLATED},
    {"refused, with a lease",         "V6",
     REQUEST(5,                                               "mp1","leases","understudy","true") "," END("refused"),VERDICT_HELD},
    {"refused, and scaled",            "V6",
     REQUEST(5,                                            "mp1","deployments/scale","tsb","true") "," END("refused"),VERDICT_VIOLATED},
    {"refused, and a name moved",                  "V6",                                    NAME(5,                                                                       "mp2.tsb.example.com.") "," END("refused"),
     VERDICT_VIOLATED},

    {"asked who it is",                "V7",
     IDENTIFIED("mp1") "," REQUEST(5,"mp1","deployments/scale","tsb",                "true"),                                             VERDICT_HELD},
    {"did not ask", "V7",          REQUEST(5,                                                                              "mp1","deployments/scale","tsb","true"),VERDICT_VIOLATED},
    {"asked another one",                       "V7",
     IDENTIFIED("mp2") "," REQUEST(5,                                               "mp1","deployments/scale","tsb","true"),VERDICT_VIOLATED},
    {"asked afterwards",       "V7",
     REQUEST(0,                                        "mp1","deployments/scale","tsb",                                "true") "," IDENTIFIED("mp1"),                                                                  VERDICT_VIOLATED},

    {"an edge is restarted",       "V8",         REQUEST(5,                                                        "cp-0001","deployments",                     "edge",   "true"),
     VERDICT_HELD},
    {"a token goes",                       "V8",                                REQUEST(5,                                                                  "cp-0001","secrets","oap-token","true"),VERDICT_HELD},
    {"another secret goes",       "V8",                            REQUEST(5,                                                "cp-0001","secrets","cacerts",                                                                                      "true"),
     VERDICT_VIOLATED},
    {"istiod is restarted",                "V8",                     REQUEST(5,                                                           "cp-0001","deployments","istiod","true"),
     VERDICT_VIOLATED},
    {"istiod is looked at",                  "V8",          REQUEST(5,                                "cp-0001","deployments",                                  "istiod","false"),
     VERDICT_HELD},

    {"nothing secret",          "V9",                         E(5,                                                        "engine","engine.warning","{\"text\":\"hush\"}"),VERDICT_HELD},
    {"a password",              "V9",                          E(5,"engine","engine.warning",                                                                      "{\"text\":\"it is s3cr3t\"}"),
     VERDICT_VIOLATED},
    {"a token",              "V9",E(5,"engine","engine.warning","{\"text\":\"eyJhbGciOi.eyJleHAiOj.c2ln\"}"),
     VERDICT_VIOLATED},

    {"everybody is back",    "V10",END("completed") "," WORLD_END("mp2","mp2","2",""),
     VERDICT_HELD                                                                                                                                                                                                                                                                                                                         },
    {"one is not",   "V10",   END("completed") "," WORLD_END("mp2",                       "mp2","1",""),VERDICT_VIOLATED},
    {"a restore is let loose by the engine",                       "V11",
     E(5,                                                      "mp2","feed.state","{\"suspended\":false,\"tsb\":true,\"by\":\"understudy\"}"),
     VERDICT_VIOLATED},
    {"a restore is let loose by somebody else",                       "V11",
     E(5,                                                      "mp2","feed.state","{\"suspended\":false,\"tsb\":true,\"by\":\"argocd\"}"),
     VERDICT_HELD},
    {"a restore is let loose where nobody works",                       "V11",
     E(5,                                                         "mp2","feed.state","{\"suspended\":false,\"tsb\":false,\"by\":\"understudy\"}"),
     VERDICT_HELD},
    {"a restore under a tsb that works",                       "V11",
     E(5,                                                        "mp2","feed.restore","{\"state\":\"begun\",\"tsb\":true}"),VERDICT_VIOLATED},
    {"a restore where nobody works",                       "V11",
     E(5,                                                                "mp2","feed.restore","{\"state\":\"begun\",\"tsb\":false}"), VERDICT_HELD                                            },
    {"one is not, and it says so",                       "V10",       END("degraded") "," WORLD_END("mp2",                  "mp2","1",""),
     VERDICT_HELD                                                                                                                },
};

static cJSON *events_of(const char *text)
{
    char *list = memory_format("[%s]", text);
    cJSON *events = NULL;
    Error err = {0};

    if (!CHECK(json_parse(list, strlen(list), &events, &err)))
        fprintf(stderr, "%s in %s\n", err.message, list);
    free(list);
    return events;
}

static const Verdict *verdict_of(const Verdicts *verdicts, const char *id)
{
    for (size_t i = 0; i < verdicts->count; i++)
        if (strcmp(verdicts->verdicts[i].id, id) == 0)
            return &verdicts->verdicts[i];
    return NULL;
}

static void test_invariants(void)
{
    static const char *const SECRETS[] = {"s3cr3t", NULL};

    for (size_t i = 0; i < TEST_COUNT(INVARIANT_CASES); i++) {
        cJSON *events = events_of(INVARIANT_CASES[i].events);
        Verdicts verdicts = {0};
        const Verdict *verdict;

        judge(events, NULL, NULL, SECRETS, &verdicts);
        verdict = verdict_of(&verdicts, INVARIANT_CASES[i].id);
        if (CHECK_CASE(INVARIANT_CASES[i].name, verdict != NULL))
            CHECK_CASE(INVARIANT_CASES[i].name, verdict->result == INVARIANT_CASES[i].result);
        verdicts_release(&verdicts);
        cJSON_Delete(events);
    }
}

/* A run that all expectations below are held against. */
static const char STORY[] =
    E(10, "engine", "step.begin", "{\"name\":\"fence\"}") "," REQUEST(20, "mp1", "deployments/scale", "tsb", "true") "," REQUEST(
        30, "mp1", "deployments/scale", "iam",
        "true") "," E(40000, "mp2", "postgres.promoted",
                      "{\"instance\":\"tsb-postgres-1\"}") "," E(50000, "engine", "engine.finding",
                                                                 "{\"check\":\"F-312\",\"reaction\":\"STOP\",\"observed\":\"EXTERNAL-IP is pending\"}") "," E(60000,
                                                                                                                                                              "engine",
                                                                                                                                                              "engine.end",
                                                                                                                                                              "{\"outcome\":\"stuck\",\"rto_ms\":60000,\"rpo_bytes\":512,\"phases\":[{\"name\":\"fence\",\"ms\":"
                                                                                                                                                              "12000}]}") "," E(61000,
                                                                                                                                                                                "world",
                                                                                                                                                                                "world.end",
                                                                                                                                                                                "{\"activePlane\":null,\"clusters\":{\"total\":3,\"synced\":2,\"connected\":2,\"notSynced\":[\"cp-0002\"]}}");

static const struct {
    const char *name, *expect, *id;
    VerdictResult result;
} EXPECT_CASES[] = {
    {"the outcome",           "{outcome: stuck}",                                                                 "expect.outcome",       VERDICT_HELD    },
    {"another outcome",       "{outcome: completed}",                                                             "expect.outcome",       VERDICT_VIOLATED},
    {"a finding",             "{outcome: stuck, finding: {check: F-312, reaction: STOP}}",                        "expect.finding",
     VERDICT_HELD                                                                                                                                         },
    {"its words",             "{outcome: stuck, finding: {check: F-312, observed: '*pending*'}}",
     "expect.finding",                                                                                                                    VERDICT_HELD    },
    {"another finding",       "{outcome: stuck, finding: {check: F-310}}",                                        "expect.finding",
     VERDICT_VIOLATED                                                                                                                                     },
    {"another reaction",      "{outcome: stuck, finding: {check: F-312, reaction: ROLLBACK}}",
     "expect.finding",                                                                                                                    VERDICT_VIOLATED},
    {"so often",              "{outcome: stuck, counts: [{event: kube.request, where: {changed: true}, is: 2}]}",
     "expect.counts[0]",                                                                                                                  VERDICT_HELD    },
    {"less often",
     "{outcome: stuck, counts: [{event: kube.request, where: {changed: true}, is: 3}]}",                          "expect.counts[0]",     VERDICT_VIOLATED},
    {"at least",              "{outcome: stuck, counts: [{event: kube.request, atLeast: 3}]}",
     "expect.counts[0]",                                                                                                                  VERDICT_VIOLATED},
    {"at most",               "{outcome: stuck, counts: [{event: kube.request, atMost: 1}]}",                     "expect.counts[0]",
     VERDICT_VIOLATED                                                                                                                                     },
    {"not at all",            "{outcome: stuck, counts: [{event: dns.changed, is: 0}]}",                          "expect.counts[0]",
     VERDICT_HELD                                                                                                                                         },
    {"sometime",              "{outcome: stuck, eventually: [{event: postgres.promoted}]}",
     "expect.eventually[0]",                                                                                                              VERDICT_HELD    },
    {"not in time",           "{outcome: stuck, eventually: [{event: postgres.promoted, within: 30s}]}",
     "expect.eventually[0]",                                                                                                              VERDICT_VIOLATED},
    {"too soon",
     "{outcome: stuck, eventually: [{event: engine.end, notBefore: 30s, after: {event: postgres.promoted}}]}",
     "expect.eventually[0]",                                                                                                              VERDICT_VIOLATED},
    {"late enough",           "{outcome: stuck, eventually: [{event: postgres.promoted, notBefore: 30s}]}",
     "expect.eventually[0]",                                                                                                              VERDICT_HELD    },
    {"in time since",
     "{outcome: stuck, eventually: [{event: engine.end, within: 30s, after: {event: postgres.promoted}}]}",
     "expect.eventually[0]",                                                                                                              VERDICT_HELD    },
    {"not after that",
     "{outcome: stuck, eventually: [{event: postgres.promoted, after: {event: engine.end}}]}",                    "expect.eventually[0]", VERDICT_VIOLATED},
    {"after what never came",
     "{outcome: stuck, eventually: [{event: engine.end, after: {event: dns.changed}}]}",                          "expect.eventually[0]", VERDICT_VIOLATED},
    {"never",                 "{outcome: stuck, never: [{event: dns.changed}]}",                                  "expect.never[0]",      VERDICT_HELD    },
    {"it happened",           "{outcome: stuck, never: [{event: kube.request, lane: mp1}]}",
     "expect.never[0]",                                                                                                                   VERDICT_VIOLATED},
    {"in order",
     "{outcome: stuck, order: [{event: step.begin}, {event: kube.request}, {event: engine.end}]}",                "expect.order",         VERDICT_HELD    },
    {"twice in a row",        "{outcome: stuck, order: [{event: kube.request}, {event: kube.request}]}",
     "expect.order",                                                                                                                      VERDICT_HELD    },
    {"out of order",          "{outcome: stuck, order: [{event: engine.end}, {event: step.begin}]}",
     "expect.order",                                                                                                                      VERDICT_VIOLATED},
    {"clusters",              "{outcome: stuck, clusters: {synced: 2, late: [cp-0002]}}",                         "expect.clusters",
     VERDICT_HELD                                                                                                                                         },
    {"too few clusters",      "{outcome: stuck, clusters: {synced: 3}}",                                          "expect.clusters",
     VERDICT_VIOLATED                                                                                                                                     },
    {"another one is late",   "{outcome: stuck, clusters: {late: [cp-0001]}}",                                    "expect.clusters",
     VERDICT_VIOLATED                                                                                                                                     },
    {"within the outage",     "{outcome: stuck, budgets: {rto: 1m}}",                                             "budget.rto",           VERDICT_HELD    },
    {"outage too long",       "{outcome: stuck, budgets: {rto: 59s}}",                                            "budget.rto",           VERDICT_MISSED  },
    {"within the loss",       "{outcome: stuck, budgets: {rpo: 1KiB}}",                                           "budget.rpo",           VERDICT_HELD    },
    {"loss too large",        "{outcome: stuck, budgets: {rpo: 0}}",                                              "budget.rpo",           VERDICT_MISSED  },
    {"within a phase",        "{outcome: stuck, budgets: {phases: {fence: 12s}}}",                                "budget.fence",
     VERDICT_HELD                                                                                                                                         },
    {"phase too long",        "{outcome: stuck, budgets: {phases: {fence: 11s}}}",                                "budget.fence",
     VERDICT_MISSED                                                                                                                                       },
};

static void test_expectations(void)
{
    cJSON *events = events_of(STORY);

    for (size_t i = 0; i < TEST_COUNT(EXPECT_CASES); i++) {
        YamlDocument *document = NULL;
        Verdicts verdicts = {0};
        const Verdict *verdict;
        Error err = {0};

        if (!CHECK_CASE(EXPECT_CASES[i].name,
                        yaml_parse("drill.yaml", EXPECT_CASES[i].expect,
                                   strlen(EXPECT_CASES[i].expect), &document, &err)) ||
            !CHECK_CASE(EXPECT_CASES[i].name, judge_check(document, yaml_root(document), &err)))
            fprintf(stderr, "%s\n", err.message);
        judge(events, yaml_root(document), NULL, NULL, &verdicts);
        verdict = verdict_of(&verdicts, EXPECT_CASES[i].id);
        if (CHECK_CASE(EXPECT_CASES[i].name, verdict != NULL))
            CHECK_CASE(EXPECT_CASES[i].name, verdict->result == EXPECT_CASES[i].result);
        verdicts_release(&verdicts);
        yaml_free(document);
    }
    cJSON_Delete(events);
}

#define INJECTED(index)  E(5, "faults", "fault.injected", "{\"index\":" #index "}")
#define WITNESSED(index) E(6, "faults", "fault.witness", "{\"index\":" #index "}")

static const struct {
    const char *name, *events;
    VerdictResult first, second;
} WITNESS_CASES[] = {
    {"both struck and were seen", INJECTED(0) "," WITNESSED(0) "," INJECTED(1) "," WITNESSED(1),
     VERDICT_HELD,                                                                                                     VERDICT_HELD        },
    {"one never struck",          INJECTED(0) "," WITNESSED(0),                                  VERDICT_HELD,         VERDICT_INCONCLUSIVE},
    {"one had no effect",         INJECTED(0) "," WITNESSED(0) "," INJECTED(1),                  VERDICT_HELD,
     VERDICT_INCONCLUSIVE                                                                                                                  },
    {"another one's witness",     INJECTED(0) "," INJECTED(1) "," WITNESSED(1),                  VERDICT_INCONCLUSIVE,
     VERDICT_HELD                                                                                                                          },
};

static void test_witnesses(void)
{
    cJSON *faults = NULL;
    const char *text = "[{\"inject\":{\"hangCall\":{}}},{\"inject\":{\"loseReply\":{}}}]";

    if (!CHECK(json_parse(text, strlen(text), &faults, NULL)))
        return;
    for (size_t i = 0; i < TEST_COUNT(WITNESS_CASES); i++) {
        cJSON *events = events_of(WITNESS_CASES[i].events);
        Verdicts verdicts = {0};
        char why[400];
        bool is_clean =
            WITNESS_CASES[i].first == VERDICT_HELD && WITNESS_CASES[i].second == VERDICT_HELD;

        judge(events, NULL, faults, NULL, &verdicts);
        CHECK_CASE(WITNESS_CASES[i].name,
                   verdict_of(&verdicts, "fault[0]")->result == WITNESS_CASES[i].first);
        CHECK_CASE(WITNESS_CASES[i].name,
                   verdict_of(&verdicts, "fault[1]")->result == WITNESS_CASES[i].second);
        CHECK_CASE(WITNESS_CASES[i].name,
                   (verdicts_result(&verdicts, why) == (is_clean ? RUN_PASSED : RUN_INCONCLUSIVE)));
        verdicts_release(&verdicts);
        cJSON_Delete(events);
    }
    cJSON_Delete(faults);
}

static const struct {
    const char *name;
    VerdictResult verdicts[3];
    RunResult result;
    const char *why;
} WEIGHT_CASES[] = {
    {"all held",                    {VERDICT_HELD, VERDICT_HELD, VERDICT_HELD},   RUN_PASSED, ""      },
    {"a budget alone",              {VERDICT_HELD, VERDICT_MISSED, VERDICT_HELD}, RUN_BUDGET, "b: why"},
    {"no proof weighs more",
     {VERDICT_MISSED, VERDICT_INCONCLUSIVE, VERDICT_HELD},
     RUN_INCONCLUSIVE,                                                                        "b: why"},
    {"a violation weighs most",
     {VERDICT_MISSED, VERDICT_INCONCLUSIVE, VERDICT_VIOLATED},
     RUN_FAILED,                                                                              "c: why"},
    {"the first violation is told",
     {VERDICT_VIOLATED, VERDICT_HELD, VERDICT_VIOLATED},
     RUN_FAILED,                                                                              "a: why"},
};

static void test_weights(void)
{
    for (size_t i = 0; i < TEST_COUNT(WEIGHT_CASES); i++) {
        Verdict list[3] = {
            {.id = "a", .text = "why"},
            {.id = "b", .text = "why"},
            {.id = "c", .text = "why"}
        };
        Verdicts verdicts = {.verdicts = list, .count = 3};
        char why[400];

        for (int k = 0; k < 3; k++)
            list[k].result = WEIGHT_CASES[i].verdicts[k];
        CHECK_CASE(WEIGHT_CASES[i].name, verdicts_result(&verdicts, why) == WEIGHT_CASES[i].result);
        CHECK_TEXT(why, WEIGHT_CASES[i].why);
    }
}

TEST_SUITE("scenarios/judge", {"V1 to V10", test_invariants}, {"expectations", test_expectations},
           {"a fault without a witness", test_witnesses}, {"what weighs most", test_weights});
