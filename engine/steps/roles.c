/*
 * engine/steps/roles.c - which plane is the active now: as it was ordered, as the environment says, or by looking.
 *
 * Source: domain.md 8.3 (RS0), F-010, F-014.
 */
#include "engine/observations.h"
#include "engine/steps/steps.h"

static void observe_roles(Operation *operation, Observation *out)
{
    Plane *active = NULL;
    Error why = {0};

    if (!operation->active && see_active(operation, &active, &why))
        operation_set_roles(operation, active);
    if (operation->active)
        observe_holds(out, "%s is the active, %s the standby", operation->active->spec->name,
                      operation->standby->spec->name);
    else if (why.code == ERR_CONFLICT)
        observe_failed(out, REACT_REFUSE, "F-014", "exactly one plane that is the active",
                       why.message,
                       "kubectl get managementplanes -n NAMESPACE -o yaml; kubectl get deployment "
                       "-n NAMESPACE tsb",
                       "fence the plane that is not to serve, or bring one up, and run again");
    else
        observe_error(out, &why);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.preflight_ms;
}

const Step STEP_ROLES = {
    .id = "FO0c",
    .name = "roles",
    .why = "what is done to the wrong plane of the two cuts everybody off",
    .never = "change anything, or choose between two planes that both serve",
    .observe = observe_roles,
    .deadline_ms = deadline,
    .on_deadline = REACT_REFUSE,
    .remedy = "check that both planes' API servers answer",
    .is_footing = true,
};
