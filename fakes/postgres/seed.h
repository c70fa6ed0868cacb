/*
 * fakes/postgres/seed.h - what a fake standby reads of a real server's base backup: where it begins and ends, and its control file.
 *
 * The rest, some 30 MB, passes by.
 *
 * Source: PostgreSQL 15 manual, 55.4 (BASE_BACKUP); pg_control.h of 15.
 */
#ifndef FAKES_POSTGRES_SEED_H
#define FAKES_POSTGRES_SEED_H

#include <libpq-fe.h>

#include "fakes/postgres/remote.h"
#include "fakes/postgres/tar_reader.h"

typedef struct {
    int answers; /* how many results with rows have come */
    PgLsn begin, end;
    uint32_t timeline;
    bool is_in_base;
    PgTarReader tar;
    PgTarFile control;
} PgSeed;

/* As pg_basebackup says it. */
enum { PG_SEED_COMMAND_MAX = 160 };
const char *pg_seed_command(bool is_fast, char out_text[PG_SEED_COMMAND_MAX]);

void pg_seed_begin(PgSeed *seed);
/* Each result of the command, and each piece of its copy data. Fail with ERR_PROTOCOL. */
bool pg_seed_result(PgSeed *seed, const PGresult *result, Error *err);
bool pg_seed_copy(PgSeed *seed, const char *bytes, size_t length, Error *err);
/* All is there: remote begins with it. Fails with ERR_PROTOCOL: it is not, or not of 15. */
bool pg_seed_end(PgSeed *seed, PgRemote *remote, Error *err);
void pg_seed_release(PgSeed *seed);

#endif
