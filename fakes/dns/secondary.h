/*
 * fakes/dns/secondary.h - a zone that is kept like its primary's: fetched, refreshed, and given up when nobody confirms it.
 *
 * Source: RFC 1034 4.3.5 (refresh, retry, expire), RFC 1995, RFC 5936, RFC 1996 (told of a change). Real time only: it dials.
 */
#ifndef FAKES_DNS_SECONDARY_H
#define FAKES_DNS_SECONDARY_H

#include "fakes/dns/exchange.h"

typedef struct {
    DnsZone *zone;  /* borrowed; the server serves it from now on, with whatever it has */
    const char *ip; /* of the primary, in 127.0.0.0/8 */
    uint16_t port;
    const DnsKey *key; /* signs the requests, and has to sign the answers; NULL: no signatures */
    int64_t lag_ms;    /* waited after each notice before it goes and looks */
    bool is_empty;     /* what the zone has is nobody's: SERVFAIL until it was fetched */
} DnsSecondaryOptions;

/* Fails with ERR_INPUT for an address that is none of loopback, or a key that is none. Goes with the server. */
bool dns_server_add_secondary(DnsServer *server, const DnsSecondaryOptions *options, Error *err);

/* Somebody at ip says that the zone changed; false if it is not the primary. */
bool dns_secondary_notify(DnsSecondary *secondary, uint32_t ip);
void dns_secondary_free(DnsSecondary *secondary);

#endif
