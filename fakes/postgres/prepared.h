/*
 * fakes/postgres/prepared.h - the prepared statements and portals of a session.
 *
 * Source:    PostgreSQL 15 manual, 55.2.3. A portal ends with its transaction, a statement when it is closed; the unnamed one, "", is
 *            replaced by the next.
 * Ownership: the session's; each has an arena of its own.
 */
#ifndef FAKES_POSTGRES_PREPARED_H
#define FAKES_POSTGRES_PREPARED_H

#include "fakes/postgres/query.h"

enum { FORMATS_MAX = SQL_PARAMETERS_MAX };

typedef struct PgPrepared {
    int references; /* the session's, and each portal's */
    char *name;     /* "" for the unnamed one */
    Arena arena;
    const char *sql;
    SqlStatement *statement; /* NULL: an empty query */
    SqlParameters parameters;
    struct PgPrepared *next;
} PgPrepared;

typedef struct PgPortal {
    char *name;
    Arena arena;
    PgPrepared *prepared; /* one reference */
    PgValue values[SQL_PARAMETERS_MAX];
    uint16_t formats[FORMATS_MAX];
    size_t format_count;
    bool has_run;
    SqlResult result;
    size_t sent; /* rows */
    struct PgPortal *next;
} PgPortal;

struct PgSession;

PgPrepared *prepared_find(const struct PgSession *session,
                          const char *name); /* NULL: there is none */
PgPortal *portal_find(const struct PgSession *session, const char *name);
void portal_drop(struct PgSession *session, const PgPortal *dropped); /* NULL: nothing happens */
void portal_drop_all(struct PgSession *session);
/* Portals that were made from it live on. NULL: nothing happens. */
void prepared_drop(struct PgSession *session, PgPrepared *dropped);
void prepared_release(PgPrepared *prepared);       /* one reference */
void prepared_drop_all(struct PgSession *session); /* and the portals */
/* DEALLOCATE: the one of that name, NULL: all but the unnamed one. False, with 26000: there is none. */
bool prepared_deallocate(struct PgSession *session, const char *name, PgReport *report);
bool prepared_is_missing(const char *name, PgReport *report); /* says so; false */

#endif
