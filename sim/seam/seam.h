/*
 * sim/seam/seam.h - the seam under every library, where simulated time and the simulated network begin.
 *
 * The program itself defines clock_gettime, epoll_wait, connect and what else is listed in seam_covered_symbols, so
 * the calls of libuv, libcurl, libpq, ldns and OpenSSL land here. Until seam_simulate is called each goes straight to the
 * kernel, and no live verb calls it.
 *
 * In simulated time: epoll_wait asks the kernel without waiting. Something is ready: no time passes. Nothing is
 * ready: nothing is in flight (Unix sockets deliver inside the sender's call), and the clock jumps by the time-out
 * that was asked for. No time-out: a proven deadlock. connect() to an address that seam_listen knows becomes a
 * Unix socket pair (SEQPACKET for datagrams), whose other end the listener gets after the network's delay, in a callback of
 * the loop; what was sent as datagrams meanwhile comes with it. Any other address is refused; nothing leaves the machine.
 * Other programs are played, if somebody does. Threads, forks, blocking polls, sleeps and names that would need a resolver end the process: a blocking call is a bug.
 *
 * One simulation per process, once, on one loop (the seam learns of it by uv_loop_init): the libraries have global
 * state. This is the one place with a global. A socket must be connected before it is watched, as every library here does.
 * Units: milliseconds. Order of ready events: sorted by descriptor, then shuffled by the seed.
 */
#ifndef SIM_SEAM_SEAM_H
#define SIM_SEAM_SEAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/network.h"

/* network and from are borrowed for the run. */
typedef struct {
    uint64_t seed;
    int64_t start_wall_ms;  /* what time it is when the run begins */
    const Network *network; /* asked for every connect; NULL: everything is delivered at once */
    const char *from;       /* the site that this process's sockets belong to: "desk" */
} SeamOptions;

/* Switches simulated time on; from now on the clock moves only in epoll_wait. Also installs the seeded OpenSSL RAND. */
void seam_simulate(const SeamOptions *options);
bool seam_is_simulated(void);

/*
 * In a simulated process: whoever connects to ip:port reaches on_connection with its end of a socket pair, which
 * the callee then owns (non-blocking, close-on-exec). site is where the listener stands, for Network.connect.
 * is_datagram: UDP; each connected client has a pair of its own. Addresses are IPv4 text in 127.0.0.0/8.
 */
typedef void SeamConnection(void *owner, int fd);
void seam_listen(const char *ip, uint16_t port, bool is_datagram, const char *site,
                 SeamConnection *on_connection, void *owner);

/* Nobody listens there any more: new connects are refused. Open connections stay. */
void seam_unlisten(const char *ip, uint16_t port, bool is_datagram);

/*
 * In a simulated process: whoever starts a program (uv_spawn) starts nothing; the player plays it. Without a player it ends the process.
 * Everything in SeamSpawn is borrowed for the call, but the ends are the player's if it starts: of the program's standard input, output
 * and error output; non-blocking, close-on-exec; -1: /dev/null.
 */
typedef struct {
    int pid;
    const char *const *words, *const *environment; /* NULL-ended */
    int ends[3];
} SeamSpawn;

typedef struct {
    bool (*start)(void *owner, const SeamSpawn *spawn); /* false: there is no such program */
    void (*kill)(void *owner, int pid, int signal);     /* it may end within the call, or later */
    void *owner;
} SeamPlayer;
void seam_play_programs(const SeamPlayer *player); /* copied; NULL: no player any more */

/* It has ended, by itself with status, or by signal. Who started it hears of it from the loop. Once for each that was started. */
void seam_end_program(int pid, int status, int signal);

/*
 * Called when the process is about to stop because it can never go on: prints, records. Then standard output is flushed and
 * the process ends with the code, without what atexit would have done.
 */
typedef void SeamDeadEnd(void *owner, const char *what);
void seam_on_dead_end(SeamDeadEnd *on_dead_end, void *owner);
enum { SEAM_EXIT_DEADLOCK = 70, SEAM_EXIT_LIVELOCK = 71, SEAM_EXIT_GUARD = 72 };

/* The libc doors the seam defines, NULL-ended, and those that abort; held against `nm -D` by a test. */
const char *const *seam_covered_symbols(void);
const char *const *seam_guarded_symbols(void);

#endif
