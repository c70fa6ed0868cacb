/*
 * tests/engine/environment_test.c - an Environment file read whole, what stands for what is left out, and each way to get it wrong.
 */
#include "engine/environment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "tests/test.h"

static const char SMALLEST[] = "apiVersion: understudy.dev/v1\n"                           /* 1 */
                               "kind: Environment\n"                                       /* 2 */
                               "organization: tetrate\n"                                   /* 3 */
                               "floatingName: tsb.example.com\n"                           /* 4 */
                               "active: mp2\n"                                             /* 5 */
                               "planes:\n"                                                 /* 6 */
                               "  mp1:\n"                                                  /* 7 */
                               "    context: one\n"                                        /* 8 */
                               "    permanentName: mp1.example.com\n"                      /* 9 */
                               "    postgres: [{name: pg-1, address: '10.0.1.11:5433'}]\n" /* 10 */
                               "  mp2:\n"                                                  /* 11 */
                               "    context: two\n"                                        /* 12 */
                               "    permanentName: mp2.example.com\n"                      /* 13 */
                               "    postgres:\n"                                           /* 14 */
                               "      - {name: pg-1, address: 10.0.2.11}\n"                /* 15 */
                               "      - {name: pg-2, address: '[2001:db8::12]:5432'}\n"    /* 16 */
                               "controlPlanes:\n"                                          /* 17 */
                               "  - name: cp-0001\n"                                       /* 18 */
                               "frontEnvoy: {passwordFile: front-password}\n"              /* 19 */
                               "postgres: {passwordFile: /etc/understudy/postgres}\n"      /* 20 */
                               "dns:\n"                                                    /* 21 */
                               "  zone: example.com\n"                                     /* 22 */
                               "  servers: [10.2.0.53, '10.2.0.54:5353']\n"                /* 23 */
                               "  keyFile: keys/tsig.key\n" /* 24 */;

typedef struct {
    char folder[64], *path;
    Environment environment;
} Place;

static bool place_open(Place *place, const char *text, Error *err)
{
    memset(place, 0, sizeof *place);
    snprintf(place->folder, sizeof place->folder, "/tmp/understudy-environment-XXXXXX");
    CHECK(mkdtemp(place->folder) != NULL);
    place->path = memory_format("%s/e.yaml", place->folder);
    CHECK(file_write(place->path, text, strlen(text), 0600, NULL));
    return environment_read(place->path, &place->environment, err);
}

static void place_close(Place *place)
{
    environment_release(&place->environment);
    environment_release(&place->environment); /* twice does no harm */
    unlink(place->path);
    rmdir(place->folder);
    free(place->path);
}

/* text with the first `old` replaced; free() it. */
static char *replaced(const char *text, const char *old, const char *new)
{
    const char *at = strstr(text, old);

    if (!CHECK(at != NULL))
        return memory_text(text);
    return memory_format("%.*s%s%s", (int)(at - text), text, new, at + strlen(old));
}

static void check_planes(const Environment *environment)
{
    const EnvironmentPlane *mp1 = &environment->planes[0], *mp2 = &environment->planes[1];

    CHECK_INTEGER(environment->active, 1);
    CHECK_TEXT(mp1->name, "mp1");
    CHECK_TEXT(mp1->context, "one");
    CHECK_TEXT(mp1->ns, "tsb");
    CHECK_TEXT(mp1->resource_name, "managementplane");
    CHECK(!mp1->cluster_uid);
    CHECK_INTEGER(mp1->postgres_count, 1);
    CHECK_INTEGER(mp1->postgres[0].port, 5433);
    CHECK_TEXT(mp2->permanent_name, "mp2.example.com");
    CHECK_INTEGER(mp2->postgres_count, 2);
    CHECK_TEXT(mp2->postgres[0].ip, "10.0.2.11");
    CHECK_INTEGER(mp2->postgres[0].port, 5432);
    CHECK_TEXT(mp2->postgres[1].ip, "2001:db8::12");
    CHECK_TEXT(mp2->postgres[1].name, "pg-2");
}

static void check_policies(const EnvironmentPolicies *policies)
{
    CHECK_INTEGER(policies->fence_ms, 120000);
    CHECK_INTEGER(policies->poll_ms, 2000);
    CHECK_INTEGER(policies->lease_ms, 60000);
    CHECK(policies->lease_renew_ms < policies->lease_ms);
    CHECK_INTEGER(policies->width, 16);
    CHECK(policies->reconnect_quiet_ms > 600000); /* F-615 */
}

static void test_smallest(void)
{
    Place place;
    Error err = {0};
    char *beside;

    if (CHECK(place_open(&place, SMALLEST, &err))) {
        const Environment *environment = &place.environment;

        CHECK_TEXT(environment->name, "environment");
        CHECK(!environment->kubeconfig);
        check_planes(environment);
        check_policies(&environment->policies);
        CHECK_INTEGER(environment->control_plane_count, 1);
        CHECK_TEXT(environment->control_planes[0].context, "cp-0001");
        CHECK_TEXT(environment->control_planes[0].ns, "istio-system");
        CHECK_INTEGER(environment->control_planes[0].resolver.port, 0);
        CHECK_INTEGER(environment->front.port, 8443);
        CHECK_TEXT(environment->front.user, "admin");
        CHECK(!environment->front.ca_file);
        CHECK_TEXT(environment->postgres.user, "postgres");
        CHECK_TEXT(environment->postgres.sslmode, "verify-full");
        CHECK_INTEGER(environment->dns.server_count, 2);
        CHECK_INTEGER(environment->dns.servers[0].port, 53);
        CHECK_INTEGER(environment->dns.servers[1].port, 5353);
        CHECK(!environment->dns.uses_addresses);
        CHECK_INTEGER(environment->dns.ttl_s, 0);
        /* A path means: from the folder of the file. */
        beside = memory_format("%s/front-password", place.folder);
        CHECK_TEXT(environment->front.password_file, beside);
        free(beside);
        beside = memory_format("%s/keys/tsig.key", place.folder);
        CHECK_TEXT(environment->dns.key_file, beside);
        free(beside);
        CHECK_TEXT(environment->postgres.password_file, "/etc/understudy/postgres");
    } else {
        printf("  %s\n", err.message);
    }
    place_close(&place);
}

static void test_all_of_it(void)
{
    static const char MORE[] =
        "metadata: {name: production}\n"
        "kubeconfig: ../kubeconfig\n"
        "policies: {fence: 5m, poll: 500ms, width: 3, replicationLagMax: 1MiB, floatingTTLMax: 1h}\n";
    char *text = memory_format("%s  records: a\n  ttl: 90s\n%s", SMALLEST, MORE);
    char *with_site =
        replaced(text, "- name: cp-0001\n",
                 "- {name: cp-0001, context: far, namespace: istio, resolver: '10.9.0.1:5353'}\n");
    Place place;

    if (CHECK(place_open(&place, with_site, NULL))) {
        const Environment *environment = &place.environment;
        char *beside = memory_format("%s/../kubeconfig", place.folder);

        CHECK_TEXT(environment->name, "production");
        CHECK_TEXT(environment->kubeconfig, beside);
        CHECK(environment->dns.uses_addresses);
        CHECK_INTEGER(environment->dns.ttl_s, 90);
        CHECK_TEXT(environment->control_planes[0].context, "far");
        CHECK_TEXT(environment->control_planes[0].ns, "istio");
        CHECK_TEXT(environment->control_planes[0].resolver.ip, "10.9.0.1");
        CHECK_INTEGER(environment->policies.fence_ms, 300000);
        CHECK_INTEGER(environment->policies.poll_ms, 500);
        CHECK_INTEGER(environment->policies.width, 3);
        CHECK_INTEGER(environment->policies.replication_lag_max, 1048576);
        CHECK_INTEGER(environment->policies.floating_ttl_max_ms, 3600000);
        CHECK_INTEGER(environment->policies.drain_ms, 120000);
        free(beside);
    }
    place_close(&place);
    free(with_site);
    free(text);
}

/* A scenario's `policies:` are read over those of its environment. */
static void test_policies_over_others(void)
{
    static const char TEXT[] = "{drain: 7s}";
    EnvironmentPolicies policies;
    YamlDocument *document;

    environment_standard_policies(&policies);
    policies.fence_ms = 1;
    if (!CHECK(yaml_parse("run.yaml", TEXT, strlen(TEXT), &document, NULL)))
        return;
    CHECK(environment_read_policies(document, yaml_root(document), &policies, NULL));
    CHECK_INTEGER(policies.fence_ms, 1);
    CHECK_INTEGER(policies.drain_ms, 7000);
    CHECK_INTEGER(policies.promote_ms, 30000);
    yaml_free(document);
}

static const struct {
    const char *name, *old, *new;
    const char *place; /* ":line:column: " */
    const char *says;
} MISTAKES[] = {
    {"another kind",                   "kind: Environment",                                   "kind: Scenario",
     ":2:1: ",                                                                                                                                                "kind: expected one of Environment, found"                      },
    {"another version",                "understudy.dev/v1",                                   "understudy.dev/v2",
     ":1:1: ",                                                                                                                                                "apiVersion: expected one of understudy.dev/v1"                 },
    {"no organization",                "organization: tetrate\n",                             "",
     ":1:1: ",                                                                                                                                                "organization: missing; the TSB organization"                   },
    {"unknown field",                  "organization:",                                       "organisation:",                                     ":3:1: ",  "did you mean \"organization\"?"                                },
    {"active is no plane",             "active: mp2",                                         "active: mp3",
     ":5:1: ",                                                                                                                                                "active: \"mp3\" is not one of planes (mp1, mp2)"               },
    {"no context",                     "    context: two\n",                                  "",
     ":11:3: ",                                                                                                                                               "planes.mp2.context: missing; its kubeconfig context"           },
    {"context is a number",            "context: two",                                        "context: 2",
     ":12:5: ",                                                                                                                                               "mp2.context: expected a text, found 2"                         },
    {"unknown field of a plane",       "    context: one",                                    "    contxt: one",
     ":8:5: ",                                                                                                                                                "did you mean \"context\"?"                                     },
    {"three planes",                   "controlPlanes:\n",                                    "  mp3: {context: x}\ncontrolPlanes:\n",
     ":6:1: ",                                                                                                                                                "planes: expected exactly two"                                  },
    {"one database not in a list",     "postgres: [{name: pg-1, address: '10.0.1.11:5433'}]",
     "postgres: {name: pg-1, address: '10.0.1.11:5433'}",                                                                                          ":10:5: ", "planes.mp1.postgres: expected a list: its Postgres instances"  },
    {"no database",                    "postgres: [{name: pg-1, address: '10.0.1.11:5433'}]", "postgres: []",
     ":10:5: ",                                                                                                                                               "expected a list: its Postgres instances"                       },
    {"a database by name",             "10.0.2.11}",                                          "db.example.com}",
     ":15:",                                                                                                                                                  "is not the address of a database"                              },
    {"a database's port",              "10.0.1.11:5433",                                      "10.0.1.11:70000",
     ":10:",                                                                                                                                                  "is not the address of a database"                              },
    {"a database without address",     "{name: pg-1, address: 10.0.2.11}",                    "{name: pg-1}",
     ":15:",                                                                                                                                                  "planes.mp2.postgres[0].address: missing; ip or ip:port"        },
    {"control planes not in a list",   "  - name: cp-0001",                                   "  name: cp-0001",
     ":17:1: ",                                                                                                                                               "controlPlanes: expected a list"                                },
    {"a control plane without name",   "- name: cp-0001",                                     "- context: cp-0001",
     ":18:",                                                                                                                                                  "name: missing"                                                 },
    {"a resolver by name",             "- name: cp-0001",                                     "- {name: cp-0001, resolver: dns.local}",
     ":18:",                                                                                                                                                  "\"dns.local\" is not the address of a name server"             },
    {"no password file",               "{passwordFile: front-password}",                      "{user: admin}",
     ":19:",                                                                                                                                                  "frontEnvoy.passwordFile: missing; a file that holds"           },
    {"a password in the file",         "passwordFile: front-password",                        "password: hunter2",
     ":19:",                                                                                                                                                  "unknown field \"password\""                                    },
    {"a token from nowhere",           "passwordFile: front-password",                        "passwordFile: f, login: token",
     ":19:",                                                                                                                                                  "login: token needs tokenFile or loginPath"                     },
    {"a token nobody asked for",       "passwordFile: front-password",                        "tokenFile: f",
     ":19:",                                                                                                                                                  "tokenFile and loginPath go with login: token"                  },
    {"a token twice",                  "passwordFile: front-password",                        "login: token, tokenFile: f, loginPath: /l",
     ":19:",                                                                                                                                                  "tokenFile and loginPath exclude each other"                    },
    {"port zero",                      "{passwordFile: front-password}",                      "{passwordFile: f, port: 0}",
     ":19:",                                                                                                                                                  "expected 1 to 65535"                                           },
    {"port too high",                  "{passwordFile: front-password}",                      "{passwordFile: f, port: 65536}",
     ":19:",                                                                                                                                                  "expected 1 to 65535"                                           },
    {"no name server",                 "[10.2.0.53, '10.2.0.54:5353']",                       "[]",
     ":23:",                                                                                                                                                  "dns.servers: expected a list: every"                           },
    {"one name server not in a list",  "[10.2.0.53, '10.2.0.54:5353']",                       "10.2.0.53",
     ":23:",                                                                                                                                                  "dns.servers: expected a list: every"                           },
    {"a name server by number",        "'10.2.0.54:5353'",                                    "53",
     ":23:",                                                                                                                                                  "dns.servers[1]: expected ip:port"                              },
    {"a provider nobody knows",        "  zone:",                                             "  provider: carrier-pigeon\n  zone:",               ":22:",
     "dns.provider: expected one of rfc2136, hook, manual, externaldns, route53"                                                                                                                                              },
    {"no key for updates",             "  keyFile: keys/tsig.key\n",                          "",
     ":21:",                                                                                                                                                  "dns.keyFile: missing; the TSIG key"                            },
    {"a hook that is not there",       "  keyFile: keys/tsig.key\n",                          "  provider: hook\n",
     ":21:",                                                                                                                                                  "dns.hook: missing; the program to run"                         },
    {"a key for a hook",               "  zone:",                                             "  provider: hook\n  hook: {command: [x]}\n  zone:", ":26:",
     "dns.keyFile: goes with provider rfc2136, not with hook"                                                                                                                                                                 },
    {"a hook for updates",             "  zone:",                                             "  hook: {command: [x]}\n  zone:",                   ":22:",
     "dns.hook: goes with provider hook, not with rfc2136"                                                                                                                                                                    },
    {"a hook for a person",            "  keyFile: keys/tsig.key\n",
     "  provider: manual\n  hook: {command: [x]}\n",                                                                                               ":25:",    "dns.hook: goes with provider hook, not with manual"            },
    {"a hook that is one text",        "  keyFile: keys/tsig.key\n",
     "  provider: hook\n  hook: {command: x y}\n",                                                                                                 ":25:",    "dns.hook.command: expected a list of texts"                    },
    {"a hook of nothing",              "  keyFile: keys/tsig.key\n",                          "  provider: hook\n  hook: {command: []}\n",
     ":25:",                                                                                                                                                  "dns.hook.command: expected a list of texts"                    },
    {"a hook with a number",           "  keyFile: keys/tsig.key\n",
     "  provider: hook\n  hook: {command: [x, 5]}\n",                                                                                              ":25:",    "dns.hook.command: expected a list of texts"                    },
    {"a hook without command",         "  keyFile: keys/tsig.key\n",
     "  provider: hook\n  hook: {timeout: 5s}\n",                                                                                                  ":25:",    "dns.hook.command: missing"                                     },
    {"a hook without time",            "  keyFile: keys/tsig.key\n",
     "  provider: hook\n  hook: {command: [x], timeout: 0s}\n",                                                                                    ":25:",    "dns.hook.timeout: expected more than 0s"                       },
    {"a hook that outlives the lease", "  keyFile: keys/tsig.key\n",
     "  provider: hook\n  hook: {command: [x], timeout: 50s}\n",                                                                                   "",
     "must be shorter than policies.lease, 60s"                                                                                                                                                                               },
    {"external-dns of no plane",       "  keyFile: keys/tsig.key\n",
     "  provider: externaldns\n  externaldns: {plane: mp3}\n",                                                                                     ":25:",    "dns.externaldns.plane: \"mp3\" is not one of planes (mp1, mp2)"},
    {"external-dns of nobody",         "  keyFile: keys/tsig.key\n",
     "  provider: externaldns\n  externaldns: {endpoint: e}\n",                                                                                    ":25:",    "dns.externaldns.plane: missing"                                },
    {"a zone by its path",             "  keyFile: keys/tsig.key\n",
     "  provider: route53\n  route53: {zoneId: /hostedzone/Z1}\n",                                                                                 ":25:",    "dns.route53.zoneId: expected letters and digits"               },
    {"route 53 without a zone",        "  keyFile: keys/tsig.key\n",
     "  provider: route53\n  route53: {region: us-east-1}\n",                                                                                      ":25:",    "dns.route53.zoneId: missing"                                   },
    {"route 53 in clear",              "  keyFile: keys/tsig.key\n",
     "  provider: route53\n  route53: {zoneId: Z1, endpoint: 'http://192.0.2.1'}\n",                                                               ":25:",    "dns.route53.endpoint: expected https:// and a host"            },
    {"route 53 with a path",           "  keyFile: keys/tsig.key\n",
     "  provider: route53\n  route53: {zoneId: Z1, endpoint: 'https://aws.example/x'}\n",                                                          ":25:",    "dns.route53.endpoint: expected https:// and a host"            },
    {"records nobody knows",
     "  zone:",                                                                               "  records: mx\n  zone:",                            ":22:",    "expected one of cname, a"                                      },
    {"a key of YAML twice",            "active: mp2\n",                                       "active: mp2\nactive: mp1\n",                        ":6:1: ",  ""                                                              },
    {"no YAML",                        "planes:\n",                                           "planes: [\n",                                       "",        ""                                                              },
    {"a certificate without its key",  "passwordFile: /etc/understudy/postgres}",
     "passwordFile: x, clientCertificateFile: y}",                                                                                                 ":20:",    "clientCertificateFile and clientKeyFile go together"           },
    {"a policy nobody knows",          "kind: Environment\n",                                 "kind: Environment\npolicies: {fnece: 5m}\n",
     ":3:",                                                                                                                                                   "did you mean \"fence\"?"                                       },
    {"a policy without unit",          "kind: Environment\n",                                 "kind: Environment\npolicies: {fence: 5}\n",
     ":3:",                                                                                                                                                   "policies.fence: expected a duration"                           },
    {"a negative policy",              "kind: Environment\n",                                 "kind: Environment\npolicies: {fence: -5s}\n",
     ":3:",                                                                                                                                                   "policies.fence: expected a duration"                           },
    {"no width",                       "kind: Environment\n",                                 "kind: Environment\npolicies: {width: 0}\n",
     ":3:",                                                                                                                                                   "policies.width: expected at least 1"                           },
    {"looking without a pause",        "kind: Environment\n",                                 "kind: Environment\npolicies: {poll: 0s}\n",
     ":3:",                                                                                                                                                   "policies.poll: expected more than 0s"                          },
    {"a lease that expires at once",   "kind: Environment\n",
     "kind: Environment\npolicies: {lease: 5s}\n",                                                                                                 ":3:",     "policies.leaseRenew: expected less than policies.lease"        },
    {"a lease of no time",             "kind: Environment\n",
     "kind: Environment\npolicies: {lease: 500ms, leaseRenew: 1ms}\n",                                                                             ":3:",     "policies.lease: expected at least 1s"                          },
};

static void test_mistakes(void)
{
    for (size_t i = 0; i < TEST_COUNT(MISTAKES); i++) {
        char *text = replaced(SMALLEST, MISTAKES[i].old, MISTAKES[i].new);
        Place place;
        Error err = {0};
        bool is_refused = !place_open(&place, text, &err), is_told;

        CHECK_CASE(MISTAKES[i].name, is_refused);
        CHECK_CASE(MISTAKES[i].name, err.code == ERR_INPUT);
        is_told = strncmp(err.message, place.path, strlen(place.path)) == 0 &&
                  strstr(err.message, MISTAKES[i].place) && strstr(err.message, MISTAKES[i].says);
        if (!CHECK_CASE(MISTAKES[i].name, is_told))
            printf("  %s\n", err.message);
        CHECK_CASE(MISTAKES[i].name, !strstr(err.message, "hunter2"));
        place_close(&place);
        free(text);
    }
}

static void test_no_file(void)
{
    Environment environment;
    Error err = {0};

    CHECK(!environment_read("/tmp/there-is-no-such-environment.yaml", &environment, &err));
    CHECK_INTEGER(err.code, ERR_IO);
    CHECK(strstr(err.message, "/tmp/there-is-no-such-environment.yaml") != NULL);
}

TEST_SUITE("engine/environment", {"smallest", test_smallest}, {"all of it", test_all_of_it},
           {"policies over others", test_policies_over_others}, {"mistakes", test_mistakes},
           {"no file", test_no_file});
