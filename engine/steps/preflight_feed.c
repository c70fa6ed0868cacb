/*
 * engine/steps/preflight_feed.c - the checks before a failover to a standby that is fed by restoring, planned or not.
 *
 * Source: domain.md 8.8 (1): as for any other, without what only replication needs.
 */
#include "engine/checks/checks.h"
#include "engine/steps/steps.h"

static Check *const PLANNED[] = {
    check_resources_exist,
    check_feed_roles,
    check_feed_jobs,
    check_rights,
    check_feed_rights,
    check_control_plane_rights,
    check_signing_key,
    check_key_set,
    check_operator,
    check_clocks,
    check_names,
    check_dns_rights,
    check_api,
    check_hosts,
    check_feed_loss,
};

static Check *const UNPLANNED[] = {
    check_is_lost,
    check_force,
    check_feed_roles,
    check_feed_jobs,
    check_rights,
    check_feed_rights,
    check_control_plane_rights,
    check_operator,
    check_dns_rights,
    check_hosts,
    check_feed_loss,
};

static void observe_planned(Operation *operation, Observation *out)
{
    examine(operation, PLANNED, sizeof PLANNED / sizeof *PLANNED, out);
}

static void observe_unplanned(Operation *operation, Observation *out)
{
    examine(operation, UNPLANNED, sizeof UNPLANNED / sizeof *UNPLANNED, out);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.preflight_ms;
}

#define PREFLIGHT(look)                                                                  \
    {                                                                                    \
        .id = "MF1", .name = "preflight",                                                \
        .why = "what is not as it should be is mended before the outage, not in it",     \
        .never = "change anything", .observe = (look), .deadline_ms = deadline,          \
        .on_deadline = REACT_REFUSE,                                                     \
        .remedy = "a check could not be made: see what does not answer", .is_once = true \
    }

const Step STEP_PREFLIGHT_FEED = PREFLIGHT(observe_planned);
const Step STEP_PREFLIGHT_FEED_UNPLANNED = PREFLIGHT(observe_unplanned);
