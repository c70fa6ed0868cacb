/*
 * tests/engine/clients/script_server.c - an HTTP server that answers as a test's script says, badly if told to.
 */
#include "tests/engine/clients/script_server.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/memory.h"
#include "fakes/net/listener.h"
#include "fakes/net/stream.h"

typedef struct Peer Peer;
struct Peer {
    ScriptServer *server;
    Stream *stream;
    Buffer in;
    Peer *next;
};

struct ScriptServer {
    Loop *loop;
    SSL_CTX *tls;
    Script *script;
    void *owner;
    Listener *listener;
    uint16_t port;
    size_t connections, requests;
    Peer *peers;
    Buffer last, answer;
};

static size_t body_length(const char *head)
{
    const char *line = strcasestr(head, "\r\nContent-Length:");

    return line != NULL ? strtoul(line + 17, NULL, 10) : 0;
}

/* The length of the first request in bytes, 0 if it is not whole. A TLS hello that got here counts as one. */
static size_t request_length(const Buffer *in)
{
    const char *end = in->length > 0 ? strstr(in->data, "\r\n\r\n") : NULL;
    size_t length;

    if (in->length > 0 && in->data[0] == 0x16)
        return in->length;
    if (end == NULL)
        return 0;
    length = (size_t)(end - in->data) + 4 + body_length(in->data);
    return in->length >= length ? length : 0;
}

static void answer_request(Peer *peer, size_t length)
{
    ScriptServer *server = peer->server;
    ScriptAnswer answer;

    buffer_clear(&server->last);
    buffer_add(&server->last, peer->in.data, length);
    buffer_eat(&peer->in, length);
    answer = server->script(server->owner, server->requests++, server->last.data);
    if (answer.bytes != NULL)
        stream_write(peer->stream, answer.bytes, strlen(answer.bytes));
    if (answer.then == SCRIPT_CLOSE)
        stream_close(peer->stream);
    if (answer.then == SCRIPT_RESET)
        stream_reset(peer->stream);
}

static void on_data(void *owner, const char *bytes, size_t length)
{
    Peer *peer = owner;
    size_t whole;

    buffer_add(&peer->in, bytes, length);
    while ((whole = request_length(&peer->in)) > 0)
        answer_request(peer, whole);
}

static void on_closed(void *owner)
{
    Peer *peer = owner;
    Peer **link = &peer->server->peers;

    while (*link != peer)
        link = &(*link)->next;
    *link = peer->next;
    buffer_release(&peer->in);
    free(peer);
}

void script_server_accept(void *owner, int fd)
{
    static const StreamEvents events = {.on_data = on_data, .on_closed = on_closed};
    ScriptServer *server = owner;
    Peer *peer = MEMORY_NEW(Peer);
    StreamOptions options = {.loop = server->loop, .tls = server->tls};

    server->connections++;
    peer->server = server;
    peer->next = server->peers;
    server->peers = peer;
    peer->stream = stream_open(fd, &options, &events, peer);
}

ScriptServer *script_server_new(Loop *loop, SSL_CTX *tls, Script *script, void *owner)
{
    ScriptServer *server = MEMORY_NEW(ScriptServer);

    server->loop = loop;
    server->tls = tls;
    server->script = script;
    server->owner = owner;
    server->port = (uint16_t)(20000 + getpid() % 20000);
    while (!listener_start(loop, "127.0.0.1", server->port, script_server_accept, server,
                           &server->listener, NULL))
        server->port++;
    return server;
}

void script_server_stop(ScriptServer *server)
{
    listener_stop(server->listener);
    server->listener = NULL;
}

static bool has_no_peers(void *owner)
{
    return ((ScriptServer *)owner)->peers == NULL;
}

void script_server_free(ScriptServer *server)
{
    script_server_stop(server);
    for (Peer *peer = server->peers; peer != NULL; peer = peer->next)
        stream_reset(peer->stream);
    loop_run_until(server->loop, has_no_peers, server);
    buffer_release(&server->last);
    buffer_release(&server->answer);
    free(server);
}

uint16_t script_server_port(const ScriptServer *server)
{
    return server->port;
}

size_t script_server_connections(const ScriptServer *server)
{
    return server->connections;
}

size_t script_server_requests(const ScriptServer *server)
{
    return server->requests;
}

const char *script_server_request(const ScriptServer *server)
{
    return server->last.data;
}

const char *script_answer(ScriptServer *server, int status, const char *extra, const char *body)
{
    buffer_clear(&server->answer);
    buffer_format(&server->answer,
                  "HTTP/1.1 %d Said so\r\nContent-Type: application/json\r\n%sContent-Length: "
                  "%zu\r\n\r\n%s",
                  status, extra, strlen(body), body);
    return server->answer.data;
}
