/*
 * engine/steps/backup_database.c - the database: by pg_dump from its primary, or by a Job of the plane's own.
 *
 * Source: domain.md 8.7, 4.4, BK-02, BK-04, F-820, F-821.
 */
#include <stdio.h>
#include <string.h>

#include "engine/backup/draft.h"
#include "engine/backup/dump.h"
#include "engine/backup/job.h"
#include "engine/journal.h"
#include "engine/observations.h"
#include "engine/steps/steps.h"

/* ---- by a Job ------------------------------------------------------------------------------------------------------------- */

/*
 * "understudy-1772334030133": the run's own, by the moment in which its journal began, which is written before anything is done. So one that
 * is there already was made by this run.
 */
static const char *job_name(const Operation *operation, char out_name[64])
{
    const cJSON *begin = operation->journal ? journal_entries(operation->journal)->child : NULL;

    snprintf(out_name, 64, "understudy-%lld", (long long)json_integer_or(begin, "ms", 0));
    return out_name;
}

/* It is outside of what we keep, and lost with the cluster. */
static void note_job(Operation *operation, const char *name)
{
    cJSON *manifest = draft_manifest(operation);
    EnvironmentBackup order = backup_order(operation);

    if (json_has(manifest, "database/job"))
        return;
    json_put_string(manifest, "database/method", "job");
    json_put_string(manifest, "database/job", name);
    json_put_string(manifest, "database/cronJob", order.cron_job);
    json_put_string(manifest, "database/lies", "on a volume in the cluster");
    operation_warn(
        operation, "BK-04",
        "the dump of Job %s lies on a volume in the cluster that it is to survive: copy it "
        "away",
        name);
}

static void observe_job(Operation *operation, Observation *out)
{
    JobState state = JOB_ABSENT;
    char name[64], text[160] = "";
    Error why = {0};

    if (!see_job(backup_plane(operation), job_name(operation, name), &state, text, &why)) {
        observe_error(out, &why);
    } else if (state == JOB_FAILED) {
        observe_failed(out, REACT_ROLLBACK, "BK-02", "a Job that dumps the database", text,
                       "kubectl logs -n NAMESPACE -l job-name=NAME",
                       "see its pod's log: is the volume full?");
    } else if (state == JOB_COMPLETE) {
        note_job(operation, name);
        observe_holds(out, "%s", text);
    } else if (state == JOB_RUNNING) {
        observe_waiting(out, "%s", text);
        observe_if_late(out, "BK-02", "a Job that dumps the database",
                        "kubectl logs -n NAMESPACE -l job-name=NAME",
                        "it may still come to its end: see its pod");
    } else {
        observe_pending(out, "no Job yet");
    }
}

/* ---- by pg_dump ------------------------------------------------------------------------------------------------------------- */

static void observe_dump(Operation *operation, Observation *out)
{
    const cJSON *manifest = draft_manifest(operation);

    if (draft_has(operation, BACKUP_DATABASE))
        observe_holds(out, "%lld bytes from %s, timeline %lld",
                      (long long)json_integer_or(manifest, "database/bytes", 0),
                      json_string_or(manifest, "database/source", ""),
                      (long long)json_integer_or(manifest, "database/timeline", 0));
    else
        observe_pending(out, "not dumped yet");
}

/* ---- by whatever was ordered ---------------------------------------------------------------------------------------------------- */

static void observe_database(Operation *operation, Observation *out)
{
    EnvironmentBackup order = backup_order(operation);

    if (draft_is_kept(operation))
        observe_holds(out, "in its place");
    else if (order.database == ENVIRONMENT_BACKUP_BY_JOB)
        observe_job(operation, out);
    else if (order.database == ENVIRONMENT_BACKUP_BY_DUMP)
        observe_dump(operation, out);
    else
        observe_holds(out, "not wanted");
}

static bool back_up_database(Operation *operation, Error *err)
{
    EnvironmentBackup order = backup_order(operation);
    const Plane *plane = backup_plane(operation);
    char name[64];

    if (!draft_begin(operation, err))
        return false;
    return order.database == ENVIRONMENT_BACKUP_BY_JOB
               ? job_create(plane, order.cron_job, job_name(operation, name), err)
               : dump_take(operation, plane, err);
}

/* What its pod has written is the cluster's; a Job that still runs is ours. */
static bool undo_database(Operation *operation, Error *err)
{
    JobState state;
    char name[64], text[160];

    if (backup_order(operation).database != ENVIRONMENT_BACKUP_BY_JOB)
        return true;
    job_name(operation, name);
    return see_job(backup_plane(operation), name, &state, text, err) &&
           (state == JOB_ABSENT || state == JOB_COMPLETE ||
            job_delete(backup_plane(operation), name, err));
}

static int64_t deadline(const Operation *operation)
{
    return backup_order(operation).limit_ms;
}

const Step STEP_BACKUP_DATABASE = {
    .id = "BK4",
    .name = "database",
    .why = "configuration, clusters and their accounts exist nowhere else",
    .never = "take a replica's word for the primary's, or a small file for a dump",
    .observe = observe_database,
    .act = back_up_database,
    .undo = undo_database,
    .deadline_ms = deadline,
    .on_deadline = REACT_ROLLBACK,
    .remedy = "see the message of pg_dump, or the Job's pod, and run again",
};
