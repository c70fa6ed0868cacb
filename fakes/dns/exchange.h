/*
 * fakes/dns/exchange.h - one message in, one answer out: what a name server does, without any socket. For server.c and peers.
 *
 * All goes well: the message is read, its signature judged, its question answered or its update done, and the answer written
 * and signed. Goes wrong: it is no DNS (silence, or FORMERR), nobody here knows the zone, the signature or a prerequisite does
 * not hold; or a fault point says so. The witness speaks of what was done to this message.
 */
#ifndef FAKES_DNS_EXCHANGE_H
#define FAKES_DNS_EXCHANGE_H

#include "fakes/dns/server.h"

typedef struct DnsPeer DnsPeer;
typedef struct DnsWaiting DnsWaiting;

typedef struct DnsNotifier DnsNotifier;
typedef struct DnsSecondary DnsSecondary;

/* A zone that a server answers for, and what its changes are told to. */
typedef struct {
    DnsServer *server;
    DnsZone *zone;
    DnsSecondary
        *secondary;  /* that keeps it like its primary's; NULL: this server is the primary */
    bool is_expired; /* nobody confirmed it for longer than its SOA allows */
} DnsServed;

/* Who may have whole zones. */
typedef struct {
    uint32_t ip; /* 0: from anywhere */
    char *key;   /* clean; NULL: signed or not */
} DnsAllowance;

struct DnsServer {
    DnsServerOptions options; /* its site and name are ours */
    DnsServed **served;
    size_t served_count, served_capacity;
    DnsSigner *signers;
    size_t signers_count, signers_capacity;
    DnsAllowance *allowances;
    size_t allowances_count, allowances_capacity;
    DnsNotifier *notifiers;
    DnsPeer *peers;
    struct DnsRepeated *repeated; /* answers to give again; NULL: none yet */
    DnsWaiting *waiting;          /* what a peer, or nobody any more, will be answered later */
    size_t waiting_count;
    int64_t ahead_ms; /* of its clock */
};

int64_t dns_server_now(const DnsServer *server); /* milliseconds since 1970, by its clock */

typedef enum { DNS_STAYS_OPEN, DNS_CLOSES, DNS_RESETS } DnsEnding;

typedef struct {
    Buffer bytes;   /* empty: no answer */
    bool is_framed; /* several messages for TCP, each with its length before it */
    size_t whole;   /* what it measured before a fault cut it */
    int64_t
        delay_ms; /* until it goes out; with is_postponed, until the message is to be taken up */
    DnsEnding ending;  /* of a connection, after these bytes */
    bool is_postponed; /* nothing was done yet */
} DnsAnswer;

typedef struct {
    const uint8_t *bytes;
    size_t length;
    bool is_tcp;
    uint32_t ip;        /* of who asks, IPv4; 0: unknown */
    const char *client; /* the site that asks; NULL: unknown */
    bool
        may_wait; /* a fault may postpone it (in answer->is_postponed); else it is done now and only the answer waits */
    bool was_asked;  /* the fault points had their say about it already */
    int64_t wall_ms; /* for signatures */
} DnsArrival;

/* out_answer->bytes is the caller's to release. */
void dns_exchange(DnsServer *server, const DnsArrival *arrival, DnsAnswer *out_answer);

#endif
