/*
 * tests/bench/seam_bench.c - what simulated time costs: switching it on, a jump of the clock, a connection.
 */
#include <assert.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/loop.h"
#include "base/trace.h"
#include "sim/seam/seam.h"

enum { TIMERS = 1000, JUMPS = 1000000, CONNECTS = 20000, EVENTS = 200000, PORT = 4000 };

static void report(const char *what, int64_t begun_ns, int count)
{
    double ns = (double)(clock_real_ns() - begun_ns);

    printf("%-44s %10.3f us each (%d)\n", what, ns / 1000 / count, count);
}

/* ---- jumps: each timer fires, and starts itself again ------------------------------------------ */

typedef struct {
    Timer *timers[TIMERS];
    int jumps;
} Clockwork;

typedef struct {
    Clockwork *clockwork;
    int number;
} Wheel;

static void on_turn(void *owner)
{
    const Wheel *wheel = owner;

    wheel->clockwork->jumps++;
    timer_start(wheel->clockwork->timers[wheel->number], TIMERS);
}

static bool has_turned_enough(void *owner)
{
    const Clockwork *clockwork = owner;

    return clockwork->jumps >= JUMPS;
}

static void measure_jumps(Loop *loop)
{
    static Clockwork clockwork;
    static Wheel wheels[TIMERS];
    int64_t begun;

    for (int i = 0; i < TIMERS; i++) {
        wheels[i] = (Wheel){&clockwork, i};
        clockwork.timers[i] = timer_new(loop, on_turn, &wheels[i]);
        timer_start(clockwork.timers[i], i + 1);
    }
    begun = clock_real_ns();
    loop_run_until(loop, has_turned_enough, &clockwork);
    report("clock jump, 1000 timers running", begun, JUMPS);
    for (int i = 0; i < TIMERS; i++)
        timer_free(clockwork.timers[i]);
}

/* ---- connections: connect, be connected 1 ms later, close both ends ---------------------------- */

static void on_connection(void *owner, int fd)
{
    int *accepted = owner;

    ++*accepted;
    close(fd);
}

static NetworkVerdict after_one_ms(void *self, NetworkTransport transport, const char *from,
                                   const char *to, uint16_t port)
{
    (void)transport;
    (void)self;
    (void)from;
    (void)to;
    (void)port;
    return (NetworkVerdict){NETWORK_DELIVER, 1};
}

static void on_answer(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    *(bool *)poll->data = true;
}

static bool is_set(void *owner)
{
    return *(const bool *)owner;
}

static void on_closed(uv_handle_t *handle)
{
    *(bool *)handle->data = false;
}

static bool is_clear(void *owner)
{
    return !*(const bool *)owner;
}

static void connect_once(Loop *loop, const struct sockaddr_in *address, int type)
{
    int fd = socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bool answered = connect(fd, (const struct sockaddr *)address, sizeof *address) == 0;
    uv_poll_t poll;

    if (!answered) {
        uv_poll_init(loop_uv(loop), &poll, fd);
        poll.data = &answered;
        uv_poll_start(&poll, UV_WRITABLE, on_answer);
        loop_run_until(loop, is_set, &answered);
        uv_close((uv_handle_t *)&poll, on_closed);
        loop_run_until(loop, is_clear, &answered);
    } else {
        loop_wait(loop, 1, NULL);
    }
    close(fd);
}

static void measure_connects(Loop *loop, const char *what, int type)
{
    struct sockaddr_in address;
    int accepted = 0;
    int64_t begun = clock_real_ns();

    uv_ip4_addr("127.0.0.9", PORT, &address);
    seam_listen("127.0.0.9", PORT, type == SOCK_DGRAM, "mp1", on_connection, &accepted);
    for (int i = 0; i < CONNECTS; i++)
        connect_once(loop, &address, type);
    assert(accepted == CONNECTS);
    report(what, begun, accepted);
    seam_unlisten("127.0.0.9", PORT, type == SOCK_DGRAM);
}

static void measure_trace(void)
{
    Trace *trace = trace_new();
    int64_t begun = clock_real_ns();

    for (int i = 0; i < EVENTS; i++)
        trace_add(trace, "cp-0001", "edge.state", NULL, "connected to mp%d", i & 1);
    report("event in the trace", begun, EVENTS);
    trace_free(trace);
}

int main(void)
{
    static const Network NETWORK = {.connect = after_one_ms};
    int64_t begun = clock_real_ns();
    Loop *loop;

    seam_simulate(&(SeamOptions){.seed = 1, .network = &NETWORK});
    report("switching it on, OpenSSL's start included", begun, 1);
    loop = loop_new();
    measure_jumps(loop);
    measure_connects(loop, "stream: socket, connect, connected, close", SOCK_STREAM);
    measure_connects(loop, "datagram: socket, connect, arrived, close", SOCK_DGRAM);
    measure_trace();
    loop_free(loop);
    return 0;
}
