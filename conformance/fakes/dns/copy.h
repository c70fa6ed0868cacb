/*
 * conformance/fakes/dns/copy.h - what a zone holds, fetched by a signed AXFR: to see what an update did, and to undo it.
 *
 * A copy is the lines of the records ("mp1 60 A 192.0.2.10"), sorted; of the SOA without its serial, which only grows.
 */
#ifndef CONFORMANCE_FAKES_DNS_COPY_H
#define CONFORMANCE_FAKES_DNS_COPY_H

#include "conformance/fakes/dns/lines.h"
#include "conformance/fakes/dns/talk.h"
#include "conformance/fakes/dns/tell.h"

/* The key that zones are fetched and mended with. */
#define WIRE_COPY_KEY "corpus-sha256"

typedef struct {
    Lines records;
    uint32_t serial;
} WireCopy;

/* Fails with ERR_UNAVAILABLE: the server does not give the zone away. */
bool wire_copy_fetch(const WireTarget *target, const WireScene *scene, WireCopy *out_copy,
                     Error *err);
void wire_copy_release(WireCopy *copy);

/* Adds "zone serial+1", "zone - active 30 CNAME mp1", "zone + ...", or "zone as it was". */
void wire_copy_tell(const WireCopy *before, const WireCopy *now, Buffer *out);

/* Makes the zone of the server hold again what wanted does. Fails with ERR_UNAVAILABLE. */
bool wire_copy_restore(const WireTarget *target, const WireScene *scene, const WireCopy *wanted,
                       Error *err);

#endif
