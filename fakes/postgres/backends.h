/*
 * fakes/postgres/backends.h - who is connected to one server, and how many may be.
 *
 * Source:    PostgreSQL 15 manual, 20.3.1 (max_connections), CREATE ROLE and CREATE DATABASE (CONNECTION LIMIT); proc.c and postinit.c of 15.20.
 * Walsenders have slots of their own (max_wal_senders) and are not counted here, but for the limit of their role.
 * Ownership: a PgBackend is its session's, and in the list from the moment that it holds a slot.
 */
#ifndef FAKES_POSTGRES_BACKENDS_H
#define FAKES_POSTGRES_BACKENDS_H

#include <stdbool.h>

#include "fakes/postgres/report.h"
#include "fakes/postgres/server.h"

typedef struct PgBackend {
    const char *user, *database; /* borrowed from the session */
    bool is_walsender, is_physical;
    struct PgSession *session; /* whose it is */
    struct PgBackend *next;
} PgBackend;

typedef struct {
    PgBackend *first;
    PgLimits limits; /* none: what is NULL or 0 */
} PgBackends;

/* Before anybody has proved who he is. False, with 53300: every slot is taken. */
bool pg_backend_enter(PgBackends *backends, PgBackend *backend, PgReport *report);
void pg_backend_leave(PgBackends *backends, PgBackend *backend); /* also one that is not in */
/* Afterwards. False, with 53300: the limit of its role, or only those of superusers are left. */
bool pg_backend_check_role(const PgBackends *backends, const PgBackend *backend, const PgRole *role,
                           PgReport *report);
bool pg_backend_check_slots(const PgBackends *backends, const PgBackend *backend,
                            const PgRole *role, PgReport *report);
/* 55000: the database takes nobody; 53300: its limit. */
bool pg_backend_check_database(const PgBackends *backends, const PgBackend *backend,
                               const PgRole *role, PgReport *report);

#endif
