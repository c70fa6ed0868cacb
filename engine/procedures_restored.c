/*
 * engine/procedures_restored.c - the procedures for a pair whose standby is fed by restoring the active's dumps.
 *
 * Source: domain.md 8.8. Nothing is promoted here: the standby's database takes writes all the time, and a CronJob overwrites it. The point of no
 * return is where the floating name begins to lead to the standby. Before, nobody was sent there, the fenced active has everything, and
 * what is in the standby is a copy; after, it takes changes that the old active never gets, since nothing goes back.
 */
#include "engine/debt.h"
#include "engine/observations.h"
#include "engine/steps/feed.h"
#include "engine/steps/names.h"
#include "engine/steps/steps.h"

static const char PAST_RETURN[] =
    "the floating name leads to the new active, which takes changes that the old one never gets";

/* A name that leads there by one of several servers has begun to. */
static bool is_name_turned(Operation *operation, bool *out_is_past, Error *err)
{
    NameGoal goal;
    NameView view;

    if (!floating_goal(operation, &goal, err))
        return false;
    see_name(operation, goal.name, DNS_RECORD_A, &view);
    if (!view.all_answer)
        return error_set(err, ERR_UNAVAILABLE, "not every name server answers: %s", view.odd);
    *out_is_past = !view.same || same_name(answer_text(&view.first), goal.target);
    return true;
}

static const Step *const FAILOVER_STEPS[] = {
    &STEP_IDENTIFY,       &STEP_ROLES,         &STEP_LEASE,        &STEP_PREFLIGHT_FEED,
    &STEP_RECORD,         &STEP_TTL,           &STEP_SUSPEND,      &STEP_FENCE,
    &STEP_LAST_DUMP,      &STEP_LAST_RESTORE,  &STEP_RAISE,        &STEP_VERIFY_RESTORED,
    &STEP_SETTLE,         &STEP_PERMANENT_DNS, &STEP_FLOATING_DNS, &STEP_PROPAGATE,
    &STEP_KICK,           &STEP_RECONNECT,     &STEP_REMEDIATE,    &STEP_REVERSE,
    &STEP_BACKUP_SERVING, &STEP_FINISH,
};

const Procedure PROCEDURE_RESTORED_FAILOVER = {
    .name = "restore-fed-failover",
    .summary = "planned failover to a standby that is fed by restoring the active's dumps",
    .steps = FAILOVER_STEPS,
    .count = sizeof FAILOVER_STEPS / sizeof *FAILOVER_STEPS,
    .hands_over = true,
    .meanwhile = keep_restore_suspended,
    .is_past_return = is_name_turned,
    .past_return = PAST_RETURN,
};

static const Step *const UNPLANNED_STEPS[] = {
    &STEP_ROLES,         &STEP_IDENTIFY,     &STEP_LEASE,           &STEP_PREFLIGHT_FEED_UNPLANNED,
    &STEP_RECORD,        &STEP_SUSPEND,      &STEP_FENCE_LOST,      &STEP_LAST_DUMP,
    &STEP_LAST_RESTORE,  &STEP_RAISE,        &STEP_VERIFY_RESTORED, &STEP_SETTLE,
    &STEP_PERMANENT_DNS, &STEP_FLOATING_DNS, &STEP_PROPAGATE,       &STEP_KICK_LOST,
    &STEP_RECONNECT,     &STEP_REMEDIATE,    &STEP_REVERSE,         &STEP_BACKUP_SERVING,
    &STEP_FINISH,        &STEP_PAY,
};

static void see_to_both(Operation *operation)
{
    debt_try(operation);
    keep_restore_suspended(operation);
}

const Procedure PROCEDURE_RESTORED_UNPLANNED = {
    .name = "unplanned-restore-fed-failover",
    .summary = "unplanned failover to a standby that is fed by restoring: with the newest dump",
    .steps = UNPLANNED_STEPS,
    .count = sizeof UNPLANNED_STEPS / sizeof *UNPLANNED_STEPS,
    .hands_over = true,
    .is_unplanned = true,
    .meanwhile = see_to_both,
    .is_past_return = is_name_turned,
    .past_return = PAST_RETURN,
};

static const Step *const REJOIN_STEPS[] = {&STEP_IDENTIFY, &STEP_ROLES, &STEP_LEASE,
                                           &STEP_REJOIN_FEED, &STEP_REVERSE};

const Procedure PROCEDURE_RESTORED_REJOIN = {
    .name = "restore-fed-rejoin",
    .summary = "the old active is fed by restoring the new one's dumps",
    .steps = REJOIN_STEPS,
    .count = sizeof REJOIN_STEPS / sizeof *REJOIN_STEPS,
    .finds_roles = true,
};
