/*
 * engine/steps/preflight_restore.c - before a restore: the lost plane is lost, the new cluster is fit, and all that needs it was agreed to.
 *
 * Source: domain.md 8.5 (RR0 to RR5).
 */
#include "engine/checks/checks.h"
#include "engine/steps/steps.h"

static Check *const CHECKS[] = {
    check_not_served, check_force,  check_tokens,     check_backup_age,
    check_namespace,  check_values, check_cluster,    check_installers,
    check_clocks,     check_names,  check_dns_rights, check_control_plane_rights,
    check_hosts,
};

static void observe_preflight(Operation *operation, Observation *out)
{
    examine(operation, CHECKS, sizeof CHECKS / sizeof *CHECKS, out);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.preflight_ms;
}

const Step STEP_PREFLIGHT_RESTORE = {
    .id = "RR1",
    .name = "preflight",
    .why = "a restore that stops half-way leaves two planes that do not serve",
    .never = "change anything, or restore beside a plane that serves",
    .observe = observe_preflight,
    .deadline_ms = deadline,
    .on_deadline = REACT_REFUSE,
    .remedy = "a check could not be made: see what does not answer",
    .is_once = true,
};
