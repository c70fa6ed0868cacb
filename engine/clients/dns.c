/*
 * engine/clients/dns.c - DNS as the engine needs it: ask a named server, and change a record with one signed update.
 *
 * All goes well: exchange_try opens a socket, the message goes out, an answer that is ours comes in, the exchange is done. Goes
 * wrong: nothing comes (on_time: the next try, with a fresh socket, or the end), nobody listens (on_broken: the next try after
 * a pause), the answer is truncated (the same again by TCP), or it is somebody else's (not heard). An update has one try only,
 * and is not sent again by TCP either: the second would fail on the prerequisite that the first has made untrue.
 */
#include "engine/clients/dns.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "engine/clients/dns_message.h"
#include "engine/clients/dns_socket.h"

enum { ASK_TRIES = 3, ASK_MS = 2000, UPDATE_TRIES = 1, UPDATE_MS = 5000, PAUSE_MS = 500 };

struct DnsClient {
    Loop *loop;
    Random *random;
    const bool *stop;
};

typedef struct {
    DnsClient *client;
    DnsServerAddress server;
    Buffer message, answer;
    unsigned tries_left, tries;
    int64_t timeout_ms;
    bool is_tcp;
    bool was_heard; /* a try may have reached the server */
    bool is_once;   /* an update: what may have been done is not asked for again */
    bool was_cut;   /* its answer is not whole, and there is no better one */
    DnsSocket *socket;
    Timer *timer;
    bool is_done;
    int broken; /* errno of the last try that broke; 0: it fell silent or hung up */
    bool has_hung_up;
} DnsExchange;

/* ---- one exchange ----------------------------------------------------------------------------- */

static void exchange_done(DnsExchange *exchange)
{
    dns_socket_close(exchange->socket);
    exchange->socket = NULL;
    timer_stop(exchange->timer);
    exchange->is_done = true;
}

static void exchange_connect(DnsExchange *exchange, bool is_tcp);

static void on_truncated(DnsExchange *exchange)
{
    if (!exchange->is_tcp && !exchange->is_once) {
        exchange_connect(exchange, true);
        return;
    }
    exchange->was_heard = exchange->was_cut = true;
    exchange_done(exchange);
}

static void on_message(void *owner, const void *bytes, size_t length)
{
    DnsExchange *exchange = owner;

    if (dns_message_is_truncated(bytes, length, &exchange->message)) {
        on_truncated(exchange);
        return;
    }
    if (!dns_message_is_answer(bytes, length, &exchange->message))
        return;
    buffer_add(&exchange->answer, bytes, length);
    exchange_done(exchange);
}

static void on_broken(void *owner, int error)
{
    DnsExchange *exchange = owner;

    /* Refused means that no server was there to take it, even if by UDP it went out. */
    if (dns_socket_was_sent(exchange->socket) && error != ECONNREFUSED)
        exchange->was_heard = true;
    dns_socket_close(exchange->socket);
    exchange->socket = NULL;
    exchange->broken = error;
    exchange->has_hung_up = error == 0;
    if (exchange->tries_left == 0)
        exchange_done(exchange);
    else
        timer_start(exchange->timer, PAUSE_MS);
}

static void exchange_connect(DnsExchange *exchange, bool is_tcp)
{
    static const DnsSocketEvents events = {.on_message = on_message, .on_broken = on_broken};

    dns_socket_close(exchange->socket);
    exchange->is_tcp = is_tcp;
    exchange->socket = dns_socket_open(exchange->client->loop, &exchange->server, is_tcp,
                                       &exchange->message, &events, exchange);
    timer_start(exchange->timer, exchange->timeout_ms);
}

static void exchange_try(DnsExchange *exchange)
{
    exchange->tries_left--;
    exchange->tries++;
    exchange->broken = 0;
    exchange->has_hung_up = false;
    exchange_connect(exchange, false);
}

static void on_time(void *owner)
{
    DnsExchange *exchange = owner;

    if (exchange->socket != NULL && dns_socket_was_sent(exchange->socket))
        exchange->was_heard = true;
    if (exchange->tries_left > 0)
        exchange_try(exchange);
    else
        exchange_done(exchange);
}

static void exchange_init(DnsExchange *exchange, DnsClient *client, const DnsServerAddress *server,
                          unsigned tries, int64_t timeout_ms)
{
    memset(exchange, 0, sizeof *exchange);
    exchange->client = client;
    exchange->server = *server;
    exchange->tries_left = tries;
    exchange->timeout_ms = timeout_ms;
    exchange->timer = timer_new(client->loop, on_time, exchange);
}

static void exchange_release(DnsExchange *exchange)
{
    dns_socket_close(exchange->socket);
    timer_free(exchange->timer);
    buffer_release(&exchange->message);
    buffer_release(&exchange->answer);
}

static bool is_v6(const DnsServerAddress *server)
{
    return strchr(server->ip, ':') != NULL;
}

static bool wrap_server(const DnsServerAddress *server, const char *what, const char *name,
                        Error *err)
{
    bool v6 = is_v6(server);

    return error_wrap(err, "%s %s at %s%s%s:%u", what, name, v6 ? "[" : "", server->ip,
                      v6 ? "]" : "", (unsigned)server->port);
}

/* True if there is an answer to read. */
static bool exchange_result(const DnsExchange *exchange, Error *err)
{
    char each[CLOCK_TEXT_MAX];
    const bool *stop = exchange->client->stop;

    if (exchange->answer.length > 0)
        return true;
    if (stop != NULL && *stop && !exchange->is_done)
        return error_set(err, ERR_STOPPED, "stopped while waiting for the answer");
    if (exchange->broken != 0)
        return error_set(err, ERR_UNAVAILABLE, "%s (%u tries)", strerror(exchange->broken),
                         exchange->tries);
    if (exchange->was_cut)
        return error_set(err, ERR_UNAVAILABLE, "the answer is truncated%s",
                         exchange->is_tcp ? ", even by TCP" : "");
    if (exchange->has_hung_up)
        return error_set(err, ERR_UNAVAILABLE, "the server hung up (%u tries)", exchange->tries);
    return error_set(err, ERR_TIMEOUT, "no answer (%u tries of %s)", exchange->tries,
                     clock_duration(exchange->timeout_ms, each));
}

/* ---- waiting ---------------------------------------------------------------------------------- */

typedef struct {
    DnsExchange *exchanges;
    size_t count, begun, width;
    const bool *stop;
} Window;

static size_t under_way(const Window *window)
{
    size_t count = 0;

    for (size_t i = 0; i < window->begun; i++)
        count += !window->exchanges[i].is_done;
    return count;
}

static bool is_stopped(const Window *window)
{
    return window->stop != NULL && *window->stop;
}

/* Fills the window as places come free; true once nothing is left to wait for. */
static bool is_over(void *owner)
{
    Window *window = owner;
    size_t busy = under_way(window);

    if (is_stopped(window))
        return true;
    while (window->begun < window->count && busy < window->width) {
        DnsExchange *exchange = &window->exchanges[window->begun++];

        if (exchange->is_done) /* it could not even be put into words */
            continue;
        exchange_try(exchange);
        busy++;
    }
    return busy == 0;
}

static void run(DnsClient *client, DnsExchange *exchanges, size_t count, size_t width)
{
    Window window = {.exchanges = exchanges,
                     .count = count,
                     .width = width > 0 ? width : 1,
                     .stop = client->stop};

    loop_run_until(client->loop, is_over, &window);
}

/* ---- the client ------------------------------------------------------------------------------- */

DnsClient *dns_client_new(Loop *loop, Random *random, const bool *stop)
{
    DnsClient *client = MEMORY_NEW(DnsClient);

    client->loop = loop;
    client->random = random;
    client->stop = stop;
    return client;
}

void dns_client_free(DnsClient *client)
{
    free(client);
}

static uint16_t new_id(DnsClient *client)
{
    return (uint16_t)random_below(client->random, 65536);
}

static void view_begin(DnsClient *client, DnsView *view, DnsExchange *exchange, const char *name,
                       DnsRecordType type)
{
    memset(&view->answer, 0, sizeof view->answer);
    view->error.code = ERR_NONE;
    exchange_init(exchange, client, &view->server, ASK_TRIES, ASK_MS);
    if (!dns_message_query(new_id(client), name, type, &exchange->message, &view->error))
        exchange->is_done = true;
}

static void view_end(DnsView *view, const DnsExchange *exchange, const char *name,
                     DnsRecordType type)
{
    if (view->error.code != ERR_NONE)
        return;
    if (!exchange_result(exchange, &view->error) ||
        !dns_message_read_answer(exchange->answer.data, exchange->answer.length, name, type,
                                 &view->answer, &view->error))
        wrap_server(&view->server, dns_record_type_name(type), name, &view->error);
}

void dns_ask_all(DnsClient *client, DnsView *views, size_t count, const char *name,
                 DnsRecordType type, size_t width)
{
    DnsExchange *exchanges = memory_new(count > 0 ? count : 1, sizeof *exchanges);

    for (size_t i = 0; i < count; i++)
        view_begin(client, &views[i], &exchanges[i], name, type);
    run(client, exchanges, count, width);
    for (size_t i = 0; i < count; i++) {
        view_end(&views[i], &exchanges[i], name, type);
        exchange_release(&exchanges[i]);
    }
    free(exchanges);
}

bool dns_ask(DnsClient *client, const DnsServerAddress *server, const char *name,
             DnsRecordType type, DnsAnswer *out_answer, Error *err)
{
    DnsView view = {.server = *server};

    dns_ask_all(client, &view, 1, name, type, 1);
    *out_answer = view.answer;
    if (view.error.code == ERR_NONE)
        return true;
    if (err != NULL)
        *err = view.error;
    return false;
}

/* What may have reached the server may have been done. */
static bool update_result(const DnsExchange *exchange, const DnsTsigKey *key, const DnsMac *mac,
                          Error *err)
{
    Error why;

    if (!exchange_result(exchange, &why)) {
        bool is_open = exchange->was_heard ||
                       (exchange->socket != NULL && dns_socket_was_sent(exchange->socket));

        return error_set(err, is_open && why.code != ERR_STOPPED ? ERR_AMBIGUOUS : why.code, "%s%s",
                         why.message, is_open ? "; it may have been done" : "");
    }
    return dns_message_read_update(exchange->answer.data, exchange->answer.length, key, mac, err);
}

bool dns_change(DnsClient *client, const DnsServerAddress *server, const DnsTsigKey *key,
                const DnsChange *change, Error *err)
{
    DnsExchange exchange;
    DnsMac mac = {.length = 0};
    bool ok;

    exchange_init(&exchange, client, server, UPDATE_TRIES, UPDATE_MS);
    exchange.is_once = true;
    ok = dns_message_update(new_id(client), change, key, &exchange.message, &mac, err);
    if (ok) {
        run(client, &exchange, 1, 1);
        ok = update_result(&exchange, key, &mac, err);
    }
    exchange_release(&exchange);
    return ok || wrap_server(server, "UPDATE of", change->name ? change->name : change->zone, err);
}

bool dns_probe(DnsClient *client, const DnsServerAddress *server, const DnsTsigKey *key,
               const char *zone, Error *err)
{
    return dns_change(client, server, key, &(DnsChange){.zone = zone}, err);
}
