/*
 * fakes/dns/data.h - the data of resource records: which types hold names, and where.
 *
 * Source: RFC 1035 3.3, RFC 3596 2.2 (AAAA), RFC 2782 (SRV), RFC 3597 4 (only old types may be compressed).
 * Types that are not known here are opaque bytes, carried and compared as they are.
 */
#ifndef FAKES_DNS_DATA_H
#define FAKES_DNS_DATA_H

#include "fakes/dns/message.h"

/* `lead` bytes, then so many names, then `tail` bytes, and nothing else. */
typedef struct {
    uint16_t type;
    uint8_t lead, names, tail;
    bool is_compressed; /* its names are, when written */
} DnsShape;

/* NULL for a type without names or a fixed size. */
const DnsShape *dns_shape_find(uint16_t type);

/*
 * Reads the data of a record out of a message: names whole and in lower case, sizes checked. False if malformed. The data
 * lives in the arena, or in the message's bytes where nothing had to be changed.
 */
bool dns_data_decode(Arena *arena, const uint8_t *bytes, size_t length, size_t at, size_t size,
                     DnsRecord *record);

/* The name that the data of a CNAME, NS or PTR record holds. */
const char *dns_data_target(Arena *arena, const DnsRecord *record);

/* What owner, TTL and data say, for a trace: "tsb.example.com. 30 CNAME mp2.example.com." */
const char *dns_record_text(Arena *arena, const DnsRecord *record);

/* Same type and same bytes (names are in lower case already). */
bool dns_data_equal(const DnsRecord *a, const DnsRecord *b);

uint32_t dns_read_u32(const uint8_t *bytes);
uint16_t dns_read_u16(const uint8_t *bytes);
void dns_write_u32(uint8_t *bytes, uint32_t value);

/* SOA data ends with serial, refresh, retry, expire, minimum. */
uint32_t dns_soa_serial(const DnsRecord *soa);
uint32_t dns_soa_minimum(const DnsRecord *soa);

#endif
