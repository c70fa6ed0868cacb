/*
 * engine/steps/kick.c - scales the old front envoy to 0, so that every edge lets go of it and looks the name up again.
 *
 * Source: domain.md FO11; the published procedure, step 5; F-601 to F-603. An edge holds one long connection and asks DNS only when it breaks.
 */
#include <stdio.h>

#include "engine/observations.h"
#include "engine/steps/steps.h"

/* Nobody may answer at the old address any more. */
static bool is_closed(Operation *operation)
{
    const char *ip = json_string(operation->record, "recorded/activeIP");
    int status = 0;
    Error why = {0};

    return !ip || !see_front(operation, operation->active, ip, "/", &status, NULL, &why);
}

static void observe_kick(Operation *operation, Observation *out)
{
    DeploymentView view;
    int64_t endpoints;
    Error why = {0};

    if (!see_deployment(operation->active, "envoy", &view, &why) ||
        !see_endpoints(operation->active, "envoy", &endpoints, &why)) {
        observe_error(out, &why);
        return;
    }
    if (view.wanted > 0) {
        observe_pending(out, "deployment/envoy of %s: %lld replicas wanted",
                        operation->active->spec->name, (long long)view.wanted);
        out->act_again = true; /* an HPA or operator may bring it back (F-603) */
    } else if (view.total > 0 || endpoints > 0) {
        observe_waiting(out, "deployment/envoy of %s: %lld pods left",
                        operation->active->spec->name, (long long)view.total);
    } else if (!is_closed(operation)) {
        observe_waiting(out, "the old load balancer of %s still answers",
                        operation->active->spec->name);
    } else {
        observe_holds(out, "nothing answers at the old address");
    }
}

static bool kick(Operation *operation, Error *err)
{
    return scale_deployment(operation, operation->active, "envoy", 0, err);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.kick_ms;
}

const Step STEP_KICK = {
    .id = "FO11",
    .name = "kick",
    .phase = "reconnect",
    .why = "edges stay on an open connection for ever; breaking it makes them ask DNS",
    .never = "break it before DNS has turned",
    .observe = observe_kick,
    .act = kick,
    .deadline_ms = deadline,
    .on_deadline = REACT_STOP,
    .remedy =
        "something keeps the old front envoy alive: find it, scale it to 0, then `understudy resume`",
};
