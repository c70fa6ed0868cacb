/*
 * sim/resolver/layer.c - one caching resolver.
 *
 * All goes well: the answer is in the cache; or whoever is below is asked, and once more for each CNAME that leads out of what it told; the
 * whole is kept. A part that is kept for itself is not asked for again while it is good: so the old target of a name
 * outlives the address that it led to. Only what replaces an answer, as it is due or expired, is fetched from its beginning.
 * Goes wrong: nobody answers, or a CNAME leads in a circle: SERVFAIL, which is not kept.
 */
#include "sim/resolver/layer.h"

#include <string.h>

#include "fakes/dns/data.h"

enum { CHAIN_MAX = 8 };

/* Of the authority only a denial's SOA: the name servers of a zone say nothing about the question. */
static void append(Arena *arena, DnsMessage *answer, const DnsMessage *more)
{
    for (int section = DNS_ANSWER; section <= DNS_AUTHORITY; section++)
        for (size_t i = 0; i < more->sections[section].count; i++) {
            const DnsRecord *record = &more->sections[section].records[i];

            if (section == DNS_ANSWER || record->type == DNS_SOA)
                dns_add(arena, answer, section, record);
        }
    answer->rcode = more->rcode;
}

/* The name that a reply leads to and says nothing more about, or NULL. */
static const char *rest_of(Arena *arena, const DnsMessage *reply, uint16_t type)
{
    size_t count = reply->sections[DNS_ANSWER].count;
    const DnsRecord *last = count ? &reply->sections[DNS_ANSWER].records[count - 1] : NULL;

    if (!last || reply->rcode != DNS_NOERROR || last->type != DNS_CNAME || type == DNS_CNAME)
        return NULL;
    return dns_data_target(arena, last);
}

static bool find_part(const Layer *layer, Arena *arena, const char *name, uint16_t type,
                      int64_t now_ms, DnsMessage *out_reply)
{
    DnsRecord alias;
    DnsCacheState state;

    if (!dns_cache_policy(layer->cache)->keeps_sets)
        return false;
    state = dns_cache_find(layer->cache, arena, name, type, now_ms, out_reply);
    if (state == DNS_CACHE_FRESH || state == DNS_CACHE_DUE)
        return true;
    memset(out_reply, 0, sizeof *out_reply);
    if (type == DNS_CNAME || !dns_cache_find_alias(layer->cache, arena, name, now_ms, &alias))
        return false;
    dns_add(arena, out_reply, DNS_ANSWER, &alias);
    return true;
}

/* One name's part of an answer. */
static bool take_part(const Layer *layer, Arena *arena, const char *name, uint16_t type,
                      int64_t now_ms, bool replaces, DnsMessage *out_reply, int64_t *delay_ms)
{
    memset(out_reply, 0, sizeof *out_reply);
    if (!replaces && find_part(layer, arena, name, type, now_ms, out_reply))
        return true;
    if (!layer->ask(layer->below, arena, name, type, now_ms, out_reply, delay_ms))
        return false;
    dns_cache_trim(layer->cache, out_reply);
    if (dns_cache_policy(layer->cache)->keeps_sets)
        dns_cache_store(layer->cache, name, type, out_reply, now_ms, replaces);
    return true;
}

static void fetch(const Layer *layer, Arena *arena, const char *name, uint16_t type, int64_t now_ms,
                  bool replaces, DnsMessage *out_answer, int64_t *delay_ms)
{
    DnsMessage answer = {0}, part;
    const char *next = name;

    for (int i = 0; i < CHAIN_MAX && next; i++) {
        if (!take_part(layer, arena, next, type, now_ms, replaces, &part, delay_ms))
            break;
        append(arena, &answer, &part);
        next = rest_of(arena, &part, type);
    }
    *out_answer = (DnsMessage){.rcode = DNS_SERVFAIL};
    if (next)
        return;
    *out_answer = answer;
    dns_cache_store(layer->cache, name, type, &answer, now_ms, replaces);
}

DnsCacheState layer_answer(Layer *layer, Arena *arena, const char *name, uint16_t type,
                           int64_t now_ms, DnsMessage *out_answer, int64_t *delay_ms)
{
    DnsCacheState state;
    DnsMessage newer;
    int64_t nobody_waits_ms = 0;

    memset(out_answer, 0, sizeof *out_answer);
    state = dns_cache_find(layer->cache, arena, name, type, now_ms, out_answer);
    if (state == DNS_CACHE_NONE)
        fetch(layer, arena, name, type, now_ms, false, out_answer, delay_ms);
    else if (state == DNS_CACHE_DUE || state == DNS_CACHE_EXPIRED)
        fetch(layer, arena, name, type, now_ms, true, &newer, &nobody_waits_ms);
    return state;
}

bool layer_ask(void *self, Arena *arena, const char *name, uint16_t type, int64_t now_ms,
               DnsMessage *out_reply, int64_t *delay_ms)
{
    layer_answer(self, arena, name, type, now_ms, out_reply, delay_ms);
    return out_reply->rcode == DNS_NOERROR || out_reply->rcode == DNS_NXDOMAIN;
}
