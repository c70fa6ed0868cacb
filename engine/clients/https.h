/*
 * engine/clients/https.h - HTTP/1.1 requests by libcurl on the process's loop, each with a deadline of its own.
 *
 * The engine reads top-down: https_call waits (by running the loop) until the answer is there. Many at once: https_start
 * several, then https_finish each. Names are not resolved here: the caller gives the address to connect to (from its own DNS
 * client), and the URL's host serves SNI, certificate check and Host header. TLS is verified unless told otherwise.
 *
 * Units:     milliseconds.
 * Ownership: a client keeps connections alive between calls; replies are released by the caller.
 * Errors:    ERR_UNAVAILABLE the connection could not be made (refused, or silent until the deadline) and nothing was sent, or
 *            the answer to a read broke off; ERR_TIMEOUT a read was sent and not answered in time; ERR_AMBIGUOUS a request
 *            that changes something was sent and no whole answer came; ERR_DENIED a certificate, theirs or ours, is not
 *            accepted; ERR_PROTOCOL the peer speaks something else; ERR_INPUT. An answer of any status is a success here.
 * Connections: reads share kept ones, at most 8 to a host and 64 in all. A request that changes something gets a new one, since
 *            libcurl would send it again by itself if a kept one turned out to be dead.
 */
#ifndef ENGINE_CLIENTS_HTTPS_H
#define ENGINE_CLIENTS_HTTPS_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/loop.h"

typedef struct HttpsClient HttpsClient;
typedef struct HttpsCall HttpsCall;

/* How a peer proves itself and we to it. Texts are PEM in memory; all may be NULL. */
typedef struct {
    const char *ca_pem; /* NULL: the system's store */
    const char *client_certificate_pem, *client_key_pem;
    const char *server_name; /* SNI and name to verify instead of the URL's host */
    bool is_insecure;
} HttpsTrust;

typedef struct {
    const char *method; /* "GET" */
    const char *url;
    const char *connect_to;       /* IP address, or NULL: the URL's host is one */
    uint16_t connect_port;        /* 0: the URL's */
    bool changes_nothing;         /* a POST that only asks (an access review): treated as a GET */
    const char *content_type;     /* of body; NULL: none */
    const char *body;             /* NUL-ended, or NULL */
    const char *accept;           /* NULL: application/json */
    const char *bearer_token;     /* or NULL */
    const char *user, *password;  /* HTTP Basic, or NULL */
    const char *const *headers;   /* more lines, "Name: value", ended by NULL; or NULL */
    const char *proxy;            /* URL, or NULL; an IP address for its host, unless: */
    const char *proxy_connect_to; /* the IP address of a proxy with a name, which it must prove */
    const HttpsTrust *trust;      /* NULL: the system's store */
    int64_t timeout_ms;           /* 0: 30 s */
} HttpsRequest;

typedef struct {
    int status;
    Buffer body;
    int64_t retry_after_ms; /* from Retry-After; 0: none */
    int64_t date_ms;        /* the peer's clock, from Date; 0: none */
} HttpsReply;

HttpsClient *https_client_new(Loop *loop, const char *user_agent);
void https_client_free(HttpsClient *client);

/* stop: when it becomes true, waiting ends with ERR_STOPPED (may be NULL). */
void https_client_stop_on(HttpsClient *client, const bool *stop);

bool https_call(HttpsClient *client, const HttpsRequest *request, HttpsReply *out_reply,
                Error *err);

HttpsCall *https_start(HttpsClient *client, const HttpsRequest *request); /* request is copied */
bool https_is_done(const HttpsCall *call); /* https_finish would not have to wait */
void https_give_up(
    HttpsCall *call); /* https_finish will fail with ERR_STOPPED if it was not done */
bool https_finish(HttpsCall *call, HttpsReply *out_reply, Error *err); /* waits; frees the call */
void https_reply_release(HttpsReply *reply);

#endif
