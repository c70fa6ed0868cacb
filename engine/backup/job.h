/*
 * engine/backup/job.h - the plane's own dump: a Job made of its CronJob, and waited for.
 *
 * Source: domain.md 4.4 (names [INFER R1]: a setting), BK-01, BK-02, BK-04, F-820. The dump stays on a volume in the cluster.
 */
#ifndef ENGINE_BACKUP_JOB_H
#define ENGINE_BACKUP_JOB_H

#include "engine/operation.h"

/* How the plane's own CronJob is doing. */
typedef struct {
    bool exists, is_suspended;
    int64_t silence_ms; /* since its last success, or since it was made; -1: it does not say */
} CronView;
bool see_cron(const Plane *plane, const char *name, CronView *out, Error *err);

typedef enum { JOB_ABSENT, JOB_RUNNING, JOB_COMPLETE, JOB_FAILED } JobState;
/* text: what its status says. */
bool see_job(const Plane *plane, const char *name, JobState *out_state, char out_text[160],
             Error *err);
/* Makes it from the CronJob as kubectl does, under that name; one that is there already is it. */
bool job_create(const Plane *plane, const char *cron, const char *name, Error *err);
bool job_delete(const Plane *plane, const char *name, Error *err); /* with its pods */

#endif
