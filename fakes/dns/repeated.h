/*
 * fakes/dns/repeated.h - answers that are given again when the same is asked again, as long as no zone has changed.
 *
 * What a zone says to a plain question follows from the bytes of the question, but for its id. So those that were asked last are kept
 * with their answers. Not kept: whatever is signed, carries a cookie or may meet a fault. For exchange.c and server.c.
 */
#ifndef FAKES_DNS_REPEATED_H
#define FAKES_DNS_REPEATED_H

#include "fakes/dns/exchange.h"

typedef struct DnsRepeated DnsRepeated; /* NULL: nothing was kept yet */

/* Fills the answer; false if it is not known. */
bool dns_repeated_find(const DnsRepeated *repeated, const DnsArrival *arrival, Buffer *out_bytes);
/* One that is too long is not kept. */
void dns_repeated_keep(DnsRepeated **repeated, const DnsArrival *arrival, const Buffer *bytes);
/* Something changed: nothing that was kept is true any more. */
void dns_repeated_forget(DnsRepeated *repeated);
void dns_repeated_free(DnsRepeated *repeated);

#endif
