/*
 * tests/engine/providers/route53_test.c - what Route 53 is asked for a change, and what becomes of its answers.
 *
 * The server answers as a script of answers says, one for each request; the requests are kept.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "tests/engine/clients/script_server.h"
#include "tests/engine/providers/bench.h"
#include "tests/test.h"

#define ROOT(name, inside) \
    "<" name " xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\">" inside "</" name ">"
#define SET(name, type, ttl, value, more)                                            \
    "<ResourceRecordSet><Name>" name "</Name><Type>" type "</Type>" more "<TTL>" ttl \
    "</TTL><ResourceRecords><ResourceRecord><Value>" value                           \
    "</Value></ResourceRecord></ResourceRecords></ResourceRecordSet>"
#define LIST(sets) \
    ROOT("ListResourceRecordSetsResponse", "<ResourceRecordSets>" sets "</ResourceRecordSets>")
#define CHANGE(status) \
    ROOT("C", "<ChangeInfo><Id>/change/C1</Id><Status>" status "</Status></ChangeInfo>")
#define FAILS(code) \
    ROOT("ErrorResponse", "<Error><Code>" code "</Code><Message>because</Message></Error>")
#define ZONE(name) \
    ROOT("G", "<HostedZone><Id>/hostedzone/Z1</Id><Name>" name "</Name></HostedZone>")
#define BAD_BATCH \
    ROOT("InvalidChangeBatch", "<Messages><Message>it was not found</Message></Messages>")

static const char OLD_SET[] = LIST(SET("tsb.example.com.", "CNAME", "60", "mp1.example.com", ""));

enum { REQUESTS_MAX = 8 };
typedef struct {
    int status;
    const char *body;
} Answer;

typedef struct {
    ProviderBench bench;
    ScriptServer *server;
    const Answer *answers; /* ends with status 0 */
    char *requests[REQUESTS_MAX], *endpoint, *credentials;
    size_t count;
} Place;

static ScriptAnswer answer_next(void *owner, size_t number, const char *request)
{
    Place *place = owner;
    const Answer *answer = &place->answers[number];

    if (!CHECK(number < REQUESTS_MAX && answer->status != 0))
        return (ScriptAnswer){.then = SCRIPT_RESET};
    place->requests[place->count++] = memory_text(request);
    return (ScriptAnswer){script_answer(place->server, answer->status, "", answer->body),
                          SCRIPT_KEEP};
}

static void place_open(Place *place, const Answer *answers)
{
    static const char CREDENTIALS[] = "[failover]\naws_access_key_id = AKID\n"
                                      "aws_secret_access_key = hush\naws_session_token = token\n";
    EnvironmentDns *dns = &place->bench.environment.dns;

    *place = (Place){.answers = answers};
    provider_bench_open(&place->bench, ENVIRONMENT_DNS_ROUTE53);
    place->server = script_server_new(place->bench.operation.loop, NULL, answer_next, place);
    place->endpoint = memory_format("http://127.0.0.1:%u", script_server_port(place->server));
    place->credentials = memory_format("%s/credentials", place->bench.folder);
    CHECK(file_write(place->credentials, CREDENTIALS, strlen(CREDENTIALS), 0600, NULL));
    place->bench.environment.floating_name = "tsb.example.com";
    dns->route53.zone_id = "Z1";
    dns->route53.region = "us-east-1";
    dns->route53.endpoint = place->endpoint;
    dns->route53.credentials_file = place->credentials;
    dns->route53.profile = "failover";
}

static void place_close(Place *place)
{
    for (size_t i = 0; i < place->count; i++)
        free(place->requests[i]);
    free(place->endpoint);
    free(place->credentials);
    script_server_free(place->server);
    provider_bench_close(&place->bench);
}

static bool asked(const Place *place, size_t number, const char *words)
{
    return number < place->count && strstr(place->requests[number], words) != NULL;
}

/* ---- a change --------------------------------------------------------------------------------- */

static void test_change(void)
{
    static const Answer ANSWERS[] = {
        {200,                OLD_SET},
        {200,                  CHANGE("PENDING")},
        {200,CHANGE("INSYNC")},
        {0               }
    };
    Place place;
    Error err = {0};

    place_open(&place, ANSWERS);
    CHECK(dns_provider_change(&place.bench.operation, &BENCH_CHANGE, &err));
    CHECK_TEXT(err.message, "");
    CHECK_INTEGER(place.count, 3);
    CHECK(asked(&place, 0,
                "GET /2013-04-01/hostedzone/Z1/rrset?maxitems=100&name=tsb.example.com. HTTP"));
    CHECK(asked(&place, 0, "X-Amz-Security-Token: token\r\n"));
    CHECK(asked(&place, 0,
                "/us-east-1/route53/aws4_request, "
                "SignedHeaders=host;x-amz-date;x-amz-security-token, Signature="));
    CHECK(asked(&place, 1, "POST /2013-04-01/hostedzone/Z1/rrset HTTP"));
    CHECK(asked(&place, 1,
                "<Changes><Change><Action>DELETE</Action>" SET(
                    "tsb.example.com.", "CNAME", "60", "mp1.example.com.",
                    "") "</Change><Change><Action>CREATE</Action>" SET("tsb.example.com.", "CNAME",
                                                                       "30", "mp2.example.com.",
                                                                       "") "</Change></Changes>"));
    CHECK(asked(&place, 2, "GET /2013-04-01/change/C1 HTTP"));
    for (size_t i = 0; i < place.count; i++)
        CHECK(strstr(place.requests[i], "hush") == NULL);
    place_close(&place);
}

/* Addresses in place of a name; and a name that was not there. */
static void test_from_nothing(void)
{
    static const Answer ANSWERS[] = {
        {200,      LIST(SET("tsb.example.com.", "TXT", "60", "\"x\"", "")
                       SET("z.example.com.", "A", "60", "192.0.2.9", ""))},
        {200,   CHANGE("INSYNC")},
        {200, CHANGE("INSYNC")},
        {0    }
    };
    static const DnsAnswer NOTHING = {.is_nxdomain = true};
    DnsChange change = BENCH_CHANGE;
    Place place;

    change.type = DNS_RECORD_A;
    change.value = "192.0.2.1";
    change.expected = &NOTHING;
    place_open(&place, ANSWERS);
    CHECK(dns_provider_change(&place.bench.operation, &change, NULL));
    CHECK(asked(&place, 1,
                "<Changes><Change><Action>CREATE</Action>" SET("tsb.example.com.", "A", "30",
                                                               "192.0.2.1",
                                                               "") "</Change></Changes>"));
    place_close(&place);
}

/* From a life before. */
static void test_done_already(void)
{
    static const Answer ANSWERS[] = {
        {200,      LIST(SET("TSB.example.com.", "CNAME", "30", "mp2.example.com.", ""))},
        {0}
    };
    Place place;

    place_open(&place, ANSWERS);
    CHECK(dns_provider_change(&place.bench.operation, &BENCH_CHANGE, NULL));
    CHECK_INTEGER(place.count, 1);
    place_close(&place);
}

/* ---- what goes wrong -------------------------------------------------------------------------- */

static const struct {
    const char *name;
    Answer answers[4];
    ErrorCode code;
    const char *words;
} FAILURES[] = {
    {"another record",
     {{200, LIST(SET("tsb.example.com.", "CNAME", "60", "mp3.example.com", ""))}},
     ERR_CONFLICT,                                                                                      "another record of tsb.example.com"       },
    {"no record",         {{200, LIST("")}},                                              ERR_CONFLICT, "another record"                          },
    {"of another type",
     {{200, LIST(SET("tsb.example.com.", "A", "60", "192.0.2.1", ""))}},
     ERR_CONFLICT,                                                                                      "another record"                          },
    {"an alias",
     {{200, LIST(SET("tsb.example.com.", "A", "60", "192.0.2.1", "<AliasTarget/>"))}},
     ERR_INVALID,                                                                                       "is an alias"                             },
    {"a routing policy",
     {{200, LIST(SET("tsb.example.com.", "CNAME", "60", "mp1.example.com",
                     "<SetIdentifier>a</SetIdentifier>"))}},
     ERR_INVALID,                                                                                       "routing policy"                          },
    {"changed meanwhile",
     {{200, OLD_SET}, {400, BAD_BATCH}},
     ERR_CONFLICT,                                                                                      "400 InvalidChangeBatch: it was not found"},
    {"in its other form",
     {{200, OLD_SET}, {400, FAILS("InvalidChangeBatch")}},
     ERR_CONFLICT,                                                                                      "400 InvalidChangeBatch: because"         },
    {"no right",
     {{200, OLD_SET}, {403, FAILS("AccessDenied")}},
     ERR_DENIED,                                                                                        "403 AccessDenied: because"               },
    {"an old token",      {{403, FAILS("ExpiredToken")}},                                 ERR_DENIED,   "ExpiredToken"                            },
    {"no such zone",      {{404, FAILS("NoSuchHostedZone")}},                             ERR_INVALID,  "404 NoSuchHostedZone"                    },
    {"no XML",            {{200, "hello"}},                                               ERR_PROTOCOL, "not XML"                                 },
    {"no name for it",
     {{200, OLD_SET}, {200, ROOT("C", "<ChangeInfo><Id>/change/C?1</Id></ChangeInfo>")}},
     ERR_PROTOCOL,                                                                                      "did not name it"                         },
    {"from in between",   {{403, "<html>"}},                                              ERR_DENIED,   "answers 403"                             },
};

static void test_failures(void)
{
    for (size_t i = 0; i < TEST_COUNT(FAILURES); i++) {
        Place place;
        Error err = {0};

        place_open(&place, FAILURES[i].answers);
        CHECK_CASE(FAILURES[i].name,
                   !dns_provider_change(&place.bench.operation, &BENCH_CHANGE, &err));
        CHECK_CASE(FAILURES[i].name, err.code == FAILURES[i].code);
        if (!CHECK_CASE(FAILURES[i].name, strstr(err.message, FAILURES[i].words) != NULL))
            CHECK_TEXT(err.message, FAILURES[i].words);
        place_close(&place);
    }
}

static void test_throttled(void)
{
    static const Answer ANSWERS[] = {
        {400,               FAILS("Throttling")},
        {200,                 OLD_SET},
        {400,FAILS("PriorRequestNotComplete")},
        {200,               CHANGE("INSYNC")},
        {200,                 CHANGE("INSYNC")},
        {0}
    };
    Place place;

    place_open(&place, ANSWERS);
    CHECK(dns_provider_change(&place.bench.operation, &BENCH_CHANGE, NULL));
    CHECK_INTEGER(place.count, 5);
    place_close(&place);
}

/* ---- the probe -------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    Answer answers[3];
    ErrorCode code; /* ERR_NONE: it may */
    const char *words;
} PROBES[] = {
    {"may",            {{200, ZONE("example.com.")}, {400, BAD_BATCH}}, ERR_NONE,   ""                                              },
    {"may only look",
     {{200, ZONE("example.com.")}, {403, FAILS("AccessDenied")}},
     ERR_DENIED,                                                                    "403 AccessDenied"                              },
    {"of other names",
     {{200, ZONE("example.org.")}},
     ERR_INVALID,                                                                   "hosted zone Z1 is example.org, not example.com"},
    {"may not look",   {{403, FAILS("AccessDenied")}},                  ERR_DENIED, "403 AccessDenied"                              },
};

static void test_probe(void)
{
    for (size_t i = 0; i < TEST_COUNT(PROBES); i++) {
        Place place;
        Error err = {0};

        place_open(&place, PROBES[i].answers);
        CHECK_CASE(PROBES[i].name,
                   dns_provider(&place.bench.operation)->probe(&place.bench.operation, &err) ==
                       (PROBES[i].code == ERR_NONE));
        CHECK_CASE(PROBES[i].name, err.code == PROBES[i].code);
        CHECK_CASE(PROBES[i].name, strstr(err.message, PROBES[i].words) != NULL);
        if (PROBES[i].answers[1].status != 0)
            CHECK_CASE(PROBES[i].name,
                       asked(&place, 1, "<Action>DELETE</Action>") && !asked(&place, 1, "CREATE"));
        place_close(&place);
    }
}

static void test_no_credentials(void)
{
    Place place;
    Error err = {0};

    place_open(&place, NULL);
    place.bench.environment.dns.route53.profile = "nobody";
    CHECK(!dns_provider_change(&place.bench.operation, &BENCH_CHANGE, &err));
    CHECK_INTEGER(err.code, ERR_DENIED);
    CHECK(strstr(err.message, "profile \"nobody\" of ") != NULL);
    CHECK(strstr(err.message, "hush") == NULL);
    place_close(&place);
}

TEST_SUITE("engine/providers/route53", {"a change", test_change},
           {"from nothing", test_from_nothing}, {"done already", test_done_already},
           {"failures", test_failures}, {"throttled", test_throttled}, {"the probe", test_probe},
           {"no credentials", test_no_credentials});
