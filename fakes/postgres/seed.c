/*
 * fakes/postgres/seed.c - what a fake standby reads of a real server's base backup.
 */
#include "fakes/postgres/seed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fakes/postgres/wal_records.h"

enum {
    CONTROL_VERSION = 1300,
    VERSION_AT = 8,
    CHECKPOINT_AT = 40,
};

const char *pg_seed_command(bool is_fast, char out_text[PG_SEED_COMMAND_MAX])
{
    snprintf(out_text, PG_SEED_COMMAND_MAX,
             "BASE_BACKUP ( LABEL 'pg_basebackup base backup',  PROGRESS,  %sWAIT 0,  TARGET "
             "'client')",
             is_fast ? "CHECKPOINT 'fast',  " : "");
    return out_text;
}

void pg_seed_begin(PgSeed *seed)
{
    pg_seed_release(seed);
    *seed = (PgSeed){.control = {.path = "global/pg_control"}};
    seed->tar.count = 1;
}

void pg_seed_release(PgSeed *seed)
{
    buffer_release(&seed->control.content);
}

/* The first says where the log begins that the backup needs, the last where it ends; between them are the tablespaces. */
bool pg_seed_result(PgSeed *seed, const PGresult *result, Error *err)
{
    enum { FIRST = 1, LAST = 3 };

    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        return true;
    seed->answers++;
    if (seed->answers != FIRST && seed->answers != LAST)
        return true;
    if (PQntuples(result) != 1 || PQnfields(result) != 2 ||
        !pg_lsn_parse(PQgetvalue(result, 0, 0), seed->answers == FIRST ? &seed->begin : &seed->end))
        return error_set(err, ERR_PROTOCOL, "an answer to BASE_BACKUP is no position");
    seed->timeline = (uint32_t)strtoul(PQgetvalue(result, 0, 1), NULL, 10);
    return true;
}

bool pg_seed_copy(PgSeed *seed, const char *bytes, size_t length, Error *err)
{
    switch (bytes[0]) {
    case 'n': /* a new archive: "base.tar", or a tablespace's */
        seed->is_in_base = length >= sizeof "nbase.tar" && strcmp(bytes + 1, "base.tar") == 0;
        return true;
    case 'm': /* the manifest */
        seed->is_in_base = false;
        return true;
    case 'd':
        seed->tar.files = &seed->control;
        return !seed->is_in_base || pg_tar_add(&seed->tar, bytes + 1, length - 1, err);
    case 'p':
        return true;
    default:
        return error_set(err, ERR_PROTOCOL, "a base backup has a part of unknown kind");
    }
}

bool pg_seed_end(PgSeed *seed, PgRemote *remote, Error *err)
{
    const Buffer *control = &seed->control.content;
    PgCounters counters;
    uint64_t system_identifier;
    uint32_t version;

    if (seed->begin == 0 || seed->end == 0 ||
        control->length < CHECKPOINT_AT + (size_t)PG_CHECKPOINT_BYTES)
        return error_set(err, ERR_PROTOCOL, "the base backup is not whole");
    memcpy(&system_identifier, control->data, sizeof system_identifier);
    memcpy(&version, control->data + VERSION_AT, sizeof version);
    if (version != CONTROL_VERSION)
        return error_set(err, ERR_PROTOCOL, "its control file is not of PostgreSQL 15");
    pg_counters_read(control->data + CHECKPOINT_AT, PG_CHECKPOINT_BYTES, &counters);
    pg_remote_begin(remote, system_identifier, seed->timeline, seed->begin, &counters);
    return true;
}
