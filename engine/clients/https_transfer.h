/*
 * engine/clients/https_transfer.h - one request as libcurl sees it: how it is set up, and how its end is read.
 *
 * Private to the https client. Nothing here waits or touches a socket.
 * Source: libcurl manual, curl_easy_setopt(3); RFC 9110, section 9.2 (safe methods), 10.2.3 (Retry-After).
 */
#ifndef ENGINE_CLIENTS_HTTPS_TRANSFER_H
#define ENGINE_CLIENTS_HTTPS_TRANSFER_H

#include <curl/curl.h>

#include "engine/clients/https.h"

typedef struct {
    CURL *easy;
    struct curl_slist *headers, *connect_to, *resolved;
    char *body;         /* what is sent; NULL: nothing */
    const char *unsent; /* the rest of it */
    bool is_read;       /* GET and HEAD change nothing, whatever became of them */
    bool is_too_long;   /* the answer's body went past HTTPS_BODY_MAX */
    char peer[320];     /* for messages: "mp2.example.com (192.0.2.7:6443)" */
    char text[CURL_ERROR_SIZE];
    int64_t timeout_ms;
    HttpsReply reply;
} HttpsTransfer;

enum { HTTPS_BODY_MAX = 64 << 20 };

/* transfer must be zeroed and must not move until released. Fails with ERR_INPUT. */
bool https_transfer_init(HttpsTransfer *transfer, const HttpsRequest *request,
                         const char *user_agent, Error *err);
void https_transfer_release(HttpsTransfer *transfer);

/* What libcurl's result means. On success the reply is moved out. */
bool https_transfer_end(HttpsTransfer *transfer, CURLcode result, HttpsReply *out_reply,
                        Error *err);

/* Bytes of the request have left this process. */
bool https_transfer_was_sent(const HttpsTransfer *transfer);

#endif
