/*
 * engine/steps/preflight_unplanned.c - before a failover without the active: what the standby is and has, and what was agreed to.
 *
 * Source: domain.md 8.2 (FO0), OPS-03.
 */
#include "engine/checks/checks.h"
#include "engine/steps/steps.h"

static Check *const CHECKS[] = {
    check_is_lost,      check_standby_role, check_force,      check_standby_host,
    check_schema,       check_operator,     check_key_set,    check_version,
    check_kubegres,     check_candidates,   check_loss,       check_rights,
    check_clocks,       check_names,        check_dns_rights, check_control_plane_rights,
    check_hosts,        check_flapping,     check_own_names,  check_token_keys,
    check_cert_manager,
};

static void observe_preflight(Operation *operation, Observation *out)
{
    examine(operation, CHECKS, sizeof CHECKS / sizeof *CHECKS, out);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.preflight_ms;
}

const Step STEP_PREFLIGHT_UNPLANNED = {
    .id = "FO0u",
    .name = "preflight",
    .why = "the standby is all there is: what it lacks cannot be fetched any more",
    .never = "change anything, or take a plane for lost that serves",
    .observe = observe_preflight,
    .deadline_ms = deadline,
    .on_deadline = REACT_REFUSE,
    .remedy = "a check could not be made: see what of the standby does not answer",
    .is_once = true,
};
