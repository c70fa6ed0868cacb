/*
 * engine/steps/kick.c - scales the old front envoy to 0, so that every edge lets go of it and looks the name up again.
 *
 * Source: domain.md FO11; the published procedure, step 5; F-601 to F-604. An edge holds one long connection and asks DNS only when it breaks.
 */
#include <stdio.h>

#include "base/clock.h"
#include "engine/observations.h"
#include "engine/steps/steps.h"

static const char REQUIRED[] = "an old front envoy that is gone";
static const char EVIDENCE[] = "kubectl get deployment -n NAMESPACE envoy, on the old active";
static const char REMEDY[] =
    "find what keeps it alive, and scale it to 0 as soon as its cluster can be reached";

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
    int64_t endpoints, pods;
    Error why = {0};

    if (!see_deployment(operation->active, "envoy", &view, &why) ||
        !see_pods(operation->active, &view, &pods, &why) ||
        !see_endpoints(operation->active, "envoy", &endpoints, &why)) {
        observe_error(out, &why);
        observe_if_late(out, "F-604", REQUIRED, EVIDENCE, REMEDY);
        return;
    }
    if (view.wanted > 0) {
        observe_pending(out, "deployment/envoy of %s: %lld replicas wanted",
                        operation->active->spec->name, (long long)view.wanted);
        out->act_again = true; /* an HPA or operator may bring it back (F-603) */
    } else if (pods > 0 || endpoints > 0) {
        observe_waiting(out, "deployment/envoy of %s: %lld pods left",
                        operation->active->spec->name, (long long)pods);
    } else if (!is_closed(operation)) {
        observe_waiting(out, "the old load balancer of %s still answers",
                        operation->active->spec->name);
    } else {
        json_put_integer(operation->record, "kickedAt", clock_wall_ms());
        observe_holds(out, "nothing answers at the old address");
    }
    observe_if_late(out, "F-604", REQUIRED, EVIDENCE, REMEDY);
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
    .on_deadline = REACT_FORWARD, /* edges that stay there are restarted one by one */
    .remedy = REMEDY,
};
