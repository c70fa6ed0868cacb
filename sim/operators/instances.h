/*
 * sim/operators/instances.h - what somebody deleted of a Postgres instance is made again.
 */
#ifndef SIM_OPERATORS_INSTANCES_H
#define SIM_OPERATORS_INSTANCES_H

#include "sim/inside.h"

/* Looks at the objects of member; kubegres: its resource. May be called as often as you like. */
void instance_make_again(PgMember *member, const cJSON *kubegres);

#endif
