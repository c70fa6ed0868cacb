/*
 * fakes/dns/compress.h - names as a message writes them: whole, or pointing back at where they stand already (RFC 1035 4.1.4).
 *
 * BIND compares byte by byte and keeps of each name its first two suffixes only, so that a name deep in a zone does not help the next
 * one. Knot points an owner at any whole name that stands there, whatever its case, else a name's end at that of the last
 * name it wrote out; and it writes everything but the question in lower case.
 */
#ifndef FAKES_DNS_COMPRESS_H
#define FAKES_DNS_COMPRESS_H

#include <stdbool.h>

#include "base/buffer.h"

enum { DNS_KNOWN_MAX = 128 };

typedef struct {
    Buffer *out;
    size_t start; /* of the message, in out */
    bool is_knot;
    size_t count; /* of what may be pointed at; for Knot whole names, for BIND suffixes */
    struct {
        uint16_t offset;
        uint8_t length; /* on the wire, uncompressed: only equally long ones can be equal */
    } known[DNS_KNOWN_MAX];
    uint16_t last; /* Knot: where the last name that was written out stands */
} DnsCompressor;

/* All names are uncompressed, length with the root's byte. */
void dns_compress_question(DnsCompressor *compressor, const uint8_t *wire, size_t length);
void dns_compress_owner(DnsCompressor *compressor, const uint8_t *wire, size_t length);
void dns_compress_data(DnsCompressor *compressor, const uint8_t *wire, size_t length);
/* Written whole, but others may point at it. */
void dns_compress_plain(DnsCompressor *compressor, const uint8_t *wire, size_t length);

#endif
