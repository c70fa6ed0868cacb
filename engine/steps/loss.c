/*
 * engine/steps/loss.c - what the standby lacks is fetched, if the active's database still answers, and else written down as lost.
 *
 * Source: domain.md 8.2 (FO4u), V2.
 */
#include "base/clock.h"
#include "engine/observations.h"
#include "engine/steps/steps.h"

static void note_loss(Operation *operation, const LossView *loss)
{
    char ago[CLOCK_TEXT_MAX];

    json_put_bool(operation->record, "loss/isUnknown", true);
    json_put_integer(operation->record, "loss/bytes", (int64_t)loss->bytes);
    json_put_integer(operation->record, "loss/silenceMs", loss->silence_ms);
    operation_debt(operation, "what only %s has is lost: the last change that %s has is %s old",
                   operation->active->spec->name, operation->standby->spec->name,
                   loss->silence_ms < 0 ? "nobody knows how"
                                        : clock_duration(loss->silence_ms, ago));
    if (loss->bytes > 0)
        operation_debt(operation, "%s was %llu bytes ahead when it was last heard",
                       operation->active->spec->name, (unsigned long long)loss->bytes);
}

/* A plane whose API is ill may have a database that is not. */
static void observe_loss(Operation *operation, Observation *out)
{
    LossView loss;
    Error why = {0};

    if (!see_loss(operation, &loss, &why)) {
        observe_error(out, &why);
    } else if (loss.can_be_drained) {
        STEP_DRAIN.observe(operation, out);
    } else {
        note_loss(operation, &loss);
        observe_holds(out, "the loss is written down, and was agreed to");
    }
}

static bool drain(Operation *operation, Error *err)
{
    return STEP_DRAIN.act(operation, err);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.drain_ms;
}

const Step STEP_LOSS = {
    .id = "FO4u",
    .name = "loss",
    .phase = "drain",
    .why = "whoever was told that a change is safe has to be told that it may not be",
    .never = "call a loss that cannot be measured none",
    .observe = observe_loss,
    .act = drain,
    .deadline_ms = deadline,
    .on_deadline = REACT_ROLLBACK,
    .remedy = "the standby's first Postgres instance has to answer: see its pod",
    .is_once = true,
};
