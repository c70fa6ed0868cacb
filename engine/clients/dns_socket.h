/*
 * engine/clients/dns_socket.h - one message to a name server and what comes back, by UDP or TCP.
 *
 * Private to the DNS client. UDP sockets are connected, so the kernel hands over only what the server itself sent, and
 * tells when nobody listens there.
 * Source: RFC 1035, section 4.2 (TCP: two bytes of length before each message).
 */
#ifndef ENGINE_CLIENTS_DNS_SOCKET_H
#define ENGINE_CLIENTS_DNS_SOCKET_H

#include "base/buffer.h"
#include "engine/clients/dns.h"

typedef struct DnsSocket DnsSocket;

typedef struct {
    /* A message came; more may. The callback may close the socket. */
    void (*on_message)(void *owner, const void *bytes, size_t length);
    /* It is of no more use: error is an errno, 0 if the peer just hung up. Close it. */
    void (*on_broken)(void *owner, int error);
} DnsSocketEvents;

/* Sends message as soon as it can. Events come from the loop, never from inside the call. */
DnsSocket *dns_socket_open(Loop *loop, const DnsServerAddress *server, bool is_tcp,
                           const Buffer *message, const DnsSocketEvents *events, void *owner);
bool dns_socket_was_sent(const DnsSocket *socket);
void dns_socket_close(DnsSocket *socket); /* accepts NULL */

#endif
