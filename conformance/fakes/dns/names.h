/*
 * conformance/fakes/dns/names.h - names and records between the words of a case and the wire: "active" is active.tsb.example.com.
 *
 * Source:    RFC 1035 5.1 (master files); wire format by ldns, so that the fake is not judged by its own codec.
 * Serials of the zone are told from the one that it had when the case began: "serial+1".
 */
#ifndef CONFORMANCE_FAKES_DNS_NAMES_H
#define CONFORMANCE_FAKES_DNS_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

#define WIRE_ZONE "tsb.example.com."

/* Add the bytes of what is said; false with ERR_INPUT if it is none. */
bool wire_add_name(const char *text, Buffer *out, Error *err);
/* "active 30 CNAME mp1", "active 0 ANY CNAME" (no data), "active 0 NONE CNAME mp1". */
bool wire_add_record(const char *text, uint32_t serial, Buffer *out, Error *err);
/* "active A", "version.bind. TXT CH". */
bool wire_add_question(const char *text, Buffer *out, Error *err);

/*
 * What stands at *at of a message, which then is behind it; free() it. NULL if it is none. is_question: without TTL and data.
 * Equal names in another case stay different.
 */
char *wire_tell_record(const uint8_t *bytes, size_t length, size_t *at, bool is_question,
                       uint32_t serial);
/* Where the name at at ends; 0: it never does. */
size_t wire_skip_name(const uint8_t *bytes, size_t length, size_t at);
/* A name in lower case as uncompressed labels; false if it is none. */
bool wire_plain_name(const uint8_t *bytes, size_t length, size_t at, Buffer *out);

#endif
