/*
 * sim/operators/instances.h - what somebody deleted of a Postgres instance is made again; those that were never there are made.
 */
#ifndef SIM_OPERATORS_INSTANCES_H
#define SIM_OPERATORS_INSTANCES_H

#include "sim/inside.h"

/* Looks at the objects of member; kubegres: its resource. May be called as often as you like. */
void instance_make_again(PgMember *member, const cJSON *kubegres);

/*
 * Instances that kubegres' resource asks for and that were never made: makes the next one as soon as the one before it is ready, a primary
 * first unless they all follow the other plane. True while there are some.
 */
bool instances_deploy(Plane *plane, const cJSON *kubegres);
/* The resource is gone, and all that hung on it. */
void instances_remove(Plane *plane);

#endif
