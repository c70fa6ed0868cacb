/*
 * fakes/dns/peer.h - a way to a name server: a TCP connection, one client's datagrams, or a UDP socket for all. For server.c.
 *
 * A peer hands over what arrives (dns_peer_ask) and is given each answer to send, at once or when its delay is over. A message
 * that a fault postpones is taken up later even if its sender has gone meanwhile: a datagram on its way does not turn back.
 * Ownership: each kind of peer frees itself once its handle is closed; the server only asks it to leave.
 */
#ifndef FAKES_DNS_PEER_H
#define FAKES_DNS_PEER_H

#include <sys/socket.h>

#include "fakes/dns/exchange.h"

struct DnsPeer {
    DnsServer *server; /* NULL once one of the two has left the other */
    DnsPeer *next, *previous;
    bool is_tcp;
    uint32_t ip; /* of a TCP client, IPv4; 0: unknown */
    void (*send)(DnsPeer *peer, const DnsAnswer *answer, const struct sockaddr *to);
    void (*leave)(DnsPeer *peer); /* the server goes away: close */
};

void dns_peer_join(DnsPeer *peer, DnsServer *server);
void dns_peer_part(DnsPeer *peer); /* may be called again */

/* from: whom to answer on a socket that serves many; else NULL. */
void dns_peer_ask(DnsPeer *peer, const void *bytes, size_t length, const struct sockaddr *from);

/* Everything that waits is forgotten, done or not. */
void dns_waiting_drop_all(DnsServer *server);

#endif
