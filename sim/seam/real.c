/*
 * sim/seam/real.c - the functions behind the doors, found with dlsym.
 */
#include "sim/seam/real.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENTRY(function)                         \
    {                                           \
#function, offsetof(SeamReal, function) \
    }

static const struct {
    const char *name;
    size_t offset;
} ENTRIES[] = {
    ENTRY(clock_gettime),
    ENTRY(gettimeofday),
    ENTRY(time),
    ENTRY(epoll_wait),
    ENTRY(epoll_pwait),
    ENTRY(poll),
    ENTRY(ppoll),
    ENTRY(select),
    ENTRY(pselect),
    ENTRY(nanosleep),
    ENTRY(clock_nanosleep),
    ENTRY(usleep),
    ENTRY(sleep),
    ENTRY(connect),
    ENTRY(getpeername),
    ENTRY(getsockname),
    ENTRY(getsockopt),
    ENTRY(setsockopt),
    ENTRY(sendto),
    ENTRY(sendmsg),
    ENTRY(recvmsg),
    ENTRY(close),
    ENTRY(fsync),
    ENTRY(dup),
    ENTRY(dup2),
    ENTRY(dup3),
    ENTRY(getaddrinfo),
    ENTRY(getnameinfo),
    ENTRY(gethostbyname),
    ENTRY(getrandom),
    ENTRY(getentropy),
    ENTRY(pthread_create),
    ENTRY(pthread_cond_timedwait),
    ENTRY(fork),
    ENTRY(waitpid),
    ENTRY(kill),
    ENTRY(posix_spawn),
    ENTRY(posix_spawnp),
    ENTRY(system),
    ENTRY(popen),
    ENTRY(uv_loop_init),
    ENTRY(uv_loop_close),
    ENTRY(uv_spawn),
};

static SeamReal real;
static bool is_found;

static void find_all(void)
{
    for (size_t i = 0; i < sizeof ENTRIES / sizeof ENTRIES[0]; i++) {
        void *found = dlsym(RTLD_NEXT, ENTRIES[i].name);

        if (found == NULL) {
            fprintf(stderr, "understudy: this libc has no %s\n", ENTRIES[i].name);
            abort();
        }
        /* C has no cast from an object's address to a function's; POSIX says their bits are the same. */
        memcpy((char *)&real + ENTRIES[i].offset, &found, sizeof found);
    }
    is_found = true;
}

const SeamReal *seam_real(void)
{
    if (!is_found)
        find_all();
    return &real;
}
