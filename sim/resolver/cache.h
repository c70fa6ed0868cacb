/*
 * sim/resolver/cache.h - what a caching resolver remembers, and until when. No sockets, no clock: the time is an argument.
 *
 * Source: unbound 1.17 (util/data/msgreply.c, services/cache/dns.c and rrset.c, daemon/worker.c): records of an answer are kept set by set,
 *         in whole seconds of the clock, and are good until the second in which their TTL is over has passed; an answer is good while all of
 *         its sets are. CoreDNS (plugin/cache): an answer is kept whole, for the shortest TTL in it, from the moment it came.
 *         RFC 2308, section 5: a denial is kept for the lesser of its SOA's TTL and minimum. RFC 8767: expired answers.
 * Units:  TTLs in seconds; time in ms of any clock that only goes forward.
 */
#ifndef SIM_RESOLVER_CACHE_H
#define SIM_RESOLVER_CACHE_H

#include "fakes/dns/message.h"

typedef struct {
    bool keeps_sets; /* as unbound; else whole answers, as CoreDNS */
    int64_t floor_s, cap_s, negative_cap_s;
    bool prefetches;       /* who asks in the last tenth of an answer's time has it fetched anew */
    bool serves_expired;   /* what is over is told once more, and then fetched anew */
    int64_t expired_for_s; /* for so long after it was over; 0: for ever */
    int64_t expired_ttl_s; /* with this TTL */
} DnsCachePolicy;

typedef struct DnsCache DnsCache;

DnsCache *dns_cache_new(const DnsCachePolicy *policy); /* copied */
void dns_cache_free(DnsCache *cache);                  /* accepts NULL */
const DnsCachePolicy *dns_cache_policy(const DnsCache *cache);

typedef enum {
    DNS_CACHE_NONE,
    DNS_CACHE_FRESH,
    DNS_CACHE_DUE,     /* fresh, and to be fetched anew */
    DNS_CACHE_EXPIRED, /* to be told all the same, and to be fetched anew */
    DNS_CACHE_PINNED,  /* it is over, and only a pin keeps it */
} DnsCacheState;

/* Fills rcode, answer and authority of out_answer, with what is left of their TTLs; nothing for DNS_CACHE_NONE. name: lower case. */
DnsCacheState dns_cache_find(DnsCache *cache, Arena *arena, const char *name, uint16_t type,
                             int64_t now_ms, DnsMessage *out_answer);
/* The CNAME of name, with what is left of its TTL, if that is kept for itself. */
bool dns_cache_find_alias(const DnsCache *cache, Arena *arena, const char *name, int64_t now_ms,
                          DnsRecord *out_record);

/* TTLs of a reply as this cache counts them: floor, caps, and the SOA of a denial. */
void dns_cache_trim(const DnsCache *cache, DnsMessage *reply);
/*
 * Keeps a trimmed answer, unless it is none (SERVFAIL), its TTL is 0, or it denies without a SOA. A set that is there already with the same
 * data and is not over keeps the TTL that it has, unless the answer was fetched to replace it.
 */
void dns_cache_store(DnsCache *cache, const char *name, uint16_t type, const DnsMessage *answer,
                     int64_t now_ms, bool replaces);

void dns_cache_backdate(DnsCache *cache, int64_t ms);  /* all of it came that much earlier */
void dns_cache_pin(DnsCache *cache, int64_t until_ms); /* nothing is over before then */
void dns_cache_clear(DnsCache *cache);

#endif
