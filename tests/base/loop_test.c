/*
 * tests/base/loop_test.c - waiting for conditions, and timers that start or free themselves.
 */
#include "base/loop.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/test.h"

typedef struct {
    Loop *loop;
    Timer *timer;
    int fired, wanted;
    bool frees_itself;
} Ticker;

static void on_tick(void *owner)
{
    Ticker *ticker = owner;

    ticker->fired++;
    if (ticker->fired < ticker->wanted)
        timer_start(ticker->timer, 1);
    else if (ticker->frees_itself)
        timer_free(ticker->timer);
}

static bool has_fired_enough(void *owner)
{
    const Ticker *ticker = owner;

    return ticker->fired == ticker->wanted;
}

static bool never(void *owner)
{
    (void)owner;
    return false;
}

static void test_restarts_itself_and_frees_itself(void)
{
    Ticker ticker = {.loop = loop_new(), .wanted = 3, .frees_itself = true};

    ticker.timer = timer_new(ticker.loop, on_tick, &ticker);
    timer_start(ticker.timer, 1);
    CHECK(timer_is_running(ticker.timer));
    CHECK(loop_run_until(ticker.loop, has_fired_enough, &ticker));
    CHECK_INTEGER(ticker.fired, 3);
    loop_free(ticker.loop);
}

static void test_false_when_nothing_is_left(void)
{
    Ticker ticker = {.loop = loop_new(), .wanted = 1};

    CHECK(!loop_run_until(ticker.loop, never, NULL));
    ticker.timer = timer_new(ticker.loop, on_tick, &ticker);
    timer_start(ticker.timer, 1);
    CHECK(!loop_run_until(ticker.loop, never, NULL));
    CHECK_INTEGER(ticker.fired, 1);
    CHECK(!timer_is_running(ticker.timer));
    timer_free(ticker.timer);
    loop_free(ticker.loop);
}

static void test_holds_already(void)
{
    Ticker ticker = {.loop = loop_new()};

    CHECK(loop_run_until(ticker.loop, has_fired_enough, &ticker));
    loop_free(ticker.loop);
}

static void test_moved_and_stopped(void)
{
    Ticker ticker = {.loop = loop_new(), .wanted = 1};
    int64_t begun = clock_mono_ms();

    ticker.timer = timer_new(ticker.loop, on_tick, &ticker);
    timer_start(ticker.timer, 60000);
    timer_start(ticker.timer, 5);
    CHECK(loop_run_until(ticker.loop, has_fired_enough, &ticker));
    CHECK(clock_mono_ms() - begun < 30000);
    timer_start(ticker.timer, 1);
    timer_stop(ticker.timer);
    CHECK(!loop_run_until(ticker.loop, never, NULL));
    CHECK_INTEGER(ticker.fired, 1);
    timer_free(ticker.timer);
    timer_free(NULL);
    loop_free(ticker.loop);
}

static void on_set(void *owner)
{
    *(bool *)owner = true;
}

static void test_waiting(void)
{
    Loop *loop = loop_new();
    bool stop = false;
    Timer *timer = timer_new(loop, on_set, &stop);
    int64_t begun = clock_mono_ms();

    loop_wait(loop, 20, NULL);
    CHECK(clock_mono_ms() - begun >= 20);
    timer_start(timer, 5);
    loop_wait(loop, 60000, &stop);
    CHECK(stop);
    CHECK(clock_mono_ms() - begun < 30000);
    timer_free(timer);
    loop_free(loop);
}

/* A timer that nobody freed, and a handle of somebody else's: the loop closes both. */
static void test_closes_what_is_open(void)
{
    Loop *loop = loop_new();
    uv_timer_t other;
    uv_async_t wake;

    uv_timer_init(loop_uv(loop), &other);
    uv_async_init(loop_uv(loop), &wake, NULL);
    uv_timer_start(&other, NULL, 60000, 0);
    loop_free(loop);
    CHECK(uv_is_closing((uv_handle_t *)&wake));
    loop_free(NULL);
}

static void run_again(void *owner)
{
    loop_run_until(owner, never, NULL);
}

static void test_nesting_is_our_bug(void)
{
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        Loop *loop = loop_new();
        Timer *timer = timer_new(loop, run_again, loop);

        fclose(stderr);
        timer_start(timer, 1);
        loop_run_until(loop, never, NULL);
        _exit(0);
    }
    waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void test_a_broken_pipe_is_no_end(void)
{
    Loop *loop = loop_new();
    int ends[2];

    CHECK_INTEGER(pipe(ends), 0);
    close(ends[0]);
    CHECK_INTEGER(write(ends[1], "x", 1), -1);
    close(ends[1]);
    loop_free(loop);
}

/* A timer that is due before the loop runs is enough for who waits for it: nothing else has to happen. */
static void test_does_not_sleep_past_what_is_due(void)
{
    Ticker ticker = {.loop = loop_new(), .wanted = 1}, later = {.wanted = 1};
    int64_t started_ms;

    ticker.timer = timer_new(ticker.loop, on_tick, &ticker);
    later.timer = timer_new(ticker.loop, on_tick, &later);
    timer_start(later.timer, 500);
    timer_start(ticker.timer, 1);
    started_ms = clock_mono_ms();
    while (clock_mono_ms() < started_ms + 3)
        continue;
    CHECK(loop_run_until(ticker.loop, has_fired_enough, &ticker));
    CHECK_INTEGER(later.fired, 0);
    timer_free(ticker.timer);
    timer_free(later.timer);
    loop_free(ticker.loop);
}

TEST_SUITE("base/loop", {"restarts itself and frees itself", test_restarts_itself_and_frees_itself},
           {"false when nothing is left", test_false_when_nothing_is_left},
           {"holds already", test_holds_already}, {"moved and stopped", test_moved_and_stopped},
           {"waiting", test_waiting},
           {"does not sleep past what is due", test_does_not_sleep_past_what_is_due},
           {"closes what is open", test_closes_what_is_open},
           {"nesting is our bug", test_nesting_is_our_bug},
           {"a broken pipe is no end", test_a_broken_pipe_is_no_end});
