/*
 * engine/checks/unplanned.c - what has to be so before a failover without the active.
 *
 * Source: domain.md 8.2, OPS-03, F-103, F-108, F-109, F-201. The standby is all there is: what it is, what it has, and who agreed to what.
 */
#include "engine/checks/checks.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "engine/observations.h"

/* The address that the active's own name leads to, whether or not anybody is there. */
bool is_active_answering(Operation *operation)
{
    char path[160], ip[64];
    int status = 0;

    snprintf(path, sizeof path, "/v2/organizations/%s/status",
             operation->environment->organization);
    return see_ip(operation, operation->active->spec->permanent_name, ip, NULL) &&
           see_front(operation, operation->active, ip, path, &status, NULL, NULL) && status == 200;
}

bool check_is_lost(Examination *e, Finding *finding, Error *err)
{
    Operation *operation = e->operation;
    char observed[280];

    (void)err;
    if (!is_active_answering(operation))
        return true;
    snprintf(observed, sizeof observed, "the API of %s answers, healthy",
             operation->active->spec->name);
    finding_refuse(finding, "OPS-03", "an active that is lost", observed,
                   "GET of /v2/organizations/ORG/status at the active's own name",
                   "while it serves, a planned failover loses nothing: `understudy failover`");
    if (!operation->active->is_out_of_reach)
        return true;
    finding->reaction = REACT_ASK;
    if (consent_given(operation, CONSENT_UNFENCED, 0, finding))
        operation_warn(operation, "F-201", "%s, though its cluster cannot be reached", observed);
    return true;
}

bool check_standby_role(Examination *e, Finding *finding, Error *err)
{
    (void)err;
    if (management_plane_role(e->standby) == ROLE_STANDBY)
        return true;
    finding_refuse(finding, e->standby ? "MP-01" : "F-011",
                   "spec.highAvailability.standby in the standby's resource",
                   e->standby ? "it does not say standby" : "there is no such resource",
                   "kubectl get managementplanes -n NAMESPACE -o yaml",
                   "correct --to, or the environment file");
    return true;
}

/* Who cannot be fenced may go on serving somebody: that is for a person to decide. */
bool check_force(Examination *e, Finding *finding, Error *err)
{
    const Plane *active = e->operation->active;
    char observed[280];

    (void)err;
    if (!active->is_out_of_reach)
        return true;
    snprintf(observed, sizeof observed, "the API server of %s (context %.80s) does not answer",
             active->spec->name, active->spec->context);
    finding_set(finding, REACT_ASK, "F-201", "an active that can be fenced", observed,
                "kubectl --context CONTEXT get --raw /readyz",
                "make sure that nobody can write there; it is fenced as soon as it answers");
    consent_given(e->operation, CONSENT_UNFENCED, 0, finding);
    return true;
}

static uint64_t progress(const PostgresPosition *position)
{
    return position->receive_lsn > position->replay_lsn ? position->receive_lsn
                                                        : position->replay_lsn;
}

static void judge_candidate(Examination *e, uint64_t first, uint64_t best, size_t best_index,
                            Finding *finding)
{
    char observed[280];

    if (first >= best)
        return;
    snprintf(observed, sizeof observed, "%s is %llu bytes behind %s",
             postgres_client_name(e->operation->standby->postgres[0]),
             (unsigned long long)(best - first),
             postgres_client_name(e->operation->standby->postgres[best_index]));
    finding_refuse(
        finding, "F-108",
        "the most advanced instance as the one that kubegres promotes (the lowest "
        "ready one)",
        observed, "pg_last_wal_receive_lsn() of each",
        "name the best one in spec.failover.promotePod of the Kubegres resource, or make "
        "the lower ones not ready");
}

/* Every instance is a standby; the one that will be promoted has the most. It is asked last, since the log may still move. */
bool check_candidates(Examination *e, Finding *finding, Error *err)
{
    uint64_t first = 0, best = 0;
    size_t best_index = 0;

    for (size_t i = e->operation->standby->spec->postgres_count; i-- > 0;) {
        PostgresPosition position;

        if (!postgres_position(e->operation->standby->postgres[i], &position, err))
            return false;
        if (!position.is_in_recovery) {
            finding_refuse(finding, "PG-01", "a standby in recovery",
                           postgres_client_name(e->operation->standby->postgres[i]),
                           "SELECT pg_is_in_recovery()",
                           "it takes writes of its own: find out which database is the right one");
            return true;
        }
        first = progress(&position);
        if (first > best) {
            best = first;
            best_index = i;
        }
    }
    judge_candidate(e, first, best, best_index, finding);
    return true;
}

/* Nobody can know what the active wrote after it was last heard: a person has to take that, with a limit if it can be told. */
bool check_loss(Examination *e, Finding *finding, Error *err)
{
    char observed[280], ago[CLOCK_TEXT_MAX];
    LossView loss;

    if (!see_loss(e->operation, &loss, err))
        return false;
    if (loss.can_be_drained)
        return true;
    snprintf(observed, sizeof observed,
             "the last change that the standby has is %s old, and when the active was last heard "
             "it was %llu bytes ahead",
             loss.silence_ms < 0 ? "nobody knows how" : clock_duration(loss.silence_ms, ago),
             (unsigned long long)loss.bytes);
    finding_set(finding, REACT_ASK, "F-101", "consent to what cannot be saved", observed,
                "pg_stat_wal_receiver (latest_end_lsn) against pg_last_wal_receive_lsn()",
                "repair the active if that can be done in time");
    consent_given(e->operation, CONSENT_DATA_LOSS, (int64_t)loss.bytes, finding);
    return true;
}
