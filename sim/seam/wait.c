/*
 * sim/seam/wait.c - doors: waiting for events, which is the only thing that lets simulated time pass.
 *
 * Something is ready: no time passes. Nothing is ready: nothing is in flight, and the clock jumps by the time-out.
 * This has to happen in libuv's own epoll_wait, because only there every watcher is registered.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "base/buffer.h"
#include "sim/seam/real.h"
#include "sim/seam/state.h"

/* No drill comes near it; a callback that starts itself over and over is there within seconds. */
enum { RETURNS_MAX = 5 * 1000 * 1000 };

static int compare_descriptors(const void *left, const void *right)
{
    const struct epoll_event *a = left, *b = right;

    return (a->data.fd > b->data.fd) - (a->data.fd < b->data.fd);
}

/* libuv keeps the descriptor in data.fd; sorted by it, the seed alone decides the order. */
static void shuffle(struct epoll_event *events, int count)
{
    if (count < 2)
        return;
    qsort(events, (size_t)count, sizeof *events, compare_descriptors);
    for (int i = count - 1; i > 0; i--) {
        int j = (int)random_below(&seam_state.order, (uint64_t)i + 1);
        struct epoll_event kept = events[i];

        events[i] = events[j];
        events[j] = kept;
    }
}

static void add_handle(uv_handle_t *handle, void *list)
{
    if (uv_is_active(handle) && uv_has_ref(handle))
        buffer_format(list, " %s", uv_handle_type_name(handle->type));
}

_Noreturn static void stop_in_deadlock(void)
{
    Buffer what = {0};

    buffer_add_text(&what,
                    "deadlock: nothing is ready, nothing is in flight and no timer runs; waiting:");
    if (seam_state.loop != NULL)
        uv_walk(seam_state.loop, add_handle, &what);
    seam_stop(SEAM_EXIT_DEADLOCK, what.data);
}

static void count_return(void)
{
    if (++seam_state.waits_without_progress > RETURNS_MAX)
        seam_stop(SEAM_EXIT_LIVELOCK, "livelock: five million events, and no time has passed");
}

static int wait_simulated(int epoll, struct epoll_event *events, int capacity, int timeout_ms)
{
    int64_t until_ns =
        timeout_ms < 0 ? INT64_MAX : seam_state.mono_ns + (int64_t)timeout_ms * NS_PER_MS;

    for (;;) {
        int count = seam_real()->epoll_wait(epoll, events, capacity, 0);

        if (count != 0 || timeout_ms == 0) {
            count_return();
            shuffle(events, count);
            seam_state.resting = 0;
            return count;
        }
        if (seam_state.mono_ns >= until_ns) {
            seam_state.resting = 0;
            return 0;
        }
        if (!seam_rest(until_ns))
            stop_in_deadlock();
    }
}

int epoll_wait(int epoll, struct epoll_event *events, int capacity, int timeout_ms)
{
    if (!seam_state.is_simulated)
        return seam_real()->epoll_wait(epoll, events, capacity, timeout_ms);
    return wait_simulated(epoll, events, capacity, timeout_ms);
}

int epoll_pwait(int epoll, struct epoll_event *events, int capacity, int timeout_ms,
                const sigset_t *mask)
{
    if (!seam_state.is_simulated)
        return seam_real()->epoll_pwait(epoll, events, capacity, timeout_ms, mask);
    /* The mask protects a wait; there is none. */
    return wait_simulated(epoll, events, capacity, timeout_ms);
}
