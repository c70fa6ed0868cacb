/*
 * engine/steps/finish.c - says what was reached and what remains to be done.
 *
 * Source: domain.md FO14, V10, F-314, F-509, F-612, F-920.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "engine/backup/draft.h"
#include "engine/history.h"
#include "engine/observations.h"
#include "engine/steps/names.h"
#include "engine/steps/steps.h"

static void observe_finish(Operation *operation, Observation *out)
{
    if (!names_hold(operation,
                    out)) /* the last thing that is looked at: another writer may be slow (F-509) */
        return;
    if (json_bool_or(operation->record, "finished", false))
        observe_holds(out, "the result is in the journal");
    else
        observe_pending(out, "the result is not written yet");
}

/* The record of a single straggler is a sentence of its own; of many, one sentence. */
void note_late(Operation *operation, const cJSON *late)
{
    const cJSON *name;
    int count = 0;

    if (cJSON_GetArraySize(late) == 0)
        return;
    json_put_bool(operation->record, "degraded", true);
    cJSON_ArrayForEach(name, late)
    {
        const char *reason = late_reason(operation, name->valuestring);

        if (count++ < 5)
            operation_debt(operation, "%s is not back: %s", name->valuestring,
                           *reason ? reason
                                   : "see `kubectl logs -n istio-system deploy/edge` there");
    }
    if (count > 5)
        operation_debt(operation, "and %d more clusters are not back", count - 5);
}

/* A replica that still follows the old active, or nobody, is Ready and no redundancy at all (F-314). */
static void note_siblings(Operation *operation)
{
    int64_t timeline = json_integer_or(operation->record, "promotedTimeline", 0);

    for (size_t i = 0; i < operation->standby->spec->postgres_count; i++) {
        PostgresPosition position;

        if (!postgres_position(operation->standby->postgres[i], &position, NULL) ||
            !position.is_in_recovery)
            continue;
        if (!position.has_receiver || (int64_t)position.timeline != timeline)
            operation_debt(operation, "%s does not follow the new primary (F-314): seed it anew",
                           postgres_client_name(operation->standby->postgres[i]));
    }
}

/* For a rejoin, from whatever machine: where the histories part, and how the new active followed the old one. */
static bool leave_note(Operation *operation, Error *err)
{
    const cJSON *standby = json_find(operation->record, "recorded/standbySpec/standby");
    cJSON *failover = cJSON_CreateObject();
    char at[CLOCK_TEXT_MAX];
    bool ok;

    json_put_string(failover, "from", operation->active->spec->name);
    json_put_string(failover, "to", operation->standby->spec->name);
    json_put_string(failover, "at", clock_rfc3339(clock_wall_ms(), at));
    json_put_integer(failover, "timeline",
                     json_integer_or(operation->record, "promotedTimeline", 0));
    json_put_string(failover, "forkLsn",
                    json_string_or(operation->record, "forkLsn",
                                   json_string_or(operation->record, "drain/fenceLsn", "")));
    if (json_has(operation->record, "drain/changes"))
        json_put(failover, "changes",
                 cJSON_Duplicate(json_find(operation->record, "drain/changes"), true));
    if (standby)
        json_put(failover, "standby", cJSON_Duplicate(standby, true));
    ok = history_write(operation, failover, err);
    cJSON_Delete(failover);
    return ok;
}

/* Configuration needs no metrics; whoever looks for them later has to know since when (F-319, F-410). */
static void note_metrics(Operation *operation)
{
    DeploymentView oap;

    if (!see_deployment(operation->serving, "oap", &oap, NULL) || !oap.exists ||
        deployment_serves(&oap))
        return;
    operation_warn(operation, "F-319", "deployment/oap of %s is not ready: there are no metrics",
                   operation->serving->spec->name);
    operation_debt(operation,
                   "no metrics: see deployment/oap of %s, and whether it reaches "
                   "Elasticsearch",
                   operation->serving->spec->name);
}

/* Where dumps feed the standby, both may have been seen to (steps/reverse.c). */
static void note_standby(Operation *operation)
{
    if (!json_bool_or(operation->record, "reversed", false))
        operation_debt(operation, "%s has no standby: `understudy rejoin` makes %s one",
                       operation->standby->spec->name, operation->active->spec->name);
    if (!json_bool_or(operation->record, "firstDump/done", false) && !draft_is_kept(operation))
        operation_debt(operation, "take a backup of %s now: backups of the old active end here",
                       operation->standby->spec->name);
}

static bool finish(Operation *operation, Error *err)
{
    cJSON *late = NULL;
    int64_t total;

    if (!point_names(operation, err) || !leave_note(operation, err) ||
        !see_late(operation, &late, &total, err))
        return false;
    note_late(operation, late);
    cJSON_Delete(late);
    if (json_has(operation->record, "promotedTimeline"))
        note_siblings(operation);
    note_metrics(operation);
    note_standby(operation);
    json_put_bool(operation->record, "finished", true);
    return true;
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.verify_ms;
}

const Step STEP_FINISH = {
    .id = "FO14",
    .name = "finish",
    .why = "a failover is over when what remains is written down",
    .never = "call it a success while a control plane is missing",
    .observe = observe_finish,
    .act = finish,
    .deadline_ms = deadline,
    .on_deadline = REACT_STOP,
    .remedy = "the new active does not answer any more: see its pods, then `understudy resume`",
};
