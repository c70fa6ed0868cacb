/*
 * engine/steps/backup_on_the_way.c - a backup within another procedure: of the new active in the end, and of an old one's data before that goes.
 *
 * Source: domain.md FO14, RS2, RR11. Who has named no folder gets none; a failover that has done its work is not undone by a disk that is full.
 */
#include <string.h>

#include "engine/backup/backup.h"
#include "engine/backup/draft.h"
#include "engine/backup/parts.h"
#include "engine/observations.h"
#include "engine/steps/steps.h"

/* ---- all parts as one ----------------------------------------------------------------------------------------------------- */

static const Step *const PARTS[] = {
    &STEP_BACKUP_OUTFIT,   &STEP_BACKUP_SECRETS, &STEP_BACKUP_VALUES,
    &STEP_BACKUP_DATABASE, &STEP_BACKUP_KEEP,    &STEP_BACKUP_PRUNE,
};

/* The first that does not hold yet; NULL: all do. */
static const Step *find_part(Operation *operation, Observation *out)
{
    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++) {
        *out = (Observation){0};
        PARTS[i]->observe(operation, out);
        if (out->state != STEP_HOLDS)
            return PARTS[i];
    }
    return NULL;
}

void backup_observe(Operation *operation, Observation *out)
{
    if (!find_part(operation, out))
        observe_holds(out, "%s", draft_name(operation));
    out->act_again = true;
    out->has_progress = true;
}

bool backup_act(Operation *operation, Error *err)
{
    Observation seen;
    const Step *part = find_part(operation, &seen);

    if (!part || seen.state != STEP_PENDING)
        return true;
    return part->act(operation, err) || error_wrap(err, "%s", part->name);
}

/* ---- of the new active -------------------------------------------------------------------------------------------------------- */

static void observe_serving(Operation *operation, Observation *out)
{
    if (!operation->environment->backup.folder) {
        observe_holds(out, "no folder for backups is named");
        return;
    }
    if (operation->is_dry_run) {
        observe_pending(out, "taken when %s serves", operation->serving->spec->name);
        return;
    }
    backup_order_of(operation, operation->serving, BACKUP_WHOLE);
    backup_observe(operation, out);
    if (out->state == STEP_FAILED)
        out->finding.reaction = REACT_FORWARD;
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->backup.limit_ms;
}

const Step STEP_BACKUP_SERVING = {
    .id = "FO14a",
    .name = "backup",
    .why = "the backups of the old active end with it",
    .never = "put a failover that has succeeded in question",
    .observe = observe_serving,
    .act = backup_act,
    .deadline_ms = deadline,
    .on_deadline = REACT_FORWARD,
    .remedy = "take it with `understudy backup`",
    .extends_while_progress = true,
};

/* ---- of what is about to be overwritten ----------------------------------------------------------------------------------------- */

/* Only a primary has anything that nobody else has. */
static void observe_old(Operation *operation, Observation *out)
{
    bool is_primary = false;
    Error why = {0};

    if (!operation->environment->backup.folder || draft_is_kept(operation)) {
        observe_holds(out, "%s",
                      draft_is_kept(operation) ? draft_name(operation)
                                               : "no folder for backups is named");
        return;
    }
    if (!see_promoted(operation, operation->standby, &is_primary, NULL, &why)) {
        observe_error(out, &why);
        return;
    }
    if (!is_primary) {
        observe_holds(out, "%s is in recovery: it has nothing of its own",
                      operation->standby->spec->name);
        return;
    }
    backup_order_of(operation, operation->standby, BACKUP_BEFORE_RESEED);
    backup_observe(operation, out);
}

/* A whole copy stays, whatever becomes of the rejoin. */
static bool undo_old(Operation *operation, Error *err)
{
    return draft_is_kept(operation) || draft_drop(operation, err);
}

const Step STEP_BACKUP_OLD = {
    .id = "RS2",
    .name = "dump",
    .why = "what is overwritten without a copy cannot be asked any more",
    .never = "overwrite it because it could not be copied",
    .observe = observe_old,
    .act = backup_act,
    .undo = undo_old,
    .deadline_ms = deadline,
    .on_deadline = REACT_ROLLBACK,
    .remedy =
        "see why it cannot be dumped; without `backup:` in the environment file none is taken",
    .extends_while_progress = true,
};
