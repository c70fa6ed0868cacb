/*
 * engine/steps/lease.c - one engine at a time, kept apart by a Lease in both planes' clusters.
 *
 * Source: domain.md F-016, F-911, OPS-01.
 */
#include "engine/lease.h"

#include <stdio.h>
#include <string.h>

#include "engine/observations.h"
#include "engine/steps/steps.h"

static void observe_lease(Operation *operation, Observation *out)
{
    Error why = {0};

    for (int i = 0; i < 2; i++) {
        char holder[160], observed[280];
        bool is_expired;

        if (!lease_holder(operation, &operation->planes[i], holder, &is_expired, &why)) {
            observe_error(out, &why);
            return;
        }
        if (!*holder || strcmp(holder, operation->holder) == 0 ||
            (is_expired && operation->consent.takes_over_lease))
            continue;
        snprintf(observed, sizeof observed, "held by \"%s\" on %s%s", holder,
                 operation->planes[i].spec->name, is_expired ? ", and expired" : "");
        observe_failed(out, REACT_REFUSE, "F-016", "the lease \"understudy\" free or expired",
                       observed, "kubectl get lease -n NAMESPACE understudy -o yaml",
                       is_expired ? "make sure that engine is gone, then run again with --take-over"
                                  : "another engine is at work: let it finish, or stop it");
        return;
    }
    if (operation->has_lease)
        observe_holds(out, "held by %s", operation->holder);
    else
        observe_pending(out, "free");
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.preflight_ms;
}

const Step STEP_LEASE = {
    .id = "FO0b",
    .name = "lease",
    .why = "two engines that both mean well make two writable databases",
    .never = "take a lease that is held",
    .observe = observe_lease,
    .act = lease_take,
    .deadline_ms = deadline,
    .on_deadline = REACT_REFUSE,
    .remedy = "check the rights on leases.coordination.k8s.io in both planes' namespaces",
};
