/*
 * engine/steps/paired.c - the two planes are a pair again: the standby has what the active wrote, and what remains is written down.
 *
 * Source: domain.md 8.3 (RS7), PG-06, F-910, F-920.
 */
#include "engine/observations.h"
#include "engine/steps/steps.h"

static bool see_worst_lag(Operation *operation, uint64_t *out_worst, Error *err)
{
    PostgresPosition primary, replica;
    bool is_primary = false;

    *out_worst = 0;
    if (!see_promoted(operation, operation->active, &is_primary, &primary, err))
        return false;
    if (!is_primary)
        return error_set(err, ERR_UNAVAILABLE, "%s has no primary just now",
                         operation->active->spec->name);
    for (size_t i = 0; i < operation->standby->spec->postgres_count; i++) {
        uint64_t lag;

        if (!postgres_position(operation->standby->postgres[i], &replica, err))
            return false;
        lag =
            primary.current_lsn > replica.replay_lsn ? primary.current_lsn - replica.replay_lsn : 0;
        *out_worst = lag > *out_worst ? lag : *out_worst;
    }
    return true;
}

/* Somebody who reads `active:` later would take the old plane for the active. */
static void note_environment(Operation *operation)
{
    const Environment *environment = operation->environment;

    if (environment->active >= 0 && &operation->planes[environment->active] != operation->active)
        operation_debt(operation,
                       "the environment file says `active: %s`: correct it, or leave it out",
                       environment->planes[environment->active].name);
}

static void observe_paired(Operation *operation, Observation *out)
{
    uint64_t worst;
    Error why = {0};

    if (!see_worst_lag(operation, &worst, &why)) {
        observe_error(out, &why);
        return;
    }
    if (worst > (uint64_t)operation->environment->policies.replication_lag_max) {
        observe_waiting(out, "replay of %s is %llu bytes behind", operation->standby->spec->name,
                        (unsigned long long)worst);
        return;
    }
    note_environment(operation);
    observe_holds(out, "%s is the standby of %s, %llu bytes behind", operation->standby->spec->name,
                  operation->active->spec->name, (unsigned long long)worst);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.reseed_ms;
}

const Step STEP_PAIRED = {
    .id = "RS7",
    .name = "paired",
    .why = "redundancy is back when the standby could take over, not when it has been told to",
    .never = "call a copy that is still behind a standby",
    .observe = observe_paired,
    .deadline_ms = deadline,
    .on_deadline = REACT_STOP,
    .remedy = "the link is too slow or replay stands still: see pg_stat_wal_receiver there",
};
