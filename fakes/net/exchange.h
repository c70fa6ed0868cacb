/*
 * fakes/net/exchange.h - connections, their protocol, one request and its answer, as the files behind http.h share them.
 * For nobody else.
 *
 * http.c keeps the connections and lets ALPN choose their protocol: http1.c or http2.c, which read requests in, hand each
 * exchange to the handler and put its answer on the wire. exchange.c is what the handler says and asks meanwhile, the same for
 * both; fault.c stands between them where a fault point says so.
 */
#ifndef FAKES_NET_EXCHANGE_H
#define FAKES_NET_EXCHANGE_H

#include "base/buffer.h"
#include "fakes/net/http.h"

typedef struct {
    const char *name, *value;
} HttpField;

typedef struct {
    HttpField *items;
    size_t count, capacity;
} HttpFields;

typedef struct HttpProtocol HttpProtocol;

struct HttpConnection {
    HttpOptions options;
    Stream *stream;
    const HttpProtocol *protocol;    /* NULL until the first byte has come */
    void *self;                      /* the protocol's */
    HttpConnection *previous, *next; /* in options.connections */
};

typedef enum {
    ANSWER_DUE,       /* nothing has been said yet */
    ANSWER_STREAMING, /* between http_begin and http_end */
    ANSWER_COMPLETE,
    ANSWER_GONE, /* nobody is there to hear it; whatever is said goes nowhere */
} AnswerState;

struct HttpExchange {
    Arena arena;
    HttpConnection *connection;
    void *self; /* the protocol's */

    const char *method, *path, *query;
    HttpFields fields;
    Buffer body;
    bool is_head, is_http_1_0, keep_alive;

    AnswerState state;
    int status;
    const char *content_type; /* in the arena, or NULL */
    HttpFields answer_fields; /* the others */
    int64_t date_ahead_ms;
    bool is_stream;   /* its length is not known beforehand */
    bool stays_plain; /* http_stay_plain */
    bool has_body;    /* HEAD and 204 have none, whatever the handler says */
    void (*on_gone)(void *owner);
    void *gone_owner;

    Fault fault;
    const FaultPoints *points;
    FaultCall call; /* in the arena */
    HttpHandler *delayed;
    void *delayed_owner;
    Timer *delay;
    bool is_witnessed;
    size_t answered; /* bytes of the answer on the wire so far, without what TLS adds */
};

/* How one protocol is spoken. Exchanges are let go from the loop, never inside the call that completes their answer. */
struct HttpProtocol {
    void *(*start)(HttpConnection *connection);
    void (*take)(void *self, const char *bytes, size_t length);
    void (*drained)(void *self); /* stream_ask_drained was asked */
    void (*lose)(
        void *self); /* nobody is there any more: exchange_lose for each that was handed over */
    void (*free)(void *self);

    void (*answer)(HttpExchange *exchange, const void *body, size_t length);
    void (*begin)(HttpExchange *exchange);
    void (*chunk)(HttpExchange *exchange, const void *bytes, size_t length); /* length > 0 */
    void (*complete)(HttpExchange *exchange);        /* after the answer, or the last chunk */
    bool (*is_behind)(const HttpExchange *exchange); /* more than unsent_max waits for its reader */
    void (*give_up)(HttpExchange *exchange); /* on such a reader; on_gone follows from the loop */
};

extern const HttpProtocol HTTP_1, HTTP_2;

HttpExchange *exchange_new(HttpConnection *connection, void *self);
void exchange_set_target(HttpExchange *exchange, const char *path, size_t path_length,
                         const char *query, size_t query_length); /* copied */
/* The texts are borrowed. */
void fields_add(HttpFields *fields, const char *name, const char *value);
/* Tells who asked that nobody is there any more, once, unless the answer is complete. */
void exchange_lose(HttpExchange *exchange);
void exchange_free(HttpExchange *exchange); /* accepts NULL */

/* Compresses the body into packed, which is empty, and says so in the answer's head; false: it stays as it is. */
bool exchange_compress(HttpExchange *exchange, const void *body, size_t length, Buffer *packed);

/* True if a fault takes care of the answer, or of its end, in its own way. */
bool exchange_fault_takes(HttpExchange *exchange, int status);
/* So many bytes of the answer are about to be written next; they may be cut. */
void exchange_fault_counts(HttpExchange *exchange, size_t length);
void exchange_fault_ends(HttpExchange *exchange);   /* all of it was written */
void exchange_fault_forget(HttpExchange *exchange); /* the client left */

#endif
