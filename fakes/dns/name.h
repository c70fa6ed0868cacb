/*
 * fakes/dns/name.h - domain names: as text, and as labels on the wire.
 *
 * Source: RFC 1035 3.1 (labels), 4.1.4 (compression), 5.1 (escapes: "\." and "\032"), RFC 4343 (case).
 * Text ends with a dot. What is compared or stored is in lower case; decoding keeps the case that was sent.
 */
#ifndef FAKES_DNS_NAME_H
#define FAKES_DNS_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

enum {
    DNS_WIRE_NAME_MAX = 255,
    DNS_LABEL_MAX = 63,
    DNS_NAME_TEXT_MAX = 1024 /* every byte of the longest name escaped, dots, and the NUL */
};

/* Writes the labels of text in the case it has; a missing last dot is assumed. Returns the length, 0 if it is no name. */
size_t dns_name_encode(const char *text, uint8_t out_wire[DNS_WIRE_NAME_MAX]);

/*
 * Reads the name that starts at `at`, following compression pointers, which must lead strictly backwards (so that no
 * loop can hold us) and not into the header. Returns where the bytes after the name start, 0 if it is malformed.
 */
size_t dns_name_decode(const uint8_t *bytes, size_t length, size_t at,
                       char out_text[DNS_NAME_TEXT_MAX]);

/* The same, as labels without compression; out_length counts the root's byte too. */
size_t dns_name_unpack(const uint8_t *bytes, size_t length, size_t at,
                       uint8_t out_wire[DNS_WIRE_NAME_MAX], size_t *out_length);

void dns_name_lower(char *text);

/* Equal but for the case of letters. The lengths before labels are no letters: labels may be compared whole. */
bool dns_wire_equal(const uint8_t *a, const uint8_t *b, size_t length);

/* "b.z." of "a.b.z.", "." of "z."; NULL of ".". Part of name itself, or a constant. */
const char *dns_name_parent(const char *name);

/* Lower case, with the last dot; false if text is no domain name. */
bool dns_name_tidy(const char *text, char out_name[DNS_NAME_TEXT_MAX]);

/* The same, kept in the arena. Fails with ERR_INPUT. */
bool dns_name_clean(Arena *arena, const char *text, const char **out_name, Error *err);

#endif
