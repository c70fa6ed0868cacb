/*
 * fakes/net/http.c - the open connections of a server: which protocol each one speaks, and how it ends.
 *
 * All goes well: TLS comes to an end and ALPN has chosen the protocol, which takes every byte from the first one on. Goes
 * wrong: the peer leaves, or the server resets it; either way whoever was about to answer is told first (on_gone), and the
 * memory goes once the stream is closed.
 */
#include "fakes/net/http.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/net/exchange.h"

enum {
    BODY_MAX = 3 * 1024 * 1024,
    UNSENT_MAX = 8 * 1024 * 1024,
};

/* As Go's servers prefer them. In clear there is no ALPN, and no HTTP/2. */
static const char *const PROTOCOLS[] = {"h2", "http/1.1", NULL};

static void join(HttpConnection *connection)
{
    HttpConnections *all = connection->options.connections;

    if (all == NULL)
        return;
    connection->next = all->first;
    if (all->first != NULL)
        all->first->previous = connection;
    all->first = connection;
}

static void leave(HttpConnection *connection)
{
    HttpConnections *all = connection->options.connections;

    if (all == NULL)
        return;
    if (connection->previous != NULL)
        connection->previous->next = connection->next;
    else
        all->first = connection->next;
    if (connection->next != NULL)
        connection->next->previous = connection->previous;
    connection->options.connections = NULL;
}

/* From here on the handler's owner hears nothing more of this connection. */
static void end(HttpConnection *connection)
{
    leave(connection);
    if (connection->protocol != NULL)
        connection->protocol->lose(connection->self);
}

static void choose_protocol(HttpConnection *connection)
{
    const char *chosen = stream_protocol(connection->stream);

    connection->protocol = chosen != NULL && strcmp(chosen, "h2") == 0 ? &HTTP_2 : &HTTP_1;
    connection->self = connection->protocol->start(connection);
}

static void on_data(void *owner, const char *bytes, size_t length)
{
    HttpConnection *connection = owner;

    if (connection->protocol == NULL)
        choose_protocol(connection);
    connection->protocol->take(connection->self, bytes, length);
}

static void on_drained(void *owner)
{
    HttpConnection *connection = owner;

    connection->protocol->drained(connection->self);
}

static void on_closed(void *owner)
{
    HttpConnection *connection = owner;

    end(connection);
    if (connection->protocol != NULL)
        connection->protocol->free(connection->self);
    free(connection);
}

void http_reset_all(HttpConnections *connections)
{
    while (connections->first != NULL) {
        HttpConnection *connection = connections->first;

        end(connection);
        stream_reset(connection->stream);
    }
}

void http_serve(int fd, const HttpOptions *options)
{
    static const StreamEvents EVENTS = {on_data, on_closed, on_drained};
    const StreamOptions stream = {.loop = options->loop,
                                  .trace = options->trace,
                                  .tls = options->tls,
                                  .protocols = options->offers_http2 ? PROTOCOLS : NULL};
    HttpConnection *connection = MEMORY_NEW(HttpConnection);

    connection->options = *options;
    if (connection->options.body_max == 0)
        connection->options.body_max = BODY_MAX;
    if (connection->options.unsent_max == 0)
        connection->options.unsent_max = UNSENT_MAX;
    join(connection);
    connection->stream = stream_open(fd, &stream, &EVENTS, connection);
}
