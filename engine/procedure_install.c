/*
 * engine/procedure_install.c - an active that serves gets a standby, in an empty cluster: the table of its steps.
 *
 * Source: domain.md 8.4 (IP), steps 6 to 10. The active is read, and never changed: whatever becomes of the standby's cluster, it goes on
 * as it was. So everything can be put back until the standby follows, and there is no point of no return.
 */
#include "engine/steps/steps.h"

/* The lease lies in the standby's namespace too, so that has to be made first. */
static const Step *const INSTALL_STEPS[] = {
    &STEP_IDENTIFY, &STEP_ROLES,           &STEP_PREFLIGHT_INSTALL, &STEP_GROUND,
    &STEP_LEASE,    &STEP_STANDBY_SECRETS, &STEP_INSTALL_STANDBY,   &STEP_STANDBY_FOLLOWS,
    &STEP_PAIRED,   &STEP_ONBOARDED,       &STEP_BACKUP_SERVING,
};

const Procedure PROCEDURE_INSTALL = {
    .name = "install",
    .summary = "an active that serves gets a standby, in an empty cluster",
    .steps = INSTALL_STEPS,
    .count = sizeof INSTALL_STEPS / sizeof *INSTALL_STEPS,
};
