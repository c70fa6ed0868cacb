/*
 * tests/fakes/net/client.h - real clients (libcurl, bare sockets) on the same thread as the server under test.
 *
 * Each call turns the loop while it waits, so that the server can answer; each gives up after 10 seconds of real time.
 */
#ifndef TESTS_FAKES_NET_CLIENT_H
#define TESTS_FAKES_NET_CLIENT_H

#include <curl/curl.h>

#include "base/buffer.h"
#include "base/loop.h"
#include "fakes/net/pki.h"

typedef struct {
    Loop *loop;
    CURLM *multi; /* keeps connections between requests */
    const char *host;
    const char *ip; /* "127.0.0.1" unless it is changed */
    uint16_t port;
    const Pki *ca;                  /* NULL: plain http */
    const Certificate *certificate; /* NULL: none is shown */
    bool wants_http2;               /* if the server offers it */
} Client;

typedef struct {
    const char *method; /* NULL: GET */
    const char *path;
    const char *const *headers;       /* NULL-ended; may be NULL */
    const char *user_password;        /* "user:password" for Basic; may be NULL */
    const char *body;                 /* may be NULL */
    size_t body_length;               /* 0: strlen(body) */
    long timeout_ms;                  /* 0: 10 s */
    void (*on_answered)(void *owner); /* the answer has begun: a stream is open; may be NULL */
    void *owner;
} ClientRequest;

typedef struct {
    CURLcode code;
    long status;
    long new_connections;
    Buffer head, body;
} ClientReply;

void client_init(Client *client, Loop *loop, const char *host, uint16_t port, const Pki *ca);
void client_release(Client *client);

/* Fills reply, which client_reply_release empties. */
void client_fetch(Client *client, const ClientRequest *request, ClientReply *reply);
void client_reply_release(ClientReply *reply);

/* Bare sockets, non-blocking. A pair is what simulated time has under a connection; its other end goes to the server. */
int raw_connect(uint16_t port);
int raw_pair(int *out_server_end);
void raw_send(Loop *loop, int fd, const void *bytes, size_t length);

/* Reads until the text has come (true), or the connection has ended or nothing comes for wait_ms (false). */
bool raw_read_until(Loop *loop, int fd, const char *text, int wait_ms, Buffer *received);

/* Reads to the end. 0: it ended; ECONNRESET: it was reset; EAGAIN: nothing came for wait_ms. */
int raw_read_to_end(Loop *loop, int fd, int wait_ms, Buffer *received);

#endif
