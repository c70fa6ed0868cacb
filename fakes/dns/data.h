/*
 * fakes/dns/data.h - the data of resource records: what each type is made of, on the wire and as text.
 *
 * Source: RFC 1035 3.3, RFC 3596 2.2 (AAAA), RFC 2782 (SRV), RFC 8659 4 (CAA), RFC 3597 (types that nobody knows; only old
 *         ones may be compressed), RFC 4034 5, RFC 4255, RFC 6698, RFC 3403 (DS, SSHFP, TLSA, NAPTR).
 * Types that are not known here are opaque bytes, carried and compared as they are. Names in data keep the case that they came
 * in, and are compared without it.
 */
#ifndef FAKES_DNS_DATA_H
#define FAKES_DNS_DATA_H

#include "fakes/dns/message.h"

/*
 * What data of a type is made of, in order, a letter each: 4 and 6 an address, n a name, b s l a number of 8, 16, 32 bits, t a
 * time in seconds, q a string, w a string that is one word, T strings up to the end, v bytes up to the end as text, h as hex.
 */
typedef struct {
    uint16_t type;
    const char *name;   /* "MX" */
    const char *fields; /* "sn" */
    const char *form;   /* for a person: "preference exchange" */
    bool is_compressed; /* its names are, when written */
    uint8_t pointed_at; /* where the name of a server starts whose addresses are worth adding */
} DnsShape;

enum { DNS_NOT_POINTED = 0xff };

/* NULL for a type that is not known here. */
const DnsShape *dns_shape_find(uint16_t type);
/* Whether names are among its fields. */
bool dns_shape_has_names(const DnsShape *shape);
/* How many bytes a field takes of what is left; more than that if it is not enough, or no such thing. Names are uncompressed. */
size_t dns_field_size(char field, const uint8_t *data, size_t left);

/*
 * Reads the data of a record out of a message: names whole, sizes checked. False if malformed. The data lives in the arena, or
 * in the message's bytes where nothing had to be changed.
 */
bool dns_data_decode(Arena *arena, const uint8_t *bytes, size_t length, size_t at, size_t size,
                     DnsRecord *record);

/* The name in the data of a CNAME, NS or PTR record, or of another one that points at a server (MX, SRV); in lower case. */
const char *dns_data_target(Arena *arena, const DnsRecord *record);

/* A word of a line that describes a record; quotes are gone, escapes are as they were written. */
typedef struct {
    const char *text;
    bool is_quoted;
} DnsWord;

/*
 * Reads data from words as they stand in a master file (RFC 1035 5.1, RFC 3597 5): names without a dot at the end are below
 * origin. Sets type, class, data and length. Fails with ERR_INPUT, saying what is expected.
 */
bool dns_data_read(Arena *arena, uint16_t type, const DnsWord *words, size_t count,
                   const char *origin, DnsRecord *out_record, Error *err);
/* A name of a master file: "@" is origin, and what has no dot at the end is below it. In the case it is written in. */
bool dns_name_read(Arena *arena, const char *text, const char *origin, const char **out_name,
                   Error *err);
/* Seconds, or "1h30m" as BIND writes it (s, m, h, d, w). */
bool dns_time_read(const char *text, uint32_t *out_s);

/* What owner, TTL and data say, for a trace: "tsb.example.com. 30 CNAME mp2.example.com." */
const char *dns_record_text(Arena *arena, const DnsRecord *record);

/* Same type and same data, names in whatever case. */
bool dns_data_equal(const DnsRecord *a, const DnsRecord *b);

uint32_t dns_read_u32(const uint8_t *bytes);
uint16_t dns_read_u16(const uint8_t *bytes);
void dns_write_u32(uint8_t *bytes, uint32_t value);

/* SOA data ends with serial, refresh, retry, expire, minimum. */
uint32_t dns_soa_serial(const DnsRecord *soa);
uint32_t dns_soa_refresh(const DnsRecord *soa);
uint32_t dns_soa_retry(const DnsRecord *soa);
uint32_t dns_soa_expire(const DnsRecord *soa);
uint32_t dns_soa_minimum(const DnsRecord *soa);

#endif
