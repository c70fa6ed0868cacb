/*
 * sim/faults/members.h - faults of the Postgres instances of a plane: which of them, and their instances.
 */
#ifndef SIM_FAULTS_MEMBERS_H
#define SIM_FAULTS_MEMBERS_H

#include "sim/inside.h"

/* The first of a fault's arguments, whatever else it has. */
typedef struct {
    const char *plane;
    int64_t instance; /* 0: all of them */
} MemberArguments;

#define MEMBER_FIELDS                                                                  \
    {"plane", FIELD_TEXT, offsetof(MemberArguments, plane), true, "mp1 or mp2", NULL}, \
    {                                                                                  \
        "instance", FIELD_INTEGER, offsetof(MemberArguments, instance), false,         \
            "1.. ; 0: all of them", NULL                                               \
    }

/* The next one after member (NULL: the first); NULL at the end, or without such a plane. */
PgMember *fault_next_member(World *world, const MemberArguments *which, const PgMember *member);

#define EACH_MEMBER(member, world, which) \
    for (PgMember *member = NULL; (member = fault_next_member(world, which, member)) != NULL;)
/* Only those with an instance of ours: a real server does not do everything that it is told. */
#define EACH_FAKE(member, world, which) \
    EACH_MEMBER(member, world, which)   \
    if (member->instance)

#endif
