/*
 * sim/edge_address.h - what an edge knows its plane's address to be, and when it asks its resolver for it.
 *
 * Source: gRPC's dns resolver (asks when a connection broke, at most every 30 s; F-601); Envoy's STRICT_DNS and LOGICAL_DNS (ask
 *         every dns_refresh_rate, 5 s, whatever the TTL says, and keep what they had when there is no answer); clients that ask
 *         once, as a JVM with networkaddress.cache.ttl=-1 does.
 */
#ifndef SIM_EDGE_ADDRESS_H
#define SIM_EDGE_ADDRESS_H

#include "sim/inside.h"

typedef struct {
    ControlPlaneSite *site;
    Random random;
    Timer *refresh;      /* WORLD_LOOKUP_ENVOY */
    char host[128];      /* as its pods were started with */
    char ip[16];         /* what it knows that name to be; "" */
    bool is_in_doubt;    /* something broke since it last looked */
    int64_t answered_ms; /* when it last got an answer; of clock_mono_ms; 0: never */
} EdgeAddress;

void edge_address_init(EdgeAddress *address, ControlPlaneSite *site);
void edge_address_release(EdgeAddress *address);

/* Its pods start: they read the host they were given, and know ip ("": nothing yet). */
void edge_address_start(EdgeAddress *address, const char *ip);
void edge_address_doubt(EdgeAddress *address);
/* Before a dial, the first one since a connection broke or not. Returns how long its resolver took. */
int64_t edge_address_find(EdgeAddress *address, bool is_first);

#endif
