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
    bool tells_chaos;      /* in zones of version.bind and its like; else names alone */
    bool like_knot;        /* how names are compressed (compress.h) */
    bool explains_refusal; /* RFC 8914: Not Authoritative */
    bool explains_denial;  /* ... Prohibited, of a transfer */
    bool repeats_unknown;  /* the question and RD come back with an opcode that it does not do */
    bool answers_garbage;  /* FORMERR, where the question cannot be read; else silence */
    bool signs_not_auth;   /* answers about what is not here */
    bool guards_servers;   /* no update may take the address from a name server */
    bool tells_cut_macs;   /* BADTRUNC; else BADSIG */
    bool whole_any_by_tcp; /* all sets of a name; else one */
    bool gives_lowest;     /* ... that of the lowest type; else the first */
    bool
        hides_soa; /* TTL 0 for the SOA that goes with NXDOMAIN, if it is the SOA that was asked for */
    bool prefers_a;          /* IPv4 addresses come first in the additional section */
    bool checks_forms_first; /* of an update's changes, before its prerequisites */
    bool counts_doubles;     /* a prerequisite said twice is two records */
    bool repeats_edns;       /* OPT in transfers and in answers to updates */
    bool is_exact;      /* bytes after the end, or a second question, make a message malformed */
    bool keeps_ttl;     /* a record that is there is not added again for another TTL */
    bool needs_fudge;   /* a time that is off by all of fudge is too far off */
    uint8_t links_most; /* CNAMEs that are followed */
} DnsManners;

const DnsManners *dns_manners_of(DnsPersonality personality);

#endif
