/*
 * engine/procedure_restore.c - a lost active is made anew from a backup, in an empty cluster: the table of its steps.
 *
 * Source: domain.md 8.5 (RR, RN). The published order has no fence, installs before it looks, and asks nobody for the tokens' sake (F-801, F-802,
 * F-809). The steps behind the install are those of an unplanned failover: what is new there is only where the data came from.
 */
#include <string.h>

#include "engine/debt.h"
#include "engine/observations.h"
#include "engine/steps/steps.h"

/* Once a name leads to the new plane, control planes and people change what only it has. */
static bool is_restored_named(Operation *operation, bool *out_is_past, Error *err)
{
    const char *const names[] = {operation->environment->floating_name,
                                 operation->standby->spec->permanent_name};
    char address[256], ip[64], there[64];
    Error why = {0};

    *out_is_past = false;
    if (!see_load_balancer(operation->standby, address, err))
        return false;
    if (!*address)
        return true;
    if (!see_ip(operation, address, ip, err))
        return false;
    for (int i = 0; i < 2 && !*out_is_past; i++) {
        if (see_ip(operation, names[i], there, &why))
            *out_is_past = strcmp(ip, there) == 0;
        else if (why.code != ERR_NOT_FOUND)
            return error_set(err, why.code, "%s", why.message);
    }
    return true;
}

/* The lease lies in the new plane's namespace, so that has to be made first: by whoever comes first, and by no one else's run undone. */
static const Step *const RESTORE_STEPS[] = {
    &STEP_ROLES,         &STEP_IDENTIFY,     &STEP_ARTEFACTS,      &STEP_PREFLIGHT_RESTORE,
    &STEP_GROUND,        &STEP_LEASE,        &STEP_RECORD,         &STEP_FENCE_LOST,
    &STEP_CREDENTIALS,   &STEP_IMPORT_KEY,   &STEP_INSTALL,        &STEP_SERVICES_RESTORED,
    &STEP_LOAD,          &STEP_TRUST,        &STEP_VERIFY,         &STEP_SETTLE,
    &STEP_PERMANENT_DNS, &STEP_FLOATING_DNS, &STEP_PROPAGATE,      &STEP_KICK_LOST,
    &STEP_RECONNECT,     &STEP_REMEDIATE,    &STEP_BACKUP_SERVING, &STEP_RESTORED,
    &STEP_PAY,
};

const Procedure PROCEDURE_RESTORE = {
    .name = "restore",
    .summary = "the active is lost: it is made anew from a backup, in an empty cluster",
    .steps = RESTORE_STEPS,
    .count = sizeof RESTORE_STEPS / sizeof *RESTORE_STEPS,
    .is_past_return = is_restored_named,
    .is_unplanned = true,
    .hands_over = true,
    .meanwhile = debt_try,
};
