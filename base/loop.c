/*
 * base/loop.c - the one event loop of a process, and its timers.
 *
 * A Timer's libuv handle sits in it; timer_free hands both to libuv, and the close callback, which runs in a
 * later turn of the loop, frees them. So a timer may free itself in its own callback.
 */
#include "base/loop.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>

#include "base/memory.h"

struct Loop {
    uv_loop_t uv;
    bool is_running; /* inside uv_run: nobody may call it again */
    uv_prepare_t before_sleep;
    LoopCondition *condition; /* of who waits in loop_run_until */
    void *condition_owner;
};

struct Timer {
    uv_timer_t uv;
    TimerCallback *callback;
    void *owner;
};

/* uv_run fires what is due before it sleeps: whoever waited for just that would sleep for something else to happen. */
static void on_before_sleep(uv_prepare_t *prepare)
{
    const Loop *loop = prepare->data;

    if (loop->condition != NULL && loop->condition(loop->condition_owner))
        uv_stop(prepare->loop);
}

Loop *loop_new(void)
{
    Loop *loop = MEMORY_NEW(Loop);
    int failed = uv_loop_init(&loop->uv);

    /* Fails only for want of file descriptors before anything has been opened. */
    assert(failed == 0);
    (void)failed;
    loop->uv.data = loop;
    uv_prepare_init(&loop->uv, &loop->before_sleep);
    loop->before_sleep.data = loop;
    uv_prepare_start(&loop->before_sleep, on_before_sleep);
    uv_unref((uv_handle_t *)&loop->before_sleep);
    /* A peer that leaves is an error of the write, not the end of the process. */
    signal(SIGPIPE, SIG_IGN);
    return loop;
}

static void close_if_open(uv_handle_t *handle, void *unused)
{
    (void)unused;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

void loop_free(Loop *loop)
{
    if (loop == NULL)
        return;
    assert(!loop->is_running);
    loop->is_running = true;
    while (uv_loop_close(&loop->uv) == UV_EBUSY) {
        uv_walk(&loop->uv, close_if_open, NULL);
        uv_run(&loop->uv, UV_RUN_ONCE);
    }
    free(loop);
}

uv_loop_t *loop_uv(Loop *loop)
{
    return &loop->uv;
}

bool loop_run_until(Loop *loop, LoopCondition *condition, void *owner)
{
    bool holds;

    assert(!loop->is_running && "loop_run_until inside a callback");
    for (;;) {
        bool is_alive;

        holds = condition(owner);
        if (holds || !uv_loop_alive(&loop->uv))
            break;
        loop->is_running = true;
        loop->condition = condition;
        loop->condition_owner = owner;
        is_alive = uv_run(&loop->uv, UV_RUN_ONCE) != 0;
        loop->condition = NULL;
        loop->is_running = false;
        if (!is_alive) {
            holds = condition(owner);
            break;
        }
    }
    return holds;
}

typedef struct {
    bool is_over;
    const bool *stop;
} Wait;

static void on_wait_over(void *owner)
{
    Wait *wait = owner;

    wait->is_over = true;
}

static bool wait_is_over(void *owner)
{
    const Wait *wait = owner;

    return wait->is_over || (wait->stop != NULL && *wait->stop);
}

void loop_wait(Loop *loop, int64_t ms, const bool *stop)
{
    Wait wait = {.stop = stop};
    Timer *timer = timer_new(loop, on_wait_over, &wait);

    timer_start(timer, ms);
    loop_run_until(loop, wait_is_over, &wait);
    timer_free(timer);
}

Timer *timer_new(Loop *loop, TimerCallback *callback, void *owner)
{
    Timer *timer = MEMORY_NEW(Timer);

    uv_timer_init(&loop->uv, &timer->uv);
    timer->uv.data = timer;
    timer->callback = callback;
    timer->owner = owner;
    return timer;
}

static void on_fire(uv_timer_t *uv)
{
    Timer *timer = uv->data;

    timer->callback(timer->owner);
}

void timer_start(Timer *timer, int64_t ms)
{
    /* libuv counts from its cached time, which is stale after work outside the loop. */
    uv_update_time(timer->uv.loop);
    uv_timer_start(&timer->uv, on_fire, ms > 0 ? (uint64_t)ms : 0, 0);
}

void timer_stop(Timer *timer)
{
    uv_timer_stop(&timer->uv);
}

bool timer_is_running(const Timer *timer)
{
    return uv_is_active((const uv_handle_t *)&timer->uv) != 0;
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void timer_free(Timer *timer)
{
    if (timer != NULL)
        uv_close((uv_handle_t *)&timer->uv, on_closed);
}
