/*
 * engine/steps/rejoin.c - before the old active is made a standby: is everything there that this needs?
 *
 * Source: domain.md 8.3 (RS0).
 */
#include "engine/checks/checks.h"
#include "engine/steps/steps.h"

static Check *const CHECKS[] = {
    check_resources_exist, check_fenced, check_exposed,   check_standby_account, check_signing_key,
    check_rejoin_rights,   check_clocks, check_own_names, check_names,           check_api,
};

static void observe_rejoin(Operation *operation, Observation *out)
{
    examine(operation, CHECKS, sizeof CHECKS / sizeof *CHECKS, out);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.preflight_ms;
}

const Step STEP_REJOIN_CHECKS = {
    .id = "RS0",
    .name = "rejoin-checks",
    .why = "a standby that cannot follow is no standby, and the old active's data is still there",
    .never = "change anything",
    .observe = observe_rejoin,
    .deadline_ms = deadline,
    .on_deadline = REACT_REFUSE,
    .remedy = "a check could not be made: see what does not answer",
    .is_once = true,
};
