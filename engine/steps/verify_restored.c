/*
 * engine/steps/verify_restored.c - a standby that was fed by restoring proves that it serves what the old active served.
 *
 * Source: domain.md 8.8 (5), F-401, F-402, F-812. As for any other; but here there is a way back as long as no name was changed, and a dump
 * that is older than the last change lacks something, which may have been agreed to.
 */
#include <stdio.h>
#include <string.h>

#include "engine/observations.h"
#include "engine/steps/steps.h"

static bool is_accepted(const Operation *operation, const Observation *seen)
{
    return json_bool_or(operation->record, "feed/lossAccepted", false) &&
           seen->state == STEP_FAILED && strcmp(seen->finding.check, "F-402") == 0;
}

static void observe_verify_restored(Operation *operation, Observation *out)
{
    STEP_VERIFY.observe(operation, out);
    if (is_accepted(operation, out)) {
        char lost[280];

        snprintf(lost, sizeof lost, "%s", out->finding.observed);
        operation_debt(operation, "lost, as was agreed to: %.150s", lost);
        observe_holds(out, "%s serves what its dump had; %s", operation->standby->spec->name, lost);
    } else if (out->state == STEP_FAILED && out->finding.reaction == REACT_STOP) {
        out->finding.reaction = REACT_ROLLBACK;
    }
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.verify_ms;
}

const Step STEP_VERIFY_RESTORED = {
    .id = "MF6",
    .name = "verify",
    .phase = "verify",
    .why = "no name may point to a plane that has not proved itself",
    .never = "ask through a name: it may still reach the old plane and look healthy",
    .observe = observe_verify_restored,
    .deadline_ms = deadline,
    .on_deadline = REACT_ROLLBACK,
    .remedy = "no name was changed: see the logs of envoy, iam and tsb, then run again",
    .is_once = true,
    .proof_for = &STEP_FLOATING_DNS,
};
