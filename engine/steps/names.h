/*
 * engine/steps/names.h - pointing a DNS name at the new active, the part that the permanent and the floating name share.
 */
#ifndef ENGINE_STEPS_NAMES_H
#define ENGINE_STEPS_NAMES_H

#include "engine/step.h"

/* What a name has to say: a CNAME of target, or the address target (A or AAAA). */
typedef struct {
    const char *name;
    DnsRecordType type;
    char target[256];
} NameGoal;

/* What the permanent name of the new active has to say now: read from its load balancer each time (F-313, F-510). */
bool permanent_goal(Operation *operation, NameGoal *out_goal, Error *err);
/* The floating name: a CNAME of the permanent one, or where sites use A records the same address. */
bool floating_goal(Operation *operation, NameGoal *out_goal, Error *err);

/* Holds when every authoritative server says so; pending (and act_again) while the first one does not. */
void observe_goal(Operation *operation, const NameGoal *goal, Observation *out);
/* Asks the provider for one change, from what is there now. */
bool reach_goal(Operation *operation, const NameGoal *goal, Error *err);

/* The steps permanent-dns and floating-dns. */
void observe_permanent_name(Operation *operation, Observation *out);
bool point_permanent_name(Operation *operation, Error *err);
void observe_floating_name(Operation *operation, Observation *out);
bool point_floating_name(Operation *operation, Error *err);

/*
 * Both again, as later steps do: the load balancer may have moved since, or somebody else may have written the names (F-313, F-509). False: out
 * says what is wrong; point_names puts it right, a few times at most.
 */
bool names_hold(Operation *operation, Observation *out);
bool point_names(Operation *operation, Error *err);

bool same_name(const char *a, const char *b); /* ignoring case and the dot at the end */

#endif
