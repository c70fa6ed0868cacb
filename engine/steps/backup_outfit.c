/*
 * engine/steps/backup_outfit.c - before anything is read: who may read the backup, is everything there to take it, and has the plane's own one been
 * taken lately?
 *
 * Source: domain.md 6.6 (BK-01, BK-02, BK-05), SEC-01, F-804, F-820, F-822.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "engine/backup/draft.h"
#include "engine/backup/dump.h"
#include "engine/backup/job.h"
#include "engine/backup/order.h"
#include "engine/backup/secrets.h"
#include "engine/checks/rights.h"
#include "engine/observations.h"
#include "engine/steps/steps.h"

enum { CRON_SILENCE_MAX_MS = 26 * 60 * 60 * 1000 }; /* a day, and two hours for the Job itself */

/* False: out says what is wrong, or what could not be looked at. */
typedef bool OutfitCheck(Operation *operation, const Plane *plane, const EnvironmentBackup *order,
                         Observation *out);

static bool check_readers(Operation *operation, const Plane *plane, const EnvironmentBackup *order,
                          Observation *out)
{
    SealFor readers = backup_readers(order);
    Error why = {0};

    (void)operation;
    (void)plane;
    if (!seal_is_closed(&readers) && !order->is_unencrypted)
        observe_failed(out, REACT_REFUSE, "SEC-19", "a backup that not everybody can read",
                       "neither a recipient nor a password was named", "",
                       "name one: --recipient FILE or --password-file FILE; if it is meant to be "
                       "readable, --unencrypted");
    else if (!seal_check(&readers, &why))
        observe_failed(out, REACT_REFUSE, "SEC-19", "a certificate or password to encrypt with",
                       why.message, "", "name another file");
    else
        return true;
    return false;
}

/* What may not be read shows by itself before anything is changed. */
static bool check_may(Operation *operation, const Plane *plane, const EnvironmentBackup *order,
                      Observation *out)
{
    static const Right RIGHTS[] = {
        {"create", "batch", "jobs", NULL, {NULL}},
        {"delete", "batch", "jobs", NULL, {NULL}},
    };
    Error why = {0};

    (void)operation;
    if (order->database != ENVIRONMENT_BACKUP_BY_JOB)
        return true;
    if (!rights_check(plane->kube, plane->spec->ns, RIGHTS, sizeof RIGHTS / sizeof *RIGHTS,
                      &out->finding, &why)) {
        observe_error(out, &why);
        return false;
    }
    if (out->finding.reaction == REACT_NONE)
        return true;
    out->state = STEP_FAILED;
    return false;
}

/* Told before anything is written: a backup without the key brings nobody back. */
static bool check_secrets(Operation *operation, const Plane *plane, const EnvironmentBackup *order,
                          Observation *out)
{
    cJSON *resource = NULL;
    SecretSet set = {0};
    Error why = {0};
    bool ok;

    (void)order;
    if (!backup_is_whole(operation))
        return true;
    ok = see_management_plane(plane, &resource, &why) &&
         secrets_read(plane, signing_key_name(resource), &set, &why);
    if (why.code == ERR_NOT_FOUND)
        observe_failed(out, REACT_REFUSE,
                       strstr(why.message, signing_key_name(resource)) ? "SEC-01" : "F-804",
                       "every Secret that a new plane needs", why.message,
                       "kubectl get secrets -n NAMESPACE",
                       "without them nothing can be restored: create or import what is missing");
    else if (why.code == ERR_DENIED)
        observe_failed(out, REACT_REFUSE, "F-018", "the right to read what is backed up",
                       why.message, "kubectl auth can-i get secrets -n NAMESPACE",
                       "grant the role in docs/rbac.yaml");
    else if (!ok)
        observe_error(out, &why);
    secrets_release(&set);
    cJSON_Delete(resource);
    return ok;
}

/* ---- the database ------------------------------------------------------------------------------------------------------- */

static bool check_dump(Operation *operation, const Plane *plane, const EnvironmentBackup *order,
                       Observation *out)
{
    DumpSource source;
    Error why = {0};
    int major;

    if (order->database == ENVIRONMENT_BACKUP_NOT)
        return true;
    if (!see_dump_source(plane, &source, &why)) {
        if (why.code == ERR_CONFLICT || why.code == ERR_NOT_FOUND)
            observe_failed(out, REACT_REFUSE, "BK-05", "one primary, whose database is dumped",
                           why.message, "SELECT pg_is_in_recovery()",
                           "a replica may be old: bring the primary back first");
        else
            observe_error(out, &why);
        return false;
    }
    if (order->database == ENVIRONMENT_BACKUP_BY_JOB ||
        dump_check(operation, &source, &major, &why))
        return true;
    observe_failed(out, REACT_REFUSE, "F-822", "a pg_dump that is not older than the server",
                   why.message, "pg_dump --version; SHOW server_version",
                   "install it, or name it as backup.pgDump in the environment file");
    return false;
}

/* kubegres' CronJob dumps a replica, Ready or not, whoever it follows. */
static bool check_replicas(Operation *operation, const Plane *plane, Observation *out)
{
    int64_t most = operation->environment->policies.replication_lag_max;
    DumpSource source;
    uint64_t lag;
    size_t astray;
    char observed[280];
    Error why = {0};

    if (!see_dump_source(plane, &source, &why) ||
        !see_stale_replicas(plane, &source, &lag, &astray, &why)) {
        observe_error(out, &why);
        return false;
    }
    if (astray == 0 && lag <= (uint64_t)most)
        return true;
    snprintf(
        observed, sizeof observed,
        "%zu replicas of %s follow nobody or another timeline, the furthest is %llu bytes behind",
        astray, plane->spec->name, (unsigned long long)lag);
    observe_failed(out, REACT_REFUSE, "BK-05", "replicas that follow, since the Job dumps one",
                   observed, "SELECT * FROM pg_stat_wal_receiver",
                   "seed the replica anew, or take the dump of the primary: --database dump");
    return false;
}

static void warn_about_cron(Operation *operation, const Plane *plane, const CronView *cron,
                            const char *name)
{
    char silence[CLOCK_TEXT_MAX];

    if (!cron->exists)
        operation_warn(operation, "BK-01", "%s has no CronJob %s: nobody dumps its database daily",
                       plane->spec->name, name);
    else if (cron->is_suspended)
        operation_warn(operation, "BK-01", "the CronJob %s of %s is suspended", name,
                       plane->spec->name);
    else if (cron->silence_ms > CRON_SILENCE_MAX_MS)
        operation_warn(operation, "BK-02",
                       "the CronJob %s of %s has not succeeded for %s: is its volume full?", name,
                       plane->spec->name, clock_duration(cron->silence_ms, silence));
}

static bool check_cron(Operation *operation, const Plane *plane, const EnvironmentBackup *order,
                       Observation *out)
{
    CronView cron;
    Error why = {0};

    if (!backup_is_whole(operation))
        return true;
    if (!see_cron(plane, order->cron_job, &cron, &why)) {
        if (why.code == ERR_DENIED && order->database != ENVIRONMENT_BACKUP_BY_JOB) {
            operation_warn(operation, "BK-01", "the plane's own backups cannot be looked at: %s",
                           why.message);
            return true;
        }
        observe_error(out, &why);
        return false;
    }
    warn_about_cron(operation, plane, &cron, order->cron_job);
    if (order->database != ENVIRONMENT_BACKUP_BY_JOB)
        return true;
    if (cron.exists)
        return check_replicas(operation, plane, out);
    observe_failed(out, REACT_REFUSE, "BK-01", "a CronJob to make a Job of",
                   "there is none of that name", "kubectl get cronjobs -n NAMESPACE",
                   "name it as backup.cronJob, or take the dump from here: --database dump");
    return false;
}

static OutfitCheck *const CHECKS[] = {check_readers, check_may, check_secrets, check_dump,
                                      check_cron};

static void observe_outfit(Operation *operation, Observation *out)
{
    EnvironmentBackup order = backup_order(operation);
    const Plane *plane = backup_plane(operation);

    if (json_bool_or(operation->record, "backup/isFit", false)) {
        observe_holds(out, "everything was there");
        return;
    }
    for (size_t i = 0; i < sizeof CHECKS / sizeof *CHECKS; i++)
        if (!CHECKS[i](operation, plane, &order, out))
            return;
    draft_plan(operation);
    json_put_bool(operation->record, "backup/isFit", true);
    observe_holds(out, "everything is there that a backup of %s needs", plane->spec->name);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.preflight_ms;
}

const Step STEP_BACKUP_OUTFIT = {
    .id = "BK1",
    .name = "outfit",
    .why = "a backup that fails half-way is found out when it is needed",
    .never = "change anything, or write a secret where everybody can read it unasked",
    .observe = observe_outfit,
    .deadline_ms = deadline,
    .on_deadline = REACT_REFUSE,
    .remedy = "see what does not answer",
};
