/*
 * fakes/dns/route53/batch.h - what ChangeResourceRecordSets is asked to do, read from its XML.
 *
 * Source: Amazon Route 53 API Reference, 2013-04-01, ChangeResourceRecordSets. Alias records and routing policies are refused.
 */
#ifndef FAKES_ROUTE53_BATCH_H
#define FAKES_ROUTE53_BATCH_H

#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

typedef enum { ROUTE53_CREATE, ROUTE53_DELETE, ROUTE53_UPSERT } Route53Action;

enum { ROUTE53_VALUES_MAX = 16, ROUTE53_CHANGES_MAX = 32 };

typedef struct {
    Route53Action action;
    const char *name; /* with the dot at the end */
    uint16_t type;
    uint32_t ttl_s;
    const char *values[ROUTE53_VALUES_MAX];
    size_t count;
} Route53Change;

typedef struct {
    Route53Change changes[ROUTE53_CHANGES_MAX];
    size_t count;
} Route53Batch;

/* Texts live in the arena. Fails with ERR_INPUT. */
bool route53_batch_read(Arena *arena, const char *xml, size_t length, Route53Batch *out_batch,
                        Error *err);

#endif
