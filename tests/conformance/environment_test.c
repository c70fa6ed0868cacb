/*
 * tests/conformance/environment_test.c - each thing that can be wrong with an environment breaks its rule, and no other.
 */
#include "conformance/environment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "tests/conformance/estate.h"
#include "tests/test.h"

#define OBJECT(cluster, resource, ns, name, patch)                                 \
    "faults: [{inject: {objectChanged: {cluster: " cluster ", resource: " resource \
    ", namespace: " ns ", name: " name ", patch: " patch "}}}]"
#define RESOURCE(plane, patch) OBJECT(plane, "managementplanes", "tsb", "managementplane", patch)
#define FAULT(fault)           "faults: [{inject: {" fault "}}]"

/* What is broken and what cannot be told, by id; unknown NULL: see the test below. */
static const struct {
    const char *name, *story;
    bool is_swapped;
    const char *broken, *unknown, *observed;
} CASES[] = {
    {"nothing is wrong",                                     "",                                                                       false, "",                     "",                        NULL                                                                                                                                                                                                       },
    {"other standards",                                      "world: {frontEnvoy: {port: 443}, namespace: tse, dns: {records: a}}",
     false,                                                                                                                                   "",                     "",                        NULL                                                                                                                                                                                                       },
    {"the wrong plane is named",                             "",                                                                       true,  "MP-01",                NULL,                      "mp2 says standby, mp1 says active"                                                                                                                                                                        },
    {"contexts reach each other's cluster",
     "faults: [{inject: {wrongContext: {context: mp1, reaches: mp2}}},"
     " {inject: {wrongContext: {context: mp2, reaches: mp1}}}]",                                                                       false, "MP-01",                NULL,                      "mp1 says standby, mp2 says active"                                                                                                                                                                        },
    {"two contexts, one cluster",                            FAULT("wrongContext: {context: mp2, reaches: mp1}"),                      false,
     "MP-25",                                                                                                                                                         NULL,                      "are the same cluster"                                                                                                                                                                                     },
    {"an engine at work",                                    FAULT("leaseHeld: {plane: mp2, holder: somebody@desk/2, duration: 10m}"),
     false,                                                                                                                                   "OPS-01",               "",                        "somebody@desk/2 holds the lease in mp2"                                                                                                                                                                   },
    {"a right is missing on a plane",
     FAULT("rightMissing: {cluster: mp2, verb: patch, resource: deployments/scale}"),                                                  false,
     "MP-26",                                                                                                                                                         "",                        "may not patch deployments/scale"                                                                                                                                                                          },
    {"a right is missing in a control plane",
     FAULT("rightMissing: {cluster: cp-0002, verb: delete, resource: secrets}"),                                                       false, "MP-26",                "",
     "may not delete secrets"                                                                                                                                                                                                                                                                                                                                                                               },
    {"the floating name lives long",                         "world: {dns: {floatingTtl: 3600s}}",                                     false, "DNS-05",               "",
     "TTL of 3600 s"                                                                                                                                                                                                                                                                                                                                                                                        },
    {"the permanent name lives long",                        "world: {dns: {permanentTtl: 301s}}",                                     false, "DNS-06",               "",
     "TTL of 301 s"                                                                                                                                                                                                                                                                                                                                                                                         },
    {"the floating name leads to the standby",               FAULT("nameRewritten: {plane: mp2}"),                                     false,
     "DNS-02",                                                                                                                                                        "",                        "it leads to the standby already"                                                                                                                                                                          },
    {"the load balancer has moved, and a resolver is stale",
     "faults: [{inject: {resolverStale: {controlPlane: cp-0002}}},"
     " {at: 5s, inject: {loadBalancerMoves: {plane: mp1}}}]",                                                                          false, "DNS-01 DNS-08 PG-04",  "PG-03 PG-06 PG-07 PG-08", "the resolver of cp-0002 says"                                                                                                                                                                             },
    {"no signing key",
     FAULT("secretMissing: {cluster: mp2, namespace: tsb, name: iam-signing-key}"),                                                    false, "SEC-02",
     "SEC-03 SEC-04",                                                                                                                                                                            "absent"                                                                                                                                                                                                   },
    {"another signing key",                                  FAULT("otherSigningKey: {plane: mp2}"),                                   false, "SEC-03 SEC-04 SEC-05",
     "",                                                                                                                                                                                         "kid "                                                                                                                                                                                                     },
    {"a newline behind the key's kid",
     FAULT("secretChanged: {cluster: mp2, namespace: tsb, name: iam-signing-key, key: kid, append: "
           "\"\\n\"}"),
     false,                                                                                                                                   "SEC-03 SEC-04 SEC-06", "",                        "white space"                                                                                                                                                                                              },
    {"a control plane missed a rotation",                    FAULT("strayTokens: {controlPlane: cp-0002}"),                            false,
     "SEC-04",                                                                                                                                                        "",                        "cp-0002: the token of its edge is of key"                                                                                                                                                                 },
    {"no standby account",
     FAULT("secretMissing: {cluster: mp2, namespace: tsb, name: tsb-standby-sa}"),                                                     false, "SEC-07",
     "",                                                                                                                                                                                         "it is absent"                                                                                                                                                                                             },
    {"a standby account without a key",
     FAULT("secretChanged: {cluster: mp1, namespace: tsb, name: tsb-standby-sa, key: jwk, remove: "
           "true}"),
     false,                                                                                                                                   "SEC-08",               "",                        "no data.jwk"                                                                                                                                                                                              },
    {"other credentials",
     FAULT("secretChanged: {cluster: mp2, namespace: tsb, name: postgres-credentials, key: "
           "config.yaml, append: x}"),
     false,                                                                                                                                   "SEC-11",               "",                        "they differ"                                                                                                                                                                                              },
    {"no certificate",
     FAULT("secretChanged: {cluster: mp2, namespace: tsb, name: tsb-certs, key: tls.crt, value: "
           "none}"),
     false,                                                                                                                                   "TLS-01 TLS-02 TLS-13", "",                        "no certificate"                                                                                                                                                                                           },
    {"the database is not exposed",
     RESOURCE("mp1",                                                                                                                   "{spec: {highAvailability: {active: {exposeEmbeddedPostgresInFrontEnvoy: "
                     "false}}}}"),
     false,                                                                                                                                                           "MP-03",                   NULL,                                                                                                                                                                                                        "is not true"},
    {"the standby follows the floating name",
     RESOURCE("mp2",                                                                                        "{spec: {highAvailability: {standby: {activeMpSynchronizationEndpoint: {host: "
                     "tsb.example.com}}}}}"),
     false,                                                                                                     "MP-04",                                                                                                                                                                                      "",                                                                                                                                                                                                                                                                                      "tsb.example.com"},
    {"the standby follows a wrong port",
     RESOURCE("mp2",                                                                                                             "{spec: {highAvailability: {standby: {activeMpSynchronizationEndpoint: {port: "
                     "9443}}}}}"),
     false,                                                                                                                                                  "MP-05",                                                                                                                                           "",                                                                                                                                                                                                                                                                                                                                                                                                   "9443"},
    {"another organization",                                                    RESOURCE("mp2",                                                                                                                      "{spec: {organization: acme}}"),                                                                                                                           false,                                                                                                                            "MP-12","",
     "acme"},
    {"replay stands still",                                               FAULT("replayPaused: {plane: mp2}"),                                                                                                                     false,                                                                                                                                  "PG-06",
     "PG-03 PG-04 PG-07 PG-08",                                                                                                                                                             "replay is paused"                                                                                                                                                                                                                                                                                      },
    {"no log arrives",                                               FAULT("linkCut: {from: mp2, to: mp1, port: 5432, fate: blackhole}"),                                                                                                        false,
     "PG-04",                                                                                                                 "PG-03 PG-06 PG-07 PG-08","no walreceiver"},
    {"a new Postgres",                                                "world: {replication: {serverVersion: 160002}}",                                                                                               false,                                                                                    "PG-13","",
     "160002"                                                                                                                                                                                                                                                                                                                                                                                },
    {"no failover by kubegres",
     OBJECT("mp2",                                                                                                                     "kubegres",                                                                                                                                "tsb",                                                                                                                                                      "tsb-postgres",                                                                                                                                                       "{spec: {failover: {isDisabled: true}}}"),
     false, "PG-14", "PG-15", "isDisabled"},
    {"a control plane follows a plane",
     OBJECT("cp-0002",                                                                                                           "controlplanes","istio-system",                                                                                                                                                           "controlplane",
     "{spec: {managementPlane: {host: mp1.tsb.example.com}}}"),
     false, "CP-01", "", "cp-0002 follows \"mp1.tsb.example.com\""},
    {"a control plane follows an address",
     OBJECT("cp-0002",                                                                                              "controlplanes",                                                                                                                        "istio-system",                     "controlplane",
     "{spec: {managementPlane: {host: 127.80.1.1, port: 9443}}}"),
     false, "CP-01 CP-02 CP-03", "", "127.80.1.1"},
    {"a cluster that cannot be reached",
     FAULT("linkCut: {from: desk, to: cp-0002, port: 6443, fate: refuse}"),                                                                                                                   false,                                                                                                                      "",
     "MP-26 SEC-25 SEC-04 CP-01 CP-02 CP-03",                                                                                                                            NULL                                                                                                                                                                                                                                                                                                   },
};

/* Whatever is broken tells what a person needs; one of them observed what was expected. */
static void check_findings(const char *name, const cJSON *document, const char *observed)
{
    const cJSON *rule;
    bool is_found = false;

    cJSON_ArrayForEach(rule, json_find(document, "rules"))
    {
        const char *seen = json_string_or(rule, "observed", "");

        if (strcmp(json_string_or(rule, "result", ""), "broken") != 0)
            continue;
        is_found = is_found || strstr(seen, observed);
        CHECK_CASE(name, *seen && *json_string_or(rule, "required", "") &&
                             *json_string_or(rule, "remedy", "") &&
                             *json_string_or(rule, "evidence", ""));
    }
    CHECK_CASE(name, is_found);
}

static void check_ids(const char *name, const cJSON *document, const char *result,
                      const char *expected)
{
    char ids[600];

    if (!CHECK_CASE(name, strcmp(estate_rules(document, result, ids, sizeof ids), expected) == 0))
        fprintf(stderr, "%s: %s: %s\n", name, result, ids);
}

static void test_breaks_its_rule(void)
{
    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        cJSON *document = estate_certify(CASES[i].story, CASES[i].is_swapped);

        check_ids(CASES[i].name, document, "broken", CASES[i].broken);
        if (CASES[i].unknown)
            check_ids(CASES[i].name, document, "unknown", CASES[i].unknown);
        if (CASES[i].observed)
            check_findings(CASES[i].name, document, CASES[i].observed);
        CHECK_CASE(CASES[i].name, json_integer_or(document, "changes", -1) == 0);
        CHECK_CASE(CASES[i].name, json_integer_or(document, "leaks", -1) == 0);
        cJSON_Delete(document);
    }
}

/* Where the ground is missing: nothing but what came before it is said to hold. */
static void test_tells_nothing_without_ground(void)
{
    static const struct {
        const char *name, *story;
        bool is_swapped;
        const char *held;
    } ROWS[] = {
        {"the wrong plane is named",        "",                                                  true,  "MP-25"},
        {"one cluster behind two contexts", FAULT("wrongContext: {context: mp2, reaches: mp1}"),
         false,                                                                                         ""     },
        {"a plane that cannot be reached",
         FAULT("linkCut: {from: desk, to: mp2, port: 6443, fate: refuse}"),                      false, ""     },
    };

    for (size_t i = 0; i < TEST_COUNT(ROWS); i++) {
        cJSON *document = estate_certify(ROWS[i].story, ROWS[i].is_swapped);

        check_ids(ROWS[i].name, document, "held", ROWS[i].held);
        CHECK_CASE(ROWS[i].name, !json_bool_or(document, "fit", true));
        CHECK_CASE(ROWS[i].name, json_integer_or(document, "changes", -1) == 0);
        cJSON_Delete(document);
    }
}

/* A rule that is added in the code only, or changed there, fails here. */
static void test_is_documented(void)
{
    const Rule *rules;
    size_t count, rows = 0;
    char *text = NULL;
    Error err = {0};

    if (!CHECK(file_read("docs/checks.md", &text, NULL, &err)))
        return;
    rules = environment_rules(&count);
    for (size_t i = 0; i < count; i++) {
        char *row = memory_format("\n| %s | %s | %s | %s |\n", rules[i].id,
                                  severity_name(rules[i].severity), rules[i].what, rules[i].source);

        CHECK_CASE(rules[i].id, strstr(text, row) != NULL);
        free(row);
    }
    for (const char *at = text; (at = strstr(at, "\n| ")); at++)
        rows++;
    CHECK_INTEGER(rows, count + 2); /* with the table's head */
    free(text);
}

static void test_ids_are_unique(void)
{
    size_t count;
    const Rule *rules = environment_rules(&count);

    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++)
            CHECK_CASE(rules[i].id, strcmp(rules[i].id, rules[j].id) != 0);
    }
}

TEST_SUITE("conformance/environment", {"each fault breaks its rule", test_breaks_its_rule},
           {"tells nothing without ground", test_tells_nothing_without_ground},
           {"every rule is documented", test_is_documented},
           {"no id is used twice", test_ids_are_unique});
