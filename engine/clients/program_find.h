/*
 * engine/clients/program_find.h - is a program that we need there, and new enough?
 */
#ifndef ENGINE_CLIENTS_PROGRAM_FIND_H
#define ENGINE_CLIENTS_PROGRAM_FIND_H

#include "base/error.h"
#include "base/loop.h"

typedef struct {
    int major, minor;
} ProgramVersion;

typedef struct {
    const char *name;        /* "pg_dump", or a path */
    const char *const *asks; /* NULL-ended words that make it tell its version; NULL: --version */
    ProgramVersion least;
    const char *package; /* where it comes from: "postgresql-client-15" */
} ProgramNeed;

/*
 * Asks it for its version. Fails with ERR_INVALID, naming what to install, if it is not there, is too old, or tells none; with ERR_STOPPED.
 * stop may be NULL.
 */
bool program_find(const ProgramNeed *need, Loop *loop, const bool *stop,
                  ProgramVersion *out_version, Error *err);

/* The first word of text that begins with a number, or "v" and a number: "pg_dump (PostgreSQL) 15.13", "v3.14.0+g3f". False: none does. */
bool program_version_parse(const char *text, ProgramVersion *out_version);

#endif
