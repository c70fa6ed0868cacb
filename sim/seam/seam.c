/*
 * sim/seam/seam.c - switching simulated time on, who listens where in it, and how it ends when it cannot go on.
 */
#include "sim/seam/seam.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "sim/seam/real.h"
#include "sim/seam/state.h"

/* Some uptime, so that "less than a minute ago" does not reach before the machine's start. */
#define START_MONO_NS (INT64_C(1000) * 1000 * NS_PER_MS)

SeamState seam_state;

static const char *const COVERED[] = {
    "clock_gettime", "gettimeofday", "time",        "epoll_wait",   "epoll_pwait",
    "connect",       "getpeername",  "getsockname", "getsockopt",   "setsockopt",
    "recvmsg",       "close",        "fsync",       "dup",          "dup2",
    "dup3",          "getrandom",    "getentropy",  "uv_loop_init", "uv_loop_close",
    "uv_spawn",      "fork",         "waitpid",     "kill",         NULL,
};

static const char *const GUARDED[] = {
    "poll",
    "ppoll",
    "select",
    "pselect",
    "nanosleep",
    "clock_nanosleep",
    "usleep",
    "sleep",
    "getaddrinfo",
    "getnameinfo",
    "gethostbyname",
    "pthread_create",
    "pthread_cond_timedwait",
    "vfork",
    "posix_spawn",
    "posix_spawnp",
    "system",
    "popen",
    "sendto",
    "sendmsg",
    NULL,
};

const char *const *seam_covered_symbols(void)
{
    return COVERED;
}

const char *const *seam_guarded_symbols(void)
{
    return GUARDED;
}

void seam_simulate(const SeamOptions *options)
{
    SeamState *seam = &seam_state;

    assert(!seam->is_simulated && "one simulation per process");
    random_init(&seam->order, options->seed, "sched");
    random_init(&seam->tls, options->seed, "tls");
    random_init(&seam->system, options->seed, "system");
    seam->mono_ns = START_MONO_NS;
    seam->wall_ns = options->start_wall_ms * NS_PER_MS;
    seam->network = options->network;
    seam->from = options->from != NULL ? options->from : "desk";
    seam->is_simulated = true;
    seam_seed_openssl();
    if (seam->loop != NULL)
        uv_update_time(seam->loop);
}

bool seam_is_simulated(void)
{
    return seam_state.is_simulated;
}

static struct sockaddr_in address_of(const char *ip, uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    int understood = inet_pton(AF_INET, ip, &address.sin_addr);

    assert(understood == 1 && ntohl(address.sin_addr.s_addr) >> 24 == 127);
    (void)understood;
    return address;
}

SeamListener *seam_find_listener(const struct sockaddr_in *address, bool is_datagram)
{
    for (size_t i = 0; i < seam_state.listener_count; i++) {
        SeamListener *listener = &seam_state.listeners[i];

        if (listener->address.sin_addr.s_addr == address->sin_addr.s_addr &&
            listener->address.sin_port == address->sin_port && listener->is_datagram == is_datagram)
            return listener;
    }
    return NULL;
}

void seam_listen(const char *ip, uint16_t port, bool is_datagram, const char *site,
                 SeamConnection *on_connection, void *owner)
{
    struct sockaddr_in address = address_of(ip, port);
    SeamState *seam = &seam_state;

    assert(seam->is_simulated && "seam_listen belongs into simulated time");
    assert(seam_find_listener(&address, is_datagram) == NULL && "address in use");
    MEMORY_GROW(seam->listeners, seam->listener_count, seam->listener_capacity);
    seam->listeners[seam->listener_count++] = (SeamListener){
        .address = address,
        .is_datagram = is_datagram,
        .site = memory_text(site),
        .on_connection = on_connection,
        .owner = owner,
    };
}

void seam_unlisten(const char *ip, uint16_t port, bool is_datagram)
{
    struct sockaddr_in address = address_of(ip, port);
    SeamListener *listener = seam_find_listener(&address, is_datagram);
    SeamState *seam = &seam_state;

    if (listener == NULL)
        return;
    free(listener->site);
    *listener = seam->listeners[--seam->listener_count];
    if (seam->listener_count > 0)
        return;
    free(seam->listeners);
    seam->listeners = NULL;
    seam->listener_capacity = 0;
}

void seam_on_dead_end(SeamDeadEnd *on_dead_end, void *owner)
{
    seam_state.on_dead_end = on_dead_end;
    seam_state.dead_end_owner = owner;
}

_Noreturn void seam_stop(int exit_code, const char *what)
{
    SeamDeadEnd *on_dead_end = seam_state.on_dead_end;

    fprintf(stderr, "understudy: %s\n", what);
    seam_state.on_dead_end = NULL; /* it may run into a guard itself */
    if (on_dead_end != NULL)
        on_dead_end(seam_state.dead_end_owner, what);
    fflush(NULL);
    /* Not exit(): who is further up the stack has not let go of anything yet. */
    _exit(exit_code);
}

/* ---- doors: which loop it is --------------------------------------------------------------- */

int uv_loop_init(uv_loop_t *loop)
{
    int failed = seam_real()->uv_loop_init(loop);

    if (failed == 0 && seam_strand_now() == NULL)
        seam_state.loop = loop;
    return failed;
}

int uv_loop_close(uv_loop_t *loop)
{
    int failed;

    if (loop == seam_state.loop)
        seam_drop_pending();
    failed = seam_real()->uv_loop_close(loop);
    if (failed == 0 && loop == seam_state.loop)
        seam_state.loop = NULL;
    return failed;
}
