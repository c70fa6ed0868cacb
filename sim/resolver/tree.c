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

void tree_backdate(Tree *tree, int64_t ms)
{
    for (int i = 0; i < tree->count; i++)
        dns_cache_backdate(tree->layers[i].cache, ms);
}
