/*
 * tests/fakes/net/fixture.h - an HTTP server with a few handlers, and a client to try it with.
 *
 * Routes: /echo (method, query and body), /who (who the client certificate says it is), /big (a megabyte), /later (after 20 ms),
 * /stream (three chunks, 5 ms apart), /flood (chunks as long as anyone takes them), /hold (never answered), /empty (204),
 * /last (and the connection is closed).
 */
#ifndef TESTS_FAKES_NET_FIXTURE_H
#define TESTS_FAKES_NET_FIXTURE_H

#include "fakes/net/http.h"
#include "fakes/net/listener.h"
#include "tests/fakes/net/client.h"

enum { BIG_LENGTH = 1024 * 1024 };

typedef struct {
    Loop *loop;
    Trace *trace;
    Pki *pki;
    Certificate *certificate;
    SSL_CTX *tls;
    Listener *listener;
    HttpConnections connections;
    HttpOptions options;
    Client client;
    Timer *timer;

    HttpExchange *held; /* the one that waits for the timer */
    int chunks_left;
    int handled, gone;
    FaultPoints points;
    Fault fault; /* what the next requests meet */
    int witnessed;
    char evidence[200];
} Fixture;

/* is_tls: with a certificate for "mp1.test", asking for client certificates of the same authority. */
void fixture_init(Fixture *fixture, bool is_tls);
void fixture_release(Fixture *fixture);

/* As fixture_init, but nobody listens: connections come from elsewhere to fixture_accept. */
void fixture_init_deaf(Fixture *fixture, bool is_tls);
void fixture_accept(void *fixture, int fd);

/* A bare client of the server: over TCP, or over a pair as in simulated time. */
int fixture_connect(Fixture *fixture, bool is_pair);

#endif
