/*
 * fakes/dns/route53/server.h - Amazon Route 53's API for one hosted zone, over TLS or in clear.
 *
 * Source: Amazon Route 53 API Reference, 2013-04-01: GetHostedZone, ListResourceRecordSets, ChangeResourceRecordSets, GetChange; their
 *         errors, and the common ones. Requests must be signed (signature.h).
 * Its fault point is route53.request: verbs GET and POST; resources hostedzone, rrset and change.
 */
#ifndef FAKES_ROUTE53_SERVER_H
#define FAKES_ROUTE53_SERVER_H

#include "base/network.h"
#include "base/trace.h"
#include "fakes/net/http.h"
#include "fakes/dns/route53/hosted_zone.h"
#include "fakes/dns/route53/signature.h"

typedef struct {
    Loop *loop;
    Trace *trace;
    SSL_CTX *tls;              /* borrowed; NULL: in clear */
    const FaultPoints *faults; /* may be NULL */
    const char *zone_id;       /* "Z0123456789ABCDEFGHIJ" */
    DnsZone *zone;             /* borrowed, as all texts are */
    AwsKey key;
    /* How long a change takes until it shows. */
    int64_t (*delay)(void *self);
    void *self;
} Route53Options;

typedef struct Route53Server Route53Server;
Route53Server *route53_server_new(const Route53Options *options);
void route53_server_free(Route53Server *server);  /* resets its connections */
void route53_server_accept(void *server, int fd); /* a ListenerConnection and a SeamConnection */

#endif
