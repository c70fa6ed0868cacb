/*
 * fakes/dns/notifier.h - tells a secondary that a zone changed, until it says that it heard (RFC 1996 3.6: 5 times at most).
 */
#ifndef FAKES_DNS_NOTIFIER_H
#define FAKES_DNS_NOTIFIER_H

#include "fakes/dns/exchange.h"

typedef struct {
    const char *from; /* the server's own address */
    const char *ip;   /* of who is told */
    uint16_t port;
    int64_t again_ms; /* without an answer it is told again so much later; 0: 15 s, as BIND does */
} DnsNotifiedOptions;

/*
 * From now on each change of any zone of the server is told. Fails with ERR_INPUT outside 127.0.0.0/8, with ERR_IO if there is no
 * socket to be had. Goes with the server. Real time only.
 */
bool dns_server_add_notified(DnsServer *server, const DnsNotifiedOptions *options, Error *err);

void dns_notifiers_tell(DnsServer *server, const DnsZone *zone);
void dns_notifiers_free(DnsServer *server);

#endif
