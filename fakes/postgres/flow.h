/*
 * fakes/postgres/flow.h - how far a standby gets in a stretch of time in which its upstream's log grows evenly.
 *
 * Solved in closed form, so that a stretch may be cut anywhere and the end is the same: what a standby has received does not depend on how
 * often somebody looked.
 */
#ifndef FAKES_POSTGRES_FLOW_H
#define FAKES_POSTGRES_FLOW_H

#include "fakes/postgres/instance.h"

typedef struct {
    double begin;       /* the upstream's end of log as the stretch begins */
    double end;         /* ... and as it ends */
    double bytes_per_s; /* how it got from one to the other; 0: it stood still */
    double seconds;
} PgStretch;

/* What the standby has received at the stretch's end; never less than what it had. */
double pg_flow(double received, const PgStretch *stretch, const PgLink *link);

#endif
