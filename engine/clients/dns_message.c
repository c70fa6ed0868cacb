/*
 * engine/clients/dns_message.c - questions and their answers on the wire.
 */
#include "engine/clients/dns_message.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>

enum { HEADER_LENGTH = 12, CHAIN_MAX = 16 };
enum { QR = 0x80, OPCODE = 0x78, TC = 0x02 }; /* in the third byte */

static const struct {
    ldns_rr_type wire;
    const char *name;
} TYPES[] = {
    [DNS_RECORD_A] = {LDNS_RR_TYPE_A,     "A"    },
    [DNS_RECORD_AAAA] = {LDNS_RR_TYPE_AAAA,  "AAAA" },
    [DNS_RECORD_CNAME] = {LDNS_RR_TYPE_CNAME, "CNAME"},
    [DNS_RECORD_SOA] = {LDNS_RR_TYPE_SOA,   "SOA"  },
    [DNS_RECORD_NS] = {LDNS_RR_TYPE_NS,    "NS"   },
    [DNS_RECORD_TXT] = {LDNS_RR_TYPE_TXT,   "TXT"  },
};

const char *dns_record_type_name(DnsRecordType type)
{
    return TYPES[type].name;
}

/* ---- asking ----------------------------------------------------------------------------------- */

bool dns_message_query(uint16_t id, const char *name, DnsRecordType type, Buffer *out_wire,
                       Error *err)
{
    ldns_rdf *owner = NULL;
    ldns_pkt *packet;
    uint8_t *wire = NULL;
    size_t length = 0;

    if (ldns_str2rdf_dname(&owner, name) != LDNS_STATUS_OK)
        return error_set(err, ERR_INPUT, "\"%s\" is not a DNS name", name);
    packet = ldns_pkt_query_new(owner, TYPES[type].wire, LDNS_RR_CLASS_IN, LDNS_RD);
    ldns_pkt_set_id(packet, id);
    if (ldns_pkt2wire(&wire, packet, &length) == LDNS_STATUS_OK)
        buffer_add(out_wire, wire, length);
    LDNS_FREE(wire);
    ldns_pkt_free(packet);
    return out_wire->length > 0 ||
           error_set(err, ERR_INPUT, "\"%s\" does not fit into a DNS question", name);
}

/* ---- is it ours ------------------------------------------------------------------------------- */

static bool is_same_question(const ldns_pkt *answer, const ldns_pkt *request)
{
    const ldns_rr_list *theirs = ldns_pkt_question(answer), *ours = ldns_pkt_question(request);
    const ldns_rr *a, *b;

    /* An answer that only says "no" may leave the question out. */
    if (ldns_rr_list_rr_count(theirs) == 0)
        return ldns_pkt_get_rcode(answer) != LDNS_RCODE_NOERROR ||
               ldns_pkt_get_opcode(answer) == LDNS_PACKET_UPDATE;
    a = ldns_rr_list_rr(theirs, 0);
    b = ldns_rr_list_rr(ours, 0);
    return ldns_rr_list_rr_count(theirs) == 1 && ldns_rr_get_type(a) == ldns_rr_get_type(b) &&
           ldns_rr_get_class(a) == ldns_rr_get_class(b) &&
           ldns_dname_compare(ldns_rr_owner(a), ldns_rr_owner(b)) == 0;
}

bool dns_message_is_answer(const void *bytes, size_t length, const Buffer *request)
{
    ldns_pkt *answer = NULL, *asked = NULL;
    bool is_ours = false;

    if (length < HEADER_LENGTH ||
        ldns_wire2pkt(&asked, (const uint8_t *)request->data, request->length) != LDNS_STATUS_OK)
        return false;
    if (ldns_wire2pkt(&answer, bytes, length) == LDNS_STATUS_OK) {
        is_ours = ldns_pkt_qr(answer) && ldns_pkt_id(answer) == ldns_pkt_id(asked) &&
                  ldns_pkt_get_opcode(answer) == ldns_pkt_get_opcode(asked) &&
                  is_same_question(answer, asked);
        ldns_pkt_free(answer);
    }
    ldns_pkt_free(asked);
    return is_ours;
}

bool dns_message_is_truncated(const void *bytes, size_t length, const Buffer *request)
{
    const uint8_t *answer = bytes, *asked = (const uint8_t *)request->data;

    return length >= HEADER_LENGTH && request->length >= HEADER_LENGTH &&
           memcmp(answer, asked, 2) == 0 && (answer[2] & QR) != 0 && (answer[2] & TC) != 0 &&
           (answer[2] & OPCODE) == (asked[2] & OPCODE);
}

/* ---- reading ---------------------------------------------------------------------------------- */

/* Names without the dot at the end and in small letters, so that they can be compared as texts. */
static void name_text(const ldns_rdf *rdf, char out_name[256])
{
    char *text = ldns_rdf2str(rdf);
    size_t length = text != NULL ? strlen(text) : 0;

    if (length > 1 && text[length - 1] == '.')
        length--;
    if (length > 255)
        length = 255;
    for (size_t i = 0; i < length; i++)
        out_name[i] = (char)tolower((unsigned char)text[i]);
    out_name[length] = '\0';
    free(text);
}

/* A TXT record's strings, one after the other. */
static void txt_text(const ldns_rr *rr, char out_text[256])
{
    size_t used = 0;

    for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
        const ldns_rdf *rdf = ldns_rr_rdf(rr, i);
        size_t length = ldns_rdf_size(rdf) > 0 ? ldns_rdf_size(rdf) - 1 : 0;

        if (length > 255 - used)
            length = 255 - used;
        memcpy(out_text + used, ldns_rdf_data(rdf) + 1, length);
        used += length;
    }
    out_text[used] = '\0';
}

static void value_text(const ldns_rr *rr, char out_text[256])
{
    char *text;

    out_text[0] = '\0';
    if (ldns_rr_rd_count(rr) == 0)
        return;
    switch (ldns_rr_get_type(rr)) {
    case LDNS_RR_TYPE_A:
    case LDNS_RR_TYPE_AAAA:
        text = ldns_rdf2str(ldns_rr_rdf(rr, 0));
        snprintf(out_text, 256, "%s", text != NULL ? text : "");
        free(text);
        break;
    case LDNS_RR_TYPE_TXT:
        txt_text(rr, out_text);
        break;
    default: /* CNAME, NS, and SOA's primary server */
        name_text(ldns_rr_rdf(rr, 0), out_text);
    }
}

static void lower_ttl(DnsAnswer *answer, bool is_first, uint32_t ttl_s)
{
    if (is_first || ttl_s < answer->ttl_s)
        answer->ttl_s = ttl_s;
}

static void take_record(DnsAnswer *answer, const ldns_rr *rr, bool is_first)
{
    lower_ttl(answer, is_first, ldns_rr_ttl(rr));
    answer->exists = true;
    if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_SOA && ldns_rr_rd_count(rr) > 2)
        answer->serial = ldns_rdf2native_int32(ldns_rr_rdf(rr, 2));
    if (answer->count < DNS_VALUES_MAX)
        value_text(rr, answer->values[answer->count++]);
}

static const ldns_rr *find_record(const ldns_rr_list *section, const ldns_rdf *owner,
                                  ldns_rr_type type)
{
    for (size_t i = 0; i < ldns_rr_list_rr_count(section); i++) {
        const ldns_rr *rr = ldns_rr_list_rr(section, i);

        if (ldns_rr_get_type(rr) == type && ldns_rr_rd_count(rr) > 0 &&
            ldns_dname_compare(ldns_rr_owner(rr), owner) == 0)
            return rr;
    }
    return NULL;
}

static void take_records(DnsAnswer *answer, const ldns_rr_list *section, const ldns_rdf *owner,
                         ldns_rr_type type, bool is_first)
{
    for (size_t i = 0; i < ldns_rr_list_rr_count(section); i++) {
        const ldns_rr *rr = ldns_rr_list_rr(section, i);

        if (ldns_rr_get_type(rr) == type && ldns_dname_compare(ldns_rr_owner(rr), owner) == 0) {
            take_record(answer, rr, is_first);
            is_first = false;
        }
    }
}

/* From name through its CNAMEs, as far as this answer goes. */
static void follow_chain(DnsAnswer *answer, const ldns_rr_list *section, const ldns_rdf *name,
                         ldns_rr_type type)
{
    const ldns_rdf *owner = name;
    const ldns_rr *alias = find_record(section, name, LDNS_RR_TYPE_CNAME);

    if (alias != NULL) {
        name_text(ldns_rr_rdf(alias, 0), answer->cname);
        answer->cname_ttl_s = ldns_rr_ttl(alias);
    }
    for (size_t i = 0; type != LDNS_RR_TYPE_CNAME && alias != NULL && i < CHAIN_MAX; i++) {
        lower_ttl(answer, i == 0, ldns_rr_ttl(alias));
        owner = ldns_rr_rdf(alias, 0);
        alias = find_record(section, owner, LDNS_RR_TYPE_CNAME);
    }
    take_records(answer, section, owner, type, owner == name);
}

static bool fail_with_rcode(ldns_pkt_rcode rcode, Error *err)
{
    switch (rcode) {
    case LDNS_RCODE_REFUSED:
        return error_set(err, ERR_DENIED, "REFUSED: this server does not answer us");
    case LDNS_RCODE_NOTAUTH:
        return error_set(err, ERR_DENIED, "NOTAUTH: this server is not in charge of that zone");
    case LDNS_RCODE_SERVFAIL:
        return error_set(err, ERR_UNAVAILABLE, "SERVFAIL: the server could not find out");
    case LDNS_RCODE_FORMERR:
        return error_set(err, ERR_INVALID, "FORMERR: the server does not understand the question");
    case LDNS_RCODE_NOTIMPL:
        return error_set(err, ERR_INVALID, "NOTIMP: the server does not do this at all");
    default:
        return error_set(err, ERR_INVALID, "the server answers with code %d", (int)rcode);
    }
}

bool dns_message_read_answer(const void *bytes, size_t length, const char *name, DnsRecordType type,
                             DnsAnswer *out_answer, Error *err)
{
    ldns_rdf *owner = NULL;
    ldns_pkt *packet = NULL;
    ldns_pkt_rcode rcode;

    memset(out_answer, 0, sizeof *out_answer);
    if (ldns_wire2pkt(&packet, bytes, length) != LDNS_STATUS_OK)
        return error_set(err, ERR_PROTOCOL, "the answer is not a DNS message");
    rcode = ldns_pkt_get_rcode(packet);
    if (ldns_str2rdf_dname(&owner, name) == LDNS_STATUS_OK &&
        (rcode == LDNS_RCODE_NOERROR || rcode == LDNS_RCODE_NXDOMAIN)) {
        out_answer->is_authoritative = ldns_pkt_aa(packet);
        follow_chain(out_answer, ldns_pkt_answer(packet), owner, TYPES[type].wire);
        /* With a CNAME in the answer it is the target that does not exist; what is shown is not denied. */
        out_answer->is_nxdomain =
            rcode == LDNS_RCODE_NXDOMAIN && !out_answer->exists && out_answer->cname[0] == '\0';
    }
    ldns_rdf_deep_free(owner);
    ldns_pkt_free(packet);
    if (rcode != LDNS_RCODE_NOERROR && rcode != LDNS_RCODE_NXDOMAIN)
        return fail_with_rcode(rcode, err);
    return true;
}
