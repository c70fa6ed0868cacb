/*
 * engine/checks/feed.c - what has to be so before a failover to a standby that is fed by restoring.
 *
 * Source: domain.md 8.8, V11, F-810, F-812, BK-01, BK-02, PG-22.
 */
#include "engine/checks/checks.h"

#include <stdio.h>

#include "base/clock.h"
#include "engine/checks/rights.h"
#include "engine/observations.h"

static const char EVIDENCE[] =
    "kubectl get cronjob -n NAMESPACE; kubectl get deployment -n NAMESPACE tsb";

static bool is_replica(const cJSON *object)
{
    PlaneRole role = management_plane_role(object);

    return role == ROLE_STANDBY || role == ROLE_BOTH;
}

bool check_feed_roles(Examination *e, Finding *finding, Error *err)
{
    const Plane *standby = e->operation->standby;
    DeploymentView tsb;
    char observed[280];

    if (is_replica(e->active) || is_replica(e->standby)) {
        finding_refuse(finding, "MP-01", "planes that know nothing of each other",
                       "one of the resources says spec.highAvailability.standby",
                       "kubectl get managementplanes -n NAMESPACE -o yaml",
                       "the pair replicates: take `standby.fedBy: restore` out of the environment "
                       "file");
        return true;
    }
    if (!see_deployment(standby, "tsb", &tsb, err))
        return false;
    if (!tsb.exists || tsb.wanted == 0)
        return true;
    snprintf(observed, sizeof observed, "tsb of %s: %lld replicas wanted", standby->spec->name,
             (long long)tsb.wanted);
    finding_refuse(finding, "F-014", "a standby whose tsb is at 0", observed, EVIDENCE,
                   "somebody works on what is overwritten again and again: find out which plane is "
                   "the active, and scale tsb and iam of the other one to 0");
    return true;
}

/* On the standby there is one, or nobody knows what feeds it; on the active it is suspended, or overwrites what serves. */
bool check_feed_jobs(Examination *e, Finding *finding, Error *err)
{
    const char *name = e->operation->environment->standby.restore_cronjob;
    const Plane *active = e->operation->active, *standby = e->operation->standby;
    CronJobView view;
    char observed[280];

    if (!see_cronjob(standby, name, &view, err))
        return false;
    if (!view.exists) {
        snprintf(observed, sizeof observed, "%s has no cronjob/%s", standby->spec->name, name);
        finding_refuse(finding, "PG-22", "the CronJob that feeds the standby", observed, EVIDENCE,
                       "name it in standby.restoreCronJob of the environment file");
        return true;
    }
    if (active->is_out_of_reach)
        return true;
    if (!see_cronjob(active, name, &view, err))
        return false;
    if (!view.exists || view.is_suspended)
        return true;
    snprintf(observed, sizeof observed, "cronjob/%s of %s is not suspended", name,
             active->spec->name);
    finding_refuse(finding, "PG-22", "an active that nothing is restored into", observed, EVIDENCE,
                   "suspend it there now: its next run overwrites the live database");
    return true;
}

bool check_feed_rights(Examination *e, Finding *finding, Error *err)
{
    static const Right RIGHTS[] = {
        {"patch",  "batch", "cronjobs", NULL, {NULL}},
        {"create", "batch", "jobs",     NULL, {NULL}},
        {"list",   "batch", "jobs",     NULL, {NULL}},
    };

    for (int i = 0; i < 2 && finding->reaction == REACT_NONE; i++) {
        const Plane *plane = &e->operation->planes[i];

        if (!plane->is_out_of_reach && !rights_check(plane->kube, plane->spec->ns, RIGHTS,
                                                     sizeof RIGHTS / sizeof *RIGHTS, finding, err))
            return false;
    }
    return true;
}

/* Nothing tells whether the old active has anything that the new one lacks: so a person says that it may go. */
bool check_overwriting(Examination *e, Finding *finding, Error *err)
{
    char observed[280];

    (void)err;
    snprintf(observed, sizeof observed, "the first restore overwrites the database of %s",
             e->operation->standby->spec->name);
    finding_set(finding, REACT_ASK, "F-902", "consent to losing what only the old active has",
                observed, "a dump of its database, taken by hand",
                "take one if anybody may have written there after the failover");
    consent_given(e->operation, CONSENT_RESEED, 0, finding);
    return true;
}

/* Can the fenced active be dumped once more? It needs its cluster, a CronJob to make the Job from, and a database. */
static bool can_dump(Operation *operation)
{
    CronJobView view;
    int64_t changes;

    return !operation->active->is_out_of_reach &&
           see_cronjob(operation->active, operation->environment->backup.cron_job, &view, NULL) &&
           view.exists && see_changes(operation, operation->active, &changes, NULL);
}

/* What was restored last cannot be newer than that restore; how much older its dump was, only the dump knows. */
static bool see_age(const Operation *operation, int64_t *out_ms, Error *err)
{
    CronJobView view;

    *out_ms = -1;
    if (!see_cronjob(operation->standby, operation->environment->standby.restore_cronjob, &view,
                     err))
        return false;
    if (view.last_success_ms > 0)
        *out_ms =
            clock_wall_ms() + kube_client_skew_ms(operation->standby->kube) - view.last_success_ms;
    return true;
}

bool check_feed_loss(Examination *e, Finding *finding, Error *err)
{
    Operation *operation = e->operation;
    int64_t age_ms;
    char observed[280], ago[CLOCK_TEXT_MAX];
    bool may_dump = can_dump(operation);

    json_put_bool(operation->record, "feed/canDump", may_dump);
    if (may_dump)
        return true;
    if (!see_age(operation, &age_ms, err))
        return false;
    snprintf(observed, sizeof observed,
             "%s cannot be dumped once more; what %s has was restored %s ago, from a dump that is "
             "older",
             operation->active->spec->name, operation->standby->spec->name,
             age_ms < 0 ? "nobody knows how long" : clock_duration(age_ms, ago));
    finding_set(finding, REACT_ASK, "F-812", "consent to losing what no dump has", observed,
                "kubectl get cronjob -n NAMESPACE (lastSuccessfulTime); kubectl get jobs",
                "bring the active's backup CronJob back");
    if (consent_given(operation, CONSENT_DATA_LOSS_AGE, age_ms > 0 ? age_ms : 1, finding)) {
        json_put_bool(operation->record, "feed/lossAccepted", true);
        operation_warn(operation, "F-812", "agreed to: %s", observed);
    }
    return true;
}
