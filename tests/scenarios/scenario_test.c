/*
 * tests/scenarios/scenario_test.c - a scenario is read whole, and what is wrong in one is refused with file, line, column and remedy.
 */
#include "scenarios/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "tests/test.h"

/* Lines 1 to 4 of every case, so that what follows begins at line 5. */
static const char HEAD[] = "apiVersion: understudy.dev/v1\n"
                           "kind: Scenario\n"
                           "metadata: {name: drill, labels: {group: edges}, dossier: [F-020]}\n"
                           "story: [Once upon a time.]\n";
static const char RUN[] = "run: {procedure: failover, mode: planned}\n";
static const char EXPECT[] = "expect: {outcome: completed}\n";

/* Reads text as a file "drill.yaml" of a private folder; errors name it by its last part. */
static bool read_text(const char *text, Scenario **out_scenario, Error *err)
{
    char folder[] = "/tmp/scenario-test-XXXXXX";
    char *path;
    FILE *file;
    bool ok;

    *out_scenario = NULL;
    if (!CHECK(mkdtemp(folder) != NULL))
        return false;
    path = memory_format("%s/drill.yaml", folder);
    file = fopen(path, "w");
    fputs(text, file);
    fclose(file);
    ok = scenario_read(path, out_scenario, err);
    unlink(path);
    rmdir(folder);
    free(path);
    return ok;
}

static void test_reads_whole(void)
{
    Scenario *scenario;
    Error err = {0};
    char *text = memory_format(
        "%sworld: {controlPlanes: 7, replicationLag: 2MiB}\n"
        "run: {procedure: failover, mode: planned, after: 2m, consent: {tokenRefresh: true}, "
        "policies: {drain: 5m}}\n"
        "faults:\n"
        "  - {on: {step: fence}, inject: {replayPaused: {plane: mp2}}, for: 60s}\n"
        "expect: {outcome: rolledBack, finding: {check: F-101}}\n",
        HEAD);

    if (CHECK(read_text(text, &scenario, &err))) {
        CHECK_TEXT(scenario->name, "drill");
        CHECK_INTEGER(scenario->world.control_planes, 7);
        CHECK_INTEGER(scenario->world.replication.lag, 2 << 20);
        CHECK_INTEGER(scenario->run_count, 1);
        CHECK_INTEGER(scenario->runs[0].after_ms, 120000);
        CHECK(scenario->runs[0].consent.of[CONSENT_TOKEN_REFRESH].yes);
        CHECK_TEXT(scenario->runs[0].procedure, "failover");
        CHECK_INTEGER(cJSON_GetArraySize(scenario->faults), 1);
        CHECK_TEXT(json_string(scenario->labels, "group"), "edges");
    }
    CHECK_TEXT(err.message, "");
    scenario_free(scenario);
    free(text);
}

static void test_reads_several_runs(void)
{
    Scenario *scenario;
    Error err = {0};
    char *text = memory_format("%srun:\n"
                               "  - {procedure: failover}\n"
                               "  - {procedure: rejoin, after: 5m, consent: {reseed: true}}\n"
                               "  - {procedure: failover, to: mp1}\n"
                               "expect: {outcome: completed}\n",
                               HEAD);

    if (CHECK(read_text(text, &scenario, &err))) {
        CHECK_INTEGER(scenario->run_count, 3);
        CHECK_TEXT(scenario->runs[1].procedure, "rejoin");
        CHECK_INTEGER(scenario->runs[1].after_ms, 300000);
        CHECK(scenario->runs[1].consent.of[CONSENT_RESEED].yes &&
              !scenario->runs[0].consent.of[CONSENT_RESEED].yes);
        CHECK(!scenario->runs[0].to);
        CHECK_TEXT(scenario->runs[2].to, "mp1");
        CHECK_INTEGER(scenario->runs[2].after_ms, 30000);
    }
    CHECK_TEXT(err.message, "");
    scenario_free(scenario);
    free(text);
}

static const struct {
    const char *name, *rest;  /* after HEAD */
    const char *place, *says; /* ":5:1:" and a part of the message */
} WRONG_CASES[] = {
    {"an unknown field",                 "wrold: {}\n",                                                              ":5:", "world"         },
    {"no run",                           "expect: {outcome: completed}\n",                                           ":",   "run"           },
    {"an unknown procedure",             "run: {procedure: failovr}\nexpect: {outcome: completed}\n",
     ":5:",                                                                                                                 "failover"      },
    {"an unknown mode",                  "run: {procedure: failover, mode: sudden}\nexpect: {outcome: completed}\n",
     ":5:",                                                                                                                 "planned"       },
    {"an unknown consent",
     "run: {procedure: failover, consent: {tokenRefersh: true}}\nexpect: {outcome: completed}\n",                    ":5:", "tokenRefresh"  },
    {"an unknown policy",
     "run: {procedure: failover, policies: {drian: 5m}}\nexpect: {outcome: completed}\n",                            ":5:", "drain"         },
    {"a world that cannot be",
     "world: {controlPlanes: many}\nrun: {procedure: failover}\nexpect: {outcome: completed}\n",                     ":5:", "whole number"  },
    {"a misspelt parameter",
     "world: {replicationLga: 1MiB}\nrun: {procedure: failover}\nexpect: {outcome: completed}\n",                    ":5:", "replicationLag"},
    {"faults that are no list",
     "run: {procedure: failover}\nfaults: {inject: {}}\nexpect: {outcome: completed}\n",                             ":6:", "list"          },
    {"an unknown fault",
     "run: {procedure: failover}\nfaults:\n  - inject: {loseRepyl: {}}\nexpect: {outcome: completed}\n",
     ":7:",                                                                                                                 "loseReply"     },
    {"a call fault without a call",
     "run: {procedure: failover}\nfaults:\n  - inject: {loseReply: {}}\nexpect: {outcome: completed}\n",
     ":7:",                                                                                                                 "call"          },
    {"an unknown argument",
     "run: {procedure: failover}\nfaults:\n  - inject: {operatorDown: {plain: mp2}}\nexpect: "
     "{outcome: completed}\n",                                                                                       ":7:", "plane"         },
    {"two triggers",
     "run: {procedure: failover}\nfaults:\n  - {at: 5s, after: {event: world.end}, inject: "
     "{operatorDown: {plane: mp2}}}\nexpect: {outcome: completed}\n",                                                ":7:", "only one"      },
    {"a fault for a while that stays",
     "run: {procedure: failover}\nfaults:\n  - {for: 5s, inject: {otherSigningKey: {plane: mp2}}}\n"
     "expect: {outcome: completed}\n",                                                                               ":7:", "put back"      },
    {"a call that comes every so often",
     "run: {procedure: failover}\nfaults:\n  - {every: 5s, on: {call: GET secrets}, inject: "
     "{hangCall: {}}}\nexpect: {outcome: completed}\n",                                                              ":7:", "times"         },
    {"an unknown outcome",               "run: {procedure: failover}\nexpect: {outcome: finished}\n",
     ":6:",                                                                                                                 "completed"     },
    {"an event that nobody writes",
     "run: {procedure: failover}\nexpect:\n  outcome: completed\n  never:\n    - {event: dns.chnaged}\n",
     ":9:",                                                                                                                 "dns.changed"   },
    {"a count without a number",
     "run: {procedure: failover}\nexpect:\n  outcome: completed\n  counts:\n    - {event: dns.changed}\n",
     ":9:",                                                                                                                 "how often"     },
    {"data that is no mapping",
     "run: {procedure: failover}\nexpect:\n  outcome: completed\n  never:\n    - {event: dns.changed, "
     "except: mp1}\n",                                                                                               ":9:", "except"        },
    {"a budget that is no duration",
     "run: {procedure: failover}\nexpect: {outcome: completed, budgets: {phases: {fence: fast}}}\n",                 ":6:", "duration"      },
};

static void test_refuses(void)
{
    for (size_t i = 0; i < TEST_COUNT(WRONG_CASES); i++) {
        char *text = memory_format("%s%s", HEAD, WRONG_CASES[i].rest);
        char place[64];
        Scenario *scenario;
        Error err = {0};

        snprintf(place, sizeof place, "drill.yaml%s", WRONG_CASES[i].place);
        CHECK_CASE(WRONG_CASES[i].name, !read_text(text, &scenario, &err));
        CHECK_CASE(WRONG_CASES[i].name, err.code == ERR_INPUT);
        if (!CHECK_CASE(WRONG_CASES[i].name, strstr(err.message, place) != NULL) ||
            !CHECK_CASE(WRONG_CASES[i].name, strstr(err.message, WRONG_CASES[i].says) != NULL))
            fprintf(stderr, "%s: %s\n", WRONG_CASES[i].name, err.message);
        scenario_free(scenario);
        free(text);
    }
}

static const struct {
    const char *name, *head, *says;
} HEAD_CASES[] = {
    {"another kind",
     "apiVersion: understudy.dev/v1\nkind: World\nmetadata: {name: a}\nstory: [b]\n",                     "kind"  },
    {"another version",
     "apiVersion: understudy.dev/v2\nkind: Scenario\nmetadata: {name: a}\nstory: [b]\n",                  "v1"    },
    {"no name",              "apiVersion: understudy.dev/v1\nkind: Scenario\nmetadata: {}\nstory: [b]\n",
     "name"                                                                                                       },
    {"a name with spaces",
     "apiVersion: understudy.dev/v1\nkind: Scenario\nmetadata: {name: A b}\nstory: [b]\n",                "dashes"},
    {"a story in one piece",
     "apiVersion: understudy.dev/v1\nkind: Scenario\nmetadata: {name: a}\nstory: once\n",                 "list"  },
    {"an empty story",
     "apiVersion: understudy.dev/v1\nkind: Scenario\nmetadata: {name: a}\nstory: []\n",                   "list"  },
};

static void test_refuses_heads(void)
{
    for (size_t i = 0; i < TEST_COUNT(HEAD_CASES); i++) {
        char *text = memory_format("%s%s%s", HEAD_CASES[i].head, RUN, EXPECT);
        Scenario *scenario;
        Error err = {0};

        CHECK_CASE(HEAD_CASES[i].name, !read_text(text, &scenario, &err));
        CHECK_CASE(HEAD_CASES[i].name, strstr(err.message, HEAD_CASES[i].says) != NULL);
        scenario_free(scenario);
        free(text);
    }
}

static void test_collects(void)
{
    const char *const places[] = {"scenarios/catalogue/edges", "scenarios/catalogue",
                                  "scenarios/catalogue/planned/happy-two.yaml"};
    const char *const nowhere[] = {"scenarios/catalog"};
    const char *const empty[] = {"engine/steps"};
    char **paths = NULL;
    size_t count = 0;
    Error err = {0};

    if (CHECK(scenario_collect(places, 3, &paths, &count, &err))) {
        CHECK(count > 20);
        for (size_t i = 1; i < count; i++)
            CHECK_CASE(paths[i], strcmp(paths[i - 1], paths[i]) < 0); /* sorted, each once */
        for (size_t i = 0; i < count; i++)
            free(paths[i]);
        free(paths);
    }
    CHECK(!scenario_collect(nowhere, 1, &paths, &count, &err));
    CHECK(strstr(err.message, "scenarios/catalog:") != NULL);
    CHECK(!scenario_collect(empty, 1, &paths, &count, &err));
    CHECK(strstr(err.message, "holds no scenario") != NULL);
}

TEST_SUITE("scenarios/scenario", {"reads a whole one", test_reads_whole},
           {"reads several runs", test_reads_several_runs},
           {"refuses, with the place", test_refuses}, {"refuses heads", test_refuses_heads},
           {"collects files", test_collects});
