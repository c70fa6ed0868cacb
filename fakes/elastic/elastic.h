/*
 * fakes/elastic/elastic.h - as much of Elasticsearch as is asked by who wants to know whether it is there: who it is, and its health.
 *
 * Source: Elasticsearch reference 8, "Info API" (GET /) and "Cluster health API" (GET /_cluster/health); errors as its REST layer writes them
 * ({error: {type, reason}, status}). HTTP Basic with every request. Fault point: elastic.request.
 */
#ifndef FAKES_ELASTIC_ELASTIC_H
#define FAKES_ELASTIC_ELASTIC_H

#include <openssl/ssl.h>

#include "base/loop.h"
#include "base/network.h"
#include "base/trace.h"

typedef struct Elastic Elastic;

typedef struct {
    Loop *loop;
    Trace *trace;
    SSL_CTX *tls;              /* borrowed */
    const FaultPoints *faults; /* may be NULL */
    const char *site;          /* "elastic"; like the other texts, it must outlive the fake */
    const char *user, *password;
    const char *health; /* "green", "yellow", "red" */
    int64_t shards;     /* active primary shards; 0: nothing is in it */
} ElasticOptions;

Elastic *elastic_new(const ElasticOptions *options);
void elastic_free(Elastic *elastic); /* resets its connections; run the loop once more afterwards */
void elastic_accept(void *elastic, int fd); /* a ListenerConnection and a SeamConnection */

#endif
