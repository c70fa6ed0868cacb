/*
 * fakes/postgres/flow.c - how far a standby gets in a stretch of time in which its upstream's log grows evenly.
 */
#include "fakes/postgres/flow.h"

/* Goes from one position towards another at a speed (0: at once), taking from the seconds that are left. */
static double go(double from, double to, double speed, double *seconds)
{
    double needed;

    if (from >= to)
        return from;
    if (speed <= 0)
        return to;
    needed = (to - from) / speed;
    if (needed > *seconds) {
        from += speed * *seconds;
        *seconds = 0;
        return from;
    }
    *seconds -= needed;
    return to;
}

/* 0 means no limit. */
static double slower_of(double a, double b)
{
    if (a <= 0)
        return b;
    if (b <= 0)
        return a;
    return a < b ? a : b;
}

/* Nothing new is written: first what is more than the usual lag comes in, then the lag itself drains. */
static double flow_idle(double received, const PgStretch *stretch, const PgLink *link)
{
    double usual = stretch->begin - (double)link->lag_bytes, seconds = stretch->seconds;

    received = go(received, usual, link->bytes_per_s, &seconds);
    if (received < usual)
        return received;
    return go(received, stretch->begin, slower_of(link->drain_bytes_per_s, link->bytes_per_s),
              &seconds);
}

/* The goal runs ahead at the write rate, lag_bytes behind the end; who is past it stands still until it has come by. */
static double flow_writing(double received, const PgStretch *stretch, const PgLink *link)
{
    double goal = stretch->begin - (double)link->lag_bytes;
    double last_goal = stretch->end - (double)link->lag_bytes;
    double standing, reached;

    if (last_goal <= received)
        return received;
    if (link->bytes_per_s <= 0)
        return last_goal;
    standing = received > goal ? (received - goal) / stretch->bytes_per_s : 0;
    reached = received + link->bytes_per_s * (stretch->seconds - standing);
    return reached < last_goal ? reached : last_goal;
}

double pg_flow(double received, const PgStretch *stretch, const PgLink *link)
{
    if (stretch->bytes_per_s > 0)
        return flow_writing(received, stretch, link);
    return flow_idle(received, stretch, link);
}
