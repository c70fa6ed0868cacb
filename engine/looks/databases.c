/*
 * engine/looks/databases.c - whether any of a plane's Postgres instances has left recovery.
 */
#include "engine/observations.h"

#include <stdlib.h>
#include <string.h>

/* Only the one question that is asked over and over while a promotion is awaited. */
static bool is_in_recovery(PostgresClient *postgres, bool *out_is, Error *err)
{
    PostgresRow row;

    if (!postgres_query(postgres, "SELECT pg_is_in_recovery()", &row, err))
        return false;
    *out_is = strcmp(row.values[0], "t") == 0;
    return true;
}

/*
 * Who restarts or is not there takes no writes now. But who may be up and only does not let us in, or answer us, may be the one that was
 * promoted: that the others are in recovery says nothing of him.
 */
static bool may_be_up(const Error *why)
{
    return why->code != ERR_UNAVAILABLE;
}

bool see_promoted(Operation *operation, const Plane *plane, bool *out_is_promoted,
                  PostgresPosition *out_primary, Error *err)
{
    bool has_answer = false, is_certain = true;
    Error why = {0};

    (void)operation;
    *out_is_promoted = false;
    for (size_t i = 0; i < plane->spec->postgres_count; i++) {
        bool is_standby = true;
        Error silent = {0};

        if (!is_in_recovery(plane->postgres[i], &is_standby, &silent)) {
            is_certain = is_certain && !may_be_up(&silent);
            why = may_be_up(&silent) || why.code == ERR_NONE ? silent : why;
            continue;
        }
        has_answer = true;
        if (is_standby)
            continue;
        *out_is_promoted = true;
        return !out_primary || postgres_position(plane->postgres[i], out_primary, err);
    }
    return (has_answer && is_certain) ||
           error_set(err, why.code,
                     "whether Postgres of %s has left recovery cannot be told: %.300s",
                     plane->spec->name, why.message);
}

bool see_last_replayed(const Plane *plane, int64_t *out_age_ms, Error *err)
{
    Error why = {0};

    for (size_t i = 0; i < plane->spec->postgres_count; i++) {
        bool is_standby = true;
        PostgresRow row;

        if (!is_in_recovery(plane->postgres[i], &is_standby, &why) || is_standby)
            continue;
        if (!postgres_query(
                plane->postgres[i],
                "SELECT COALESCE(EXTRACT(EPOCH FROM (now() - pg_last_xact_replay_timestamp())), -1)",
                &row, err))
            return false;
        *out_age_ms = (int64_t)(strtod(row.values[0], NULL) * 1000);
        return *out_age_ms >= 0 ||
               error_set(err, ERR_NOT_FOUND,
                         "the primary of %s has replayed nothing since it began",
                         plane->spec->name);
    }
    return error_set(err, ERR_UNAVAILABLE, "no primary among the instances of %s: %s",
                     plane->spec->name, why.message);
}

bool see_changes(Operation *operation, const Plane *plane, int64_t *out_changes, Error *err)
{
    Error why = {0};

    (void)operation;
    for (size_t i = 0; i < plane->spec->postgres_count; i++) {
        bool is_standby = true;
        PostgresRow row;

        if (!is_in_recovery(plane->postgres[i], &is_standby, &why) || is_standby)
            continue;
        if (!postgres_query(plane->postgres[i],
                            "SELECT COALESCE(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) "
                            "FROM pg_stat_user_tables",
                            &row, err))
            return false;
        *out_changes = strtoll(row.values[0], NULL, 10);
        return true;
    }
    return error_set(err, ERR_UNAVAILABLE, "no primary among the instances of %s: %s",
                     plane->spec->name, why.message);
}
