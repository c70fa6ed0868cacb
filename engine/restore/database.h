/*
 * engine/restore/database.h - a dump is loaded in place of what a database holds, by psql.
 *
 * Source: tsb-docs "backup and restore of the database" (G12), domain.md RR7, F-808, F-822. It may be repeated: each time the database is dropped
 * and made anew, so nobody may be using it, and nothing of an earlier try remains.
 */
#ifndef ENGINE_RESTORE_DATABASE_H
#define ENGINE_RESTORE_DATABASE_H

#include "base/buffer.h"
#include "engine/operation.h"

/* psql is there, new enough for the server. server_version: server_version_num, 0: of any. */
bool database_check(const Operation *operation, int64_t server_version, Error *err);

/* The instance of the plane that is out of recovery, and its server_version_num. ERR_NOT_FOUND: there is none. */
bool see_primary(const Plane *plane, size_t *out_index, int64_t *out_version, Error *err);

/*
 * Ends every session, drops the database, makes it and loads dump (plain SQL). ERR_UNAVAILABLE: it may be tried again (somebody came back in
 * between, or the server was away); ERR_INVALID: psql said no, and what; ERR_AMBIGUOUS.
 */
bool database_load(Operation *operation, const Plane *plane, const char *name, const Buffer *dump,
                   Error *err);

#endif
