/*
 * engine/steps/backup_prune.c - of many backups the newest good ones stay.
 *
 * Source: domain.md 8.7 (6), BK-06.
 */
#include <stdlib.h>

#include "engine/backup/order.h"
#include "engine/backup/shelf.h"
#include "engine/observations.h"
#include "engine/steps/steps.h"

static void observe_prune(Operation *operation, Observation *out)
{
    EnvironmentBackup order = backup_order(operation);
    Error why = {0};
    Shelf shelf;

    if (order.keep == 0) {
        observe_holds(out, "all are kept");
    } else if (!shelf_read(order.folder, operation->environment->name, &shelf, &why)) {
        observe_error(out, &why);
    } else {
        if (shelf_surplus(&shelf, order.keep))
            observe_pending(out, "%zu more than the %lld that are kept",
                            shelf_surplus(&shelf, order.keep), (long long)order.keep);
        else
            observe_holds(out, "%zu are there", shelf.count);
        shelf_release(&shelf);
    }
}

static bool prune(Operation *operation, Error *err)
{
    EnvironmentBackup order = backup_order(operation);
    size_t removed;
    Shelf shelf;
    bool ok;

    if (!shelf_read(order.folder, operation->environment->name, &shelf, err))
        return false;
    ok = shelf_prune(order.folder, &shelf, order.keep, &removed, err);
    shelf_release(&shelf);
    return ok;
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.preflight_ms;
}

const Step STEP_BACKUP_PRUNE = {
    .id = "BK6",
    .name = "prune",
    .why = "a full disk takes no backup at all",
    .never = "remove the last good one",
    .observe = observe_prune,
    .act = prune,
    .deadline_ms = deadline,
    .on_deadline = REACT_FORWARD,
    .remedy = "remove old ones by hand",
};
