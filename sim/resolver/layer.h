/*
 * sim/resolver/layer.h - one caching resolver: its cache, and whom it asks for what it does not know.
 *
 * Layers stand on one another: NodeLocal DNSCache on CoreDNS, on a recursive resolver, on the authority. Each counts the TTLs down that it was
 * told, so that what is old in one is old in all.
 */
#ifndef SIM_RESOLVER_LAYER_H
#define SIM_RESOLVER_LAYER_H

#include "sim/resolver/cache.h"

/*
 * Fills out_reply, in the arena, and adds to delay_ms how long that took. False: there is no answer. A reply may end with a CNAME
 * that leads elsewhere: whoever asked goes on from there.
 */
typedef bool LayerAsk(void *self, Arena *arena, const char *name, uint16_t type, int64_t now_ms,
                      DnsMessage *out_reply, int64_t *delay_ms);

typedef struct {
    DnsCache *cache;
    LayerAsk *ask; /* whoever is below */
    void *below;
} Layer;

/*
 * The answer by this layer, whole: SERVFAIL without records if there is none to be had. An answer that is due or expired is given at
 * once, and fetched anew meanwhile. Returns what the cache knew.
 */
DnsCacheState layer_answer(Layer *layer, Arena *arena, const char *name, uint16_t type,
                           int64_t now_ms, DnsMessage *out_answer, int64_t *delay_ms);

LayerAsk layer_ask; /* the same, of a Layer, for the one above */

#endif
