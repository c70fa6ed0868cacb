/*
 * fakes/net/http.h - the server's half of HTTP/1.1 and HTTP/2, for the fakes that speak it; a handler cannot tell which.
 *
 * Source: RFC 9110; RFC 9112, parsed by http_parser: keep-alive, pipelining (answers in order), Expect: 100-continue,
 * chunked bodies both ways, HEAD, any method; RFC 9113, by nghttp2: chosen by ALPN, many exchanges at once.
 *
 * All goes well: a request has arrived whole; the handler is called; it answers, now or from a later callback, in
 * one piece or as a stream. Goes wrong: a malformed or oversized request gets 400, 413 or 431 and the connection (of
 * HTTP/2, the stream) ends; a peer that leaves, or resets its stream, before the answer is on_gone for whoever asked to be told.
 *
 * What faults do to a connection (reset, cut, lost reply) they do to the whole of it, in HTTP/2 too: the exchanges that share
 * it are gone with it. A cut counts the bytes of the one answer's frames. A hang is of one exchange; others go on.
 *
 * Ownership: an HttpExchange lives until its answer is complete or its connection is gone, and until the handler has
 * returned if it was still at work. Its arena goes with it.
 */
#ifndef FAKES_NET_HTTP_H
#define FAKES_NET_HTTP_H

#include "base/arena.h"
#include "base/network.h"
#include "fakes/net/stream.h"

typedef struct HttpExchange HttpExchange;
typedef struct HttpConnection HttpConnection;
typedef void HttpHandler(void *owner, HttpExchange *exchange);

/* The open connections of one server. A zeroed one is empty; it must stay where it is until http_reset_all. */
typedef struct {
    HttpConnection *first;
} HttpConnections;

typedef struct {
    Loop *loop;
    Trace *trace;
    SSL_CTX *tls; /* NULL: in clear */
    HttpHandler *handler;
    void *owner;
    HttpConnections *connections; /* where to keep the connection; may be NULL */
    bool offers_http2; /* with tls: ALPN chooses between h2 and http/1.1; else no ALPN at all */
    size_t
        compress_from; /* bytes; a body of so many or more is gzipped for who accepts that; 0: never */
    size_t body_max;      /* bytes; 0: 3 MiB, as the API server */
    const char *too_long; /* JSON for who sends more than that; NULL: plain text */
    size_t unsent_max;    /* an http_begin answer is reset if more waits for its reader; 0: 8 MiB */
} HttpOptions;

/* Serves one connection (fd is owned) until it ends. options are copied. */
void http_serve(int fd, const HttpOptions *options);

/*
 * Resets every connection, as when a process dies (no GOAWAY), and empties the list. Exchanges whose answer is due are gone;
 * afterwards no call reaches the handler's owner, who may go. May be called from inside a handler; memory goes as the loop runs.
 */
void http_reset_all(HttpConnections *connections);

/* The request: borrowed, valid as long as the exchange. Header names in any case. */
const char *http_method(const HttpExchange *exchange);
const char *http_path(const HttpExchange *exchange);  /* still percent-encoded, without the query */
const char *http_query(const HttpExchange *exchange); /* raw, "" if none */
const char *http_request_header(const HttpExchange *exchange, const char *name); /* or NULL */
/* The i-th header field of the request; false: there are no more. */
bool http_request_field(const HttpExchange *exchange, size_t i, const char **out_name,
                        const char **out_value);
const char *http_body(const HttpExchange *exchange, size_t *out_length);
Arena *http_arena(HttpExchange *exchange);
Stream *http_stream(HttpExchange *exchange);

/* The value of one query parameter, decoded, in the exchange's arena; NULL if absent, "" if it has no value. */
const char *http_parameter(HttpExchange *exchange, const char *name);
/* Percent-decodes into the arena. */
const char *http_decode(Arena *arena, const char *text, size_t length);

/* The Date of the answer is so far ahead of the clock; negative: behind. */
void http_skew_date(HttpExchange *exchange, int64_t ahead_ms);

/* The answer. Headers first; then either http_answer once, or http_begin, http_chunk..., http_end. */
void http_header(HttpExchange *exchange, const char *name, const char *value);
void http_stay_plain(HttpExchange *exchange); /* this answer is not gzipped, however long it is */
void http_answer(HttpExchange *exchange, int status, const char *content_type, const void *body,
                 size_t length);
void http_begin(HttpExchange *exchange, int status, const char *content_type);
void http_chunk(HttpExchange *exchange, const void *bytes, size_t length);
void http_end(HttpExchange *exchange);

/*
 * The peer left, or was cut off, before the answer was complete. The exchange is gone after the call. NULL: nobody
 * asks any more.
 */
void http_on_gone(HttpExchange *exchange, void (*on_gone)(void *owner), void *owner);

/*
 * Asks the fault points what happens to this request and does it: hands it to handler now or later, lets the handler
 * work and loses its answer, cuts it, hangs, resets, or calls fail (which writes the fake's own form of an error).
 * Gives the witness, when it has happened. FAULT_DROP and FAULT_STALE are the handler's business, their witness too (http_witness),
 * and are passed on through http_fault (never NULL; kind FAULT_NONE if there is none). Called at most once per exchange; call's texts are
 * copied, points and owner must outlive the exchange.
 */
typedef void HttpFail(void *owner, HttpExchange *exchange, const Fault *fault);
void http_with_faults(HttpExchange *exchange, const FaultPoints *points, const FaultCall *call,
                      HttpHandler *handler, HttpFail *fail, void *owner);
const Fault *http_fault(const HttpExchange *exchange);
void http_witness(HttpExchange *exchange, const char *did);

#endif
