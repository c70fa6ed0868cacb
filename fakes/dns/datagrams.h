/*
 * fakes/dns/datagrams.h - how datagrams reach a name server: one client's socket pair, or a UDP socket for all. For server.c.
 */
#ifndef FAKES_DNS_DATAGRAMS_H
#define FAKES_DNS_DATAGRAMS_H

#include "fakes/dns/server.h"

/* Takes over a SEQPACKET pair's end; closes when the peer has closed the other one, or when the server goes. */
void dns_datagrams_open(DnsServer *server, int fd);

/* Fails with ERR_INPUT outside 127.0.0.0/8, with ERR_CONFLICT if ip:port is in use. Closes when the server goes. */
bool dns_datagrams_bind(DnsServer *server, const char *ip, uint16_t port, Error *err);

#endif
