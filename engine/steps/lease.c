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

static const char REQUIRED[] = "the lease \"understudy\" free or expired";
static const char EVIDENCE[] = "kubectl get lease -n NAMESPACE understudy -o yaml";

/* An earlier process of this run may be alive on another machine: as long as it renews the lease, it acts. */
static void observe_earlier_process(const LeaseView *view, const char *plane, Observation *out)
{
    observe_waiting(
        out,
        "%s of this run held the lease on %s: waiting until it has not renewed it for long enough",
        view->holder, plane);
    observe_if_late(out, "F-016", REQUIRED, EVIDENCE,
                    "the run's earlier process is alive elsewhere: let it go on, or stop it");
}

static void observe_other_engine(Operation *operation, const LeaseView *view, const char *plane,
                                 Observation *out)
{
    char observed[280];

    snprintf(observed, sizeof observed, "held by \"%s\" on %s%s", view->holder, plane,
             view->is_expired ? ", and expired" : "");
    observe_failed(out, REACT_REFUSE, "F-016", REQUIRED, observed, EVIDENCE,
                   view->is_expired ? "make sure that engine is gone, then take its lease over"
                                    : "another engine is at work: let it finish, or stop it");
    if (view->is_expired && consent_given(operation, CONSENT_TAKE_OVER, 0, &out->finding))
        observe_pending(out, "left by \"%s\", and expired: to be taken over", view->holder);
}

static void observe_lease(Operation *operation, Observation *out)
{
    for (int i = 0; i < 2; i++) {
        const char *plane = operation->planes[i].spec->name;
        LeaseView view;
        Error why = {0};

        if (operation->planes[i].is_out_of_reach)
            continue;
        if (!lease_see(operation, &operation->planes[i], &view, &why))
            observe_error(out, &why);
        else if (view.is_free)
            continue;
        else if (view.is_of_this_run)
            observe_earlier_process(&view, plane, out);
        else
            observe_other_engine(operation, &view, plane, out);
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
    .is_footing = true,
};
