/*
 * sim/seam/time.c - doors: what time it is.
 */
#include <sys/time.h>
#include <time.h>

#include "sim/seam/real.h"
#include "sim/seam/state.h"

enum { NS_PER_SECOND = 1000 * 1000 * 1000 };

static bool is_wall_clock(clockid_t clock)
{
    return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI;
}

static bool is_mono_clock(clockid_t clock)
{
    return clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_COARSE ||
           clock == CLOCK_MONOTONIC_RAW || clock == CLOCK_BOOTTIME;
}

int clock_gettime(clockid_t clock, struct timespec *out_now)
{
    int64_t ns;

    /* Processor time stays real: it costs no simulated time, and nobody decides by it. */
    if (!seam_state.is_simulated || (!is_wall_clock(clock) && !is_mono_clock(clock)))
        return seam_real()->clock_gettime(clock, out_now);
    ns = is_wall_clock(clock) ? seam_state.wall_ns : seam_state.mono_ns;
    out_now->tv_sec = ns / NS_PER_SECOND;
    out_now->tv_nsec = ns % NS_PER_SECOND;
    return 0;
}

int gettimeofday(struct timeval *restrict out_now, void *restrict zone)
{
    if (!seam_state.is_simulated)
        return seam_real()->gettimeofday(out_now, zone);
    out_now->tv_sec = seam_state.wall_ns / NS_PER_SECOND;
    out_now->tv_usec = seam_state.wall_ns % NS_PER_SECOND / 1000;
    return 0;
}

time_t time(time_t *out_now)
{
    time_t now;

    if (!seam_state.is_simulated)
        return seam_real()->time(out_now);
    now = seam_state.wall_ns / NS_PER_SECOND;
    if (out_now != NULL)
        *out_now = now;
    return now;
}
