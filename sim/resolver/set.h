/*
 * sim/resolver/set.h - records of one name and type that came together, and how much of their time is left. For cache.c.
 */
#ifndef SIM_RESOLVER_SET_H
#define SIM_RESOLVER_SET_H

#include "sim/resolver/cache.h"

typedef struct {
    Arena arena;
    const char *name;
    uint16_t type;
    bool is_denial; /* the SOA of a negative answer, which is never given for the SOA itself */
    DnsRecord *records;
    size_t count;
    int64_t ttl_s, stored_ms;
} RecordSet;

/* The set that starts at records, at most count of them. */
RecordSet *record_set_new(const DnsRecord *records, size_t count, bool is_denial, int64_t now_ms);
void record_set_free(RecordSet *set); /* accepts NULL */
/* How many of the records belong to the same set as the first. */
size_t record_set_length(const DnsRecord *records, size_t count);
bool record_set_equal(const RecordSet *a,
                      const RecordSet *b); /* the same data, in whatever order */

/* By a cache's way to count: how old, whether its time is over, and how much is left. */
int64_t dns_cache_age_s(const DnsCachePolicy *policy, int64_t stored_ms, int64_t now_ms);
bool dns_cache_is_over(const DnsCachePolicy *policy, int64_t ttl_s, int64_t age_s);

#endif
