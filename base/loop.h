/*
 * base/loop.h - the one event loop of a process, and its timers.
 *
 * Callbacks run inside loop_run*; none may call it again. Code that reads top-down and has to wait (the
 * engine) stands outside all callbacks and waits with loop_run_until, while servers, timers and the world go
 * on in their callbacks.
 * Ownership: Timers belong to who made them; the loop must outlive them.
 */
#ifndef BASE_LOOP_H
#define BASE_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

typedef struct Loop Loop;
typedef struct Timer Timer;
typedef void TimerCallback(void *owner);
typedef bool LoopCondition(void *owner);

Loop *loop_new(void);       /* also makes the process ignore SIGPIPE */
void loop_free(Loop *loop); /* closes what is still open, runs the closing callbacks, frees */
uv_loop_t *loop_uv(Loop *loop);

/* Runs until condition(owner) holds (true) or nothing is left that could change it (false). */
bool loop_run_until(Loop *loop, LoopCondition *condition, void *owner);

/* Lets ms milliseconds pass, or less if *stop becomes true meanwhile (stop may be NULL). */
void loop_wait(Loop *loop, int64_t ms, const bool *stop);

/* One-shot timers. timer_start on a running one moves it. The callback may start or free its own timer. */
Timer *timer_new(Loop *loop, TimerCallback *callback, void *owner);
void timer_start(Timer *timer, int64_t ms);
void timer_stop(Timer *timer);
bool timer_is_running(const Timer *timer);
void timer_free(Timer *timer); /* accepts NULL */

#endif
