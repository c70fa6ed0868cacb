/*
 * engine/steps/repoint_checks.c - before any control plane is told another name.
 *
 * Source: domain.md 8.9 ("same V4").
 */
#include "engine/checks/checks.h"
#include "engine/steps/steps.h"

static Check *const CHECKS[] = {
    check_api,
    check_repoint_host,
    check_repoint_rights,
};

static void observe_repoint_checks(Operation *operation, Observation *out)
{
    examine(operation, CHECKS, sizeof CHECKS / sizeof *CHECKS, out);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.preflight_ms;
}

const Step STEP_REPOINT_CHECKS = {
    .id = "RP0",
    .name = "repoint-checks",
    .why = "an edge that is sent to the wrong place is cut off, and this one is connected",
    .never = "change anything",
    .observe = observe_repoint_checks,
    .deadline_ms = deadline,
    .on_deadline = REACT_REFUSE,
    .remedy = "a check could not be made: see what does not answer",
    .is_once = true,
};
