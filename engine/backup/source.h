/*
 * engine/backup/source.h - the database that a dump is taken of, and what must not change while it is.
 */
#ifndef ENGINE_BACKUP_SOURCE_H
#define ENGINE_BACKUP_SOURCE_H

#include "engine/operation.h"

typedef struct {
    size_t index; /* of the plane's instances */
    PostgresPosition position;
    int server_version; /* server_version_num */
} DumpSource;

/* The plane's primary. ERR_NOT_FOUND: none is out of recovery; ERR_CONFLICT: more than one is; else as a query fails. */
bool see_dump_source(const Plane *plane, DumpSource *out_source, Error *err);
/* How far the furthest of its replicas that follow is behind, and how many do not follow at all (BK-05). */
bool see_stale_replicas(const Plane *plane, const DumpSource *source, uint64_t *out_lag,
                        size_t *out_astray, Error *err);

#endif
