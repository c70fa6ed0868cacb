/*
 * fakes/dns/peer.c - who waits for which answer of a name server, and for how long.
 */
#include "fakes/dns/peer.h"

#include <assert.h>
#include <stdlib.h>

#include <netinet/in.h>

#include "base/memory.h"

/* More than this at once is a flood; what comes on top is lost, as it would be in a full socket buffer. */
enum { WAITING_MAX = 10000 };

/* An answer that is ready (is_postponed false), or a message to be taken up later. */
struct DnsWaiting {
    DnsServer *server;
    DnsPeer *peer; /* NULL: gone */
    DnsWaiting *next, *previous;
    Timer *timer;
    bool is_tcp;
    uint32_t ip;
    Buffer message;
    DnsAnswer answer;
    struct sockaddr_in to;
};

void dns_peer_join(DnsPeer *peer, DnsServer *server)
{
    peer->server = server;
    peer->next = server->peers;
    if (peer->next != NULL)
        peer->next->previous = peer;
    server->peers = peer;
}

static void waiting_free(DnsWaiting *waiting)
{
    if (waiting->next != NULL)
        waiting->next->previous = waiting->previous;
    if (waiting->previous != NULL)
        waiting->previous->next = waiting->next;
    else
        waiting->server->waiting = waiting->next;
    waiting->server->waiting_count--;
    timer_free(waiting->timer);
    buffer_release(&waiting->message);
    buffer_release(&waiting->answer.bytes);
    free(waiting);
}

void dns_waiting_drop_all(DnsServer *server)
{
    DnsWaiting *next;

    for (DnsWaiting *waiting = server->waiting; waiting != NULL; waiting = next) {
        next = waiting->next;
        waiting_free(waiting);
    }
}

/* Answers to the peer have nowhere to go now; what it asked for and is still to be done stays. */
static void forget_peer(DnsPeer *peer)
{
    DnsWaiting *next;

    for (DnsWaiting *waiting = peer->server->waiting; waiting != NULL; waiting = next) {
        next = waiting->next;
        if (waiting->peer != peer)
            continue;
        waiting->peer = NULL;
        if (!waiting->answer.is_postponed)
            waiting_free(waiting);
    }
}

void dns_peer_part(DnsPeer *peer)
{
    if (peer->server == NULL)
        return;
    forget_peer(peer);
    if (peer->next != NULL)
        peer->next->previous = peer->previous;
    if (peer->previous != NULL)
        peer->previous->next = peer->next;
    else
        peer->server->peers = peer->next;
    peer->server = NULL;
}

static void on_due(void *owner);

static void wait_for(DnsServer *server, DnsPeer *peer, const DnsArrival *arrival, DnsAnswer *answer,
                     const struct sockaddr *to)
{
    DnsWaiting *waiting;

    if (server->waiting_count == WAITING_MAX) {
        buffer_release(&answer->bytes);
        return;
    }
    waiting = MEMORY_NEW(DnsWaiting);
    *waiting =
        (DnsWaiting){.server = server, .peer = peer, .is_tcp = arrival->is_tcp, .ip = arrival->ip};
    waiting->answer = *answer;
    if (answer->is_postponed)
        buffer_add(&waiting->message, arrival->bytes, arrival->length);
    if (to != NULL) {
        assert(to->sa_family == AF_INET);
        waiting->to = *(const struct sockaddr_in *)(const void *)to;
    }
    waiting->next = server->waiting;
    if (waiting->next != NULL)
        waiting->next->previous = waiting;
    server->waiting = waiting;
    server->waiting_count++;
    waiting->timer = timer_new(server->options.loop, on_due, waiting);
    timer_start(waiting->timer, answer->delay_ms);
}

/* Gives the answer to the peer, now or after its delay; peer NULL: nobody is there to hear it. */
static void pass_on(DnsServer *server, DnsPeer *peer, const DnsArrival *arrival, DnsAnswer *answer,
                    const struct sockaddr *to)
{
    bool says_anything = answer->bytes.length > 0 || answer->ending != DNS_STAYS_OPEN;

    if (answer->is_postponed || (answer->delay_ms > 0 && says_anything && peer != NULL)) {
        wait_for(server, peer, arrival, answer, to);
        return;
    }
    if (says_anything && peer != NULL)
        peer->send(peer, answer, to);
    buffer_release(&answer->bytes);
}

static void on_due(void *owner)
{
    DnsWaiting *waiting = owner;
    DnsPeer *peer = waiting->peer;
    const struct sockaddr *to =
        waiting->to.sin_family != AF_UNSPEC ? (const struct sockaddr *)&waiting->to : NULL;
    DnsArrival arrival = {
        .bytes = (const uint8_t *)waiting->message.data,
        .length = waiting->message.length,
        .is_tcp = waiting->is_tcp,
        .ip = waiting->ip,
        .was_asked = true,
        .client = waiting->server->options.client,
        .wall_ms = dns_server_now(waiting->server),
    };

    waiting->peer = NULL;
    if (waiting->answer.is_postponed) {
        dns_exchange(waiting->server, &arrival, &waiting->answer);
        pass_on(waiting->server, peer, &arrival, &waiting->answer, to);
        waiting->answer = (DnsAnswer){0};
    } else {
        peer->send(peer, &waiting->answer, to);
    }
    waiting_free(waiting);
}

static uint32_t address_of(const DnsPeer *peer, const struct sockaddr *from)
{
    if (from == NULL || from->sa_family != AF_INET)
        return peer->ip;
    return ntohl(((const struct sockaddr_in *)(const void *)from)->sin_addr.s_addr);
}

void dns_peer_ask(DnsPeer *peer, const void *bytes, size_t length, const struct sockaddr *from)
{
    DnsArrival arrival = {
        .bytes = bytes,
        .length = length,
        .is_tcp = peer->is_tcp,
        .ip = address_of(peer, from),
        .may_wait = true,
        .client = peer->server->options.client,
        .wall_ms = dns_server_now(peer->server),
    };
    DnsAnswer answer;

    dns_exchange(peer->server, &arrival, &answer);
    pass_on(peer->server, peer, &arrival, &answer, from);
}
