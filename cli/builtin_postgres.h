/*
 * cli/builtin_postgres.h - a fake primary and its standby in the same process, in simulated time, as a target for the Postgres corpus.
 *
 * Each file of cases gets a pair of its own. Simulated time can be switched on once in a process, and then for good: a BuiltinPostgres
 * is the last thing a process does.
 */
#ifndef CLI_BUILTIN_POSTGRES_H
#define CLI_BUILTIN_POSTGRES_H

#include "conformance/fakes/postgres.h"

typedef struct BuiltinPostgres BuiltinPostgres;

BuiltinPostgres *builtin_postgres_new(void); /* switches simulated time on */
void builtin_postgres_free(BuiltinPostgres *fake);

Loop *builtin_postgres_loop(BuiltinPostgres *fake);

/* For PgParityOptions. */
void builtin_postgres_begin(BuiltinPostgres *fake, PgParityTarget *out_target);
void builtin_postgres_end(BuiltinPostgres *fake);

#endif
