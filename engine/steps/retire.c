/*
 * engine/steps/retire.c - the operator takes away what served on the old active.
 *
 * Source: domain.md 8.3 (RS4).
 */
#include "engine/observations.h"
#include "engine/steps/steps.h"

static const char *const SERVING[] = {"tsb", "iam", "envoy"};

static void observe_retire(Operation *operation, Observation *out)
{
    const Plane *old = operation->standby;
    char address[256];
    Error why = {0};

    for (size_t i = 0; i < sizeof SERVING / sizeof *SERVING; i++) {
        DeploymentView view;

        if (!see_deployment(old, SERVING[i], &view, &why)) {
            observe_error(out, &why);
            return;
        }
        if (view.exists && (view.wanted > 0 || view.total > 0)) {
            observe_waiting(out, "deployment/%s of %s: %lld wanted, %lld there", SERVING[i],
                            old->spec->name, (long long)view.wanted, (long long)view.total);
            return;
        }
    }
    if (!see_load_balancer(old, address, &why))
        observe_error(out, &why);
    else if (*address)
        observe_waiting(out, "service/envoy of %s still has the address %s", old->spec->name,
                        address);
    else
        observe_holds(out, "nothing of %s serves any more", old->spec->name);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.services_ms;
}

const Step STEP_RETIRE = {
    .id = "RS4",
    .name = "retire",
    .why = "a standby has no front door: whoever came in there would be lost",
    .never = "delete what the operator owns",
    .observe = observe_retire,
    .deadline_ms = deadline,
    .on_deadline = REACT_STOP,
    .remedy = "see the log of tsb-operator-management-plane, then `understudy resume`",
};
