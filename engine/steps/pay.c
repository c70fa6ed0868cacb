/*
 * engine/steps/pay.c - waits for the old active to answer, so that what is owed to it, its fence, is paid.
 *
 * Source: domain.md 8.2 (FO3u), F-209. The paying goes on between any two looks (debt.h); here only the waiting is.
 */
#include "engine/debt.h"
#include "engine/observations.h"
#include "engine/steps/steps.h"

static void observe_pay(Operation *operation, Observation *out)
{
    const char *name = operation->active->spec->name;

    if (debt_is_open(operation)) {
        observe_waiting(out, "%s does not answer yet; as soon as it does it is fenced", name);
        observe_if_late(out, "F-201", "an old active that is fenced",
                        "kubectl --context CONTEXT get --raw /readyz",
                        "nobody fences it now: make sure that it does not come back as it was");
    } else {
        observe_holds(out, "nothing is owed to %s", name);
    }
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.fence_debt_ms;
}

const Step STEP_PAY = {
    .id = "FO15",
    .name = "pay",
    .why = "a plane that comes back as it was is a second active",
    .never = "go away while somebody could still be fenced, without saying so",
    .observe = observe_pay,
    .deadline_ms = deadline,
    .on_deadline = REACT_FORWARD,
    .remedy = "delete the old instance, or fence it by hand before its network comes back",
};
