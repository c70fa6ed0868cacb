/*
 * fakes/net/fault.c - what a fault point does to one HTTP request, and the witness that it was done.
 *
 * The points are asked once, as the request is handed over. What is done then: nothing, an error, silence or a reset at
 * once; the handler later (DELAY); the handler now, and its answer lost or cut as it is written (LOSE_REPLY, CUT).
 * The witness speaks when the thing has really happened, not when it was decided.
 */
#include "fakes/net/exchange.h"

#include <stdlib.h>

#include "base/memory.h"

void http_witness(HttpExchange *exchange, const char *did)
{
    const FaultCall *call = &exchange->call;
    char *evidence;

    if (exchange->is_witnessed)
        return;
    exchange->is_witnessed = true;
    evidence =
        memory_format("%s%s%s%s%s: %s", call->verb != NULL ? call->verb : exchange->method,
                      call->resource != NULL ? " " : "",
                      call->resource != NULL ? call->resource : "", call->name != NULL ? " " : "",
                      call->name != NULL ? call->name : "", did);
    fault_witness(exchange->points, &exchange->fault, call, evidence);
    free(evidence);
}

static void witness_number(HttpExchange *exchange, const char *before, long long number,
                           const char *after)
{
    char *did = memory_format("%s %lld %s", before, number, after);

    http_witness(exchange, did);
    free(did);
}

const Fault *http_fault(const HttpExchange *exchange)
{
    return &exchange->fault;
}

/* ---- before the handler ---------------------------------------------------------------------------- */

/* The caller's texts may be gone by the time the witness speaks. */
static void keep_call(HttpExchange *exchange, const FaultCall *call)
{
    Arena *arena = &exchange->arena;

    exchange->call = (FaultCall){
        .point = arena_text(arena, call->point),
        .site = arena_text(arena, call->site),
        .verb = arena_text(arena, call->verb),
        .resource = arena_text(arena, call->resource),
        .name = arena_text(arena, call->name),
        .detail = arena_text(arena, call->detail),
        .client = arena_text(arena, call->client),
    };
    exchange->fault.text = arena_text(arena, exchange->fault.text);
}

static void on_delay_over(void *owner)
{
    HttpExchange *exchange = owner;

    timer_free(exchange->delay);
    exchange->delay = NULL;
    witness_number(exchange, "held back for", (long long)exchange->fault.delay_ms, "ms, then done");
    exchange->delayed(exchange->delayed_owner, exchange);
}

static void hold_back(HttpExchange *exchange, HttpHandler *handler, void *owner)
{
    exchange->delayed = handler;
    exchange->delayed_owner = owner;
    exchange->delay = timer_new(exchange->connection->options.loop, on_delay_over, exchange);
    timer_start(exchange->delay, exchange->fault.delay_ms);
}

static void refuse(HttpExchange *exchange, HttpFail *fail, void *owner)
{
    witness_number(exchange, "answered", exchange->fault.code, "instead of doing it");
    fail(owner, exchange, &exchange->fault);
}

static void cut_off(HttpExchange *exchange)
{
    http_witness(exchange, "connection reset, nothing done");
    stream_reset(http_stream(exchange));
}

/* As if a proxy had sent it again: the first answer reaches nobody. */
static void do_twice(HttpExchange *exchange, HttpHandler *handler, void *owner)
{
    exchange->state = ANSWER_GONE;
    handler(owner, exchange);
    exchange->state = ANSWER_DUE;
    http_witness(exchange, "done twice, the second answered");
    handler(owner, exchange);
}

void http_with_faults(HttpExchange *exchange, const FaultPoints *points, const FaultCall *call,
                      HttpHandler *handler, HttpFail *fail, void *owner)
{
    exchange->fault = fault_ask(points, call);
    exchange->points = points;
    if (exchange->fault.kind != FAULT_NONE)
        keep_call(exchange, call);
    switch (exchange->fault.kind) {
    case FAULT_FAIL:
        refuse(exchange, fail, owner);
        return;
    case FAULT_DELAY:
        hold_back(exchange, handler, owner);
        return;
    case FAULT_HANG:
        http_witness(exchange, "taken, never answered, nothing done");
        return;
    case FAULT_RESET:
        cut_off(exchange);
        return;
    case FAULT_CUT:
    case FAULT_LOSE_REPLY:
    case FAULT_DROP:
    case FAULT_STALE:
    case FAULT_OWN:
    case FAULT_NONE:
        handler(owner, exchange);
        return;
    case FAULT_REPEAT:
        do_twice(exchange, handler, owner);
        return;
    }
}

/* ---- while it answers ------------------------------------------------------------------------------ */

bool exchange_fault_takes(HttpExchange *exchange, int status)
{
    if (exchange->fault.kind == FAULT_CUT)
        exchange->keep_alive = false;
    if (exchange->fault.kind != FAULT_LOSE_REPLY)
        return false;
    exchange->keep_alive = false;
    if (status < 300)
        http_witness(exchange, "applied, connection closed before the answer");
    else
        witness_number(exchange, "refused with", status, "and connection closed before the answer");
    stream_reset(http_stream(exchange));
    return true;
}

void exchange_fault_counts(HttpExchange *exchange, size_t length)
{
    size_t before = exchange->answered, cut_after = exchange->fault.cut_after;

    exchange->answered += length;
    if (exchange->fault.kind != FAULT_CUT || exchange->answered < cut_after ||
        exchange->is_witnessed)
        return;
    stream_cut_after(http_stream(exchange), cut_after - before);
    witness_number(exchange, "done, answer cut after", (long long)cut_after, "bytes");
}

/* An answer shorter than the cut left whole; what the fault still does is end the connection. */
void exchange_fault_ends(HttpExchange *exchange)
{
    if (exchange->fault.kind != FAULT_CUT || exchange->is_witnessed)
        return;
    witness_number(exchange, "done, connection reset after the whole answer of",
                   (long long)exchange->answered, "bytes");
    stream_cut_after(http_stream(exchange), 0);
}

void exchange_fault_forget(HttpExchange *exchange)
{
    if (exchange->delay == NULL)
        return;
    witness_number(exchange, "held back, and the client left before",
                   (long long)exchange->fault.delay_ms, "ms had passed; nothing done");
    timer_free(exchange->delay);
    exchange->delay = NULL;
}
