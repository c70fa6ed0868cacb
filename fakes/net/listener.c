/*
 * fakes/net/listener.c - a listening TCP socket on loopback.
 *
 * A client knocks: the poll says readable, one connection is accepted and handed over. It gave up meanwhile, or
 * descriptors have run out: nothing is handed over, and the loop asks again.
 */
#include "fakes/net/listener.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memory.h"

enum { BACKLOG = 128 };

struct Listener {
    uv_poll_t poll;
    int fd;
    uint16_t port;
    ListenerConnection *on_connection;
    void *owner;
};

static bool loopback_address(const char *ip, uint16_t port, struct sockaddr_in *out_address,
                             Error *err)
{
    *out_address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port)};
    if (inet_pton(AF_INET, ip, &out_address->sin_addr) != 1)
        return error_set(err, ERR_INPUT, "listen on %s: not an IPv4 address", ip);
    if ((ntohl(out_address->sin_addr.s_addr) >> 24) != 127)
        return error_set(err, ERR_INPUT,
                         "listen on %s: not an address of this machine only (127.0.0.0/8)", ip);
    return true;
}

static bool bind_and_listen(int fd, struct sockaddr_in *address, const char *ip, Error *err)
{
    socklen_t length = sizeof *address;
    int yes = 1;
    unsigned port = ntohs(address->sin_port);

    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, (struct sockaddr *)address, sizeof *address) == 0 && listen(fd, BACKLOG) == 0 &&
        getsockname(fd, (struct sockaddr *)address, &length) == 0)
        return true;
    if (errno == EADDRINUSE)
        return error_set(err, ERR_CONFLICT,
                         "listen on %s:%u: in use by another program; choose another port", ip,
                         port);
    return error_set(err, ERR_IO, "listen on %s:%u: %s", ip, port, strerror(errno));
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    Listener *listener = poll->data;
    int fd;

    (void)events;
    if (status < 0)
        return;
    fd = accept4(listener->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0)
        listener->on_connection(listener->owner, fd);
}

bool listener_start(Loop *loop, const char *ip, uint16_t port, ListenerConnection *on_connection,
                    void *owner, Listener **out_listener, Error *err)
{
    struct sockaddr_in address;
    Listener *listener;
    int fd, result;

    if (!loopback_address(ip, port, &address, err))
        return false;
    fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return error_set(err, ERR_IO, "listen on %s:%u: %s", ip, port, strerror(errno));
    if (!bind_and_listen(fd, &address, ip, err)) {
        close(fd);
        return false;
    }
    listener = MEMORY_NEW(Listener);
    listener->fd = fd;
    listener->port = ntohs(address.sin_port);
    listener->on_connection = on_connection;
    listener->owner = owner;
    listener->poll.data = listener;
    result = uv_poll_init(loop_uv(loop), &listener->poll, fd);
    assert(result == 0);
    uv_poll_start(&listener->poll, UV_READABLE, on_readable);
    *out_listener = listener;
    return true;
}

uint16_t listener_port(const Listener *listener)
{
    return listener->port;
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

/* The socket is closed at once, so that whoever connects from now on is refused. */
void listener_stop(Listener *listener)
{
    if (listener == NULL)
        return;
    uv_poll_stop(&listener->poll);
    uv_close((uv_handle_t *)&listener->poll, on_closed);
    close(listener->fd);
}
