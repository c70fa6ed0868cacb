/*
 * engine/steps/preflight.c - everything that would stop a planned failover half-way is looked for before the first change.
 *
 * Source: domain.md FO0, sections 6 and 7.1, 7.2. A table of checks (engine/checks): each looks, and either finds nothing, or says what is
 * required, what was observed, where that can be seen, and what to do. All of them are asked, so that a person mends everything at once.
 */
#include "engine/checks/checks.h"
#include "engine/steps/steps.h"

static Check *const CHECKS[] = {
    check_resources_exist, check_roles,       check_standby_host, check_exposed,
    check_schema,          check_operator,    check_signing_key,  check_key_set,
    check_kubegres,        check_replication, check_version,      check_rights,
    check_clocks,          check_names,       check_dns_rights,   check_api,
    check_hosts,           check_own_names,   check_account_kept, check_self_signed,
    check_same_release,    check_flapping,    check_cert_manager, check_control_plane_rights,
};

static void observe_preflight(Operation *operation, Observation *out)
{
    examine(operation, CHECKS, sizeof CHECKS / sizeof *CHECKS, out);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.preflight_ms;
}

const Step STEP_PREFLIGHT = {
    .id = "FO0",
    .name = "preflight",
    .why = "a failover that stops half-way is worse than one that never began",
    .never = "change anything",
    .observe = observe_preflight,
    .deadline_ms = deadline,
    .on_deadline = REACT_REFUSE,
    .remedy = "a check could not be made: see what does not answer",
    .is_once = true,
};
