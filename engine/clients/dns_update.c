/*
 * engine/clients/dns_update.c - the one signed message that changes a record, and what its answer means.
 *
 * Prerequisite, deletions and the addition travel together, so that the server does all or nothing, and resolvers never see a
 * moment without the name: its absence would be cached for longer than its record.
 */
#include "engine/clients/dns_message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>

#include "base/clock.h"
#include "base/memory.h"

enum { FUDGE_S = 300, RCODE_NOTZONE = 10 };
enum { TSIG_BADSIG = 16, TSIG_BADKEY = 17, TSIG_BADTIME = 18, TSIG_BADTRUNC = 22 };
enum { TSIG_TIME = 1, TSIG_MAC = 3, TSIG_ERROR = 5 }; /* places in a TSIG record's data */

/* ---- building --------------------------------------------------------------------------------- */

/* A record with a value, or only a type if value is NULL. Names get their final dot, so that nothing is added to them. */
static ldns_rr *record(const char *name, ldns_rr_type type, ldns_rr_class class, uint32_t ttl_s,
                       const char *value)
{
    ldns_rr *rr = ldns_rr_new();
    ldns_rdf *owner = NULL, *data = NULL;

    if (ldns_str2rdf_dname(&owner, name) != LDNS_STATUS_OK) {
        ldns_rr_free(rr);
        return NULL;
    }
    ldns_rr_set_owner(rr, owner);
    ldns_rr_set_type(rr, type);
    ldns_rr_set_class(rr, class);
    ldns_rr_set_ttl(rr, ttl_s);
    if (value == NULL)
        return rr;
    data = ldns_rdf_new_frm_str(type == LDNS_RR_TYPE_A      ? LDNS_RDF_TYPE_A
                                : type == LDNS_RR_TYPE_AAAA ? LDNS_RDF_TYPE_AAAA
                                                            : LDNS_RDF_TYPE_DNAME,
                                value);
    if (data == NULL) {
        ldns_rr_free(rr);
        return NULL;
    }
    ldns_rr_push_rdf(rr, data);
    return rr;
}

static bool push(ldns_pkt *packet, ldns_pkt_section section, ldns_rr *rr)
{
    return rr != NULL && ldns_pkt_push_rr(packet, section, rr);
}

static ldns_rr_type type_of(DnsRecordType type)
{
    return type == DNS_RECORD_A      ? LDNS_RR_TYPE_A
           : type == DNS_RECORD_AAAA ? LDNS_RR_TYPE_AAAA
                                     : LDNS_RR_TYPE_CNAME;
}

/* RFC 2136, 2.4.2: an RRset with exactly these values exists. */
static bool expect_values(ldns_pkt *packet, const char *name, const DnsAnswer *expected)
{
    bool ok = true;

    for (size_t i = 0; ok && i < expected->count; i++) {
        const char *value = expected->values[i];
        ldns_rr_type type = strchr(value, ':') != NULL ? LDNS_RR_TYPE_AAAA : LDNS_RR_TYPE_A;

        ok = push(packet, LDNS_SECTION_ANSWER, record(name, type, LDNS_RR_CLASS_IN, 0, value));
    }
    return ok;
}

static bool expect_what_was_seen(ldns_pkt *packet, const DnsChange *change)
{
    const DnsAnswer *expected = change->expected;

    if (expected->cname[0] != '\0')
        return push(packet, LDNS_SECTION_ANSWER,
                    record(change->name, LDNS_RR_TYPE_CNAME, LDNS_RR_CLASS_IN, 0, expected->cname));
    if (expected->exists)
        return expect_values(packet, change->name, expected);
    if (expected->is_nxdomain) /* 2.4.5: the name is not in use */
        return push(packet, LDNS_SECTION_ANSWER,
                    record(change->name, LDNS_RR_TYPE_ANY, LDNS_RR_CLASS_NONE, 0, NULL));
    /* 2.4.3: neither an alias nor a record of the type is there */
    return push(packet, LDNS_SECTION_ANSWER,
                record(change->name, LDNS_RR_TYPE_CNAME, LDNS_RR_CLASS_NONE, 0, NULL)) &&
           (change->type == DNS_RECORD_CNAME ||
            push(packet, LDNS_SECTION_ANSWER,
                 record(change->name, type_of(change->type), LDNS_RR_CLASS_NONE, 0, NULL)));
}

/* Deletions first: a server drops, without a word, a CNAME that is added beside an address. */
static bool replace(ldns_pkt *packet, const DnsChange *change)
{
    static const ldns_rr_type DELETED[] = {LDNS_RR_TYPE_A, LDNS_RR_TYPE_AAAA, LDNS_RR_TYPE_CNAME};
    bool ok = true;

    for (size_t i = 0; ok && i < sizeof DELETED / sizeof *DELETED; i++)
        ok = push(packet, LDNS_SECTION_AUTHORITY,
                  record(change->name, DELETED[i], LDNS_RR_CLASS_ANY, 0, NULL));
    return ok && push(packet, LDNS_SECTION_AUTHORITY,
                      record(change->name, type_of(change->type), LDNS_RR_CLASS_IN, change->ttl_s,
                             change->value));
}

static ldns_rr *zone_question(const char *zone)
{
    ldns_rr *rr = record(zone, LDNS_RR_TYPE_SOA, LDNS_RR_CLASS_IN, 0, NULL);

    if (rr != NULL)
        ldns_rr_set_question(rr, true);
    return rr;
}

static bool sign(ldns_pkt *packet, const DnsTsigKey *key, DnsMac *out_mac, Error *err)
{
    char algorithm[sizeof key->algorithm + 1];
    const ldns_rdf *mac;

    snprintf(algorithm, sizeof algorithm, "%s.", key->algorithm);
    if (ldns_pkt_tsig_sign(packet, key->name, key->secret, FUDGE_S, algorithm, NULL) !=
        LDNS_STATUS_OK)
        return error_set(err, ERR_INPUT, "the key \"%s\" (%s) cannot sign", key->name,
                         key->algorithm);
    /* In the record: its length in two bytes, then the MAC. */
    mac = ldns_rr_rdf(ldns_pkt_tsig(packet), TSIG_MAC);
    out_mac->length = ldns_rdf_size(mac);
    if (out_mac->length > sizeof out_mac->bytes)
        return error_set(err, ERR_INPUT, "the key \"%s\" signs with too many bytes", key->name);
    memcpy(out_mac->bytes, ldns_rdf_data(mac), out_mac->length);
    return true;
}

static bool is_address(DnsRecordType type)
{
    return type == DNS_RECORD_A || type == DNS_RECORD_AAAA;
}

bool dns_message_update(uint16_t id, const DnsChange *change, const DnsTsigKey *key,
                        Buffer *out_wire, DnsMac *out_mac, Error *err)
{
    ldns_pkt *packet;
    uint8_t *wire = NULL;
    size_t length = 0;
    bool is_probe = change->name == NULL; /* asks for nothing: shows key and zone */
    bool ok;

    if (!is_probe && !is_address(change->type) && change->type != DNS_RECORD_CNAME)
        return error_set(err, ERR_INPUT, "only A, AAAA and CNAME records are changed, not %s",
                         dns_record_type_name(change->type));
    packet = ldns_pkt_new();
    ldns_pkt_set_id(packet, id);
    ldns_pkt_set_opcode(packet, LDNS_PACKET_UPDATE);
    ok = push(packet, LDNS_SECTION_QUESTION, zone_question(change->zone)) &&
         (is_probe || change->expected == NULL || expect_what_was_seen(packet, change)) &&
         (is_probe || replace(packet, change));
    if (!ok && is_probe)
        error_set(err, ERR_INPUT, "\"%s\" is not the name of a zone", change->zone);
    else if (!ok)
        error_set(err, ERR_INPUT, "%s %s %s in zone %s is not a record", change->name,
                  dns_record_type_name(change->type), change->value, change->zone);
    ok = ok && (key == NULL || sign(packet, key, out_mac, err));
    if (ok && ldns_pkt2wire(&wire, packet, &length) == LDNS_STATUS_OK)
        buffer_add(out_wire, wire, length);
    LDNS_FREE(wire);
    ldns_pkt_free(packet);
    return ok;
}

/* ---- reading ---------------------------------------------------------------------------------- */

static int tsig_error(const ldns_pkt *packet)
{
    const ldns_rr *tsig = ldns_pkt_tsig(packet);

    if (tsig == NULL || ldns_rr_rd_count(tsig) <= TSIG_ERROR)
        return 0;
    return ldns_rdf2native_int16(ldns_rr_rdf(tsig, TSIG_ERROR));
}

static bool fail_on_key(int error, const DnsTsigKey *key, Error *err)
{
    switch (error) {
    case TSIG_BADKEY:
        return error_set(err, ERR_DENIED,
                         "BADKEY: the server knows no key \"%s\" with %s; compare with its own key "
                         "file",
                         key->name, key->algorithm);
    case TSIG_BADSIG:
    case TSIG_BADTRUNC:
        return error_set(err, ERR_DENIED,
                         "BADSIG: the secret of key \"%s\" is not the server's; compare with its "
                         "own key file",
                         key->name);
    case TSIG_BADTIME:
        return error_set(err, ERR_DENIED,
                         "BADTIME: the server's clock and ours are more than %d s apart; set them "
                         "right",
                         FUDGE_S);
    default:
        return error_set(err, ERR_DENIED, "the server rejects our signature with code %d", error);
    }
}

static bool fail_update(ldns_pkt_rcode rcode, Error *err)
{
    switch ((int)rcode) {
    case LDNS_RCODE_NXDOMAIN:
    case LDNS_RCODE_YXDOMAIN:
    case LDNS_RCODE_YXRRSET:
    case LDNS_RCODE_NXRRSET:
        return error_set(err, ERR_CONFLICT,
                         "the record is no longer what it was when we looked (code %d): somebody "
                         "else changed it",
                         (int)rcode);
    case LDNS_RCODE_REFUSED:
        return error_set(err, ERR_DENIED, "REFUSED: the server does not let this key change it");
    case LDNS_RCODE_NOTAUTH:
        return error_set(err, ERR_DENIED,
                         "NOTAUTH: the server does not serve this zone, or not to this key");
    case RCODE_NOTZONE:
        return error_set(err, ERR_INVALID, "NOTZONE: the name does not lie in the zone");
    case LDNS_RCODE_SERVFAIL:
        return error_set(err, ERR_UNAVAILABLE, "SERVFAIL: the server could not do it");
    case LDNS_RCODE_NOTIMPL:
        return error_set(err, ERR_INVALID, "NOTIMP: the server takes no updates");
    default:
        return error_set(err, ERR_INVALID, "the server rejects the update with code %d",
                         (int)rcode);
    }
}

static bool is_signed_now(const ldns_pkt *packet)
{
    const uint8_t *time = ldns_rdf_data(ldns_rr_rdf(ldns_pkt_tsig(packet), TSIG_TIME));
    int64_t signed_s = 0, apart_s;

    for (int i = 0; i < 6; i++)
        signed_s = signed_s << 8 | time[i];
    apart_s = signed_s - clock_wall_ms() / 1000;
    return apart_s <= FUDGE_S && apart_s >= -FUDGE_S;
}

static bool is_signature_right(ldns_pkt *packet, const void *bytes, size_t length,
                               const DnsTsigKey *key, const DnsMac *mac)
{
    ldns_rdf *request_mac;
    bool ok;

    if (ldns_pkt_tsig(packet) == NULL)
        return false;
    request_mac = ldns_rdf_new_frm_data(LDNS_RDF_TYPE_INT16_DATA, mac->length, mac->bytes);
    ok = ldns_pkt_tsig_verify(packet, bytes, length, key->name, key->secret, request_mac) &&
         is_signed_now(packet);
    ldns_rdf_deep_free(request_mac);
    return ok;
}

bool dns_message_read_update(const void *bytes, size_t length, const DnsTsigKey *key,
                             const DnsMac *mac, Error *err)
{
    ldns_pkt *packet = NULL;
    ldns_pkt_rcode rcode;
    bool ok = true;

    if (ldns_wire2pkt(&packet, bytes, length) != LDNS_STATUS_OK)
        return error_set(err, ERR_PROTOCOL, "the answer is not a DNS message");
    rcode = ldns_pkt_get_rcode(packet);
    if (key != NULL && tsig_error(packet) != 0)
        ok = fail_on_key(tsig_error(packet), key, err);
    else if (rcode != LDNS_RCODE_NOERROR)
        ok = fail_update(rcode, err);
    else if (key != NULL && !is_signature_right(packet, bytes, length, key, mac))
        ok = error_set(err, ERR_AMBIGUOUS,
                       "the answer says it was done, but its signature is not the server's; look "
                       "at the record");
    ldns_pkt_free(packet);
    return ok;
}
