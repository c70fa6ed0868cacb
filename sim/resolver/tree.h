/*
 * sim/resolver/tree.h - the caches between a pod and the authority: those that `world.dns` asks for, one on another.
 *
 * The pod asks NodeLocal DNSCache, if there is one, that asks CoreDNS, that asks a recursive resolver (unbound), if there is one, and the
 * lowest of them asks the authority.
 */
#ifndef SIM_RESOLVER_TREE_H
#define SIM_RESOLVER_TREE_H

#include "sim/parameters.h"
#include "sim/resolver/layer.h"

enum { TREE_LAYERS_MAX = 3 };

/* Its layers point at each other: it stays where it is. */
typedef struct {
    Layer layers[TREE_LAYERS_MAX]; /* the lowest first */
    int count;
} Tree;

void tree_init(Tree *tree, const WorldParameters *parameters, LayerAsk *ask, void *below);
void tree_release(Tree *tree);
Layer *tree_top(Tree *tree); /* whom a pod asks */

/*
 * As if somebody had asked for name's address not long ago, in each layer no earlier than in the one below. out_answer: what a pod is told
 * now, in the arena.
 */
void tree_warm_up(Tree *tree, Arena *arena, const char *name, Random *random, int64_t now_ms,
                  DnsMessage *out_answer);

#endif
