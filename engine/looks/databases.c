/*
 * engine/looks/databases.c - whether any of a plane's Postgres instances has left recovery.
 */
#include "engine/observations.h"

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

bool see_promoted(Operation *operation, const Plane *plane, bool *out_is_promoted,
                  PostgresPosition *out_primary, Error *err)
{
    bool has_answer = false;
    Error why = {0};

    (void)operation;
    *out_is_promoted = false;
    for (size_t i = 0; i < plane->spec->postgres_count; i++) {
        bool is_standby = true;

        if (!is_in_recovery(plane->postgres[i], &is_standby, &why))
            continue;
        has_answer = true;
        if (is_standby)
            continue;
        *out_is_promoted = true;
        return !out_primary || postgres_position(plane->postgres[i], out_primary, err);
    }
    return has_answer || error_set(err, why.code, "no Postgres instance of %s answers: %.300s",
                                   plane->spec->name, why.message);
}
