/*
 * tests/fuzz/http_fuzz.c - what a client may send to the HTTP server, in either protocol: nothing breaks it, nothing is left.
 *
 * The first byte of an input says which protocol, whether HTTP/2's preface is put before the rest, and in how large pieces the rest
 * comes. Every second request is answered at once, the others as a stream that goes on until the connection ends.
 */
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memory.h"
#include "fakes/net/exchange.h"

enum { IS_HTTP_2 = 1, HAS_PREFACE = 2 };

static const char PREFACE[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0";

typedef struct {
    HttpConnection connection;
    int requests;
} Server;

static void answer(void *owner, HttpExchange *exchange)
{
    Server *server = owner;
    size_t length;
    const char *body = http_body(exchange, &length);

    http_parameter(exchange, "watch");
    http_header(exchange, "X-Path", http_path(exchange));
    if (server->requests++ % 2 == 0) {
        http_answer(exchange, 200, "text/plain", body, length);
        return;
    }
    http_begin(exchange, 200, "application/json");
    http_chunk(exchange, "{}\n", 3);
}

static void on_data(void *owner, const char *bytes, size_t length)
{
    HttpConnection *connection = &((Server *)owner)->connection;

    connection->protocol->take(connection->self, bytes, length);
}

static void on_closed(void *owner)
{
    HttpConnection *connection = &((Server *)owner)->connection;

    connection->protocol->lose(connection->self);
    connection->protocol->free(connection->self);
    free(owner);
}

static void on_drained(void *owner)
{
    HttpConnection *connection = &((Server *)owner)->connection;

    if (connection->protocol->drained != NULL)
        connection->protocol->drained(connection->self);
}

static Server *server_new(Loop *loop, int fd, const HttpProtocol *protocol)
{
    static const StreamEvents EVENTS = {on_data, on_closed, on_drained};
    Server *server = MEMORY_NEW(Server);
    HttpConnection *connection = &server->connection;

    connection->options = (HttpOptions){.loop = loop,
                                        .handler = answer,
                                        .owner = server,
                                        .body_max = 4096,
                                        .unsent_max = 4096,
                                        .compress_from = 100};
    connection->stream = stream_open(fd, &(StreamOptions){.loop = loop}, &EVENTS, server);
    connection->protocol = protocol;
    connection->self = protocol->start(connection);
    return server;
}

/* As the client would: a piece goes in, the loop turns, what comes back is thrown away. */
static void send_piece(Loop *loop, int client, const void *bytes, size_t length)
{
    char answers[16 * 1024];

    if (length > 0 && send(client, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
        return;
    loop_wait(loop, 0, NULL);
    while (recv(client, answers, sizeof answers, MSG_DONTWAIT) > 0)
        continue;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t how = size > 0 ? data[0] : 0;
    size_t piece = (size_t)1 << (how >> 4);
    Loop *loop = loop_new();
    int ends[2];

    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends);
    server_new(loop, ends[1], (how & IS_HTTP_2) ? &HTTP_2 : &HTTP_1);
    if (how & HAS_PREFACE)
        send_piece(loop, ends[0], PREFACE, sizeof PREFACE - 1);
    for (size_t at = 1; at < size; at += piece)
        send_piece(loop, ends[0], data + at, size - at < piece ? size - at : piece);
    send_piece(loop, ends[0], "", 0);
    close(ends[0]);
    loop_wait(loop, 0, NULL);
    loop_free(loop);
    return 0;
}
