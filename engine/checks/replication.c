/*
 * engine/checks/replication.c - the standby has the active's database, and follows it.
 *
 * Source: domain.md 7.2; positions count, readiness does not.
 */
#include "engine/checks/checks.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "engine/observations.h"

enum {
    TRIGGER_FILE_REMOVED = 160000,
    STILL_MS = 3000, /* a stream that works brings something within that, if there is anything */
};

static bool find_primary(Examination *e, Error *err)
{
    Error why = {0};

    for (size_t i = 0; i < e->operation->active->spec->postgres_count && !e->has_primary; i++)
        e->has_primary = postgres_position(e->operation->active->postgres[i], &e->primary, &why) &&
                         !e->primary.is_in_recovery;
    return e->has_primary ||
           error_set(err, ERR_UNAVAILABLE, "no primary among the instances of %s%s%s",
                     e->operation->active->spec->name, why.code ? ": " : "", why.message);
}

static bool has_other_history(const Examination *e, const PostgresPosition *position)
{
    return position->system_identifier != e->primary.system_identifier ||
           position->timeline != e->primary.timeline;
}

/* Judges one instance that answered. */
static void judge_replica(const Examination *e, const char *name, const PostgresPosition *position,
                          Finding *finding)
{
    const EnvironmentPolicies *policies = &e->operation->environment->policies;
    uint64_t lag = e->primary.current_lsn > position->replay_lsn
                       ? e->primary.current_lsn - position->replay_lsn
                       : 0;
    char observed[280];

    if (!position->is_in_recovery) {
        snprintf(observed, sizeof observed, "%s is not in recovery: it takes writes of its own",
                 name);
        finding_refuse(
            finding, "PG-01", "a standby in recovery", observed, "SELECT pg_is_in_recovery()",
            "two writable databases: find out which one is the right one before anything else");
    } else if (has_other_history(e, position)) {
        snprintf(observed, sizeof observed,
                 "%s: system %llu timeline %u; the active: system %llu timeline %u", name,
                 (unsigned long long)position->system_identifier, position->timeline,
                 (unsigned long long)e->primary.system_identifier, e->primary.timeline);
        finding_refuse(finding,
                       position->system_identifier != e->primary.system_identifier ? "F-106"
                                                                                   : "F-107",
                       "the active's database, on its timeline", observed,
                       "pg_control_system(), pg_control_checkpoint()",
                       "seed the standby anew from the active");
    } else if (position->is_replay_paused) {
        snprintf(observed, sizeof observed, "%s: replay is paused at %llu bytes behind", name,
                 (unsigned long long)lag);
        finding_refuse(finding, "F-122", "replay that moves", observed,
                       "SELECT pg_is_wal_replay_paused()",
                       "SELECT pg_wal_replay_resume() on that instance");
    } else if (!position->has_receiver ||
               position->receiver_silence_ms > policies->receiver_silence_max_ms) {
        snprintf(observed, sizeof observed, "%s: %s", name,
                 position->has_receiver ? "its walreceiver has heard nothing for too long"
                                        : "no walreceiver is streaming");
        finding_refuse(
            finding, "F-102", "a streaming walreceiver (a Ready pod proves nothing)", observed,
            "SELECT * FROM pg_stat_wal_receiver",
            "see the network between the planes, port 5432, and the replication credentials");
    } else if ((int64_t)lag > policies->replication_lag_max) {
        snprintf(observed, sizeof observed, "%s is %llu bytes behind", name,
                 (unsigned long long)lag);
        finding_refuse(finding, "F-101",
                       "a lag that a planned failover may start with (replicationLagMax)", observed,
                       "pg_last_wal_replay_lsn() against pg_current_wal_lsn()",
                       "wait until it has caught up, or raise policies.replicationLagMax");
    }
}

static bool is_behind(const Examination *e, const PostgresPosition *position)
{
    return position->replay_lsn < e->primary.current_lsn;
}

static void refuse_stalled(const char *name, const PostgresPosition *position, Finding *finding)
{
    char observed[280], text[24];

    snprintf(observed, sizeof observed,
             "%s says %s, and stood still at %s for %d s while the active was ahead of it", name,
             position->has_receiver ? "streaming" : "nothing",
             postgres_lsn_text(position->replay_lsn, text), STILL_MS / 1000);
    finding_refuse(
        finding, "F-121", "a replay position that moves", observed,
        "pg_last_wal_replay_lsn(), twice, against pg_current_wal_lsn()",
        "end that walreceiver, so that a new one comes; see the network between the planes");
}

/* What is behind and does not move would not drain either, whatever its receiver says and however little it lacks. */
static bool check_movement(const Examination *e, PostgresPosition *positions, Finding *finding,
                           Error *err)
{
    const Operation *operation = e->operation;
    bool is_any_behind = false;

    for (size_t i = 0; i < operation->standby->spec->postgres_count; i++)
        is_any_behind = is_any_behind || is_behind(e, &positions[i]);
    if (!is_any_behind)
        return true;
    loop_wait(operation->loop, STILL_MS, operation->stop);
    for (size_t i = 0; i < operation->standby->spec->postgres_count; i++) {
        PostgresPosition now;

        if (!postgres_position(operation->standby->postgres[i], &now, err))
            return false;
        if (is_behind(e, &now) && now.replay_lsn == positions[i].replay_lsn) {
            refuse_stalled(postgres_client_name(operation->standby->postgres[i]), &now, finding);
            return true;
        }
    }
    return true;
}

static bool judge_replicas(Examination *e, PostgresPosition *positions, Finding *finding,
                           Error *err)
{
    const Plane *standby = e->operation->standby;

    for (size_t i = 0; i < standby->spec->postgres_count; i++) {
        if (!postgres_position(standby->postgres[i], &positions[i], err))
            return false;
        judge_replica(e, postgres_client_name(standby->postgres[i]), &positions[i], finding);
        if (finding->reaction != REACT_NONE)
            return true;
    }
    return check_movement(e, positions, finding, err);
}

bool check_replication(Examination *e, Finding *finding, Error *err)
{
    PostgresPosition *positions;
    bool ok;

    if (!e->has_primary && !find_primary(e, err))
        return false;
    positions = memory_new(e->operation->standby->spec->postgres_count, sizeof *positions);
    ok = judge_replicas(e, positions, finding, err);
    free(positions);
    return ok;
}

/* From version 16 on there is no trigger file, which kubegres' stock script writes; a site may have its own script (PG-13, F-309). */
bool check_version(Examination *e, Finding *finding, Error *err)
{
    PostgresRow row = {0};

    (void)finding;
    if (e->operation->standby->spec->postgres_count == 0)
        return true;
    if (!postgres_query(e->operation->standby->postgres[0], "SHOW server_version_num", &row, err))
        return false;
    if (atoi(row.values[0]) >= TRIGGER_FILE_REMOVED)
        operation_warn(e->operation, "PG-13",
                       "Postgres of %s is of version %s: make sure that kubegres' promotion script "
                       "calls pg_promote(), since there is no trigger file any more",
                       e->operation->standby->spec->name, row.values[0]);
    return true;
}

bool check_kubegres(Examination *e, Finding *finding, Error *err)
{
    KubePath path = {.resource = "kubegres.reactive-tech.io/v1/kubegres",
                     .ns = e->operation->standby->spec->ns,
                     .name = "tsb-postgres"};
    cJSON *object = NULL;
    Error why = {0};

    if (!kube_client_get(e->operation->standby->kube, &path, &object, &why))
        return why.code == ERR_NOT_FOUND || error_set(err, why.code, "%s", why.message);
    if (json_bool_or(object, "status/blockingOperation/hasTimedOut", false))
        finding_refuse(finding, "F-111", "kubegres free to act",
                       "kubegres stands at a blocking operation that has timed out",
                       "kubectl get kubegres -n NAMESPACE tsb-postgres -o yaml",
                       "repair it by hand first");
    else if (json_bool_or(object, "spec/failover/isDisabled", false))
        finding_refuse(finding, "F-110", "kubegres' failover enabled",
                       "spec.failover.isDisabled is true",
                       "kubectl get kubegres -n NAMESPACE tsb-postgres -o yaml",
                       "it would refuse to promote: remove spec.failover.isDisabled");
    else if (json_integer_or(object, "status/enforcedReplicas", 1) == 0)
        finding_refuse(finding, "F-109", "at least one ready replica",
                       "kubegres has deployed no replica",
                       "kubectl get kubegres -n NAMESPACE tsb-postgres -o yaml",
                       "let the standby finish its first base backup");
    cJSON_Delete(object);
    return true;
}
