/*
 * engine/clients/kube_exchange.h - one request to an API server, with all the tries it takes; or many side by side.
 *
 * Private to the kube client.
 */
#ifndef ENGINE_CLIENTS_KUBE_EXCHANGE_H
#define ENGINE_CLIENTS_KUBE_EXCHANGE_H

#include "engine/clients/kube.h"
#include "engine/clients/kube_status.h"

struct KubeClient {
    KubeClientOptions options;
    int64_t skew_ms;
};

typedef struct {
    /* Given. */
    KubeClient *client;
    const char *method;
    bool changes_nothing;     /* a POST that only asks */
    const char *content_type; /* of body; NULL: none */
    char *url, *label, *body; /* owned */
    KubeQuestion question;
    bool wants_object, wants_text;
    /* On the way. */
    bool is_asking;      /* waits for the context's plug-in to say who we are */
    HttpsCall *call;     /* under way, or NULL */
    uint64_t generation; /* of the credentials it was sent with */
    unsigned tries;
    int64_t begun_at, next_at; /* clock_mono_ms */
    bool was_denied;           /* a 401 has been tried again already */
    /* What came of it. */
    bool is_over;
    cJSON *object; /* owned by the caller once it is over */
    char *text;    /* likewise: a log is no JSON */
    Error error;   /* ERR_NONE: it went well */
} KubeExchange;

/* All on the same loop. Waits until each is over; at most width are under way at once. */
void kube_exchange_run(KubeExchange *exchanges, size_t count, size_t width);
void kube_exchange_release(KubeExchange *exchange);

#endif
