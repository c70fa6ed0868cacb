/*
 * fakes/dns/manners.h - what one kind of name server does otherwise than another, where the standards leave a choice.
 *
 * Source: BIND 9.18.49 and Knot 3.2.6, asked side by side; docs of both for what is a setting.
 */
#ifndef FAKES_DNS_MANNERS_H
#define FAKES_DNS_MANNERS_H

#include <stdbool.h>
#include <stdint.h>

typedef enum { DNS_LIKE_BIND, DNS_LIKE_KNOT } DnsPersonality;

typedef struct {
    uint8_t unsigned_update;  /* the answer to an update that nobody signed */
    uint8_t denied_transfer;  /* ... to a transfer by who may not */
    uint8_t udp_transfer;     /* ... to AXFR over UDP */
    uint8_t primary_notified; /* ... to a primary that is told of a change in its own zone */
    uint8_t endless_chain;    /* ... to a name whose CNAMEs go round in a circle */
    bool gives_cookies;       /* RFC 7873, to who sends one */
    bool adds_servers;        /* NS and their addresses, to who asks without recursion */
    bool
        is_strict; /* judges types, classes and options of what is asked, where the other one lets them pass */
    bool tells_chaos;      /* version.bind and its like */
    bool folds_names;      /* a name equal to the question's is written as the question has it */
    bool explains_refusal; /* RFC 8914: Not Authoritative */
    bool repeats_unknown;  /* the question and RD come back with an opcode that it does not do */
    bool answers_garbage;  /* FORMERR, where the question cannot be read; else silence */
    bool signs_not_auth;   /* the answer to an update of a zone that is not here */
    bool guards_servers;   /* no update may take the address from a name server */
    bool tells_cut_macs;   /* BADTRUNC; else BADSIG */
    bool whole_any_by_tcp; /* all sets of a name; else one */
} DnsManners;

const DnsManners *dns_manners_of(DnsPersonality personality);

#endif
