/*
 * fakes/postgres/roles.h - who may log in, and how it is proved.
 *
 * A verifier costs 2 ms, so it is made when its role first logs in. Somebody unknown gets the same exchange with a salt that
 * stays the same for the name, as Postgres does, and fails at its end.
 */
#ifndef FAKES_POSTGRES_ROLES_H
#define FAKES_POSTGRES_ROLES_H

#include "fakes/postgres/scram.h"
#include "fakes/postgres/server.h"

typedef struct PgRoles PgRoles;

PgRoles *pg_roles_new(const PgRole *roles, size_t count); /* copies */
void pg_roles_free(PgRoles *roles);
const PgRole *pg_roles_find(const PgRoles *roles, const char *name); /* NULL: there is none */
/* Fills verifier and is_doomed. */
void pg_roles_begin(PgRoles *roles, const char *name, Scram *scram);

#endif
