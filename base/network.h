/*
 * base/network.h - what happens to a message between two sites, and what a named fault point does.
 *
 * base declares these two questions, sim answers them, the fakes ask. A site is "desk" (the operator), "mp1",
 * "mp2", "dns", "cp-0001"...
 * A point's name says where in which fake: "kube.request", "kube.reply", "kube.watch", "dns.query", "dns.update",
 * "postgres.connect", "postgres.query", "front.request".
 */
#ifndef BASE_NETWORK_H
#define BASE_NETWORK_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
    NETWORK_DELIVER,   /* after delay_ms */
    NETWORK_BLACKHOLE, /* nothing comes back, ever: the peer's own time-out has to notice */
    NETWORK_REFUSE,    /* ECONNREFUSED after delay_ms */
    NETWORK_RESET,     /* the connection is torn down */
} NetworkFate;

typedef struct {
    NetworkFate fate;
    int64_t delay_ms;
} NetworkVerdict;

typedef enum { NETWORK_STREAM, NETWORK_DATAGRAMS } NetworkTransport;

typedef struct Network {
    void *self;
    /* Asked for every new connection, and by models for every exchange. port is in host order. */
    NetworkVerdict (*connect)(void *self, NetworkTransport transport, const char *from,
                              const char *to, uint16_t port);
} Network;

typedef enum {
    FAULT_NONE,
    FAULT_FAIL,       /* answer with code (HTTP status, DNS rcode) and text instead of doing it */
    FAULT_DELAY,      /* do it delay_ms later */
    FAULT_HANG,       /* take it and never answer */
    FAULT_CUT,        /* answer, but close the connection after cut_after bytes of the answer */
    FAULT_LOSE_REPLY, /* do it, then close the connection without an answer */
    FAULT_RESET,      /* close the connection without doing it */
    FAULT_DROP,       /* say it was done, and do not do it (an accepted and lost update) */
    FAULT_STALE,      /* answer a read from the state of behind_ms ago */
    FAULT_REPEAT,     /* do it twice, and answer the second; of a watch: tell an event twice */
    FAULT_OWN, /* what only this fake can do: code and text say what, as its own header has it */
} FaultKind;

typedef struct {
    FaultKind kind;
    int code;
    const char *text; /* message for FAULT_FAIL, or NULL for the fake's own wording */
    int64_t delay_ms;
    int64_t retry_after_s; /* with 429 and 503; 0: no header */
    size_t cut_after;
    int64_t behind_ms;
    const void *cause; /* whose fault it is; handed back to witness */
} Fault;

/* What is happening at a fault point; texts may be NULL where they make no sense. */
typedef struct {
    const char *point;    /* "kube.request" */
    const char *site;     /* where: "mp2" */
    const char *server;   /* which of several there: "ns2" */
    const char *verb;     /* "PATCH", "UPDATE", "SELECT" */
    const char *resource; /* "deployments/scale", "managementplanes" */
    const char *name;     /* "tsb" */
    const char *detail;   /* namespace, zone, SQL text */
    const char *
        client; /* the user who asks an API server, as whomever it is done; the site that asks a name server */
    const char *transport; /* "udp" or "tcp", of name servers */
} FaultCall;

typedef struct FaultPoints {
    void *self;
    Fault (*ask)(void *self, const FaultCall *call);
    /* The fake says what it really did, in one sentence; this is what makes a run conclusive. */
    void (*witness)(void *self, const Fault *fault, const FaultCall *call, const char *evidence);
} FaultPoints;

/* As points->ask, and FAULT_NONE where there are no points. */
Fault fault_ask(const FaultPoints *points, const FaultCall *call);
void fault_witness(const FaultPoints *points, const Fault *fault, const FaultCall *call,
                   const char *evidence);

#endif
