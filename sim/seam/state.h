/*
 * sim/seam/state.h - the one global: what this process's simulation is, shared by the seam's own files.
 */
#ifndef SIM_SEAM_STATE_H
#define SIM_SEAM_STATE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <uv.h>

#include "base/network.h"
#include "base/random.h"
#include "sim/seam/seam.h"

#pragma GCC visibility push(hidden)

enum { NS_PER_MS = 1000 * 1000 };

typedef struct {
    struct sockaddr_in address;
    bool is_datagram;
    char *site;
    SeamConnection *on_connection;
    void *owner;
} SeamListener;

typedef enum { SOCKET_CONNECTING, SOCKET_CONNECTED, SOCKET_FAILED } SeamSocketState;

/* One end of a pair. It is known by its inode, since a descriptor may have been closed behind the seam's back and reused. */
typedef struct {
    ino_t inode;                     /* 0: no socket of the seam's */
    const struct SeamStrand *strand; /* that connected it; NULL: the first one, or none of ours */
    SeamSocketState state;
    int error; /* what SO_ERROR answers next */
    bool is_datagram;
    struct sockaddr_in local, peer;
} SeamSocket;

/* A program that is played, until who started it has heard of its end. */
typedef struct {
    int pid;
    bool has_ended;
    int status; /* as waitpid says it */
} SeamProcess;

/* A connection on its way; lives until its timer's handle is closed. */
typedef struct SeamPending SeamPending;

typedef struct {
    bool is_simulated;
    int64_t mono_ns;
    int64_t wall_ns;
    uint64_t waits_without_progress; /* epoll_wait's returns since time last moved */

    Random order;  /* of ready events */
    Random tls;    /* what OpenSSL draws */
    Random system; /* what getrandom gives */

    const Network *network;
    const char *from;
    SeamListener *listeners;
    size_t listener_count, listener_capacity;
    SeamSocket *sockets; /* by descriptor */
    size_t socket_capacity;
    uint32_t connect_count;
    SeamPending *pending; /* newest first */

    SeamPlayer player;
    SeamSpawn *spawn; /* what uv_spawn is starting just now */
    uint32_t spawn_count;
    SeamProcess *processes;
    size_t process_count, process_capacity;

    struct SeamStrand *strand; /* whose turn it is; NULL: there is but one */
    size_t resting;            /* how many have found nothing to do since something was done */
    uv_async_t wake;           /* of the first one's loop */

    uv_loop_t *loop; /* the first strand's, the one that was opened last */
    SeamDeadEnd *on_dead_end;
    void *dead_end_owner;
} SeamState;

extern SeamState seam_state;

/*
 * Nothing is ready for who calls: gives the others their turn, or lets the clock jump to who wakes first. Comes back when it is time to
 * look again. False: nobody will ever wake.
 */
bool seam_rest(int64_t until_ns);
/* NULL: the first strand, the one that everything began in. */
struct SeamStrand *seam_strand_now(void);
/* The first strand's loop got something new from another one. */
void seam_wake_first(void);

/* The strand that runs starts a program, or has started it. */
void seam_tell_spawn(const char *const *words, bool has_begun);

/* Says why on stderr and to the dead end's callback, and ends the process. */
_Noreturn void seam_stop(int exit_code, const char *what);

/* In simulated time: the process ends, because something would block or escape. */
void seam_guard(const char *function, const char *instead);

extern const char SEAM_ONE_PROCESS[]; /* instead of what begins another */

/* Of each end of a pair, the same on every machine; the kernel doubles it. */
enum { SEAM_BUFFER_BYTES = 106496 };
void seam_set_send_buffer(int fd, int bytes);

/* Makes OpenSSL draw from the seed. */
void seam_seed_openssl(void);

SeamListener *seam_find_listener(const struct sockaddr_in *address, bool is_datagram);

/* NULL if fd is no socket of the seam's. Borrowed until the next seam_add_socket. */
SeamSocket *seam_find_socket(int fd);
SeamSocket *seam_add_socket(int fd);
void seam_forget_socket(int fd);

/* Ends what is on its way: everything, before its loop closes; or what was under fd, if its caller has hung up. */
void seam_drop_pending(void);
void seam_drop_abandoned(int fd);

/* The other end of this pair is closed. */
bool seam_has_hung_up(int fd);

#pragma GCC visibility pop

#endif
