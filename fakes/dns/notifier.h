/*
 * fakes/dns/notifier.h - tells a secondary that a zone changed, until it says that it heard (RFC 1996 3.6: 5 times at most).
 */
#ifndef FAKES_DNS_NOTIFIER_H
#define FAKES_DNS_NOTIFIER_H

#include "fakes/dns/exchange.h"

/*
 * From now on each change of any zone of the server is told to ip:port, from the address `from`. Fails with ERR_INPUT outside
 * 127.0.0.0/8, with ERR_IO if there is no socket to be had. Goes with the server. Real time only.
 */
bool dns_server_add_notified(DnsServer *server, const char *from, const char *ip, uint16_t port,
                             Error *err);

void dns_notifiers_tell(DnsServer *server, const DnsZone *zone);
void dns_notifiers_free(DnsServer *server);

#endif
