/*
 * sim/seam/strand.c - processes of simulated time: stacks that take turns, and the moment at which the clock moves.
 *
 * The first process is the one that everything began in (the world's). A process gives its turn away only in seam_rest, which is called
 * where it would sleep; it gets it back when everybody after it has slept, too, and looks again. One that ends, connects or is thawed
 * wakes the first one by an event of its loop, for which the loop looks at its timers anew.
 */
#include "sim/seam/strand.h"

#include <assert.h>
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "base/memory.h"
#include "sim/seam/real.h"
#include "sim/seam/state.h"

enum { STACK_BYTES = 4 * 1024 * 1024 };

typedef enum { STRAND_RUNS, STRAND_FROZEN, STRAND_OVER } StrandState;

struct SeamStrand {
    SeamStrandOptions options;
    StrandState state;
    ucontext_t context;
    void *stack; /* NULL: the one that everything began in */
    int64_t until_ns;
    SeamStrand *next; /* in a ring, the first one among them */
};

/* ---- whose turn it is ---------------------------------------------------------------------------------------------------- */

SeamStrand *seam_strand_now(void)
{
    SeamStrand *now = seam_state.strand;

    return now != NULL && now->stack != NULL ? now : NULL;
}

static SeamStrand *next_of(SeamStrand *strand)
{
    do
        strand = strand->next;
    while (strand->state != STRAND_RUNS);
    return strand;
}

static void switch_to(SeamStrand *next)
{
    SeamStrand *before = seam_state.strand;

    if (next == before)
        return;
    seam_state.strand = next;
    /* cppcheck-suppress swapcontextCalled ; threads would race, and have no place in a simulated run */
    swapcontext(&before->context, &next->context);
}

/* Its loop sleeps, and thinks that it is still as late as when it fell asleep. */
void seam_wake_first(void)
{
    if (seam_strand_now() == NULL)
        return;
    uv_update_time(seam_state.loop);
    uv_async_send(&seam_state.wake);
}

/* ---- the clock ------------------------------------------------------------------------------------------------------------ */

static int64_t earliest(size_t *out_count)
{
    SeamStrand *at = seam_state.strand;
    int64_t until_ns = INT64_MAX;

    *out_count = 0;
    do {
        if (at->state == STRAND_RUNS) {
            ++*out_count;
            until_ns = at->until_ns < until_ns ? at->until_ns : until_ns;
        }
        at = at->next;
    } while (at != seam_state.strand);
    return until_ns;
}

static bool advance_to(int64_t until_ns)
{
    if (until_ns == INT64_MAX)
        return false;
    if (until_ns > seam_state.mono_ns) {
        seam_state.wall_ns += until_ns - seam_state.mono_ns;
        seam_state.mono_ns = until_ns;
    }
    seam_state.waits_without_progress = 0;
    return true;
}

bool seam_rest(int64_t until_ns)
{
    SeamStrand *self = seam_state.strand;
    size_t count;
    int64_t first_ns;

    if (self == NULL)
        return advance_to(until_ns);
    self->until_ns = until_ns;
    first_ns = earliest(&count);
    if (++seam_state.resting >= count) {
        if (!advance_to(first_ns))
            return false;
        seam_state.resting = 0;
    }
    switch_to(next_of(self));
    return true;
}

/* ---- the end of a process -------------------------------------------------------------------------------------------------- */

/* The descriptors that stand for that file. */
static void close_file(const char *path)
{
    DIR *entries = path != NULL ? opendir("/proc/self/fd") : NULL;
    struct dirent *entry;

    while (entries != NULL && (entry = readdir(entries)) != NULL) {
        char link[64], target[1024];
        ssize_t length;

        snprintf(link, sizeof link, "/proc/self/fd/%.20s", entry->d_name);
        length = readlink(link, target, sizeof target - 1);
        target[length > 0 ? length : 0] = '\0';
        if (length > 0 && strcmp(target, path) == 0)
            close(atoi(entry->d_name));
    }
    if (entries != NULL)
        closedir(entries);
}

static void close_sockets(const SeamStrand *strand)
{
    for (size_t fd = 0; fd < seam_state.socket_capacity; fd++) {
        const SeamSocket *entry = seam_find_socket((int)fd);

        if (entry != NULL && entry->strand == strand)
            close((int)fd);
    }
}

/* It leaves the ring, so that nobody hands it the turn; its own link stays, since it may be the one that runs. */
static void leave(SeamStrand *strand)
{
    SeamStrand *before = strand;

    strand->state = STRAND_OVER;
    while (before->next != strand)
        before = before->next;
    before->next = strand->next;
    if (before == before->next)
        uv_unref((uv_handle_t *)&seam_state.wake); /* nobody is left who could wake the first one */
    seam_state.resting = 0;
}

void seam_strand_kill(SeamStrand *strand)
{
    if (strand->state == STRAND_OVER)
        return;
    close_sockets(strand);
    close_file(strand->options.file);
    leave(strand);
    if (strand == seam_state.strand) {
        uv_async_send(&seam_state.wake);
        switch_to(next_of(strand));
    }
}

/* Never returns: there is nothing below it on its stack. */
static void run_main(void)
{
    SeamStrand *self = seam_state.strand;

    seam_state.resting = 0;
    self->options.main(self->options.owner);
    leave(self);
    uv_async_send(&seam_state.wake);
    switch_to(next_of(self));
    abort();
}

/* ---- making ------------------------------------------------------------------------------------------------------------------ */

static void on_wake(uv_async_t *wake)
{
    (void)wake; /* that the loop has turned is all that was wanted */
}

/* The process that calls is in the ring from the first one on that it starts. */
static void begin_ring(void)
{
    SeamStrand *first = MEMORY_NEW(SeamStrand);

    first->next = first;
    seam_state.strand = first;
    uv_async_init(seam_state.loop, &seam_state.wake, on_wake);
    uv_unref((uv_handle_t *)&seam_state.wake);
}

SeamStrand *seam_strand_start(const SeamStrandOptions *options)
{
    SeamStrand *strand = MEMORY_NEW(SeamStrand);

    assert(seam_state.is_simulated && seam_state.loop != NULL);
    if (seam_state.strand == NULL)
        begin_ring();
    assert(seam_strand_now() == NULL && "the first process starts the others");
    strand->options = *options;
    strand->stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE,
                         /* cppcheck-suppress invalidFunctionArg ; -1 is no file */
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);
    assert(strand->stack != MAP_FAILED);
    mprotect(strand->stack, (size_t)sysconf(_SC_PAGESIZE), PROT_NONE); /* where it would overflow */
    /* cppcheck-suppress getcontextCalled */
    getcontext(&strand->context);
    strand->context.uc_stack.ss_sp = strand->stack;
    strand->context.uc_stack.ss_size = STACK_BYTES;
    /* cppcheck-suppress makecontextCalled */
    makecontext(&strand->context, run_main, 0);
    strand->next = seam_state.strand->next;
    seam_state.strand->next = strand;
    uv_ref((uv_handle_t *)&seam_state.wake);
    seam_state.resting = 0;
    return strand;
}

void seam_strand_free(SeamStrand *strand)
{
    if (strand == NULL)
        return;
    seam_strand_kill(strand);
    munmap(strand->stack, STACK_BYTES);
    free(strand);
}

void seam_strand_freeze(SeamStrand *strand)
{
    if (strand->state == STRAND_RUNS)
        strand->state = STRAND_FROZEN;
}

void seam_strand_thaw(SeamStrand *strand)
{
    if (strand->state == STRAND_FROZEN)
        strand->state = STRAND_RUNS;
    seam_state.resting = 0;
}

bool seam_strand_is_over(const SeamStrand *strand)
{
    return strand->state == STRAND_OVER;
}

/* ---- door: what is written becomes durable ------------------------------------------------------------------------------------ */

int fsync(int fd)
{
    const SeamStrand *strand = seam_strand_now();

    if (strand != NULL && strand->options.on_sync != NULL)
        strand->options.on_sync(strand->options.owner, fd);
    return seam_real()->fsync(fd);
}

/* What it starts lives in the world, and may have begun to wait there. */
void seam_tell_spawn(const char *const *words, bool has_begun)
{
    const SeamStrand *strand = seam_strand_now();

    if (strand == NULL)
        return;
    seam_wake_first();
    if (strand->options.on_spawn != NULL)
        strand->options.on_spawn(strand->options.owner, words, has_begun);
}
