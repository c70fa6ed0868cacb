/*
 * tests/engine/providers/hook_test.c - what a hook is told, what its status means, and one that hangs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "tests/engine/providers/bench.h"
#include "tests/test.h"

typedef struct {
    ProviderBench bench;
    char *script, *heard;
    const char *words[3];
} Place;

/* $1 of the hook is the environment file's own; it writes what it is told into the file "heard". */
static void place_open(Place *place, const char *script)
{
    EnvironmentDns *dns = &place->bench.environment.dns;
    char *text;

    provider_bench_open(&place->bench, ENVIRONMENT_DNS_HOOK);
    place->script = memory_format("%s/hook", place->bench.folder);
    place->heard = memory_format("%s/heard", place->bench.folder);
    text = memory_format("#!/bin/sh\nheard=%s\n%s\n", place->heard, script);
    CHECK(file_write(place->script, text, strlen(text), 0700, NULL));
    free(text);
    place->words[0] = place->script;
    place->words[1] = "own word";
    place->words[2] = NULL;
    dns->hook.command = place->words;
    dns->hook.timeout_ms = 60000;
}

static void place_close(Place *place)
{
    provider_bench_close(&place->bench);
    free(place->script);
    free(place->heard);
}

static const char RECORD[] = "for word; do echo \"[$word]\"; done >>\"$heard\"\n"
                             "env | grep ^UNDERSTUDY_ | sort >>\"$heard\"";

static void check_heard(const Place *place, const char *wanted)
{
    char *heard = NULL;

    if (CHECK(file_read(place->heard, &heard, NULL, NULL)))
        CHECK_TEXT(heard, wanted);
    free(heard);
}

static void test_change(void)
{
    Place place;

    place_open(&place, RECORD);
    CHECK(dns_provider_change(&place.bench.operation, &BENCH_CHANGE, NULL));
    check_heard(&place, "[own word]\n[change]\n[tsb.example.com]\n[CNAME]\n[mp1.example.com]\n"
                        "[mp2.example.com]\n[30]\n[example.com]\n"
                        "UNDERSTUDY_ACTION=change\nUNDERSTUDY_NAME=tsb.example.com\n"
                        "UNDERSTUDY_NEW=mp2.example.com\nUNDERSTUDY_OLD=mp1.example.com\n"
                        "UNDERSTUDY_OLD_TYPE=CNAME\nUNDERSTUDY_TTL=30\nUNDERSTUDY_TYPE=CNAME\n"
                        "UNDERSTUDY_ZONE=example.com\n");
    place_close(&place);
}

static void test_addresses(void)
{
    DnsAnswer old = {
        .exists = true, .ttl_s = 5, .values = {"192.0.2.1", "192.0.2.2"},
                .count = 2
    };
    DnsChange change = {.name = "tsb.example.com",
                        .type = DNS_RECORD_A,
                        .value = "192.0.2.9",
                        .ttl_s = 5,
                        .expected = &old};
    Place place;

    place_open(&place, "echo \"$3 $4 $UNDERSTUDY_OLD_TYPE=$5 $6\" >\"$heard\"");
    CHECK(dns_provider_change(&place.bench.operation, &change, NULL));
    check_heard(&place, "tsb.example.com A A=192.0.2.1,192.0.2.2 192.0.2.9\n");
    old = (DnsAnswer){.is_nxdomain = true};
    CHECK(dns_provider_change(&place.bench.operation, &change, NULL));
    check_heard(&place, "tsb.example.com A = 192.0.2.9\n");
    place_close(&place);
}

static void test_probe(void)
{
    Place place;

    place_open(&place, RECORD);
    CHECK(dns_provider(&place.bench.operation)->probe(&place.bench.operation, NULL));
    check_heard(&place, "[own word]\n[probe]\n[example.com]\nUNDERSTUDY_ACTION=probe\n"
                        "UNDERSTUDY_ZONE=example.com\n");
    place_close(&place);
}

static const struct {
    const char *name, *script;
    ErrorCode code;
    const char *says;
} FAILURES[] = {
    {"it failed",             "echo no network >&2; exit 1", ERR_UNAVAILABLE,
     "it failed (status 1): no network"                                                                           },
    {"any other status",      "exit 42",                     ERR_UNAVAILABLE, "status 42"                         },
    {"the record is another", "exit 3",                      ERR_CONFLICT,    "no longer what it was"             },
    {"not allowed",           "exit 4",                      ERR_DENIED,      "does not let it change"            },
    {"never",                 "echo no zone >&2; exit 5",    ERR_INVALID,     "cannot be made (status 5): no zone"},
    {"it lacks a program",    "exec no-such-program-here",   ERR_INVALID,
     "a program that it needs, is not there"                                                                      },
    {"it is killed",          "kill -9 $$",                  ERR_AMBIGUOUS,   "signal 9"                          },
};

static void test_failures(void)
{
    for (size_t i = 0; i < TEST_COUNT(FAILURES); i++) {
        Place place;
        Error err = {0};

        place_open(&place, FAILURES[i].script);
        CHECK_CASE(FAILURES[i].name,
                   !dns_provider_change(&place.bench.operation, &BENCH_CHANGE, &err));
        CHECK_CASE(FAILURES[i].name, err.code == FAILURES[i].code);
        if (!CHECK_CASE(FAILURES[i].name, strstr(err.message, FAILURES[i].says)))
            printf("  %s\n", err.message);
        place_close(&place);
    }
}

static void test_hangs(void)
{
    Place place;
    Error err = {0};

    place_open(&place, "sleep 1000");
    place.bench.environment.dns.hook.timeout_ms = 200;
    CHECK(!dns_provider_change(&place.bench.operation, &BENCH_CHANGE, &err));
    CHECK_INTEGER(err.code, ERR_AMBIGUOUS);
    place_close(&place);
}

static void test_not_executable(void)
{
    Place place;
    Error err = {0};

    place_open(&place, "exit 0");
    CHECK(chmod(place.script, 0600) == 0);
    CHECK(!dns_provider(&place.bench.operation)->probe(&place.bench.operation, &err));
    CHECK_INTEGER(err.code, ERR_INVALID);
    CHECK(strstr(err.message, "cannot be run: permission denied") != NULL);
    place_close(&place);
}

/* Within the patience it is asked once for the same, at once for another. */
static void test_patience(void)
{
    DnsChange other = BENCH_CHANGE;
    Place place;

    other.ttl_s = 20;
    place_open(&place, "echo \"$7\" >>\"$heard\"");
    place.bench.environment.dns.patience_ms = 600000;
    CHECK(dns_provider_change(&place.bench.operation, &BENCH_CHANGE, NULL));
    CHECK(dns_provider_change(&place.bench.operation, &BENCH_CHANGE, NULL));
    check_heard(&place, "30\n");
    CHECK(dns_provider_change(&place.bench.operation, &other, NULL));
    check_heard(&place, "30\n20\n");
    json_put_integer(place.bench.operation.record, "names/tsb.example.com/atMs", 0);
    CHECK(dns_provider_change(&place.bench.operation, &other, NULL));
    check_heard(&place, "30\n20\n20\n");
    place_close(&place);
}

/* What failed may be asked again at once. */
static void test_patience_after_failure(void)
{
    Place place;

    place_open(&place, "echo called >>\"$heard\"; exit 1");
    place.bench.environment.dns.patience_ms = 600000;
    CHECK(!dns_provider_change(&place.bench.operation, &BENCH_CHANGE, NULL));
    CHECK(!dns_provider_change(&place.bench.operation, &BENCH_CHANGE, NULL));
    check_heard(&place, "called\ncalled\n");
    place_close(&place);
}

TEST_SUITE("engine/providers/hook", {"change", test_change}, {"addresses", test_addresses},
           {"probe", test_probe}, {"failures", test_failures}, {"hangs", test_hangs},
           {"not executable", test_not_executable}, {"patience", test_patience},
           {"no patience after a failure", test_patience_after_failure});
