/*
 * sim/resolver/tree.c - the caches between a pod and the authority.
 */
#include "sim/resolver/tree.h"

static DnsCachePolicy recursive(const WorldParameters *parameters)
{
    return (DnsCachePolicy){
        .keeps_sets = true,
        .floor_s = parameters->dns.recursive.floor_s,
        .cap_s = parameters->dns.recursive.cap_s,
        .negative_cap_s = parameters->dns.recursive.negative_cap_s,
        .prefetches = parameters->dns.recursive.prefetches,
        .serves_expired = parameters->dns.recursive.serves_expired,
        .expired_for_s = parameters->dns.recursive.expired_for_s,
        .expired_ttl_s = parameters->dns.recursive.expired_ttl_s,
    };
}

static DnsCachePolicy core_dns(const WorldParameters *parameters)
{
    return (DnsCachePolicy){
        .floor_s = parameters->dns.resolver_floor_s,
        .cap_s = parameters->dns.resolver_cap_s,
        .negative_cap_s = parameters->dns.resolver_negative_cap_s,
    };
}

static DnsCachePolicy node_local(const WorldParameters *parameters)
{
    return (DnsCachePolicy){
        .cap_s = parameters->dns.node_local.cap_s,
        .negative_cap_s = parameters->dns.node_local.negative_cap_s,
    };
}

static void add(Tree *tree, DnsCachePolicy policy, LayerAsk *ask, void *below)
{
    Layer *lower = tree->count > 0 ? &tree->layers[tree->count - 1] : NULL;

    tree->layers[tree->count++] = (Layer){
        .cache = dns_cache_new(&policy),
        .ask = lower ? layer_ask : ask,
        .below = lower ? lower : below,
    };
}

void tree_init(Tree *tree, const WorldParameters *parameters, LayerAsk *ask, void *below)
{
    tree->count = 0;
    if (parameters->dns.recursive.is_installed)
        add(tree, recursive(parameters), ask, below);
    add(tree, core_dns(parameters), ask, below);
    if (parameters->dns.node_local.is_installed)
        add(tree, node_local(parameters), ask, below);
}

void tree_release(Tree *tree)
{
    for (int i = 0; i < tree->count; i++)
        dns_cache_free(tree->layers[i].cache);
    tree->count = 0;
}

Layer *tree_top(Tree *tree)
{
    return &tree->layers[tree->count - 1];
}

static int64_t left_ms(const DnsMessage *answer)
{
    int64_t left_s = INT32_MAX;

    for (size_t i = 0; i < answer->sections[DNS_ANSWER].count; i++)
        if (answer->sections[DNS_ANSWER].records[i].ttl_s < left_s)
            left_s = answer->sections[DNS_ANSWER].records[i].ttl_s;
    return left_s == INT32_MAX ? 0 : left_s * 1000;
}

void tree_warm_up(Tree *tree, Arena *arena, const char *name, Random *random, int64_t now_ms,
                  DnsMessage *out_answer)
{
    int64_t delay_ms = 0, age_ms;

    layer_answer(&tree->layers[0], arena, name, DNS_A, now_ms, out_answer, &delay_ms);
    age_ms = random_between(random, 0, left_ms(out_answer));
    dns_cache_backdate(tree->layers[0].cache, age_ms);
    for (int i = 1; i < tree->count; i++) {
        int64_t cap_ms = dns_cache_policy(tree->layers[i].cache)->cap_s * 1000;

        age_ms = random_between(random, 0, age_ms < cap_ms ? age_ms : cap_ms);
        layer_answer(&tree->layers[i], arena, name, DNS_A, now_ms - age_ms, out_answer, &delay_ms);
    }
}
