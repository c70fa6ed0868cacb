/*
 * tests/fakes/net/h2client.h - a bare HTTP/2 client (nghttp2 over TLS) on the same thread as the server under test.
 *
 * Unlike libcurl it lets a test look at streams: leave one unread, reset it, see how the server ended it. Calls that wait turn the
 * loop meanwhile, and give up after 2 seconds of real time.
 */
#ifndef TESTS_FAKES_NET_H2CLIENT_H
#define TESTS_FAKES_NET_H2CLIENT_H

#include <nghttp2/nghttp2.h>

#include "base/buffer.h"
#include "base/loop.h"
#include "fakes/net/pki.h"

enum { H2_STREAMS = 128 };

typedef struct {
    int status, continued; /* continued: how often 100 came */
    Buffer head, body;     /* head: "name: value\n" for each field */
    bool is_slow;          /* nothing is read: the window stays where it is */
    bool is_closed;
    uint32_t error;
} H2Stream;

typedef struct {
    Loop *loop;
    int fd;
    SSL_CTX *context;
    SSL *tls;
    nghttp2_session *session;
    H2Stream streams[H2_STREAMS]; /* by half their id */
    int goaways;
    bool is_over; /* the connection has ended */
    bool is_cut;  /* and without TLS's goodbye */
} H2Client;

typedef struct {
    const char *method; /* NULL: GET */
    const char *path;
    const char *name, *value; /* one more field; may be NULL */
    const char *body;         /* may be NULL */
    size_t body_length;       /* 0: strlen(body) */
    bool is_slow;
} H2Request;

/*
 * Takes fd over. protocols: "\x02h2" for HTTP/2; with others only the handshake is done, and what comes after it is the first
 * stream's body.
 */
void h2_init(H2Client *client, Loop *loop, int fd, const Pki *ca, const char *protocols);
void h2_release(H2Client *client);

H2Stream *h2_ask(H2Client *client, const H2Request *request);
void h2_cancel(H2Client *client, const H2Stream *stream);

/* Sends what there is to send, reads what has come, turns the loop. */
void h2_turn(H2Client *client, int ms);
bool h2_wait(H2Client *client, const bool *condition);
void h2_send_raw(H2Client *client, const void *bytes, size_t length);

#endif
