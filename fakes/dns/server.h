/*
 * fakes/dns/server.h - an authoritative name server: UDP and TCP in, answers and updates out.
 *
 * Source: RFC 1035 4.2, RFC 7766 (TCP), RFC 2136, RFC 8945 (TSIG), RFC 5936 (AXFR), RFC 1995 (IXFR), RFC 1996 (NOTIFY).
 *         Personality: BIND 9.18, or Knot 3.2 where asked for (manners.h).
 */
#ifndef FAKES_DNS_SERVER_H
#define FAKES_DNS_SERVER_H

#include "base/loop.h"
#include "base/network.h"
#include "base/trace.h"
#include "fakes/dns/manners.h"
#include "fakes/dns/tsig.h"
#include "fakes/dns/zone.h"

/*
 * Fault points: dns.query and dns.update are asked about each message that would be answered or done (a badly signed one never
 * gets that far). DELAY holds the message itself back: an update takes effect late, even if its sender has gone meanwhile. CUT,
 * LOSE_REPLY and RESET end a TCP connection; on datagrams, what is cut is short and the rest is silence. OWN: fault.h.
 *
 * The trace hears "dns.serial" {zone, serial, changes}, and "dns.update" {zone, rcode, tsig} for updates that were refused.
 */
typedef struct DnsServer DnsServer;

typedef struct {
    Loop *loop;
    Trace *trace;
    const char *site;          /* "dns" */
    const char *name;          /* "ns1", where a site has several; may be NULL */
    const char *client;        /* the site of all who come through a socket: "desk"; may be NULL */
    const FaultPoints *faults; /* points dns.query and dns.update; may be NULL */
    /*
     * Answers queries instead of the zones (a caching resolver of the world, which offers recursion); NULL: authoritative from
     * the zones. Fills rcode and sections of reply, by dns_add, and returns how many ms later it goes out; -1: never.
     */
    int64_t (*resolve)(void *self, Arena *arena, const DnsRecord *question, DnsMessage *reply);
    void *self;
    DnsPersonality personality;
    const char *version;          /* of version.bind; NULL: not told */
    const char *identity;         /* of hostname.bind and NSID; NULL: not told */
    const uint8_t *cookie_secret; /* 16 bytes for cookies (cookie.h), borrowed; NULL: gives none */
} DnsServerOptions;

DnsServer *dns_server_new(const DnsServerOptions *options);
void dns_server_free(DnsServer *server);
/* Borrowed: it has to outlive the server. Each change of its serial goes into the trace. */
void dns_server_add_zone(DnsServer *server, DnsZone *zone);
/*
 * Updates must be signed with one of the keys: an unsigned one is REFUSED, a badly signed one NOTAUTH. The name, algorithm and
 * base64 of a key are the world's own and have to be right (dns_signer_init tells whether they are).
 */
void dns_server_add_key(DnsServer *server, const DnsKey *key);

/* Who signs with key (NULL: anybody) and comes from ip (NULL: from anywhere) may have whole zones. Until then, nobody may. */
void dns_server_allow_transfer(DnsServer *server, const char *ip, const char *key);

/* One message in, one out; a DELAY fault delays only the answer here (out_reply empty: no answer); returns the delay in ms, or -1 for none. For tests and models. */
int64_t dns_server_handle(DnsServer *server, bool is_tcp, const void *bytes, size_t length,
                          Buffer *out_reply);
/* The same, asked by that site. */
int64_t dns_server_handle_from(DnsServer *server, const char *client, bool is_tcp,
                               const void *bytes, size_t length, Buffer *out_reply);

/* Its clock is so much ahead of the world's, which signatures do not forgive; negative: behind. */
void dns_server_set_clock(DnsServer *server, int64_t ahead_ms);

void dns_server_accept_stream(void *server,
                              int fd); /* TCP: ListenerConnection and SeamConnection */
void dns_server_accept_datagrams(void *server,
                                 int fd); /* a SEQPACKET pair's end: one client's UDP */
/* Real time: a UDP socket bound on loopback. */
bool dns_server_bind_udp(DnsServer *server, const char *ip, uint16_t port, Error *err);

#endif
