/*
 * tests/engine/providers/bench.c - an operation with just enough in it for a provider, and a change to ask for.
 */
#include "tests/engine/providers/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tests/test.h"

static const DnsAnswer OLD = {.exists = true,
                              .cname = "mp1.example.com",
                              .cname_ttl_s = 60,
                              .ttl_s = 5,
                              .values = {"192.0.2.1"},
                              .count = 1};
const DnsChange BENCH_CHANGE = {.zone = "example.com",
                                .name = "tsb.example.com",
                                .type = DNS_RECORD_CNAME,
                                .value = "mp2.example.com",
                                .ttl_s = 30,
                                .expected = &OLD};

void provider_bench_open(ProviderBench *bench, EnvironmentDnsProvider provider)
{
    *bench = (ProviderBench){.folder = "/tmp/understudy-provider-XXXXXX"};
    CHECK(mkdtemp(bench->folder) != NULL);
    bench->environment.dns.provider = provider;
    bench->environment.dns.zone = "example.com";
    bench->operation.environment = &bench->environment;
    bench->operation.loop = loop_new();
    bench->operation.trace = trace_new();
    bench->operation.record = cJSON_CreateObject();
    random_init(&bench->operation.random, 7, "provider");
    bench->operation.https = https_client_new(bench->operation.loop, "understudy");
}

void provider_bench_close(ProviderBench *bench)
{
    char *command = memory_format("rm -rf '%s'", bench->folder);

    CHECK(system(command) == 0);
    free(command);
    cJSON_Delete(bench->operation.record);
    https_client_free(bench->operation.https);
    trace_free(bench->operation.trace);
    loop_free(bench->operation.loop);
}
