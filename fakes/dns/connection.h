/*
 * fakes/dns/connection.h - one client's TCP connection to a name server. For server.c.
 */
#ifndef FAKES_DNS_CONNECTION_H
#define FAKES_DNS_CONNECTION_H

#include "fakes/dns/server.h"

/* Takes fd over; closes by itself, or when the server goes. */
void dns_connection_open(DnsServer *server, int fd);

#endif
