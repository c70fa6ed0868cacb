/*
 * engine/procedures.c - the procedures, each a table of steps.
 *
 * Source: domain.md section 8; the order of the published procedure where it is right, and why not where it is not (0.3: X14, X15).
 */
#include <string.h>

#include "engine/debt.h"
#include "engine/observations.h"
#include "engine/steps/steps.h"

static const char PROMOTED[] =
    "the standby's Postgres has left recovery: going back would lose what it has written since";

/* Asked of the world, not of the journal: has Postgres of the standby left recovery? */
static bool is_standby_promoted(Operation *operation, bool *out_is_past, Error *err)
{
    return see_promoted(operation, operation->standby, out_is_past, NULL, err);
}

static const Step *const FAILOVER_STEPS[] = {
    &STEP_IDENTIFY,  &STEP_ROLES,  &STEP_LEASE,     &STEP_PREFLIGHT,     &STEP_RECORD,
    &STEP_TTL,       &STEP_FENCE,  &STEP_DRAIN,     &STEP_PROMOTE,       &STEP_PROMOTED,
    &STEP_SERVICES,  &STEP_VERIFY, &STEP_SETTLE,    &STEP_PERMANENT_DNS, &STEP_FLOATING_DNS,
    &STEP_PROPAGATE, &STEP_KICK,   &STEP_RECONNECT, &STEP_REMEDIATE,     &STEP_BACKUP_SERVING,
    &STEP_FINISH,
};

const Procedure PROCEDURE_FAILOVER = {
    .name = "failover",
    .summary = "planned failover: the standby becomes the active, and every control plane follows",
    .steps = FAILOVER_STEPS,
    .count = sizeof FAILOVER_STEPS / sizeof *FAILOVER_STEPS,
    .is_past_return = is_standby_promoted,
    .past_return = PROMOTED,
    .hands_over = true,
    .where_restored = &PROCEDURE_RESTORED_FAILOVER,
};

static const Step *const UNPLANNED_STEPS[] = {
    &STEP_ROLES,         &STEP_IDENTIFY,     &STEP_LEASE,          &STEP_PREFLIGHT_UNPLANNED,
    &STEP_RECORD,        &STEP_FENCE_LOST,   &STEP_LOSS,           &STEP_PROMOTE,
    &STEP_PROMOTED,      &STEP_SERVICES,     &STEP_VERIFY,         &STEP_SETTLE,
    &STEP_PERMANENT_DNS, &STEP_FLOATING_DNS, &STEP_PROPAGATE,      &STEP_KICK_LOST,
    &STEP_RECONNECT,     &STEP_REMEDIATE,    &STEP_BACKUP_SERVING, &STEP_FINISH,
    &STEP_PAY,
};

const Procedure PROCEDURE_UNPLANNED = {
    .name = "unplanned-failover",
    .summary =
        "unplanned failover: the active is lost, and the standby takes its place with what it has",
    .steps = UNPLANNED_STEPS,
    .count = sizeof UNPLANNED_STEPS / sizeof *UNPLANNED_STEPS,
    .is_past_return = is_standby_promoted,
    .past_return = PROMOTED,
    .where_restored = &PROCEDURE_RESTORED_UNPLANNED,
    .hands_over = true,
    .is_unplanned = true,
    .meanwhile = debt_try,
};

static const Step *const REJOIN_STEPS[] = {
    &STEP_IDENTIFY,   &STEP_ROLES,  &STEP_LEASE,  &STEP_REJOIN_CHECKS, &STEP_DIVERGENCE,
    &STEP_BACKUP_OLD, &STEP_FOLLOW, &STEP_RETIRE, &STEP_RESEED,        &STEP_PAIRED,
};

const Procedure PROCEDURE_REJOIN = {
    .name = "rejoin",
    .summary = "the old active becomes the standby of the new one",
    .steps = REJOIN_STEPS,
    .count = sizeof REJOIN_STEPS / sizeof *REJOIN_STEPS,
    .finds_roles = true,
    .where_restored = &PROCEDURE_RESTORED_REJOIN,
};

static const Step *const BACKUP_STEPS[] = {
    &STEP_BACKUP_SOURCE,   &STEP_BACKUP_OUTFIT, &STEP_BACKUP_SECRETS, &STEP_BACKUP_VALUES,
    &STEP_BACKUP_DATABASE, &STEP_BACKUP_KEEP,   &STEP_BACKUP_PRUNE,
};

/* It changes nothing that another engine could mind, so it takes no lease. */
const Procedure PROCEDURE_BACKUP = {
    .name = "backup",
    .summary = "everything that a new plane needs goes into a folder outside of the clusters",
    .steps = BACKUP_STEPS,
    .count = sizeof BACKUP_STEPS / sizeof *BACKUP_STEPS,
    .finds_roles = true,
};

static const Step *const REFRESH_TOKENS_STEPS[] = {
    &STEP_ROLES, &STEP_IDENTIFY, &STEP_LEASE, &STEP_TOKEN_CHECKS, &STEP_TOKEN_NEEDS, &STEP_TOKENS,
};

const Procedure PROCEDURE_REFRESH_TOKENS = {
    .name = "refresh-tokens",
    .summary = "control planes whose tokens do not do get new ones from the plane that serves",
    .steps = REFRESH_TOKENS_STEPS,
    .count = sizeof REFRESH_TOKENS_STEPS / sizeof *REFRESH_TOKENS_STEPS,
    .finds_roles = true,
    .does_without_standby = true,
};

static const Step *const REPOINT_STEPS[] = {
    &STEP_ROLES,          &STEP_IDENTIFY,      &STEP_LEASE,
    &STEP_REPOINT_CHECKS, &STEP_REPOINT_HOSTS, &STEP_REPOINT,
};

const Procedure PROCEDURE_REPOINT = {
    .name = "repoint",
    .summary = "control planes follow another name, one after the other",
    .steps = REPOINT_STEPS,
    .count = sizeof REPOINT_STEPS / sizeof *REPOINT_STEPS,
    .finds_roles = true,
    .does_without_standby = true,
};

const Procedure *procedure_find(const char *name)
{
    static const Procedure *const PROCEDURES[] = {
        &PROCEDURE_FAILOVER,        &PROCEDURE_UNPLANNED,         &PROCEDURE_REJOIN,
        &PROCEDURE_BACKUP,          &PROCEDURE_RESTORED_FAILOVER, &PROCEDURE_RESTORED_UNPLANNED,
        &PROCEDURE_RESTORED_REJOIN, &PROCEDURE_REFRESH_TOKENS,    &PROCEDURE_REPOINT,
        &PROCEDURE_RESTORE,         &PROCEDURE_INSTALL,
    };

    for (size_t i = 0; i < sizeof PROCEDURES / sizeof *PROCEDURES; i++) {
        if (strcmp(PROCEDURES[i]->name, name) == 0)
            return PROCEDURES[i];
    }
    return NULL;
}

const Procedure *procedure_on(const Procedure *procedure, const Environment *environment)
{
    return environment->standby.is_fed_by_restore && procedure->where_restored
               ? procedure->where_restored
               : procedure;
}
