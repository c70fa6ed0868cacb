/*
 * engine/steps/permanent_dns.c - the new active's own name points to its load balancer, before the floating name points to it.
 *
 * Source: domain.md FO9, X15 (the published order would have NXDOMAIN cached), F-313, F-508, F-510.
 */
#include "engine/observations.h"
#include "engine/providers/provider.h"
#include "engine/steps/names.h"
#include "engine/steps/steps.h"

void observe_permanent_name(Operation *operation, Observation *out)
{
    NameGoal goal;
    Error why = {0};

    if (permanent_goal(operation, &goal, &why))
        observe_goal(operation, &goal, out);
    else
        observe_error(out, &why);
}

bool point_permanent_name(Operation *operation, Error *err)
{
    NameGoal goal;

    return permanent_goal(operation, &goal, err) && reach_goal(operation, &goal, err);
}

const Step STEP_PERMANENT_DNS = {
    .id = "FO9",
    .name = "permanent-dns",
    .phase = "dns",
    .why = "the load balancer's address may have changed with the promotion",
    .never = "publish a name that does not resolve yet",
    .observe = observe_permanent_name,
    .act = point_permanent_name,
    .deadline_ms = dns_provider_deadline_ms,
    .on_deadline = REACT_STOP,
    .remedy =
        "the name server refuses or loses the update: change the record by hand, then `understudy resume`",
};
