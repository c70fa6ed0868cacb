/*
 * engine/backup/source.c - the database that a dump is taken of, and what must not change while it is.
 *
 * Source: domain.md BK-05, F-315: kubegres' own CronJob dumps a replica, which may follow nobody.
 */
#include "engine/backup/source.h"

#include <stdlib.h>

static bool see_version(PostgresClient *client, int *out_version, Error *err)
{
    PostgresRow row = {0};

    if (!postgres_query(client, "SHOW server_version_num", &row, err))
        return false;
    *out_version = atoi(row.values[0]);
    return true;
}

/* An instance that does not answer may be the primary: then nobody can say which one is. */
bool see_dump_source(const Plane *plane, DumpSource *out_source, Error *err)
{
    size_t primaries = 0;
    Error silent = {0};

    for (size_t i = 0; i < plane->spec->postgres_count; i++) {
        PostgresPosition position;

        if (!postgres_position(plane->postgres[i], &position, &silent) || position.is_in_recovery)
            continue;
        *out_source = (DumpSource){.index = i, .position = position};
        primaries++;
    }
    if (primaries == 1)
        return see_version(plane->postgres[out_source->index], &out_source->server_version, err);
    if (primaries == 0 && silent.code)
        return error_set(err, silent.code, "%s", silent.message);
    return primaries
               ? error_set(err, ERR_CONFLICT, "%s has %zu primaries", plane->spec->name, primaries)
               : error_set(err, ERR_NOT_FOUND, "%s has no primary", plane->spec->name);
}

bool see_stale_replicas(const Plane *plane, const DumpSource *source, uint64_t *out_lag,
                        size_t *out_astray, Error *err)
{
    *out_lag = 0;
    *out_astray = 0;
    for (size_t i = 0; i < plane->spec->postgres_count; i++) {
        const PostgresPosition *primary = &source->position;
        PostgresPosition replica;
        uint64_t lag;

        if (i == source->index)
            continue;
        if (!postgres_position(plane->postgres[i], &replica, err))
            return false;
        lag = primary->current_lsn > replica.replay_lsn ? primary->current_lsn - replica.replay_lsn
                                                        : 0;
        *out_lag = lag > *out_lag ? lag : *out_lag;
        *out_astray += !replica.is_in_recovery || !replica.has_receiver ||
                       replica.timeline != primary->timeline;
    }
    return true;
}
