/*
 * sim/seam/connect.c - door: connect() to an address of the world.
 *
 * A stream: the caller's descriptor becomes one end of a Unix socket pair, clogged, so that it is not writable, which is
 * what "connecting" looks like. A timer of the loop's fires after the network's delay (PENDING -> DELIVERED): the
 * other end is drained and goes to the listener, and the caller's is writable: connected. Or nobody listens any more, or the
 * network refuses: the other end is closed, and SO_ERROR says why. Into a black hole no timer fires at all.
 * Goes wrong: the caller hangs up first (its end is closed: the other one is closed too, and the listener hears
 * nothing), or the loop closes first (the same).
 *
 * A datagram socket is connected at once, since connect(2) on one sends nothing. Its other end reaches the server after the
 * delay, and with it what was sent meanwhile; the network is asked once per socket, which is once per question for clients
 * that take a new one each time. A refusal, or a server that leaves, is ECONNREFUSED to the next recvmsg (ICMP's doing).
 *
 * The delivery is a timer's callback, and not a part of epoll_wait, because what the listener starts (watchers, timers)
 * counts for libuv only from its next turn on.
 */
#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memory.h"
#include "sim/seam/real.h"
#include "sim/seam/state.h"

enum {
    FIRST_PORT = 32768,      /* where Linux begins to number outgoing connections */
    PORT_COUNT = 28232,      /* and how many it has */
    CLOG_CHUNK_BYTES = 2048, /* half of the smallest send buffer */
};

struct SeamPending {
    uv_timer_t timer;
    SeamPending *older;
    struct sockaddr_in address;
    bool is_datagram;
    NetworkFate fate;
    int fd; /* the caller's, if its socket is still this one: */
    ino_t inode;
    int other; /* the end that waits for its listener */
    size_t clogged_bytes;
};

static int fail(int error)
{
    errno = error;
    return -1;
}

void seam_set_send_buffer(int fd, int bytes)
{
    seam_real()->setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
}

/* ---- clogging ------------------------------------------------------------------------------ */

static size_t fill(int fd)
{
    static const char FILLING[CLOG_CHUNK_BYTES];
    size_t total = 0;
    ssize_t sent;

    seam_set_send_buffer(fd, 0); /* the least that the kernel allows */
    while ((sent = send(fd, FILLING, sizeof FILLING, MSG_DONTWAIT | MSG_NOSIGNAL)) > 0)
        total += (size_t)sent;
    return total;
}

/* Takes the filling out at the other end; false if the caller has hung up. */
static bool drain(int other, size_t bytes)
{
    char sink[CLOG_CHUNK_BYTES];
    ssize_t got;

    while (bytes > 0) {
        got = recv(other, sink, bytes < sizeof sink ? bytes : sizeof sink, MSG_DONTWAIT);
        if (got <= 0)
            return false;
        bytes -= (size_t)got;
    }
    got = recv(other, sink, 1, MSG_DONTWAIT | MSG_PEEK);
    return got > 0 || (got < 0 && errno == EAGAIN);
}

/* ---- on the way ---------------------------------------------------------------------------- */

static void on_timer_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void pending_unlink(SeamPending *pending)
{
    SeamPending **link = &seam_state.pending;

    while (*link != pending)
        link = &(*link)->older;
    *link = pending->older;
}

/* Its memory goes with its timer. */
static void pending_drop(SeamPending *pending)
{
    pending_unlink(pending);
    close(pending->other);
    uv_close((uv_handle_t *)&pending->timer, on_timer_closed);
}

void seam_drop_pending(void)
{
    while (seam_state.pending != NULL)
        pending_drop(seam_state.pending);
}

bool seam_has_hung_up(int other)
{
    struct pollfd end = {.fd = other, .events = POLLRDHUP};

    return seam_real()->poll(&end, 1, 0) > 0 && (end.revents & (POLLRDHUP | POLLHUP)) != 0;
}

/* What would never arrive, or has no use without its caller. */
static bool is_lost(const SeamPending *pending)
{
    return pending->fate == NETWORK_BLACKHOLE || !pending->is_datagram;
}

void seam_drop_abandoned(int fd)
{
    SeamPending *next;

    for (SeamPending *pending = seam_state.pending; pending != NULL; pending = next) {
        next = pending->older;
        if (pending->fd == fd && is_lost(pending) && seam_has_hung_up(pending->other))
            pending_drop(pending);
    }
}

/* The caller's entry, unless its descriptor stands for something else by now. */
static SeamSocket *caller_of(const SeamPending *pending)
{
    SeamSocket *entry = seam_find_socket(pending->fd);

    return entry != NULL && entry->inode == pending->inode ? entry : NULL;
}

static void enter_other(int other, const SeamSocket *caller)
{
    struct sockaddr_in local = caller->peer, peer = caller->local;
    bool is_datagram = caller->is_datagram;
    SeamSocket *entry = seam_add_socket(other); /* from here on, caller may have moved */

    entry->state = SOCKET_CONNECTED;
    entry->is_datagram = is_datagram;
    entry->local = local;
    entry->peer = peer;
}

static void pending_fail(SeamPending *pending, int error)
{
    SeamSocket *caller = caller_of(pending);

    if (caller != NULL && !pending->is_datagram) {
        caller->state = SOCKET_FAILED;
        caller->error = error;
    }
    close(pending->other);
}

static void pending_deliver(SeamPending *pending, const SeamListener *listener)
{
    SeamSocket *caller = caller_of(pending);

    if (caller != NULL) {
        caller->state = SOCKET_CONNECTED;
        seam_set_send_buffer(pending->fd, SEAM_BUFFER_BYTES);
        enter_other(pending->other, caller);
    }
    listener->on_connection(listener->owner, pending->other);
}

/* Datagrams that are on their way arrive, even if their sender has gone. */
static bool is_still_wanted(const SeamPending *pending)
{
    return pending->is_datagram || drain(pending->other, pending->clogged_bytes);
}

static void on_arrival(uv_timer_t *timer)
{
    SeamPending *pending = timer->data;
    const SeamListener *listener = seam_find_listener(&pending->address, pending->is_datagram);

    pending_unlink(
        pending); /* first, since the listener may do anything, close the loop included */
    if (!is_still_wanted(pending))
        close(pending->other);
    else if (pending->fate == NETWORK_RESET)
        pending_fail(pending, ECONNRESET);
    else if (pending->fate == NETWORK_REFUSE || listener == NULL)
        pending_fail(pending, ECONNREFUSED);
    else
        pending_deliver(pending, listener);
    uv_close((uv_handle_t *)timer, on_timer_closed);
}

static SeamPending *pending_new(int fd, int other, const SeamListener *listener)
{
    SeamPending *pending = MEMORY_NEW(SeamPending);

    assert(seam_state.loop != NULL && "a connect in simulated time needs a loop");
    uv_timer_init(seam_state.loop, &pending->timer);
    pending->timer.data = pending;
    pending->address = listener->address;
    pending->is_datagram = listener->is_datagram;
    pending->fd = fd;
    pending->inode = seam_find_socket(fd)->inode;
    pending->other = other;
    pending->older = seam_state.pending;
    seam_state.pending = pending;
    return pending;
}

/* ---- the door ------------------------------------------------------------------------------ */

static NetworkVerdict ask_network(const SeamListener *listener)
{
    const Network *network = seam_state.network;

    if (network == NULL)
        return (NetworkVerdict){.fate = NETWORK_DELIVER};
    return network->connect(network->self,
                            listener->is_datagram ? NETWORK_DATAGRAMS : NETWORK_STREAM,
                            seam_state.from, listener->site, ntohs(listener->address.sin_port));
}

/* Puts one end of a new pair under the caller's descriptor and enters it; the other end, or -1 with errno. */
static int put_pair_under(int fd, const SeamListener *listener)
{
    int type = listener->is_datagram ? SOCK_SEQPACKET : SOCK_STREAM;
    SeamSocket *entry;
    int ends[2];

    if (socketpair(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0)
        return -1;
    seam_real()->dup3(ends[0], fd, O_CLOEXEC);
    seam_real()->close(ends[0]);
    seam_set_send_buffer(ends[1], SEAM_BUFFER_BYTES);
    seam_drop_abandoned(fd); /* libuv closes past the seam's own close() */
    entry = seam_add_socket(fd);
    entry->is_datagram = listener->is_datagram;
    entry->peer = listener->address;
    entry->strand = seam_strand_now();
    entry->local = (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
        .sin_port = htons((uint16_t)(FIRST_PORT + seam_state.connect_count++ % PORT_COUNT)),
    };
    return ends[1];
}

/* Puts a pair under the descriptor and sends its other end on its way. */
static int set_out(int fd, const SeamListener *listener)
{
    NetworkVerdict verdict = ask_network(listener);
    int other = put_pair_under(fd, listener);
    SeamPending *pending;

    if (other < 0)
        return -1;
    pending = pending_new(fd, other, listener);
    pending->fate = verdict.fate;
    seam_wake_first();
    if (verdict.fate != NETWORK_BLACKHOLE)
        uv_timer_start(&pending->timer, on_arrival,
                       (uint64_t)(verdict.delay_ms > 0 ? verdict.delay_ms : 0), 0);
    if (!pending->is_datagram) {
        pending->clogged_bytes = fill(fd);
        return fail(EINPROGRESS);
    }
    seam_find_socket(fd)->state = SOCKET_CONNECTED;
    seam_set_send_buffer(fd, SEAM_BUFFER_BYTES);
    return 0;
}

static int connect_again(const SeamSocket *entry)
{
    static const int ANSWERS[] = {
        [SOCKET_CONNECTING] = EALREADY,
        [SOCKET_CONNECTED] = EISCONN,
        [SOCKET_FAILED] = ECONNREFUSED,
    };

    return fail(ANSWERS[entry->state]);
}

static int connect_simulated(int fd, const struct sockaddr_in *address)
{
    const SeamSocket *entry = seam_find_socket(fd);
    const SeamListener *listener;
    int type = 0;
    socklen_t length = sizeof type;

    if (entry != NULL)
        return connect_again(entry);
    if (seam_real()->getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) != 0)
        return -1;
    if (!(fcntl(fd, F_GETFL) & O_NONBLOCK))
        seam_guard("connect on a blocking socket", "make it non-blocking");
    listener = seam_find_listener(address, type == SOCK_DGRAM);
    if (listener == NULL)
        return fail(ECONNREFUSED);
    return set_out(fd, listener);
}

int connect(int fd, __CONST_SOCKADDR_ARG address, socklen_t length)
{
    const struct sockaddr *to = address.__sockaddr__;

    if (!seam_state.is_simulated || to->sa_family == AF_UNIX || to->sa_family == AF_UNSPEC)
        return seam_real()->connect(fd, to, length);
    if (to->sa_family != AF_INET || length < sizeof(struct sockaddr_in))
        return fail(ENETUNREACH); /* the world is IPv4, and nothing leaves the machine */
    return connect_simulated(fd, address.__sockaddr_in__);
}
