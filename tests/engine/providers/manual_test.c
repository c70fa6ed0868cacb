/*
 * tests/engine/providers/manual_test.c - what a person is told to change, and that it is told once.
 */
#include <string.h>

#include "tests/engine/providers/bench.h"
#include "tests/test.h"

static const char *last_told(const ProviderBench *bench)
{
    size_t count = trace_count(bench->operation.trace);

    return count ? trace_at(bench->operation.trace, count - 1).text : "";
}

static void test_told_once(void)
{
    ProviderBench bench;

    provider_bench_open(&bench, ENVIRONMENT_DNS_MANUAL);
    bench.environment.dns.patience_ms = 600000;
    CHECK(dns_provider(&bench.operation)->probe(&bench.operation, NULL));
    CHECK_INTEGER(trace_count(bench.operation.trace), 0);
    CHECK(dns_provider_change(&bench.operation, &BENCH_CHANGE, NULL));
    CHECK_TEXT(last_told(&bench),
               "DNS: change it by hand in zone example.com: remove tsb.example.com 60 CNAME "
               "mp1.example.com, add tsb.example.com 30 CNAME mp2.example.com; this goes on when "
               "every name server says so");
    CHECK(dns_provider_change(&bench.operation, &BENCH_CHANGE, NULL));
    CHECK_INTEGER(trace_count(bench.operation.trace), 1);
    provider_bench_close(&bench);
}

static const struct {
    const char *name;
    DnsAnswer old;
    const char *says;
} CASES[] = {
    {"nothing there",
     {.is_nxdomain = true},
     "zone example.com: add tsb.example.com 30 A 192.0.2.9;"                       },
    {"two addresses",
     {.exists = true, .ttl_s = 7, .values = {"192.0.2.1", "192.0.2.2"}, .count = 2},
     "remove tsb.example.com 7 A 192.0.2.1 and tsb.example.com 7 A 192.0.2.2, add "},
};

static void test_other_records(void)
{
    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        ProviderBench bench;

        provider_bench_open(&bench, ENVIRONMENT_DNS_MANUAL);
        CHECK(dns_provider_change(&bench.operation,
                                  &(DnsChange){.name = "tsb.example.com",
                                               .type = DNS_RECORD_A,
                                               .value = "192.0.2.9",
                                               .ttl_s = 30,
                                               .expected = &CASES[i].old},
                                  NULL));
        CHECK_CASE(CASES[i].name, strstr(last_told(&bench), CASES[i].says));
        provider_bench_close(&bench);
    }
}

TEST_SUITE("engine/providers/manual", {"told once", test_told_once},
           {"other records", test_other_records});
