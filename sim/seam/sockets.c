/*
 * sim/seam/sockets.c - which descriptors are ends of the seam's pairs, and the doors that must not show it.
 *
 * libuv closes with a system call of its own, so a descriptor's number alone proves nothing: an entry counts only
 * while the socket behind the number is still the one that was entered.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "sim/seam/real.h"
#include "sim/seam/state.h"

static ino_t inode_of(int fd)
{
    struct stat now;

    return fstat(fd, &now) == 0 && S_ISSOCK(now.st_mode) ? now.st_ino : 0;
}

SeamSocket *seam_find_socket(int fd)
{
    SeamSocket *entry;

    if (fd < 0 || (size_t)fd >= seam_state.socket_capacity)
        return NULL;
    entry = &seam_state.sockets[fd];
    if (entry->inode == 0)
        return NULL;
    if (entry->inode == inode_of(fd))
        return entry;
    entry->inode = 0;
    return NULL;
}

SeamSocket *seam_add_socket(int fd)
{
    SeamState *seam = &seam_state;

    if ((size_t)fd >= seam->socket_capacity) {
        size_t capacity = 2 * (size_t)fd + 64;

        seam->sockets = memory_resize(seam->sockets, capacity, sizeof *seam->sockets);
        memset(seam->sockets + seam->socket_capacity, 0,
               (capacity - seam->socket_capacity) * sizeof *seam->sockets);
        seam->socket_capacity = capacity;
    }
    seam->sockets[fd] = (SeamSocket){.inode = inode_of(fd)};
    return &seam->sockets[fd];
}

void seam_forget_socket(int fd)
{
    if (fd >= 0 && (size_t)fd < seam_state.socket_capacity)
        seam_state.sockets[fd].inode = 0;
}

static SeamSocket *find(int fd)
{
    return seam_state.is_simulated ? seam_find_socket(fd) : NULL;
}

static int answer_address(const struct sockaddr_in *address, struct sockaddr *out_address,
                          socklen_t *length)
{
    memcpy(out_address, address, *length < sizeof *address ? *length : sizeof *address);
    *length = sizeof *address;
    return 0;
}

/* ---- doors --------------------------------------------------------------------------------- */

/* libcurl reuses no connection whose peer has no address, and says nothing about it. */
int getpeername(int fd, __SOCKADDR_ARG out_address, socklen_t *restrict length)
{
    const SeamSocket *entry = find(fd);

    if (entry == NULL)
        return seam_real()->getpeername(fd, out_address.__sockaddr__, length);
    if (entry->state != SOCKET_CONNECTED) {
        errno = ENOTCONN;
        return -1;
    }
    return answer_address(&entry->peer, out_address.__sockaddr__, length);
}

int getsockname(int fd, __SOCKADDR_ARG out_address, socklen_t *restrict length)
{
    const SeamSocket *entry = find(fd);

    if (entry == NULL)
        return seam_real()->getsockname(fd, out_address.__sockaddr__, length);
    return answer_address(&entry->local, out_address.__sockaddr__, length);
}

int getsockopt(int fd, int level, int option, void *restrict out_value, socklen_t *restrict length)
{
    SeamSocket *entry = find(fd);

    if (entry == NULL || level != SOL_SOCKET || option != SO_ERROR || entry->error == 0 ||
        *length < sizeof(int))
        return seam_real()->getsockopt(fd, level, option, out_value, length);
    memcpy(out_value, &entry->error, sizeof(int));
    *length = sizeof(int);
    entry->error = 0; /* reading it clears it, as in the kernel */
    return 0;
}

int setsockopt(int fd, int level, int option, const void *value, socklen_t length)
{
    /* TCP_NODELAY, keep-alive intervals, IP_TOS: a Unix socket has none of them. */
    if (level != SOL_SOCKET && find(fd) != NULL)
        return 0;
    return seam_real()->setsockopt(fd, level, option, value, length);
}

/*
 * Gives a datagram the sender's address, which the ends of a pair do not have. And a datagram socket has no end of file: where
 * nobody is left at the other end, ICMP would have said so.
 */
ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    socklen_t room = message->msg_namelen;
    ssize_t received = seam_real()->recvmsg(fd, message, flags);
    bool may_be_over = received == 0 || (received < 0 && errno == ECONNRESET);
    const SeamSocket *entry = received > 0 || may_be_over ? find(fd) : NULL;

    if (entry == NULL || !entry->is_datagram)
        return received;
    if (may_be_over && seam_has_hung_up(fd)) {
        errno = ECONNREFUSED;
        return -1;
    }
    if (received >= 0 && message->msg_name != NULL) {
        answer_address(&entry->peer, message->msg_name, &room);
        message->msg_namelen = room;
    }
    return received;
}

int close(int fd)
{
    bool was_ours =
        fd >= 0 && (size_t)fd < seam_state.socket_capacity && seam_state.sockets[fd].inode != 0;
    int failed;

    seam_forget_socket(fd);
    failed = seam_real()->close(fd);
    if (was_ours && seam_state.pending != NULL)
        seam_drop_abandoned(fd); /* or every try into a black hole would keep a descriptor */
    return failed;
}

/* The new number stands for the same socket. */
static int note_duplicate(int from, int to)
{
    const SeamSocket *entry;
    SeamSocket kept;

    if (to < 0 || from == to || !seam_state.is_simulated)
        return to;
    seam_forget_socket(to);
    entry = seam_find_socket(from);
    if (entry == NULL)
        return to;
    kept = *entry;
    *seam_add_socket(to) = kept;
    return to;
}

int dup(int fd)
{
    return note_duplicate(fd, seam_real()->dup(fd));
}

int dup2(int from, int to)
{
    return note_duplicate(from, seam_real()->dup2(from, to));
}

int dup3(int from, int to, int flags)
{
    return note_duplicate(from, seam_real()->dup3(from, to, flags));
}
