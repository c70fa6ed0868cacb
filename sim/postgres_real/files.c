/*
 * sim/postgres_real/files.c - what lies in the folder of a world's real servers: certificates, keys, pg_hba.conf.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "sim/postgres_real/server.h"

/* From version 16 on there is no promote_trigger_file, so the version is part of what is asked for. */
static const char PROGRAMS[] = "/usr/lib/postgresql/15/bin";

/* kubegres' own (md5 with a verifier of SCRAM is SCRAM), but that clients of the desk need no certificate. */
static const char HBA[] = "hostssl replication replication all md5 clientcert=verify-ca\n"
                          "local all all md5\n"
                          "hostssl all all all md5\n"
                          "hostnossl all all all reject\n";

const char *real_program(const char *name, char out_path[128])
{
    snprintf(out_path, 128, "%s/%s", PROGRAMS, name);
    return out_path;
}

bool real_programs_check(Error *err)
{
    static const char *const NAMES[] = {"initdb", "postgres", "pg_basebackup"};
    char path[128];

    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        if (!file_exists(real_program(NAMES[i], path)))
            return error_set(err, ERR_NOT_FOUND,
                             "world.postgres is real, and there is no %s: install Debian's package "
                             "postgresql-15",
                             path);
    return true;
}

char *real_path(const RealSide *side, const char *name)
{
    return memory_format("%s/%s", side->folder, name);
}

static bool write_one(const RealSide *side, const char *name, const char *text, Error *err)
{
    char *path = real_path(side, name);
    bool ok =
        file_write(path, text, strlen(text), 0600, err) && account_own(&side->account, path, err);

    free(path);
    return ok;
}

/* Each plane's servers show the plane's certificate; its walreceivers prove themselves with it, too. */
static bool write_certificate(const RealSide *side, const Plane *plane, Error *err)
{
    char name[40];

    snprintf(name, sizeof name, "%s.crt", plane->name);
    if (!write_one(side, name, certificate_pem(plane->central_certificate), err))
        return false;
    snprintf(name, sizeof name, "%s.key", plane->name);
    return write_one(side, name, certificate_key_pem(plane->central_certificate), err);
}

/* So that no password is in a command line, or in what a standby shows of its primary_conninfo. */
static bool write_passfile(const RealSide *side, Error *err)
{
    char *line = memory_format("*:*:*:*:%s\n", side->world->postgres_password);
    bool ok = write_one(side, "pgpass", line, err);

    free(line);
    return ok;
}

bool real_files_write(RealSide *side, Error *err)
{
    const World *world = side->world;

    for (int p = 0; p < WORLD_PLANES; p++)
        if (!write_certificate(side, world->planes[p], err))
            return false;
    return write_one(side, "ca.pem", pki_ca_pem(world->pki), err) &&
           write_one(side, "pg_hba.conf", HBA, err) &&
           write_one(side, "password", world->postgres_password, err) && write_passfile(side, err);
}
