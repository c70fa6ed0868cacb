/*
 * fakes/dns/connection.c - one client's TCP connection to a name server: messages with their length before them (RFC 7766).
 *
 * All goes well: messages come in, one or many at a time, and are handed on as each is whole; answers go out as they are ready,
 * in any order; the client closes. Goes wrong: the client says nothing for 30 s (closed, as BIND does), a fault ends the
 * connection after an answer or instead of one, or the server goes away.
 */
#include "fakes/dns/connection.h"

#include <stdlib.h>

#include <arpa/inet.h>

#include "base/memory.h"
#include "fakes/dns/data.h"
#include "fakes/dns/peer.h"
#include "fakes/net/stream.h"

enum { IDLE_MS = 30000, PREFIX_SIZE = 2 };

typedef struct {
    DnsPeer peer; /* first: a peer is a connection */
    Stream *stream;
    Buffer incoming;
    Timer *idle;
    bool is_ending; /* what still comes in is not read any more */
} Connection;

static void end(Connection *connection, DnsEnding ending)
{
    connection->is_ending = true;
    if (ending == DNS_RESETS)
        stream_reset(connection->stream);
    else
        stream_close(connection->stream);
}

static void send_answer(DnsPeer *peer, const DnsAnswer *answer, const struct sockaddr *to)
{
    Connection *connection = (Connection *)peer;
    uint8_t prefix[PREFIX_SIZE] = {(uint8_t)(answer->whole >> 8), (uint8_t)answer->whole};

    (void)to;
    if (connection->is_ending)
        return;
    if (answer->is_framed) {
        stream_write(connection->stream, answer->bytes.data, answer->bytes.length);
    } else if (answer->bytes.length > 0) {
        Buffer framed = {0};

        buffer_add(&framed, prefix, sizeof prefix);
        buffer_add(&framed, answer->bytes.data, answer->bytes.length);
        stream_write(connection->stream, framed.data, framed.length);
        buffer_release(&framed);
    }
    if (answer->ending != DNS_STAYS_OPEN)
        end(connection, answer->ending);
}

static void on_data(void *owner, const char *bytes, size_t length)
{
    Connection *connection = owner;
    Buffer *incoming = &connection->incoming;

    if (connection->is_ending)
        return;
    timer_start(connection->idle, IDLE_MS);
    buffer_add(incoming, bytes, length);
    while (!connection->is_ending && incoming->length >= PREFIX_SIZE) {
        size_t size = dns_read_u16((const uint8_t *)incoming->data);

        if (incoming->length - PREFIX_SIZE < size)
            return;
        dns_peer_ask(&connection->peer, incoming->data + PREFIX_SIZE, size, NULL);
        buffer_eat(incoming, PREFIX_SIZE + size);
    }
}

static void on_closed(void *owner)
{
    Connection *connection = owner;

    dns_peer_part(&connection->peer);
    timer_free(connection->idle);
    buffer_release(&connection->incoming);
    free(connection);
}

static void on_idle(void *owner)
{
    end(owner, DNS_CLOSES);
}

static void leave(DnsPeer *peer)
{
    Connection *connection = (Connection *)peer;

    dns_peer_part(peer);
    /* The loop may go next, and takes open timers with it. */
    timer_free(connection->idle);
    connection->idle = NULL;
    end(connection, DNS_RESETS);
}

/* 0 for one that has none, or none of IPv4. */
static uint32_t address_of(const Stream *stream)
{
    char text[STREAM_ADDRESS_MAX];
    struct in_addr address = {0};

    if (stream_peer_address(stream, text))
        inet_pton(AF_INET, text, &address);
    return ntohl(address.s_addr);
}

void dns_connection_open(DnsServer *server, int fd)
{
    Connection *connection = MEMORY_NEW(Connection);
    StreamOptions options = {.loop = server->options.loop, .trace = server->options.trace};
    static const StreamEvents EVENTS = {.on_data = on_data, .on_closed = on_closed};

    connection->peer = (DnsPeer){.is_tcp = true, .send = send_answer, .leave = leave};
    connection->idle = timer_new(server->options.loop, on_idle, connection);
    timer_start(connection->idle, IDLE_MS);
    dns_peer_join(&connection->peer, server);
    connection->stream = stream_open(fd, &options, &EVENTS, connection);
    connection->peer.ip = address_of(connection->stream);
}
