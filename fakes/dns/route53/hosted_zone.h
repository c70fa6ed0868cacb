/*
 * fakes/dns/route53/hosted_zone.h - a hosted zone: the records that its servers answer from, and the changes on their way there.
 *
 * Source: Amazon Route 53 Developer Guide: a batch is carried out as a whole or not at all, is PENDING until every server has it, and shows
 *         in lists at once. Here it reaches the zone, which name servers answer from, in one piece when its time has come: INSYNC.
 * Units:     milliseconds.
 * Ownership: the zone is borrowed; somebody else may change it, too.
 */
#ifndef FAKES_ROUTE53_HOSTED_ZONE_H
#define FAKES_ROUTE53_HOSTED_ZONE_H

#include "base/loop.h"
#include "fakes/dns/zone.h"
#include "fakes/dns/route53/batch.h"

typedef struct HostedZone HostedZone;

HostedZone *hosted_zone_new(Loop *loop, DnsZone *zone);
void hosted_zone_free(HostedZone *hosted);

/* out_id: "C0000001". Fails with ERR_CONFLICT, in Route 53's words, changing nothing. It shows after delay_ms; negative: never. */
bool hosted_zone_change(HostedZone *hosted, const Route53Batch *batch, int64_t delay_ms,
                        char out_id[16], Error *err);
/* False: there is no such change. */
bool hosted_zone_is_in_sync(const HostedZone *hosted, const char *id, bool *out_is);
/* The zone as it will be when all is in sync; until the next call. */
const DnsZone *hosted_zone_view(HostedZone *hosted);

#endif
