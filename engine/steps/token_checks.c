/*
 * engine/steps/token_checks.c - before any token is deleted: can the plane that serves make new ones, and may we do what that needs?
 *
 * Source: domain.md 8.6 (TR0, TR1); F-007, F-018, F-025, F-707.
 */
#include "engine/checks/checks.h"
#include "engine/steps/steps.h"

static Check *const CHECKS[] = {
    check_key_set,
    check_clocks,
    check_api,
    check_control_plane_rights,
};

static void observe_token_checks(Operation *operation, Observation *out)
{
    examine(operation, CHECKS, sizeof CHECKS / sizeof *CHECKS, out);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.preflight_ms;
}

const Step STEP_TOKEN_CHECKS = {
    .id = "TR0",
    .name = "token-checks",
    .why = "a token that is deleted is gone; only a healthy plane makes a new one",
    .never = "change anything",
    .observe = observe_token_checks,
    .deadline_ms = deadline,
    .on_deadline = REACT_REFUSE,
    .remedy = "a check could not be made: see what does not answer",
    .is_once = true,
};
