/*
 * fakes/dns/turn.h - one message being answered, as the files that answer it share it. Inside the server only.
 */
#ifndef FAKES_DNS_TURN_H
#define FAKES_DNS_TURN_H

#include "fakes/dns/exchange.h"

typedef struct {
    DnsServer *server;
    const DnsManners *manners;
    const DnsArrival *arrival;
    DnsAnswer *answer;
    Arena arena;
    DnsMessage request, reply;
    DnsTsig tsig;            /* of the request, if it is signed */
    const DnsSigner *signer; /* of the answer, or NULL */
    int tsig_error;
    bool signs;         /* a TSIG record goes into the answer */
    bool is_silent;     /* no answer goes out */
    bool is_repeatable; /* the same bytes will be answered alike until a zone changes */
    bool is_written;    /* the answer is whole already, in frames for TCP */
    int ede;            /* RFC 8914: why there is no better answer; -1: nothing to say */
    const char *ede_text;
    FaultCall call;
    Fault fault;
} DnsTurn;

/* The zone that knows most about name (example.com before com), or NULL. */
DnsServed *dns_turn_zone_of(const DnsTurn *turn, const char *name);
/* The zone whose apex name is, or NULL. */
DnsServed *dns_turn_zone_named(const DnsTurn *turn, const char *name);

void dns_turn_query(DnsTurn *turn);                               /* query.c */
void dns_turn_chaos(DnsTurn *turn, const DnsRecord *question);    /* chaos.c */
void dns_turn_transfer(DnsTurn *turn, const DnsRecord *question); /* transfer.c */
bool dns_turn_read_options(DnsTurn *turn);                        /* options.c; false: FORMERR */
void dns_turn_write_options(DnsTurn *turn);
bool dns_turn_is_malformed(
    const DnsTurn *turn); /* malformed.c; the whole message is, whoever signed it */
bool dns_turn_has_cookie(const DnsTurn *turn);

#endif
