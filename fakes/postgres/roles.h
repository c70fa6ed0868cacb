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

enum { PG_MD5_SALT_SIZE = 4 };

typedef struct PgRoles PgRoles;

PgRoles *pg_roles_new(const PgRole *roles, size_t count); /* copies */
void pg_roles_free(PgRoles *roles);
/* One after the other; NULL: there are no more. */
const PgRole *pg_roles_at(const PgRoles *roles, size_t index);
/* 10 of the first, which made the cluster; 0: there is none. */
uint32_t pg_roles_oid(const PgRoles *roles, const char *name);
const PgRole *pg_roles_find(const PgRoles *roles, const char *name); /* NULL: there is none */
/* Is user this role, or a member of it, directly or not? As pg_hba.conf's +role and samerole ask. */
bool pg_roles_is_member(const PgRoles *roles, const char *user, const char *role);

/* Fills verifier and is_doomed. */
void pg_roles_begin(PgRoles *roles, const char *name, int64_t now_ms, Scram *scram);
/* Is its password kept as an MD5 hash, and so to be asked for by md5? */
bool pg_roles_keeps_md5(const PgRoles *roles, const char *name);
/* Is that what a client who knows the password answers to this salt? "md5" and 32 digits. */
bool pg_roles_md5_is(const PgRoles *roles, const char *name, int64_t now_ms,
                     const uint8_t salt[PG_MD5_SALT_SIZE], const char *answer);
bool pg_roles_password_is(PgRoles *roles, const char *name, int64_t now_ms, const char *password);

#endif
