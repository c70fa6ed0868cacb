/*
 * engine/clients/dns_socket.c - one message to a name server and what comes back, by UDP or TCP.
 *
 * The descriptor is ours and libuv watches it: first until it can be written (TCP: until it is connected), then until all is
 * written, then for reading. An error that open meets is kept and told from the loop, as any other.
 */
#include "engine/clients/dns_socket.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memory.h"

enum { MESSAGE_MAX = 65535 };

struct DnsSocket {
    uv_poll_t poll;
    Timer *broken; /* tells of an error met while opening */
    int fd;        /* -1: none */
    int error;
    bool is_tcp, is_connected;
    Buffer out, in;
    bool was_sent;
    DnsSocketEvents events;
    void *owner;
};

static socklen_t make_address(const DnsServerAddress *server, struct sockaddr_storage *out_address)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)out_address;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out_address;

    memset(out_address, 0, sizeof *out_address);
    if (inet_pton(AF_INET, server->ip, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(server->port);
        return sizeof *v4;
    }
    if (inet_pton(AF_INET6, server->ip, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(server->port);
        return sizeof *v6;
    }
    return 0;
}

/* errno, or 0. */
static int connect_to(DnsSocket *sock, const DnsServerAddress *server)
{
    struct sockaddr_storage address;
    socklen_t length = make_address(server, &address);

    if (length == 0)
        return EAFNOSUPPORT;
    sock->fd = socket(address.ss_family,
                      (sock->is_tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (sock->fd < 0)
        return errno;
    if (connect(sock->fd, (struct sockaddr *)&address, length) != 0 && errno != EINPROGRESS)
        return errno;
    return 0;
}

static void on_broken_at_once(void *owner)
{
    DnsSocket *sock = owner;

    sock->events.on_broken(sock->owner, sock->error);
}

static int pending_error(int fd)
{
    int error = 0;
    socklen_t length = sizeof error;

    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno;
}

static void watch(DnsSocket *sock);

/* False if the socket is of no more use; that has been told then. */
static bool write_some(DnsSocket *sock)
{
    if (!sock->is_connected) {
        int error = pending_error(sock->fd);

        if (error != 0) {
            sock->events.on_broken(sock->owner, error);
            return false;
        }
        sock->is_connected = true;
    }
    while (sock->out.length > 0) {
        ssize_t written = send(sock->fd, sock->out.data, sock->out.length, MSG_NOSIGNAL);

        if (written < 0 && errno == EAGAIN)
            break;
        if (written < 0) {
            sock->events.on_broken(sock->owner, errno);
            return false;
        }
        buffer_eat(&sock->out, (size_t)written);
        sock->was_sent = true;
    }
    watch(sock);
    return true;
}

/* Over TCP a message may come in pieces; nothing is expected after the first. */
static void take_stream(DnsSocket *sock)
{
    const uint8_t *bytes = (const uint8_t *)sock->in.data;
    size_t length = sock->in.length >= 2 ? (size_t)(bytes[0] << 8 | bytes[1]) : MESSAGE_MAX;

    if (sock->in.length >= 2 && sock->in.length >= length + 2)
        sock->events.on_message(sock->owner, bytes + 2, length);
}

/* One read for each event: the callback may close the socket, and what is left makes the next event. */
static void read_some(DnsSocket *sock)
{
    char bytes[MESSAGE_MAX];
    ssize_t length = recv(sock->fd, bytes, sizeof bytes, 0);

    if (length < 0 && errno == EAGAIN)
        return;
    if (length <= 0) {
        sock->events.on_broken(sock->owner, length < 0 ? errno : 0);
        return;
    }
    if (!sock->is_tcp) {
        sock->events.on_message(sock->owner, bytes, (size_t)length);
        return;
    }
    buffer_add(&sock->in, bytes, (size_t)length);
    take_stream(sock);
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
    DnsSocket *sock = poll->data;

    if (status < 0) {
        int error = pending_error(sock->fd);

        sock->events.on_broken(sock->owner, error != 0 ? error : -status);
        return;
    }
    if (sock->out.length > 0) {
        if ((events & UV_WRITABLE) != 0)
            write_some(sock);
        return;
    }
    if ((events & UV_READABLE) != 0)
        read_some(sock);
}

static void watch(DnsSocket *sock)
{
    uv_poll_start(&sock->poll, sock->out.length > 0 ? UV_WRITABLE : UV_READABLE, on_ready);
}

static DnsSocket *socket_new(Loop *loop, bool is_tcp, const Buffer *message)
{
    DnsSocket *sock = MEMORY_NEW(DnsSocket);

    sock->fd = -1;
    sock->is_tcp = is_tcp;
    sock->is_connected = !is_tcp;
    sock->broken = timer_new(loop, on_broken_at_once, sock);
    if (is_tcp)
        buffer_add_u16(&sock->out, (uint16_t)message->length);
    buffer_add(&sock->out, message->data, message->length);
    return sock;
}

DnsSocket *dns_socket_open(Loop *loop, const DnsServerAddress *server, bool is_tcp,
                           const Buffer *message, const DnsSocketEvents *events, void *owner)
{
    DnsSocket *sock = socket_new(loop, is_tcp, message);
    int failed;

    sock->events = *events;
    sock->owner = owner;
    sock->error = connect_to(sock, server);
    if (sock->error != 0) {
        timer_start(sock->broken, 0);
        return sock;
    }
    failed = uv_poll_init(loop_uv(loop), &sock->poll, sock->fd);
    assert(failed == 0);
    (void)failed;
    sock->poll.data = sock;
    watch(sock);
    return sock;
}

bool dns_socket_was_sent(const DnsSocket *sock)
{
    return sock->was_sent;
}

static void socket_free(DnsSocket *sock)
{
    buffer_release(&sock->out);
    buffer_release(&sock->in);
    free(sock);
}

static void on_poll_closed(uv_handle_t *handle)
{
    socket_free(handle->data);
}

void dns_socket_close(DnsSocket *sock)
{
    bool is_watched;

    if (sock == NULL)
        return;
    is_watched = sock->poll.data != NULL;
    timer_free(sock->broken);
    if (is_watched)
        uv_close((uv_handle_t *)&sock->poll, on_poll_closed);
    if (sock->fd >= 0)
        close(sock->fd);
    if (!is_watched)
        socket_free(sock);
}
