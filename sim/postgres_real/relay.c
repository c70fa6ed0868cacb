/*
 * sim/postgres_real/relay.c - the bytes of one connection, carried between a client and a real server.
 *
 * A side reads; what it read is written to the other side; once that is done, it reads again. It has read the end: the relay
 * closes. Closing waits for nobody: what was read before the end has been written by then.
 */
#include "sim/postgres_real/relay.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"

enum { CHUNK_BYTES = 64 * 1024 };

/* What it says goes to the other side. */
typedef struct Side {
    uv_tcp_t tcp;
    Relay *relay;
    struct Side *other;
    uv_write_t write; /* of what it said, to the other side */
    bool is_writing;
    size_t held; /* bytes of chunk that were read, and not sent on yet */
    char chunk[CHUNK_BYTES];
} Side;

struct Relay {
    RelayOptions options;
    Side client, server;
    uv_connect_t connect;
    bool is_connected, is_stalled, is_ending;
    int open; /* handles */
};

static void on_closed(uv_handle_t *handle)
{
    Side *side = handle->data;

    if (--side->relay->open == 0)
        free(side->relay);
}

static void close_both(Relay *relay, bool is_reset)
{
    Side *const sides[] = {&relay->client, &relay->server};

    relay->is_ending = true;
    for (int i = 0; i < 2; i++) {
        if (!is_reset || uv_tcp_close_reset(&sides[i]->tcp, on_closed) != 0)
            uv_close((uv_handle_t *)&sides[i]->tcp, on_closed);
    }
}

static void end(Relay *relay)
{
    if (relay->is_ending)
        return;
    if (relay->options.on_ended)
        relay->options.on_ended(relay->options.owner, relay);
    close_both(relay, false);
}

/* ---- carrying ---------------------------------------------------------------------------------------------------------------------- */

static void on_allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *out_buffer)
{
    Side *side = handle->data;

    (void)suggested;
    *out_buffer = uv_buf_init(side->chunk, sizeof side->chunk);
}

static void go_on(Side *side);

static void on_written(uv_write_t *request, int status)
{
    Side *side = request->data;

    side->is_writing = false;
    if (side->relay->is_ending)
        return;
    if (status < 0)
        end(side->relay);
    else
        go_on(side);
}

static void send_on(Side *side)
{
    uv_buf_t said = uv_buf_init(side->chunk, (unsigned)side->held);

    side->held = 0;
    side->is_writing = true;
    side->write.data = side;
    if (uv_write(&side->write, (uv_stream_t *)&side->other->tcp, &said, 1, on_written) != 0)
        end(side->relay);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer)
{
    Side *side = stream->data;
    Relay *relay = side->relay;

    (void)buffer;
    if (count == 0)
        return;
    if (count < 0) {
        end(relay);
        return;
    }
    uv_read_stop(stream);
    side->held = (size_t)count;
    if (side == &relay->client && relay->options.on_heard)
        relay->options.on_heard(relay->options.owner, relay);
    go_on(side);
}

static void go_on(Side *side)
{
    const Relay *relay = side->relay;

    if (!relay->is_connected || relay->is_stalled || relay->is_ending || side->is_writing)
        return;
    if (side->held > 0)
        send_on(side);
    else
        uv_read_start((uv_stream_t *)&side->tcp, on_allocate, on_read);
}

static void on_connected(uv_connect_t *request, int status)
{
    Relay *relay = request->data;

    if (relay->is_ending)
        return;
    if (status < 0) {
        end(relay);
        return;
    }
    relay->is_connected = true;
    go_on(&relay->client);
    go_on(&relay->server);
}

/* ---- the whole --------------------------------------------------------------------------------------------------------------------- */

static void side_init(Relay *relay, Side *side, Side *other)
{
    side->relay = relay;
    side->other = other;
    uv_tcp_init(loop_uv(relay->options.loop), &side->tcp);
    side->tcp.data = side;
    relay->open++;
}

Relay *relay_new(const RelayOptions *options, int fd)
{
    Relay *relay = MEMORY_NEW(Relay);
    struct sockaddr_in address;

    relay->options = *options;
    side_init(relay, &relay->client, &relay->server);
    side_init(relay, &relay->server, &relay->client);
    if (uv_tcp_open(&relay->client.tcp, fd) != 0)
        close(fd);
    uv_tcp_nodelay(&relay->client.tcp, 1);
    uv_ip4_addr(options->ip, options->port, &address);
    relay->connect.data = relay;
    uv_tcp_connect(&relay->connect, &relay->server.tcp, (const struct sockaddr *)&address,
                   on_connected);
    uv_tcp_nodelay(&relay->server.tcp, 1);
    return relay;
}

void relay_stall(Relay *relay, bool is_stalled)
{
    if (relay->is_stalled == is_stalled || relay->is_ending)
        return;
    relay->is_stalled = is_stalled;
    if (is_stalled) {
        uv_read_stop((uv_stream_t *)&relay->client.tcp);
        uv_read_stop((uv_stream_t *)&relay->server.tcp);
    } else {
        go_on(&relay->client);
        go_on(&relay->server);
    }
}

bool relay_is_stalled(const Relay *relay)
{
    return relay->is_stalled;
}

void relay_break(Relay *relay)
{
    if (!relay->is_ending)
        close_both(relay, true);
}
