/*
 * conformance/fakes/dns/seal.h - the signature of an answer, checked and told.
 *
 * Source: RFC 8945, section 5.3: the MAC of an answer covers that of the request, length first.
 */
#ifndef CONFORMANCE_FAKES_DNS_SEAL_H
#define CONFORMANCE_FAKES_DNS_SEAL_H

#include "conformance/fakes/dns/build.h"

/* Adds the line about the whole TSIG record that starts at `at`. */
void wire_tell_seal(const uint8_t *bytes, size_t length, size_t at, const WireMessage *asked,
                    const WireScene *scene, Buffer *out);

#endif
