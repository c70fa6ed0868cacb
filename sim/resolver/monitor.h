/*
 * sim/resolver/monitor.h - a monitoring in one cluster that looks up the three names that matter, again and again.
 *
 * It is the first to ask for a name that does not exist yet, and keeps a resolver's cache warm: prefetching and serving what is expired
 * need somebody who asks.
 */
#ifndef SIM_RESOLVER_MONITOR_H
#define SIM_RESOLVER_MONITOR_H

#include "sim/inside.h"

typedef struct Monitor Monitor;

/* Asks through resolver from now on, if the world has such a thing (else NULL). Tells what it sees of the permanent names. */
Monitor *monitor_start(World *world, const char *site, struct Resolver *resolver);
void monitor_free(Monitor *monitor); /* accepts NULL */

#endif
