/*
 * engine/steps/load.c - the new plane's database holds what the backup does.
 *
 * Source: domain.md RR7; G12, F-808, F-822. tsb and iam are scaled to 0, so that nobody writes what is about to be dropped; the dump is
 * loaded, and that is written down; they are scaled up again. A database that outlived the cluster is left alone. What was loaded when a crash came is loaded again: no
 * name leads there, so nobody has written anything.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "engine/backup/secrets.h"
#include "engine/observations.h"
#include "engine/restore/database.h"
#include "engine/restore/order.h"
#include "engine/restore/values.h"
#include "engine/steps/steps.h"

static const char *const WRITERS[] = {"tsb", "iam"};
enum { WRITER_COUNT = 2, VERSION_MAJOR = 10000 };

static bool is_loaded(const Operation *operation)
{
    return json_has(operation->record, "restore/loadedMs");
}

/* Found out once: the backup has to be opened for it. */
static bool is_external(Operation *operation, bool *out_is_external, Error *err)
{
    cJSON *resource = NULL;

    if (!see_management_plane(operation->standby, &resource, err))
        return false;
    *out_is_external = json_has(resource, "spec/dataStore/postgres");
    cJSON_Delete(resource);
    return true;
}

typedef struct {
    int64_t wanted, pods, serving;
} Writers;

static bool see_writers(Operation *operation, Writers *out, Error *err)
{
    *out = (Writers){0};
    for (int i = 0; i < WRITER_COUNT; i++) {
        DeploymentView view;
        int64_t pods;

        if (!see_deployment(operation->standby, WRITERS[i], &view, err) ||
            !see_pods(operation->standby, &view, &pods, err))
            return false;
        out->wanted += view.wanted;
        out->pods += pods;
        out->serving += deployment_serves(&view);
    }
    return true;
}

static void observe_writers(Operation *operation, const Writers *writers, Observation *out)
{
    const char *name = operation->standby->spec->name;

    if (is_loaded(operation) && writers->serving == WRITER_COUNT) {
        observe_holds(out, "the backup is in the database of %s, and tsb and iam work with it",
                      name);
    } else if (is_loaded(operation) && writers->wanted >= WRITER_COUNT) {
        observe_waiting(out, "the backup is loaded; %lld of %d of tsb and iam are ready",
                        (long long)writers->serving, WRITER_COUNT);
        observe_if_late(out, "F-814", "tsb and iam that work with the restored database",
                        "kubectl logs -n NAMESPACE deploy/tsb",
                        "no name was changed: see why they do not become ready, repair, then "
                        "`understudy resume`");
    } else if (!is_loaded(operation) && writers->wanted == 0 && writers->pods > 0) {
        observe_waiting(out, "tsb and iam of %s are scaled to 0, %lld pods left", name,
                        (long long)writers->pods);
        out->has_progress = true;
    } else {
        observe_pending(out,
                        is_loaded(operation) ? "the backup is loaded; tsb and iam are at 0"
                                             : "the database of %s is not the backup's yet",
                        name);
        out->act_again = true;
    }
}

static void observe_load(Operation *operation, Observation *out)
{
    bool is_kept = false;
    Writers writers = {0};
    Error why = {0};

    if (!is_external(operation, &is_kept, &why) ||
        (!is_kept && !see_writers(operation, &writers, &why)))
        observe_error(out, &why);
    else if (is_kept)
        observe_holds(out, "the database is none of the cluster's own: it is left as it is");
    else
        observe_writers(operation, &writers, out);
}

static bool scale_writers(Operation *operation, int64_t replicas, Error *err)
{
    for (int i = 0; i < WRITER_COUNT; i++) {
        DeploymentView view;

        if (!see_deployment(operation->standby, WRITERS[i], &view, err))
            return false;
        if (view.exists && (view.wanted > 0) != (replicas > 0) &&
            !scale_deployment(operation, operation->standby, WRITERS[i], replicas, err))
            return false;
    }
    return true;
}

/* A newer server's dump may say what an older one does not understand, in the middle of it (F-822). */
static bool is_new_enough(const Operation *operation, Error *err)
{
    int64_t dumped = json_integer_or(operation->record, "restore/serverVersion", 0), version;
    size_t index;

    if (!see_primary(operation->standby, &index, &version, err))
        return false;
    return version / VERSION_MAJOR >= dumped / VERSION_MAJOR ||
           error_set(err, ERR_INVALID,
                     "F-822: the dump is of PostgreSQL %lld, the new plane's is %lld",
                     (long long)(dumped / VERSION_MAJOR), (long long)(version / VERSION_MAJOR));
}

static bool load_dump(Operation *operation, Error *err)
{
    Backup backup = {0};
    bool ok = is_new_enough(operation, err) && restore_open(operation, &backup, err) &&
              database_load(operation, operation->standby,
                            json_string_or(operation->record, "restore/database", ""),
                            &backup.database, err);

    backup_release(&backup);
    if (ok) {
        json_put_integer(operation->record, "restore/loadedMs", clock_wall_ms());
        if (json_has(operation->record,
                     "restore/inventory")) /* what the new plane is held against */
            json_put(operation->record, "recorded/inventory",
                     cJSON_Duplicate(json_find(operation->record, "restore/inventory"), true));
        /* What counts from now on is what the new plane does: settle, reconnect. */
        json_put_integer(operation->record, "promotedAt", standby_clock_ms(operation));
    }
    return ok;
}

static bool load(Operation *operation, Error *err)
{
    Writers writers;

    if (is_loaded(operation))
        return scale_writers(operation, 1, err);
    if (!see_writers(operation, &writers, err))
        return false;
    if (writers.wanted > 0)
        return scale_writers(operation, 0, err);
    return writers.pods > 0 || load_dump(operation, err);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.restore_ms;
}

const Step STEP_LOAD = {
    .id = "RR7",
    .name = "data",
    .phase = "data",
    .why = "an empty plane knows no cluster, and would let none in",
    .never = "load into a database that somebody works with",
    .observe = observe_load,
    .act = load,
    .deadline_ms = deadline,
    .on_deadline = REACT_STOP,
    .remedy = "no name was changed, and the dump is as it was: see what psql says, repair, then "
              "`understudy resume`",
};
