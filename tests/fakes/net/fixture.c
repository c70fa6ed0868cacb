/*
 * tests/fakes/net/fixture.c - an HTTP server with a few handlers, and a client to try it with.
 */
#include "tests/fakes/net/fixture.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static const char TEXT[] = "text/plain";

/* ---- the handlers ---------------------------------------------------------------------------------- */

static void answer_echo(Fixture *fixture, HttpExchange *exchange)
{
    size_t length;
    const char *body = http_body(exchange, &length);
    Buffer text = {0};

    (void)fixture;
    buffer_format(&text, "%s %s ", http_method(exchange), http_query(exchange));
    buffer_add(&text, body, length);
    http_header(exchange, "X-Split", "one\r\nX-Evil: two");
    http_answer(exchange, 200, TEXT, text.data, text.length);
    buffer_release(&text);
}

static void answer_who(Fixture *fixture, HttpExchange *exchange)
{
    Stream *stream = http_stream(exchange);
    const char *name = stream_peer_name(stream);
    const char *groups = stream_peer_groups(stream);
    const char *text =
        arena_format(http_arena(exchange), "%s of %s", name != NULL ? name : "nobody",
                     groups != NULL ? groups : "nothing");

    (void)fixture;
    http_answer(exchange, 200, TEXT, text, strlen(text));
}

static void answer_big(Fixture *fixture, HttpExchange *exchange)
{
    char *bytes = memory_new(1, BIG_LENGTH);

    (void)fixture;
    memset(bytes, 'b', BIG_LENGTH);
    http_answer(exchange, 200, TEXT, bytes, BIG_LENGTH);
    free(bytes);
}

static void answer_empty(Fixture *fixture, HttpExchange *exchange)
{
    (void)fixture;
    http_answer(exchange, 204, NULL, NULL, 0);
}

static void answer_last(Fixture *fixture, HttpExchange *exchange)
{
    (void)fixture;
    http_header(exchange, "Connection", "close");
    http_answer(exchange, 200, TEXT, "last", 4);
}

static void on_gone(void *owner)
{
    Fixture *fixture = owner;

    fixture->gone++;
    fixture->held = NULL;
    timer_stop(fixture->timer);
}

static void hold(Fixture *fixture, HttpExchange *exchange)
{
    fixture->held = exchange;
    http_on_gone(exchange, on_gone, fixture);
}

static void answer_later(Fixture *fixture, HttpExchange *exchange)
{
    hold(fixture, exchange);
    fixture->chunks_left = 0;
    timer_start(fixture->timer, 20);
}

static void answer_stream(Fixture *fixture, HttpExchange *exchange)
{
    hold(fixture, exchange);
    fixture->chunks_left = 3;
    http_begin(exchange, 200, TEXT);
    timer_start(fixture->timer, 5);
}

static void answer_flood(Fixture *fixture, HttpExchange *exchange)
{
    hold(fixture, exchange);
    fixture->chunks_left = -1;
    http_begin(exchange, 200, TEXT);
    timer_start(fixture->timer, 1);
}

static void on_timer(void *owner)
{
    static char flood[64 * 1024];
    Fixture *fixture = owner;
    HttpExchange *exchange = fixture->held;

    if (fixture->chunks_left > 0) {
        fixture->chunks_left--;
        http_chunk(exchange, "chunk ", 6);
        if (fixture->chunks_left == 0)
            http_end(exchange);
        else
            timer_start(fixture->timer, 5);
    } else if (fixture->chunks_left < 0) {
        http_chunk(exchange, flood, sizeof flood);
        timer_start(fixture->timer, 1);
    } else {
        http_answer(exchange, 200, TEXT, "later", 5);
    }
}

static const struct {
    const char *path;
    void (*answer)(Fixture *fixture, HttpExchange *exchange);
} ROUTES[] = {
    {"/echo",   answer_echo  },
    {"/who",    answer_who   },
    {"/big",    answer_big   },
    {"/empty",  answer_empty },
    {"/last",   answer_last  },
    {"/later",  answer_later },
    {"/stream", answer_stream},
    {"/flood",  answer_flood },
    {"/hold",   hold         },
};

static void answer(void *owner, HttpExchange *exchange)
{
    Fixture *fixture = owner;

    fixture->handled++;
    for (size_t i = 0; i < sizeof ROUTES / sizeof ROUTES[0]; i++)
        if (strcmp(ROUTES[i].path, http_path(exchange)) == 0) {
            ROUTES[i].answer(fixture, exchange);
            return;
        }
    http_answer(exchange, 404, TEXT, "no such path", 12);
}

static void fail(void *owner, HttpExchange *exchange, const Fault *fault)
{
    (void)owner;
    http_answer(exchange, fault->code, TEXT, fault->text, strlen(fault->text));
}

/* ---- the faults ------------------------------------------------------------------------------------ */

static Fault ask(void *self, const FaultCall *call)
{
    Fixture *fixture = self;

    (void)call;
    return fixture->fault;
}

static void witness(void *self, const Fault *fault, const FaultCall *call, const char *evidence)
{
    Fixture *fixture = self;

    assert(fault->kind == fixture->fault.kind && strcmp(call->point, "test.request") == 0);
    fixture->witnessed++;
    snprintf(fixture->evidence, sizeof fixture->evidence, "%s", evidence);
}

/* The texts of the call are overwritten, as those of a real fake may be, before anything is witnessed late. */
static void handle(void *owner, HttpExchange *exchange)
{
    Fixture *fixture = owner;
    char resource[] = "deployments/scale";
    const FaultCall call = {.point = "test.request", .resource = resource, .name = "tsb"};

    http_with_faults(exchange, &fixture->points, &call, answer, fail, fixture);
    memset(resource, '?', sizeof resource - 1);
}

/* ---- the fixture ----------------------------------------------------------------------------------- */

void fixture_accept(void *owner, int fd)
{
    Fixture *fixture = owner;

    http_serve(fd, &fixture->options);
}

void fixture_init_deaf(Fixture *fixture, bool is_tls)
{
    static const char *const NAMES[] = {"mp1.test", NULL};
    const CertificateOptions server = {.common_name = "front", .names = NAMES};

    *fixture = (Fixture){.loop = loop_new(), .trace = trace_new()};
    fixture->points = (FaultPoints){.self = fixture, .ask = ask, .witness = witness};
    fixture->timer = timer_new(fixture->loop, on_timer, fixture);
    if (is_tls) {
        fixture->pki = pki_new("understudy CA");
        fixture->certificate = pki_issue(fixture->pki, &server);
        fixture->tls = certificate_server_context(fixture->certificate, fixture->pki);
    }
    fixture->options = (HttpOptions){.loop = fixture->loop,
                                     .trace = fixture->trace,
                                     .tls = fixture->tls,
                                     .handler = handle,
                                     .owner = fixture,
                                     .connections = &fixture->connections};
    client_init(&fixture->client, fixture->loop, "mp1.test", 443, fixture->pki);
}

void fixture_init(Fixture *fixture, bool is_tls)
{
    bool is_listening;

    fixture_init_deaf(fixture, is_tls);
    is_listening = listener_start(fixture->loop, "127.0.0.1", 0, fixture_accept, fixture,
                                  &fixture->listener, NULL);
    assert(is_listening);
    fixture->client.port = listener_port(fixture->listener);
}

void fixture_release(Fixture *fixture)
{
    client_release(&fixture->client);
    listener_stop(fixture->listener);
    http_reset_all(&fixture->connections);
    timer_free(fixture->timer);
    loop_free(fixture->loop);
    SSL_CTX_free(fixture->tls);
    certificate_free(fixture->certificate);
    pki_free(fixture->pki);
    trace_free(fixture->trace);
}

int fixture_connect(Fixture *fixture, bool is_pair)
{
    int server_end, client_end;

    if (!is_pair)
        return raw_connect(listener_port(fixture->listener));
    client_end = raw_pair(&server_end);
    http_serve(server_end, &fixture->options);
    return client_end;
}
