/*
 * sim/faults/members.c - faults of the Postgres instances of a plane: which of them, and their instances.
 */
#include "sim/faults/members.h"

PgMember *fault_next_member(World *world, const MemberArguments *which, const PgMember *member)
{
    const Plane *plane = world_plane(world, which->plane);

    for (int i = member ? member->index : 0; plane && i < plane->member_count; i++)
        if (!which->instance || plane->members[i]->index == which->instance)
            return plane->members[i];
    return NULL;
}
