/*
 * engine/steps/drain.c - waits until the standby has replayed everything that the fenced active ever wrote.
 *
 * Source: domain.md FO4, V2; F-101, F-121, F-122, F-206, F-207, F-108.
 * The position is read after the pods are gone, twice; replay counts, never receive; and the instance that kubegres will promote,
 * the lowest, has to be among those that are current.
 */
#include <stdio.h>
#include <string.h>

#include "engine/observations.h"
#include "engine/steps/steps.h"

/* The active's primary and its write position. */
static bool see_primary(Operation *operation, PostgresPosition *out_position, Error *err)
{
    Error why = {0};

    for (size_t i = 0; i < operation->active->spec->postgres_count; i++) {
        if (postgres_position(operation->active->postgres[i], out_position, &why) &&
            !out_position->is_in_recovery)
            return true;
    }
    return error_set(err, why.code ? why.code : ERR_UNAVAILABLE,
                     "no primary among the instances of %s: %s", operation->active->spec->name,
                     why.message);
}

/* For a rejoin: whatever its log does from now on, these are the changes that the standby has. */
static void note_changes(Operation *operation)
{
    int64_t changes;

    if (see_changes(operation, operation->active, &changes, NULL))
        json_put_integer(operation->record, "drain/changes", changes);
}

/* Two equal looks a second apart; else the later one counts, and somebody still writes (F-207). */
static bool read_fence_lsn(Operation *operation, Error *err)
{
    PostgresPosition first = {0}, second = {0};
    char text[24];

    if (!see_primary(operation, &first, err))
        return false;
    loop_wait(operation->loop, 1000, operation->stop);
    if (!see_primary(operation, &second, err))
        return false;
    if (second.current_lsn != first.current_lsn)
        operation_warn(
            operation, "F-207",
            "the fenced active's log still grew by %llu bytes: a job or a direct client writes",
            (unsigned long long)(second.current_lsn - first.current_lsn));
    json_put_string(operation->record, "drain/fenceLsn",
                    postgres_lsn_text(second.current_lsn, text));
    json_put_integer(operation->record, "drain/timeline", second.timeline);
    note_changes(operation);
    return true;
}

/* Nobody has promoted it by our order: whether it had everything by then no position of it tells any more. */
static void observe_promoted_by_others(const Operation *operation, size_t index, Observation *out)
{
    char observed[280];

    snprintf(observed, sizeof observed, "%s is not in recovery: somebody else promoted it",
             postgres_client_name(operation->standby->postgres[index]));
    observe_failed(out, REACT_STOP, "PG-01", "a standby in recovery", observed,
                   "SELECT pg_is_in_recovery(); the timeline history file says where it forked off",
                   "find out what of the active's log it lacks, and which of the two is to live");
}

/* How far behind is this instance? False: it cannot be told, and out says why. */
static bool lag_of(Operation *operation, size_t index, uint64_t fence_lsn, uint64_t *out_lag,
                   Observation *out)
{
    PostgresPosition position;
    Error why = {0};

    if (!postgres_position(operation->standby->postgres[index], &position, &why)) {
        observe_error(out, &why);
        return false;
    }
    if (!position.is_in_recovery) {
        observe_promoted_by_others(operation, index, out);
        return false;
    }
    if (position.is_replay_paused) {
        observe_waiting(out, "%s: replay is paused",
                        postgres_client_name(operation->standby->postgres[index]));
        observe_if_late(out, "F-122", "replay that moves", "SELECT pg_is_wal_replay_paused()",
                        "SELECT pg_wal_replay_resume() on that instance, then run again");
        return false;
    }
    *out_lag = position.replay_lsn >= fence_lsn ? 0 : fence_lsn - position.replay_lsn;
    return true;
}

static void observe_drain(Operation *operation, Observation *out)
{
    const char *fence_text = json_string(operation->record, "drain/fenceLsn");
    int64_t last_lag = json_integer_or(operation->record, "rpoBytes", -1);
    uint64_t fence_lsn, worst = 0;

    if (!fence_text) {
        observe_pending(out, "the active's last position is not read yet");
        return;
    }
    fence_lsn = postgres_lsn_parse(fence_text);
    for (size_t i = 0; i < operation->standby->spec->postgres_count; i++) {
        uint64_t lag;

        if (!lag_of(operation, i, fence_lsn, &lag, out))
            return;
        worst = lag > worst ? lag : worst;
    }
    json_put_integer(operation->record, "rpoBytes", (int64_t)worst);
    if (worst == 0) {
        observe_holds(out, "every instance of %s has replayed up to %s",
                      operation->standby->spec->name, fence_text);
        return;
    }
    observe_waiting(out, "replay is %llu bytes behind the fence at %s", (unsigned long long)worst,
                    fence_text);
    observe_if_late(out, "F-101", "a standby that has replayed all that the active wrote",
                    "pg_last_wal_replay_lsn() against the fence",
                    "the link is too slow or replay stands still: see pg_stat_wal_receiver");
    out->has_progress = last_lag >= 0 && (int64_t)worst < last_lag;
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.drain_ms;
}

const Step STEP_DRAIN = {
    .id = "FO4",
    .name = "drain",
    .phase = "drain",
    .why = "a write that was acknowledged must be on the new active",
    .never = "trust the received position, or a Ready pod",
    .observe = observe_drain,
    .act = read_fence_lsn,
    .deadline_ms = deadline,
    .on_deadline = REACT_ROLLBACK,
    .remedy =
        "the link is too slow or replay stands still: see pg_stat_wal_receiver on the standby",
    .is_once = true,
};
