/*
 * conformance/environment/databases.c - what the engine's checks only warn of, since a site may have taken care of it.
 *
 * Source: domain.md PG-13, F-309.
 */
#include <stdio.h>
#include <stdlib.h>

#include "conformance/environment/checks.h"

enum { TRIGGER_FILE_REMOVED = 160000 };

bool check_promotion_script(Examination *e, Finding *finding, Error *err)
{
    const Plane *standby = e->operation->standby;
    Wrong wrong = {0};

    for (size_t i = 0; i < standby->spec->postgres_count; i++) {
        PostgresRow row = {0};

        if (!postgres_query(standby->postgres[i], "SHOW server_version_num", &row, err))
            return false;
        if (strtol(row.values[0], NULL, 10) >= TRIGGER_FILE_REMOVED)
            wrong_add(&wrong, "%s is of version %s", postgres_client_name(standby->postgres[i]),
                      row.values[0]);
    }
    wrong_tell(&wrong, finding, "PG-13", "a version that knows a trigger file (before 16)",
               "SHOW server_version_num; kubegres' promotion script",
               "see that the script calls pg_promote() instead of writing a trigger file");
    return true;
}
