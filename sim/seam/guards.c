/*
 * sim/seam/guards.c - doors that must stay shut in simulated time: what blocks, runs beside the loop, or leaves it.
 *
 * Simulated time stands still while a call blocks, and cannot wait for what another thread or process does in real
 * time. Each guard ends the process with one line that names the call; in a live process each is the call itself.
 */
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "sim/seam/real.h"
#include "sim/seam/state.h"

void seam_guard(const char *function, const char *instead)
{
    if (seam_state.is_simulated)
        seam_stop(SEAM_EXIT_GUARD,
                  memory_format("%s has no place in simulated time: %s", function, instead));
}

static const char WAIT_IN_LOOP[] = "wait in the event loop";
static const char USE_TIMER[] = "use a timer of the loop";
static const char ONE_THREAD[] = "everything runs in one thread";
const char SEAM_ONE_PROCESS[] = "another process lives in real time";
static const char OWN_RESOLVER[] =
    "resolve names with the engine's own DNS client, and pass addresses";

/* ---- waiting ------------------------------------------------------------------------------- */

int poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
    if (timeout_ms != 0)
        seam_guard("poll with a time-out", WAIT_IN_LOOP);
    return seam_real()->poll(fds, count, timeout_ms);
}

static bool is_zero(const struct timespec *timeout)
{
    return timeout != NULL && timeout->tv_sec == 0 && timeout->tv_nsec == 0;
}

int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask)
{
    if (!is_zero(timeout))
        seam_guard("ppoll with a time-out", WAIT_IN_LOOP);
    return seam_real()->ppoll(fds, count, timeout, mask);
}

int select(int count, fd_set *restrict readable, fd_set *restrict writable,
           fd_set *restrict exceptional, struct timeval *restrict timeout)
{
    if (timeout == NULL || timeout->tv_sec != 0 || timeout->tv_usec != 0)
        seam_guard("select with a time-out", WAIT_IN_LOOP);
    return seam_real()->select(count, readable, writable, exceptional, timeout);
}

int pselect(int count, fd_set *restrict readable, fd_set *restrict writable,
            fd_set *restrict exceptional, const struct timespec *restrict timeout,
            const sigset_t *restrict mask)
{
    if (!is_zero(timeout))
        seam_guard("pselect with a time-out", WAIT_IN_LOOP);
    return seam_real()->pselect(count, readable, writable, exceptional, timeout, mask);
}

int nanosleep(const struct timespec *wanted, struct timespec *left)
{
    seam_guard("nanosleep", USE_TIMER);
    return seam_real()->nanosleep(wanted, left);
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *wanted,
                    struct timespec *left)
{
    seam_guard("clock_nanosleep", USE_TIMER);
    return seam_real()->clock_nanosleep(clock, flags, wanted, left);
}

int usleep(useconds_t us)
{
    seam_guard("usleep", USE_TIMER);
    return seam_real()->usleep(us);
}

unsigned sleep(unsigned seconds)
{
    seam_guard("sleep", USE_TIMER);
    return seam_real()->sleep(seconds);
}

/* ---- names --------------------------------------------------------------------------------- */

int getaddrinfo(const char *restrict name, const char *restrict service,
                const struct addrinfo *restrict hints, struct addrinfo **restrict out_found)
{
    struct addrinfo numeric = hints != NULL ? *hints : (struct addrinfo){.ai_family = AF_UNSPEC};
    int failed;

    if (!seam_state.is_simulated)
        return seam_real()->getaddrinfo(name, service, hints, out_found);
    numeric.ai_flags |= AI_NUMERICHOST;
    failed = seam_real()->getaddrinfo(name, service, &numeric, out_found);
    if (failed == EAI_NONAME)
        seam_guard("getaddrinfo of a name", OWN_RESOLVER);
    return failed;
}

int getnameinfo(const struct sockaddr *restrict address, socklen_t length, char *restrict host,
                socklen_t host_room, char *restrict service, socklen_t service_room, int flags)
{
    if (host != NULL && !(flags & NI_NUMERICHOST))
        seam_guard("getnameinfo", OWN_RESOLVER);
    return seam_real()->getnameinfo(address, length, host, host_room, service, service_room, flags);
}

struct hostent *gethostbyname(const char *name)
{
    seam_guard("gethostbyname", OWN_RESOLVER);
    return seam_real()->gethostbyname(name);
}

/* ---- datagrams that name their receiver ---------------------------------------------------- */

static const char CONNECT_FIRST[] =
    "connect the socket, since the world is reached by connect() only";

ssize_t sendto(int fd, const void *bytes, size_t length, int flags, __CONST_SOCKADDR_ARG to,
               socklen_t to_length)
{
    if (to.__sockaddr__ != NULL && to.__sockaddr__->sa_family != AF_UNIX)
        seam_guard("sendto an address", CONNECT_FIRST);
    return seam_real()->sendto(fd, bytes, length, flags, to.__sockaddr__, to_length);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    const struct sockaddr *to = message->msg_name;

    if (to != NULL && to->sa_family != AF_UNIX)
        seam_guard("sendmsg to an address", CONNECT_FIRST);
    return seam_real()->sendmsg(fd, message, flags);
}

/* ---- threads and processes ----------------------------------------------------------------- */

int pthread_create(pthread_t *restrict thread, const pthread_attr_t *restrict attributes,
                   void *(*run)(void *), void *restrict argument)
{
    seam_guard("pthread_create", ONE_THREAD);
    return seam_real()->pthread_create(thread, attributes, run, argument);
}

int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex,
                           const struct timespec *restrict until)
{
    seam_guard("pthread_cond_timedwait", ONE_THREAD);
    return seam_real()->pthread_cond_timedwait(condition, mutex, until);
}

/* A vfork's child may not return from the function that called it, so a live one gets a fork. */
pid_t vfork(void)
{
    seam_guard("vfork", SEAM_ONE_PROCESS);
    return seam_real()->fork();
}

int posix_spawn(pid_t *restrict out_pid, const char *restrict path,
                const posix_spawn_file_actions_t *restrict actions,
                const posix_spawnattr_t *restrict attributes, char *const arguments[restrict],
                char *const environment[restrict])
{
    seam_guard("posix_spawn", SEAM_ONE_PROCESS);
    return seam_real()->posix_spawn(out_pid, path, actions, attributes, arguments, environment);
}

int posix_spawnp(pid_t *restrict out_pid, const char *restrict name,
                 const posix_spawn_file_actions_t *restrict actions,
                 const posix_spawnattr_t *restrict attributes, char *const arguments[restrict],
                 char *const environment[restrict])
{
    seam_guard("posix_spawnp", SEAM_ONE_PROCESS);
    return seam_real()->posix_spawnp(out_pid, name, actions, attributes, arguments, environment);
}

int system(const char *command)
{
    seam_guard("system", SEAM_ONE_PROCESS);
    return seam_real()->system(command);
}

FILE *popen(const char *command, const char *type)
{
    seam_guard("popen", SEAM_ONE_PROCESS);
    return seam_real()->popen(command, type);
}
