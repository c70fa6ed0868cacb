/*
 * engine/steps/rejoin_feed.c - before the old active is fed with the new one's dumps: is everything there, and may its database go?
 *
 * Source: domain.md 8.8 (8), 8.3 (RS0, RS1), F-902. No log is compared: the two databases never had one in common.
 */
#include "engine/checks/checks.h"
#include "engine/steps/steps.h"

static Check *const CHECKS[] = {
    check_resources_exist, check_fenced, check_feed_roles, check_feed_jobs, check_feed_rights,
    check_signing_key,     check_clocks, check_names,      check_api,       check_overwriting,
};

static void observe_rejoin(Operation *operation, Observation *out)
{
    examine(operation, CHECKS, sizeof CHECKS / sizeof *CHECKS, out);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.preflight_ms;
}

const Step STEP_REJOIN_FEED = {
    .id = "MF0",
    .name = "rejoin-checks",
    .why = "the first restore overwrites all that only the old active has",
    .never = "change anything",
    .observe = observe_rejoin,
    .deadline_ms = deadline,
    .on_deadline = REACT_REFUSE,
    .remedy = "a check could not be made: see what does not answer",
    .is_once = true,
};
