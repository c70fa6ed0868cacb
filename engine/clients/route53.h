/*
 * engine/clients/route53.h - Amazon Route 53 as the engine needs it: look at a name's records, replace them, ask whether that shows.
 *
 * Source: Amazon Route 53 API Reference, 2013-04-01 (GetHostedZone, ListResourceRecordSets, ChangeResourceRecordSets, GetChange).
 * A replacement is one batch that deletes what is there, to the letter, and creates what is wanted: all of it is done or nothing, nobody
 * ever finds no record, and somebody else's change in between makes it fail.
 * What is throttled is asked again after a growing pause, for a few seconds.
 * Errors: ERR_CONFLICT the records are no longer those; ERR_DENIED credentials or rights; ERR_INVALID asking again is useless;
 *         ERR_UNAVAILABLE throttled, or no answer; ERR_AMBIGUOUS it may have been done; ERR_PROTOCOL; ERR_STOPPED.
 */
#ifndef ENGINE_CLIENTS_ROUTE53_H
#define ENGINE_CLIENTS_ROUTE53_H

#include "base/random.h"
#include "engine/clients/aws_credentials.h"
#include "engine/clients/dns.h"
#include "engine/clients/https.h"

/* Everything is borrowed. */
typedef struct {
    Loop *loop;
    HttpsClient *https;
    Random *random; /* of pauses */
    const bool *stop;
    const char *endpoint;   /* "https://route53.amazonaws.com" */
    const char *connect_to; /* the address of its host; NULL: that is one */
    const char *region;     /* "us-east-1" */
    const char *zone_id;    /* "Z0123456789ABCDEFGHIJ" */
    const HttpsTrust *trust;
    const AwsCredentials *credentials;
} Route53;

typedef struct {
    DnsRecordType type;
    uint32_t ttl_s;
    char values[DNS_VALUES_MAX][256]; /* names without the dot at the end */
    size_t count;
} Route53Set;

enum { ROUTE53_SETS_MAX = 3 };
typedef struct {
    Route53Set sets[ROUTE53_SETS_MAX]; /* of A, AAAA and CNAME, those that are there */
    size_t count;
    bool
        is_special; /* an alias, or under a routing policy or a health check: not ours to replace */
} Route53Records;

/* The zone's name, without the dot at the end. */
bool route53_zone(const Route53 *route53, char out_name[256], Error *err);
bool route53_find(const Route53 *route53, const char *name, Route53Records *out_records,
                  Error *err);
/* out_change: what to ask route53_is_in_sync about. */
bool route53_replace(const Route53 *route53, const char *name, const Route53Records *old,
                     const Route53Set *wanted, char out_change[64], Error *err);
/* All name servers of the zone show the change. */
bool route53_is_in_sync(const Route53 *route53, const char *change, bool *out_is, Error *err);
/* Asks for the removal of a record that is not there, which changes nothing: fails with ERR_DENIED without the right to change name. */
bool route53_may_change(const Route53 *route53, const char *name, DnsRecordType type, Error *err);

#endif
