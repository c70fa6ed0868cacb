/*
 * fakes/net/exchange.h - one request and its answer, as the files behind http.h share it. For nobody else.
 *
 * http.c reads the request in and hands the exchange to the handler; exchange.c writes the answer; fault.c stands
 * between them where a fault point says so.
 */
#ifndef FAKES_NET_EXCHANGE_H
#define FAKES_NET_EXCHANGE_H

#include "base/buffer.h"
#include "fakes/net/http.h"

typedef struct {
    const char *name, *value;
} HttpField;

typedef enum {
    ANSWER_DUE,       /* nothing has been said yet */
    ANSWER_STREAMING, /* between http_begin and http_end */
    ANSWER_COMPLETE,
    ANSWER_GONE, /* nobody is there to hear it; whatever is said goes nowhere */
} AnswerState;

struct HttpExchange {
    Arena arena;
    Stream *stream;
    Loop *loop;
    size_t unsent_max;
    /* Called as the answer becomes complete, possibly from inside the handler. */
    void (*on_complete)(void *connection);
    void *connection;

    const char *method, *path, *query;
    HttpField *fields;
    size_t field_count, field_capacity;
    Buffer body;
    bool is_head, is_http_1_0, keep_alive;

    AnswerState state;
    Buffer extra_head; /* what http_header added, as lines */
    bool is_chunked, has_body;
    void (*on_gone)(void *owner);
    void *gone_owner;

    Fault fault;
    const FaultPoints *points;
    FaultCall call; /* in the arena */
    HttpHandler *delayed;
    void *delayed_owner;
    Timer *delay;
    bool is_witnessed;
    size_t answered; /* bytes of head and body so far */
};

/* Tells who asked that nobody is there any more, once, unless the answer is complete. */
void exchange_lose(HttpExchange *exchange);
void exchange_free(HttpExchange *exchange); /* accepts NULL */

/* True if a fault takes care of these bytes of the answer, or of its end, in their own way. */
bool exchange_fault_takes(HttpExchange *exchange, int status);
void exchange_fault_counts(HttpExchange *exchange, size_t length);
void exchange_fault_ends(HttpExchange *exchange);
void exchange_fault_forget(HttpExchange *exchange); /* the client left */

#endif
