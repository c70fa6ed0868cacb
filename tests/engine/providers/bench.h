/*
 * tests/engine/providers/bench.h - an operation with just enough in it for a provider, and a change to ask for.
 */
#ifndef TESTS_ENGINE_PROVIDERS_BENCH_H
#define TESTS_ENGINE_PROVIDERS_BENCH_H

#include "engine/providers/provider.h"

typedef struct {
    Environment environment;
    Operation operation;
    char folder[64];
} ProviderBench;

/* Zone example.com, no patience; folder is new, and goes with all that is in it. */
void provider_bench_open(ProviderBench *bench, EnvironmentDnsProvider provider);
void provider_bench_close(ProviderBench *bench);

/* tsb.example.com from a CNAME of mp1.example.com with TTL 60 to one of mp2.example.com with TTL 30. */
extern const DnsChange BENCH_CHANGE;

#endif
