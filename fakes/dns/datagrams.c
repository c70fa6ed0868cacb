/*
 * fakes/dns/datagrams.c - how datagrams reach a name server: one client's socket pair, or a UDP socket for all.
 *
 * All goes well: the descriptor becomes readable, each message is handed on, each answer is sent as one message. A client's pair
 * ends with the empty message that its close leaves behind. An answer that does not fit into the socket's buffer is lost, as
 * datagrams are. Goes wrong: the descriptor fails (closed), or the server goes away.
 */
#include "fakes/dns/datagrams.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>

#include "base/memory.h"
#include "fakes/dns/peer.h"

enum { MESSAGE_MAX = 65536, LOOPBACK_NET = 127 };
enum { BATCH = 20 }; /* libuv reads so many messages at once, if there is room */
enum { SOCKET_ROOM = BATCH * MESSAGE_MAX }; /* and so many answers go out at once */

typedef struct {
    DnsPeer peer; /* first: a peer is one of these */
    uint32_t number;
    int fd;
    uv_poll_t poll;
} Pair;

/* An answer that waits for the others of its batch. */
typedef struct {
    Buffer bytes;
    struct sockaddr_in to;
} Outgoing;

typedef struct {
    DnsPeer peer;
    uv_udp_t udp;
    bool is_reading; /* messages of one batch: their answers wait for each other */
    Outgoing outgoing[BATCH];
    size_t outgoing_count;
    char *
        bytes; /* SOCKET_ROOM of them, never touched before something arrives: a world may have a thousand sockets */
} Socket;

/* ---- one client's pair ------------------------------------------------------------------------ */

static void on_pair_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void pair_close(Pair *pair)
{
    dns_peer_part(&pair->peer);
    if (uv_is_closing((uv_handle_t *)&pair->poll))
        return;
    /* In this order: closing the handle takes the descriptor out of the loop first. */
    uv_close((uv_handle_t *)&pair->poll, on_pair_closed);
    close(pair->fd);
}

static void pair_leave(DnsPeer *peer)
{
    pair_close((Pair *)peer);
}

static void pair_send(DnsPeer *peer, const DnsAnswer *answer, const struct sockaddr *to)
{
    Pair *pair = (Pair *)peer;
    ssize_t sent;

    (void)to;
    /* An empty message would be taken for the end of the connection. */
    if (answer->bytes.length == 0)
        return;
    trace_wire(peer->server->options.trace, pair->number, '>', answer->bytes.data,
               answer->bytes.length);
    do
        sent = send(pair->fd, answer->bytes.data, answer->bytes.length, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
}

/* Reads one message; false if there is none now, or never will be again. */
static bool pair_read(Pair *pair)
{
    char bytes[MESSAGE_MAX];
    ssize_t length = recv(pair->fd, bytes, sizeof bytes, 0);

    if (length < 0 && errno == EINTR)
        return true;
    if (length < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return false;
    if (length <= 0) {
        pair_close(pair);
        return false;
    }
    trace_wire(pair->peer.server->options.trace, pair->number, '<', bytes, (size_t)length);
    dns_peer_ask(&pair->peer, bytes, (size_t)length, NULL);
    return pair->peer.server != NULL;
}

static void on_pair_readable(uv_poll_t *poll, int status, int events)
{
    Pair *pair = poll->data;

    (void)events;
    if (status < 0) {
        pair_close(pair);
        return;
    }
    while (pair_read(pair))
        continue;
}

void dns_datagrams_open(DnsServer *server, int fd)
{
    Pair *pair = MEMORY_NEW(Pair);
    int failed = uv_poll_init(loop_uv(server->options.loop), &pair->poll, fd);

    assert(failed == 0 && "a descriptor that can be polled");
    (void)failed;
    pair->peer = (DnsPeer){.send = pair_send, .leave = pair_leave};
    pair->number = trace_next_connection(server->options.trace);
    pair->fd = fd;
    pair->poll.data = pair;
    dns_peer_join(&pair->peer, server);
    uv_poll_start(&pair->poll, UV_READABLE | UV_DISCONNECT, on_pair_readable);
}

/* ---- a socket for all ------------------------------------------------------------------------- */

static void on_socket_closed(uv_handle_t *handle)
{
    Socket *socket = handle->data;

    for (size_t i = 0; i < BATCH; i++)
        buffer_release(&socket->outgoing[i].bytes);
    free(socket->bytes);
    free(socket);
}

static void socket_leave(DnsPeer *peer)
{
    Socket *socket = (Socket *)peer;

    dns_peer_part(peer);
    uv_close((uv_handle_t *)&socket->udp, on_socket_closed);
}

/* What the kernel does not take is lost, as datagrams are. */
static void flush(Socket *socket)
{
    struct mmsghdr messages[BATCH] = {0};
    struct iovec parts[BATCH];
    uv_os_fd_t fd;

    for (size_t i = 0; i < socket->outgoing_count; i++) {
        Outgoing *outgoing = &socket->outgoing[i];

        parts[i] = (struct iovec){outgoing->bytes.data, outgoing->bytes.length};
        messages[i].msg_hdr = (struct msghdr){.msg_name = &outgoing->to,
                                              .msg_namelen = sizeof outgoing->to,
                                              .msg_iov = &parts[i],
                                              .msg_iovlen = 1};
    }
    if (socket->outgoing_count > 0 && uv_fileno((uv_handle_t *)&socket->udp, &fd) == 0)
        sendmmsg(fd, messages, (unsigned)socket->outgoing_count, MSG_NOSIGNAL);
    socket->outgoing_count = 0;
}

static void socket_send(DnsPeer *peer, const DnsAnswer *answer, const struct sockaddr *to)
{
    Socket *socket = (Socket *)peer;
    Outgoing *outgoing = &socket->outgoing[socket->outgoing_count];

    if (answer->bytes.length == 0)
        return;
    buffer_clear(&outgoing->bytes);
    buffer_add(&outgoing->bytes, answer->bytes.data, answer->bytes.length);
    outgoing->to = *(const struct sockaddr_in *)(const void *)to;
    socket->outgoing_count++;
    if (!socket->is_reading || socket->outgoing_count == BATCH)
        flush(socket);
}

static void on_allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *out_buffer)
{
    Socket *socket = handle->data;

    (void)suggested;
    *out_buffer = uv_buf_init(socket->bytes, SOCKET_ROOM);
}

static void on_received(uv_udp_t *udp, ssize_t length, const uv_buf_t *buffer,
                        const struct sockaddr *from, unsigned flags)
{
    Socket *socket = udp->data;

    socket->is_reading = (flags & UV_UDP_MMSG_CHUNK) != 0;
    if (length > 0 && from != NULL)
        dns_peer_ask(&socket->peer, buffer->base, (size_t)length, from);
    if (!socket->is_reading)
        flush(socket);
}

static bool read_loopback(const char *ip, uint16_t port, struct sockaddr_in *out_address,
                          Error *err)
{
    if (uv_ip4_addr(ip, port, out_address) == 0 &&
        ntohl(out_address->sin_addr.s_addr) >> 24 == LOOPBACK_NET)
        return true;
    return error_set(err, ERR_INPUT, "%s is not an address in 127.0.0.0/8", ip);
}

bool dns_datagrams_bind(DnsServer *server, const char *ip, uint16_t port, Error *err)
{
    struct sockaddr_in address;
    Socket *socket;
    int status;

    if (!read_loopback(ip, port, &address, err))
        return false;
    socket = MEMORY_NEW(Socket);
    socket->bytes = memory_resize(NULL, SOCKET_ROOM, 1);
    socket->peer = (DnsPeer){.send = socket_send, .leave = socket_leave};
    uv_udp_init_ex(loop_uv(server->options.loop), &socket->udp, AF_INET | UV_UDP_RECVMMSG);
    socket->udp.data = socket;
    status = uv_udp_bind(&socket->udp, (const struct sockaddr *)&address, 0);
    if (status == 0)
        status = uv_udp_recv_start(&socket->udp, on_allocate, on_received);
    if (status != 0) {
        uv_close((uv_handle_t *)&socket->udp, on_socket_closed);
        return error_set(err, status == UV_EADDRINUSE ? ERR_CONFLICT : ERR_IO,
                         "UDP socket %s:%u: %s", ip, port, uv_strerror(status));
    }
    dns_peer_join(&socket->peer, server);
    return true;
}
