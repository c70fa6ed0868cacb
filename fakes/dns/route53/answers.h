/*
 * fakes/dns/route53/answers.h - what Route 53 says, as XML.
 *
 * Source: Amazon Route 53 API Reference, 2013-04-01, response syntax and errors.
 */
#ifndef FAKES_ROUTE53_ANSWERS_H
#define FAKES_ROUTE53_ANSWERS_H

#include "base/buffer.h"
#include "fakes/dns/zone.h"

void route53_write_error(Buffer *out, const char *code, const char *message);
void route53_write_zone(Buffer *out, const char *zone_id, const DnsZone *zone);
/* root: "GetChangeResponse". */
void route53_write_change(Buffer *out, const char *root, const char *id, bool is_in_sync);
/* The record sets from name on, in Route 53's order: by the labels from the last to the first; at most so many. name "": from the first. */
void route53_write_list(Buffer *out, const DnsZone *zone, const char *name, size_t most);

#endif
