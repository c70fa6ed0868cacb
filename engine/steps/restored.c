/*
 * engine/steps/restored.c - says what a restore reached and what remains to be done.
 *
 * Source: domain.md RR11, 8.5 (RN subtleties), F-817, F-812, V10.
 */
#include <string.h>

#include "base/clock.h"
#include "engine/observations.h"
#include "engine/restore/order.h"
#include "engine/steps/names.h"
#include "engine/steps/steps.h"

static void observe_restored(Operation *operation, Observation *out)
{
    if (!names_hold(operation, out))
        return;
    if (json_bool_or(operation->record, "finished", false))
        observe_holds(out, "the result is in the journal");
    else
        observe_pending(out, "the result is not written yet");
}

static void note_debts(Operation *operation)
{
    const char *new = operation->standby->spec->name, *old = operation->active->spec->name;
    int64_t loaded_ms = json_integer_or(operation->record, "restore/loadedMs", 0);
    char ago[CLOCK_TEXT_MAX];

    if (loaded_ms)
        operation_debt(operation,
                       "what was changed in the %s between the backup and its loading is lost",
                       clock_duration(loaded_ms -
                                          json_integer_or(operation->record, "restore/takenMs", 0),
                                      ago));
    operation_debt(operation, "take a backup of %s now", new);
    operation_debt(operation, "%s has no standby: delete what is left of %s, and install one", new,
                   old);
    if (!restore_is_without_key(operation))
        return;
    operation_debt(operation, "backups of the old signing key are useless from now on: mark them");
    operation_debt(operation, "everybody has to log in again, and a standby needs the new key");
}

static bool finish(Operation *operation, Error *err)
{
    cJSON *late = NULL;
    int64_t total;

    if (!point_names(operation, err) || !see_late(operation, &late, &total, err))
        return false;
    note_late(operation, late);
    cJSON_Delete(late);
    note_debts(operation);
    json_put_bool(operation->record, "finished", true);
    return true;
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.verify_ms;
}

const Step STEP_RESTORED = {
    .id = "RR11",
    .name = "finish",
    .why = "a restored plane that is not backed up at once is the next loss",
    .never = "call it a success while a control plane is missing",
    .observe = observe_restored,
    .act = finish,
    .deadline_ms = deadline,
    .on_deadline = REACT_STOP,
    .remedy = "the new plane does not answer any more: see its pods, then `understudy resume`",
};
