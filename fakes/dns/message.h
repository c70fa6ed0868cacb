/*
 * fakes/dns/message.h - DNS messages as the servers of a world read and write them. Bytes in, bytes out.
 *
 * Source: RFC 1035 section 4 (format, compression), RFC 3596 (AAAA), RFC 6891 (EDNS), RFC 2136 (UPDATE).
 * Units:  TTLs in seconds. Names are text with a dot at the end: "tsb.example.com.".
 */
#ifndef FAKES_DNS_MESSAGE_H
#define FAKES_DNS_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"

enum {
    DNS_A = 1,
    DNS_NS = 2,
    DNS_CNAME = 5,
    DNS_SOA = 6,
    DNS_PTR = 12,
    DNS_MX = 15,
    DNS_TXT = 16,
    DNS_AAAA = 28,
    DNS_SRV = 33,
    DNS_OPT = 41,
    DNS_DS = 43,
    DNS_TSIG = 250,
    DNS_IXFR = 251,
    DNS_AXFR = 252,
    DNS_ANY = 255,
    DNS_CAA = 257
};
enum { DNS_IN = 1, DNS_CHAOS = 3, DNS_HESIOD = 4, DNS_CLASS_NONE = 254, DNS_CLASS_ANY = 255 };
enum {
    DNS_NOERROR = 0,
    DNS_FORMERR = 1,
    DNS_SERVFAIL = 2,
    DNS_NXDOMAIN = 3,
    DNS_NOTIMP = 4,
    DNS_REFUSED = 5,
    DNS_YXDOMAIN = 6,
    DNS_YXRRSET = 7,
    DNS_NXRRSET = 8,
    DNS_NOTAUTH = 9,
    DNS_NOTZONE = 10,
    DNS_BADSIG = 16,
    DNS_BADKEY = 17,
    DNS_BADTIME = 18
};
enum { DNS_QUERY = 0, DNS_NOTIFY = 4, DNS_UPDATE = 5 };
enum { DNS_NAME_MAX = 256 };

enum {
    DNS_BADVERS = 16,
    DNS_BADTRUNC = 22,
    DNS_BADCOOKIE = 23
}; /* the same number space, other meanings in OPT and in TSIG */

/* One resource record. data is wire format without compression; text helpers below. */
typedef struct {
    const char *name;  /* in lower case */
    const char *shown; /* the same in the case it is written in; NULL: as name */
    uint16_t type, class;
    uint32_t ttl_s;
    const uint8_t *data;
    size_t length;
} DnsRecord;

typedef struct {
    uint16_t id;
    uint8_t opcode, rcode;
    bool is_response, is_authoritative, is_truncated, wants_recursion, offers_recursion;
    bool skips_checks; /* CD, which is given back as it came */
    struct {
        DnsRecord *records;
        size_t count;
    } sections[4]; /* question/zone, answer/prereq, authority/update, additional */
    bool
        has_edns; /* OPT is read into and written from these, and is no record of the additional section */
    uint8_t edns_version;
    const uint8_t
        *options; /* of EDNS, as on the wire: code, length, data; whole, if they were read */
    size_t options_length;
    bool like_knot;       /* writing: names are compressed as Knot does it (compress.h) */
    bool keeps_what_fits; /* writing: of an answer that is too long; else nothing is left of it */
    bool wants_dnssec;
    uint16_t udp_size; /* what the peer takes; 512 without EDNS */
    const char *
        asked_as; /* the question's name in the case it was sent in, written back like that; NULL: as its name */
    const DnsRecord *
        tsig; /* the signature, if there is one; it is no record of the additional section either */
    size_t tsig_at; /* where it starts in the bytes that were parsed */
    size_t unread;  /* bytes after the end */
    bool
        opt_is_named; /* OPT stood at a name, where there is only the root (RFC 6891, section 6.1.2) */
} DnsMessage;
enum { DNS_QUESTION, DNS_ANSWER, DNS_AUTHORITY, DNS_ADDITIONAL };

/*
 * Everything parsed lives in the arena or points into bytes. Fails with ERR_PROTOCOL (answer FORMERR), and then out_message
 * has what could be read until there. Bytes after the end are counted only. A TSIG record is found
 * and not judged; dns_encode writes none (fakes/dns/tsig.h adds it).
 */
bool dns_parse(Arena *arena, const void *bytes, size_t length, DnsMessage *out_message, Error *err);
/*
 * Appends the message with name compression. max 0: no limit; otherwise leaves additional records out, and if that is not
 * enough, all answers, with TC set (as knot and nsd do, and BIND with EDNS).
 */
void dns_encode(const DnsMessage *message, size_t max, Buffer *out_bytes);
/* Only to sections that were empty, parsed, or filled by this. */
void dns_add(Arena *arena, DnsMessage *message, int section, const DnsRecord *record);

/*
 * "192.0.2.1" for A, a name for CNAME and NS, text for TXT (any length, cut into strings of 255 bytes; "\\DDD" for what is not
 * printable), all others as in a master file: "10 mail.example.com." for MX, "\\# 2 beef" for a type without a name here.
 * Reading sets type, data and length, class IN, and nothing else. Fails with ERR_INPUT.
 */
bool dns_data_parse(Arena *arena, uint16_t type, const char *text, DnsRecord *out_record,
                    Error *err);
const char *dns_data_text(Arena *arena, const DnsRecord *record);
const char *dns_type_name(uint16_t type);  /* "CNAME"; "TYPE" for one without a name here */
uint16_t dns_type_parse(const char *text); /* "cname", "TYPE999" of data; 0: neither */
const char *dns_type_text(Arena *arena, uint16_t type); /* the same, but "TYPE999" */
const char *dns_rcode_name(int rcode);                  /* "NXDOMAIN", "BADKEY" */
bool dns_name_equal(const char *a, const char *b);      /* ignoring case */
bool dns_name_is_under(const char *name, const char *apex);

#endif
